//! The page of one clause: what it says, and who rests on it (谁引用了它): norms, fields, indicators, targets, rules,
//! and the decisions by which norms were changed.

use super::changes::{ChangeLine, lines};
use super::entry_page::{EntryLine, lines as entry_lines};
use super::{Cited, CitedBy, Version, cited, crumbs, rows, versions};
use crate::citations::{Citation, Citations};
use crate::model::{Clause, Document, Norm};
use crate::store::{benefits, entries, norm_changes, rules};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kernel::kinds::ClauseId;
use web::{Crumb, Cx, Error, Result, Shell};

#[derive(Template)]
#[template(path = "places/clause.html")]
struct ClausePage {
    shell: Shell,
    label: String,
    text: String,
    document: String,
    document_href: String,
    number: String,
    norms: Vec<Version>,
    cited: Vec<CitedBy>,
    changes: Vec<ChangeLine>,
    /// By which decision the clause came into the library.
    lines: Vec<EntryLine>,
}

/// GET /library/clauses/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>, all: Cited) -> Result<Response> {
    let words = cx.words();
    let all = cited(all);
    let mut read = cx.read().await?;
    let id = ClauseId::parse(&id).ok_or(Error::NotFound)?;
    let clause = rules::clause(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let document = rules::document(&mut read, &clause.document).await?.ok_or(Error::NotFound)?;
    let norms = rules::norms_in(&mut read, &id).await?;
    let mut cited = cited_by(&cx, &all, &clause, &document, &norms);
    for benefit in benefits::of_clause(&mut read, &id).await? {
        cited.push(CitedBy {
            kind: words.t("library.cites.policy"),
            name: words.pick(&benefit.title_zh, &benefit.title_en).to_owned(),
            href: "/library/policies".to_owned(),
            through: String::new(),
        });
    }
    let changes = norm_changes::citing(&mut read, &id).await?;
    let entered = entries::of_target(&mut read, id.as_str()).await?;
    let title = words.pick(&document.title_zh, &document.title_en).to_owned();
    let document_href = format!("/library/documents/{}", document.id);
    let path = vec![Crumb::to(&title, document_href.as_str()), Crumb::here(&clause.label)];
    let shell = Shell::new(&cx, words.tf("library.cite", &[&title, &clause.label]), crumbs(&cx, path));
    web::page(&ClausePage {
        shell,
        norms: versions(&cx, &mut read, &norms, cx.today()).await?,
        changes: lines(&cx, &mut read, changes).await?,
        lines: entry_lines(&cx, &mut read, &entered).await?,
        cited,
        label: clause.label,
        text: clause.text_zh,
        number: document.number,
        document: title,
        document_href,
    })
}

/// Who rests on a clause, directly or through its norms.
fn cited_by(cx: &Cx, all: &Citations, clause: &Clause, document: &Document, norms: &[Norm]) -> Vec<CitedBy> {
    let mut list: Vec<(&Citation, String)> = Vec::new();
    list.extend(
        all.of_clause(clause.id.as_str(), &document.number, &clause.label).map(|citation| (citation, String::new())),
    );
    let mut keys: Vec<&str> = norms.iter().map(|n| n.key.as_str()).collect();
    keys.dedup();
    for key in keys {
        list.extend(all.of_norm(key).map(|citation| (citation, crate::words::norm_name(cx.words(), key))));
    }
    rows(cx, list.into_iter())
}
