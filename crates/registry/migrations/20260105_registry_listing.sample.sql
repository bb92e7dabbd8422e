insert into facility_listing (facility, ancestor, from_day, until_day, home, kind, name, name_key, ownership, legal_form, state, doubled, inclusive, integrated, place, places) values
  ('f1', 'p310106', '2021-09-01', '9999-12-31', '310106', 'institution', '样例托育园', 'yang4 li4 tuo1 yu4 yuan2 ', 'private', 'for_profit', 'operating', false, true, false, 'p310106', 20);
insert into facility_gram (gram, facility) values ('样例', 'f1');
