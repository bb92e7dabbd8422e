-- What every slice leans on: answers to repeated requests, the outbox and its jobs, the audit with its seals,
-- wrapped keys and the register of blobs.

-- table idempotency: purpose=a request that is sent twice is carried out once; basis=operation;
--   retention=30 days; owner=db
create table idempotency (
    actor TEXT not null,
    key TEXT not null,
    request_digest TEXT not null,
    status BIGINT not null,
    response TEXT not null,
    at BIGINT not null,
    primary key (actor, key)
);
create index idempotency_by_age on idempotency (at);

-- table event: purpose=what happened, told to other slices after the commit; basis=operation;
--   retention=90 days after it was told; owner=db
create table event (
    home TEXT not null,
    id TEXT not null,
    kind TEXT not null,
    payload TEXT not null,
    at BIGINT not null,
    done BIGINT,
    primary key (home, id)
);

-- table job: purpose=work to be done later, with its tries; basis=operation;
--   retention=90 days after it was done; owner=db
create table job (
    home TEXT not null,
    id TEXT not null,
    kind TEXT not null,
    payload TEXT not null,
    state TEXT not null constraint job_state check (state in ('due', 'done', 'given_up')),
    run_at BIGINT not null,
    attempts BIGINT not null,
    last_error TEXT,
    done BIGINT,
    primary key (home, id)
);
create index job_due on job (run_at, home, id) where state = 'due';

-- table key_check: purpose=tells whether the key file belongs to this database (a keyed digest, no key);
--   basis=operation; retention=as long as the database; owner=db
create table key_check (
    name TEXT not null primary key,
    fingerprint TEXT not null
);

-- table person_key: purpose=the data key of a person or household, wrapped by the master key; without it the sealed
--   columns and blobs are noise; basis=Personal Information Protection Law articles 47 and 51;
--   retention=until erasure, then the empty row as its proof; owner=db
create table person_key (
    home TEXT not null,
    person TEXT not null,
    wrapped BYTEA,
    made BIGINT not null,
    erased BIGINT,
    primary key (home, person),
    constraint person_key_erased check ((wrapped is null) = (erased is not null))
);

-- table blob: purpose=which file belongs to which record; basis=that of the record it belongs to;
--   retention=that of the record it belongs to; owner=db
create table blob (
    home TEXT not null,
    id TEXT not null,
    digest TEXT not null,
    size BIGINT not null,
    media_type TEXT not null,
    name TEXT not null,
    person TEXT,
    made BIGINT not null,
    primary key (home, id)
);
create index blob_by_digest on blob (digest);

-- table audit_epoch: purpose=numbers of transactions begin anew after a restore, and with them an epoch;
--   basis=operation; retention=as long as the audit; owner=db
create table audit_epoch (
    epoch BIGINT not null primary key,
    reason TEXT not null,
    at BIGINT not null
);

-- table audit: purpose=who did or saw what, for whom and why (ids only); basis=Personal Information Protection Law
--   article 51, Data Security Law article 27, GB/T 22239 (audit records are kept at least six months);
--   retention=three years; owner=db
create table audit (
    home TEXT not null,
    epoch BIGINT not null,
    tx BIGINT not null,
    id TEXT not null,
    at BIGINT not null,
    account TEXT,
    post TEXT,
    unit TEXT,
    action TEXT not null,
    object_kind TEXT not null,
    object TEXT not null,
    persons TEXT not null,
    purpose TEXT not null,
    span_from TEXT,
    idempotency_key TEXT,
    digest BYTEA not null,
    primary key (home, epoch, tx, id)
);
create index audit_unsealed on audit (epoch, tx);
create index audit_by_object on audit (object_kind, object, at);

-- table audit_person: purpose=a person can see who looked at their data (an index of audit.persons);
--   basis=Personal Information Protection Law article 45; retention=as audit; owner=db
create table audit_person (
    person TEXT not null,
    at BIGINT not null,
    home TEXT not null,
    epoch BIGINT not null,
    tx BIGINT not null,
    id TEXT not null,
    primary key (person, at, id)
);

-- table seal: purpose=signed proof of what the audit held at a moment; basis=as audit; retention=as audit; owner=db
create table seal (
    home TEXT not null,
    n BIGINT not null,
    epoch BIGINT not null,
    lo BIGINT not null,
    hi BIGINT not null,
    row_count BIGINT not null,
    prev BYTEA not null,
    tree BYTEA not null,
    root BYTEA not null,
    at BIGINT not null,
    signature BYTEA not null,
    primary key (home, n)
);
create index seal_boundary on seal (epoch, hi);
