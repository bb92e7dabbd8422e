//! Ledgers (机构台账): what many files say of one thing — credentials that end, support, services, chains, places that
//! were gained, fees, what operation takes, agreements, rooms, beneficiaries. All have the same frame: where to look, a few filters, tables, an export.

pub mod agreements;
pub mod chains;
pub mod expiring;
pub mod fees;
pub mod growth;
pub mod operating;
pub mod premises;
pub mod services;
pub mod support;
pub mod welfare;

use crate::list::{Choice, regions};
use crate::policy;
use crate::store::list::{Filter, Within};
use crate::words;
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Day;
use web::parts::Markup;
use web::{Crumb, Cx, Jobs, PageLinks, Result, Routes, Shell};

/// The frame of every ledger.
#[derive(Template)]
#[template(path = "registry/ledger.html")]
pub struct LedgerPage {
    shell: Shell,
    title: &'static str,
    lede: &'static str,
    tabs: Vec<(&'static str, String, bool)>,
    as_of: Day,
    today: Day,
    filters: Vec<Select>,
    /// What is typed to find, where a ledger can be searched.
    search: Option<String>,
    /// Its label.
    search_label: &'static str,
    tables: Vec<Table>,
    foot: String,
    /// Address and word of each sheet.
    exports: Vec<(String, &'static str)>,
    why: Option<Why>,
    links: Option<PageLinks>,
    nothing: &'static str,
}

/// A filter with its values.
pub struct Select {
    pub name: &'static str,
    pub label: &'static str,
    /// Shown when nothing is chosen; `None`: something always is.
    pub all: Option<&'static str>,
    pub choices: Vec<Choice>,
}

pub struct Table {
    pub title: String,
    pub note: String,
    pub heads: Vec<(&'static str, bool)>,
    pub rows: Vec<Vec<Cell>>,
}

/// 为什么是这个数: how the figures are made, and the norms they are made with.
pub struct Why {
    pub how: Vec<&'static str>,
    pub norms: Vec<Used>,
}

/// A norm that was used, or that nobody has set.
pub struct Used {
    pub name: String,
    pub href: String,
    pub value: String,
    pub place: String,
    pub cite: String,
    pub cite_href: Option<String>,
    pub mark: &'static str,
}

#[derive(Default)]
pub struct Cell {
    pub text: String,
    pub small: String,
    pub href: Option<String>,
    /// Lines below, each with the list that it counts.
    pub lines: Vec<(String, Option<String>)>,
    pub light: Option<Markup>,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    pub fn to(mut self, href: String) -> Cell {
        self.href = Some(href);
        self
    }

    pub fn small(mut self, text: impl Into<String>) -> Cell {
        self.small = text.into();
        self
    }

    pub fn line(mut self, text: String, href: Option<String>) -> Cell {
        self.lines.push((text, href));
        self
    }

    pub fn lit(mut self, light: Markup) -> Cell {
        self.light = Some(light);
        self
    }
}

/// Where a ledger looks, and on which day.
pub struct Look {
    pub within: Within,
    pub day: Day,
    regions: Vec<Choice>,
}

impl Look {
    /// The place that is looked at; `None` for a post of one facility.
    pub fn place(&self) -> Option<&kernel::kinds::PlaceId> {
        match &self.within {
            Within::Place(place) => Some(place),
            Within::Facility(_) => None,
        }
    }

    /// The filter of places, first in every ledger.
    pub fn select(&mut self, cx: &Cx) -> Option<Select> {
        let choices = std::mem::take(&mut self.regions);
        let label = cx.t("registry.list.region");
        (!choices.is_empty()).then_some(Select { name: "region", label, all: None, choices })
    }
}

/// Reads `region` and `as_of`.
pub async fn look(cx: &Cx, read: &mut Read) -> Result<Look> {
    let day = cx.as_of()?;
    let within = policy::within(cx, read, day).await?;
    let regions = regions(cx, read, &Filter::new(within.clone(), day)).await?;
    Ok(Look { within, day, regions })
}

/// What a ledger brings to the frame.
pub struct Content {
    /// End of the keys `registry.ledger.<id>` and of the address.
    pub id: &'static str,
    pub filters: Vec<Select>,
    pub search: Option<(String, &'static str)>,
    pub tables: Vec<Table>,
    pub foot: String,
    /// Addresses of its sheets.
    pub exports: &'static [&'static str],
    pub why: Option<Why>,
    pub next: Option<Option<String>>,
}

const LEDGERS: [(&str, &str); 10] = [
    ("expiring", "/ledgers"),
    ("support", "/ledgers/support"),
    ("services", "/ledgers/services"),
    ("chains", "/ledgers/chains"),
    ("growth", "/ledgers/growth"),
    ("fees", "/ledgers/fees"),
    ("operating", "/ledgers/operating-support"),
    ("agreements", "/ledgers/agreements"),
    ("premises", "/ledgers/premises"),
    ("welfare", "/ledgers/welfare"),
];

/// Their sheets.
pub fn sheets() -> Routes {
    errand::routes_of(&expiring::EXPORT, "/ledgers/export.xlsx", "/ledgers/export.csv")
        .merge(errand::routes_of(&support::EXPORT, "/ledgers/support.xlsx", "/ledgers/support.csv"))
        .merge(errand::routes_of(&services::EXPORT, "/ledgers/services.xlsx", "/ledgers/services.csv"))
        .merge(errand::routes_of(&chains::EXPORT, "/ledgers/chains.xlsx", "/ledgers/chains.csv"))
        .merge(errand::routes_of(&growth::EXPORT, "/ledgers/growth.xlsx", "/ledgers/growth.csv"))
        .merge(errand::routes_of(&fees::EXPORT, "/ledgers/fees.xlsx", "/ledgers/fees.csv"))
        .merge(errand::routes_of(
            &operating::EXPORT,
            "/ledgers/operating-support.xlsx",
            "/ledgers/operating-support.csv",
        ))
        .merge(errand::routes_of(&agreements::EXPORT, "/ledgers/agreements.xlsx", "/ledgers/agreements.csv"))
        .merge(errand::routes_of(&premises::EXPORT, "/ledgers/premises.xlsx", "/ledgers/premises.csv"))
        .merge(errand::routes_of(&welfare::EXPORT, "/ledgers/welfare.xlsx", "/ledgers/welfare.csv"))
}

/// Long ones are written beside the requests.
pub fn jobs() -> Jobs {
    let all = [
        &expiring::EXPORT,
        &support::EXPORT,
        &services::EXPORT,
        &chains::EXPORT,
        &growth::EXPORT,
        &fees::EXPORT,
        &operating::EXPORT,
        &agreements::EXPORT,
        &premises::EXPORT,
        &welfare::EXPORT,
    ];
    all.into_iter().map(errand::jobs_of).fold(Jobs::new(), Jobs::merge)
}

/// Draws a ledger in its frame.
pub fn draw(cx: &Cx, mut look: Look, content: Content) -> Result<Response> {
    let word = |part: &str| cx.t(&format!("registry.ledger.{}.{part}", content.id));
    let title = word("title");
    let region = cx.query("region").map(|r| format!("?region={r}")).unwrap_or_default();
    let tab = |(id, path): &(&'static str, &str)| {
        (cx.t(&format!("registry.ledger.{id}.tab")), format!("{path}{region}"), *id == content.id)
    };
    let sheet = |path: &str| match (path.ends_with(".xlsx"), content.exports.len()) {
        (true, _) => cx.t("registry.ledger.xlsx"),
        (false, 1) => cx.t("app.export"),
        (false, _) => cx.t("registry.ledger.csv"),
    };
    let mut filters: Vec<Select> = look.select(cx).into_iter().collect();
    filters.extend(content.filters);
    let (search, search_label) = content.search.map_or((None, ""), |(text, label)| (Some(text), label));
    let page = LedgerPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("nav.ledgers"), "/ledgers"), Crumb::here(title)]),
        title,
        lede: word("lede"),
        tabs: LEDGERS.iter().map(tab).collect(),
        as_of: look.day,
        today: cx.today(),
        filters,
        search,
        search_label,
        tables: content.tables,
        foot: content.foot,
        exports: content
            .exports
            .iter()
            .map(|path| (format!("{path}{}", cx.query_with("limit", None)), sheet(path)))
            .collect(),
        why: content.why,
        links: content.next.map(|next| PageLinks::new(cx, next.as_deref())),
        nothing: word("nothing"),
    };
    web::page(&page)
}

/// The values of a list of codes as choices.
pub fn choices(cx: &Cx, name: &str, codes: &[(&'static str, &'static str)]) -> Vec<Choice> {
    let chosen = |code: &str| cx.query(name) == Some(code);
    codes
        .iter()
        .map(|(code, key)| Choice { value: (*code).to_owned(), label: cx.t(key).to_owned(), chosen: chosen(code) })
        .collect()
}

/// Years to choose from, the newest first: from 2019, when the plans begin, to that of today.
pub fn years(cx: &Cx, chosen: i16) -> Vec<Choice> {
    let years = (2019..=cx.today().year()).rev();
    years.map(|y| Choice { value: y.to_string(), label: y.to_string(), chosen: y == chosen }).collect()
}

/// `?year=`, that of the day when absent; its first day and the first one after it.
pub fn year(cx: &Cx, day: Day) -> Result<(i16, Day, Day)> {
    let bad = || web::Error::bad("filter.choice", "year");
    let year: i16 = match cx.query("year") {
        Some(text) => text.parse().map_err(|_| bad())?,
        None => day.year(),
    };
    let first = Day::new(year, 1, 1).filter(|_| (2000..=2100).contains(&year)).ok_or_else(bad)?;
    Ok((year, first, first.plus_months(12)))
}

/// One of a list of codes from the address.
pub fn chosen<T>(cx: &Cx, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    cx.query(name).map(|text| parse(text).ok_or_else(|| web::Error::bad("filter.choice", name))).transpose()
}

/// 虹口区 · 曲阳路街道
pub fn place_name(above_code: &Option<String>, above: &Option<String>, name: &str) -> String {
    words::place(above_code.as_deref(), above.as_deref(), name)
}

/// The link to a file on the day that is looked at.
pub fn file_href(cx: &Cx, facility: &kernel::kinds::FacilityId, day: Day) -> String {
    format!("/facilities/{facility}{}", crate::file::on_day(cx, day))
}

/// Rows of a ledger that are read together for its sheet.
pub const PART: i64 = 500;

/// A column of a sheet: its name for programs, the key of its heading, its width.
pub type Column = (&'static str, &'static str, u16);

/// Begins the sheet of a ledger: where it looks, then the heading.
pub async fn begin(cx: &Cx, read: &mut Read, pen: &mut Pen, look: &Look, columns: &[Column]) -> Result<()> {
    let scope = match look.place() {
        Some(place) => places::get(read, place, look.day).await?.map_or_else(String::new, |p| p.name),
        None => cx.actor()?.unit_name.clone(),
    };
    let columns: Vec<_> = columns.iter().map(|(code, key, width)| pen.column(cx, code, key, *width)).collect();
    pen.begin(cx, look.day, &scope, &columns)
}

/// A day as a cell; the open end is empty.
pub fn day_cell(day: Day) -> ::sheet::Value<'static> {
    if day.is_open() { ::sheet::Value::Empty } else { ::sheet::Value::Day(day.to_string().into()) }
}

/// Yuan as a cell.
pub fn yuan_cell(fen: Option<kernel::Fen>) -> ::sheet::Value<'static> {
    fen.map_or(::sheet::Value::Empty, |fen| ::sheet::Value::Real(fen.0 as f64 / 100.0))
}
