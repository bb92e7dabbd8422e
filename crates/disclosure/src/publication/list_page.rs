//! GET /publications: how the institutions of one's place stand with the publication of a year.

use crate::publication::State;
use crate::publication::daily::due_day;
use crate::publication::prepare::kinds;
use crate::store::{self, Due, Line};
use crate::{CHECK, PUBLICATIONS, PUBLISH};
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::{Day, Scope};
use registry::store::list::Within;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::form::hidden;
use web::parts::{Markup, light, whole};
use web::{Crumb, Cursor, Cx, Error, PageLinks, Result, Shell, paging};

/// The first year of which anything is recorded here.
const FIRST: i64 = 2019;

/// `?year=`: the year before this one when absent.
///
/// Errors: `filter.choice` for what is none, or a year that has not ended.
pub(crate) fn year_of(cx: &Cx, text: &str) -> Result<i64> {
    let last = i64::from(cx.today().year());
    match text {
        "" => Ok(last - 1),
        text => text.parse().ok().filter(|y| (FIRST..=last).contains(y)).ok_or(Error::bad("filter.choice", "year")),
    }
}

#[derive(Template)]
#[template(path = "disclosure/publications.html")]
struct ListPage {
    shell: Shell,
    year: i64,
    years: Vec<(i64, String, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    lede: String,
    hidden: Markup,
    may_publish: bool,
    rows: Vec<Row>,
    count: String,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
    filtered: bool,
    progress: Option<String>,
}

struct Row {
    name: String,
    href: String,
    kind: &'static str,
    state: Markup,
    more: String,
    checks: String,
    day: String,
    check_href: Option<String>,
}

/// Where a list of this request looks.
async fn within(cx: &Cx, read: &mut Read) -> Result<Within> {
    match cx.scope_of(&PUBLICATIONS) {
        Scope::Facility(own) => Ok(Within::Facility(own)),
        scope => {
            let place = places::narrow(read, &scope, None, cx.today()).await?;
            Ok(Within::Place(place.ok_or(Error::Forbidden)?))
        }
    }
}

async fn found(cx: &Cx, read: &mut Read) -> Result<(Vec<Line>, Option<String>, (i64, i64, i64, i64), Day)> {
    let (cursor, limit) = (Cursor::of(cx)?, paging::limit(cx)?);
    let year = year_of(cx, cx.query("year").unwrap_or_default())?;
    let state = cx.query("state").map(|s| State::parse(s).ok_or(Error::bad("filter.choice", "state"))).transpose()?;
    let within = within(cx, read).await?;
    let root = places::root(read, cx.today()).await?.ok_or(Error::NotFound)?.id;
    let kinds = kinds(read, cx.today()).await?;
    let due = Due { within: &within, root: &root, day: cx.today(), year, kinds: &kinds };
    let tally = store::tally(read, &due).await?;
    let place = if let Within::Place(place) = &within { place } else { &root };
    let last = due_day(read, place, cx.today()).await?;
    let lines = store::lines(read, &due, state, (&cursor.key, &cursor.id), limit + 1).await?;
    let cursor = |l: &Line| Cursor { key: l.name_key.clone(), id: l.facility.to_string() };
    let (lines, next) = paging::cut(lines, limit, cursor);
    Ok((lines, next, tally, last))
}

fn state_of(line: &Line, today: Day) -> State {
    match (&line.publication, line.published_day) {
        (None, _) => State::Missing,
        (Some(_), Some(_)) => State::Public,
        (Some(_), None) if line.replied || line.reply_until.is_some_and(|d| d <= today) => State::Ready,
        (Some(_), None) => State::Shown,
    }
}

fn row(cx: &Cx, line: Line) -> Row {
    let (words, today) = (cx.words(), cx.today());
    let state = state_of(&line, today);
    let mut more = Vec::new();
    if line.objected {
        more.push(words.t("publication.state.objected").to_owned());
    }
    if line.to_mend > 0 {
        more.push(words.tf("publication.to_mend_n", &[&line.to_mend]));
    }
    if line.published_day.is_some() && line.valid_until.is_some_and(|d| d <= today) {
        more.push(words.t("publication.expired").to_owned());
    }
    let day = match (state, line.published_day, line.reply_until) {
        (State::Public, Some(day), _) => words.tf("publication.published_on", &[&day]),
        (State::Shown, _, Some(until)) => words.tf("publication.reply_until", &[&until.plus(-1)]),
        _ => "—".to_owned(),
    };
    Row {
        href: match &line.publication {
            Some(id) => format!("/publications/{id}"),
            None => format!("/facilities/{}", line.facility),
        },
        kind: registry::words::kind(words, line.kind),
        state: light(state.light(), words.t(&format!("publication.state.{}", state.as_str()))),
        more: more.join(" · "),
        checks: if line.publication.is_some() { line.checks.to_string() } else { "—".to_owned() },
        check_href: cx.may(&CHECK).then(|| format!("/publications/checks/new?facility={}", line.facility)),
        name: line.name,
        day,
    }
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (lines, next, (all, missing, public, to_mend), last) = found(&cx, &mut read).await?;
    let year = year_of(&cx, cx.query("year").unwrap_or_default())?;
    let title = cx.t("publication.title");
    let state_chosen = |s: &State| cx.query("state") == Some(s.as_str());
    let count = |n: i64| whole(n);
    web::page(&ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        years: (FIRST..=i64::from(cx.today().year()))
            .rev()
            .map(|y| (y, cx.tf("publication.year_n", &[&y]), y == year))
            .collect(),
        states: State::ALL
            .iter()
            .map(|s| (s.as_str(), cx.t(&format!("publication.state.{}", s.as_str())), state_chosen(s)))
            .collect(),
        lede: cx.tf("publication.lede", &[&year, &count(all), &count(public), &count(missing), &count(to_mend), &last]),
        hidden: hidden(&cx),
        may_publish: cx.may(&PUBLISH),
        count: cx.tf("publication.shown_n", &[&lines.len()]),
        sheets: errand::sheets(&cx, "/publications/export"),
        rows: lines.into_iter().map(|line| row(&cx, line)).collect(),
        links: PageLinks::new(&cx, next.as_deref()),
        filtered: cx.query("state").is_some(),
        progress: cx
            .query("errand")
            .filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric()))
            .map(|id| format!("/errands/{id}")),
        year,
    })
}

pub(crate) const DOC: Doc = Doc::new(
    "Institutions of one's place with the publication of a year, in the order of names",
    &[
        ("year", "2019 and on; the year before this one when absent"),
        ("state", "missing, shown, ready, public, to_mend or objected"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    || {
        list_of(object(&[
            ("facility", "string"),
            ("name", "string"),
            ("publication", "string?"),
            ("no", "integer"),
            ("state", "string"),
            ("checks", "integer"),
            ("to_mend", "integer"),
            ("reply_until", "string?"),
            ("published", "string?"),
            ("valid_until", "string?"),
            ("objected", "boolean"),
        ]))
    },
);

/// GET /api/v1/publications
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let (lines, next, ..) = found(&cx, &mut read).await?;
    let item = |l: &Line| {
        json!({"facility": l.facility, "name": l.name, "publication": l.publication, "no": l.no,
            "state": state_of(l, cx.today()).as_str(), "checks": l.checks, "to_mend": l.to_mend,
            "reply_until": l.reply_until.map(|d| d.plus(-1)), "published": l.published_day,
            "valid_until": l.valid_until, "objected": l.objected})
    };
    let items: Vec<Value> = lines.iter().map(item).collect();
    Ok(api::list(&items, next))
}

/// The same as a sheet: what the filters show.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "publication.export",
    action: &PUBLICATIONS,
    title: "publication.title",
    name: "publications",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 8] = [
    ("name", "publication.name", 36),
    ("kind", "publication.kind", 18),
    ("state", "publication.state_head", 14),
    ("checks", "publication.in_file.checks", 10),
    ("to_mend", "publication.state.to_mend", 10),
    ("published", "publication.sheet.published", 12),
    ("valid_until", "publication.sheet.valid_until", 12),
    ("facility", "publication.sheet.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    let (mut n, mut next) = (0, None);
    loop {
        let page = found(&cx.turned(next.as_deref()), &mut read).await?;
        n += page.0.len() as i64;
        next = page.1;
        if next.is_none() || n > most {
            return Ok(n);
        }
    }
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let scope = cx.actor()?.unit_name.clone();
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, cx.today(), &scope, &columns)?;
    let day = |day: Option<Day>| day.map_or(sheet::Value::Empty, |day| sheet::Value::Day(day.to_string().into()));
    let mut next = None;
    loop {
        let (lines, more, ..) = found(&cx.turned(next.as_deref()), &mut read).await?;
        for l in &lines {
            let state = state_of(l, cx.today());
            pen.row([
                l.name.as_str().into(),
                registry::words::kind(cx.words(), l.kind).into(),
                cx.t(&format!("publication.state.{}", state.as_str())).into(),
                l.checks.into(),
                l.to_mend.into(),
                day(l.published_day),
                day(l.valid_until.map(|day| day.plus(-1))),
                l.facility.as_str().into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
