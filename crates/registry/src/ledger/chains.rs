//! Chains (连锁化机构): every brand with its branches, and the history that they share.

use super::{Cell, Column, Content, PART, Table, begin, day_cell, draw, file_href, look, place_name};
use crate::codes::State;
use crate::share::{self, ShareLine};
use crate::store::file;
use crate::store::ledger::{self, Branch, Brand};
use crate::{policy, timeline, view, words};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use errand::Pen;
use kernel::{Day, Span};
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::{Markup, whole};
use web::{Crumb, Cursor, Cx, Error, Result, Shell, paging};

/// Branches that a page shows; events of their common history.
const BRANCHES: i64 = 200;
const EVENTS: usize = 100;

/// A brand as the last step of an address.
pub fn slug(brand: &str) -> String {
    let mut out = String::new();
    for byte in brand.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// GET /ledgers/chains
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = ledger::brands(&mut read, &look.within, look.day, &after.key, limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.0.clone(), id: String::new() });
    let line = |(brand, branches, places): &Brand| {
        let href = format!("/ledgers/chains/{}{}", slug(brand), crate::file::on_day(&cx, look.day));
        vec![Cell::new(brand.clone()).to(href), Cell::new(whole(*branches)), Cell::new(whole(*places))]
    };
    let table = Table {
        title: String::new(),
        note: String::new(),
        heads: vec![
            (cx.t("registry.field.brand"), false),
            (cx.t("registry.ledger.chains.branches"), true),
            (cx.t("registry.list.places"), true),
        ],
        rows: rows.iter().map(line).collect(),
    };
    let foot = cx.tf("registry.ledger.foot", &[&rows.len()]);
    let content = Content {
        id: "chains",
        filters: Vec::new(),
        search: None,
        tables: vec![table],
        foot,
        exports: &["/ledgers/chains.xlsx", "/ledgers/chains.csv"],
        why: None,
        next: Some(next),
    };
    draw(&cx, look, content)
}

/// Every branch of every brand, as a sheet.
pub static EXPORT: errand::List = errand::List {
    kind: "registry.ledger.chains",
    action: &policy::VIEW,
    title: "registry.ledger.chains.title",
    name: "chains",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [Column; 7] = [
    ("brand", "registry.field.brand", 28),
    ("name", "registry.list.name", 36),
    ("place", "registry.list.region", 28),
    ("bond", "registry.field.bond", 12),
    ("from", "registry.field.from", 12),
    ("places", "registry.list.places", 10),
    ("facility", "registry.ledger.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    let brands = ledger::brands(&mut read, &look.within, look.day, "", most + 1).await?;
    Ok(brands.iter().map(|(_, branches, _)| branches).sum())
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let look = look(&cx, &mut read).await?;
    begin(&cx, &mut read, &mut pen, &look, &COLUMNS).await?;
    let mut after = String::new();
    loop {
        let brands = ledger::brands(&mut read, &look.within, look.day, &after, PART).await?;
        let Some(last) = brands.last() else { return Ok(pen) };
        after = last.0.clone();
        for (brand, _, _) in &brands {
            for b in ledger::branches(&mut read, brand, &look.within, look.day, BRANCHES).await? {
                pen.row([
                    brand.as_str().into(),
                    b.name.as_str().into(),
                    place_name(&b.above_code, &b.above_name, &b.place_name).into(),
                    cx.t(b.bond.key()).into(),
                    day_cell(b.from_day),
                    b.places.into(),
                    b.facility.as_str().into(),
                ])
                .await?;
            }
        }
    }
}

#[derive(Template)]
#[template(path = "registry/brand.html")]
struct BrandPage {
    shell: Shell,
    brand: String,
    as_of: Day,
    past: bool,
    lede: String,
    /// How many branches lie outside the post.
    elsewhere: Option<String>,
    branches: Vec<Line>,
    events: Vec<(timeline::Said, String, String)>,
    /// Results of checks of all branches, the newest first: line, name and address of the branch.
    quality: Vec<(ShareLine, String, String)>,
}

struct Line {
    name: String,
    href: String,
    place: String,
    bond: &'static str,
    span: String,
    places: String,
    inclusive: bool,
    state: Markup,
}

/// GET /ledgers/chains/{brand}
pub async fn brand(cx: Cx, Path(brand): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let branches = ledger::branches(&mut read, &brand, &look.within, look.day, BRANCHES).await?;
    if branches.is_empty() {
        return Err(Error::NotFound);
    }
    let mut ids: Vec<_> = branches.iter().map(|b| b.facility.clone()).collect();
    ids.dedup();
    let (mut events, mut quality) = (Vec::new(), Vec::new());
    for id in &ids {
        let Some(h) = file::history(&mut read, id).await? else { continue };
        let name = crate::file::name_on(&h, look.day).to_owned();
        let names = crate::file::place_names(&mut read, &h, look.day).await?;
        for line in share::quality(&cx, &mut read, &h, look.day).await? {
            quality.push((line, name.clone(), file_href(&cx, id, look.day)));
        }
        for event in view::events(&h, look.day) {
            let said = timeline::say(cx.words(), &event, |p| crate::file::named(&names, p));
            events.push((said, name.clone(), file_href(&cx, id, look.day)));
        }
    }
    events.sort_by(|a, b| (b.0.day, &a.1).cmp(&(a.0.day, &b.1)));
    events.truncate(EVENTS);
    quality.sort_by(|a, b| (b.0.day, &a.1).cmp(&(a.0.day, &b.1)));
    quality.truncate(EVENTS);
    let open = || branches.iter().filter(|b| matches!(b.state, Some(State::Operating | State::Suspended)));
    let places: i64 = open().filter_map(|b| b.places).sum();
    let elsewhere = ledger::branches_anywhere(&mut read, &brand).await? - ids.len() as i64;
    let trail = vec![
        Crumb::to(cx.t("nav.ledgers"), "/ledgers"),
        Crumb::to(cx.t("registry.ledger.chains.title"), "/ledgers/chains"),
        Crumb::here(brand.as_str()),
    ];
    let page = BrandPage {
        shell: Shell::new(&cx, brand.as_str(), trail),
        as_of: look.day,
        past: look.day != cx.today(),
        lede: cx.tf("registry.ledger.chains.of", &[&open().count(), &whole(places)]),
        elsewhere: (elsewhere > 0).then(|| cx.tf("registry.ledger.chains.elsewhere", &[&elsewhere])),
        branches: branches.iter().map(|b| line(&cx, b, look.day)).collect(),
        events,
        quality,
        brand,
    };
    web::page(&page)
}

fn line(cx: &Cx, b: &Branch, day: Day) -> Line {
    Line {
        name: b.name.clone(),
        href: file_href(cx, &b.facility, day),
        place: place_name(&b.above_code, &b.above_name, &b.place_name),
        bond: cx.t(b.bond.key()),
        span: words::span(cx.words(), Span { from: b.from_day, until: b.until_day }),
        places: b.places.map_or_else(|| "—".to_owned(), whole),
        inclusive: b.inclusive,
        state: words::state(cx.words(), b.state, false),
    }
}

pub const DOC: Doc = Doc::new(
    "Brands with their branches and approved places",
    &[
        ("region", "code of a place, such as 310109"),
        ("as_of", "day, YYYY-MM-DD; today when absent"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    answer,
);

fn answer() -> Value {
    list_of(object(&[("brand", "string"), ("branches", "integer"), ("places", "integer")]))
}

/// GET /api/v1/chains
pub async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let look = look(&cx, &mut read).await?;
    let (limit, after) = (paging::limit(&cx)?, Cursor::of(&cx)?);
    let rows = ledger::brands(&mut read, &look.within, look.day, &after.key, limit + 1).await?;
    let (rows, next) = paging::cut(rows, limit, |r| Cursor { key: r.0.clone(), id: String::new() });
    let item = |(brand, branches, places): &Brand| json!({"brand": brand, "branches": branches, "places": places});
    Ok(api::list(&rows.iter().map(item).collect::<Vec<_>>(), next))
}
