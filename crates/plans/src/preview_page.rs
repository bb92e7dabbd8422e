//! One proposed change of a norm: what it would do today, and what another person decides about it. A decided change
//! shows what it did.

use crate::{
    Plans,
    preview::{preview, to_json},
    preview_form::{PreviewView, Row, by, home_of, reaches, view},
};
use askama::Template;
use axum::{Extension, extract::Path, http::StatusCode, response::Response};
use db::Read;
use kernel::{FieldError, kinds::NormChangeId};
use places::{NormChange, norm_change, words};
use serde_json::{Value, json};
use std::sync::Arc;
use web::{
    Crumb, Cx, Entry, Error, Form, Reply, Result, Shell, Words,
    api::{Doc, object},
    form::{Field, Input, hidden, summary},
    parts::Markup,
};

type State = Extension<Arc<Plans>>;

#[derive(Template)]
#[template(path = "plans/norm_change.html")]
struct ChangePage {
    shell: Shell,
    id: String,
    name: String,
    state: Markup,
    facts: Vec<(&'static str, String)>,
    reason: String,
    clause: (String, String),
    old: Vec<(String, String)>,
    /// What it would do, while it waits; what it did, once approved.
    preview: Option<PreviewView>,
    done: bool,
    errors: Markup,
    remark: Markup,
    hidden: Markup,
    may_decide: bool,
    may_withdraw: bool,
    /// One's own proposal: somebody else has to decide.
    own: bool,
    norm_href: String,
}

/// GET /library/changes/{id}
pub async fn page(cx: Cx, Extension(plans): State, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let change = load(&mut read, &id).await?;
    let page = draw(&cx, &plans, &mut read, change, &Form::default(), &[]).await?;
    web::page(&page)
}

async fn load(read: &mut Read, id: &str) -> Result<NormChange> {
    let id = NormChangeId::parse(id).ok_or(Error::NotFound)?;
    places::norm_change_of(read, &id).await?.ok_or(Error::NotFound)
}

async fn draw(
    cx: &Cx,
    plans: &Plans,
    read: &mut Read,
    change: NormChange,
    form: &Form,
    errors: &[FieldError],
) -> Result<ChangePage> {
    let words = cx.words();
    let waits = change.state == "proposed";
    let own = cx.signed_in().is_some_and(|a| a.account == change.account);
    let decide = cx.may(&places::APPROVE) && within(cx, read, &change).await?;
    let seen = match waits {
        true => would_do(cx, plans, read, &change).await?,
        false => did(words, plans, &change.effect),
    };
    let place = places::change_place(words, read, &change).await?;
    let clause = places::clause(read, &change.clause).await?.ok_or(Error::NotFound)?;
    let document = places::document(read, &clause.document).await?.ok_or(Error::NotFound)?;
    let cited = words.tf("library.cite", &[&words.pick(&document.title_zh, &document.title_en), &clause.label]);
    let name = words::title(words, &change.key, &change.facet);
    let norm_href = format!("/library/norms/{}", change.key);
    let crumbs = vec![
        Crumb::to(cx.t("nav.library"), "/library"),
        Crumb::to(cx.t("library.changes"), "/library/changes"),
        Crumb::here(&name),
    ];
    let remark = Field {
        name: "remark",
        label: cx.t("plans.change.field.remark").to_owned(),
        help: Some(cx.t("plans.change.help.remark").to_owned()),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    Ok(ChangePage {
        shell: Shell::new(cx, &name, crumbs),
        id: change.id.to_string(),
        state: places::state_light(words, &change.state),
        facts: facts(words, &change, place),
        clause: (cited, format!("/library/clauses/{}", change.clause)),
        old: old(words, &change),
        errors: summary(errors, words),
        remark: remark.html(form, errors, words),
        hidden: hidden(cx),
        may_decide: waits && decide && !own,
        may_withdraw: waits && own,
        own: waits && own,
        done: change.state == "approved",
        preview: seen,
        reason: change.reason,
        norm_href,
        name,
    })
}

/// Whether this person may decide on it: by right and place.
async fn within(cx: &Cx, read: &mut Read, change: &NormChange) -> Result<bool> {
    let today = cx.today();
    let place = match change.place.as_str() {
        "" => places::root(read, today).await?.ok_or(Error::NotFound)?.id,
        id => kernel::kinds::PlaceId::new(id),
    };
    Ok(places::covers(read, &cx.scope_of(&places::APPROVE), &place, today).await?)
}

/// What it would do from its first day, or today when that has passed. `None` when it does not fit any more.
async fn would_do(cx: &Cx, plans: &Plans, read: &mut Read, change: &NormChange) -> Result<Option<PreviewView>> {
    let day = change.from_day.max(cx.today());
    match norm_change::suppose(read, &change.id, &norm_change::proposal(change)).await {
        Ok(supposed) => Ok(Some(view(cx.words(), plans, &preview(plans, read, &supposed, day).await?))),
        Err(places::change::ChangeError::Rule(_)) => Ok(None),
        Err(e) => Err(e.into()),
    }
}

/// What an approved change did, as it was kept.
fn did(words: Words, plans: &Plans, effect: &str) -> Option<PreviewView> {
    let kept: Value = serde_json::from_str(effect).ok()?;
    let moved = kept["moved"].as_array()?;
    let day = kept["day"].as_str()?;
    let side = |v: &Value| {
        let light = v["light"].as_str().unwrap_or("none");
        let value = v["value"].as_f64().map_or_else(|| "—".to_owned(), |v| web::parts::decimal(v, 1));
        (web::parts::light(light, words.t(&format!("light.{light}"))), value)
    };
    let row = |m: &Value| {
        let (plan, target) = (plans.plan(m["plan"].as_str()?)?, m["target"].as_str()?);
        let named = plan.target(target)?;
        Some(Row {
            name: format!("{target} {}", words.pick(&named.name_zh, &named.name_en)),
            href: format!("/plans/{}/targets/{target}?region={}", plan.id, m["region"].as_str()?),
            plan: words.pick(&plan.title_zh, &plan.title_en).to_owned(),
            place: m["name"].as_str()?.to_owned(),
            before: side(&m["before"]),
            after: side(&m["after"]),
        })
    };
    Some(PreviewView {
        lede: words.tf("plans.change.did", &[&day, &moved.len()]),
        turns: Vec::new(),
        rows: moved.iter().filter_map(row).collect(),
        more: None,
    })
}

fn facts(words: Words, change: &NormChange, place: String) -> Vec<(&'static str, String)> {
    let span = match change.until_day.is_open() {
        true => words.tf("library.since", &[&change.from_day]),
        false => words.tf("library.from_to", &[&change.from_day, &change.until_day.plus(-1)]),
    };
    let mut out = vec![
        (words.t("library.new_value"), words::value_text(words, &change.value, &change.unit)),
        (words.t("library.place"), place),
        (words.t("library.valid"), span),
        (words.t("library.mark"), words.t(&format!("mark.{}", change.mark)).to_owned()),
        (words.t("library.note"), change.note.clone()),
        (
            words.t("library.proposed_by"),
            format!("{} {}", words::who(&change.unit_name, &change.name), change.at.minute()),
        ),
    ];
    if let (Some(at), true) = (change.decided, change.state != "withdrawn") {
        let who = format!("{} {}", words::who(&change.decider_unit, &change.decider_name), at.minute());
        out.push((words.t("plans.change.decided_by"), who));
    }
    out.push((words.t("plans.change.field.remark"), change.remark.clone()));
    out.retain(|(_, text)| !text.is_empty());
    out
}

/// The versions that an approved change found: days and value.
fn old(words: Words, change: &NormChange) -> Vec<(String, String)> {
    let kept: Vec<Value> = serde_json::from_str(&change.replaced).unwrap_or_default();
    let one = |v: &Value| {
        let day = |name: &str| v[name].as_str().and_then(|t| t.parse::<kernel::Day>().ok());
        let (from, until) = day("from").zip(day("until"))?;
        let span = match until.is_open() {
            true => words.tf("library.since", &[&from]),
            false => words.tf("library.from_to", &[&from, &until.plus(-1)]),
        };
        Some((span, words::value_text(words, v["value"].as_str()?, &change.unit)))
    };
    kept.iter().filter_map(one).collect()
}

/// POST /library/changes/{id}/approve
pub async fn approve(cx: Cx, plans: State, id: Path<String>, form: Form) -> Result<Response> {
    act(cx, plans, id, form, Move::Approve).await
}

/// POST /library/changes/{id}/refuse
pub async fn refuse(cx: Cx, plans: State, id: Path<String>, form: Form) -> Result<Response> {
    act(cx, plans, id, form, Move::Refuse).await
}

/// POST /library/changes/{id}/withdraw
pub async fn withdraw(cx: Cx, plans: State, id: Path<String>, form: Form) -> Result<Response> {
    act(cx, plans, id, form, Move::Withdraw).await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Move {
    Approve,
    Refuse,
    Withdraw,
}

async fn act(cx: Cx, Extension(plans): State, Path(id): Path<String>, form: Form, what: Move) -> Result<Response> {
    let mut read = cx.read().await?;
    let change = load(&mut read, &id).await?;
    let proposal = norm_change::proposal(&change);
    if !reaches(&cx, &mut read, proposal.place.as_ref()).await? {
        return Err(Error::NotFound);
    }
    let home = home_of(&mut read, &proposal).await?;
    let effect = match what {
        // A decided one comes to its answer in the write: the same key again is the same answer.
        Move::Approve if change.state == "proposed" => {
            let supposed = norm_change::suppose(&mut read, &change.id, &proposal).await?;
            let day = change.from_day.max(cx.today());
            to_json(&preview(&plans, &mut read, &supposed, day).await?).to_string()
        }
        Move::Approve | Move::Refuse | Move::Withdraw => String::new(),
    };
    drop(read);
    let by = by(&cx)?;
    let mut writing = cx.write(&form).await?;
    let done = match what {
        Move::Approve => norm_change::approve(&mut writing, &change.id, &by, &effect, form.text("remark")).await,
        Move::Refuse => norm_change::refuse(&mut writing, &change.id, &by, form.text("remark")).await,
        Move::Withdraw => norm_change::withdraw(&mut writing, &change.id, &by).await,
    };
    match done {
        Ok(change) => {
            let mut entry =
                Entry::new(&home, "norm_change", &change.id).why(format!("{} {}", change.key, change.state));
            entry.span_from = Some(change.from_day);
            let reply = match cx.api {
                true => Reply::json(StatusCode::OK, &json!({"id": change.id, "state": change.state})),
                false => Reply::To(format!("/library/changes/{}?done=norm_{}", change.id, change.state)),
            };
            cx.commit(writing, entry, reply).await
        }
        Err(places::change::ChangeError::Rule(rule)) if !rule.fields.is_empty() && !cx.api => {
            drop(writing);
            let mut read = cx.read().await?;
            let page = draw(&cx, &plans, &mut read, change, &form, &rule.fields).await?;
            web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(e) => Err(e.into()),
    }
}

pub const CHANGE: Doc = Doc::new("One change of a norm", &[], || {
    object(&[
        ("id", "string"),
        ("key", "string"),
        ("facet", "string"),
        ("region", "string?"),
        ("value", "string"),
        ("unit", "string"),
        ("from", "string"),
        ("until", "string?"),
        ("clause", "string"),
        ("mark", "string"),
        ("reason", "string"),
        ("state", "string"),
        ("remark", "string"),
    ])
});

/// GET /api/v1/norm-changes/{id}
pub async fn change_api(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let c = load(&mut read, &id).await?;
    let place = match c.place.as_str() {
        "" => None,
        id => places::get(&mut read, &kernel::kinds::PlaceId::new(id), c.from_day).await?.map(|p| p.code),
    };
    Ok(web::api::reply(&json!({
        "id": c.id, "key": c.key, "facet": c.facet, "region": place, "value": c.value, "unit": c.unit,
        "from": c.from_day, "until": (!c.until_day.is_open()).then(|| c.until_day.plus(-1)), "clause": c.clause,
        "mark": c.mark, "reason": c.reason, "state": c.state, "remark": c.remark,
    })))
}

const STATE: fn() -> Value = || object(&[("id", "string"), ("state", "string")]);
pub const APPROVE: Doc = Doc::new("Approves a proposed change of a norm; not by the one who proposed it", &[], STATE);
pub const REFUSE: Doc = Doc::new("Refuses a proposed change of a norm", &[], STATE)
    .body(|| json!({"type": "object", "properties": {"remark": {"type": "string"}}, "required": ["remark"]}));
pub const WITHDRAW: Doc = Doc::new("Takes one's own proposal back", &[], STATE);
