//! No word without text, in either language; migrations with their samples on both engines.

use db::Db;
use std::fs;
use std::path::Path;

/// Every `t("key")` and `tf("key"` of sources and templates.
fn keys_in(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            keys_in(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            let text = fs::read_to_string(&path).unwrap();
            for start in ["t(\"", "tf(\""] {
                let calls = text.match_indices(start).filter(|(at, _)| text[..*at].ends_with('.'));
                found.extend(calls.map(|(at, _)| text[at + start.len()..].split('"').next().unwrap().to_owned()));
            }
        }
    }
}

#[test]
fn every_key_has_its_text() {
    let table = web::i18n::merge(&[web::MESSAGES, identity::MESSAGES]).unwrap();
    let mut keys = Vec::new();
    for folder in ["src", "templates"] {
        keys_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut keys);
    }
    assert!(keys.len() > 50, "the scan finds keys: {keys:?}");
    keys.extend(identity::ACTIONS.iter().map(|action| format!("action.{}", action.id)));
    keys.extend(identity::nav().iter().flat_map(|entry| [entry.group.to_owned(), entry.label.to_owned()]));
    let pack: toml::Table = crate::house::units_pack().parse().unwrap();
    let units = pack["units"].as_array().unwrap();
    keys.extend(units.iter().map(|unit| format!("unit.kind.{}", unit["type"].as_str().unwrap())));
    for unit in units {
        if let Some(kind) = unit.get("members").and_then(|m| m.get("facility")) {
            keys.push(format!("unit.facilities.{}", kind.as_str().unwrap()));
        }
    }
    // Codes of rules are literals such as `"post.end"` in calls of RuleViolation; those of the slice begin so.
    for file in ["accounts.rs", "units.rs", "sign_in.rs", "switch_post.rs", "own_password.rs", "rules.rs"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file)).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let rules = ["\"signin.", "\"account.", "\"post.", "\"unit.", "\"password."];
        for part in rules.iter().flat_map(|start| code.split(start).skip(1).map(move |rest| (start, rest))) {
            let rest = part.1.split('"').next().unwrap();
            let key = format!("{}{rest}", &part.0[1..]);
            let norm_or_page = table.contains_key(&key) || key.starts_with("signin.lockout") || key.contains('{');
            if !norm_or_page {
                keys.push(format!("rule.{key}"));
            }
        }
    }
    let missing: Vec<_> = keys.iter().filter(|key| !table.contains_key(*key) && !key.contains('{')).collect();
    assert!(missing.is_empty(), "without text: {missing:?}");
}

db::both! {
    async fn migrations_bear_used_tables_and_every_table_says_why(db: Db) {
        db::replay(&db, &[places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS]).await.unwrap();
        assert_eq!(db::undeclared_tables(&db).await.unwrap(), [""; 0]);
    }
}
