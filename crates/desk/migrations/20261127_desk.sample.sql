insert into desk_entry (home, id, unit, place, kind, about, subject, href, text_zh, text_en, from_unit, from_account, asked, due, state, changed) values
  ('310106', 'd1', 'u1', 'p310000', 'plans.remind', 'sample/S-1', 'sample/S-1', '/plans', '样例', 'Sample', 'u1', 'a1', 0, '2022-12-01', 'open', 0),
  ('310106', 'd2', 'u3', 'p310106', 'plans.remind', 'sample/S-1', 'sample/S-1', '/plans', '样例', 'Sample', null, null, 0, '9999-12-31', 'closed', 1);
insert into desk_step (home, entry, no, at, verb, account, unit, words) values
  ('310106', 'd1', 1, 0, 'asked', 'a1', 'u1', ''),
  ('310106', 'd2', 1, 0, 'asked', null, null, ''),
  ('310106', 'd2', 2, 1, 'closed', null, null, '样例');
