//! How places were gained: classes of a year by their path (新建、改扩建、迁建、公建配套、挖潜扩班) and place, and what
//! kindergartens meant to add or free beside what became of it.

use super::{Cell, Column, Content, Look, PART, Select, Table, begin, draw, file_href, look, place_name, year, years};
use crate::codes::Gained;
use crate::policy;
use crate::store::ledger::{self, Gains, Released};
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Day;
use web::parts::whole;
use web::{Cursor, Cx, Result, paging};

/// A year as far as it is known on the day: its first day, the first one after it, and the last day that is known.
struct Year {
    year: i16,
    from: Day,
    until: Day,
    last: Day,
}

fn of(cx: &Cx, day: Day) -> Result<Year> {
    let (year, from, until) = year(cx, day)?;
    Ok(Year { year, from, until: until.min(day.next()), last: until.plus(-1).min(day) })
}

async fn page_of(read: &mut Read, look: &Look, year: &Year, after: (&str, &str), limit: i64) -> Result<Vec<Released>> {
    let days = (year.from.plus(-1), year.last);
    let of = (&look.within, look.day);
    Ok(ledger::released(read, of, i64::from(year.year), days, after, limit).await?)
}

/// GET /ledgers/growth
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let year = of(&cx, look.day)?;
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = page_of(&mut read, &look, &year, (&after.key, &after.id), limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.name_key.clone(), id: r.id.clone() });
    let gains = match look.place() {
        Some(place) => ledger::gains(&mut read, place, look.day, year.from, year.until).await?,
        None => Vec::new(),
    };
    let filters =
        vec![Select { name: "year", label: cx.t("registry.field.year"), all: None, choices: years(&cx, year.year) }];
    let mut tables = Vec::new();
    if !gains.is_empty() && cx.query("after").is_none() {
        tables.push(paths(&cx, &gains));
    }
    tables.push(Table {
        title: cx.t("registry.ledger.growth.releases").to_owned(),
        note: cx.t("registry.ledger.growth.note").to_owned(),
        heads: vec![
            (cx.t("registry.list.name"), false),
            (cx.t("registry.field.way"), false),
            (cx.t("registry.ledger.growth.meant"), true),
            (cx.t("registry.field.met"), false),
            (cx.t("registry.ledger.growth.before"), true),
            (cx.t("registry.ledger.growth.after"), true),
        ],
        rows: rows.iter().map(|r| line(&cx, r, look.day)).collect(),
    });
    let foot = cx.tf("registry.ledger.foot", &[&rows.len()]);
    let content = Content {
        id: "growth",
        filters,
        search: None,
        tables,
        foot,
        exports: &["/ledgers/growth.xlsx", "/ledgers/growth.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

/// One line for each place below: how many classes by their path.
fn paths(cx: &Cx, gains: &[Gains]) -> Table {
    let known: Vec<Gained> = Gained::ALL.iter().copied().filter(|g| gains.iter().any(|row| row.2 == *g)).collect();
    let mut heads = vec![(cx.t("registry.list.region"), false)];
    heads.extend(known.iter().map(|g| (cx.t(g.key()), true)));
    heads.push((cx.t("registry.ledger.all"), true));
    let mut places: Vec<(&str, &str)> = gains.iter().map(|g| (g.0.as_str(), g.1.as_str())).collect();
    places.dedup();
    let line = |code: Option<&str>, name: &str| {
        let sum = |gained: Option<Gained>| -> i64 {
            let of = |g: &&Gains| code.is_none_or(|c| c == g.0) && gained.is_none_or(|wanted| wanted == g.2);
            gains.iter().filter(of).map(|g| g.3).sum()
        };
        let first = match code {
            Some(code) => Cell::new(name).to(format!("{}{}", cx.path(), cx.query_with("region", Some(code)))),
            None => Cell::new(name),
        };
        let number = |n: i64| Cell::new(if n == 0 { "—".to_owned() } else { whole(n) });
        let each = known.iter().map(|g| number(sum(Some(*g))));
        std::iter::once(first).chain(each).chain([number(sum(None))]).collect()
    };
    let mut rows: Vec<Vec<Cell>> = places.iter().map(|(code, name)| line(Some(code), name)).collect();
    rows.push(line(None, cx.t("registry.ledger.all")));
    let title = cx.t("registry.ledger.growth.paths").to_owned();
    Table { title, note: String::new(), heads, rows }
}

fn line(cx: &Cx, r: &Released, day: Day) -> Vec<Cell> {
    let places = |n: Option<i64>| n.map_or_else(|| "—".to_owned(), whole);
    let met = cx.t(if r.met { "registry.release.met" } else { "registry.release.not_met" });
    vec![
        Cell::new(r.name.clone()).to(format!("{}#classes", file_href(cx, &r.facility, day))).small(place_name(
            &r.above_code,
            &r.above_name,
            &r.place_name,
        )),
        Cell::new(cx.t(r.way.key())).small(r.note.clone()),
        Cell::new(whole(r.places)),
        Cell::new(met),
        Cell::new(places(r.before)),
        Cell::new(places(r.after)),
    ]
}

/// What was meant to be added or freed, as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.growth",
    action: &policy::VIEW,
    title: "registry.ledger.growth.title",
    name: "growth",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 9] = [
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("way", "registry.field.way", 18),
    ("meant", "registry.ledger.growth.meant", 10),
    ("met", "registry.release.met", 12),
    ("before", "registry.ledger.growth.before", 12),
    ("after", "registry.ledger.growth.after", 12),
    ("note", "registry.field.note", 30),
    ("facility", "registry.ledger.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let year = of(&cx, look.day)?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(page_of(&mut read, &look, &year, ("", ""), most + 1).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    let year = of(&cx, look.day)?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = (String::new(), String::new());
    loop {
        let rows = page_of(&mut read, &look, &year, (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        after = (last.name_key.clone(), last.id.clone());
        for r in &rows {
            pen.row([
                r.name.as_str().into(),
                place_name(&r.above_code, &r.above_name, &r.place_name).into(),
                cx.t(r.way.key()).into(),
                r.places.into(),
                cx.t(if r.met { "registry.yes" } else { "registry.no" }).into(),
                r.before.into(),
                r.after.into(),
                r.note.as_str().into(),
                r.facility.as_str().into(),
            ])
            .await?;
        }
    }
}
