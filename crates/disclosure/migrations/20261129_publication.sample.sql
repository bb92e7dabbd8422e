insert into publication (home, id, facility, year, no, as_of, content, checks, to_mend, prepared, prepared_by, reply_until, reply, replied,
  replied_by, published, published_day, published_by, publisher, valid_until, digest, supersedes, reason, superseded_by, superseded_day) values
  ('310106', 'pub1', 'f1', 2021, 1, '2022-02-15', '{}', 0, 0, 0, 'a1', '2022-02-25', null, null, null, 1, '2022-03-01', 'a1', 'u1', '2023-06-01', 'aa',
   null, '', 'pub2', '2022-04-01'),
  ('310106', 'pub2', 'f1', 2021, 2, '2022-03-15', '{}', 1, 0, 1, 'a1', '2022-03-25', '没有意见', 2, 'a1', 3, '2022-04-01', 'a1', 'u1', '2023-07-01', 'bb',
   'pub1', '补充检查结果', null, null);
insert into publication_bytes (home, publication, digest, bytes) values ('310106', 'pub1', 'aa', '');
insert into publication_objection (home, id, publication, text, at, account, decision, words, decided, decided_by) values
  ('310106', 'obj1', 'pub1', '检查结果没有列出', 1, 'a1', 'upheld', '已更正', 2, 'a1');
insert into check_result (home, id, facility, day, kind, office, result, note, document, entered, account) values
  ('310106', 'chk1', 'f1', '2021-10-20', 'routine', '样例区托育服务指导中心', 'fine', '', '', 0, 'a1');
