insert into guide (home, place, no, from_day, title, body, account, made) values
  ('310106', 'p310106', 1, '2022-01-01', '样例', '## 样例', 'a1', 0);
insert into question (home, id, place) values ('310106', 'q1', 'p310106');
insert into question_version (home, question, no, topic, asked, answer, basis, retired, account, made) values
  ('310106', 'q1', 1, '样例', '样例？', '样例。', '', false, 'a1', 0);
insert into question_count (home, question, month, what, n) values ('310106', 'q1', '2022-01', 'asked', 1);
insert into question_asked (home, id, place, asked, at, question, account, dealt) values
  ('310106', 'qa1', 'p310106', '样例？', 0, null, null, null);
