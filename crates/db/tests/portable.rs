//! Reads every `store.rs`, `store/` folder and migration of the house and fails for breaches of docs/SQL.md that can be
//! seen in the text, and for SQL that stands anywhere else.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// What is written, and why not. Matched as whole words, lower case, outside of quotes and comments.
const WORDS: &[(&str, &str)] = &[
    ("now(", "time is a parameter"),
    ("current_timestamp", "time is a parameter"),
    ("current_date", "time is a parameter"),
    ("date_trunc(", "time is a parameter"),
    ("extract(", "not on both engines"),
    ("strftime(", "not on both engines"),
    ("datetime(", "not on both engines"),
    ("ilike", "not on both engines"),
    ("glob", "not on both engines"),
    ("similar to", "not on both engines"),
    ("distinct on", "not on both engines"),
    ("lateral", "not on both engines"),
    ("unnest(", "not on both engines"),
    ("any(", "not on both engines"),
    ("group_concat(", "not on both engines"),
    ("ifnull(", "write coalesce"),
    ("iif(", "write case"),
    ("isnull", "write is null"),
    ("greatest(", "write case"),
    ("least(", "write case"),
    ("instr(", "not on both engines"),
    ("strpos(", "not on both engines"),
    ("position(", "not on both engines"),
    ("avg(", "divide sums in Rust"),
    ("insert or", "write on conflict"),
    ("replace into", "write on conflict"),
    ("on conflict rollback", "ends the shared transaction"),
    ("raise(rollback", "ends the shared transaction"),
    ("deferrable", "fails at the joint commit"),
    ("deferred", "fails at the joint commit"),
    ("pragma", "belongs to crates/db"),
    ("rowid", "not on both engines"),
    ("ctid", "not on both engines"),
    ("serial", "ids come from kernel::Ids"),
    ("bigserial", "ids come from kernel::Ids"),
    ("autoincrement", "ids come from kernel::Ids"),
    ("identity", "ids come from kernel::Ids"),
    ("nextval(", "ids come from kernel::Ids"),
    ("for update", "locks belong to crates/db"),
    ("offset", "lists are keyset-paged"),
];

/// Types that only one engine has, or that both read differently. In migrations.
const TYPES: &[&str] = &[
    "int",
    "integer",
    "smallint",
    "varchar",
    "char",
    "timestamp",
    "timestamptz",
    "date",
    "datetime",
    "numeric",
    "decimal",
    "real",
    "float",
    "json",
    "jsonb",
    "uuid",
    "blob",
];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            files(&path, wanted, found);
        } else if wanted(&path) {
            found.push(path);
        }
    }
}

/// The string literals of a Rust source, comments left out.
fn literals(source: &str) -> Vec<String> {
    let bytes = source.as_bytes();
    let (mut at, mut found) = (0, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            b'/' if source[at..].starts_with("//") => at += source[at..].find('\n').unwrap_or(source.len() - at),
            b'/' if source[at..].starts_with("/*") => {
                at += source[at..].find("*/").map_or(source.len() - at, |n| n + 2)
            }
            b'\'' => {
                // A char literal, or a lifetime.
                let rest = &source[at + 1..];
                let mut chars = rest.char_indices();
                match (chars.next(), chars.next()) {
                    (Some((_, '\\')), _) => at += 2 + rest[1..].find('\'').map_or(0, |n| n + 1).max(2),
                    (Some(_), Some((n, '\''))) => at += n + 2,
                    _ => at += 1,
                }
            }
            b'r' if bytes.get(at + 1) == Some(&b'#') && source[at + 1..].trim_start_matches('#').starts_with('"') => {
                let marks = source[at + 1..].len() - source[at + 1..].trim_start_matches('#').len();
                let (start, end) = (at + 2 + marks, format!("\"{}", "#".repeat(marks)));
                let length = source[start..].find(&end).unwrap_or(source.len() - start);
                found.push(source[start..start + length].to_owned());
                at = start + length + end.len();
            }
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                found.push(source[start..at.min(source.len())].replace("\\n", " ").replace('\\', " "));
                at += 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// Lower case, one space, without comments and the insides of quotes.
fn plain(sql: &str) -> String {
    let no_comments: Vec<&str> = sql.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let joined = no_comments.join(" ").to_lowercase();
    let outside: Vec<&str> = joined.split('\'').step_by(2).collect();
    outside.join("''").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn has_word(text: &str, word: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let before = text[..at].chars().next_back().is_some_and(letter);
        let after = word.ends_with(letter) && text[at + word.len()..].chars().next().is_some_and(letter);
        !before && !after
    })
}

fn is_sql(text: &str) -> bool {
    let text = plain(text);
    let begins = |word: &str| text.starts_with(word);
    (begins("select ") && has_word(&text, "from"))
        || begins("insert into ")
        || (begins("update ") && has_word(&text, "set"))
        || begins("delete from ")
        || begins("create table ")
        || begins("create index ")
        || (begins("with ") && has_word(&text, "as (select"))
}

/// What is wrong with one SQL text.
fn breaches(sql: &str) -> Vec<String> {
    let text = plain(sql);
    let mut found: Vec<String> =
        WORDS.iter().filter(|(word, _)| has_word(&text, word)).map(|(word, why)| format!("`{word}`: {why}")).collect();
    if text.contains("::") {
        found.push("`::`: write cast(.. as ..)".to_owned());
    }
    if text.contains("advisory") {
        found.push("advisory locks are not used".to_owned());
    }
    if text.contains("json_") || text.contains("jsonb_") {
        found.push("JSON is read in Rust".to_owned());
    }
    for (at, _) in text.match_indices("sum(") {
        let before = &text[..at];
        if !before.ends_with("cast(") && !before.ends_with("cast(coalesce(") && !before.ends_with("total_") {
            found.push("`sum(` without cast(.. as bigint)".to_owned());
        }
    }
    for (at, _) in text.match_indices(" like ") {
        let column = text[..at].rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
        if ["place", "path", "region", "home", "district"].iter().any(|part| column.contains(part)) {
            found.push(format!("`{column} like`: write a range"));
        }
    }
    for name in ["max(", "min("] {
        for (at, _) in text.match_indices(name).filter(|(at, _)| has_word(&text[at.saturating_sub(1)..], name)) {
            let inside = &text[at + name.len()..];
            let (mut depth, mut comma) = (0, false);
            for c in inside.chars() {
                match c {
                    '(' => depth += 1,
                    ')' if depth == 0 => break,
                    ')' => depth -= 1,
                    ',' if depth == 0 => comma = true,
                    _ => {}
                }
            }
            if comma {
                found.push(format!("`{name}` of two values: write case"));
            }
        }
    }
    found
}

/// What is wrong with a migration besides: types, nulls in keys, missing notes.
fn migration_breaches(sql: &str) -> Vec<String> {
    let text = plain(sql);
    let mut found = breaches(sql);
    // The table of files is called blob; what is looked for are types.
    let columns = text.replace("table blob", "table").replace("on blob", "on").replace("references blob", "references");
    found.extend(
        TYPES.iter().filter(|t| has_word(&columns, t)).map(|t| format!("the type `{t}` is not one of the five")),
    );
    for statement in text.split(';').map(str::trim).filter(|s| s.starts_with("create table ")) {
        let (head, body) = statement.split_once('(').unwrap_or((statement, ""));
        let table = head.trim_start_matches("create table ").trim_start_matches("if not exists ").trim();
        if !sql.contains(&format!("-- table {table}:")) {
            found.push(format!("table {table} has no note of purpose, basis, retention and owner"));
        }
        let (mut depth, mut parts) = (0, vec![String::new()]);
        for c in body.chars() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if c == ',' && depth == 0 {
                parts.push(String::new());
            } else if let Some(part) = parts.last_mut() {
                part.push(c);
            }
        }
        let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
        let not_null =
            |column: &str| parts.iter().any(|p| p.split(' ').next() == Some(column) && p.contains("not null"));
        for part in &parts {
            if let Some(keys) = part.strip_prefix("primary key (") {
                let keys = keys.split(')').next().unwrap_or_default();
                let nullable = keys.split(',').map(str::trim).filter(|key| !not_null(key));
                found.extend(nullable.map(|key| format!("{table}.{key} is in the primary key and may be null")));
            } else if part.contains("primary key") && !part.contains("not null") {
                found.push(format!("{table}: `{part}` may be null"));
            }
        }
    }
    found
}

#[test]
fn the_house_keeps_to_its_sql() {
    let (mut sources, mut migrations, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for crate_folder in fs::read_dir(crates()).unwrap().map(|entry| entry.unwrap().path()) {
        files(&crate_folder.join("src"), &|p| p.extension().is_some_and(|e| e == "rs"), &mut sources);
        files(&crate_folder.join("migrations"), &|p| p.extension().is_some_and(|e| e == "sql"), &mut migrations);
    }
    let shown = |path: &Path| path.strip_prefix(crates()).unwrap().display().to_string();
    for path in &migrations {
        let text = fs::read_to_string(path).unwrap();
        let sample = path.to_string_lossy().contains("sample");
        let found = if sample { breaches(&text) } else { migration_breaches(&text) };
        wrong.extend(found.into_iter().map(|why| format!("{}: {why}", shown(path))));
    }
    for path in sources.iter().filter(|path| !path.starts_with(crates().join("db"))) {
        let in_store =
            path.file_name().is_some_and(|n| n == "store.rs") || path.components().any(|c| c.as_os_str() == "store");
        for literal in literals(&fs::read_to_string(path).unwrap()) {
            if in_store {
                wrong
                    .extend(breaches(&literal).into_iter().map(|why| format!("{}: {why} in {literal:?}", shown(path))));
            } else if is_sql(&literal) {
                wrong.push(format!("{}: SQL outside of store.rs: {literal:?}", shown(path)));
            }
        }
    }
    assert!(sources.len() > 20 && !migrations.is_empty(), "the sources are found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn each_rule_finds_its_breach() {
    for bad in [
        "select id from place where opened < now()",
        "select id from place where name ilike $1",
        "select id from facility where place_path like $1",
        "select sum(seats) from class",
        "select cast(a as bigint), sum(b) from t",
        "select a::bigint from t",
        "insert or replace into t values ($1)",
        "select max(a, b) from t",
        "select json_extract(a, '$.x') from t",
        "select pg_advisory_xact_lock(1)",
        "select id from t order by id limit 5 offset $1",
        "create trigger x before insert on t begin select raise(rollback, 'no'); end",
    ] {
        assert!(!breaches(bad).is_empty(), "{bad}");
    }
    for fine in [
        "select cast(sum(seats) as bigint), max(n), min(coalesce(a, b)) from class where name like $1 -- now()",
        "select 'now() ilike' from t",
        "update t set a = case when $1 > b then $1 else b end where known = true",
        "select cast(coalesce(sum(a), 0) as bigint) from t",
    ] {
        assert_eq!(breaches(fine), Vec::<String>::new(), "{fine}");
    }
    let note = "-- table t: purpose=a; basis=b; retention=c; owner=d\n";
    for bad in [
        "create table t (id TEXT primary key);",
        "create table t (id TEXT not null, n INTEGER, primary key (id));",
        "create table t (home TEXT, id TEXT not null, primary key (home, id));",
        "create table t (home TEXT not null references x (id) deferrable);",
    ] {
        assert!(!migration_breaches(&format!("{note}{bad}")).is_empty(), "{bad}");
    }
    let fine =
        "create table t (home TEXT not null, id TEXT not null, n BIGINT check (n in (1, 2)), primary key (home, id));";
    assert_eq!(migration_breaches(&format!("{note}{fine}")), Vec::<String>::new());
    assert_eq!(migration_breaches(fine).len(), 1, "the note is missing");
    assert!(is_sql("select a\n  from t") && is_sql(" insert into t values (1)") && !is_sql("select a place"));
    let source =
        "let c = '\"'; let s = \"select 1\"; // \"no\"\n let l: &'a str = r#\"raw \"x\"\"#; let e = '\\''; \"last\"";
    assert_eq!(literals(source), ["select 1", "raw \"x\"", "last"]);
}
