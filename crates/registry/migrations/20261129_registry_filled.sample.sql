insert into facility_filled (home, facility, from_day, until_day, items, open, classes, inclusive, ancillary) values
  ('310106', 'f1', '2021-09-01', '9999-12-31', 1023, true, true, false, false);
