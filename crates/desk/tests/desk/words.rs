//! No word without text, in either language.

use std::fs;
use std::path::Path;

fn keys_in(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            keys_in(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for start in [".t(\"", ".tf(\""] {
            found.extend(text.split(start).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
        for rest in text.split("\"desk.").skip(1) {
            let code = format!("desk.{}", rest.split('"').next().unwrap());
            if text.contains(&format!("new(\"{code}\")")) || text.contains(&format!("Conflict(\"{code}\")")) {
                found.push(format!("rule.{code}"));
            }
        }
    }
}

#[test]
fn every_key_has_its_text() {
    let table = web::i18n::merge(&[web::MESSAGES, desk::MESSAGES]).unwrap();
    let mut keys = Vec::new();
    for folder in ["src", "templates"] {
        keys_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut keys);
    }
    assert!(keys.len() > 40, "the scan finds keys: {keys:?}");
    keys.extend(desk::ACTIONS.iter().map(|action| format!("action.{}", action.id)));
    keys.extend(desk::Verb::ALL.iter().map(|v| format!("desk.verb.{}", v.as_str())));
    for tab in ["mine", "done", "asked", "below"] {
        keys.extend(["tab", "none", "none_help"].map(|part| format!("desk.{part}.{tab}")));
    }
    let missing: Vec<_> = keys.iter().filter(|key| !table.contains_key(*key) && !key.contains('{')).collect();
    assert!(missing.is_empty(), "without text: {missing:?}");
}
