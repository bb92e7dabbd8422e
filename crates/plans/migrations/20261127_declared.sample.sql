insert into declared (home, id, plan, target, indicator, place, from_day, until_day, value, note, evidence, state, unit, unit_name, account, name,
  at, decider, decider_name, decider_unit, decided, remark) values
  ('310106', 'dv1', 'jingan-2021-2023', 'JA-15', 'sample', 'p310106', '2022-01-01', '2023-01-01', 1, '', 'b1', 'confirmed', 'u1', '样例单位', 'a1', '甲', 0, 'a2', '乙', '样例单位', 1, ''),
  ('310106', 'dv2', 'jingan-2021-2023', 'JA-15', 'sample', 'p310106', '2023-01-01', '2023-07-01', 2, '', 'b2', 'reported', 'u1', '样例单位', 'a1', '甲', 2, null, '', '', null, '');
