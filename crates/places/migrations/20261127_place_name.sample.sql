insert into place (id, home) values ('p310199', '310199');
insert into place_span (place, from_day, until_day, code, name, parent, kind, flags, mark) values
  ('p310199', '2000-01-01', '9999-12-31', '310199', '样名区', null, 'district', '', 'V');
