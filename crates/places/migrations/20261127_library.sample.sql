update document set kind = 'plan' where id = 'd1';
insert into norm_change (id, key, facet, place, from_day, until_day, value, unit, clause, mark, note, reason, state, account, name, unit_name,
  at, decider, decider_name, decider_unit, decided, remark, replaced, effect) values
  ('nc1', 'sample.days', '', '', '2023-01-01', '9999-12-31', '60', 'day', 'd1.1', 'V', '', '样例', 'proposed', 'a1', '甲', '样例单位', 0, null, '', '', null, '', '[]', '[]'),
  ('nc2', 'sample.days', '', 'p310106', '2023-01-01', '9999-12-31', '60', 'day', 'd1.1', 'V', '', '样例', 'approved', 'a1', '甲', '样例单位', 0, 'a2', '乙', '样例单位', 1, '', '[]', '[]');
