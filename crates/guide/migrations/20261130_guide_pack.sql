-- The city's guide and answers come with the packs: nobody's account wrote them, they are in both languages, a guide may
-- be of one application only, and an answer holds from a day.

-- table guide_text: purpose=how to apply, in general or by application, as the city or a district says it, in versions;
--   basis=行动计划 申办指南; retention=permanent; owner=guide
create table guide_text (
  home      TEXT not null,
  place     TEXT not null references place(id),
  -- the form that it is about; empty: all of them
  form      TEXT not null,
  no        BIGINT not null,
  -- from this day until the next version
  from_day  TEXT not null,
  title     TEXT not null,
  title_en  TEXT not null,
  -- lines: `## ` a heading, `- ` a point, others a paragraph; {norm KEY FACET} and {clause ID} are read when it is shown
  body      TEXT not null,
  body_en   TEXT not null,
  -- null: it came with a pack
  account   TEXT references account(id),
  made      BIGINT not null,
  primary key (home, place, form, no)
);
create index guide_text_day on guide_text (place, form, from_day, no);
insert into guide_text (home, place, form, no, from_day, title, title_en, body, body_en, account, made)
  select home, place, '', no, from_day, title, '', body, '', account, made from guide;
drop table guide;

-- table question_text: purpose=question and answer as they stood, from which day; basis=as question; retention=permanent;
--   owner=guide
create table question_text (
  home      TEXT not null,
  question  TEXT not null,
  no        BIGINT not null,
  from_day  TEXT not null,
  topic     TEXT not null,
  topic_en  TEXT not null,
  asked     TEXT not null,
  asked_en  TEXT not null,
  answer    TEXT not null,
  answer_en TEXT not null,
  -- document and clause in words; may be empty
  basis     TEXT not null,
  -- clauses or documents of the library, parted by `; `; may be empty
  clauses   TEXT not null,
  -- it is no longer shown
  retired   BOOLEAN not null,
  -- null: it came with a pack
  account   TEXT references account(id),
  made      BIGINT not null,
  primary key (home, question, no),
  foreign key (home, question) references question(home, id)
);
insert into question_text (home, question, no, from_day, topic, topic_en, asked, asked_en, answer, answer_en, basis,
    clauses, retired, account, made)
  select home, question, no, '2000-01-01', topic, '', asked, '', answer, '', basis, '', retired, account, made
  from question_version;
drop table question_version;
