//! The declarations with the forms and norms of the packs: what only all of them together can show.

use crate::house::{calendar, folder, pack, words};
use kernel::Lang;
use licence::KINDS;
use matter::{Kinds, Sheet};
use std::collections::BTreeSet;
use std::fmt::Write;
use web::Words;

fn sheets() -> Vec<Sheet> {
    folder("forms")
        .iter()
        .flat_map(|(file, text)| matter::read_forms(text).unwrap_or_else(|e| panic!("{file}: {e}")))
        .collect()
}

#[test]
fn every_declaration_is_sound_and_every_form_fits_its_kind() {
    for kind in KINDS {
        assert_eq!(matter::faults(kind), Vec::<String>::new(), "{}", kind.id);
    }
    let kinds = Kinds::new(KINDS.to_vec(), sheets(), calendar()).unwrap();
    for kind in KINDS {
        assert!(kinds.sheets().iter().any(|sheet| sheet.kind == kind.id), "{} has no form", kind.id);
    }
    let openings: BTreeSet<&str> =
        kinds.sheets().iter().filter(|s| s.kind == "licence.opening").map(|s| &*s.id).collect();
    assert_eq!(openings.len(), 8, "{openings:?}");
    let day = |text: &str| text.parse().unwrap();
    assert!(kinds.sheet_on("opening.home_point", day("2022-11-15")).is_none(), "not before its rules");
    assert!(kinds.sheet_on("opening.home_point", day("2023-11-01")).is_some());
    assert!(kinds.sheet_on("opening.licence", day("2030-01-01")).is_none(), "a draft cannot be used");
}

#[test]
fn a_kind_is_short_enough_to_be_read_at_once() {
    let sources = concat!(env!("CARGO_MANIFEST_DIR"), "/src/kinds");
    for entry in std::fs::read_dir(sources).unwrap() {
        let path = entry.unwrap().path();
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines < 80, "{}: {lines}", path.display());
    }
}

#[test]
fn every_clock_and_every_check_has_its_norm() {
    let norms: String = folder("norms").into_iter().map(|(_, text)| text).collect();
    let known = |key: &str| norms.contains(&format!("key = \"{key}\""));
    for kind in KINDS {
        for clock in kind.states().iter().filter_map(|state| state.clock) {
            assert!(known(clock.norm), "{}: {}", kind.id, clock.norm);
            assert!(clock.extension.is_none_or(known), "{}: {:?}", kind.id, clock.extension);
        }
    }
    for sheet in sheets() {
        for check in &sheet.checks {
            assert!(known(&check.norm), "{}: {}", sheet.id, check.norm);
            assert!(norms.contains(&format!("facet = \"{}\"", check.facet)), "{}: {}", sheet.id, check.facet);
        }
    }
}

#[test]
fn every_state_and_move_has_its_word_in_both_languages() {
    words();
    for kind in KINDS {
        let of = |rest: String| {
            let own = format!("{}.{rest}", kind.id);
            [Lang::Zh, Lang::En].map(|lang| {
                let found = Words(lang).find(&own).or_else(|| Words(lang).find(&format!("matter.{rest}")));
                found.unwrap_or_else(|| panic!("{own} has no word"))
            })
        };
        for state in kind.states() {
            of(format!("state.{}", state.id));
        }
        for step in kind.moves {
            of(format!("move.{}", step.id));
        }
    }
}

/// The drawings of docs/MATTERS.md, made from the declarations; `UPDATE_DOCS=1` writes them.
#[test]
fn the_drawings_in_the_documentation_are_those_of_the_declarations() {
    words();
    let mut out = String::from(
        "# Matters of an institution's life\n\nMade from the declarations in `crates/licence/src/kinds` (`UPDATE_DOCS=1 cargo \
         nextest run -p licence -E 'test(drawings)'`); what stands\nin a form is in `packs/forms`, the days of the clocks in \
         `packs/norms/licence.toml`.\n",
    );
    for kind in KINDS {
        let (zh, en) = (Words(Lang::Zh), Words(Lang::En));
        let title = format!("{}.title", kind.id);
        let word = |rest: &str| {
            let own = format!("{}.{rest}", kind.id);
            zh.find(&own).unwrap_or_else(|| zh.t(&format!("matter.{rest}"))).to_owned()
        };
        let _ = write!(
            out,
            "\n## {} · {} (`{}`)\n\n| state | who | clock |\n|---|---|---|\n",
            zh.t(&title),
            en.t(&title),
            kind.id
        );
        for state in kind.states() {
            let who = match state.owner {
                matter::Owner::Applicant => "who brought it".to_owned(),
                matter::Owner::Unit(kinds) => kinds.join(", else "),
                matter::Owner::Opinions(kinds) => {
                    format!("departments of the form; {} collects", kinds.join(", else "))
                }
                matter::Owner::Nobody(end) => format!("end: {}", end.as_str()),
            };
            let clock = state.clock.map_or(String::new(), |clock| {
                let extended = clock.extension.map_or(String::new(), |norm| format!(", extended by `{norm}`"));
                format!("`{}`{extended}{}", clock.norm, if clock.pauses { ", pauses" } else { "" })
            });
            let _ = writeln!(out, "| {} `{}` | {who} | {clock} |", word(&format!("state.{}", state.id)), state.id);
        }
        let _ = write!(out, "\n```mermaid\n{}```\n", matter::drawing(kind, &word));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/MATTERS.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &out).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), out, "docs/MATTERS.md is old: UPDATE_DOCS=1");
    assert!(!pack("norms/licence.toml").is_empty());
}
