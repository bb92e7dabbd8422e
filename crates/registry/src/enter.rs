//! Entering a new file: what it is, where it lies, since when. Classes, places and credentials follow on its page.

use crate::batch::{New, Stamp};
use crate::change::Change;
use crate::codes::{FacilityKind, State};
use crate::edit::place_of;
use crate::fields::{CLAUSES, Drawing};
use crate::file::name_on;
use crate::store::file;
use crate::{Error as Refused, forms, policy};
use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, FieldError, RuleViolation, Scope};
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::form::{hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Form, Invalid, Reply, Result, Shell};

const FIELDS: [&str; 13] = [
    "file_kind",
    "name",
    "ownership",
    "legal_form",
    "operator",
    "credit_code",
    "phone",
    "region",
    "address",
    "lon",
    "lat",
    "state",
    "from",
];

#[derive(Template)]
#[template(path = "registry/enter.html")]
struct EnterPage {
    shell: Shell,
    hidden: Markup,
    errors: Markup,
    fields: Vec<Markup>,
    /// Files that carry the same credit code: name and address.
    same: Vec<(String, String)>,
}

/// GET /facilities/new
pub async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let streets = streets(&cx, &mut read).await?;
    let today = cx.today().to_string();
    let form = Form::filled(&[("state", State::Operating.as_str()), ("from", &today)]);
    web::page(&draw(&cx, &mut read, &streets, &form, &[], Vec::new()).await?)
}

/// The streets of a district or a street post, by code; a post above districts types code or name.
async fn streets(cx: &Cx, read: &mut Read) -> Result<Vec<(String, String)>> {
    let Scope::Place(own) = cx.scope_of(&policy::EDIT) else { return Ok(Vec::new()) };
    let Some(place) = places::get(read, &own, cx.today()).await? else { return Ok(Vec::new()) };
    if place.kind.is_street() {
        return Ok(vec![(place.code, place.name)]);
    }
    if place.kind != places::PlaceKind::District {
        return Ok(Vec::new());
    }
    Ok(places::children(read, &own, cx.today()).await?.into_iter().map(|p| (p.code, p.name)).collect())
}

/// POST /facilities/new
pub async fn post(cx: Cx, form: Form) -> Result<Response> {
    enter(&cx, &form).await
}

pub const DOC: Doc =
    Doc::new("Enters a new file", &[], || object(&[("id", "string"), ("version", "integer")])).body(body).status(201);

fn body() -> Value {
    let fields: serde_json::Map<String, Value> =
        FIELDS.iter().map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "properties": fields, "required": ["file_kind", "name", "ownership", "legal_form", "region", "address", "state", "from"]})
}

/// POST /api/v1/facilities
pub async fn post_api(cx: Cx, form: Form) -> Result<Response> {
    enter(&cx, &form).await
}

async fn enter(cx: &Cx, form: &Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let day: Day = form.text("from").parse().unwrap_or(cx.today());
    let place = place_of(&mut read, form.text("region"), day).await?;
    let new = match parse(form, place.clone()) {
        Ok(new) => new,
        Err(rule) => return again(cx, &mut read, form, rule, Vec::new()).await,
    };
    // Entered where the post has no say: the place is refused, not hidden, because it is public knowledge.
    if let Some(place) = &place
        && !places::covers(&mut read, &cx.scope(), place, day).await?
    {
        return again(cx, &mut read, form, RuleViolation::field("region", "registry.enter.outside"), Vec::new()).await;
    }
    drop(read);
    let (now, ids) = (cx.app.clock.now(), cx.app.ids.clone());
    let by = cx.actor()?.account.to_string();
    // From here on a second press of the button gets the first answer.
    let mut writing = cx.write(form).await?;
    let same = same_code(&mut writing, form, cx.today()).await?;
    if !same.is_empty() && form.text("same_code") != "yes" {
        drop(writing);
        let rule = RuleViolation::field("credit_code", "registry.enter.same_code");
        return again(cx, &mut cx.read().await?, form, rule, same).await;
    }
    match crate::enter(&mut writing, &Stamp { now, ids: &ids, by: &by }, new).await {
        Ok(id) => {
            let home = file::facility(&mut writing, &id).await?.map(|f| f.home).unwrap_or_default();
            let mut entry = Entry::new(&home, "facility", &id).why("enter");
            entry.span_from = Some(day);
            let reply = match cx.api {
                true => Reply::json(StatusCode::CREATED, &json!({"id": id, "version": 1})),
                false => Reply::To(format!("/facilities/{id}?done=registry_entered")),
            };
            cx.commit(writing, entry, reply).await
        }
        Err(Refused::Rule(rule)) => {
            drop(writing);
            let mut read = cx.read().await?;
            again(cx, &mut read, form, rule, same).await
        }
        Err(other) => Err(other.into()),
    }
}

fn parse(form: &Form, place: Option<PlaceId>) -> Result<New, RuleViolation> {
    let mut bad = Invalid::default();
    let kind = bad.choice(form, "file_kind", FacilityKind::CODES).and_then(FacilityKind::parse);
    let profile = forms::profile(form, &mut bad);
    let site = forms::site(form, place, &mut bad);
    let state = bad.choice(form, "state", State::CODES).and_then(State::parse);
    let span = forms::span(form, &mut bad);
    bad.check()?;
    let made = || {
        let (profile, site, state, span) = (profile?, site?, state?, span?);
        let changes = vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site },
            Change::SetState { span, state, reason: String::new() },
        ];
        Some(New { kind: kind?, changes })
    };
    made().ok_or_else(|| RuleViolation::new("form.invalid"))
}

/// Files that carry the credit code today: name and address.
async fn same_code(read: &mut Read, form: &Form, day: Day) -> Result<Vec<(String, String)>> {
    let Ok(code) = kernel::CreditCode::parse(form.text("credit_code")) else { return Ok(Vec::new()) };
    let ids: Vec<FacilityId> = file::by_credit_code(read, code.as_str(), day).await?;
    let mut out = Vec::new();
    for id in ids.into_iter().take(5) {
        if let Some(h) = file::history(read, &id).await? {
            out.push((name_on(&h, day).to_owned(), format!("/facilities/{id}")));
        }
    }
    Ok(out)
}

async fn again(
    cx: &Cx,
    read: &mut Read,
    form: &Form,
    rule: RuleViolation,
    same: Vec<(String, String)>,
) -> Result<Response> {
    if cx.api || rule.fields.is_empty() {
        return Err(rule.into());
    }
    let streets = streets(cx, read).await?;
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &draw(cx, read, &streets, form, &rule.fields, same).await?)
}

async fn draw(
    cx: &Cx,
    read: &mut Read,
    streets: &[(String, String)],
    form: &Form,
    errors: &[FieldError],
    same: Vec<(String, String)>,
) -> Result<EnterPage> {
    let words = cx.words();
    let bases = places::bases(cx, read, &CLAUSES).await?;
    let drawing = Drawing { words, kind: None, history: None, streets, bases: &bases };
    let title = cx.t("registry.enter.title");
    Ok(EnterPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("registry.list.title"), "/facilities"), Crumb::here(title)]),
        hidden: hidden(cx),
        errors: summary(errors, words),
        fields: FIELDS.iter().map(|n| drawing.field(n).html(form, errors, words)).collect(),
        same,
    })
}
