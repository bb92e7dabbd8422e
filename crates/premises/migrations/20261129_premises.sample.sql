insert into premises (home, id, place, address, address_key, lon, lat, what, area, floor, source, source_ref, note, version, changed) values
  ('310106', 'pr1', 'p310106', '样例路1号', '样例路1号', 121.45, 31.23, 'shop', 120.5, '1', 'street', '', '', 1, 0);
insert into premises_letting (home, id, premises, from_day, until_day, recorded, lessor_kind, lessor, contact, operator, credit_code, purpose, account) values
  ('310106', 'l1', 'pr1', '2022-01-01', '9999-12-31', 0, 'property', '样例物业', null, '样例公司', null, 'childcare', 'a1');
insert into premises_step (home, premises, no, at, verb, words, account, unit) values ('310106', 'pr1', 1, 0, 'entered', '', 'a1', 'u1');
insert into premises_match (home, premises, outcome, facility, matter, whys, at) values ('310106', 'pr1', 'unmatched', null, null, '[]', 0);
insert into suspicion (home, id, place, subject, name, address, premises, facility, grounds, since, opened, state, shown, decided, due, unit, raised, ended, ending, changed) values
  ('310106', 'su1', 'p310106', 'address/p310106/样例路1号', '样例公司', '样例路1号', 'pr1', null, '[]', '2022-01-01', 0, 'open', '', null, '2022-02-01', 'u1', false, null, null, 0);
insert into suspicion_step (home, suspicion, no, at, verb, day, found, words, account, unit) values
  ('310106', 'su1', 1, 0, 'opened', null, null, '', null, null);
insert into place_report (home, id, token, place, address, address_key, seen, phone, via, via_ref, at, due, state, unit, raised, suspicion, result, reply, account, answered) values
  ('310106', 'rp1', 'ABC', 'p310106', '样例路1号', '样例路1号', null, null, 'page', '', 0, '2022-02-01', 'waiting', 'u1', false, 'su1', null, '', null, null);
