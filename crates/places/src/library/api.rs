//! The library as JSON.

use super::{Cited, cited};
use crate::model::{DOCUMENT_KINDS, Document};
use crate::store::{library, rules};
use axum::extract::Path;
use axum::response::Response;
use kernel::kinds::{ClauseId, DocumentId};
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::{Cursor, Cx, Error, Result, paging};

pub(crate) const DOCUMENTS: Doc = Doc::new(
    "Laws, standards, plans and policies that norms and decisions rest on",
    &[
        ("q", "text in title, number or issuer"),
        ("kind", "law, regulation, rule, standard, plan, policy, house, other"),
        ("limit", "1 to 200"),
        ("after", "cursor"),
    ],
    || list_of(document_schema()),
);

fn document_schema() -> Value {
    object(&[
        ("id", "string"),
        ("kind", "string"),
        ("title_zh", "string"),
        ("title_en", "string"),
        ("number", "string"),
        ("issuer", "string"),
        ("issued", "string"),
        ("valid_from", "string"),
        ("valid_until", "string?"),
        ("note", "string"),
    ])
}

fn document_json(d: &Document) -> Value {
    json!({
        "id": d.id, "kind": d.kind, "title_zh": d.title_zh, "title_en": d.title_en, "number": d.number,
        "issuer": d.issuer, "issued": d.issued, "valid_from": d.span.from,
        "valid_until": (!d.span.is_open()).then_some(d.span.until), "note": d.note,
    })
}

/// GET /api/v1/documents
pub(crate) async fn documents(cx: Cx) -> Result<Response> {
    let kind = cx.query("kind").unwrap_or_default();
    if !kind.is_empty() && !DOCUMENT_KINDS.contains(&kind) {
        return Err(Error::bad("form.choice", "kind"));
    }
    let pattern = library::pattern(cx.query("q").unwrap_or_default().trim());
    let (cursor, limit) = (Cursor::of(&cx)?, paging::limit(&cx)?);
    let mut read = cx.read().await?;
    let rows = library::documents(&mut read, kind, &pattern, (&cursor.key, &cursor.id), limit + 1).await?;
    let (rows, next) =
        paging::cut(rows, limit, |r| Cursor { key: r.document.kind.clone(), id: r.document.id.to_string() });
    let items: Vec<Value> = rows.iter().map(|r| document_json(&r.document)).collect();
    Ok(web::api::list(&items, next))
}

pub(crate) const DOCUMENT: Doc = Doc::new("One document with its clauses", &[], || {
    let mut schema = document_schema();
    schema["properties"]["clauses"] = json!({"type": "array", "items": object(&[
        ("id", "string"), ("label", "string"), ("text_zh", "string"),
    ])});
    schema
});

/// GET /api/v1/documents/{id}
pub(crate) async fn document(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let id = DocumentId::parse(&id).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let document = rules::document(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let mut out = document_json(&document);
    let clauses = rules::clauses(&mut read, &id).await?;
    out["clauses"] =
        clauses.iter().map(|c| json!({"id": c.id, "label": c.label, "text_zh": c.text_zh})).collect::<Vec<_>>().into();
    Ok(web::api::reply(&out))
}

pub(crate) const CITATIONS: Doc = Doc::new("What rests on a clause", &[], || {
    list_of(object(&[("kind", "string"), ("name_zh", "string"), ("name_en", "string"), ("through", "string?")]))
});

/// GET /api/v1/clauses/{id}/citations
pub(crate) async fn citations(cx: Cx, Path(id): Path<String>, all: Cited) -> Result<Response> {
    let all = cited(all);
    let id = ClauseId::parse(&id).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let clause = rules::clause(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let document = rules::document(&mut read, &clause.document).await?.ok_or(Error::NotFound)?;
    let norms = rules::norms_in(&mut read, &id).await?;
    let mut items: Vec<Value> =
        norms.iter().map(|n| json!({"kind": "norm", "name_zh": n.key, "name_en": n.key, "through": null})).collect();
    let one = |c: &crate::Citation, through: Option<&str>| json!({"kind": c.kind, "name_zh": c.zh, "name_en": c.en, "through": through});
    items.extend(all.of_clause(id.as_str(), &document.number, &clause.label).map(|c| one(c, None)));
    for norm in &norms {
        items.extend(all.of_norm(&norm.key).map(|c| one(c, Some(&norm.key))));
    }
    items.dedup();
    Ok(web::api::list(&items, None))
}
