-- The lists of the audit and of the jobs are walked newest first, by whoever, whichever unit, whichever action.
create index audit_by_time on audit (at, id);
create index audit_by_account on audit (account, at, id);
create index audit_by_unit on audit (unit, at, id);
create index audit_by_action on audit (action, at, id);
create index job_by_state on job (state, run_at, home, id);
