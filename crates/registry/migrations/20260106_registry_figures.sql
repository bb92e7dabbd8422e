-- What unit queries of indicators walk: files of a kind, their operating spans, their places; each read from the index
-- alone.
create index facility_kind_home on facility (kind, home, id, doubles);
create index facility_state_open on facility_state (home, facility, from_day, until_day) where state = 'operating';
create index facility_site_day on facility_site (home, facility, from_day, until_day, place);
