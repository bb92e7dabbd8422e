//! The JSON twins.

use crate::kinds::Kinds;
use crate::list::rows;
use crate::model::{Matter, Verdict};
use crate::seen::seen;
use crate::words;
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::{Cx, Result};

fn schema() -> Value {
    object(&[
        ("id", "string"),
        ("number", "string"),
        ("kind", "string"),
        ("form", "string"),
        ("title", "string"),
        ("state", "string"),
        ("state_name", "string"),
        ("applicant", "string"),
        ("turn", "string?"),
        ("facility", "string?"),
        ("due", "string?"),
        ("late", "boolean"),
        ("ending", "string?"),
    ])
}

pub(crate) const LIST: Doc = Doc::new(
    "Matters that this post sees, over all kinds",
    &[
        ("kind", "such as licence.opening"),
        ("state", "a state of the kind"),
        ("mine", "true: only those in which the own unit has to act, the most urgent first"),
        ("tab", "turn, asked (for an opinion), own (brought), place"),
        ("limit", "1 to 200"),
        ("after", "cursor"),
    ],
    || list_of(schema()),
);

pub(crate) const ONE: Doc = Doc::new("One matter with what was filled in, opinions, remarks and timeline", &[], || {
    let mut out = schema();
    let list = |fields: &[(&str, &str)]| json!({"type": "array", "items": object(fields)});
    out["properties"]["moves"] = list(&[("move", "string"), ("name", "string"), ("unmet", "string?")]);
    out["properties"]["values"] = json!({"type": "object"});
    out["properties"]["opinions"] =
        list(&[("unit", "string"), ("verdict", "string?"), ("words", "string"), ("due", "string")]);
    out["properties"]["remarks"] = list(&[
        ("no", "integer"),
        ("section", "string"),
        ("field", "string"),
        ("words", "string"),
        ("answer", "string"),
    ]);
    out["properties"]["steps"] = list(&[
        ("no", "integer"),
        ("at", "string"),
        ("verb", "string"),
        ("to", "string"),
        ("unit", "string?"),
        ("words", "string"),
    ]);
    out
});

pub(crate) const MOVE: Doc = Doc::new("Moves a matter on", &[], || {
    object(&[("id", "string"), ("state", "string"), ("state_name", "string"), ("due", "string")])
})
.body(|| {
    json!({"type": "object", "required": ["move"], "properties": {"move": {"type": "string"}, "words": {"type": "string"}}})
});

pub(crate) const OPINION: Doc =
    Doc::new("The opinion of the own department", &[], || object(&[("id", "string"), ("verdict", "string")])).body(
        || {
            json!({"type": "object", "required": ["verdict"], "properties": {
            "verdict": {"type": "string", "enum": ["agree", "mend", "disagree"]}, "words": {"type": "string"}}})
        },
    );

pub(crate) const BRING: Doc =
    Doc::new("Brings a matter with a form", &[], || object(&[("id", "string"), ("number", "string")]))
        .body(|| {
            json!({"type": "object", "required": ["title"], "properties": {
                "title": {"type": "string"}, "region": {"type": "string"}, "facility": {"type": "string"}}})
        })
        .status(201);

pub(crate) const FILL: Doc =
    Doc::new("Fills in fields of a section", &[], || object(&[("saved", "boolean"), ("missing", "integer")]))
        .body(|| json!({"type": "object", "additionalProperties": {"type": "string"}}));

fn item(cx: &Cx, kinds: &Kinds, m: &Matter) -> Result<Value> {
    let kind = kinds.of_matter(m)?.kind;
    let due = (m.due != kernel::Day::OPEN).then_some(m.due);
    Ok(json!({
        "id": m.id, "number": m.number, "kind": m.kind, "form": m.form, "title": m.title, "state": m.state,
        "state_name": words::state(cx.words(), kind, &m.state), "applicant": m.applicant, "turn": m.turn,
        "facility": m.facility, "due": due, "late": m.late(cx.today()), "ending": m.ending.map(|e| e.as_str()),
    }))
}

/// GET /api/v1/matters
pub(crate) async fn list(cx: Cx) -> Result<Response> {
    let (kinds, mut read) = (Kinds::of(&cx.app)?, cx.read().await?);
    let (_, matters, next) = rows(&cx, &mut read).await?;
    let items = matters.iter().map(|m| item(&cx, &kinds, m)).collect::<Result<Vec<Value>>>()?;
    Ok(web::api::list(&items, next))
}

/// GET /api/v1/matters/{id}
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    let (bound, clear, w) = (met.bound()?, met.in_clear()?, cx.words());
    let mut out = item(&cx, &met.kinds, &met.whole.matter)?;
    let moves = met.moves(cx.today())?;
    out["moves"] = moves
        .into_iter()
        .map(|(step, unmet)| {
            let unmet = unmet.map(|rule| w.rule(rule.code, &rule.values));
            json!({"move": step.id, "name": words::step(w, bound.kind, step.id), "unmet": unmet})
        })
        .collect();
    let fields = bound.sheet.sections.iter().flat_map(|section| &section.fields);
    let shown = fields.filter(|field| met.now.has(&field.id)).map(|field| {
        let value = met.now.get(&field.id);
        let value = if field.personal && !clear { field.input.masked(value) } else { value.to_owned() };
        (field.id.clone(), Value::String(value))
    });
    out["values"] = Value::Object(shown.collect());
    let opinion = |o: &crate::model::Opinion| json!({"unit": o.unit, "verdict": o.verdict.map(Verdict::as_str), "words": o.words, "due": o.due});
    out["opinions"] = met.whole.opinions_now().map(opinion).collect();
    let (round, reviews) = (met.whole.matter.round, met.reviews()?);
    let told = met.whole.remarks.iter().filter(|r| r.open() && (reviews || r.round <= round));
    let remark = |r: &crate::model::Remark| json!({"no": r.no, "section": r.section, "field": r.field, "words": r.words, "answer": r.answer});
    out["remarks"] = told.map(remark).collect();
    let step = |s: &crate::model::Step| json!({"no": s.no, "at": s.at, "verb": s.verb, "to": s.to, "unit": s.unit, "words": s.words});
    out["steps"] = met.whole.steps.iter().map(step).collect();
    Ok(web::api::reply(&out))
}
