insert into facility_kind (code, name_zh, name_en, gives_care, sort) values ('institution', '托育机构', 'Childcare institution', true, 3);
insert into facility (home, id, kind, version, created, doubles) values ('310106', 'f1', 'institution', 1, 0, null);
insert into facility_profile (home, id, facility, from_day, until_day, recorded, name, name_key, ownership, legal_form, operator, credit_code, phone) values
  ('310106', 's1', 'f1', '2021-09-01', '9999-12-31', 0, '样例托育园', 'yang4 li4 tuo1 yu4 yuan2 ', 'private', 'for_profit', '样例公司', null, '');
insert into facility_site (home, id, facility, from_day, until_day, recorded, place, address, lon, lat) values
  ('310106', 's2', 'f1', '2021-09-01', '9999-12-31', 0, 'p310106', '样例路1号', 121.45, 31.23);
insert into facility_state (home, id, facility, from_day, until_day, recorded, state, reason) values
  ('310106', 's3', 'f1', '2021-09-01', '2022-03-01', 0, 'operating', ''), ('310106', 's4', 'f1', '2022-03-01', '9999-12-31', 0, 'suspended', '装修');
insert into facility_inclusive (home, id, facility, from_day, until_day, recorded, confirmed_by, reason) values
  ('310106', 's5', 'f1', '2021-10-01', '9999-12-31', 0, '区教育局', '');
insert into facility_fee (home, id, facility, from_day, until_day, recorded, mode, fen, per) values
  ('310106', 's6', 'f1', '2021-09-01', '9999-12-31', 0, 'full_day', 300000, 'month');
insert into facility_flag (home, id, facility, from_day, until_day, recorded, flag, value, reason) values
  ('310106', 's7', 'f1', '2021-09-01', '9999-12-31', 0, 'built', 'new', '');
insert into class (home, id, facility, name, kind, gained) values ('310106', 'c1', 'f1', '托大一班', 'senior', 'new');
insert into class_span (home, id, class, facility, from_day, until_day, recorded, mode) values
  ('310106', 's8', 'c1', 'f1', '2021-09-01', '9999-12-31', 0, 'full_day');
insert into capacity_span (home, id, facility, from_day, until_day, recorded, measure, mode, band, places) values
  ('310106', 's9', 'f1', '2021-09-01', '9999-12-31', 0, 'approved', 'full_day', 'senior', 20);
insert into credential (home, id, holder_kind, holder, kind, number, issuer, from_day, until_day, recorded, scope, places, verified, source) values
  ('310106', 'k1', 'facility', 'f1', 'operation_notice', '沪静托告〔2021〕0001号', '区教育局', '2021-08-20', '9999-12-31', 0, '', 20, 'verified', 'sample');
insert into import_run (id, kind, digest, file, rows, at, account) values ('i1', 'institutions', '00', 'sample.csv', 1, 0, 'a1');
