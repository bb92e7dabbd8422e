-- When the session was last used (kept to the minute), from where, and the one page it may open before all others.
alter table session add column seen BIGINT not null default 0;
alter table session add column address TEXT not null default '';
alter table session add column agent TEXT not null default '';
-- '' or the page that must be done first, such as /second-factor
alter table session add column hold TEXT not null default '';
