insert into consent (account, text, digest, lang, at) values ('a1', 'applicant', '0e', 'zh', 0);
insert into sms (id, lookup, kind, sealed, sealed_by, state, tries, at, expires, done) values
  ('s1', '0d', 'code', null, 'phone-codes-2020-01-01', 'sent', 1, 0, 1, 1);
insert into phone_last (lookup, at) values ('0d', 0);
