//! GET /suspicions: places that probably give childcare without a notice, with the reason; as a page and as JSON.

use crate::list::before;
use crate::model::{STATES, Suspicion};
use crate::parts::{self, Choice, Places, chosen, standing};
use crate::policy::{SUSPICIONS, within};
use crate::store::suspicions::{self, Filter};
use crate::suspect::said;
use askama::Template;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::Instant;
use serde_json::{Value, json};
use web::api::{self, Doc, list_of, object};
use web::parts::{Markup, whole};
use web::{Crumb, Cursor, Cx, PageLinks, Result, Shell, paging};

#[derive(Template)]
#[template(path = "premises/suspicions.html")]
struct ListPage {
    shell: Shell,
    q: String,
    regions: Vec<Choice>,
    /// Address, word, number, whether it is this one.
    tabs: Vec<(String, &'static str, String, bool)>,
    state: String,
    rows: Vec<Row>,
    foot: String,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
}

struct Row {
    href: String,
    title: String,
    place: String,
    why: String,
    since: String,
    due: String,
    late: bool,
    standing: Markup,
}

async fn filter(cx: &Cx, read: &mut Read) -> Result<Filter> {
    Ok(Filter {
        within: within(cx, read).await?,
        day: cx.today(),
        state: chosen(cx, "state", &STATES)?,
        text: cx.query("q").unwrap_or_default().chars().take(60).collect(),
    })
}

async fn lines(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<(Vec<Suspicion>, Option<String>)> {
    let (limit, (at, id)) = (paging::limit(cx)?, before(cx)?);
    let rows: Vec<Suspicion> = read.all(suspicions::page(filter, (at, &id), limit + 1)).await?;
    Ok(paging::cut(rows, limit, |s| Cursor { key: s.changed.0.to_string(), id: s.id.to_string() }))
}

/// GET /suspicions
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (found, next) = lines(&cx, &mut read, &filter).await?;
    let counts = suspicions::by_state(&mut read, &filter.within, filter.day).await?;
    let count = |states: &[&str]| counts.iter().filter(|(s, _)| states.contains(&s.as_str())).map(|(_, n)| n).sum();
    let tab = |state: Option<&'static str>, word: &str, n: i64| {
        let href = format!("{}{}", cx.path(), cx.query_with("state", state));
        (href, cx.t(word), whole(n), filter.state.as_deref() == state)
    };
    let mut tabs = vec![tab(None, "premises.running", count(&["open", "guided", "confirmed"]))];
    for (state, word) in [
        ("open", "premises.state.open"),
        ("guided", "premises.state.guided"),
        ("confirmed", "premises.state.confirmed"),
        ("ended", "premises.state.ended"),
    ] {
        tabs.push(tab(Some(state), word, count(&[state])));
    }
    let (mut rows, mut places) = (Vec::with_capacity(found.len()), Places::on(cx.today()));
    for s in &found {
        let place = places.name(&mut read, &s.place).await?;
        rows.push(row(&cx, s, &place));
    }
    let title = cx.t("premises.suspicions");
    let page = ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        q: filter.text.clone(),
        regions: parts::regions(&cx, &mut read, &filter.within).await?,
        tabs,
        state: filter.state.clone().unwrap_or_default(),
        foot: cx.tf("premises.foot", &[&rows.len()]),
        sheets: errand::sheets(&cx, "/suspicions/export"),
        rows,
        links: PageLinks::new(&cx, next.as_deref()),
    };
    web::page(&page)
}

fn row(cx: &Cx, s: &Suspicion, place: &str) -> Row {
    let address = if s.name.is_empty() { String::new() } else { format!(" · {}", s.address) };
    Row {
        href: format!("/suspicions/{}", s.id),
        title: s.title().to_owned(),
        place: format!("{place}{address}"),
        why: match &s.ending {
            Some(ending) => cx.t(&format!("premises.ending.{ending}")).to_owned(),
            None => said(cx.words(), &s.grounds()),
        },
        since: s.since.to_string(),
        due: if s.ended.is_none() { s.due.to_string() } else { "—".to_owned() },
        late: s.ended.is_none() && s.due < cx.today(),
        standing: standing(cx, &s.state),
    }
}

pub(crate) const DOC: Doc = Doc::new(
    "Places that probably give childcare without a notice, the last changed first; without `state` those that are open",
    &[
        ("region", "code of a place, such as 310106"),
        ("state", "open, guided, confirmed or ended"),
        ("q", "part of the name or address"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    || list_of(shape()),
);

pub(crate) fn shape() -> Value {
    object(&[
        ("id", "string"),
        ("region", "string"),
        ("name", "string"),
        ("address", "string"),
        ("state", "string"),
        ("grounds", "[]object"),
        ("since", "string"),
        ("due", "string?"),
        ("premises", "string?"),
        ("institution", "string?"),
        ("decided", "string?"),
        ("ending", "string?"),
    ])
}

pub(crate) async fn told(read: &mut Read, s: &Suspicion, places: &mut Places) -> Result<Value> {
    let region = places.code(read, &s.place).await?;
    Ok(json!({"id": s.id, "region": region, "name": s.name, "address": s.address, "state": s.state,
        "grounds": s.grounds(), "since": s.since, "due": s.ended.is_none().then_some(s.due), "premises": s.premises,
        "institution": s.facility, "decided": s.decided, "ending": s.ending}))
}

/// GET /api/v1/suspicions
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (found, next) = lines(&cx, &mut read, &filter).await?;
    let (mut items, mut places) = (Vec::with_capacity(found.len()), Places::on(cx.today()));
    for s in &found {
        items.push(told(&mut read, s, &mut places).await?);
    }
    Ok(api::list(&items, next))
}

/// The same as a sheet: what the filters show.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "premises.suspicions",
    action: &SUSPICIONS,
    title: "premises.suspicions",
    name: "suspicions",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 8] = [
    ("name", "premises.sheet.name", 28),
    ("address", "premises.field.address", 36),
    ("region", "premises.field.region", 24),
    ("why", "premises.why_head", 50),
    ("since", "premises.since", 12),
    ("due", "premises.due", 12),
    ("state", "premises.standing", 14),
    ("institution", "premises.sheet.file", 28),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(read.all::<Suspicion>(suspicions::page(&filter, (Instant(i64::MAX), ""), most + 1)).await?.len() as i64)
}

async fn write(cx: Cx, mut pen: Pen) -> Result<Pen> {
    let mut read = cx.app.db.snapshot().await?;
    let filter = filter(&cx, &mut read).await?;
    let scope = places::get(&mut read, &filter.within, filter.day).await?.map(|p| p.name).unwrap_or_default();
    let columns = COLUMNS.map(|(code, key, width)| pen.column(&cx, code, key, width));
    pen.begin(&cx, filter.day, &scope, &columns)?;
    let (mut next, mut places) = (None, Places::on(cx.today()));
    loop {
        let (rows, more) = lines(&cx.turned(next.as_deref()), &mut read, &filter).await?;
        for s in &rows {
            let shown = row(&cx, s, "");
            let due = s.ended.is_none().then(|| sheet::Value::Day(s.due.to_string().into()));
            pen.row([
                s.name.as_str().into(),
                s.address.as_str().into(),
                places.name(&mut read, &s.place).await?.into(),
                shown.why.into(),
                sheet::Value::Day(shown.since.into()),
                due.unwrap_or(sheet::Value::Empty),
                cx.t(&format!("premises.state.{}", s.state)).into(),
                s.facility.as_ref().map(|id| id.to_string()).into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
