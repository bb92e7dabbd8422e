//! Words: complete in two languages, none missing, every code with its word.

use crate::house;
use kernel::Lang;
use registry::codes::*;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use web::Words;

fn texts(folder: &Path, out: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "html") {
            out.push(fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn every_key_that_is_asked_for_has_its_text() {
    house::words();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    texts(&root.join("src"), &mut all);
    texts(&root.join("templates"), &mut all);
    let mut missing = BTreeSet::new();
    for text in &all {
        for mark in ["t(\"", "tf(\"", "tf1(\"", "tf2(\""] {
            for (at, _) in text.match_indices(mark) {
                let key = text[at + mark.len()..].split('"').next().unwrap();
                let whole = key.contains('.') && !key.contains([' ', '{', '/']);
                let called = !text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if whole && called && Words(Lang::Zh).find(key).is_none() {
                    missing.insert(key.to_owned());
                }
            }
        }
        // Codes of rules and of forms stand as plain literals.
        for (at, _) in text.match_indices("\"registry.") {
            let key = text[at + 1..].split('"').next().unwrap();
            let plain = !key.ends_with('.') && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_');
            let known = ["rule.", ""].iter().any(|p| Words(Lang::En).find(&format!("{p}{key}")).is_some());
            if plain
                && !known
                && ![
                    "registry.changed",
                    "registry.view",
                    "registry.edit",
                    "registry.keep",
                    "registry.import",
                    "registry.ask",
                    "registry.gaps",
                    "registry.credential",
                    "registry.credentials",
                    "registry.reminders",
                    "registry.office_names",
                    "registry.import.try",
                    "registry.import.write",
                    "registry.export",
                    "registry.operating",
                    "registry.ledger.expiring",
                    "registry.ledger.support",
                    "registry.ledger.services",
                    "registry.ledger.chains",
                    "registry.ledger.growth",
                    "registry.ledger.fees",
                    "registry.ledger.agreements",
                    "registry.ledger.premises",
                    "registry.ledger.welfare",
                ]
                .contains(&key)
            {
                missing.insert(key.to_owned());
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn every_code_has_a_word_in_both_languages() {
    house::words();
    let mut keys: Vec<String> = Vec::new();
    keys.extend(State::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Ownership::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(LegalForm::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Mode::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Band::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Gained::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Measure::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Per::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(CredentialKind::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Verified::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Tenure::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Bond::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Beneficiary::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Stage::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Way::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(SupportKind::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(Style::ALL.iter().map(|v| v.key().to_owned()));
    keys.extend(registry::complete::Part::ALL.iter().map(|v| v.key().to_owned()));
    for flag in Flag::ALL {
        keys.push(flag.key().to_owned());
        keys.extend(flag.values().iter().map(|v| format!("registry.flag_value.{flag}.{v}")));
    }
    keys.extend(registry::operating::Missing::ALL.iter().map(|m| format!("registry.operating.missing.{}", m.as_str())));
    keys.extend(registry::sheet::taken().map(|(c, _)| format!("registry.column.{c}")));
    for key in keys {
        for lang in [Lang::Zh, Lang::En] {
            assert!(Words(lang).find(&key).is_some_and(|t| !t.is_empty()), "{key}");
        }
    }
}
