insert into session (digest, account, name, post, unit, unit_name, role, place, facility, csrf, created, expires)
values ('0a', 'a1', '样例', 'p1', 'u1', '样例单位', 'auditor', 'p310000', null, 'c', 0, 1);
