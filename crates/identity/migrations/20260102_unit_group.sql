-- table unit_group: purpose=how a group unit expands on a day, where its text gives a rule and no list; basis=行动计划任务分工; retention=permanent; owner=identity
create table unit_group (
  unit      TEXT not null primary key references unit(id),
  -- streets | facilities | unlisted
  rule      TEXT not null,
  -- kind of the facilities; '' for the other rules
  facility  TEXT not null,
  -- below which place they lie; null where nothing is listed
  place     TEXT references place(id),
  check (rule = 'unlisted' or place is not null),
  check ((rule = 'facilities') = (facility <> ''))
);
create index unit_group_place on unit_group (place, rule);
