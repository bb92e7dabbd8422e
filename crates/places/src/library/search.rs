//! Norms, documents and clauses for the box on top of every page.

use super::shelf::{find_norms, norms_holding};
use crate::policy::NORMS;
use crate::store::library;
use db::Read;
use kernel::Lang;
use web::find::{Finder, Finding, Found};
use web::{Cx, Words};

/// A text that finds nothing by itself: one character stands in every clause.
const SHORTEST: usize = 2;

/// Characters of a clause's text beside its place; the page has all of it.
const TEXT: usize = 40;

/// What the library finds: norms by name, key, facet or note; documents, then clauses.
pub fn finders() -> Vec<Finder> {
    vec![
        Finder {
            group: "library.find_norms",
            action: &NORMS,
            find: Box::new(|cx, read, typed, most| norms(cx, read, typed, most)),
        },
        Finder {
            group: "library.find_documents",
            action: &NORMS,
            find: Box::new(|cx, read, typed, most| documents(cx, read, typed, most)),
        },
    ]
}

/// What was typed, when it is long enough to be looked for.
fn asked(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|text| text.chars().count() >= SHORTEST)
}

fn norms<'a>(cx: &'a Cx, read: &'a mut Read, typed: &'a str, most: usize) -> Finding<'a> {
    Box::pin(async move {
        let Some(text) = asked(typed) else { return Ok(Vec::new()) };
        let lines = find_norms(cx.words(), norms_holding(read, text).await?, text);
        // The whole name or key first, names that hold it next, the others after them.
        let mut ranked: Vec<(usize, Found)> = lines.into_iter().map(|line| found(text, line)).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        Ok(ranked.into_iter().take(most).map(|(_, found)| found).collect())
    })
}

fn found(text: &str, line: super::shelf::NormLine) -> (usize, Found) {
    let key = line.href.trim_start_matches("/library/norms/").to_owned();
    let names = [Lang::Zh, Lang::En].map(|lang| crate::words::norm_name(Words(lang), &key).to_lowercase());
    let typed = text.to_lowercase();
    let exact = key == typed || names.contains(&typed);
    let rank = if exact { 0 } else { 1 + usize::from(!names.iter().any(|name| name.contains(&typed))) };
    let notes = [line.facets, line.notes].into_iter().filter(|note| !note.is_empty());
    let note = notes.collect::<Vec<_>>().join(" · ");
    (rank, Found { title: line.name, note: short(&note), href: line.href, exact })
}

fn documents<'a>(cx: &'a Cx, read: &'a mut Read, typed: &'a str, most: usize) -> Finding<'a> {
    Box::pin(async move {
        let Some(text) = asked(typed) else { return Ok(Vec::new()) };
        let rows = library::mentions(read, &library::pattern(text), most as i64).await?;
        Ok(rows.into_iter().map(|row| mentioned(cx.words(), text, row)).collect())
    })
}

/// A whole number (沪府办发〔2020〕6号) or title means that document; a clause is never the only thing meant.
fn mentioned(words: Words, text: &str, m: library::Mention) -> Found {
    let title = words.pick(&m.title_zh, &m.title_en).to_owned();
    match m.label {
        Some(label) => Found {
            title: words.tf("library.cite", &[&title, &label]),
            note: short(&m.text),
            href: format!("/library/clauses/{}", m.id),
            exact: false,
        },
        None => Found {
            exact: [&m.number, &m.title_zh, &m.title_en].iter().any(|t| t.to_lowercase() == text.to_lowercase()),
            note: if m.number.is_empty() { m.text } else { m.number },
            title,
            href: format!("/library/documents/{}", m.id),
        },
    }
}

/// As much of a text as fits in one line.
fn short(text: &str) -> String {
    if text.chars().count() <= TEXT {
        return text.to_owned();
    }
    format!("{}…", text.chars().take(TEXT).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_ends_with_dots_and_one_character_asks_nothing() {
        assert_eq!(short("短"), "短");
        assert_eq!(short(&"长".repeat(41)).chars().count(), TEXT + 1);
        assert_eq!((asked(" 录 "), asked(" 录像 ")), (None, Some("录像")));
    }
}
