-- What waits for a unit, and what was said about it.

-- table desk_entry: purpose=what a unit is asked to do, by whom, until when; basis=行动计划任务分工;
--   retention=5 years after closing; owner=desk
create table desk_entry (
  home          TEXT not null,
  id            TEXT not null,
  -- whose to-do it is, and where that unit works
  unit          TEXT not null references unit(id),
  place         TEXT not null references place(id),
  -- such as plans.remind; the key of its word is todo.<kind>
  kind          TEXT not null,
  -- what all entries about one thing share, such as a target of a plan
  about         TEXT not null,
  -- the one thing asked for; a unit has it on its desk once
  subject       TEXT not null,
  href          TEXT not null,
  text_zh       TEXT not null,
  text_en       TEXT not null,
  -- null: nobody asked, a date was reached
  from_unit     TEXT references unit(id),
  from_account  TEXT references account(id),
  asked         BIGINT not null,
  -- 9999-12-31: no day was given
  due           TEXT not null,
  state         TEXT not null check (state in ('open', 'answered', 'closed')),
  -- the last step
  changed       BIGINT not null,
  primary key (home, id)
);
create unique index desk_entry_id on desk_entry (id);
create unique index desk_entry_once on desk_entry (unit, kind, subject) where state = 'open';
create index desk_entry_unit on desk_entry (unit, state, due, id);
create index desk_entry_unit_changed on desk_entry (unit, changed, id);
create index desk_entry_from on desk_entry (from_unit, changed, id);
create index desk_entry_place on desk_entry (place, state, due, id);
create index desk_entry_about on desk_entry (about, asked, id);

-- table desk_step: purpose=who asked, answered, returned and closed, when and in which words; basis=行动计划任务分工;
--   retention=as desk_entry; owner=desk
create table desk_step (
  home     TEXT not null,
  entry    TEXT not null,
  no       BIGINT not null,
  at       BIGINT not null,
  -- asked | urged | answered | returned | closed
  verb     TEXT not null,
  -- null: the system
  account  TEXT references account(id),
  unit     TEXT references unit(id),
  words    TEXT not null,
  primary key (home, entry, no),
  foreign key (home, entry) references desk_entry(home, id)
);
