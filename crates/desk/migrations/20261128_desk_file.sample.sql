insert into blob (home, id, digest, size, media_type, name, person, made) values
  ('310106', 'desk-sample', 'd', 1, 'application/pdf', '样例.pdf', null, 0);
insert into desk_file (home, entry, no, nr, file) values ('310106', 'd2', 1, 1, 'desk-sample');
