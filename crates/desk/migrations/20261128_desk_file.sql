-- What was sent along with a step, to show what was done.

-- table desk_file: purpose=files that show what was done, beside the step they came with; basis=行动计划任务分工;
--   retention=as desk_entry; owner=desk
create table desk_file (
  home   TEXT not null,
  entry  TEXT not null,
  -- the step
  no     BIGINT not null,
  -- the file within the step, from 1
  nr     BIGINT not null,
  file   TEXT not null,
  primary key (home, entry, no, nr),
  foreign key (home, entry, no) references desk_step(home, entry, no),
  foreign key (home, file) references blob(home, id)
);
