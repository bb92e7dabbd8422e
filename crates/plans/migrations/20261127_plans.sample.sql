insert into key_task (plan, task, marked, unmarked, account, unit) values
  ('sample', 1, 0, 5, 'a1', 'u1'),
  ('sample', 1, 10, null, 'a1', 'u1');
