-- What the box on top of every page finds a file by; derived, rewritten in the transaction of each change.

-- table facility_find: purpose=names and addresses of a file in one text, so that pieces found in facility_gram are seen to stand beside one another; basis=derived from facility_profile and facility_site; retention=as its source; owner=registry
create table facility_find (
  home      TEXT not null,
  facility  TEXT not null,
  -- one name or address a line, lower case, no blanks
  text      TEXT not null,
  primary key (home, facility),
  foreign key (home, facility) references facility(home, id)
);

-- table facility_key: purpose=short keys of a file: initials of its names in pinyin, and keyed digests of the last digits of its telephones, never the digits; basis=derived from facility_profile; retention=as its source; owner=registry
create table facility_key (
  -- initials | phone
  kind      TEXT not null,
  key       TEXT not null,
  facility  TEXT not null,
  primary key (kind, key, facility)
);
create index facility_key_facility on facility_key (facility);
