insert into place (id, home) values ('p310000', '310000'), ('p310106', '310106'), ('p310108', '310108');
insert into place_span (place, from_day, until_day, code, name, parent, kind, flags, mark) values
  ('p310000', '1993-01-01', '9999-12-31', '310000', '上海市', null, 'city', '', 'V'),
  ('p310106', '1993-01-01', '9999-12-31', '310106', '静安区', 'p310000', 'district', ';central;', 'V'),
  ('p310108', '1993-01-01', '2015-11-04', '310108', '闸北区', 'p310000', 'district', ';central;', 'V2');
insert into place_closure (ancestor, place, depth, kind, from_day, until_day) values
  ('p310000', 'p310000', 0, 'city', '1993-01-01', '9999-12-31'),
  ('p310000', 'p310106', 1, 'district', '1993-01-01', '9999-12-31'),
  ('p310106', 'p310106', 0, 'district', '1993-01-01', '9999-12-31'),
  ('p310000', 'p310108', 1, 'district', '1993-01-01', '2015-11-04'),
  ('p310108', 'p310108', 0, 'district', '1993-01-01', '2015-11-04');
insert into place_successor (old, new, on_day, share_num, share_den, document) values
  ('p310108', 'p310106', '2015-11-04', 1, 1, '国务院关于撤销闸北区、静安区设立新的静安区的批复');
insert into document (id, title_zh, title_en, number, issuer, issued, from_day, until_day, note) values
  ('d1', '样例文件', 'Sample document', '', '样例', '2020-01', '2020-01-01', '9999-12-31', '');
insert into clause (id, document, label, text_zh) values ('d1.1', 'd1', '第一条', '样例条款');
insert into norm_key (key, combine, sense) values ('sample.days', 'strictest', 'at_least');
insert into norm (id, key, facet, place, from_day, until_day, value, unit, clause, mark, note) values
  ('n1', 'sample.days', '', '', '2020-01-01', '9999-12-31', '90', 'day', 'd1.1', 'V', ''),
  ('n2', 'sample.days', '', 'p310106', '2020-01-01', '9999-12-31', '30', 'day', 'd1.1', 'V', '');
insert into fact (id, series, place, from_day, until_day, value, unit, source, mark) values
  ('f1', 'population/resident', 'p310106', '2020-11-01', '2020-11-02', 975707, 'person', '样例', 'K');
