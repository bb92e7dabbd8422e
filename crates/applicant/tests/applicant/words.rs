//! No word without text, in either language; migrations with their samples on both engines.

use db::Db;
use kernel::Lang;
use std::fs;
use std::path::Path;
use web::Words;

/// Every `t("key")`, `tf("key"` and `tf1("key"` of sources and templates.
fn keys_in(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            keys_in(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            let text = fs::read_to_string(&path).unwrap();
            for start in [".t(\"", ".tf(\"", ".tf1(\""] {
                found.extend(text.split(start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
            }
            // Codes of rules, and keys of the desk.
            for start in ["\"applicant.desk.", "\"applicant.note.", "\"applicant.limits."] {
                let keys =
                    text.split(start).skip(1).map(|rest| format!("{}{}", &start[1..], rest.split('"').next().unwrap()));
                found.extend(keys);
            }
            for rule in ["RuleViolation::new(\"", "RuleViolation::field(\"code\", \"", "wrong.add(\"files\", \""] {
                found.extend(text.split(rule).skip(1).map(|rest| format!("rule.{}", rest.split('"').next().unwrap())));
            }
        }
    }
}

#[test]
fn every_key_has_its_text() {
    web::i18n::install(&[web::MESSAGES, places::MESSAGES, identity::MESSAGES, desk::MESSAGES, applicant::MESSAGES])
        .unwrap();
    let mut keys = Vec::new();
    for folder in ["src", "templates"] {
        keys_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut keys);
    }
    keys.extend(applicant::ACTIONS.iter().map(|action| format!("action.{}", action.id)));
    keys.extend(applicant::KINDS.iter().map(|kind| format!("applicant.kind.{kind}")));
    keys.extend(applicant::ClaimState::ALL.iter().map(|state| format!("applicant.state.{}", state.as_str())));
    keys.retain(|key| !key.contains('{') && !key.ends_with('.'));
    assert!(keys.len() > 80, "the scan finds keys: {keys:?}");
    for lang in [Lang::Zh, Lang::En] {
        let missing: Vec<_> = keys.iter().filter(|key| Words(lang).find(key).is_none_or(str::is_empty)).collect();
        assert!(missing.is_empty(), "without text: {missing:?}");
    }
}

db::both! {
    async fn migrations_bear_used_tables_and_every_table_says_why(db: Db) {
        let all = [places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS, applicant::MIGRATIONS];
        db::replay(&db, &all).await.unwrap();
        assert_eq!(db::undeclared_tables(&db).await.unwrap(), [""; 0]);
    }
}
