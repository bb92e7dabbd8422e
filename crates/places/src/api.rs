//! `GET /api/v1/norms/{key}?region&date&facet`: the norm that decides at a place on a day, with the clause and the
//! document that it stands in. Also how this slice's errors are told at the edge.

use crate::change::ChangeError;
use crate::norms::{NormError, cite, norm};
use crate::tree;
use axum::extract::Path;
use axum::response::Response;
use kernel::{Day, RuleViolation};
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::{Cx, Error, Result};

pub(crate) const NORM: Doc = Doc::new(
    "The norm that decides at a place on a day",
    &[
        ("region", "code of the place on that day; the whole city when absent"),
        ("date", "YYYY-MM-DD; today when absent"),
        ("facet", "narrowing such as class=junior; none when absent"),
    ],
    norm_schema,
);

fn norm_schema() -> Value {
    let mut schema = object(&[
        ("key", "string"),
        ("facet", "string"),
        ("unit", "string"),
        ("combine", "string"),
        ("sense", "string?"),
        ("place", "string?"),
        ("valid_from", "string"),
        ("valid_until", "string?"),
        ("document", "string"),
        ("document_id", "string"),
        ("document_number", "string"),
        ("clause", "string"),
        ("clause_id", "string"),
        ("clause_text", "string"),
        ("mark", "string"),
        ("note", "string"),
    ]);
    schema["properties"]["value"] = json!({"type": ["number", "string"]});
    if let Some(required) = schema["required"].as_array_mut() {
        required.push("value".into());
    }
    schema
}

pub(crate) async fn norm_by_key(cx: Cx, Path(key): Path<String>) -> Result<Response> {
    let day: Day = match cx.query("date") {
        Some(text) => text.parse().map_err(|_| Error::bad("date.invalid", "date"))?,
        None => cx.today(),
    };
    let mut read = cx.read().await?;
    let place = match cx.query("region") {
        Some(code) => tree::by_code(&mut read, code, day).await?,
        None => tree::root(&mut read, day).await?,
    };
    let place = place.ok_or_else(|| Error::bad("places.region", "region"))?;
    let facet = cx.query("facet").unwrap_or_default();
    let found = match norm(&mut read, &key, facet, &place.id, day).await {
        Err(NormError::Missing { others, .. }) if others.is_empty() && !known(&mut read, &key).await? => {
            return Err(Error::NotFound);
        }
        other => other?,
    };
    let (clause, document) = cite(&mut read, &found).await?;
    let holds_in = match &found.place {
        Some(place) => tree::get(&mut read, place, day).await?.map(|p| p.code),
        None => None,
    };
    Ok(web::api::reply(&json!({
        "key": found.key,
        "facet": found.facet,
        "value": value(&found.value),
        "unit": found.unit,
        "combine": found.combine,
        "sense": found.sense.map(crate::Sense::as_str),
        "place": holds_in,
        "valid_from": found.span.from,
        "valid_until": (!found.span.is_open()).then_some(found.span.until),
        "document": cx.words().pick(&document.title_zh, &document.title_en),
        "document_id": document.id,
        "document_number": document.number,
        "clause": clause.label,
        "clause_id": clause.id,
        "clause_text": clause.text_zh,
        "mark": found.mark,
        "note": found.note,
    })))
}

/// True when any norm has the key, whenever it holds.
async fn known(read: &mut db::Read, key: &str) -> Result<bool> {
    Ok(!crate::norms::norms(read, key).await?.is_empty())
}

/// A plain number as a number; fractions and lists as the text that they are.
fn value(text: &str) -> Value {
    let whole = text.parse::<i64>().map(Value::from);
    let decimal = || match text.contains('/') {
        true => None,
        false => crate::norms::parse_number(text).map(Value::from),
    };
    whole.ok().or_else(decimal).unwrap_or_else(|| text.into())
}

impl From<NormError> for Error {
    /// A missing norm is a rule that says which; a value that cannot be read is a fault of the pack and is logged.
    fn from(error: NormError) -> Error {
        let named = |key: &str, facet: &str| if facet.is_empty() { key.to_owned() } else { format!("{key} [{facet}]") };
        match error {
            NormError::Missing { key, facet, day, others, .. } if others.iter().any(|f| *f != facet) => {
                let others: Vec<String> =
                    others.into_iter().map(|f| if f.is_empty() { "-".to_owned() } else { f }).collect();
                let rule = RuleViolation::new("places.norm.facet");
                rule.with(named(&key, &facet)).with(day).with(others.join(", ")).into()
            }
            NormError::Missing { key, facet, day, .. } => {
                RuleViolation::new("places.norm.missing").with(named(&key, &facet)).with(day).into()
            }
            NormError::NoPlace { place, day, .. } => {
                RuleViolation::new("places.not_there").with(place).with(day).into()
            }
            error @ NormError::Malformed { .. } => Error::Internal(error.to_string()),
            NormError::Db(error) => error.into(),
        }
    }
}

impl From<ChangeError> for Error {
    fn from(error: ChangeError) -> Error {
        match error {
            ChangeError::Rule(rule) => rule.into(),
            ChangeError::Db(error) => error.into(),
        }
    }
}
