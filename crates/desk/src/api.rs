//! The JSON twins of the desk.

use crate::ask::Told;
use crate::list::{Tab, rows};
use crate::model::{Entry, Step, StepFile};
use crate::one::seen;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::{Cx, Result};

fn entry_schema() -> Value {
    object(&[
        ("id", "string"),
        ("unit", "string"),
        ("kind", "string"),
        ("about", "string"),
        ("subject", "string"),
        ("href", "string"),
        ("text_zh", "string"),
        ("text_en", "string"),
        ("from_unit", "string?"),
        ("asked", "string"),
        ("due", "string?"),
        ("state", "string"),
        ("late", "boolean"),
    ])
}

pub(crate) const LIST: Doc = Doc::new(
    "What waits for the unit of this post, or what it did or asked",
    &[
        ("tab", "mine (open, the default), done, asked (of others) or below (open in one's place)"),
        ("limit", "1 to 200"),
        ("after", "cursor"),
    ],
    || list_of(entry_schema()),
);

pub(crate) const ONE: Doc = Doc::new("One entry with its history", &[], || {
    let mut schema = entry_schema();
    schema["properties"]["steps"] = json!({"type": "array", "items": object(&[
        ("no", "integer"), ("at", "string"), ("verb", "string"), ("unit", "string?"), ("words", "string"),
        ("files", "[]object"),
    ])});
    schema
});

pub(crate) const STEP: Doc = Doc::new("Answers, returns or closes an entry with a sentence", &[], || {
    object(&[("id", "string"), ("done", "string")])
})
.body(|| json!({"type": "object", "properties": {"words": {"type": "string"}}}));

fn entry_json(cx: &Cx, e: &Entry) -> Value {
    json!({
        "id": e.id, "unit": e.unit, "kind": e.kind, "about": e.about, "subject": e.subject, "href": e.href,
        "text_zh": e.text_zh, "text_en": e.text_en, "from_unit": e.from_unit, "asked": e.asked, "due": e.due,
        "state": e.state.as_str(), "late": e.late(cx.today()),
    })
}

fn step_json(s: &Step) -> Value {
    let file = |f: &StepFile| json!({"nr": f.nr, "name": f.blob.name, "media_type": f.blob.media_type, "size": f.blob.size, "sm3": f.blob.digest});
    let files: Vec<Value> = s.files.iter().map(file).collect();
    json!({"no": s.no, "at": s.at, "verb": s.verb.as_str(), "unit": s.unit, "words": s.words, "files": files})
}

/// GET /api/v1/desk
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let tab = Tab::of(&cx)?;
    let mut read = cx.read().await?;
    let (entries, next) = rows(&cx, &mut read, tab).await?;
    let items: Vec<Value> = entries.iter().map(|e| entry_json(&cx, e)).collect();
    Ok(web::api::list(&items, next))
}

/// GET /api/v1/desk/{id}
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Told { entry, steps } = seen(&cx, &mut read, &id).await?;
    let mut out = entry_json(&cx, &entry);
    out["steps"] = steps.iter().map(step_json).collect();
    Ok(web::api::reply(&out))
}
