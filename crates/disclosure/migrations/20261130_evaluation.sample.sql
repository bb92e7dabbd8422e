insert into evaluation (home, id, facility, day, scheme, evaluator, result, note, document, entered, account) values
  ('310106', 'ev1', 'f1', '2021-11-20', '样例评价方案', '样例评价中心', '良好', '', '', 0, 'a1');
