//! GET /reports: what was reported in one's place, the newest first; GET and POST /reports/new: what came in elsewhere,
//! such as by the hotline 12345.

use crate::form;
use crate::list::before;
use crate::model::{Report, VIA};
use crate::parts::{self, Choice, Places, chosen};
use crate::policy::{REPORTS, within};
use crate::put::Stamp;
use crate::report::{self, grouped};
use crate::report_public::{fields, parse};
use crate::store::reports::{self, Filter};
use crate::watch;
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use errand::Pen;
use kernel::{FieldError, Instant, RuleViolation};
use matter::Kinds;
use serde_json::{Value, json};
use std::sync::Arc;
use web::api::{self, Doc, list_of, object};
use web::form::{hidden, summary};
use web::parts::{Markup, light};
use web::{Crumb, Cursor, Cx, Entry, Error, Form, Invalid, PageLinks, Reply, Result, Shell, paging};

/// Where a report stands.
pub(crate) fn light_of(cx: &Cx, r: &Report) -> Markup {
    let (class, key) = stands(cx, r);
    light(class, cx.t(key))
}

/// The same as class of the light and key of the word.
fn stands(cx: &Cx, r: &Report) -> (&'static str, &'static str) {
    match r.answered {
        Some(_) => ("met", "premises.report.state_answered"),
        None if r.due < cx.today() => ("missed", "premises.report.state_late"),
        None => ("course", "premises.report.state_waiting"),
    }
}

#[derive(Template)]
#[template(path = "premises/reports.html")]
struct ListPage {
    shell: Shell,
    regions: Vec<Choice>,
    tabs: Vec<(String, &'static str, bool)>,
    state: String,
    rows: Vec<Row>,
    foot: String,
    /// Address and word of each sheet.
    sheets: Vec<(String, &'static str)>,
    links: PageLinks,
}

struct Row {
    href: String,
    address: String,
    place: String,
    via: String,
    at: String,
    due: String,
    late: bool,
    light: Markup,
}

const STATES: [&str; 3] = ["waiting", "answered", "all"];

async fn filter(cx: &Cx, read: &mut Read) -> Result<Filter> {
    // The page begins with what waits, JSON with everything.
    let first = if cx.api { "all" } else { "waiting" };
    let state = chosen(cx, "state", &STATES)?.unwrap_or_else(|| first.to_owned());
    Ok(Filter { within: within(cx, read).await?, day: cx.today(), state: Some(state).filter(|s| s != "all") })
}

async fn lines(cx: &Cx, read: &mut Read, filter: &Filter) -> Result<(Vec<Report>, Option<String>)> {
    let (limit, (at, id)) = (paging::limit(cx)?, before(cx)?);
    let rows: Vec<Report> = read.all(reports::page(filter, (at, &id), limit + 1)).await?;
    Ok(paging::cut(rows, limit, |r| Cursor { key: r.at.0.to_string(), id: r.id.to_string() }))
}

/// GET /reports
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (found, next) = lines(&cx, &mut read, &filter).await?;
    let (mut rows, mut places) = (Vec::with_capacity(found.len()), Places::on(cx.today()));
    for r in &found {
        rows.push(Row {
            href: format!("/reports/{}", r.id),
            address: r.address.clone(),
            place: places.name(&mut read, &r.place).await?,
            via: format!("{} {}", cx.t(&format!("premises.via.{}", r.via)), r.via_ref).trim().to_owned(),
            at: r.at.minute(),
            due: r.due.to_string(),
            late: r.answered.is_none() && r.due < cx.today(),
            light: light_of(&cx, r),
        });
    }
    let title = cx.t("premises.reports");
    let state = filter.state.clone().unwrap_or_else(|| "all".to_owned());
    let tab = |name: &'static str| {
        let href = format!("{}{}", cx.path(), cx.query_with("state", Some(name)));
        (href, cx.t(&format!("premises.report.tab_{name}")), state == name)
    };
    let page = ListPage {
        shell: Shell::new(&cx, title, vec![Crumb::here(title)]),
        regions: parts::regions(&cx, &mut read, &filter.within).await?,
        tabs: STATES.map(tab).into(),
        foot: cx.tf("premises.foot", &[&rows.len()]),
        sheets: errand::sheets(&cx, "/reports/export"),
        rows,
        links: PageLinks::new(&cx, next.as_deref()),
        state,
    };
    web::page(&page)
}

pub(crate) const LIST: Doc = Doc::new(
    "What was reported of places without a notice, the newest first",
    &[
        ("region", "code of a place, such as 310106"),
        ("state", "waiting, answered or all"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    || list_of(object(SHAPE)),
);

pub(crate) const SHAPE: &[(&str, &str)] = &[
    ("id", "string"),
    ("number", "string"),
    ("region", "string"),
    ("address", "string"),
    ("via", "string"),
    ("via_ref", "string"),
    ("at", "string"),
    ("due", "string"),
    ("state", "string"),
    ("suspicion", "string?"),
    ("result", "string?"),
    ("reply", "string"),
];

pub(crate) async fn told(read: &mut Read, r: &Report, places: &mut Places) -> Result<Value> {
    let region = places.code(read, &r.place).await?;
    Ok(json!({"id": r.id, "number": grouped(&r.token), "region": region, "address": r.address, "via": r.via,
        "via_ref": r.via_ref, "at": r.at, "due": r.due, "state": r.state, "suspicion": r.suspicion, "result": r.result,
        "reply": r.reply}))
}

/// GET /api/v1/reports
pub(crate) async fn api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let (found, next) = lines(&cx, &mut read, &filter).await?;
    let (mut items, mut places) = (Vec::with_capacity(found.len()), Places::on(cx.today()));
    for r in &found {
        items.push(told(&mut read, r, &mut places).await?);
    }
    Ok(api::list(&items, next))
}

#[derive(Template)]
#[template(path = "premises/report_new.html")]
struct NewPage {
    shell: Shell,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
}

const FIELDS: [&str; 6] = ["via", "via_ref", "street", "address", "seen", "phone"];

/// GET /reports/new
pub(crate) async fn new_page(cx: Cx) -> Result<Response> {
    draw(&cx, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let streets = form::streets(cx, &mut cx.read().await?).await?;
    let title = cx.t("premises.report.enter");
    let page = NewPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("premises.reports"), "/reports"), Crumb::here(title)]),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields: fields(cx, &FIELDS, &streets, form, errors),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST /reports/new, /api/v1/reports
pub(crate) async fn new_post(cx: Cx, form: Form) -> Result<Response> {
    match enter(&cx, &form).await {
        Err(Error::Rule(rule)) if !cx.api => draw(&cx, &form, &rule.fields).await,
        done => done,
    }
}

async fn enter(cx: &Cx, form: &Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let mut bad = Invalid::default();
    let via = bad.choice(form, "via", &VIA[1..]).unwrap_or_default().to_owned();
    let new = parse(cx, &mut read, form, &cx.scope(), &via, &mut bad).await?;
    drop(read);
    bad.check()?;
    let new = new.ok_or_else(|| RuleViolation::new("form.invalid"))?;
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let stamp = Stamp::of(cx)?;
    let mut writing = cx.write(form).await?;
    let r = report::take(&mut writing, &stamp, &kinds.calendar, new).await?;
    watch::around(&mut writing, &stamp, &kinds.calendar, &r.place).await?;
    let entry = Entry::new(&r.home, "report", &r.id).why("report taken");
    let reply = match cx.api {
        true => Reply::json(StatusCode::CREATED, &json!({"id": r.id, "number": grouped(&r.token)})),
        false => Reply::To(format!("/reports/{}?done=premises_entered", r.id)),
    };
    cx.commit(writing, entry, reply).await
}

pub(crate) const ENTER: Doc =
    Doc::new("Enters a report that came in elsewhere", &[], || object(&[("id", "string"), ("number", "string")]))
        .body(body)
        .status(201);

fn body() -> Value {
    let fields: serde_json::Map<String, Value> =
        FIELDS.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "properties": fields, "required": ["via", "street", "address", "seen"]})
}

/// The same as a sheet: what the filters show. Who reported is not in it, as it is not on the page.
pub(crate) static EXPORT: errand::List = errand::List {
    kind: "premises.reports",
    action: &REPORTS,
    title: "premises.reports",
    name: "reports",
    count: |cx| Box::pin(count(cx)),
    write: |cx, pen| Box::pin(write(cx, pen)),
};

const COLUMNS: [(&str, &str, u16); 8] = [
    ("number", "premises.report.number", 16),
    ("address", "premises.field.address", 36),
    ("region", "premises.field.region", 24),
    ("via", "premises.report.via", 14),
    ("at", "premises.report.at", 18),
    ("due", "premises.report.due", 12),
    ("state", "premises.standing", 14),
    ("result", "premises.field.result", 24),
];

async fn count(cx: Cx) -> Result<i64> {
    let mut read = cx.read().await?;
    let filter = filter(&cx, &mut read).await?;
    let most = errand::stream_rows(&cx, &mut read).await?;
    Ok(read.all::<Report>(reports::page(&filter, (Instant(i64::MAX), ""), most + 1)).await?.len() as i64)
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
        for r in &rows {
            let via = format!("{} {}", cx.t(&format!("premises.via.{}", r.via)), r.via_ref);
            let result = r.result.as_ref().map(|code| cx.t(&format!("premises.result.{code}")));
            pen.row([
                grouped(&r.token).into(),
                r.address.as_str().into(),
                places.name(&mut read, &r.place).await?.into(),
                via.trim().to_owned().into(),
                r.at.minute().into(),
                sheet::Value::Day(r.due.to_string().into()),
                cx.t(stands(&cx, r).1).into(),
                result.into(),
            ])
            .await?;
        }
        next = more;
        if next.is_none() {
            return Ok(pen);
        }
    }
}
