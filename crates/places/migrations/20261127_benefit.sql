-- table benefit: purpose=procedures of preferential policies: whom they serve, on which conditions, what they give, how to apply; basis=三年行动计划 三(二)、四(二); retention=permanent; owner=places
create table benefit (
  id             TEXT not null primary key,
  title_zh       TEXT not null,
  title_en       TEXT not null,
  clause         TEXT not null references clause(id),
  -- place for which it holds; '' for everywhere
  place          TEXT not null,
  from_day       TEXT not null,
  until_day      TEXT not null,
  -- ';'-framed kinds of facility, 'worker', 'family'
  serves         TEXT not null,
  -- only for those with the inclusive status
  inclusive      BOOLEAN not null,
  conditions_zh  TEXT not null,
  conditions_en  TEXT not null,
  gives_zh       TEXT not null,
  gives_en       TEXT not null,
  steps_zh       TEXT not null,
  steps_en       TEXT not null,
  mark           TEXT not null,
  note           TEXT not null,
  version        BIGINT not null,
  -- who revised it here; '' for what came from a pack
  account        TEXT not null,
  name           TEXT not null,
  at             BIGINT not null,
  check (from_day < until_day)
);

-- table benefit_past: purpose=how a procedure read before it was revised; basis=政府信息公开条例; retention=permanent; owner=places
create table benefit_past (
  id       TEXT not null,
  version  BIGINT not null,
  -- JSON of the row as it stood
  content  TEXT not null,
  account  TEXT not null,
  at       BIGINT not null,
  primary key (id, version)
);
