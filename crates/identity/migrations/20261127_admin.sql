-- Administration in the browser: names of units over time, duties, accounts that can be suspended, acting posts,
-- one-time links, matters that need two persons, second factors, settings, hand-overs, checks of the audit.

-- The first day on which a unit is no more; null while it works.
alter table unit add column ended TEXT;

-- table unit_name: purpose=names that a unit had before, by day; basis=行动计划任务分工; retention=permanent; owner=identity
create table unit_name (
  unit       TEXT not null references unit(id),
  name_zh    TEXT not null,
  name_en    TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  primary key (unit, from_day),
  check (from_day < until_day)
);
-- no_overlap unit_name (unit) owner=unit(id) by unit

-- table unit_duty: purpose=what a unit has to do and where that is written, by day; basis=行动计划任务分工; retention=permanent; owner=identity
create table unit_duty (
  unit       TEXT not null references unit(id),
  id         TEXT not null,
  duty       TEXT not null,
  -- document and clause, as printed
  basis      TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  primary key (unit, id),
  check (from_day < until_day)
);

alter table account add column suspended BOOLEAN not null default false;
-- the post for which this one acts; null for a post of its own
alter table post add column acting_for TEXT;
create index post_role on post (role, account);

-- table invite: purpose=one-time links by which a person sets a password; basis=网络安全法 第二十一条; retention=until used or expired, then 1 day; owner=identity
create table invite (
  digest   TEXT not null primary key,
  account  TEXT not null references account(id),
  expires  BIGINT not null
);
create index invite_account on invite (account);

-- table approval: purpose=matters that a second person decides: posts with power, resets of second factors, security settings; basis=GB/T 22239 8.1.5; retention=permanent; owner=identity
create table approval (
  id          TEXT not null primary key,
  -- post | factor_reset | setting
  kind        TEXT not null,
  object      TEXT not null,
  payload     TEXT not null,
  reason      TEXT not null,
  asked_by    TEXT not null,
  asked_at    BIGINT not null,
  -- open | approved | refused | withdrawn
  state       TEXT not null check (state in ('open', 'approved', 'refused', 'withdrawn')),
  decided_by  TEXT,
  decided_at  BIGINT,
  remark      TEXT not null,
  check (decided_by is null or state = 'withdrawn' or decided_by <> asked_by)
);
create index approval_state on approval (state, asked_at, id);

-- table second_factor: purpose=the sealed secret of an account's code generator; basis=GB/T 22239 8.1.4.1; retention=until reset or the account is closed; owner=identity
create table second_factor (
  account    TEXT not null primary key references account(id),
  secret     BYTEA not null,
  confirmed  BOOLEAN not null,
  -- the last time step whose code was taken: none is taken twice
  last_step  BIGINT not null,
  made       BIGINT not null
);

-- table recovery_code: purpose=keyed digests of codes for the day on which the generator is lost; basis=GB/T 22239 8.1.4.1; retention=as second_factor; owner=identity
create table recovery_code (
  account  TEXT not null references account(id),
  digest   TEXT not null,
  used     BIGINT,
  primary key (account, digest)
);

-- table setting: purpose=figures that the operator chooses, with their limits, as the pack brings them; basis=operation; retention=permanent; owner=identity
create table setting (
  name      TEXT not null primary key,
  sort      BIGINT not null,
  unit      TEXT not null,
  -- whole | roles
  form      TEXT not null,
  least     BIGINT not null,
  most      BIGINT not null,
  -- changed by two persons
  security  BOOLEAN not null,
  source    TEXT not null,
  value     TEXT not null
);

-- table setting_value: purpose=values chosen here, by day, with who chose them; basis=operation; retention=permanent; owner=identity
create table setting_value (
  name      TEXT not null references setting(name),
  from_day  TEXT not null,
  value     TEXT not null,
  by        TEXT not null,
  at        BIGINT not null,
  approved  TEXT,
  primary key (name, from_day)
);

-- table hand_over: purpose=who took over whose posts on which day; basis=operation; retention=permanent; owner=identity
create table hand_over (
  id       TEXT not null primary key,
  leaver   TEXT not null references account(id),
  heir     TEXT not null references account(id),
  on_day   TEXT not null,
  posts    BIGINT not null,
  note     TEXT not null,
  by       TEXT not null,
  at       BIGINT not null
);
create index hand_over_leaver on hand_over (leaver, at);

-- table audit_check: purpose=when the audit was checked, by whom, with what result; basis=GB/T 22239 8.1.4.3; retention=as the audit; owner=identity
create table audit_check (
  id       TEXT not null primary key,
  by       TEXT not null,
  begun    BIGINT not null,
  done     BIGINT,
  -- rows and seals that were checked; faults found
  checked  BIGINT not null,
  seals    BIGINT not null,
  faults   BIGINT not null,
  -- the first faults, a line each; or why the check broke off
  report   TEXT not null
);
create index audit_check_begun on audit_check (begun, id);
