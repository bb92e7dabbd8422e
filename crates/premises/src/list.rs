//! GET /premises: rooms let or lent, the last changed first, with what the comparison says; as JSON and as a sheet.

use crate::model::{OUTCOMES, PURPOSES, WHAT};
use crate::parts::{self, Choice, area, chosen, outcome, span};
use crate::policy::{EDIT, IMPORT, VIEW, within};
use crate::store::rooms::{self, Filter, Line};
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Instant;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::{Markup, whole};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

#[derive(Template)]
#[template(path = "premises/list.html")]
struct ListPage {
    shell: Shell,
    q: String,
    regions: Vec<Choice>,
    outcomes: Vec<Choice>,
    purposes: Vec<Choice>,
    whats: Vec<Choice>,
    chips: Vec<(String, String)>,
    /// How many are let, by what they were found to be: light, number, address.
    tally: Vec<(Markup, String, String)>,
    rows: Vec<Row>,
    foot: String,
    query: String,
    links: PageLinks,
    may_edit: bool,
    may_import: bool,
}

struct Row {
    href: String,
    address: String,
    place: String,
    what: String,
    operator: String,
    purpose: String,
    days: String,
    outcome: Markup,
}

const WITH_NONE: [&str; 8] =
    ["licensed", "unlicensed", "not_open", "closed", "application", "unmatched", "not_needed", "not_let"];

/// Reads what narrows the list.
pub(crate) async fn filter(cx: &Cx, read: &mut Read) -> Result<Filter> {
    Ok(Filter {
        within: within(cx, read).await?,
        day: cx.today(),
        outcome: chosen(cx, "outcome", &WITH_NONE)?,
        purpose: chosen(cx, "purpose", &PURPOSES)?,
        what: chosen(cx, "what", &WHAT)?,
        text: cx.query("q").unwrap_or_default().chars().take(60).collect(),
    })
}

/// The end of the page before, for lists that go back in time.
pub(crate) fn before(cx: &Cx) -> Result<(Instant, String)> {
    let cursor = Cursor::of(cx)?;
    match cursor.key.as_str() {
        "" => Ok((Instant(i64::MAX), String::new())),
        key => Ok((Instant(key.parse().map_err(|_| Error::bad("cursor.invalid", "after"))?), cursor.id)),
    }
}

async fn lines(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<(Vec<Line>, Option<String>)> {
    let (limit, (at, id)) = (paging::limit(cx)?, before(cx)?);
    let rows: Vec<Line> = read.all(rooms::page(filter, (at, &id), limit + 1)).await?;
    Ok(paging::cut(rows, limit, |l| Cursor { key: l.changed.0.to_string(), id: l.id.to_string() }))
}

/// GET /premises
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (rows, next) = lines(&cx, &mut read, &filter).await?;
    let regions = parts::regions(&cx, &mut read, &filter.within).await?;
    let tally = rooms::by_outcome(&mut read, &filter.within, filter.day).await?;
    let here = |name: &str, value: Option<&str>| format!("{}{}", cx.path(), cx.query_with(name, value));
    let count_of = |code: &str| tally.iter().find(|(c, _)| c == code).map(|(_, n)| *n);
    let title = cx.t("premises.title");
    let rows: Vec<Row> = rows.iter().map(|line| row(&cx, line)).collect();
    let outcomes = choices_of_outcome(&cx);
    let page = ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        q: filter.text.clone(),
        chips: chips(&cx, &regions),
        tally: OUTCOMES
            .iter()
            .filter_map(|code| Some((outcome(&cx, Some(code)), whole(count_of(code)?), here("outcome", Some(code)))))
            .collect(),
        regions,
        outcomes,
        purposes: parts::choices(&cx, "purpose", &PURPOSES, cx.query("purpose")),
        whats: parts::choices(&cx, "what", &WHAT, cx.query("what")),
        foot: cx.tf("premises.foot", &[&rows.len()]),
        query: cx.query_with("after", None),
        links: PageLinks::new(&cx, next.as_deref()),
        may_edit: cx.may(&EDIT),
        may_import: cx.may(&IMPORT),
        rows,
    };
    web::page(&page)
}

fn choices_of_outcome(cx: &Cx) -> Vec<Choice> {
    parts::choices(cx, "outcome", &WITH_NONE, cx.query("outcome"))
}

fn row(cx: &Cx, line: &Line) -> Row {
    let dash = || "—".to_owned();
    Row {
        href: format!("/premises/{}", line.id),
        address: line.address.clone(),
        place: [line.above_name.as_deref(), Some(&line.place_name)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        what: cx.t(&format!("premises.what.{}", line.what)).to_owned(),
        operator: line.operator.clone().unwrap_or_else(dash),
        purpose: line.purpose.as_ref().map_or_else(dash, |p| cx.t(&format!("premises.purpose.{p}")).to_owned()),
        days: line.from_day.zip(line.until_day).map_or_else(dash, |(from, until)| span(cx, from, until)),
        outcome: match line.operator {
            Some(_) => outcome(cx, line.outcome.as_deref()),
            None => outcome(cx, Some("not_let")),
        },
    }
}

const NAMES: [&str; 5] = ["q", "region", "outcome", "purpose", "what"];

/// What is filtered, each with the address that takes it away.
fn chips(cx: &Cx, regions: &[Choice]) -> Vec<(String, String)> {
    let label = |name: &str, value: &str| match name {
        "q" => value.to_owned(),
        "region" => regions.iter().find(|r| r.2).map_or_else(|| value.to_owned(), |r| r.1.clone()),
        list => cx.t(&format!("premises.{list}.{value}")).to_owned(),
    };
    let one = |name: &&str| Some((label(name, cx.query(name)?), format!("{}{}", cx.path(), cx.query_with(name, None))));
    NAMES.iter().filter_map(one).collect()
}

pub(crate) const DOC: Doc = Doc::new(
    "Premises let or lent, the last changed first, with what the register and the applications say of them",
    &[
        ("region", "code of a place, such as 310106"),
        ("outcome", "licensed, unlicensed, not_open, closed, application, unmatched, not_needed or not_let"),
        ("purpose", "childcare, early_education, training or unclear"),
        ("what", "kind of rooms, such as shop"),
        ("q", "part of the address, operator or lessor, or a credit code"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    || list_of(shape()),
);

pub(crate) fn shape() -> Value {
    object(&[
        ("id", "string"),
        ("region", "string"),
        ("region_name", "string"),
        ("address", "string"),
        ("what", "string"),
        ("area", "number?"),
        ("floor", "string"),
        ("source", "string"),
        ("operator", "string?"),
        ("credit_code", "string?"),
        ("purpose", "string?"),
        ("lessor_kind", "string?"),
        ("lessor", "string?"),
        ("from", "string?"),
        ("last_day", "string?"),
        ("outcome", "string?"),
        ("institution", "string?"),
        ("matter", "string?"),
    ])
}

fn told(l: &Line) -> Value {
    json!({"id": l.id, "region": l.place_code, "region_name": l.place_name, "address": l.address, "what": l.what,
        "area": l.area, "floor": l.floor, "source": l.source, "operator": l.operator, "credit_code": l.credit_code,
        "purpose": l.purpose, "lessor_kind": l.lessor_kind, "lessor": l.lessor, "from": l.from_day,
        "last_day": l.until_day.and_then(crate::address::last), "outcome": l.outcome, "institution": l.facility,
        "matter": l.matter})
}

/// GET /api/v1/premises
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (rows, next) = lines(&cx, &mut read, &filter).await?;
    Ok(api::list(&rows.iter().map(told).collect::<Vec<_>>(), next))
}

/// The list as a sheet, in the columns that the import takes, and what the comparison says.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "premises.export",
    action: &VIEW,
    title: "premises.title",
    name: "premises",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    Ok(rooms::count(&mut read, &filter).await?)
}

const COLUMNS: [(&str, u16); 15] = [
    ("region", 20),
    ("address", 36),
    ("what", 14),
    ("area", 10),
    ("floor", 10),
    ("source", 14),
    ("operator", 28),
    ("credit_code", 22),
    ("purpose", 14),
    ("lessor_kind", 14),
    ("lessor", 28),
    ("from", 12),
    ("until", 12),
    ("note", 30),
    ("outcome", 24),
];
/// Rows that are read together.
const PART: i64 = 500;

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let filter = filter(&cx, &mut read).await?;
    let scope = places::get(&mut read, &filter.within, filter.day).await?.map(|p| p.name).unwrap_or_default();
    let columns = COLUMNS.map(|(code, width)| pen.column(&cx, code, &format!("premises.field.{code}"), width));
    pen.begin(&cx, filter.day, &scope, &columns)?;
    let (mut at, mut id) = (Instant(i64::MAX), String::new());
    loop {
        let rows: Vec<Line> = read.all(rooms::page(&filter, (at, &id), PART)).await?;
        let Some(last) = rows.last() else { return Ok(pen) };
        (at, id) = (last.changed, last.id.to_string());
        for l in &rows {
            let word = |list: &str, code: &Option<String>| {
                code.as_ref().map(|code| cx.t(&format!("premises.{list}.{code}")).to_owned())
            };
            pen.row([
                l.place_name.as_str().into(),
                l.address.as_str().into(),
                word("what", &Some(l.what.clone())).into(),
                l.area.map_or(sheet::Value::Empty, sheet::Value::Real),
                l.floor.as_str().into(),
                word("source", &Some(l.source.clone())).into(),
                l.operator.clone().into(),
                l.credit_code.clone().into(),
                word("purpose", &l.purpose).into(),
                word("lessor", &l.lessor_kind).into(),
                l.lessor.clone().into(),
                l.from_day.map(|day| day.to_string()).into(),
                l.until_day.and_then(crate::address::last).map(|day| day.to_string()).into(),
                l.note.as_str().into(),
                word("outcome", &l.outcome).into(),
            ])
            .await?;
        }
    }
}

/// The size of rooms on pages.
pub(crate) fn size(cx: &Cx, value: Option<f64>) -> String {
    value.map_or_else(|| "—".to_owned(), |_| cx.tf("premises.square_metres", &[&area(value)]))
}
