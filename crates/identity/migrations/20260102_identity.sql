-- table unit: purpose=offices that lead or cooperate, and institutions as employers; basis=行动计划任务分工; retention=permanent; owner=identity
create table unit (
  id       TEXT not null primary key,
  name_zh  TEXT not null,
  name_en  TEXT not null,
  -- city | district | street | institution
  level    TEXT not null,
  place    TEXT not null references place(id),
  kind     TEXT not null,
  -- names under which documents print it, ';'-framed
  aliases  TEXT not null,
  is_group BOOLEAN not null,
  facility TEXT
);
create index unit_place on unit (place, id);

-- table unit_member: purpose=which units a group unit means, by day; basis=行动计划任务分工; retention=permanent; owner=identity
create table unit_member (
  grp        TEXT not null references unit(id),
  member     TEXT not null references unit(id),
  from_day   TEXT not null,
  until_day  TEXT not null,
  primary key (grp, member, from_day)
);

-- table account: purpose=who may sign in; basis=网络安全法 第二十一条; retention=5 years after closing; owner=identity
create table account (
  id            TEXT not null primary key,
  login         TEXT not null unique,
  name          TEXT not null,
  password      TEXT not null,
  failed        BIGINT not null,
  locked_until  BIGINT not null,
  -- demo accounts are refused on a folder that demo did not make
  demo          BOOLEAN not null,
  closed        BOOLEAN not null,
  created       BIGINT not null
);

-- table post: purpose=this account at this unit in this role for a span; basis=网络安全法 第二十一条; retention=permanent; owner=identity
create table post (
  id         TEXT not null primary key,
  account    TEXT not null references account(id),
  unit       TEXT not null references unit(id),
  role       TEXT not null,
  place      TEXT not null references place(id),
  facility   TEXT,
  from_day   TEXT not null,
  until_day  TEXT not null,
  check (from_day < until_day)
);
create index post_account on post (account, from_day);
create index post_unit on post (unit, id);
