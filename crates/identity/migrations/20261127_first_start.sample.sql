insert into first_start (id, code, place, made, failed) values ('first', '00', 'p310106', 0, 0);
