//! Stating a value of a target of which there are no records: value, day, note and the file that shows it.

use crate::{
    Plans,
    declared::{self, period},
    declared_list::may,
    figures::{Sight, judge_one},
    format,
    model::{Plan, Target},
    region,
    store::DeclaredValue,
};
use askama::Template;
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::Read;
use kernel::{FieldError, RuleViolation};
use places::Place;
use std::sync::Arc;
use web::{
    Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Uploads, evidence,
    form::{Basis, Field, Input, hidden, summary},
    parts::Markup,
    upload::Sent,
};

type State = Extension<Arc<Plans>>;

#[derive(Template)]
#[template(path = "plans/declared_form.html")]
struct FormPage {
    shell: Shell,
    name: String,
    plan_title: String,
    place: String,
    asked: String,
    formula: String,
    action: String,
    back: String,
    region: String,
    hidden: Markup,
    errors: Markup,
    fields: Vec<Markup>,
    file_error: Option<String>,
}

/// What the page is about.
struct Subject<'a> {
    plan: &'a Plan,
    target: &'a Target,
    place: Place,
}

async fn subject<'a>(
    cx: &Cx,
    plans: &'a Plans,
    read: &mut Read,
    (plan, target): (&str, &str),
    code: Option<&str>,
) -> Result<Subject<'a>> {
    let plan = plans.plan(plan).ok_or(Error::NotFound)?;
    let target = plan.target(target).ok_or(Error::NotFound)?;
    let today = cx.today();
    let place = match code {
        None => region::resolve(cx, read, Some(&plan.place), today).await?,
        Some(code) => {
            let top = places::by_code(read, &plan.place, today).await?.ok_or(Error::NotFound)?;
            let place = places::by_code(read, code, today).await?.ok_or(Error::NotFound)?;
            let reached = places::covers(read, &cx.scope(), &place.id, today).await?
                && places::within(read, &top.id, &place.id, today).await?;
            if !reached {
                return Err(Error::NotFound);
            }
            place
        }
    };
    if !may(cx, target) {
        return Err(RuleViolation::new("plans.declared.not_lead").into());
    }
    let sight = Sight::open(plans, read, today).await?;
    if judge_one(&sight, read, plan, target, &place).await?.figure.value.is_some() {
        return Err(RuleViolation::new("plans.declared.computed").into());
    }
    Ok(Subject { plan, target, place })
}

/// GET /plans/{plan}/targets/{target}/declare
pub async fn page(cx: Cx, Extension(plans): State, Path((id, target)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let subject = subject(&cx, &plans, &mut read, (&id, &target), None).await?;
    let day = cx.query("day").map_or_else(|| cx.today().to_string(), str::to_owned);
    web::page(&draw(&cx, &plans, &subject, &Form::filled(&[("day", &day)]), &[])?)
}

/// POST /plans/{plan}/targets/{target}/declare
pub async fn post(
    cx: Cx,
    Extension(plans): State,
    Path((id, target)): Path<(String, String)>,
    Uploads { form, files }: Uploads,
) -> Result<Response> {
    let mut read = cx.read().await?;
    let code = Some(form.text("region")).filter(|c| !c.is_empty());
    let subject = subject(&cx, &plans, &mut read, (&id, &target), code).await?;
    drop(read);
    let parsed = parse(&cx, &plans, &subject, &form, &files);
    let (value, file) = match parsed {
        Ok(parsed) => parsed,
        Err(rule) => {
            let page = draw(&cx, &plans, &subject, &form, &rule.fields)?;
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    // The file is there before its row; one without a row is swept.
    let kept = evidence::keep(&cx.app, file).await?;
    let body = form.canonical() + kept.digest();
    let mut writing = cx.write_keyed(&form.key, body.as_bytes()).await?;
    kept.record(&mut writing, &value.home, value.evidence.clone(), value.at).await?;
    let (home, at) = (value.home.clone(), value.id.clone());
    declared::report(&mut writing, value).await?;
    let why = format!("{} {} reported", subject.plan.id, subject.target.id);
    let entry = Entry::new(&home, "declared", &at).why(why);
    cx.commit(writing, entry, Reply::To(format!("/plans/{}/declared/{at}?done=declared", subject.plan.id))).await
}

/// The value and its evidence, or everything that is wrong.
fn parse<'a>(
    cx: &Cx,
    plans: &Plans,
    subject: &Subject<'_>,
    form: &Form,
    files: &'a [Sent],
) -> std::result::Result<(DeclaredValue, &'a Sent), RuleViolation> {
    let mut invalid = Invalid::default();
    let number = form.text("value").trim_end_matches('%').trim();
    let value = number.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    if value.is_none() {
        invalid.add("value", if number.is_empty() { "form.required" } else { "form.number" });
    }
    let described = plans.catalogue.get(&subject.target.indicator);
    let percent = described.is_some_and(|d| d.kind == "ratio" && d.unit == "%");
    if percent && value.is_some_and(|v| v > 100.0) {
        invalid.add("value", "plans.declared.percent");
    }
    let day = invalid.day(form, "day");
    if day.is_some_and(|d| d > cx.today()) {
        invalid.add("day", "date.future");
    }
    if day.is_some_and(|d| d < subject.plan.span.from) {
        invalid.add("day", "plans.declared.before");
    }
    if form.text("note").chars().count() > 500 {
        invalid.add("note", "form.too_long");
    }
    match files {
        [_] => invalid.0.extend(evidence::fault("file", files)),
        _ => invalid.add("file", "plans.declared.file"),
    }
    invalid.check()?;
    let ((value, day), file) = value.zip(day).zip(files.first()).ok_or(RuleViolation::new("form.invalid"))?;
    let actor = cx.actor().map_err(|_| RuleViolation::new("form.invalid"))?;
    let now = cx.app.clock.now();
    let span = period(described.map_or("", |d| d.period.as_str()), subject.plan.span, day);
    let value = DeclaredValue {
        home: subject.place.home.clone(),
        id: cx.app.ids.new_id(now),
        plan: subject.plan.id.clone(),
        target: subject.target.id.clone(),
        indicator: subject.target.indicator.clone(),
        place: subject.place.id.clone(),
        from_day: span.from,
        until_day: span.until,
        value,
        note: form.text("note").to_owned(),
        evidence: cx.app.ids.new_id(now),
        state: "reported".to_owned(),
        unit: actor.unit.clone(),
        unit_name: actor.unit_name.clone(),
        account: actor.account.clone(),
        name: actor.name.clone(),
        at: now,
        decider: None,
        decider_name: String::new(),
        decider_unit: String::new(),
        decided: None,
        remark: String::new(),
    };
    Ok((value, file))
}

fn draw(cx: &Cx, plans: &Plans, s: &Subject<'_>, form: &Form, errors: &[FieldError]) -> Result<FormPage> {
    let words = cx.words();
    let described = plans.catalogue.get(&s.target.indicator).ok_or(Error::NotFound)?;
    let unit = format::unit(described, words);
    let field = |name: &'static str, input: Input<'static>, required: bool| {
        let help = match name {
            "value" => Some(words.tf("plans.declared.help.value", &[&unit])),
            "day" => Some(words.tf("plans.declared.help.day", &[&words.t(&format!("period.{}", described.period))])),
            _ => None,
        };
        let label = words.t(&format!("plans.declared.field.{name}")).to_owned();
        let section = (name == "value").then(|| s.target.source_section.clone());
        let clause = section.map(|text| Basis { text, href: String::new() }).into_iter().collect();
        Field { name, label, help, clause, required, input }.html(form, errors, words)
    };
    let name = words.pick(&s.target.name_zh, &s.target.name_en).to_owned();
    let plan_title = words.pick(&s.plan.title_zh, &s.plan.title_en).to_owned();
    let back = format!("/plans/{}/declared?region={}", s.plan.id, s.place.code);
    let crumbs = vec![
        Crumb::to(&plan_title, format!("/plans/{}", s.plan.id)),
        Crumb::to(cx.t("plans.declared.title"), &back),
        Crumb::here(&s.target.id),
    ];
    Ok(FormPage {
        shell: Shell::new(cx, format!("{} · {name}", cx.t("plans.declared.act")), crumbs),
        asked: format::asked(s.target, described, words),
        formula: words.pick(&described.formula_zh, &described.formula_en).to_owned(),
        action: format!("/plans/{}/targets/{}/declare", s.plan.id, s.target.id),
        region: s.place.code.clone(),
        place: s.place.name.clone(),
        hidden: hidden(cx),
        errors: summary(errors, words),
        fields: vec![
            field("value", Input::Text, true),
            field("day", Input::Day, true),
            field("note", Input::Area, false),
        ],
        file_error: errors.iter().find(|e| e.field == "file").map(|e| words.rule(e.code, &e.values)),
        back,
        plan_title,
        name,
    })
}
