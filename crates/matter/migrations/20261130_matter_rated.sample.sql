insert into matter_rated (home, kind, month, stars, ratings) values ('310106', 'licence.opening', '2022-01', 5, 1);
