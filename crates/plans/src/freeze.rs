//! Freezing a figure as the one that is reported, and the page of a frozen figure beside the live one.

use crate::{
    Plans,
    figures::{Sight, judge_one},
    format,
    model::{Plan, Target},
    region,
};
use askama::Template;
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use indicator::{Difference, Frozen, Reported};
use kernel::{Day, RuleViolation, kinds::FrozenId};
use places::Place;
use serde_json::json;
use std::sync::Arc;
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell, api::Doc, api::object, parts::Markup};

/// POST /plans/{plan}/targets/{target}/freeze
pub async fn post(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((plan, target)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    freeze(&cx, &plans, &plan, &target, &form, |id| Reply::To(format!("/frozen/{id}?done=frozen"))).await
}

/// POST /api/v1/plans/{plan}/targets/{target}/freeze
pub async fn post_api(
    cx: Cx,
    Extension(plans): Extension<Arc<Plans>>,
    Path((plan, target)): Path<(String, String)>,
    form: Form,
) -> Result<Response> {
    freeze(&cx, &plans, &plan, &target, &form, |id| Reply::json(StatusCode::CREATED, &json!({"id": id}))).await
}

pub const DOC: Doc = Doc::new("Freezes the figure of a target with its rows", &[], || object(&[("id", "string")]))
    .body(|| json!({"type": "object", "properties": {"region": {"type": "string"}, "as_of": {"type": "string"}, "note": {"type": "string"}}}))
    .status(201);

async fn freeze(
    cx: &Cx,
    plans: &Plans,
    plan: &str,
    target: &str,
    form: &Form,
    reply: impl Fn(&FrozenId) -> Reply,
) -> Result<Response> {
    let plan = plans.plan(plan).ok_or(Error::NotFound)?;
    let target = plan.target(target).ok_or(Error::NotFound)?;
    let declaration =
        plans.declared.get(target.indicator.as_str()).copied().ok_or(RuleViolation::new("plans.nothing_to_freeze"))?;
    let day = day_of(cx, form)?;
    let mut read = cx.read().await?;
    let place = region::named(cx, &mut read, plan, form.text("region"), day).await?;
    let sight = Sight::open(plans, &mut read, day).await?;
    let judged = judge_one(&sight, &mut read, plan, target, &place).await?;
    if judged.figure.value.is_none() {
        return Err(RuleViolation::new("plans.nothing_to_freeze").into());
    }
    let asked = sight.asked(&mut read, declaration, plan, target, &place.id, day).await?;
    drop(read);
    let actor = cx.actor()?;
    let now = cx.app.clock.now();
    let mut tx = cx.write(form).await?;
    let reported = Reported {
        id: cx.app.ids.new_id(now),
        plan: plan.id.clone(),
        target: target.id.clone(),
        place: place.id.clone(),
        light: judged.verdict.light.as_str().to_owned(),
        note: form.text("note").chars().take(200).collect(),
        account: actor.account.to_string(),
        unit: actor.unit_name.clone(),
        at: now,
    };
    let frozen = indicator::freeze(&mut tx, declaration, &asked, judged.figure, reported).await?;
    let entry = Entry::new(&place.home, "frozen", &frozen.id).why(format!("{} {}", plan.id, target.id));
    let reply = reply(&frozen.id);
    cx.commit(tx, entry, reply).await
}

fn day_of(cx: &Cx, form: &Form) -> Result<Day> {
    let text = form.text("as_of");
    if text.is_empty() {
        return Ok(cx.today());
    }
    let day: Day = text.parse().map_err(|_| RuleViolation::field("as_of", "date.invalid"))?;
    if day > cx.today() { Err(RuleViolation::field("as_of", "date.future").into()) } else { Ok(day) }
}

#[derive(Template)]
#[template(path = "plans/frozen.html")]
struct FrozenPage {
    shell: Shell,
    name: String,
    target_href: String,
    place: String,
    as_of: Day,
    at: String,
    unit: String,
    note: String,
    then: Side,
    now: Side,
    same: bool,
    rows: i64,
    differences: Vec<Line>,
    other_version: bool,
}

struct Side {
    value: String,
    parts: String,
    light: Markup,
}

struct Line {
    kind: &'static str,
    label: String,
    then: String,
    now: String,
}

/// GET /frozen/{id}: what was reported, what the records say of the same day now, and the rows that differ.
pub async fn page(cx: Cx, Extension(plans): Extension<Arc<Plans>>, Path(id): Path<String>) -> Result<Response> {
    let id = FrozenId::parse(&id).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let frozen = indicator::frozen(&mut read, &id).await?.ok_or(Error::NotFound)?;
    let plan = plans.plan(&frozen.plan).ok_or(Error::NotFound)?;
    let target = plan.target(&frozen.target).ok_or(Error::NotFound)?;
    let declaration = plans.declared.get(frozen.indicator.as_str()).copied().ok_or(Error::NotFound)?;
    if !places::covers(&mut read, &cx.scope(), &frozen.place, frozen.as_of).await? {
        return Err(Error::NotFound);
    }
    let place = places::get(&mut read, &frozen.place, frozen.as_of).await?.ok_or(Error::NotFound)?;
    let sight = Sight::open(&plans, &mut read, frozen.as_of).await?;
    let judged = judge_one(&sight, &mut read, plan, target, &place).await?;
    let asked = sight.asked(&mut read, declaration, plan, target, &place.id, frozen.as_of).await?;
    let differences = indicator::difference(&mut read, declaration, &asked, &frozen).await?;
    let words = cx.words();
    let described = plans.catalogue.get(&frozen.indicator).ok_or(Error::NotFound)?;
    let side = |figure: &indicator::Figure, light: &str| Side {
        value: format::figure(figure, Some(declaration.fold), described, words),
        parts: format::parts_of(figure, Some(declaration.fold)),
        light: web::parts::light(light, words.t(&format!("light.{light}"))),
    };
    let reported =
        indicator::Figure { numerator: frozen.numerator, denominator: frozen.denominator, value: frozen.value };
    let name = words.pick(&target.name_zh, &target.name_en).to_owned();
    web::page(&FrozenPage {
        shell: Shell::new(&cx, &name, crumbs(&cx, plan, target, &frozen, &place)),
        target_href: format!("/plans/{}/targets/{}?region={}&as_of={}", plan.id, target.id, place.code, frozen.as_of),
        then: side(&reported, &frozen.light),
        now: side(&judged.figure, judged.verdict.light.as_str()),
        same: differences.is_empty(),
        differences: differences.into_iter().map(|d| line(&cx, d)).collect(),
        other_version: frozen.version != declaration.version,
        place: place.name,
        as_of: frozen.as_of,
        at: frozen.at.minute(),
        unit: frozen.unit,
        note: frozen.note,
        rows: frozen.rows,
        name,
    })
}

fn crumbs(cx: &Cx, plan: &Plan, target: &Target, frozen: &Frozen, place: &Place) -> Vec<Crumb> {
    let title = cx.words().pick(&plan.title_zh, &plan.title_en);
    let at = format!("/plans/{}/targets/{}?region={}&as_of={}", plan.id, target.id, place.code, frozen.as_of);
    vec![
        Crumb::to(cx.t("nav.plans"), "/plans"),
        Crumb::to(title, format!("/plans/{}", plan.id)),
        Crumb::to(&target.id, at),
        Crumb::here(cx.t("plans.frozen_one")),
    ]
}

fn line(cx: &Cx, difference: Difference) -> Line {
    let state = |(meets, amount): (bool, f64)| {
        let word = cx.t(if meets { "plans.does_meet" } else { "plans.does_not" });
        if amount == 1.0 { word.to_owned() } else { format!("{word} {}", web::parts::whole(amount as i64)) }
    };
    match difference {
        Difference::Added { label, .. } => {
            Line { kind: cx.t("plans.diff.added"), label, then: "—".into(), now: cx.t("plans.diff.counted").into() }
        }
        Difference::Gone { label, .. } => {
            Line { kind: cx.t("plans.diff.gone"), label, then: cx.t("plans.diff.counted").into(), now: "—".into() }
        }
        Difference::Changed { label, then, now, .. } => {
            Line { kind: cx.t("plans.diff.changed"), label, then: state(then), now: state(now) }
        }
    }
}
