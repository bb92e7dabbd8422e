-- table change_mark: purpose=counts changes of records per home, so that kept figures know when they are old; basis=derived; retention=permanent; owner=indicator
create table change_mark (
  home   TEXT not null,
  slot   BIGINT not null,
  n      BIGINT not null,
  primary key (home, slot)
);

-- table frozen: purpose=a figure as it was reported; basis=统计法, 行动计划考核; retention=permanent; owner=indicator
create table frozen (
  id           TEXT not null primary key,
  plan         TEXT not null,
  target       TEXT not null,
  indicator    TEXT not null,
  version      BIGINT not null,
  place        TEXT not null,
  as_of        TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  numerator    DOUBLE PRECISION not null,
  denominator  DOUBLE PRECISION not null,
  value        DOUBLE PRECISION,
  light        TEXT not null,
  rows         BIGINT not null,
  note         TEXT not null,
  account      TEXT not null,
  unit         TEXT not null,
  at           BIGINT not null
);
create index frozen_target on frozen (plan, target, at);

-- table frozen_row: purpose=the rows that a frozen figure was made of; basis=统计法; retention=permanent; owner=indicator
create table frozen_row (
  frozen  TEXT not null references frozen(id),
  -- numerator | denominator side of the unit
  part    TEXT not null,
  unit    TEXT not null,
  place   TEXT not null,
  label   TEXT not null,
  meets   BOOLEAN not null,
  amount  DOUBLE PRECISION not null,
  primary key (frozen, part, unit)
);
