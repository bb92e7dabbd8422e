//! The lines as a sheet and as JSON.

use super::{Rows, Told, tables, told};
use crate::operating::{Figure, Lacks, Street};
use crate::policy;
use axum::response::Response;
use errand::Pen;
use kernel::Fen;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::{Cx, Result};

/// The same as a sheet: the lines of the page, money in yuan.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.operating",
    action: &policy::VIEW,
    title: "registry.ledger.operating.title",
    name: "operating-support",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    Ok(match told(&cx, &mut read).await?.rows {
        Rows::Places(rows) => rows.len() as i64,
        Rows::Facilities(ones) => ones.len() as i64,
    })
}

const COLUMNS: [(&str, &str, u16); 13] = [
    ("code", "registry.ledger.fees.code", 14),
    ("name", "registry.list.region", 28),
    ("places", "registry.list.places", 10),
    ("children", "registry.operating.children", 14),
    ("demand", "registry.operating.demand", 10),
    ("gap", "registry.operating.gap", 10),
    ("inclusive", "registry.operating.inclusive", 12),
    ("cost", "registry.operating.sheet.cost", 16),
    ("income", "registry.operating.sheet.income", 16),
    ("support", "registry.operating.sheet.support", 16),
    ("given", "registry.operating.sheet.given", 16),
    ("difference", "registry.operating.sheet.difference", 16),
    ("missing", "registry.operating.sheet.missing", 40),
];

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let Told { look, rows, .. } = told(&cx, &mut read).await?;
    let scope = match look.place() {
        Some(place) => places::get(&mut read, place, look.day).await?.map_or_else(String::new, |p| p.name),
        None => cx.actor()?.unit_name.clone(),
    };
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, look.day, &scope, &columns)?;
    let yuan = |f: &Figure<Fen>| f.as_ref().ok().map(|fen| sheet::Value::Real(fen.0 as f64 / 100.0));
    let n = |f: &Figure<i64>| f.as_ref().ok().copied();
    match &rows {
        Rows::Places(rows) => {
            for row in rows {
                let s = &row.street;
                pen.row([
                    row.place.code.as_str().into(),
                    row.place.name.as_str().into(),
                    n(&s.places).into(),
                    n(&s.children).into(),
                    n(&s.demand).into(),
                    n(&s.gap).into(),
                    row.inclusive.into(),
                    yuan(&s.cost).into(),
                    yuan(&s.income).into(),
                    yuan(&s.support).into(),
                    sheet::Value::Real(s.given.0 as f64 / 100.0),
                    yuan(&s.difference).into(),
                    lacking(&cx, s).into(),
                ])
                .await?;
            }
        }
        Rows::Facilities(ones) => {
            for one in ones {
                let w = &one.worked;
                pen.row([
                    one.of.facility.as_str().into(),
                    one.of.name.as_str().into(),
                    n(&w.places).into(),
                    sheet::Value::Empty,
                    sheet::Value::Empty,
                    sheet::Value::Empty,
                    1.into(),
                    yuan(&w.cost).into(),
                    yuan(&w.income).into(),
                    yuan(&w.support).into(),
                    sheet::Value::Real(one.given.0 as f64 / 100.0),
                    yuan(&one.difference).into(),
                    w.support.as_ref().err().map(|lacks| tables::missing(&cx, lacks)).into(),
                ])
                .await?;
            }
        }
    }
    Ok(pen)
}

/// Everything that a line lacks, once.
fn all_lacks(s: &Street) -> Lacks {
    let figures = [s.gap.as_ref().err(), s.demand.as_ref().err(), s.support.as_ref().err(), s.places.as_ref().err()];
    figures.into_iter().flatten().flatten().map(|(what, n)| (*what, *n)).collect()
}

fn lacking(cx: &Cx, s: &Street) -> Option<String> {
    let lacks = all_lacks(s);
    (!lacks.is_empty()).then(|| tables::missing(cx, &lacks))
}

pub const DOC: Doc = Doc::new(
    "Operating support worked out for the places below one, or for the inclusive facilities of a street",
    &[("region", "code of a place, such as 310109"), ("as_of", "day, YYYY-MM-DD; today when absent")],
    answer,
);

fn answer() -> Value {
    list_of(object(&[
        ("region", "string?"),
        ("facility", "string?"),
        ("name", "string"),
        ("places", "integer?"),
        ("children", "integer?"),
        ("demand", "integer?"),
        ("gap", "integer?"),
        ("inclusive", "integer"),
        ("cost", "integer?"),
        ("income", "integer?"),
        ("support", "integer?"),
        ("given", "integer"),
        ("difference", "integer?"),
        ("missing", "[]string"),
    ]))
}

/// GET /api/v1/operating-support
pub async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let names = |lacks: &Lacks| lacks.keys().map(|what| what.as_str()).collect::<Vec<_>>();
    let items: Vec<Value> = match told(&cx, &mut read).await?.rows {
        Rows::Places(rows) => rows
            .iter()
            .map(|row| {
                let s = &row.street;
                json!({"region": row.place.code, "facility": null, "name": row.place.name,
                    "places": s.places.as_ref().ok(), "children": s.children.as_ref().ok(),
                    "demand": s.demand.as_ref().ok(), "gap": s.gap.as_ref().ok(), "inclusive": row.inclusive,
                    "cost": s.cost.as_ref().ok(), "income": s.income.as_ref().ok(),
                    "support": s.support.as_ref().ok(), "given": s.given, "difference": s.difference.as_ref().ok(),
                    "missing": names(&all_lacks(s))})
            })
            .collect(),
        Rows::Facilities(ones) => ones
            .iter()
            .map(|one| {
                let w = &one.worked;
                json!({"region": null, "facility": one.of.facility, "name": one.of.name,
                    "places": w.places.as_ref().ok(), "children": null, "demand": null, "gap": null,
                    "inclusive": 1, "cost": w.cost.as_ref().ok(), "income": w.income.as_ref().ok(),
                    "support": w.support.as_ref().ok(), "given": one.given,
                    "difference": one.difference.as_ref().ok(),
                    "missing": w.support.as_ref().err().map(names).unwrap_or_default()})
            })
            .collect(),
    };
    Ok(api::list(&items, None))
}
