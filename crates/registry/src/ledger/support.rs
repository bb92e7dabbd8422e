//! Support that was given (提供场地、减免租金、补贴): added up by the places below, and each entry with its facility.

use super::{
    Cell, Column, Content, Look, PART, Select, Table, begin, choices, chosen, day_cell, draw, file_href, look,
};
use super::{place_name, year, years, yuan_cell};
use crate::codes::SupportKind;
use crate::store::ledger::{self, Given, GivenFilter, SupportSum};
use crate::{policy, said, words};
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::{Day, Fen, Span};
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::whole;
use web::{Cursor, Cx, Result, paging};

fn filter(cx: &Cx, look: &Look) -> Result<(i16, GivenFilter)> {
    let (year, from, until) = year(cx, look.day)?;
    let kind = chosen(cx, "kind", SupportKind::parse)?;
    // What begins after the day that is looked at was not known then.
    let until = until.min(look.day.next());
    Ok((year, GivenFilter { within: look.within.clone(), day: look.day, from, until, kind }))
}

async fn rows(cx: &Cx, read: &mut Read, filter: &GivenFilter) -> Result<(Vec<Given>, Option<String>)> {
    let (limit, after) = (paging::limit(cx)?, Cursor::of(cx)?);
    let rows = ledger::given(read, filter, (&after.key, &after.id), limit + 1).await?;
    Ok(paging::cut(rows, limit, |r| Cursor { key: r.from_day.to_string(), id: r.id.clone() }))
}

/// GET /ledgers/support
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (year, filter) = filter(&cx, &look)?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let sums = match look.place() {
        Some(place) => ledger::support_sums(&mut read, place, look.day, (filter.from, filter.until), None).await?,
        None => Vec::new(),
    };
    let kinds: Vec<_> = SupportKind::ALL.iter().map(|k| (k.as_str(), k.key())).collect();
    let filters = vec![
        Select { name: "year", label: cx.t("registry.field.year"), all: None, choices: years(&cx, year) },
        Select {
            name: "kind",
            label: cx.t("registry.field.support_kind"),
            all: Some(cx.t("registry.list.all")),
            choices: choices(&cx, "kind", &kinds),
        },
    ];
    let mut tables = Vec::new();
    if !sums.is_empty() && cx.query("after").is_none() {
        tables.push(totals(&cx, &sums));
    }
    tables.push(Table {
        title: cx.t("registry.ledger.support.each").to_owned(),
        note: String::new(),
        heads: vec![
            (cx.t("registry.list.name"), false),
            (cx.t("registry.field.support_kind"), false),
            (cx.t("registry.field.source"), false),
            (cx.t("registry.field.amount"), true),
            (cx.t("registry.support_period"), false),
        ],
        rows: rows.iter().map(|r| line(&cx, r, look.day)).collect(),
    });
    let foot = cx.tf("registry.ledger.foot", &[&rows.len()]);
    let content = Content {
        id: "support",
        filters,
        search: None,
        tables,
        foot,
        exports: &["/ledgers/support.xlsx", "/ledgers/support.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

/// One line for each place below: how many facilities, and money by kind.
fn totals(cx: &Cx, sums: &[SupportSum]) -> Table {
    let mut heads = vec![(cx.t("registry.list.region"), false)];
    heads.extend(SupportKind::ALL.iter().map(|k| (cx.t(k.key()), true)));
    heads.push((cx.t("registry.ledger.support.sum"), true));
    let mut places: Vec<(&str, &str)> = sums.iter().map(|s| (s.0.as_str(), s.1.as_str())).collect();
    places.dedup();
    let line = |code: Option<&str>, name: &str| {
        let of = |s: &&SupportSum| code.is_none_or(|c| c == s.0);
        let cell = |kind: &SupportKind| {
            let of: Vec<_> = sums.iter().filter(of).filter(|s| s.2 == *kind).collect();
            let (n, fen): (i64, i64) = of.iter().fold((0, 0), |(n, fen), s| (n + s.3, fen + s.4.0));
            if n == 0 {
                return Cell::new("—");
            }
            // Premises that were not valued are counted, not summed.
            let sum = if fen == 0 { "—".to_owned() } else { said::grouped(Fen(fen)) };
            Cell::new(sum).small(cx.tf("registry.ledger.facilities_n", &[&whole(n)]))
        };
        let fen: i64 = sums.iter().filter(of).map(|s| s.4.0).sum();
        let first = match code {
            Some(code) => Cell::new(name).to(format!("{}{}", cx.path(), cx.query_with("region", Some(code)))),
            None => Cell::new(name),
        };
        let kinds = SupportKind::ALL.iter().map(cell);
        std::iter::once(first).chain(kinds).chain([Cell::new(said::grouped(Fen(fen)))]).collect()
    };
    let mut rows: Vec<Vec<Cell>> = places.iter().map(|(code, name)| line(Some(code), name)).collect();
    rows.push(line(None, cx.t("registry.ledger.all")));
    Table {
        title: cx.t("registry.ledger.support.totals").to_owned(),
        note: cx.t("registry.ledger.support.note").to_owned(),
        heads,
        rows,
    }
}

fn line(cx: &Cx, r: &Given, day: Day) -> Vec<Cell> {
    let note = crate::timeline::joined(cx.words(), &[&r.document, &r.note]);
    let span = Span { from: r.from_day, until: r.until_day };
    vec![
        Cell::new(r.name.clone()).to(format!("{}#support", file_href(cx, &r.facility, day))).small(place_name(
            &r.above_code,
            &r.above_name,
            &r.place_name,
        )),
        Cell::new(cx.t(r.kind.key())).small(note),
        Cell::new(r.source.clone()),
        Cell::new(r.fen.map_or_else(|| "—".to_owned(), said::grouped)),
        Cell::new(words::span(cx.words(), span)),
    ]
}

/// The same as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.support",
    action: &policy::VIEW,
    title: "registry.ledger.support.title",
    name: "support",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 10] = [
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("kind", "registry.field.support_kind", 18),
    ("source", "registry.field.source", 28),
    ("amount", "registry.field.amount", 16),
    ("from", "registry.field.from", 12),
    ("last", "registry.field.until", 12),
    ("document", "registry.field.document", 28),
    ("note", "registry.field.note", 30),
    ("facility", "registry.ledger.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (_, filter) = filter(&cx, &look)?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(ledger::given(&mut read, &filter, ("", ""), most + 1).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    let (_, filter) = filter(&cx, &look)?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = ledger::given(&mut read, &filter, (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.from_day.to_string(), last.id.clone());
        for r in &rows {
            let last = if r.until_day.is_open() { r.until_day } else { r.until_day.plus(-1) };
            pen.row([
                r.name.as_str().into(),
                place_name(&r.above_code, &r.above_name, &r.place_name).into(),
                cx.t(r.kind.key()).into(),
                r.source.as_str().into(),
                yuan_cell(r.fen),
                day_cell(r.from_day),
                day_cell(last),
                r.document.as_str().into(),
                r.note.as_str().into(),
                r.facility.as_str().into(),
            ])
            .await?;
        }
    }
}

pub const DOC: Doc = Doc::new(
    "Support given to facilities: premises, rent, subsidies; periods that begin in a year",
    &[
        ("region", "code of a place, such as 310109"),
        ("year", "four digits; that of the day when absent"),
        ("kind", "premises, rent, subsidy, incentive or other"),
        ("as_of", "day, YYYY-MM-DD; today when absent"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    answer,
);

fn answer() -> Value {
    list_of(object(&[
        ("id", "string"),
        ("facility", "string"),
        ("name", "string"),
        ("region", "string"),
        ("kind", "string"),
        ("source", "string"),
        ("fen", "integer?"),
        ("from", "string"),
        ("until", "string?"),
        ("document", "string"),
        ("note", "string"),
    ]))
}

/// GET /api/v1/support
pub async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (_, filter) = filter(&cx, &look)?;
    let (rows, next) = rows(&cx, &mut read, &filter).await?;
    let item = |r: &Given| {
        json!({"id": r.id, "facility": r.facility, "name": r.name, "region": r.place_code, "kind": r.kind,
            "source": r.source, "fen": r.fen, "from": r.from_day,
            "until": Some(r.until_day).filter(|d| !d.is_open()), "document": r.document, "note": r.note})
    };
    Ok(api::list(&rows.iter().map(item).collect::<Vec<_>>(), next))
}
