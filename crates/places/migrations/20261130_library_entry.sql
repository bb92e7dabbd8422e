-- table library_entry: purpose=a document or clause that somebody wants to enter into the library, and who decided it;
--   basis=政府信息公开条例; retention=permanent; owner=places
create table library_entry (
  id          TEXT not null primary key,
  -- document | clause
  what        TEXT not null,
  -- the id that it will have, or has once it is approved
  target      TEXT not null,
  -- of a clause: the document that it stands in; empty for a document
  document    TEXT not null,
  -- of a document
  kind        TEXT not null,
  title_zh    TEXT not null,
  title_en    TEXT not null,
  number      TEXT not null,
  issuer      TEXT not null,
  issued      TEXT not null,
  from_day    TEXT not null,
  until_day   TEXT not null,
  note        TEXT not null,
  -- of a clause
  label       TEXT not null,
  text_zh     TEXT not null,
  reason      TEXT not null,
  -- the place of who proposed it: whoever decides reaches it
  place       TEXT not null references place(id),
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
  check (what in ('document', 'clause')),
  check (from_day < until_day),
  -- two persons, whoever writes
  check (state in ('proposed', 'withdrawn') or (decider is not null and decider <> account))
);
create index library_entry_at on library_entry (at, id);
create index library_entry_target on library_entry (target, at, id);
