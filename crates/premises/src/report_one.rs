//! GET /reports/{id}: a report as the office sees it, and its answer.

use crate::model::{RESULTS, Report, ReportId};
use crate::parts::{Places, place_name, standing};
use crate::policy::reaches;
use crate::put::Stamp;
use crate::report::{self, grouped};
use crate::report_list::{SHAPE, light_of, told};
use crate::seal::Seal;
use crate::store::{reports, suspicions};
use crate::watch;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use desk::Names;
use kernel::{FieldError, RuleViolation};
use matter::Kinds;
use serde_json::{Value, json};
use std::sync::Arc;
use web::api::{Doc, object};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

#[derive(Template)]
#[template(path = "premises/report_one.html")]
struct OnePage {
    shell: Shell,
    id: String,
    number: String,
    light: Markup,
    seen: String,
    facts: Vec<(&'static str, String)>,
    photos: Vec<(String, String)>,
    /// Address, name and standing of the suspicion that it belongs to.
    suspicion: Option<(String, String, Markup)>,
    enter_href: String,
    errors: Markup,
    hidden: Markup,
    fields: Option<Vec<Markup>>,
    reply: String,
}

async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Report> {
    let id = ReportId::parse(id).ok_or(Error::NotFound)?;
    let r = reports::get(read, &id).await?.ok_or(Error::NotFound)?;
    reaches(cx, read, &r.place).await?;
    Ok(r)
}

/// GET /reports/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let r = seen(cx, &mut read, id).await?;
    let seal = Seal::new(&cx.app.keys, &cx.app.ids, &r.home, format!("report/{}", r.id));
    let (words, phone) =
        (seal.open(&mut read, r.seen.as_deref()).await?, seal.open(&mut read, r.phone.as_deref()).await?);
    let mut names = Names::new(cx.words(), cx.today());
    let mut facts = vec![
        (cx.t("premises.report.field.street"), place_name(&mut read, &r.place, cx.today()).await?),
        (cx.t("premises.report.via"), format!("{} {}", cx.t(&format!("premises.via.{}", r.via)), r.via_ref)),
        (cx.t("premises.report.at"), r.at.minute()),
        (cx.t("premises.report.due"), r.due.to_string()),
    ];
    if !phone.is_empty() {
        facts.push((cx.t("premises.report.field.phone"), phone));
    }
    if let Some(unit) = &r.unit {
        facts.push((cx.t("premises.unit"), names.unit(&mut read, unit).await?));
    }
    if let (Some(result), Some(answered)) = (&r.result, r.answered) {
        facts.push((cx.t("premises.field.result"), cx.t(&format!("premises.result.{result}")).to_owned()));
        let who = match &r.account {
            Some(account) => identity::person_name(&mut read, account).await?.unwrap_or_default(),
            None => String::new(),
        };
        facts.push((cx.t("premises.report.answered"), format!("{} {who}", answered.minute())));
    }
    let suspicion = match &r.suspicion {
        Some(id) => suspicions::get(&mut read, id).await?,
        None => None,
    };
    let region = places::get(&mut read, &r.place, cx.today()).await?.map(|p| p.code).unwrap_or_default();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("region", &region)
        .append_pair("address", &r.address)
        .finish();
    let photos = reports::photos(&mut read, &r).await?;
    let page = OnePage {
        shell: Shell::new(
            cx,
            r.address.as_str(),
            vec![Crumb::to(cx.t("premises.reports"), "/reports"), Crumb::here(r.address.as_str())],
        ),
        number: grouped(&r.token),
        light: light_of(cx, &r),
        seen: if words.is_empty() { cx.t("premises.report.erased").to_owned() } else { words },
        facts,
        photos: photos.iter().map(|p| (p.blob.name.clone(), format!("/reports/{}/files/{}", r.id, p.no))).collect(),
        suspicion: suspicion.map(|s| (format!("/suspicions/{}", s.id), s.title().to_owned(), standing(cx, &s.state))),
        enter_href: format!("/premises/new?{query}"),
        errors: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields: r.answered.is_none().then(|| fields(cx, form, errors)),
        reply: r.reply.clone(),
        id: r.id.to_string(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

fn fields(cx: &Cx, form: &Form, errors: &[FieldError]) -> Vec<Markup> {
    let words = cx.words();
    let results = RESULTS.map(|c| (c, words.t(&format!("premises.result.{c}")).to_owned())).into();
    let one = |name, input| {
        let help = words.find(&format!("premises.help.{name}")).map(str::to_owned);
        let label = words.t(&format!("premises.field.{name}")).to_owned();
        Field { name, label, help, clause: Vec::new(), required: true, input }.html(form, errors, words)
    };
    vec![one("result", Input::Select(results)), one("reply", Input::Area)]
}

/// POST /reports/{id}/answer, /api/v1/reports/{id}/answer
pub(crate) async fn answer(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    match save(&cx, &id, &form).await {
        Err(Error::Rule(rule)) if !cx.api => draw(&cx, &id, &form, &rule.fields).await,
        done => done,
    }
}

async fn save(cx: &Cx, id: &str, form: &Form) -> Result<Response> {
    let mut bad = Invalid::default();
    let result = bad.choice(form, "result", &RESULTS).map(str::to_owned);
    let reply = bad.required(form, "reply", 500);
    bad.check()?;
    let result = result.ok_or_else(|| RuleViolation::new("form.invalid"))?;
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let stamp = Stamp::of(cx)?;
    let mut writing = cx.write(form).await?;
    let r = seen(cx, &mut writing, id).await?;
    let suspicion = match &r.suspicion {
        Some(id) => suspicions::get(&mut writing, id).await?,
        None => None,
    };
    report::check_answer(&result, &reply, suspicion.as_ref().map(|s| s.state.as_str()))?;
    let after = report::answer(&mut writing, &stamp, &r, &result, &reply).await?;
    watch::around(&mut writing, &stamp, &kinds.calendar, &r.place).await?;
    let entry = Entry::new(&r.home, "report", &r.id).why("report answered");
    let reply = match cx.api {
        true => Reply::json(StatusCode::OK, &json!({"id": r.id, "state": after.state})),
        false => Reply::To(format!("/reports/{}?done=premises_answered", r.id)),
    };
    cx.commit(writing, entry, reply).await
}

/// GET /reports/{id}/files/{no}
pub(crate) async fn file(cx: Cx, Path((id, no)): Path<(String, i64)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let r = seen(&cx, &mut read, &id).await?;
    let photo = reports::photos(&mut read, &r).await?.into_iter().find(|p| p.no == no).ok_or(Error::NotFound)?;
    drop(read);
    web::evidence::give(&cx.app, &photo.blob, &format!("{}-{no}", r.id)).await
}

pub(crate) const ONE: Doc = Doc::new("A report of a place without a notice", &[], || object(SHAPE));

/// GET /api/v1/reports/{id}
pub(crate) async fn api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let r = seen(&cx, &mut read, &id).await?;
    Ok(web::api::reply(&told(&mut read, &r, &mut Places::on(cx.today())).await?))
}

pub(crate) const ANSWER: Doc =
    Doc::new("Answers a report", &[], || object(&[("id", "string"), ("state", "string")])).body(body);

fn body() -> Value {
    json!({"type": "object", "required": ["result", "reply"],
        "properties": {"result": {"type": "string"}, "reply": {"type": "string"}}})
}
