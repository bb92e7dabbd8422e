-- What a file holds of everything that can be asked of one, stretch by stretch; derived, rewritten in the transaction of
-- each change. What is asked is a norm and stands elsewhere: the share of complete files follows a norm at once.

-- table facility_filled: purpose=whether a file is complete on a day is one comparison of numbers; basis=derived from the parts of the file; retention=as its source; owner=registry
create table facility_filled (
  home        TEXT not null,
  facility    TEXT not null,
  from_day    TEXT not null,
  until_day   TEXT not null,
  -- one bit for each item, in the order of registry::complete::ITEMS
  items       BIGINT not null,
  -- the circumstances in which more is asked
  open        BOOLEAN not null,
  classes     BOOLEAN not null,
  inclusive   BOOLEAN not null,
  ancillary   BOOLEAN not null,
  primary key (home, facility, from_day),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
