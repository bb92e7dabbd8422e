-- table first_start: purpose=a code, printed on the console, with which the first accounts of an empty installation are made; basis=GB/T 22239-2019 8.1.4.1; retention=until the first account; owner=identity
create table first_start (
  id      TEXT not null primary key,
  -- keyed digest; the code itself is only printed
  code    TEXT not null,
  place   TEXT not null references place(id),
  made    BIGINT not null,
  -- wrong codes typed so far
  failed  BIGINT not null
);
