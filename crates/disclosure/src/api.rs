//! The public JSON: what the pages show, field by field; `null` where a field is not public or nothing is recorded.

use crate::fields::Field;
use crate::line::Line;
use crate::list::{Wanted, rows};
use crate::reply::{self, Desk};
use crate::view::{free, modes_of, total};
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use kernel::{Day, Instant};
use registry::codes::{FacilityKind, LegalForm, Measure, Mode, Ownership, Per};
use serde::Serialize;
use serde_json::{Value, json};
use web::api::{Doc, list_of, object};
use web::{Cx, Error, Result, api};

const QUERY: &[(&str, &str)] = &[
    ("region", "code of a district or street, such as 310109"),
    ("kind", "kind of facility, such as institution"),
    ("mode", "full_day, half_day or hourly"),
    ("inclusive", "true or false"),
    ("fee_max", "most that it may cost, in yuan"),
    ("free", "true: with places that are not taken"),
    ("state", "open (when absent), suspended, closed or all"),
    ("q", "words of the name or address"),
    ("limit", "1 to 200, 50 when absent"),
    ("after", "cursor of the page before"),
];

pub const LIST: Doc = Doc::new(
    "Places of care, those that are open today when nothing else is asked, as far as they are public; no sign-in",
    QUERY,
    || list_of(shape()),
);
pub const ONE: Doc = Doc::new("One place of care, as far as it is public; no sign-in", &[], shape);

pub(crate) fn shape() -> Value {
    let mut shape = object(&[
        ("id", "string"),
        ("name", "string?"),
        ("kind", "string?"),
        ("ownership", "string?"),
        ("legal_form", "string?"),
        ("operator", "string?"),
        ("credit_code", "string?"),
        ("region", "string"),
        ("region_name", "string"),
        ("address", "string?"),
        ("lon", "number?"),
        ("lat", "number?"),
        ("phone", "string?"),
        ("inclusive", "boolean?"),
        ("places", "integer?"),
        ("free_places", "integer?"),
        ("enrolled", "integer?"),
        ("notice", "string?"),
        ("last_check", "string?"),
        ("state", "string"),
        ("since", "string"),
        ("publication", "string?"),
        ("updated", "string"),
    ]);
    let fee = object(&[("mode", "string"), ("fen", "integer"), ("per", "string")]);
    shape["properties"]["fees"] = json!({"type": ["array", "null"], "items": fee});
    shape["properties"]["modes"] = json!({"type": ["array", "null"], "items": {"type": "string"}});
    if let Some(required) = shape["required"].as_array_mut() {
        required.extend([json!("fees"), json!("modes")]);
    }
    shape
}

#[derive(Serialize)]
struct Fee {
    mode: Mode,
    fen: i64,
    per: Per,
}

#[derive(Serialize)]
pub(crate) struct Row<'a> {
    id: &'a str,
    name: Option<&'a str>,
    kind: Option<FacilityKind>,
    ownership: Option<Ownership>,
    legal_form: Option<LegalForm>,
    operator: Option<&'a str>,
    credit_code: Option<&'a str>,
    region: &'a str,
    region_name: &'a str,
    address: Option<&'a str>,
    lon: Option<f64>,
    lat: Option<f64>,
    phone: Option<&'a str>,
    inclusive: Option<bool>,
    places: Option<i64>,
    free_places: Option<i64>,
    enrolled: Option<i64>,
    notice: Option<&'a str>,
    last_check: Option<Day>,
    /// open, suspended or closed.
    state: &'static str,
    /// The first day of that state.
    since: Day,
    /// What was published of it last.
    publication: Option<&'a str>,
    updated: Instant,
    fees: Option<Vec<Fee>>,
    modes: Option<Vec<Mode>>,
}

pub(crate) fn row<'a>(desk: &Desk, line: &'a Line) -> Row<'a> {
    let (fields, e) = (&desk.kept.fields, &line.entry);
    let text = |field, text: &'a str| fields.show(field, || text).filter(|t| !t.is_empty());
    let position = fields.show(Field::Position, || e.position).flatten();
    Row {
        id: e.facility.as_str(),
        name: text(Field::Name, &e.name),
        kind: fields.show(Field::Kind, || e.kind),
        ownership: fields.show(Field::Ownership, || e.ownership),
        legal_form: fields.show(Field::Ownership, || e.legal_form),
        operator: text(Field::Operator, &e.operator),
        credit_code: fields.show(Field::CreditCode, || e.credit_code.as_deref()).flatten(),
        region: &e.place_code,
        region_name: &e.place_name,
        address: text(Field::Address, &e.address),
        lon: position.map(|p| p.0),
        lat: position.map(|p| p.1),
        phone: text(Field::Phone, &e.phone),
        inclusive: fields.show(Field::Inclusive, || e.inclusive),
        places: fields.show(Field::Places, || total(e, Measure::Approved)).flatten(),
        // Where no child is taken no place is free.
        free_places: fields.show(Field::FreePlaces, || free(e)).flatten().filter(|_| e.open()),
        enrolled: fields.show(Field::Enrolled, || total(e, Measure::Enrolled)).flatten(),
        notice: fields.show(Field::Notice, || e.notice.as_ref().map(|n| n.0.as_str())).flatten(),
        last_check: fields.show(Field::LastCheck, || line.shown.as_ref()?.check.map(|c| c.0)).flatten(),
        state: line.standing().as_str(),
        since: e.since,
        publication: line.shown.as_ref().map(|s| s.id.as_str()),
        updated: line.updated(),
        fees: fields.show(Field::Fee, || e.fees.iter().map(|f| Fee { mode: f.0, fen: f.1.0, per: f.2 }).collect()),
        modes: fields.show(Field::Modes, || modes_of(e)),
    }
}

/// GET /api/v1/public/institutions
pub async fn list(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let wanted = Wanted::of(&desk.cx, &desk.book.tree, &desk.kept.fields)?;
    let (found, next) = rows(&desk, &wanted)?;
    let items: Vec<Row<'_>> = found.into_iter().map(|n| row(&desk, desk.line(n))).collect();
    Ok(desk.send(api::list(&items, next)))
}

/// GET /api/v1/public/institutions/{id}
pub async fn one(cx: Cx, headers: HeaderMap, Path(id): Path<String>) -> Result<Response> {
    let desk = match reply::desk(cx, &headers).await? {
        Ok(desk) => desk,
        Err(same) => return Ok(same),
    };
    let number = desk.book.number(&id).ok_or(Error::NotFound)?;
    Ok(desk.send(api::reply(&row(&desk, desk.line(number)))))
}
