insert into benefit (id, title_zh, title_en, clause, place, from_day, until_day, serves, inclusive, conditions_zh, conditions_en, gives_zh, gives_en,
  steps_zh, steps_en, mark, note, version, account, name, at) values
  ('b1', '样例政策', 'Sample policy', 'd1.1', '', '2020-01-01', '9999-12-31', ';institution;', true, '样例', 'sample', '样例', 'sample', '样例', 'sample', 'V', '', 1, '', '', 0);
insert into benefit_past (id, version, content, account, at) values ('b1', 0, '{}', 'a1', 0);
