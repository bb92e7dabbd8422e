//! Rooms of facilities (房屋): whose they are, how large, on which floors, in a house of their own or not.

use super::{Cell, Column, Content, PART, Table, begin, day_cell, draw, file_href, look, place_name};
use crate::store::parts_ledger::{Housed, housed};
use crate::{policy, words};
use axum::response::Response;
use errand::Pen;
use kernel::{Day, Span};
use web::parts::whole;
use web::{Cursor, Cx, Result, paging};

/// GET /ledgers/premises
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = housed(&mut read, (&look.within, look.day), (&after.key, &after.id), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.name_key.clone(), id: r.id.clone() });
    let table = Table {
        title: String::new(),
        note: String::new(),
        heads: vec![
            (cx.t("registry.list.name"), false),
            (cx.t("registry.field.tenure"), false),
            (cx.t("registry.field.area"), true),
            (cx.t("registry.field.outdoor"), true),
            (cx.t("registry.field.floors"), false),
            (cx.t("registry.field.independent"), false),
            (cx.t("registry.held"), false),
        ],
        rows: rows.iter().map(|r| line(&cx, r, look.day)).collect(),
    };
    let content = Content {
        id: "premises",
        filters: Vec::new(),
        search: None,
        tables: vec![table],
        foot: cx.tf("registry.ledger.foot", &[&rows.len()]),
        exports: &["/ledgers/premises.xlsx", "/ledgers/premises.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

fn line(cx: &Cx, r: &Housed, day: Day) -> Vec<Cell> {
    let place = place_name(&r.above_code, &r.above_name, &r.place_name);
    vec![
        Cell::new(r.name.clone()).to(format!("{}#site", file_href(cx, &r.facility, day))).small(place),
        Cell::new(cx.t(r.tenure.key())).small(r.supplier.clone()),
        Cell::new(r.area.map_or_else(|| "—".to_owned(), whole)),
        Cell::new(r.outdoor.map_or_else(|| "—".to_owned(), whole)),
        Cell::new(r.floors.clone()),
        Cell::new(cx.t(if r.independent { "registry.yes" } else { "registry.no" })),
        Cell::new(words::span(cx.words(), Span { from: r.from_day, until: r.until_day })).small(r.note.clone()),
    ]
}

/// The same as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.premises",
    action: &policy::VIEW,
    title: "registry.ledger.premises.title",
    name: "premises",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 12] = [
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("tenure", "registry.field.tenure", 12),
    ("supplier", "registry.field.supplier", 30),
    ("area", "registry.field.area", 12),
    ("outdoor", "registry.field.outdoor", 12),
    ("floors", "registry.field.floors", 14),
    ("independent", "registry.field.independent", 12),
    ("from", "registry.field.from", 12),
    ("last", "registry.field.until", 12),
    ("note", "registry.field.note", 30),
    ("facility", "registry.ledger.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(housed(&mut read, (&look.within, look.day), ("", ""), most + 1).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = housed(&mut read, (&look.within, look.day), (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.name_key.clone(), last.id.clone());
        for r in &rows {
            let last = if r.until_day.is_open() { r.until_day } else { r.until_day.plus(-1) };
            pen.row([
                r.name.as_str().into(),
                place_name(&r.above_code, &r.above_name, &r.place_name).into(),
                cx.t(r.tenure.key()).into(),
                r.supplier.as_str().into(),
                r.area.into(),
                r.outdoor.into(),
                r.floors.as_str().into(),
                cx.t(if r.independent { "registry.yes" } else { "registry.no" }).into(),
                day_cell(r.from_day),
                day_cell(last),
                r.note.as_str().into(),
                r.facility.as_str().into(),
            ])
            .await?;
        }
    }
}
