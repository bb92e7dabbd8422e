-- Notices of lawful childcare (依法开展托育服务告知书) as they were issued.

-- table notice: purpose=which institution was told since when that it may give childcare, and whether that still holds; anybody
--   who scans its code may ask; basis=虹口区创建方案 一(三) 依法开展托育服务告知书,
--   政府信息公开条例; retention=permanent (the file of an institution); owner=licence
create table notice (
  home         TEXT not null,
  id           TEXT not null,
  -- what its code holds: random, cannot be guessed from the number
  token        TEXT not null,
  -- as printed
  number       TEXT not null,
  facility     TEXT not null references facility(id),
  -- the entry of the file that says the same
  credential   TEXT not null,
  -- the matter that it came from; null for one that was entered before and printed here
  matter       TEXT,
  -- the district whose number it bears
  place        TEXT not null references place(id),
  from_day     TEXT not null,
  until_day    TEXT not null,
  issued       BIGINT not null,
  -- the first day on which it holds no longer, and why; null while nothing ended it early
  ended        TEXT,
  ending       TEXT check (ending in ('superseded', 'revoked', 'given_back', 'closed')),
  replaced_by  TEXT,
  -- what stands on it, as JSON: never changed afterwards
  printed      TEXT not null,
  primary key (home, id),
  check (from_day < until_day),
  check ((ended is null) = (ending is null)),
  check (replaced_by is null or ending = 'superseded')
);
create unique index notice_token on notice (token);
create unique index notice_number on notice (number);
create unique index notice_credential on notice (credential);
create index notice_facility on notice (facility, issued, id);
create index notice_place on notice (place, issued, id);
create index notice_all on notice (issued, id);

-- table notice_number_of: purpose=the last number of a district and year; basis=as notice; retention=permanent; owner=licence
create table notice_number_of (
  place  TEXT not null references place(id),
  year   BIGINT not null,
  last   BIGINT not null,
  primary key (place, year)
);
