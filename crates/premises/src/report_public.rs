//! GET and POST /report: anybody reports a place that operates without a notice, without signing in and without script;
//! /report/{token} says what became of it; /report/results what came of all.

use crate::form;
use crate::list::before;
use crate::model::{Report, VIA};
use crate::parts::{Places, place_name};
use crate::put::Stamp;
use crate::report::{self, NewReport, grouped};
use crate::report_list::light_of;
use crate::store::reports;
use crate::visit::photos;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::BlobId;
use kernel::{FieldError, Month, RuleViolation, Scope};
use matter::Kinds;
use places::{Place, PlaceKind};
use serde_json::json;
use std::sync::Arc;
use web::api::{self, Doc, list_of, object};
use web::form::{Field, Input, hidden, summary};
use web::parts::{Markup, whole};
use web::{Crumb, Cursor, Cx, Entry, Error, Form, Invalid, PageLinks, Reply, Result, Shell, Uploads, evidence, paging};

/// Photographs of one report.
const PHOTOS: usize = 3;

#[derive(Template)]
#[template(path = "premises/report.html")]
struct ReportPage {
    shell: Shell,
    /// Code, name, whether it is chosen.
    districts: Vec<(String, String, bool)>,
    region: String,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
    photo_error: Option<String>,
    photo_help: String,
    days: String,
}

/// The district of `?region=`.
async fn district(cx: &Cx, read: &mut Read) -> Result<Option<Place>> {
    let Some(code) = cx.query("region") else { return Ok(None) };
    let place = places::by_code(read, code, cx.today()).await?.ok_or(Error::NotFound)?;
    if place.kind == PlaceKind::District { Ok(Some(place)) } else { Err(Error::NotFound) }
}

async fn districts(cx: &Cx, read: &mut Read, now: Option<&Place>) -> Result<Vec<(String, String, bool)>> {
    let root = places::root(read, cx.today()).await?.ok_or(Error::NotFound)?;
    let all = places::descendants(read, &root.id, &[PlaceKind::District], cx.today()).await?;
    Ok(all.into_iter().map(|p| (p.code, p.name, now.is_some_and(|now| now.id == p.id))).collect())
}

/// GET /report?region=
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    draw(&cx, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let district = district(cx, &mut read).await?;
    let mut streets = Vec::new();
    let mut days = String::new();
    if let Some(district) = &district {
        let all = places::children(&mut read, &district.id, cx.today()).await?;
        streets.extend(all.into_iter().map(|p| (p.code, p.name)));
        let n = crate::watch::norm(&mut read, "report.answer_workdays", &district.id, cx.today()).await?;
        days = cx.tf("premises.report.days", &[&n]);
    }
    let title = cx.t("premises.report.title");
    let page = ReportPage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        districts: districts(cx, &mut read, district.as_ref()).await?,
        region: district.map(|d| d.code).unwrap_or_default(),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields: fields(cx, &["street", "address", "seen", "phone"], &streets, form, errors),
        photo_error: errors.iter().find(|e| e.field == "files").map(|e| cx.words().rule(e.code, &e.values)),
        photo_help: cx.tf("premises.help.photos", &[&PHOTOS]),
        days,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// The fields of a report, for the public and for an officer who enters what came in elsewhere.
pub(crate) fn fields(
    cx: &Cx,
    names: &[&'static str],
    streets: &[(String, String)],
    form: &Form,
    errors: &[FieldError],
) -> Vec<Markup> {
    let words = cx.words();
    let one = |name: &&'static str| {
        let input = match *name {
            "street" if !streets.is_empty() => {
                Input::Select(streets.iter().map(|(code, name)| (code.as_str(), name.clone())).collect())
            }
            "via" => {
                let via = &VIA[1..];
                Input::Select(via.iter().map(|c| (*c, words.t(&format!("premises.via.{c}")).to_owned())).collect())
            }
            "seen" => Input::Area,
            _ => Input::Text,
        };
        let help = words.find(&format!("premises.report.help.{name}")).map(str::to_owned);
        let label = words.t(&format!("premises.report.field.{name}")).to_owned();
        let required = !matches!(*name, "phone" | "via_ref");
        Field { name, label, help, clause: Vec::new(), required, input }.html(form, errors, words)
    };
    names.iter().map(one).collect()
}

/// Reads a report. `under`: where its street must lie.
pub(crate) async fn parse(
    cx: &Cx,
    read: &mut Read,
    form: &Form,
    under: &Scope,
    via: &str,
    bad: &mut Invalid,
) -> Result<Option<NewReport>> {
    let place = match form.text("street") {
        "" => {
            bad.add("street", "form.required");
            None
        }
        typed => {
            let place = form::street(read, typed, under, cx.today()).await?;
            let mut within = None;
            if let Some(place) = place
                && places::covers(read, under, &place.id, cx.today()).await?
            {
                within = Some(place.id);
            }
            if within.is_none() {
                bad.add("street", "premises.street");
            }
            within
        }
    };
    let (address, seen) = (bad.required(form, "address", 200), bad.required(form, "seen", 1000));
    let phone = form.text("phone").to_owned();
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if !phone.is_empty() && (phone.chars().count() > 30 || !(7..=15).contains(&digits)) {
        bad.add("phone", "premises.phone");
    }
    let via_ref: String = form.text("via_ref").chars().take(60).collect();
    Ok(place.map(|place| NewReport { place, address, seen, phone, via: via.to_owned(), via_ref }))
}

/// POST /report?region=
pub(crate) async fn post(cx: Cx, Uploads { form, files }: Uploads) -> Result<Response> {
    // A field that people do not see: whoever fills it in is a program, and is thanked like everybody.
    if form.has("website") {
        return Ok(axum::response::IntoResponse::into_response(Reply::To("/report?done=premises_thanks".to_owned())));
    }
    match take(&cx, &form, &files).await {
        Err(Error::Rule(rule)) => draw(&cx, &form, &rule.fields).await,
        done => done,
    }
}

async fn take(cx: &Cx, form: &Form, files: &[web::upload::Sent]) -> Result<Response> {
    let mut read = cx.read().await?;
    let district = district(cx, &mut read).await?.ok_or(Error::NotFound)?;
    let mut bad = Invalid::default();
    let new = parse(cx, &mut read, form, &Scope::Place(district.id), "page", &mut bad).await?;
    drop(read);
    photos(files, PHOTOS, &mut bad);
    bad.check()?;
    let new = new.ok_or_else(|| RuleViolation::new("form.invalid"))?;
    let (mut body, mut kept) = (form.canonical(), Vec::new());
    for file in files {
        let file = evidence::keep(&cx.app, file).await?;
        body.push_str(file.digest());
        kept.push(file);
    }
    let kinds: Arc<Kinds> = cx.app.shared()?;
    // Also somebody who is signed in reports here as anybody does.
    let stamp = Stamp { by: None, ..Stamp::of(cx)? };
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    let report = report::take(&mut writing, &stamp, &kinds.calendar, new).await?;
    for (no, file) in kept.into_iter().enumerate() {
        let blob: BlobId = cx.app.ids.new_id(stamp.now);
        file.record(&mut writing, &report.home, blob.clone(), stamp.now).await?;
        reports::add_photo(&mut writing, &report, no as i64 + 1, blob.as_str()).await?;
    }
    let entry = Entry::new(&report.home, "report", &report.id).why("report taken");
    let reply = Reply::To(format!("/report/{}?done=premises_reported", grouped(&report.token)));
    cx.commit(writing, entry, reply).await
}

#[derive(Template)]
#[template(path = "premises/report_state.html")]
struct StatePage {
    shell: Shell,
    number: String,
    light: Markup,
    facts: Vec<(&'static str, String)>,
    reply: String,
}

async fn open(read: &mut Read, token: &str) -> Result<Report> {
    let token = report::typed(token).ok_or(Error::NotFound)?;
    reports::by_token(read, &token).await?.ok_or(Error::NotFound)
}

/// GET /report/find?number=: leads to the page of a number that was typed.
pub(crate) async fn find(cx: Cx) -> Result<Response> {
    let typed = cx.query("number").and_then(report::typed);
    let to = match typed {
        Some(token) if reports::by_token(&mut cx.read().await?, &token).await?.is_some() => {
            format!("/report/{}", grouped(&token))
        }
        _ => "/report?done=premises_no_number".to_owned(),
    };
    Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to(&to)))
}

/// GET /report/{token}
pub(crate) async fn state(cx: Cx, Path(token): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let r = open(&mut read, &token).await?;
    let street = place_name(&mut read, &r.place, cx.today()).await?;
    let mut facts = vec![(cx.t("premises.report.field.street"), street), (cx.t("premises.report.at"), r.at.minute())];
    match (&r.result, r.answered) {
        (Some(result), Some(answered)) => {
            facts.push((cx.t("premises.report.answered"), answered.day().to_string()));
            facts.push((cx.t("premises.field.result"), cx.t(&format!("premises.result.{result}")).to_owned()));
        }
        _ => facts.push((cx.t("premises.report.due"), r.due.to_string())),
    }
    let title = cx.t("premises.report.state");
    web::page(&StatePage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("premises.report.title"), "/report"), Crumb::here(title)]),
        number: grouped(&r.token),
        light: light_of(&cx, &r),
        facts,
        reply: r.reply,
    })
}

#[derive(Template)]
#[template(path = "premises/report_results.html")]
struct ResultsPage {
    shell: Shell,
    districts: Vec<(String, String, bool)>,
    /// Name, reported, answered, confirmed.
    counts: Vec<(String, String, String, String)>,
    below: &'static str,
    rows: Vec<(String, String, &'static str)>,
    foot: String,
    links: PageLinks,
}

async fn answered(cx: &Cx, read: &mut Read, place: &Place) -> Result<(Vec<Report>, Option<String>)> {
    let (limit, (at, id)) = (paging::limit(cx)?, before(cx)?);
    let rows: Vec<Report> = read.all(reports::published(&place.id, cx.today(), (at, &id), limit + 1)).await?;
    let key = |r: &Report| Cursor { key: r.answered.unwrap_or(r.at).0.to_string(), id: r.id.to_string() };
    Ok(paging::cut(rows, limit, key))
}

async fn shown(cx: &Cx, read: &mut Read) -> Result<Place> {
    match district(cx, read).await? {
        Some(district) => Ok(district),
        None => places::root(read, cx.today()).await?.ok_or(Error::NotFound),
    }
}

/// GET /report/results?region=
pub(crate) async fn results(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = shown(&cx, &mut read).await?;
    let (rows, next) = answered(&cx, &mut read, &place).await?;
    let counts = reports::counts(&mut read, &place.id, cx.today()).await?;
    let (mut lines, mut places) = (Vec::with_capacity(rows.len()), Places::on(cx.today()));
    for r in &rows {
        let street = places.name(&mut read, &r.place).await?;
        let result = cx.t(&format!("premises.result.{}", r.result.as_deref().unwrap_or("not_found")));
        lines.push((street, Month::of(r.answered.unwrap_or(r.at).day()).to_string(), result));
    }
    let title = cx.t("premises.report.results");
    let in_district = place.kind == PlaceKind::District;
    let page = ResultsPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("premises.report.title"), "/report"), Crumb::here(title)]),
        districts: districts(&cx, &mut read, in_district.then_some(&place)).await?,
        counts: counts
            .into_iter()
            .map(|(_, name, all, done, bad)| (name, whole(all), whole(done), whole(bad)))
            .collect(),
        below: cx.t(if in_district { "premises.field.region" } else { "premises.report.district" }),
        foot: cx.tf("premises.foot", &[&lines.len()]),
        rows: lines,
        links: PageLinks::new(&cx, next.as_deref()),
    };
    web::page(&page)
}

pub(crate) const RESULTS: Doc = Doc::new(
    "What came of reports of places without a notice: street, month and result of those that were answered",
    &[
        ("region", "code of a district, such as 310106; the whole city when absent"),
        ("limit", "1 to 200, 50 when absent"),
        ("after", "cursor of the page before"),
    ],
    || list_of(object(&[("region", "string"), ("month", "string"), ("result", "string")])),
);

/// GET /api/v1/public/reports
pub(crate) async fn results_api(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = shown(&cx, &mut read).await?;
    let (rows, next) = answered(&cx, &mut read, &place).await?;
    let (mut items, mut places) = (Vec::with_capacity(rows.len()), Places::on(cx.today()));
    for r in &rows {
        let region = places.code(&mut read, &r.place).await?;
        let month = Month::of(r.answered.unwrap_or(r.at).day()).to_string();
        items.push(json!({"region": region, "month": month, "result": r.result}));
    }
    Ok(api::list(&items, next))
}

pub(crate) const STATE: Doc = Doc::new("What became of a report, by the number that was given out", &[], || {
    object(&[
        ("number", "string"),
        ("state", "string"),
        ("at", "string"),
        ("due", "string"),
        ("result", "string?"),
        ("reply", "string"),
        ("answered", "string?"),
    ])
});

/// GET /api/v1/public/reports/{token}
pub(crate) async fn state_api(cx: Cx, Path(token): Path<String>) -> Result<Response> {
    let r = open(&mut cx.read().await?, &token).await?;
    Ok(api::reply(&json!({"number": grouped(&r.token), "state": r.state, "at": r.at, "due": r.due, "result": r.result,
        "reply": r.reply, "answered": r.answered})))
}
