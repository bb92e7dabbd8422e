insert into change_mark (home, slot, n) values ('310109', 0, 1);
insert into frozen (id, plan, target, indicator, version, place, as_of, from_day, until_day, numerator, denominator, value, light, rows, note, account, unit, at)
values ('z1', 'shanghai-2020-2022', 'SH-02', 'inclusive_point_street_coverage', 1, 'p310000', '2022-11-15', '2022-11-15', '2022-11-16', 191, 215, 88.8, 'met', 1, '', 'a1', 'sh_education', 0);
insert into frozen_row (frozen, part, unit, place, label, meets, amount) values ('z1', 'unit', 'p310109009', 'p310109009', '样例街道', true, 1);
