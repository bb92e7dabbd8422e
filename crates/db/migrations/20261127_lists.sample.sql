insert into event (home, id, kind, payload, at, done) values ('310109', 'e2', 'facility.opened', '{}', 1668441600000000, null);
