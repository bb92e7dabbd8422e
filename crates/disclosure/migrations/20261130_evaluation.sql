-- table evaluation: purpose=what a professional evaluation said of an institution, to be published with the year on trial;
--   basis=浦东新区托育服务三年行动计划 三(四)3 行业评价信息公示; retention=permanent (the file of an institution); owner=disclosure
create table evaluation (
  home        TEXT not null,
  id          TEXT not null,
  facility    TEXT not null,
  -- the day of its result
  day         TEXT not null,
  -- by what standard or scheme
  scheme      TEXT not null,
  -- who evaluated; no person's name
  evaluator   TEXT not null,
  -- the result in the words of the scheme, such as a grade
  result      TEXT not null,
  note        TEXT not null,
  -- number of the report; may be empty
  document    TEXT not null,
  entered     BIGINT not null,
  account     TEXT not null,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id)
);
create index evaluation_day on evaluation (home, facility, day, id);
