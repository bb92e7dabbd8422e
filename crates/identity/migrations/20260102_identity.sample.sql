insert into unit (id, name_zh, name_en, level, place, kind, aliases, is_group, facility) values
  ('u1', '样例单位', 'Sample office', 'city', 'p310000', 'education', ';样例局;', false, null),
  ('u2', '样例街镇', 'Sample streets', 'street', 'p310106', 'sub_district', '', true, null),
  ('u3', '样例机构', 'Sample institution', 'institution', 'p310106', 'institution', '', false, 'f-sample');
insert into unit_member (grp, member, from_day, until_day) values ('u2', 'u1', '2020-01-01', '2021-01-01');
insert into account (id, login, name, password, failed, locked_until, demo, closed, created) values
  ('a1', 'sample', '样例', '', 2, 0, false, false, 0),
  ('a2', 'sample.closed', '样例二', '', 0, 0, true, true, 0);
insert into post (id, account, unit, role, place, facility, from_day, until_day) values
  ('p1', 'a1', 'u1', 'auditor', 'p310000', null, '2020-01-01', '9999-12-31'),
  ('p2', 'a1', 'u3', 'institution_head', 'p310106', 'f-sample', '2020-01-01', '2021-01-01');
