-- Which organisation an applicant is, who acts for it and how far, who is asked to and who asks to.

-- table applicant_claim: purpose=which organisation somebody says to act for, the proof, and what the guidance centre decided; basis=沪府办规〔2018〕12号; retention=5 years after the last matter; owner=applicant
create table applicant_claim (
  home          TEXT not null,
  id            TEXT not null,
  unit          TEXT not null references unit(id),
  -- the district that deals with it
  place         TEXT not null references place(id),
  name          TEXT not null,
  -- key of the word applicant.kind.<kind>
  kind          TEXT not null,
  -- credit code; '' while only a name was approved
  code          TEXT not null,
  file          TEXT,
  account       TEXT not null references account(id),
  at            BIGINT not null,
  state         TEXT not null check (state in ('provisional', 'waiting', 'confirmed', 'refused', 'replaced')),
  decided_by    TEXT references account(id),
  decided_unit  TEXT references unit(id),
  decided_at    BIGINT,
  words         TEXT not null,
  primary key (home, id),
  check (state <> 'waiting' or (code <> '' and file is not null)),
  foreign key (home, file) references blob(home, id)
);
create unique index applicant_claim_id on applicant_claim (id);
-- one organisation has one applicant in a district, and an applicant is one organisation
create unique index applicant_claim_code on applicant_claim (code, place) where state in ('waiting', 'confirmed');
create unique index applicant_claim_now on applicant_claim (unit) where state in ('provisional', 'waiting', 'confirmed');
create index applicant_claim_unit on applicant_claim (unit, at, id);
create index applicant_claim_place on applicant_claim (place, at, id);

-- table applicant_agent: purpose=how far somebody may act for an applicant; a post without a row is that of the person who opened it; basis=operation; retention=permanent; owner=applicant
create table applicant_agent (
  home        TEXT not null,
  post        TEXT not null references post(id),
  unit        TEXT not null references unit(id),
  account     TEXT not null references account(id),
  may_submit  BOOLEAN not null,
  -- lets others in and ends them
  first       BOOLEAN not null,
  -- who let them in
  by          TEXT not null references account(id),
  at          BIGINT not null,
  primary key (home, post)
);
create index applicant_agent_unit on applicant_agent (unit, at);

-- table applicant_invite: purpose=numbers that were asked to act for an applicant; basis=operation; retention=1 year; owner=applicant
create table applicant_invite (
  home        TEXT not null,
  id          TEXT not null,
  unit        TEXT not null references unit(id),
  -- keyed digest of the number
  lookup      TEXT not null,
  -- the number, sealed with the data key of who asked
  sealed      BYTEA not null,
  may_submit  BOOLEAN not null,
  -- the first day on which the agent is none any more
  until_day   TEXT not null,
  account     TEXT not null references account(id),
  at          BIGINT not null,
  state       TEXT not null check (state in ('open', 'accepted', 'declined', 'withdrawn')),
  changed     BIGINT not null,
  primary key (home, id)
);
create unique index applicant_invite_id on applicant_invite (id);
create unique index applicant_invite_once on applicant_invite (unit, lookup) where state = 'open';
create index applicant_invite_lookup on applicant_invite (lookup, state);

-- table applicant_join: purpose=people who ask to act for an organisation that is bound already; basis=operation; retention=5 years; owner=applicant
create table applicant_join (
  home          TEXT not null,
  id            TEXT not null,
  unit          TEXT not null references unit(id),
  account       TEXT not null references account(id),
  words         TEXT not null,
  at            BIGINT not null,
  state         TEXT not null check (state in ('waiting', 'let_in', 'refused')),
  decided_by    TEXT references account(id),
  decided_unit  TEXT references unit(id),
  decided_at    BIGINT,
  reply         TEXT not null,
  primary key (home, id)
);
create unique index applicant_join_id on applicant_join (id);
create unique index applicant_join_once on applicant_join (unit, account) where state = 'waiting';
create index applicant_join_account on applicant_join (account, at);
