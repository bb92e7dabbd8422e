//! One declared value: what it says, its evidence, what was stated before and after it, and what a second person
//! decides.

use crate::{
    Plans,
    declared::{self, By, Decision},
    declared_list::{ValueLine, line, period, state_light},
    figures::{Sight, judge_one},
    format,
    model::Plan,
    store::{self, DeclaredValue},
};
use askama::Template;
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::Read;
use kernel::{FieldError, kinds::DeclaredId};
use serde_json::json;
use std::sync::Arc;
use web::{
    Crumb, Cx, Entry, Error, Form, Reply, Result, Shell,
    api::{Doc, object},
    form::{Field, Input, hidden, summary},
    parts::Markup,
};

type State = Extension<Arc<Plans>>;

#[derive(Template)]
#[template(path = "plans/declared_one.html")]
struct OnePage {
    shell: Shell,
    base: String,
    name: String,
    target_href: String,
    value: String,
    state: Markup,
    facts: Vec<(&'static str, String)>,
    evidence: Option<(String, String)>,
    /// Records exist by now: the value does not count any more.
    ended: bool,
    history: Vec<ValueLine>,
    errors: Markup,
    remark: Markup,
    hidden: Markup,
    may_decide: bool,
    may_withdraw: bool,
    own: bool,
}

/// The value, if it lies within the post.
async fn load<'a>(
    cx: &Cx,
    plans: &'a Plans,
    read: &mut Read,
    plan: &str,
    id: &str,
) -> Result<(&'a Plan, DeclaredValue)> {
    let plan = plans.plan(plan).ok_or(Error::NotFound)?;
    let id = DeclaredId::parse(id).ok_or(Error::NotFound)?;
    let value = store::one(read, &plan.id, &id).await?.ok_or(Error::NotFound)?;
    if !places::covers(read, &cx.scope(), &value.place, cx.today()).await? {
        return Err(Error::NotFound);
    }
    Ok((plan, value))
}

/// GET /plans/{plan}/declared/{id}
pub async fn page(cx: Cx, Extension(plans): State, Path((plan, id)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let (plan, value) = load(&cx, &plans, &mut read, &plan, &id).await?;
    web::page(&draw(&cx, &plans, &mut read, plan, &value, &Form::default(), &[]).await?)
}

async fn draw(
    cx: &Cx,
    plans: &Plans,
    read: &mut Read,
    plan: &Plan,
    value: &DeclaredValue,
    form: &Form,
    errors: &[FieldError],
) -> Result<OnePage> {
    let words = cx.words();
    let target = plan.target(&value.target).ok_or(Error::NotFound)?;
    let described = plans.catalogue.get(&value.indicator).ok_or(Error::NotFound)?;
    let place = places::get(read, &value.place, value.day()).await?.ok_or(Error::NotFound)?;
    let sight = Sight::open(plans, read, cx.today()).await?;
    let ended = judge_one(&sight, read, plan, target, &place).await?.figure.value.is_some();
    let own = cx.signed_in().is_some_and(|a| a.account == value.account);
    let waits = value.state == "reported";
    let all = store::all(read, &plan.id, &value.place).await?;
    let evidence = store::evidence(read, value).await?;
    let base = format!("/plans/{}/declared/{}", plan.id, value.id);
    let list = format!("/plans/{}/declared?region={}", plan.id, place.code);
    let row = line(plans, plan, value, words);
    let mut facts = vec![
        (cx.t("plans.place"), place.name.clone()),
        (cx.t("plans.column.span"), period(value, words)),
        (cx.t("plans.asked"), format::asked(target, described, words)),
        (cx.t("plans.formula"), words.pick(&described.formula_zh, &described.formula_en).to_owned()),
        (cx.t("plans.column.by"), format!("{} {}", row.who, row.at)),
        (cx.t("plans.column.decided"), row.decided),
        (cx.t("plans.column.remark"), value.remark.clone()),
        (cx.t("plans.column.note"), value.note.clone()),
    ];
    facts.retain(|(_, text)| !text.is_empty());
    let remark = Field {
        name: "remark",
        label: cx.t("plans.column.remark").to_owned(),
        help: Some(cx.t("plans.declared.help.remark").to_owned()),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    let name = words.pick(&target.name_zh, &target.name_en).to_owned();
    let crumbs = vec![
        Crumb::to(words.pick(&plan.title_zh, &plan.title_en), format!("/plans/{}", plan.id)),
        Crumb::to(cx.t("plans.declared.title"), list),
        Crumb::here(&target.id),
    ];
    let within = places::covers(read, &cx.scope_of(&crate::policy::CONFIRM), &value.place, cx.today()).await?;
    Ok(OnePage {
        shell: Shell::new(cx, &name, crumbs),
        target_href: format!("/plans/{}/targets/{}?region={}", plan.id, target.id, place.code),
        value: row.value,
        state: state_light(words, &value.state),
        facts,
        evidence: evidence.map(|b| (b.name, format!("{base}/evidence"))),
        ended,
        history: all
            .iter()
            .filter(|v| v.target == value.target && v.id != value.id)
            .map(|v| line(plans, plan, v, words))
            .collect(),
        errors: summary(errors, words),
        remark: remark.html(form, errors, words),
        hidden: hidden(cx),
        may_decide: waits && !own && within,
        may_withdraw: waits && own,
        own: waits && own,
        base,
        name,
    })
}

/// GET /plans/{plan}/declared/{id}/evidence: the file, always as one to save.
pub async fn evidence(cx: Cx, Extension(plans): State, Path((plan, id)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let (_, value) = load(&cx, &plans, &mut read, &plan, &id).await?;
    let row = store::evidence(&mut read, &value).await?.ok_or(Error::NotFound)?;
    drop(read);
    web::evidence::give(&cx.app, &row, value.id.as_str()).await
}

const STATE: fn() -> serde_json::Value = || object(&[("id", "string"), ("state", "string")]);
pub const CONFIRM: Doc = Doc::new("Confirms a declared value; not by the one who stated it", &[], STATE);
pub const RETURN: Doc = Doc::new("Gives a declared value back with a remark", &[], STATE)
    .body(|| json!({"type": "object", "properties": {"remark": {"type": "string"}}, "required": ["remark"]}));

/// POST /plans/{plan}/declared/{id}/confirm
pub async fn confirm(cx: Cx, plans: State, path: Path<(String, String)>, form: Form) -> Result<Response> {
    act(cx, plans, path, form, Decision::Confirm).await
}

/// POST /plans/{plan}/declared/{id}/return
pub async fn give_back(cx: Cx, plans: State, path: Path<(String, String)>, form: Form) -> Result<Response> {
    act(cx, plans, path, form, Decision::Return).await
}

/// POST /plans/{plan}/declared/{id}/withdraw
pub async fn withdraw(cx: Cx, plans: State, path: Path<(String, String)>, form: Form) -> Result<Response> {
    act(cx, plans, path, form, Decision::Withdraw).await
}

async fn act(
    cx: Cx,
    Extension(plans): State,
    Path((plan, id)): Path<(String, String)>,
    form: Form,
    decision: Decision,
) -> Result<Response> {
    let mut read = cx.read().await?;
    let (plan, value) = load(&cx, &plans, &mut read, &plan, &id).await?;
    drop(read);
    let actor = cx.actor()?;
    let by = By {
        account: actor.account.clone(),
        name: actor.name.clone(),
        unit: actor.unit_name.clone(),
        at: cx.app.clock.now(),
    };
    let mut writing = cx.write(&form).await?;
    match declared::decide(&mut writing, value.clone(), decision, &by, form.text("remark")).await {
        Ok(value) => {
            let why = format!("{} {} {}", plan.id, value.target, value.state);
            let entry = Entry::new(&value.home, "declared", &value.id).why(why);
            let reply = match cx.api {
                true => Reply::json(StatusCode::OK, &json!({"id": value.id, "state": value.state})),
                false => Reply::To(format!("/plans/{}/declared/{}?done=declared_{}", plan.id, value.id, value.state)),
            };
            cx.commit(writing, entry, reply).await
        }
        Err(Error::Rule(rule)) if !rule.fields.is_empty() && !cx.api => {
            drop(writing);
            let mut read = cx.read().await?;
            let page = draw(&cx, &plans, &mut read, plan, &value, &form, &rule.fields).await?;
            web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(e) => Err(e),
    }
}
