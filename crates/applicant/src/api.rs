//! The JSON twins.

use crate::claim_page::seen;
use crate::claims_list::{rows, wanted};
use crate::model::Claim;
use axum::extract::Path;
use axum::response::Response;
use db::Read;
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::{Cx, Result};

fn schema() -> Value {
    object(&[
        ("id", "string"),
        ("unit", "string"),
        ("region", "string"),
        ("name", "string"),
        ("kind", "string"),
        ("credit_code", "string?"),
        ("state", "string"),
        ("at", "string"),
        ("decided_at", "string?"),
        ("words", "string"),
    ])
}

pub(crate) const LIST: Doc = Doc::new(
    "Organisations that bring matters in the place of this post, the latest first",
    &[
        ("state", "waiting (the default), confirmed, provisional, refused, replaced or all"),
        ("limit", "1 to 200"),
        ("after", "cursor"),
    ],
    || list_of(schema()),
);
pub(crate) const ONE: Doc = Doc::new("One of them", &[], schema);
pub(crate) const DECISION: Doc =
    Doc::new("Confirms or refuses an organisation; `words` says why, and must be there to refuse", &[], || {
        object(&[("id", "string"), ("state", "string")])
    });

async fn value(cx: &Cx, read: &mut Read, c: &Claim) -> Result<Value> {
    let region = places::get(read, &c.place, cx.today()).await?.map(|p| p.code);
    Ok(json!({
        "id": c.id, "unit": c.unit, "region": region, "name": c.name, "kind": c.kind,
        "credit_code": Some(&c.code).filter(|code| !code.is_empty()), "state": c.state.as_str(),
        "at": c.at, "decided_at": c.decided_at, "words": c.words,
    }))
}

/// GET /api/v1/applicants
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (claims, next) = rows(&cx, &mut read, wanted(&cx)?).await?;
    let mut items = Vec::with_capacity(claims.len());
    for claim in &claims {
        items.push(value(&cx, &mut read, claim).await?);
    }
    Ok(web::api::reply(&json!({"items": items, "next": next})))
}

/// GET /api/v1/applicants/{id}
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let claim = seen(&cx, &mut read, &id).await?;
    Ok(web::api::reply(&value(&cx, &mut read, &claim).await?))
}
