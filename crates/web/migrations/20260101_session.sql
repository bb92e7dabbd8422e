-- table session: purpose=who is signed in, in which post; basis=网络安全法 第二十一条; retention=until it ends, then 1 day; owner=web
create table session (
  -- SM3 of the token; the token itself is only in the cookie or the header
  digest     TEXT not null primary key,
  account    TEXT not null,
  name       TEXT not null,
  post       TEXT not null,
  unit       TEXT not null,
  unit_name  TEXT not null,
  role       TEXT not null,
  place      TEXT not null,
  facility   TEXT,
  csrf       TEXT not null,
  created    BIGINT not null,
  expires    BIGINT not null
);
create index session_account on session (account);
create index session_expires on session (expires);
