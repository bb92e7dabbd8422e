insert into desk_entry (home, id, unit, place, kind, about, subject, href, text_zh, text_en, from_unit, from_account, asked, due, state, changed, there) values
  ('310106', 'd3', 'u1', 'p310000', 'matter.turn', 'm1', 'm1', '/matters/m1', '样例', 'Sample', null, null, 0, '2022-12-01', 'open', 0, true);
