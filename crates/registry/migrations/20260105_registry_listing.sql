-- Read models of the registry: derived, rewritten in the transaction of each change, provable by a recount.

-- table facility_listing: purpose=one row per facility, place above it and stretch of days in which nothing shown in a list changed; basis=derived from the spans of the facility and place_closure; retention=as its source; owner=registry
create table facility_listing (
  facility    TEXT not null,
  -- a place above the site, or the site's place itself
  ancestor    TEXT not null,
  from_day    TEXT not null,
  until_day   TEXT not null,
  home        TEXT not null,
  kind        TEXT not null,
  name        TEXT not null,
  name_key    TEXT not null,
  ownership   TEXT not null,
  legal_form  TEXT not null,
  -- null: no state is recorded for these days
  state       TEXT,
  doubled     BOOLEAN not null,
  inclusive   BOOLEAN not null,
  integrated  BOOLEAN not null,
  place       TEXT not null,
  -- approved places; null: none recorded
  places      BIGINT,
  primary key (facility, ancestor, from_day),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_listing_name on facility_listing (ancestor, name_key, facility, from_day, until_day);
create index facility_listing_kind on facility_listing (ancestor, kind, name_key, facility, from_day, until_day);

-- table facility_gram: purpose=pieces of two characters of every name a facility had, so that a part of a name is found; basis=derived from facility_profile; retention=as its source; owner=registry
create table facility_gram (
  gram      TEXT not null,
  facility  TEXT not null,
  primary key (gram, facility)
);
create index facility_gram_facility on facility_gram (facility);

create index facility_doubles on facility (doubles);
create unique index import_run_once on import_run (kind, digest);
