insert into facility_kind (code, name_zh, name_en, gives_care, sort) values ('play_room', '游戏观察室、亲子指导室', 'Play observation room', false, 14);
insert into facility (home, id, kind, version, created, doubles) values ('310106', 'f2', 'play_room', 1, 0, null), ('310106', 'f3', 'play_room', 1, 0, 'f2');
insert into facility_site (home, id, facility, from_day, until_day, recorded, place, address, lon, lat) values
  ('310106', 's10', 'f2', '2022-01-01', '9999-12-31', 0, 'p310106', '样例路2号', null, null);
insert into facility_state (home, id, facility, from_day, until_day, recorded, state, reason) values
  ('310106', 's11', 'f2', '2022-01-01', '9999-12-31', 0, 'operating', '');
