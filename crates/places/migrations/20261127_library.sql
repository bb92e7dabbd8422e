-- law | regulation | rule | standard | plan | policy | house | other; DocumentKind in model.rs
alter table document add column kind TEXT not null default 'other';
create index document_kind on document (kind, id);
create index norm_clause on norm (clause, key, id);

-- table norm_change: purpose=a proposed version of a threshold, who proposed and who decided it, and what it replaced; basis=the clause it names; retention=permanent; owner=places
create table norm_change (
  id          TEXT not null primary key,
  key         TEXT not null references norm_key(key),
  facet       TEXT not null,
  -- place for which it shall hold; '' for everywhere
  place       TEXT not null,
  from_day    TEXT not null,
  until_day   TEXT not null,
  value       TEXT not null,
  unit        TEXT not null,
  clause      TEXT not null references clause(id),
  mark        TEXT not null,
  note        TEXT not null,
  reason      TEXT not null,
  -- proposed | approved | refused | withdrawn
  state       TEXT not null,
  account     TEXT not null,
  name        TEXT not null,
  unit_name   TEXT not null,
  at          BIGINT not null,
  decider     TEXT,
  decider_name TEXT not null,
  decider_unit TEXT not null,
  decided     BIGINT,
  remark      TEXT not null,
  -- JSON: the versions of key, facet and place as they stood before it was approved
  replaced    TEXT not null,
  -- JSON: the lights that changed when it was approved
  effect      TEXT not null,
  check (from_day < until_day),
  -- two persons, whoever writes
  check (state in ('proposed', 'withdrawn') or (decider is not null and decider <> account))
);
create index norm_change_key on norm_change (key, at, id);
create index norm_change_clause on norm_change (clause, at, id);
create index norm_change_at on norm_change (at, id);
-- one open proposal for a key, facet and place
create unique index norm_change_open on norm_change (key, facet, place) where state = 'proposed';
