insert into unit_group (unit, rule, facility, place) values ('u2', 'streets', '', 'p310106');
