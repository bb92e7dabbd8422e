insert into applicant_claim (home, id, unit, place, name, kind, code, file, account, at, state, decided_by, decided_unit, decided_at, words) values
  ('310106', 'c1', 'u1', 'p310106', '样例公司', 'company', '', null, 'a1', 0, 'provisional', null, null, null, '');
insert into applicant_agent (home, post, unit, account, may_submit, first, by, at) values ('310106', 'p1', 'u1', 'a1', true, true, 'a1', 0);
insert into applicant_join (home, id, unit, account, words, at, state, decided_by, decided_unit, decided_at, reply) values
  ('310106', 'j1', 'u1', 'a2', '样例', 0, 'waiting', null, null, null, '');
