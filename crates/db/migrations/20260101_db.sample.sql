insert into idempotency (actor, key, request_digest, status, response, at) values ('a1', 'k1', 'd1', 200, '{}', 1668441600000000);
insert into event (home, id, kind, payload, at, done) values ('310106', 'e1', 'facility.opened', '{}', 1668441600000000, null);
insert into job (home, id, kind, payload, state, run_at, attempts, last_error, done)
    values ('310106', 'e1', 'event:facility.opened', '{}', 'due', 1668441600000000, 0, null, null);
insert into audit_epoch (epoch, reason, at) values (1, 'first start', 1668441600000000);
