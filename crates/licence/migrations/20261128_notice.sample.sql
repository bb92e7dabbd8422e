insert into notice_number_of (place, year, last) values ('p310106', 2022, 2);
insert into notice (home, id, token, number, facility, credential, matter, place, from_day, until_day, issued, ended, ending, replaced_by, printed) values
  ('310106', 'notice2', 'SAMPLESAMPLESAMPLE22', '310106-2022-0002', 'f1', 'sample2', null, 'p310106', '2022-06-01', '9999-12-31', 1, null, null, null, '{}'),
  ('310106', 'notice1', 'SAMPLESAMPLESAMPLE33', '310106-2022-0001', 'f1', 'sample1', null, 'p310106', '2022-01-01', '9999-12-31', 0, '2022-06-01', 'superseded', 'notice2', '{}');
