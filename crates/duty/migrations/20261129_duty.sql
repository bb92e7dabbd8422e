-- Self-checks of institutions as the first responsible subjects (第一责任主体), and the deficiencies that they found.

-- table duty_check: purpose=when an institution looked whether it does a duty, and what it found; basis=浦府办〔2021〕12号 三（二）1;
--   retention=5 years; owner=duty
create table duty_check (
  home      TEXT not null,
  id        TEXT not null,
  facility  TEXT not null,
  -- id of the duty in packs/duties.toml
  duty      TEXT not null,
  day       TEXT not null,
  -- JSON: what was found at each point
  points    TEXT not null,
  note      TEXT not null,
  account   TEXT not null references account(id),
  unit      TEXT not null references unit(id),
  made      BIGINT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id)
);
create unique index duty_check_id on duty_check (id);
create index duty_check_day on duty_check (home, facility, duty, day, id);

-- table duty_deficiency: purpose=what a self-check found that is not as it must be, until it is mended; basis=as duty_check;
--   retention=5 years after it was mended; owner=duty
create table duty_deficiency (
  home         TEXT not null,
  id           TEXT not null,
  duty_check   TEXT not null,
  facility     TEXT not null,
  -- where the institution lay when it was found
  place        TEXT not null references place(id),
  duty         TEXT not null,
  point        TEXT not null,
  words        TEXT not null,
  found        TEXT not null,
  -- null while it is open
  mended       TEXT,
  mend_words   TEXT,
  mend_account TEXT references account(id),
  mend_at      BIGINT,
  primary key (home, id),
  foreign key (home, duty_check) references duty_check(home, id),
  foreign key (home, facility) references facility(home, id),
  check (mended is null or mended >= found)
);
create unique index duty_deficiency_id on duty_deficiency (id);
create index duty_deficiency_facility on duty_deficiency (home, facility, duty, found, id);
create index duty_deficiency_open on duty_deficiency (place, found, id) where mended is null;

-- table duty_file: purpose=files that show what was found or how it was mended; basis=as duty_check; retention=as what they
--   show; owner=duty
create table duty_file (
  home   TEXT not null,
  -- the self-check, or the deficiency whose mending it shows
  owner  TEXT not null,
  -- from 1
  nr     BIGINT not null,
  file   TEXT not null,
  primary key (home, owner, nr),
  foreign key (home, file) references blob(home, id)
);
