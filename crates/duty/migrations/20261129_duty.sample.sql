insert into duty_check (home, id, facility, duty, day, points, note, account, unit, made) values
  ('310106', 'dc1', 'f1', 'fire', '2022-11-01', '{"exits":"deficient"}', '', 'a1', 'u1', 0);
insert into duty_deficiency (home, id, duty_check, facility, place, duty, point, words, found, mended, mend_words, mend_account, mend_at) values
  ('310106', 'dd1', 'dc1', 'f1', 'p310106', 'fire', 'exits', '样例', '2022-11-01', null, null, null, null);
insert into blob (home, id, digest, size, media_type, name, person, made) values
  ('310106', 'duty-sample', 'd', 1, 'application/pdf', '样例.pdf', null, 0);
insert into duty_file (home, owner, nr, file) values ('310106', 'dc1', 1, 'duty-sample');
