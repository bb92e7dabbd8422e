-- The guide of applicants (申办指南) and the hundred questions (百问百答), in versions.

-- table guide: purpose=how to apply, as a district says it, in versions; basis=行动计划 申办指南; retention=permanent; owner=guide
create table guide (
  home      TEXT not null,
  place     TEXT not null references place(id),
  no        BIGINT not null,
  -- from this day until the next version
  from_day  TEXT not null,
  title     TEXT not null,
  -- lines: `## ` a heading, `- ` a point, others a paragraph
  body      TEXT not null,
  account   TEXT not null references account(id),
  made      BIGINT not null,
  primary key (home, place, no)
);
create index guide_day on guide (place, from_day, no);

-- table question: purpose=what applicants ask; basis=行动计划 咨询百问百答; retention=permanent; owner=guide
create table question (
  home   TEXT not null,
  id     TEXT not null,
  place  TEXT not null references place(id),
  primary key (home, id)
);
create unique index question_id on question (id);
create index question_place on question (place, id);

-- table question_version: purpose=question and answer as they stood; basis=as question; retention=permanent; owner=guide
create table question_version (
  home      TEXT not null,
  question  TEXT not null,
  no        BIGINT not null,
  topic     TEXT not null,
  asked     TEXT not null,
  answer    TEXT not null,
  -- document and clause; may be empty
  basis     TEXT not null,
  -- it is no longer shown
  retired   BOOLEAN not null,
  account   TEXT not null references account(id),
  made      BIGINT not null,
  primary key (home, question, no),
  foreign key (home, question) references question(home, id)
);

-- table question_count: purpose=which questions recur and whether answers helped, by month, nobody's name; basis=as question;
--   retention=permanent; owner=guide
create table question_count (
  home      TEXT not null,
  question  TEXT not null,
  month     TEXT not null,
  -- asked | helped | not_helped
  what      TEXT not null check (what in ('asked', 'helped', 'not_helped')),
  n         BIGINT not null,
  primary key (home, question, month, what),
  foreign key (home, question) references question(home, id)
);

-- table question_asked: purpose=what somebody asked who found no answer, without a name; basis=as question;
--   retention=2 years after it was dealt with; owner=guide
create table question_asked (
  home      TEXT not null,
  id        TEXT not null,
  place     TEXT not null references place(id),
  asked     TEXT not null,
  at        BIGINT not null,
  -- the question that answers it; null while it waits
  question  TEXT,
  account   TEXT references account(id),
  dealt     BIGINT,
  primary key (home, id),
  foreign key (home, question) references question(home, id)
);
create unique index question_asked_id on question_asked (id);
create index question_asked_open on question_asked (place, at, id) where dealt is null;
