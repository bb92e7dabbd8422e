insert into import_columns (home, unit, heading, columns, at, account) values ('', 'u1', 'abc', '{"name":0}', 1668441600000000, 'a1');
