-- Which column of a sheet a unit said is which, so that it is asked once for the same heading.

-- table import_columns: purpose=a unit confirms the columns of its own sheets once; basis=operation;
--   retention=until the unit is closed; owner=registry
create table import_columns (
    home TEXT not null,
    unit TEXT not null,
    heading TEXT not null,
    columns TEXT not null,
    at BIGINT not null,
    account TEXT not null,
    primary key (home, unit, heading)
);
