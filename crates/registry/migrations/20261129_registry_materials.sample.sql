insert into facility_material (home, id, facility, kind, title, from_day, until_day, file, at, account, own, matter, withdrawn) values
  ('310106', 'mt1', 'f1', 'fire_proof', '消防验收意见', '2021-09-01', '9999-12-31', 'b1', 0, 'a1', false, '', null);
