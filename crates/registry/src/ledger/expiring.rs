//! Credentials that end soon or have ended and were not renewed, as a page, as a sheet and as JSON.

use super::place_name;
use super::{
    Cell, Column, Content, Look, PART, Select, Table, begin, choices, chosen, day_cell, draw, file_href, look,
};
use crate::codes::CredentialKind;
use crate::complete::reminder_days;
use crate::list::Choice;
use crate::policy;
use crate::store::ledger::{self, Ending, EndingFilter};
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Day;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::light;
use web::{Cursor, Cx, Error, Result, paging};

/// Which stretch of days: those that have ended in the last year, or that end within so many days.
struct Window {
    days: Vec<i64>,
    /// `None`: those that have ended.
    within: Option<i64>,
}

async fn window(cx: &Cx, read: &mut Read, look: &Look) -> Result<Window> {
    let root = places::root(read, look.day).await?.map(|p| p.id);
    let days = match look.place().cloned().or(root) {
        Some(place) => reminder_days(read, &place, look.day).await.map_err(|e| Error::Internal(e.to_string()))?,
        None => Vec::new(),
    };
    let within = match cx.query("within") {
        Some("ended") => None,
        Some(text) => {
            let known = |n: &i64| days.contains(n);
            Some(text.parse().ok().filter(known).ok_or_else(|| Error::bad("filter.choice", "within"))?)
        }
        None => Some(days.first().copied().unwrap_or_default()),
    };
    Ok(Window { days, within })
}

fn filter(cx: &Cx, look: &Look, window: &Window) -> Result<EndingFilter> {
    let (from, until) = match window.within {
        Some(days) => (look.day.next(), look.day.plus(days).next()),
        None => (look.day.plus_months(-12), look.day.next()),
    };
    let kind = chosen(cx, "kind", CredentialKind::parse)?;
    Ok(EndingFilter { within: look.within.clone(), day: look.day, from, until, kind })
}

async fn rows(cx: &Cx, read: &mut Read, filter: &EndingFilter) -> Result<(Vec<Ending>, Option<String>)> {
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let rows = ledger::ending(read, filter, (&after.key, &after.id), limit + 1).await?;
    Ok(paging::cut(rows, limit, |r| Cursor { key: r.until_day.to_string(), id: r.id.to_string() }))
}

/// GET /ledgers
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let window = window(&cx, &mut read, &look).await?;
    let filter = filter(&cx, &look, &window)?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let kinds: Vec<_> = CredentialKind::ALL.iter().map(|k| (k.as_str(), k.key())).collect();
    let filters = vec![
        Select {
            name: "within",
            label: cx.t("registry.ledger.expiring.within"),
            all: None,
            choices: windows(&cx, &window),
        },
        Select {
            name: "kind",
            label: cx.t("registry.field.kind"),
            all: Some(cx.t("registry.list.all")),
            choices: choices(&cx, "kind", &kinds),
        },
    ];
    let heads = vec![
        (cx.t("registry.list.name"), false),
        (cx.t("registry.field.credential"), false),
        (cx.t("registry.ledger.expiring.last_day"), false),
        (cx.t("registry.ledger.expiring.left"), false),
    ];
    let day = look.day;
    let table = Table {
        title: String::new(),
        note: String::new(),
        rows: rows.iter().map(|r| line(&cx, r, day, &window.days)).collect(),
        heads,
    };
    let foot = cx.tf("registry.ledger.foot", &[&rows.len()]);
    let content = Content {
        id: "expiring",
        filters,
        search: None,
        tables: vec![table],
        foot,
        exports: &["/ledgers/export.xlsx", "/ledgers/export.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

fn windows(cx: &Cx, window: &Window) -> Vec<Choice> {
    let within = |n: &i64| Choice {
        value: n.to_string(),
        label: cx.tf("registry.ledger.expiring.days", &[n]),
        chosen: window.within == Some(*n),
    };
    let ended = Choice {
        value: "ended".into(),
        label: cx.t("registry.ledger.expiring.ended").into(),
        chosen: window.within.is_none(),
    };
    window.days.iter().map(within).chain([ended]).collect()
}

fn line(cx: &Cx, r: &Ending, day: Day, days: &[i64]) -> Vec<Cell> {
    let left = day.until(r.until_day);
    // Within the last of the reminders it burns; before it, it is time.
    let class = match left {
        ..=0 => "missed",
        n if days.last().is_some_and(|last| n <= *last) => "missed",
        _ => "risk",
    };
    let said = if left <= 0 {
        cx.tf("registry.ledger.expiring.over", &[&(1 - left)])
    } else {
        cx.tf("registry.ledger.expiring.days_left", &[&left])
    };
    let number = crate::timeline::joined(cx.words(), &[&r.number, &r.issuer]);
    vec![
        Cell::new(r.name.clone()).to(format!("{}#credentials", file_href(cx, &r.facility, day))).small(place_name(
            &r.above_code,
            &r.above_name,
            &r.place_name,
        )),
        Cell::new(cx.t(r.kind.key())).small(number),
        Cell::new(r.until_day.plus(-1).to_string()),
        Cell::default().lit(light(class, &said)),
    ]
}

/// The same as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.expiring",
    action: &policy::VIEW,
    title: "registry.ledger.expiring.title",
    name: "expiring",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 7] = [
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("kind", "registry.field.kind", 18),
    ("number", "registry.field.number", 24),
    ("issuer", "registry.field.issuer", 24),
    ("last_day", "registry.ledger.expiring.last_day", 12),
    ("facility", "registry.ledger.file", 28),
];

async fn asked(cx: &Cx, read: &mut Read) -> Result<(Look, EndingFilter)> {
    let look = look(cx, read).await?;
    let window = window(cx, read, &look).await?;
    let filter = filter(cx, &look, &window)?;
    Ok((look, filter))
}

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let (_, filter) = asked(&cx, &mut read).await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(ledger::ending(&mut read, &filter, ("", ""), most + 1).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let (look, filter) = asked(&cx, &mut read).await?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = ledger::ending(&mut read, &filter, (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.until_day.to_string(), last.id.to_string());
        for r in &rows {
            pen.row([
                r.name.as_str().into(),
                place_name(&r.above_code, &r.above_name, &r.place_name).into(),
                cx.t(r.kind.key()).into(),
                r.number.as_str().into(),
                r.issuer.as_str().into(),
                day_cell(r.until_day.plus(-1)),
                r.facility.as_str().into(),
            ])
            .await?;
        }
    }
}

pub const DOC: Doc = Doc::new(
    "Credentials that end within the days of the norm, or have ended, and were not renewed",
    &[
        ("region", "code of a place, such as 310109"),
        ("within", "days, one of those of the norm; or ended"),
        ("kind", "kind of credential, such as operation_notice"),
        ("as_of", "day, YYYY-MM-DD; today when absent"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    answer,
);

fn answer() -> Value {
    list_of(object(&[
        ("facility", "string"),
        ("name", "string"),
        ("region", "string"),
        ("credential", "string"),
        ("kind", "string"),
        ("number", "string"),
        ("issuer", "string"),
        ("last_day", "string"),
    ]))
}

/// GET /api/v1/credentials/expiring
pub async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let window = window(&cx, &mut read, &look).await?;
    let filter = filter(&cx, &look, &window)?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let item = |r: &Ending| {
        json!({"facility": r.facility, "name": r.name, "region": r.place_code, "credential": r.id, "kind": r.kind,
            "number": r.number, "issuer": r.issuer, "last_day": r.until_day.plus(-1)})
    };
    Ok(api::list(&rows.iter().map(item).collect::<Vec<_>>(), next))
}
