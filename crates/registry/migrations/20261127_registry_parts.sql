-- The other parts of a file: premises, chains, agreed and welfare places, the way of a provided kindergarten from plan
-- to handover, places that a kindergarten adds or frees, support that was given, and the menu of services.

-- table facility_premises: purpose=in what rooms the facility works and whose they are; basis=托育机构设置标准(试行); retention=permanent; owner=registry
create table facility_premises (
  home         TEXT not null,
  id           TEXT not null,
  facility     TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  recorded     BIGINT not null,
  -- owned | rented | supplied | shared
  tenure       TEXT not null,
  -- who owns, lets or supplies them; may be empty
  supplier     TEXT not null,
  -- whole square metres
  area         BIGINT check (area > 0),
  outdoor      BIGINT check (outdoor >= 0),
  -- as written: 1层, 1-2层
  floors       TEXT not null,
  -- false: rooms inside a building of another use (非独立场所)
  independent  BOOLEAN not null,
  note         TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_premises_facility on facility_premises (home, facility, from_day);
-- no_overlap facility_premises (home, facility) owner=facility(home, id) by home, facility

-- table facility_chain: purpose=to which brand a branch belongs, so that chains are seen as one; basis=上海市托育服务三年行动计划(2020-2022年) 三(一)2; retention=permanent; owner=registry
create table facility_chain (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  brand      TEXT not null,
  -- direct | franchise
  bond       TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_chain_facility on facility_chain (home, facility, from_day);
create index facility_chain_brand on facility_chain (brand, facility, from_day);
-- no_overlap facility_chain (home, facility) owner=facility(home, id) by home, facility

-- table facility_agreement: purpose=inclusive toddler places that a private kindergarten agreed to offer; basis=上海市托育服务三年行动计划(2020-2022年) 三(一)2; retention=permanent; owner=registry
create table facility_agreement (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- the unit with which it was agreed
  partner    TEXT not null,
  places     BIGINT not null check (places >= 0),
  note       TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_agreement_facility on facility_agreement (home, facility, from_day);
-- no_overlap facility_agreement (home, facility) owner=facility(home, id) by home, facility

-- table facility_welfare: purpose=for whom an employer or a park offers care, and how many benefit; basis=上海市托育服务三年行动计划(2020-2022年) 三(一)1; retention=permanent; owner=registry
create table facility_welfare (
  home         TEXT not null,
  id           TEXT not null,
  facility     TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  recorded     BIGINT not null,
  -- the employer, or the park and its firms
  host         TEXT not null,
  -- staff | tenants | open
  beneficiary  TEXT not null,
  -- children of those who benefit
  children     BIGINT not null check (children >= 0),
  note         TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_welfare_facility on facility_welfare (home, facility, from_day);
-- no_overlap facility_welfare (home, facility) owner=facility(home, id) by home, facility

-- table facility_building: purpose=the way of a publicly provided kindergarten from plan to handover; basis=浦东新区托育服务三年行动计划(2021-2023年) 三(一)1; retention=permanent; owner=registry
create table facility_building (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- planned | approved | construction | completed | handed_over
  stage      TEXT not null,
  -- the day for which the handover is promised while this stage holds
  due        TEXT,
  unit       TEXT not null,
  note       TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_building_facility on facility_building (home, facility, from_day);
create index facility_building_stage on facility_building (stage, from_day, facility);
-- no_overlap facility_building (home, facility) owner=facility(home, id) by home, facility

-- table facility_release: purpose=toddler places that a kindergarten means to add or free in a year; basis=上海市托育服务三年行动计划(2020-2022年) 二(二)1; retention=permanent; owner=registry
create table facility_release (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  year       BIGINT not null,
  -- added | freed
  way        TEXT not null,
  places     BIGINT not null check (places >= 0),
  -- residents' children of 3 to 6 have their places
  met        BOOLEAN not null,
  note       TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_release_facility on facility_release (home, facility, year, way, from_day);
create index facility_release_year on facility_release (year, facility, way, from_day);
-- no_overlap facility_release (home, facility, year, way) owner=facility(home, id) by home, facility

-- table facility_support: purpose=support given by district, street or others: what, for which period, how much, from whom; basis=上海市托育服务三年行动计划(2020-2022年) 三(一)1; retention=permanent; owner=registry
create table facility_support (
  home       TEXT not null,
  id         TEXT not null,
  facility   TEXT not null,
  from_day   TEXT not null,
  until_day  TEXT not null,
  recorded   BIGINT not null,
  -- premises | rent | subsidy | incentive | other
  kind       TEXT not null,
  source     TEXT not null,
  -- for the whole period; null: not in money
  fen        BIGINT check (fen >= 0),
  document   TEXT not null,
  note       TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_support_facility on facility_support (home, facility, from_day);
create index facility_support_day on facility_support (from_day, facility, id);

-- table facility_service: purpose=what a facility offers besides places: embedded, menu-style and age-graded services; basis=静安区托育服务三年行动计划(2021-2023年) 三(一)2; retention=permanent; owner=registry
create table facility_service (
  home         TEXT not null,
  id           TEXT not null,
  facility     TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  recorded     BIGINT not null,
  -- embedded | menu | graded
  style        TEXT not null,
  name         TEXT not null,
  -- for children from this age to below that one, in months
  month_from   BIGINT not null check (month_from >= 0),
  month_until  BIGINT not null,
  mode         TEXT not null,
  fen          BIGINT check (fen >= 0),
  per          TEXT,
  note         TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day),
  check (month_from < month_until)
);
create index facility_service_facility on facility_service (home, facility, id);

-- table facility_edit: purpose=who last changed which part of a file, and when; basis=静安区托育服务三年行动计划(2021-2023年) 三(二)3 及时更新; retention=permanent; owner=registry
create table facility_edit (
  home      TEXT not null,
  facility  TEXT not null,
  -- the version of the file that the change made
  version   BIGINT not null,
  part      TEXT not null,
  at        BIGINT not null,
  -- the account, or the name of a command
  account   TEXT not null,
  primary key (home, facility, version, part),
  foreign key (home, facility) references facility(home, id)
);

-- table credential_reminder: purpose=which reminders of a credential's end were sent and are open, so that each is sent once; basis=托育机构登记和备案办法(试行) 第九条; retention=10 years; owner=registry
create table credential_reminder (
  home        TEXT not null,
  facility    TEXT not null,
  credential  TEXT not null,
  -- days before the end, a norm of that day
  days        BIGINT not null,
  -- the first day without it, as told; another end is told again
  until_day   TEXT not null,
  at          BIGINT not null,
  -- the unit of the administration that was told as well; empty: none
  office      TEXT not null,
  -- renewed, ended otherwise, or removed
  closed      BIGINT,
  primary key (home, credential, days, until_day)
);
create index credential_reminder_open on credential_reminder (facility, credential) where closed is null;
create index credential_reminder_office on credential_reminder (office, until_day, days) where closed is null;
create index credential_reminder_at on credential_reminder (at, office);

-- Credentials in the order of their ends.
create index credential_until on credential (holder_kind, until_day, id);
