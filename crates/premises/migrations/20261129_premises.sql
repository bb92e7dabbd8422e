-- Premises that are let or lent for childcare, likely unlicensed operation, and what the public reports.

-- table premises: purpose=rooms that may serve childcare: where they lie, what they are, who told of them;
--   basis=静府办发〔2021〕14号 三（二）3 源头监管; retention=5 years after the last letting; owner=premises
create table premises (
  home         TEXT not null,
  id           TEXT not null,
  -- street or town
  place        TEXT not null references place(id),
  address      TEXT not null,
  -- the address as compared (address.rs)
  address_key  TEXT not null,
  lon          DOUBLE PRECISION,
  lat          DOUBLE PRECISION,
  -- code of the word premises.what.<code>
  what         TEXT not null,
  -- square metres
  area         DOUBLE PRECISION,
  floor        TEXT not null,
  -- code of the word premises.source.<code>, and the number that it has there
  source       TEXT not null,
  source_ref   TEXT not null,
  note         TEXT not null,
  -- grows with every change: two editors never overwrite each other
  version      BIGINT not null,
  changed      BIGINT not null,
  primary key (home, id)
);
create unique index premises_id on premises (id);
create unique index premises_address on premises (place, address_key);
create index premises_changed on premises (changed, id);

-- table premises_letting: purpose=who lets or lends the rooms to whom, for what and for which days; basis=as premises;
--   retention=as premises; owner=premises
create table premises_letting (
  home         TEXT not null,
  id           TEXT not null,
  premises     TEXT not null,
  from_day     TEXT not null,
  until_day    TEXT not null,
  recorded     BIGINT not null,
  -- code of the word premises.lessor.<code>
  lessor_kind  TEXT not null,
  -- an organisation; '' for a natural person, who stands in the sealed contact only
  lessor       TEXT not null,
  -- contact and telephone of the lessor, sealed with the key premises/<id>
  contact      BYTEA,
  operator     TEXT not null,
  credit_code  TEXT,
  -- childcare | early_education | training | unclear
  purpose      TEXT not null check (purpose in ('childcare', 'early_education', 'training', 'unclear')),
  -- null: brought in by a job
  account      TEXT references account(id),
  primary key (home, id),
  foreign key (home, premises) references premises(home, id),
  check (from_day < until_day)
);
create index premises_letting_premises on premises_letting (home, premises, from_day);
-- no_overlap premises_letting (home, premises) owner=premises(home, id) by home, premises

-- table premises_step: purpose=what was entered, changed and ended, by whom; basis=as premises; retention=as premises;
--   owner=premises
create table premises_step (
  home      TEXT not null,
  premises  TEXT not null,
  no        BIGINT not null,
  at        BIGINT not null,
  -- key of the word premises.step.<verb>
  verb      TEXT not null,
  words     TEXT not null,
  account   TEXT references account(id),
  unit      TEXT references unit(id),
  primary key (home, premises, no),
  foreign key (home, premises) references premises(home, id)
);

-- table premises_match: purpose=what the register of institutions and the matters in progress say of premises;
--   basis=derived by comparison; retention=as its source; owner=premises
create table premises_match (
  home      TEXT not null,
  premises  TEXT not null,
  -- code of the word premises.outcome.<code>
  outcome   TEXT not null,
  facility  TEXT,
  matter    TEXT,
  -- JSON: which rule fitted by which value
  whys      TEXT not null,
  at        BIGINT not null,
  primary key (home, premises),
  foreign key (home, premises) references premises(home, id)
);

-- table suspicion: purpose=a place that probably gives childcare without a notice, why, and what was decided;
--   basis=静府办发〔2021〕14号 二（二）2、三（二）3; retention=permanent (supervision); owner=premises
create table suspicion (
  home         TEXT not null,
  id           TEXT not null,
  -- street or town
  place        TEXT not null references place(id),
  -- `facility/ID` or `address/PLACE/KEY`
  subject      TEXT not null,
  name         TEXT not null,
  address      TEXT not null,
  premises     TEXT,
  facility     TEXT,
  -- JSON: the grounds of today
  grounds      TEXT not null,
  since        TEXT not null,
  opened       BIGINT not null,
  -- open | guided | confirmed | ended
  state        TEXT not null check (state in ('open', 'guided', 'confirmed', 'ended')),
  -- how the public sees it once it is confirmed; '' before
  shown        TEXT not null,
  decided      TEXT,
  -- the last day for the next step
  due          TEXT not null,
  -- the unit on whose desk it is
  unit         TEXT references unit(id),
  -- the unit above was told
  raised       BOOLEAN not null,
  ended        BIGINT,
  -- code of the word premises.ending.<code>
  ending       TEXT,
  changed      BIGINT not null,
  primary key (home, id),
  check ((state = 'ended') = (ended is not null)),
  check ((ended is null) = (ending is null))
);
create unique index suspicion_id on suspicion (id);
create unique index suspicion_once on suspicion (subject) where ended is null;
create index suspicion_subject on suspicion (subject, opened);
create index suspicion_place on suspicion (place, changed, id);
create index suspicion_changed on suspicion (changed, id);
create index suspicion_due on suspicion (due, id) where ended is null;

-- table suspicion_step: purpose=what was seen on which day, decided and told, by whom; basis=as suspicion;
--   retention=as suspicion; owner=premises
create table suspicion_step (
  home       TEXT not null,
  suspicion  TEXT not null,
  no         BIGINT not null,
  at         BIGINT not null,
  -- key of the word premises.deed.<verb>
  verb       TEXT not null,
  -- the day of a visit, and what was found: code of the word premises.found.<code>
  day        TEXT,
  found      TEXT,
  words      TEXT not null,
  account    TEXT references account(id),
  unit       TEXT references unit(id),
  primary key (home, suspicion, no),
  foreign key (home, suspicion) references suspicion(home, id)
);

-- table suspicion_file: purpose=photographs of a visit; basis=as suspicion; retention=as suspicion; owner=premises
create table suspicion_file (
  home       TEXT not null,
  suspicion  TEXT not null,
  no         BIGINT not null,
  step       BIGINT not null,
  file       TEXT not null,
  primary key (home, suspicion, no),
  foreign key (home, suspicion, step) references suspicion_step(home, suspicion, no),
  foreign key (home, file) references blob(home, id)
);

-- table place_report: purpose=what somebody reports of a place without a notice, and the answer;
--   basis=行动计划 社会公众监督; retention=2 years after the answer, then the sealed words are erased; owner=premises
create table place_report (
  home         TEXT not null,
  id           TEXT not null,
  -- how whoever reported finds the answer
  token        TEXT not null,
  place        TEXT not null references place(id),
  address      TEXT not null,
  address_key  TEXT not null,
  -- what was seen, and the telephone, sealed with the key report/<id>
  seen         BYTEA,
  phone        BYTEA,
  -- code of the word premises.via.<code>, and the number that it has there
  via          TEXT not null,
  via_ref      TEXT not null,
  at           BIGINT not null,
  due          TEXT not null,
  -- waiting | answered
  state        TEXT not null check (state in ('waiting', 'answered')),
  unit         TEXT references unit(id),
  raised       BOOLEAN not null,
  suspicion    TEXT,
  -- code of the word premises.result.<code>
  result       TEXT,
  -- no personal data: whoever has the token reads it
  reply        TEXT not null,
  account      TEXT references account(id),
  answered     BIGINT,
  primary key (home, id),
  check ((state = 'answered') = (answered is not null)),
  check ((answered is null) = (result is null))
);
create unique index place_report_id on place_report (id);
create unique index place_report_token on place_report (token);
create index place_report_at on place_report (at, id);
create index place_report_answered on place_report (answered, id);
create index place_report_place on place_report (place, at, id);
create index place_report_due on place_report (due, id) where state = 'waiting';

-- table place_report_file: purpose=photographs of whoever reported; basis=as place_report; retention=as place_report;
--   owner=premises
create table place_report_file (
  home    TEXT not null,
  report  TEXT not null,
  no      BIGINT not null,
  file    TEXT not null,
  primary key (home, report, no),
  foreign key (home, report) references place_report(home, id),
  foreign key (home, file) references blob(home, id)
);
