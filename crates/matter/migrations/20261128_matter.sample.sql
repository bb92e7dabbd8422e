insert into matter (home, id, number, kind, form, place, applicant, facility, title, state, turn, round, since, days, more, due, opened, changed, ending, ended) values
  ('310106', 'm1', '310106-opening-2022-0001', 'licence.opening', 'opening.for_profit@2020-01-01', 'p310106', 'u1', null, '样例', 'draft', 'u1', 1, '2022-01-01', 90, 0, '2022-04-01', 0, 0, null, null),
  ('310106', 'm2', '310106-opening-2022-0002', 'licence.opening', 'opening.for_profit@2020-01-01', 'p310106', 'u1', 'f1', '样例', 'dropped', null, 0, '2022-01-01', 0, 0, '9999-12-31', 0, 1, 'dropped', 1);
insert into matter_number_of (home, kind, year, last) values ('310106', 'licence.opening', 2022, 2);
insert into matter_step (home, matter, no, at, verb, from_state, to_state, account, unit, words) values
  ('310106', 'm1', 1, 0, 'opened', '', 'draft', 'a1', 'u1', ''),
  ('310106', 'm2', 1, 0, 'opened', '', 'draft', null, null, '');
insert into matter_value (home, matter, field, round, value, sealed, account, at) values
  ('310106', 'm1', 'name', 0, '样例', null, 'a1', 0);
insert into blob (home, id, digest, size, media_type, name, person, made) values
  ('310106', 'matter-sample', 'd', 1, 'application/pdf', '样例.pdf', null, 0);
insert into matter_file (home, matter, no, field, round, file, account, removed) values
  ('310106', 'm1', 1, 'proof', 0, 'matter-sample', 'a1', null);
insert into matter_remark (home, matter, no, round, section, field, words, account, unit, at, answer, settled) values
  ('310106', 'm1', 1, 1, 'base', 'name', '样例', 'a1', 'u1', 0, '', null);
insert into matter_opinion (home, matter, no, round, unit, asked, since, days, due, verdict, words, account, given, file) values
  ('310106', 'm1', 1, 0, 'u3', 0, '2022-01-01', 5, '2022-01-10', null, '', null, null, null);
insert into matter_pause (home, matter, no, from_day, until, words) values
  ('310106', 'm1', 1, '2022-01-02', '2022-01-05', '样例');
insert into matter_pace (home, kind, state, unit, month, days, stays) values
  ('310106', 'licence.opening', 'accepting', 'u1', '2022-01', 3, 1);
insert into matter_link (home, matter, no, kind, href, words) values ('310106', 'm1', 1, 'guide', '/guide', '样例');
insert into matter_rating (home, matter, stars, words, account, at) values ('310106', 'm2', 5, '', 'a1', 1);
