insert into facility_find (home, facility, text) values ('310106', 'f1', '样例托育园
样例路1号');
insert into facility_key (kind, key, facility) values ('initials', 'yltyy', 'f1');
