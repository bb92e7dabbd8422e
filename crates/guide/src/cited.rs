//! What forms, the guide and the answers rest on, for the library: each field and test of a form, each text and answer,
//! led to the page where an applicant reads it.

use crate::pack::Book;
use crate::policy::READ;
use crate::text::{Piece, pieces};
use matter::{Kinds, Sheet, Text};
use places::{Citation, RestsOn, cited_ids};

/// Every citation of forms, guides and answers.
pub fn citations(kinds: &Kinds, book: &Book) -> Vec<Citation> {
    let mut out = Vec::new();
    for (at, sheet) in kinds.sheets().iter().enumerate() {
        // Of several versions of a form the last one speaks.
        if kinds.sheets()[at + 1..].iter().all(|later| later.id != sheet.id) {
            of_form(kinds, sheet, &mut out);
        }
    }
    for (form, title, body) in book.texts() {
        let href = crate::guide_page::address(form, "");
        out.extend(references(&body.zh).map(|rests_on| cite(rests_on, "guide", title, &href)));
    }
    for (asked, answer, clause) in book.answers() {
        // By its words: an answer that holds later, or no more, is not found there, and nobody is led to a refusal.
        let words: String = form_urlencoded::byte_serialize(asked.zh.as_bytes()).collect();
        let href = format!("/guide/questions?q={words}");
        let all = cited_ids(clause).map(|id| RestsOn::Clause(id.to_owned())).chain(references(&answer.zh));
        out.extend(all.map(|rests_on| cite(rests_on, "guide", asked, &href)));
    }
    out
}

fn cite(rests_on: RestsOn, kind: &'static str, name: &Text, href: &str) -> Citation {
    Citation { rests_on, kind, zh: name.zh.clone(), en: name.en.clone(), href: href.to_owned(), action: &READ }
}

fn references(text: &str) -> impl Iterator<Item = RestsOn> + '_ {
    pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Plain(_) => None,
        Piece::Norm { key, .. } => Some(RestsOn::Norm(key.to_owned())),
        Piece::Clause(id) => Some(RestsOn::Clause(id.to_owned())),
    })
}

/// Fields and tests: an opening is read in the guide; anything else is brought by whom it concerns and has no such page.
fn of_form(kinds: &Kinds, sheet: &Sheet, out: &mut Vec<Citation>) {
    let opens = crate::policies::forms(kinds, sheet.from).iter().any(|form| form.id == sheet.id);
    let href = if opens { format!("/guide/routes/{}", sheet.id) } else { String::new() };
    let named = |name: &Text| (format!("{}：{}", sheet.name.zh, name.zh), format!("{}: {}", sheet.name.en, name.en));
    for field in sheet.sections.iter().flat_map(|section| &section.fields) {
        let (zh, en) = named(&field.name);
        out.extend(cited_ids(&field.clause).map(|id| Citation {
            rests_on: RestsOn::Clause(id.to_owned()),
            kind: "field",
            zh: zh.clone(),
            en: en.clone(),
            href: href.clone(),
            action: &READ,
        }));
    }
    for check in &sheet.checks {
        let (zh, en) = named(&check.name);
        out.push(Citation {
            rests_on: RestsOn::Norm(check.norm.clone()),
            kind: "rule",
            zh,
            en,
            href: href.clone(),
            action: &READ,
        });
    }
}
