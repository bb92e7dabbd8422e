insert into guide_text (home, place, form, no, from_day, title, title_en, body, body_en, account, made) values
  ('310106', 'p310106', 'opening.sample', 1, '2022-01-01', '样例', 'Sample', '## 样例', '## Sample', null, 0);
insert into question_text (home, question, no, from_day, topic, topic_en, asked, asked_en, answer, answer_en, basis,
    clauses, retired, account, made) values
  ('310106', 'q1', 2, '2022-02-01', '样例', 'Sample', '样例？', 'Sample?', '样例。', 'Sample.', '', '', false, null, 0);
