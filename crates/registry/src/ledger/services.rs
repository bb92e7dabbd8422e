//! The menu of services (嵌入式、菜单式、分龄式) of all facilities: by place, style, mode and the age of a child.

use super::{
    Cell, Column, Content, Look, PART, Select, Table, begin, choices, chosen, draw, file_href, look, place_name,
};
use crate::codes::{Mode, Style};
use crate::policy;
use crate::store::ledger::{self, Offered, OfferedFilter};
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Day;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::{Cursor, Cx, Error, Result, paging};

/// Ages that families ask for: the beginnings of the usual groups, in months.
const AGES: [i64; 5] = [6, 12, 18, 24, 30];

fn filter(cx: &Cx, look: &Look) -> Result<OfferedFilter> {
    let months =
        cx.query("months").map(|m| m.parse().map_err(|_| Error::bad("filter.choice", "months"))).transpose()?;
    Ok(OfferedFilter {
        within: look.within.clone(),
        day: look.day,
        style: chosen(cx, "style", Style::parse)?,
        mode: chosen(cx, "mode", Mode::parse)?,
        months,
        text: cx.query("find").map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()),
    })
}

async fn rows(cx: &Cx, read: &mut Read, filter: &OfferedFilter) -> Result<(Vec<Offered>, Option<String>)> {
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let rows = ledger::offered(read, filter, (&after.key, &after.id), limit + 1).await?;
    Ok(paging::cut(rows, limit, |r| Cursor { key: r.name_key.clone(), id: r.id.clone() }))
}

/// GET /ledgers/services
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let filter = filter(&cx, &look)?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let all = Some(cx.t("registry.list.all"));
    let styles: Vec<_> = Style::ALL.iter().map(|s| (s.as_str(), s.key())).collect();
    let modes: Vec<_> = Mode::ALL.iter().map(|m| (m.as_str(), m.key())).collect();
    let age = |n: &i64| crate::list::Choice {
        value: n.to_string(),
        label: cx.tf("registry.ledger.services.months", &[n]),
        chosen: filter.months == Some(*n),
    };
    let filters = vec![
        Select { name: "style", label: cx.t("registry.field.style"), all, choices: choices(&cx, "style", &styles) },
        Select { name: "mode", label: cx.t("registry.field.mode"), all, choices: choices(&cx, "mode", &modes) },
        Select { name: "months", label: cx.t("registry.field.ages"), all, choices: AGES.iter().map(age).collect() },
    ];
    let table = Table {
        title: String::new(),
        note: String::new(),
        heads: vec![
            (cx.t("registry.field.service"), false),
            (cx.t("registry.list.name"), false),
            (cx.t("registry.field.style"), false),
            (cx.t("registry.field.ages"), false),
            (cx.t("registry.field.mode"), false),
            (cx.t("registry.field.fen"), true),
        ],
        rows: rows.iter().map(|r| line(&cx, r, look.day)).collect(),
    };
    let search = Some((filter.text.unwrap_or_default(), cx.t("registry.field.service_name")));
    let foot = cx.tf("registry.ledger.foot", &[&rows.len()]);
    let content = Content {
        id: "services",
        filters,
        search,
        tables: vec![table],
        foot,
        exports: &["/ledgers/services.xlsx", "/ledgers/services.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

fn price(cx: &Cx, r: &Offered) -> String {
    let price = |(fen, per): (kernel::Fen, crate::codes::Per)| cx.tf("registry.fee", &[&fen, &cx.t(per.key())]);
    r.fen.zip(r.per).map_or_else(|| "—".to_owned(), price)
}

fn line(cx: &Cx, r: &Offered, day: Day) -> Vec<Cell> {
    vec![
        Cell::new(r.name.clone()).small(r.note.clone()),
        Cell::new(r.facility_name.clone())
            .to(format!("{}#services", file_href(cx, &r.facility, day)))
            .small(place_name(&r.above_code, &r.above_name, &r.place_name)),
        Cell::new(cx.t(r.style.key())),
        Cell::new(cx.tf("registry.months", &[&r.month_from, &r.month_until])),
        Cell::new(cx.t(r.mode.key())),
        Cell::new(price(cx, r)),
    ]
}

/// The same as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.services",
    action: &policy::VIEW,
    title: "registry.ledger.services.title",
    name: "services",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 10] = [
    ("service", "registry.field.service_name", 28),
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("style", "registry.field.style", 12),
    ("month_from", "registry.field.month_from", 10),
    ("month_until", "registry.field.month_until", 10),
    ("mode", "registry.field.mode", 12),
    ("price", "registry.field.fen", 18),
    ("note", "registry.field.note", 30),
    ("facility", "registry.ledger.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let filter = filter(&cx, &look)?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(ledger::offered(&mut read, &filter, ("", ""), most + 1).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    let filter = filter(&cx, &look)?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = ledger::offered(&mut read, &filter, (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.name_key.clone(), last.id.clone());
        for r in &rows {
            pen.row([
                r.name.as_str().into(),
                r.facility_name.as_str().into(),
                place_name(&r.above_code, &r.above_name, &r.place_name).into(),
                cx.t(r.style.key()).into(),
                r.month_from.into(),
                r.month_until.into(),
                cx.t(r.mode.key()).into(),
                price(&cx, r).into(),
                r.note.as_str().into(),
                r.facility.as_str().into(),
            ])
            .await?;
        }
    }
}

pub const DOC: Doc = Doc::new(
    "Services that operating facilities offer besides places",
    &[
        ("region", "code of a place, such as 310109"),
        ("style", "embedded, menu or graded"),
        ("mode", "full_day, half_day or hourly"),
        ("months", "age of a child in months"),
        ("find", "part of the service's name"),
        ("as_of", "day, YYYY-MM-DD; today when absent"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    answer,
);

fn answer() -> Value {
    list_of(object(&[
        ("id", "string"),
        ("name", "string"),
        ("style", "string"),
        ("month_from", "integer"),
        ("month_until", "integer"),
        ("mode", "string"),
        ("fen", "integer?"),
        ("per", "string?"),
        ("note", "string"),
        ("facility", "string"),
        ("facility_name", "string"),
        ("region", "string"),
    ]))
}

/// GET /api/v1/services
pub async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let filter = filter(&cx, &look)?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let item = |r: &Offered| {
        json!({"id": r.id, "name": r.name, "style": r.style, "month_from": r.month_from, "month_until": r.month_until,
            "mode": r.mode, "fen": r.fen, "per": r.per, "note": r.note, "facility": r.facility,
            "facility_name": r.facility_name, "region": r.place_code})
    };
    Ok(api::list(&rows.iter().map(item).collect::<Vec<_>>(), next))
}
