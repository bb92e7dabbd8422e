-- table declared: purpose=a figure that a unit states with evidence while no records of it exist, and who confirmed it; basis=行动计划任务分工, 统计法; retention=permanent; owner=plans
create table declared (
  -- bucket of the place
  home          TEXT not null,
  id            TEXT not null,
  plan          TEXT not null,
  target        TEXT not null,
  indicator     TEXT not null,
  place         TEXT not null,
  -- the period as far as it had passed; the value is that of the day before until_day
  from_day      TEXT not null,
  until_day     TEXT not null,
  -- in the unit of the indicator
  value         DOUBLE PRECISION not null,
  note          TEXT not null,
  -- blob(home, id) with the evidence
  evidence      TEXT not null,
  -- reported | confirmed | returned | withdrawn | replaced
  state         TEXT not null,
  unit          TEXT not null,
  unit_name     TEXT not null,
  account       TEXT not null,
  name          TEXT not null,
  at            BIGINT not null,
  decider       TEXT,
  decider_name  TEXT not null,
  decider_unit  TEXT not null,
  decided       BIGINT,
  remark        TEXT not null,
  primary key (home, id),
  check (from_day < until_day),
  -- two persons, whoever writes
  check (state not in ('confirmed', 'returned') or (decider is not null and decider <> account))
);
create index declared_plan on declared (plan, place, target, until_day);
create unique index declared_confirmed on declared (plan, place, target, until_day) where state = 'confirmed';
create unique index declared_reported on declared (plan, place, target, until_day) where state = 'reported';
