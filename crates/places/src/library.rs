//! The library: documents with their clauses, norms with all their versions, and for each of them who rests on it.

pub(crate) mod api;
pub mod benefits;
pub(crate) mod changes;
pub(crate) mod clause;
pub(crate) mod document;
pub(crate) mod entry_form;
pub(crate) mod entry_page;
pub(crate) mod norm;
mod search;
pub(crate) mod shelf;

pub use search::finders;

use crate::citations::{Citation, Citations, KINDS};
use crate::model::{Document, Norm};
use crate::words;
use axum::Extension;
use db::Read;
use kernel::Day;
use kernel::Span;
use web::{Crumb, Cx, Result, Words};

/// The citations of the program; none where only this slice runs.
pub(crate) type Cited = Option<Extension<Citations>>;

pub(crate) fn cited(cited: Cited) -> Citations {
    cited.map(|Extension(all)| all).unwrap_or_default()
}

/// `2019-10-08 起`, `2018-06-01 至 2023-05-31`
pub(crate) fn span(words: Words, span: Span) -> String {
    if span.is_open() {
        words.tf("library.since", &[&span.from])
    } else {
        words.tf("library.from_to", &[&span.from, &span.until.plus(-1)])
    }
}

/// Whether a document is in force on a day: class and word of a light.
pub(crate) fn force(words: Words, document: &Document, day: Day) -> web::parts::Markup {
    let (class, key) = if document.span.contains(day) {
        ("met", "library.in_force")
    } else if document.span.from > day {
        ("not_due", "library.not_yet")
    } else {
        ("none", "library.ended")
    };
    web::parts::light(class, words.t(key))
}

pub(crate) fn crumbs(cx: &Cx, more: Vec<Crumb>) -> Vec<Crumb> {
    let mut out = vec![Crumb::to(cx.t("nav.library"), "/library")];
    out.extend(more);
    out
}

/// One thing that rests on something, as a row.
pub(crate) struct CitedBy {
    pub kind: &'static str,
    pub name: String,
    pub href: String,
    /// Through which norm, if not directly.
    pub through: String,
}

/// Citations as rows in the order of their kinds, each thing once. Who may not open a page is led to none.
pub(crate) fn rows<'a>(cx: &Cx, all: impl Iterator<Item = (&'a Citation, String)>) -> Vec<CitedBy> {
    let words = cx.words();
    let mut list: Vec<(&Citation, String)> = all.collect();
    list.sort_by_key(|(c, _)| KINDS.iter().position(|k| *k == c.kind));
    list.dedup_by(|a, b| (&a.0.href, &a.0.zh, a.0.kind) == (&b.0.href, &b.0.zh, b.0.kind));
    list.into_iter()
        .map(|(c, through)| CitedBy {
            kind: words.t(&format!("library.cites.{}", c.kind)),
            name: words.pick(&c.zh, &c.en).to_owned(),
            href: if cx.may(c.action) { c.href.clone() } else { String::new() },
            through,
        })
        .collect()
}

/// A version of a norm, as a row.
pub(crate) struct Version {
    pub href: String,
    pub title: String,
    pub facet: String,
    pub place: String,
    pub span: String,
    pub value: String,
    pub clause: String,
    pub clause_href: String,
    pub mark: &'static str,
    pub note: String,
    /// It holds on the day looked at.
    pub holds: bool,
}

/// Rows for versions; places are named as on the day, or as on their own first day.
pub(crate) async fn versions(cx: &Cx, read: &mut Read, norms: &[Norm], day: Day) -> Result<Vec<Version>> {
    let words = cx.words();
    let mut out = Vec::with_capacity(norms.len());
    for norm in norms {
        let place = match &norm.place {
            None => words.t("library.everywhere").to_owned(),
            Some(id) => {
                let on = if norm.span.contains(day) { day } else { norm.span.from };
                crate::tree::get(read, id, on).await?.map_or_else(|| id.to_string(), |p| p.name)
            }
        };
        let clause = crate::norms::cite(read, norm).await?;
        out.push(Version {
            href: format!("/library/norms/{}", norm.key),
            title: words::title(words, &norm.key, &norm.facet),
            facet: words::facet_name(words, &norm.facet),
            place,
            span: span(words, norm.span),
            value: words::said(words, norm),
            clause: words.tf("library.cite", &[&words.pick(&clause.1.title_zh, &clause.1.title_en), &clause.0.label]),
            clause_href: format!("/library/clauses/{}", norm.clause),
            mark: words.t(&format!("mark.{}", norm.mark)),
            note: norm.note.clone(),
            holds: norm.span.contains(day),
        });
    }
    Ok(out)
}
