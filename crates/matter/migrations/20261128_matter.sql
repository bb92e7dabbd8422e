-- Matters: what somebody brought and an office decides, whatever its kind.

-- table matter: purpose=what was brought, where it stands and who has to act; basis=上海市托育服务三年行动计划 申办过程管理,
--   行政许可法; retention=permanent (the file of an institution); owner=matter
create table matter (
  home       TEXT not null,
  id         TEXT not null,
  -- as printed for people; unique
  number     TEXT not null,
  kind       TEXT not null,
  -- the form that was in force when it was brought, with its first day
  form       TEXT not null,
  place      TEXT not null references place(id),
  -- the unit that brought it
  applicant  TEXT not null references unit(id),
  -- the institution it is about; null until there is one
  facility   TEXT,
  title      TEXT not null,
  state      TEXT not null,
  -- the unit that has to act, or looks after the opinions; null at the end
  turn       TEXT references unit(id),
  -- how often it went back to the applicant; values and remarks carry it
  round      BIGINT not null,
  -- the clock of the state: from this day so many days, and those added
  since      TEXT not null,
  days       BIGINT not null,
  more       BIGINT not null,
  -- the last day; 9999-12-31 while the clock stands still or nobody is waited for
  due        TEXT not null,
  opened     BIGINT not null,
  changed    BIGINT not null,
  -- granted | refused | dropped; null while it is open
  ending     TEXT check (ending in ('granted', 'refused', 'dropped')),
  ended      BIGINT,
  primary key (home, id),
  check ((ending is null) = (ended is null)),
  check ((ending is null) = (turn is not null))
);
create unique index matter_id on matter (id);
create unique index matter_number on matter (number);
create index matter_turn on matter (turn, due, id) where turn is not null;
create index matter_due on matter (due, id) where turn is not null;
create index matter_applicant on matter (applicant, changed, id);
create index matter_place on matter (place, changed, id);
create index matter_all on matter (changed, id);
create index matter_facility on matter (facility, changed, id) where facility is not null;

-- table matter_number_of: purpose=the last number of a home, kind and year; basis=as matter; retention=permanent; owner=matter
create table matter_number_of (
  home  TEXT not null,
  kind  TEXT not null,
  year  BIGINT not null,
  last  BIGINT not null,
  primary key (home, kind, year)
);

-- table matter_step: purpose=who moved a matter when, from where to where, in which words; basis=as matter;
--   retention=as matter; owner=matter
create table matter_step (
  home        TEXT not null,
  matter      TEXT not null,
  no          BIGINT not null,
  at          BIGINT not null,
  -- a move of its kind, or one of the kernel's own (verb.rs)
  verb        TEXT not null,
  from_state  TEXT not null,
  to_state    TEXT not null,
  -- null: the clock
  account     TEXT references account(id),
  unit        TEXT references unit(id),
  words       TEXT not null,
  primary key (home, matter, no),
  foreign key (home, matter) references matter(home, id)
);

-- table matter_value: purpose=what was filled in, by field and round; basis=as matter; retention=as matter; owner=matter
create table matter_value (
  home     TEXT not null,
  matter   TEXT not null,
  field    TEXT not null,
  round    BIGINT not null,
  -- null where it is about a person: then it is sealed
  value    TEXT,
  sealed   BYTEA,
  account  TEXT not null references account(id),
  at       BIGINT not null,
  primary key (home, matter, field, round),
  foreign key (home, matter) references matter(home, id),
  check ((value is null) = (sealed is not null))
);

-- table matter_file: purpose=materials handed in with a matter; basis=as matter; retention=as matter; owner=matter
create table matter_file (
  home     TEXT not null,
  matter   TEXT not null,
  no       BIGINT not null,
  -- the field of the form
  field    TEXT not null,
  round    BIGINT not null,
  file     TEXT not null,
  account  TEXT not null references account(id),
  -- it was taken out again; what an office has seen stays
  removed  BIGINT,
  primary key (home, matter, no),
  foreign key (home, matter) references matter(home, id),
  foreign key (home, file) references blob(home, id)
);

-- table matter_remark: purpose=what the reviewer wants mended, tied to section and field; basis=as matter;
--   retention=as matter; owner=matter
create table matter_remark (
  home     TEXT not null,
  matter   TEXT not null,
  no       BIGINT not null,
  round    BIGINT not null,
  section  TEXT not null,
  -- '' for the whole section
  field    TEXT not null,
  words    TEXT not null,
  account  TEXT not null references account(id),
  unit     TEXT not null references unit(id),
  at       BIGINT not null,
  -- what the applicant says to it
  answer   TEXT not null,
  -- the reviewer was satisfied, or took it back
  settled  BIGINT,
  primary key (home, matter, no),
  foreign key (home, matter) references matter(home, id)
);

-- table matter_opinion: purpose=which department was asked, until when, and what it said; basis=行动计划 部门协同 会签;
--   retention=as matter; owner=matter
create table matter_opinion (
  home     TEXT not null,
  matter   TEXT not null,
  no       BIGINT not null,
  round    BIGINT not null,
  unit     TEXT not null references unit(id),
  asked    BIGINT not null,
  since    TEXT not null,
  days     BIGINT not null,
  due      TEXT not null,
  -- agree | mend | disagree; null while it is waited for
  verdict  TEXT check (verdict in ('agree', 'mend', 'disagree')),
  words    TEXT not null,
  account  TEXT references account(id),
  given    BIGINT,
  file     TEXT,
  primary key (home, matter, no),
  foreign key (home, matter) references matter(home, id),
  foreign key (home, file) references blob(home, id),
  check ((verdict is null) = (given is null))
);
create unique index matter_opinion_once on matter_opinion (home, matter, round, unit);
create index matter_opinion_waiting on matter_opinion (unit, due, home, matter) where verdict is null;

-- table matter_pause: purpose=when the clock of a matter stood still, and why; basis=行政许可法 第四十五条;
--   retention=as matter; owner=matter
create table matter_pause (
  home      TEXT not null,
  matter    TEXT not null,
  no        BIGINT not null,
  from_day  TEXT not null,
  -- the first day that counts again; 9999-12-31 while it stands still
  until     TEXT not null,
  words     TEXT not null,
  primary key (home, matter, no),
  foreign key (home, matter) references matter(home, id),
  check (from_day <= until)
);

-- table matter_pace: purpose=how many stays in a state took how many working days, by unit and month; basis=行动计划 优化运营环境;
--   retention=permanent (no person in it); owner=matter
create table matter_pace (
  home   TEXT not null,
  kind   TEXT not null,
  -- or `opinion` of the department that was asked
  state  TEXT not null,
  unit   TEXT not null references unit(id),
  -- YYYY-MM in which the stay ended
  month  TEXT not null,
  days   BIGINT not null,
  stays  BIGINT not null,
  primary key (home, kind, state, unit, month, days)
);
create index matter_pace_month on matter_pace (month, kind, state, unit, days);

-- table matter_link: purpose=what a matter followed or brought about, such as the guide in force and the notice; basis=as matter;
--   retention=as matter; owner=matter
create table matter_link (
  home    TEXT not null,
  matter  TEXT not null,
  no      BIGINT not null,
  -- the key of its word is matter.link.<kind>
  kind    TEXT not null,
  href    TEXT not null,
  words   TEXT not null,
  primary key (home, matter, no),
  foreign key (home, matter) references matter(home, id)
);

-- table matter_rating: purpose=how the applicant found the service (好差评), once per matter; basis=优化营商环境条例 第三十七条;
--   retention=as matter; owner=matter
create table matter_rating (
  home     TEXT not null,
  matter   TEXT not null,
  -- 5 very good .. 1 very bad
  stars    BIGINT not null check (stars between 1 and 5),
  words    TEXT not null,
  account  TEXT not null references account(id),
  at       BIGINT not null,
  primary key (home, matter),
  foreign key (home, matter) references matter(home, id)
);
create index matter_rating_bad on matter_rating (at, home, matter) where stars <= 2;
