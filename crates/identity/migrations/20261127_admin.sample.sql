insert into unit_name (unit, name_zh, name_en, from_day, until_day) values ('u1', '样例旧名', 'Old sample', '2019-01-01', '2020-01-01');
insert into unit_duty (unit, id, duty, basis, from_day, until_day) values ('u1', 'd1', '样例职责', '样例文件 一', '2020-01-01', '9999-12-31');
insert into invite (digest, account, expires) values ('0b', 'a1', 1);
insert into approval (id, kind, object, payload, reason, asked_by, asked_at, state, decided_by, decided_at, remark) values
  ('ap1', 'setting', 'session.hours', '{}', '样例', 'a1', 0, 'open', null, null, '');
insert into recovery_code (account, digest, used) values ('a1', '0c', null);
insert into setting (name, sort, unit, form, least, most, security, source, value) values
  ('sample.setting', 1, 'hour', 'whole', 1, 24, false, 'sample', '12');
insert into setting_value (name, from_day, value, by, at, approved) values ('sample.setting', '2020-01-01', '8', 'a1', 0, null);
insert into hand_over (id, leaver, heir, on_day, posts, note, by, at) values ('h1', 'a1', 'a2', '2020-01-01', 1, '', 'a1', 0);
insert into audit_check (id, by, begun, done, checked, seals, faults, report) values ('k1', 'a1', 0, null, 0, 0, 0, '');
