//! The shelf: documents by kind, and one search over documents, clauses and norms.

use super::{force, span};
use crate::model::DOCUMENT_KINDS;
use crate::store::library::{self, Keyed, Shelved};
use crate::words;
use askama::Template;
use axum::response::Response;
use db::Read;
use std::collections::BTreeMap;
use web::parts::Markup;
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, Words, paging};

#[derive(Template)]
#[template(path = "places/library.html")]
struct LibraryPage {
    shell: Shell,
    q: String,
    kinds: Vec<(&'static str, &'static str, bool)>,
    /// Heading of the kind, its documents.
    groups: Vec<(&'static str, Vec<Line>)>,
    /// Found by the search: place in a document, text, link.
    clauses: Vec<[String; 3]>,
    norms: Vec<NormLine>,
    searched: bool,
    empty: bool,
    links: PageLinks,
    waiting: i64,
    entries: i64,
}

struct Line {
    href: String,
    title: String,
    number: String,
    issuer: String,
    span: String,
    force: Markup,
    clauses: i64,
    norms: i64,
}

/// A key that was found.
pub(super) struct NormLine {
    pub href: String,
    pub name: String,
    pub facets: String,
    pub notes: String,
}

/// Matches of a search that a page shows of clauses and of norms.
const SHOWN: i64 = 50;

/// GET /library
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let words = cx.words();
    let kind = cx.query("kind").unwrap_or_default();
    if !kind.is_empty() && !DOCUMENT_KINDS.contains(&kind) {
        return Err(Error::bad("form.choice", "kind"));
    }
    let q = cx.query("q").unwrap_or_default().trim().to_owned();
    let pattern = library::pattern(&q);
    let mut read = cx.read().await?;
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let rows = library::documents(&mut read, kind, &pattern, (&cursor.key, &cursor.id), limit + 1).await?;
    let (rows, next) =
        paging::cut(rows, limit, |r| Cursor { key: r.document.kind.clone(), id: r.document.id.to_string() });
    let (mut clauses, mut norms) = (Vec::new(), Vec::new());
    if !q.is_empty() && kind.is_empty() {
        for found in library::clauses(&mut read, &pattern, SHOWN).await? {
            let title = words.pick(&found.title_zh, &found.title_en);
            let at = words.tf("library.cite", &[&title, &found.clause.label]);
            clauses.push([at, found.clause.text_zh.clone(), format!("/library/clauses/{}", found.clause.id)]);
        }
        norms = find_norms(words, norms_holding(&mut read, &q).await?, &q);
    } else if q.is_empty() && kind.is_empty() && cx.query("after").is_none() {
        norms = find_norms(words, library::keyed(&mut read).await?, "");
    }
    let mut groups: Vec<(&'static str, Vec<Line>)> = Vec::new();
    for of in DOCUMENT_KINDS {
        let lines: Vec<Line> =
            rows.iter().filter(|r| r.document.kind == of).map(|r| line(words, r, cx.today())).collect();
        if !lines.is_empty() {
            groups.push((words.t(&format!("document_kind.{of}")), lines));
        }
    }
    let title = cx.t("nav.library");
    web::page(&LibraryPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        kinds: DOCUMENT_KINDS.map(|k| (k, words.t(&format!("document_kind.{k}")), k == kind)).into(),
        searched: !q.is_empty() || !kind.is_empty(),
        empty: groups.is_empty() && clauses.is_empty() && norms.is_empty(),
        links: PageLinks::new(&cx, next.as_deref()),
        waiting: waiting(&cx, &mut read).await?,
        entries: if cx.may(&crate::policy::PROPOSE) { crate::store::entries::open(&mut read).await? } else { 0 },
        q,
        groups,
        clauses,
        norms,
    })
}

/// Proposals that wait, for those who may look at them.
async fn waiting(cx: &Cx, read: &mut Read) -> Result<i64> {
    if cx.may(&crate::policy::PROPOSE) { Ok(crate::store::norm_changes::open(read).await?) } else { Ok(0) }
}

fn line(words: Words, shelved: &Shelved, today: kernel::Day) -> Line {
    let d = &shelved.document;
    Line {
        href: format!("/library/documents/{}", d.id),
        title: words.pick(&d.title_zh, &d.title_en).to_owned(),
        number: d.number.clone(),
        issuer: d.issuer.clone(),
        span: span(words, d.span),
        force: force(words, d, today),
        clauses: shelved.clauses,
        norms: shelved.norms,
    }
}

/// The norms among which [`find_norms`] finds all that a text means; not many more than these.
pub(super) async fn norms_holding(read: &mut Read, text: &str) -> Result<Vec<Keyed>> {
    let (keys, facets) = words::keys_said(&text.to_lowercase());
    Ok(library::keyed_holding(read, &library::pattern(text), &keys, &facets).await?)
}

/// Keys whose name, facets or notes hold the text, in either language; all for an empty one.
pub(super) fn find_norms(words: Words, all: Vec<Keyed>, text: &str) -> Vec<NormLine> {
    let mut by_key: BTreeMap<String, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for norm in all {
        let (facets, notes) = by_key.entry(norm.key).or_default();
        let facet = words::facet_name(words, &norm.facet);
        if !facet.is_empty() && !facets.contains(&facet) {
            facets.push(facet);
        }
        if !norm.notes.is_empty() && !notes.contains(&norm.notes) {
            notes.push(norm.notes);
        }
    }
    let wanted = text.to_lowercase();
    let both = [Words(kernel::Lang::Zh), Words(kernel::Lang::En)];
    let holds = |text: &str| text.to_lowercase().contains(&wanted);
    let mut lines: Vec<NormLine> = by_key
        .into_iter()
        .filter(|(key, (facets, notes))| {
            holds(key)
                || both.iter().any(|w| holds(&words::norm_name(*w, key)))
                || facets.iter().chain(notes).any(|text| holds(text))
        })
        .map(|(key, (facets, notes))| NormLine {
            href: format!("/library/norms/{key}"),
            name: words::norm_name(words, &key),
            facets: facets.join(words.t("library.between")),
            notes: notes.first().cloned().unwrap_or_default(),
        })
        .collect();
    lines.sort_by(|a, b| a.href.cmp(&b.href));
    lines
}
