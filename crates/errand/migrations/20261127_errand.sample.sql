insert into errand (home, id, kind, account, post, unit, lang, title, task, page, state, stopping, done, total, message, outcome, made, began, ended, expires)
    values ('', 'errand1', 'registry.export', 'a1', 'p1', 'u1', 'zh', '托育机构', '/facilities/export.xlsx', '', 'done', false, 3, 3, '', '{}', 1668441600000000, 1668441600000000, 1668441600000000, 1669046400000000);
insert into errand_file (home, errand, part, name, media_type, content) values ('', 'errand1', 'result', 'a.csv', 'text/csv', '');
