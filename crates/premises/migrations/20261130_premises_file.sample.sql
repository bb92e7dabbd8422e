insert into suspicion (home, id, place, subject, name, address, premises, facility, grounds, since, opened, state, shown, decided, due, unit, raised, ended, ending, changed) values
  ('310106', 'su2', 'p310106', 'facility/f2', '样例园', '样例路2号', null, 'f2', '[]', '2022-01-01', 0, 'guided', '', '2022-01-20', '2022-03-01', 'u1', false, null, null, 0);
