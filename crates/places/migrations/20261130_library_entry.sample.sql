insert into library_entry (id, what, target, document, kind, title_zh, title_en, number, issuer, issued, from_day,
    until_day, note, label, text_zh, reason, place, state, account, name, unit_name, at, decider, decider_name,
    decider_unit, decided, remark) values
  ('le1', 'document', 'ld1', '', 'rule', '样例', 'Sample', '', '', '', '2022-01-01', '9999-12-31', '', '', '', '样例',
    'p310106', 'proposed', 'a1', '样例', '样例', 0, null, '', '', null, '');
