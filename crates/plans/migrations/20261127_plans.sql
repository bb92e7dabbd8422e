-- What people say of the tasks of a plan; the plans themselves are packs.

-- table key_task: purpose=which tasks of a plan are key tasks and are followed more often, and who said so;
--   basis=浦东新区任务分工表 注（重点项目）; retention=permanent; owner=plans
create table key_task (
  plan        TEXT not null,
  task        BIGINT not null,
  marked      BIGINT not null,
  -- null: it still is one
  unmarked    BIGINT,
  account     TEXT not null references account(id),
  unit        TEXT not null references unit(id),
  primary key (plan, task, marked)
);
create unique index key_task_now on key_task (plan, task) where unmarked is null;
