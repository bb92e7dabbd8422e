//! Service agreements (服务协议): how many inclusive toddler places private kindergartens agreed to offer, with whom.

use super::{Cell, Column, Content, PART, Table, begin, day_cell, draw, file_href, look, place_name};
use crate::store::parts_ledger::{Agreed, agreed};
use crate::{policy, words};
use axum::response::Response;
use errand::Pen;
use kernel::{Day, Span};
use web::parts::whole;
use web::{Cursor, Cx, Result, paging};

/// GET /ledgers/agreements
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = agreed(&mut read, (&look.within, look.day), (&after.key, &after.id), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.name_key.clone(), id: r.id.clone() });
    let table = Table {
        title: String::new(),
        note: String::new(),
        heads: vec![
            (cx.t("registry.list.name"), false),
            (cx.t("registry.field.partner"), false),
            (cx.t("registry.field.agreed"), true),
            (cx.t("registry.held"), false),
        ],
        rows: rows.iter().map(|r| line(&cx, r, look.day)).collect(),
    };
    let content = Content {
        id: "agreements",
        filters: Vec::new(),
        search: None,
        tables: vec![table],
        foot: cx.tf("registry.ledger.foot", &[&rows.len()]),
        exports: &["/ledgers/agreements.xlsx", "/ledgers/agreements.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

fn line(cx: &Cx, r: &Agreed, day: Day) -> Vec<Cell> {
    let place = place_name(&r.above_code, &r.above_name, &r.place_name);
    vec![
        Cell::new(r.name.clone()).to(format!("{}#inclusive", file_href(cx, &r.facility, day))).small(place),
        Cell::new(r.partner.clone()),
        Cell::new(whole(r.agreed)),
        Cell::new(words::span(cx.words(), Span { from: r.from_day, until: r.until_day })).small(r.note.clone()),
    ]
}

/// The same as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.agreements",
    action: &policy::VIEW,
    title: "registry.ledger.agreements.title",
    name: "agreements",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 8] = [
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("partner", "registry.field.partner", 30),
    ("agreed", "registry.field.agreed", 12),
    ("from", "registry.field.from", 12),
    ("last", "registry.field.until", 12),
    ("note", "registry.field.note", 30),
    ("facility", "registry.ledger.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(agreed(&mut read, (&look.within, look.day), ("", ""), most + 1).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = agreed(&mut read, (&look.within, look.day), (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.name_key.clone(), last.id.clone());
        for r in &rows {
            let last = if r.until_day.is_open() { r.until_day } else { r.until_day.plus(-1) };
            pen.row([
                r.name.as_str().into(),
                place_name(&r.above_code, &r.above_name, &r.place_name).into(),
                r.partner.as_str().into(),
                r.agreed.into(),
                day_cell(r.from_day),
                day_cell(last),
                r.note.as_str().into(),
                r.facility.as_str().into(),
            ])
            .await?;
        }
    }
}
