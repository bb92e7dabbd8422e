//! The page of one document: its dates, who issued it, how far it is verified, its clauses and who rests on them.

use super::entry_page::{EntryLine, lines as entry_lines};
use super::{Cited, CitedBy, cited, crumbs, force, rows, span};
use crate::citations::Citations;
use crate::model::{Clause, Document};
use crate::policy;
use crate::store::{entries, norm_changes, rules};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::kinds::DocumentId;
use std::collections::BTreeMap;
use web::parts::Markup;
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "places/document.html")]
struct DocumentPage {
    shell: Shell,
    title: String,
    force: Markup,
    facts: Vec<(&'static str, String)>,
    note: String,
    clauses: Vec<Line>,
    cited: Vec<CitedBy>,
    /// Where a clause is entered, by who may.
    enter: Option<String>,
    lines: Vec<EntryLine>,
}

struct Line {
    href: String,
    label: String,
    text: String,
    /// Norms that stand in it: name and link.
    norms: Vec<(String, String)>,
    /// How many fields, indicators, targets, rules and decisions rest on it.
    uses: usize,
}

/// GET /library/documents/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>, all: Cited) -> Result<Response> {
    let words = cx.words();
    let all = cited(all);
    let mut read = cx.read().await?;
    let id = DocumentId::parse(&id).ok_or(Error::NotFound)?;
    let document = rules::document(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let mut marks: BTreeMap<String, usize> = BTreeMap::new();
    let mut clauses = Vec::new();
    for clause in rules::clauses(&mut read, &id).await? {
        let norms = rules::norms_in(&mut read, &clause.id).await?;
        for norm in &norms {
            *marks.entry(norm.mark.clone()).or_default() += 1;
        }
        let mut uses = all.of_clause(clause.id.as_str(), &document.number, &clause.label).count();
        uses += norm_changes::citing(&mut read, &clause.id).await?.len();
        let mut named: Vec<(String, String)> = Vec::new();
        for norm in &norms {
            let one = (crate::words::norm_name(words, &norm.key), format!("/library/norms/{}", norm.key));
            if !named.contains(&one) {
                uses += all.of_norm(&norm.key).count();
                named.push(one);
            }
        }
        clauses.push(line(&clause, named, uses));
    }
    let title = words.pick(&document.title_zh, &document.title_en).to_owned();
    let entered = entries::of_target(&mut read, id.as_str()).await?;
    web::page(&DocumentPage {
        enter: cx.may(&policy::PROPOSE).then(|| format!("/library/documents/{id}/clauses/new")),
        lines: entry_lines(&cx, &mut read, &entered).await?,
        shell: Shell::new(&cx, &title, crumbs(&cx, vec![Crumb::here(&title)])),
        force: force(words, &document, cx.today()),
        facts: facts(&cx, &document, &marks),
        note: document.note.clone(),
        cited: whole(&cx, &all, &document, &clauses),
        clauses,
        title,
    })
}

fn line(clause: &Clause, norms: Vec<(String, String)>, uses: usize) -> Line {
    let href = format!("/library/clauses/{}", clause.id);
    Line { href, label: clause.label.clone(), text: clause.text_zh.clone(), norms, uses }
}

fn facts(cx: &Cx, document: &Document, marks: &BTreeMap<String, usize>) -> Vec<(&'static str, String)> {
    let words = cx.words();
    let marks: Vec<String> = marks.iter().map(|(m, n)| format!("{} {n}", words.t(&format!("mark.{m}")))).collect();
    let mut out = vec![
        (cx.t("library.kind"), words.t(&format!("document_kind.{}", document.kind)).to_owned()),
        (cx.t("library.number"), document.number.clone()),
        (cx.t("library.issuer"), document.issuer.clone()),
        (cx.t("library.issued"), document.issued.clone()),
        (cx.t("library.valid"), span(words, document.span)),
        (cx.t("library.marks"), marks.join(words.t("library.between"))),
    ];
    if words.0 == kernel::Lang::En {
        out.insert(0, (cx.t("library.title_zh"), document.title_zh.clone()));
    }
    out.retain(|(_, value)| !value.is_empty());
    out
}

/// Those who name the document, but no clause that is kept here.
fn whole(cx: &Cx, all: &Citations, document: &Document, clauses: &[Line]) -> Vec<CitedBy> {
    let of_a_clause = |c: &&crate::Citation| match &c.rests_on {
        crate::RestsOn::Section { label, .. } => {
            clauses.iter().any(|line| crate::citations::same_section(label, &line.label))
        }
        _ => false,
    };
    let direct = all.of_document(document.id.as_str(), &document.number).filter(|c| !of_a_clause(c));
    let label = |c: &crate::Citation| match &c.rests_on {
        crate::RestsOn::Section { label, .. } => label.clone(),
        _ => String::new(),
    };
    rows(cx, direct.map(|c| (c, label(c))))
}
