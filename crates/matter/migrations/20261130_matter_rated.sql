-- What ratings come to; those that were given before it are not in it.
-- table matter_rated: purpose=how many ratings of each number of stars, by kind and month; basis=优化营商环境条例 第三十七条;
--   retention=permanent (no person in it); owner=matter
create table matter_rated (
  home     TEXT not null,
  kind     TEXT not null,
  -- YYYY-MM in which it was rated
  month    TEXT not null,
  stars    BIGINT not null check (stars between 1 and 5),
  ratings  BIGINT not null,
  primary key (home, kind, month, stars)
);
create index matter_rated_month on matter_rated (month, kind, stars);
