-- Some entries are done on the page of the thing itself, such as a matter that waits for a move; nothing is answered here.
alter table desk_entry add column there BOOLEAN not null default false;
