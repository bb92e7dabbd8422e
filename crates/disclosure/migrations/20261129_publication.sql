-- The yearly publication (年度公示) of an institution: what of it is made public for a year, shown to it first; and
-- results of checks, until supervision brings its own.

-- table publication: purpose=what of an institution was made public for a year, with the evidence of the day, its reply
--   and what corrected it; basis=浦东新区托育服务三年行动计划(2021-2023年) 二(二)2 每年定期公示信息以及检查结果;
--   retention=permanent (what was public must be shown again); owner=disclosure
create table publication (
  home           TEXT not null,
  id             TEXT not null,
  facility       TEXT not null,
  -- the year whose checks are in it
  year           BIGINT not null,
  -- 1 and on: a correction is the next one of the year
  no             BIGINT not null,
  -- the day whose records the basic part shows
  as_of          TEXT not null,
  -- basic part and results of checks, as JSON
  content        TEXT not null,
  -- results of checks in it, and how many of them wait to be mended
  checks         BIGINT not null,
  to_mend        BIGINT not null,
  prepared       BIGINT not null,
  prepared_by    TEXT not null,
  -- the first day on which it may be published without a reply
  reply_until    TEXT not null,
  -- what the institution says; null: nothing
  reply          TEXT,
  replied        BIGINT,
  replied_by     TEXT,
  -- null: not public yet
  published      BIGINT,
  published_day  TEXT,
  published_by   TEXT,
  -- the office that published it
  publisher      TEXT,
  -- the first day on which it is no longer current
  valid_until    TEXT,
  -- SM3 of the published bytes
  digest         TEXT,
  -- which one it corrects, and why; null and '' for the first of a year
  supersedes     TEXT,
  reason         TEXT not null,
  -- which one corrected it, from which day on
  superseded_by  TEXT,
  superseded_day TEXT,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check ((published is null) = (digest is null)),
  check ((reply is null) = (replied is null))
);
create unique index publication_id on publication (id);
create unique index publication_year on publication (facility, year, no);
create index publication_public on publication (home, facility, published_day);
create index publication_waiting on publication (year, facility) where published is null;

-- table publication_bytes: purpose=the bytes that were public, so that they can be shown and checked again; basis=as publication;
--   retention=as publication; owner=disclosure
create table publication_bytes (
  home         TEXT not null,
  publication  TEXT not null,
  digest       TEXT not null,
  bytes        BYTEA not null,
  primary key (home, publication),
  foreign key (home, publication) references publication(home, id)
);

-- table publication_objection: purpose=an institution objects to a publication, and what was decided; basis=静安区托育服务三年行动计划
--   三(四)2, 政府信息公开条例; retention=as publication; owner=disclosure
create table publication_objection (
  home         TEXT not null,
  id           TEXT not null,
  publication  TEXT not null,
  text         TEXT not null,
  at           BIGINT not null,
  account      TEXT not null,
  -- upheld | rejected; null: not decided yet
  decision     TEXT check (decision in ('upheld', 'rejected')),
  words        TEXT not null,
  decided      BIGINT,
  decided_by   TEXT,
  primary key (home, id),
  foreign key (home, publication) references publication(home, id),
  check ((decision is null) = (decided is null))
);
create unique index publication_objection_open on publication_objection (publication) where decision is null;
create index publication_objection_of on publication_objection (home, publication, at, id);

-- table check_result: purpose=what a check of an institution found, entered from its paper, to be published with the year;
--   basis=上海市3岁以下幼儿托育机构管理暂行办法, 浦东计划 二(二)2; retention=permanent (the file of an institution); owner=disclosure
create table check_result (
  home      TEXT not null,
  id        TEXT not null,
  facility  TEXT not null,
  day       TEXT not null,
  -- routine | special | annual | follow_up
  kind      TEXT not null,
  -- who checked
  office    TEXT not null,
  -- fine | mended | to_mend
  result    TEXT not null,
  -- what was found; no person's name
  note      TEXT not null,
  -- number of the record; may be empty
  document  TEXT not null,
  entered   BIGINT not null,
  account   TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id)
);
create unique index check_result_id on check_result (id);
create index check_result_day on check_result (home, facility, day, id);
