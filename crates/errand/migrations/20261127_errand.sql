-- Long work that somebody left to be done, and the files that belong to it.

-- table errand: purpose=long work that a person left to be done (imports, exports), its progress and its outcome;
--   basis=operation; retention=until it expires (norm errand.kept_days); owner=errand
create table errand (
    home TEXT not null,
    id TEXT not null,
    kind TEXT not null,
    account TEXT not null,
    post TEXT not null,
    unit TEXT not null,
    lang TEXT not null,
    title TEXT not null,
    task TEXT not null,
    page TEXT not null,
    state TEXT not null constraint errand_state
        check (state in ('waiting', 'queued', 'running', 'done', 'failed', 'cancelled')),
    stopping BOOLEAN not null,
    done BIGINT not null,
    total BIGINT not null,
    message TEXT not null,
    outcome TEXT not null,
    made BIGINT not null,
    began BIGINT,
    ended BIGINT,
    expires BIGINT not null,
    primary key (home, id)
);
create index errand_of_account on errand (account, made, id);
create index errand_by_expiry on errand (expires);

-- table errand_file: purpose=what an errand was given and what it made, for its owner to fetch; basis=operation;
--   retention=that of its errand; owner=errand
create table errand_file (
    home TEXT not null,
    errand TEXT not null,
    part TEXT not null,
    name TEXT not null,
    media_type TEXT not null,
    content BYTEA not null,
    primary key (home, errand, part),
    foreign key (home, errand) references errand (home, id)
);
