insert into facility_premises (home, id, facility, from_day, until_day, recorded, tenure, supplier, area, outdoor, floors, independent, note) values
  ('310106', 'x1', 'f1', '2021-09-01', '9999-12-31', 0, 'supplied', '样例街道', 320, 60, '1层', true, '');
insert into facility_chain (home, id, facility, from_day, until_day, recorded, brand, bond) values
  ('310106', 'x2', 'f1', '2021-09-01', '9999-12-31', 0, '样例', 'direct');
insert into facility_agreement (home, id, facility, from_day, until_day, recorded, partner, places, note) values
  ('310106', 'x3', 'f1', '2021-09-01', '9999-12-31', 0, '区教育局', 20, '');
insert into facility_welfare (home, id, facility, from_day, until_day, recorded, host, beneficiary, children, note) values
  ('310106', 'x4', 'f1', '2021-09-01', '9999-12-31', 0, '样例公司', 'staff', 12, '');
insert into facility_building (home, id, facility, from_day, until_day, recorded, stage, due, unit, note) values
  ('310106', 'x5', 'f1', '2020-03-01', '9999-12-31', 0, 'planned', '2021-06-30', '区教育局', '');
insert into facility_release (home, id, facility, from_day, until_day, recorded, year, way, places, met, note) values
  ('310106', 'x6', 'f1', '2021-04-01', '9999-12-31', 0, 2021, 'freed', 20, true, '');
insert into facility_support (home, id, facility, from_day, until_day, recorded, kind, source, fen, document, note) values
  ('310106', 'x7', 'f1', '2021-09-01', '2022-09-01', 0, 'subsidy', '样例街道', 5000000, '', '');
insert into facility_service (home, id, facility, from_day, until_day, recorded, style, name, month_from, month_until, mode, fen, per, note) values
  ('310106', 'x8', 'f1', '2021-09-01', '9999-12-31', 0, 'menu', '周末半日托', 24, 36, 'half_day', 12000, 'day', '');
insert into facility_edit (home, facility, version, part, at, account) values ('310106', 'f1', 1, 'base', 0, 'a1');
insert into credential_reminder (home, facility, credential, days, until_day, at, office, closed) values
  ('310106', 'f1', 'k1', 60, '2026-12-31', 0, '', null);
