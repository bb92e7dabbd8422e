-- Papers of a file, as files: what was handed in when the institution opened, and what it or an office added since.

-- table facility_material: purpose=the papers that show what a file says, each with the days for which it holds and who brought it; basis=托育机构登记和备案办法（试行）第九条; retention=as the file; owner=registry
create table facility_material (
  home        TEXT not null,
  id          TEXT not null,
  facility    TEXT not null,
  -- code of MaterialKind
  kind        TEXT not null,
  title       TEXT not null,
  from_day    TEXT not null,
  until_day   TEXT not null,
  file        TEXT not null,
  at          BIGINT not null,
  account     TEXT not null,
  -- brought by the institution itself
  own         BOOLEAN not null,
  -- the matter with which it came; empty: added to the file
  matter      TEXT not null,
  -- taken out on; what was there stays on record
  withdrawn   BIGINT,
  primary key (home, id),
  foreign key (home, facility) references facility(home, id),
  check (from_day < until_day)
);
create index facility_material_facility on facility_material (home, facility, kind, from_day);
