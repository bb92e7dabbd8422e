//! Entering and changing premises: new rooms, a correction, the next letting, the end of one. Each is compared with the
//! register in the same transaction.

use crate::form::{self, LEASE, ROOMS};
use crate::model::{Letting, Premises};
use crate::one::seen;
use crate::policy::EDIT;
use crate::put::{self, Stamp};
use crate::store::rooms;
use crate::watch;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::{Day, FieldError, RuleViolation};
use matter::Kinds;
use serde_json::{Value, json};
use std::sync::Arc;
use web::api::{Doc, object};
use web::form::{hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

#[derive(Template)]
#[template(path = "premises/form.html")]
struct FormPage {
    shell: Shell,
    hidden: Markup,
    errors: Markup,
    lede: String,
    action: String,
    back: String,
    /// Heading and fields of each part.
    parts: Vec<(&'static str, Vec<Markup>)>,
    submit: &'static str,
    /// Rooms that stand at this address already.
    same: Option<String>,
    version: String,
}

/// What a form is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Act {
    Enter,
    Correct,
    LetOn,
    End,
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Act::Enter => "enter",
            Act::Correct => "correct",
            Act::LetOn => "let_on",
            Act::End => "end",
        }
    }

    fn parts(self) -> &'static [(&'static str, &'static [&'static str])] {
        match self {
            Act::Enter | Act::Correct => &[("premises.part.rooms", &ROOMS), ("premises.part.letting", &LEASE)],
            Act::LetOn => &[("premises.part.letting", &LEASE)],
            Act::End => &[("premises.part.end", &["last", "words"])],
        }
    }
}

/// GET /premises/new; fields may be given in the address, so that a suspicion or a report leads here filled in.
pub(crate) async fn new_page(cx: Cx) -> Result<Response> {
    let today = cx.today().to_string();
    let mut filled = vec![("from", today.as_str()), ("purpose", "childcare")];
    filled.extend(["address", "region", "operator"].iter().filter_map(|name| Some((*name, cx.query(name)?))));
    draw(&cx, None, Act::Enter, &Form::filled(&filled), &[]).await
}

/// POST /premises/new, /api/v1/premises
pub(crate) async fn new_post(cx: Cx, form: Form) -> Result<Response> {
    match enter(&cx, &form).await {
        Err(Error::Rule(rule)) if !cx.api => draw(&cx, None, Act::Enter, &form, &rule.fields).await,
        done => done,
    }
}

async fn enter(cx: &Cx, form: &Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = placed(cx, &mut read, form).await?;
    drop(read);
    let mut bad = Invalid::default();
    let (rooms, lease) = (form::rooms(form, place, &mut bad), form::lease(form, &mut bad));
    bad.check()?;
    let (Some(rooms), Some(lease)) = (rooms, lease) else { return Err(RuleViolation::new("form.invalid").into()) };
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let stamp = Stamp::of(cx)?;
    let from = lease.from;
    let mut writing = cx.write(form).await?;
    let p = put::enter(&mut writing, &stamp, rooms, lease).await?;
    watch::around(&mut writing, &stamp, &kinds.calendar, &p.place).await?;
    let mut entry = Entry::new(&p.home, "premises", &p.id).why("premises entered");
    entry.span_from = Some(from);
    let reply = match cx.api {
        true => Reply::json(StatusCode::CREATED, &json!({"id": p.id, "version": p.version})),
        false => Reply::To(format!("/premises/{}?done=premises_saved", p.id)),
    };
    cx.commit(writing, entry, reply).await
}

/// The street of the form, refused where it lies outside the post.
async fn placed(cx: &Cx, read: &mut Read, form: &Form) -> Result<Option<kernel::kinds::PlaceId>> {
    let place = form::street(read, form.text("region"), &cx.scope(), cx.today()).await?;
    match place {
        Some(place) if !places::covers(read, &cx.scope(), &place.id, cx.today()).await? => {
            Err(RuleViolation::field("region", "registry.enter.outside").into())
        }
        place => Ok(place.map(|p| p.id)),
    }
}

pub(crate) const DOC: Doc =
    Doc::new("Enters premises with who has them", &[], || object(&[("id", "string"), ("version", "integer")]))
        .body(body)
        .status(201);

fn body() -> Value {
    let fields: serde_json::Map<String, Value> =
        ROOMS.iter().chain(&LEASE).map(|name| ((*name).to_owned(), json!({"type": "string"}))).collect();
    json!({"type": "object", "properties": fields,
        "required": ["region", "address", "what", "source", "operator", "purpose", "lessor_kind", "from"]})
}

/// GET /premises/{id}/edit
pub(crate) async fn edit_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let p = seen(&cx, &mut read, &id).await?;
    let region = places::get(&mut read, &p.place, cx.today()).await?.map(|p| p.code).unwrap_or_default();
    let at = current(&mut read, &p, cx.today()).await?;
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let mut filled: Vec<(&str, String)> = vec![
        ("region", region),
        ("address", p.address.clone()),
        ("what", p.what.clone()),
        ("area", number(p.area)),
        ("floor", p.floor.clone()),
        ("source", p.source.clone()),
        ("source_ref", p.source_ref.clone()),
        ("lon", number(p.lon)),
        ("lat", number(p.lat)),
        ("note", p.note.clone()),
        ("version", p.version.to_string()),
    ];
    if let Some(l) = &at {
        let contact = put::contact(&cx, &mut read, &p, l).await?;
        filled.extend([
            ("operator", l.operator.clone()),
            ("credit_code", l.credit_code.clone().unwrap_or_default()),
            ("purpose", l.purpose.clone()),
            ("lessor_kind", l.lessor_kind.clone()),
            ("lessor", l.lessor.clone()),
            ("contact", contact),
            ("from", l.from_day.to_string()),
            ("until", crate::address::last(l.until_day).map(|d| d.to_string()).unwrap_or_default()),
        ]);
    }
    drop(read);
    let filled: Vec<(&str, &str)> = filled.iter().map(|(k, v)| (*k, v.as_str())).collect();
    draw(&cx, Some(&p), Act::Correct, &Form::filled(&filled), &[]).await
}

/// The letting that a correction is about: that of the day, else the last one.
async fn current(read: &mut Read, p: &Premises, day: Day) -> db::Result<Option<Letting>> {
    let all = rooms::lettings(read, p).await?;
    Ok(all.iter().find(|l| l.on(day)).or(all.last()).cloned())
}

/// POST /premises/{id}/edit
pub(crate) async fn edit_post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let p = seen(&cx, &mut cx.read().await?, &id).await?;
    match correct(&cx, &p, &form).await {
        Err(Error::Rule(rule)) => draw(&cx, Some(&p), Act::Correct, &form, &rule.fields).await,
        done => done,
    }
}

async fn correct(cx: &Cx, p: &Premises, form: &Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = placed(cx, &mut read, form).await?;
    let at = current(&mut read, p, cx.today()).await?;
    drop(read);
    let mut bad = Invalid::default();
    let (rooms, lease) = (form::rooms(form, place, &mut bad), form::lease(form, &mut bad));
    bad.check()?;
    let (Some(rooms), Some(lease)) = (rooms, lease) else { return Err(RuleViolation::new("form.invalid").into()) };
    if form.text("version").parse() != Ok(p.version) {
        return Err(Error::Conflict("premises.changed"));
    }
    let (stamp, from) = (Stamp::of(cx)?, lease.from);
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let mut writing = cx.write(form).await?;
    let after = put::correct(&mut writing, &stamp, p, rooms, at.as_ref().map(|l| (l, lease))).await?;
    watch::around(&mut writing, &stamp, &kinds.calendar, &after.place).await?;
    if after.place != p.place {
        watch::around(&mut writing, &stamp, &kinds.calendar, &p.place).await?;
    }
    done(cx, writing, &after, from).await
}

/// GET /premises/{id}/letting
pub(crate) async fn let_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let p = seen(&cx, &mut read, &id).await?;
    let at = current(&mut read, &p, cx.today()).await?;
    drop(read);
    let today = cx.today().to_string();
    let mut filled = vec![("from", today.as_str())];
    if let Some(l) = &at {
        filled.extend([("lessor_kind", l.lessor_kind.as_str()), ("lessor", l.lessor.as_str())]);
    }
    draw(&cx, Some(&p), Act::LetOn, &Form::filled(&filled), &[]).await
}

/// POST /premises/{id}/letting
pub(crate) async fn let_post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let p = seen(&cx, &mut cx.read().await?, &id).await?;
    match let_on(&cx, &p, &form).await {
        Err(Error::Rule(rule)) => draw(&cx, Some(&p), Act::LetOn, &form, &rule.fields).await,
        done => done,
    }
}

async fn let_on(cx: &Cx, p: &Premises, form: &Form) -> Result<Response> {
    let mut bad = Invalid::default();
    let lease = form::lease(form, &mut bad);
    bad.check()?;
    let lease = lease.ok_or_else(|| RuleViolation::new("form.invalid"))?;
    let (stamp, from) = (Stamp::of(cx)?, lease.from);
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let mut writing = cx.write(form).await?;
    let after = put::let_on(&mut writing, &stamp, p, lease).await?;
    watch::around(&mut writing, &stamp, &kinds.calendar, &after.place).await?;
    done(cx, writing, &after, from).await
}

/// GET /premises/{id}/end
pub(crate) async fn end_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let p = seen(&cx, &mut cx.read().await?, &id).await?;
    let today = cx.today().to_string();
    draw(&cx, Some(&p), Act::End, &Form::filled(&[("last", &today)]), &[]).await
}

/// POST /premises/{id}/end
pub(crate) async fn end_post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let p = seen(&cx, &mut cx.read().await?, &id).await?;
    match end(&cx, &p, &form).await {
        Err(Error::Rule(rule)) => draw(&cx, Some(&p), Act::End, &form, &rule.fields).await,
        done => done,
    }
}

async fn end(cx: &Cx, p: &Premises, form: &Form) -> Result<Response> {
    let mut bad = Invalid::default();
    let (last, words) = (bad.day(form, "last"), bad.required(form, "words", 500));
    bad.check()?;
    let last = last.ok_or_else(|| RuleViolation::new("form.invalid"))?;
    let stamp = Stamp::of(cx)?;
    let kinds: Arc<Kinds> = cx.app.shared()?;
    let mut writing = cx.write(form).await?;
    let after = put::end(&mut writing, &stamp, p, last, &words).await?;
    watch::around(&mut writing, &stamp, &kinds.calendar, &after.place).await?;
    done(cx, writing, &after, last).await
}

async fn done(cx: &Cx, writing: web::Writing, p: &Premises, from: Day) -> Result<Response> {
    let mut entry = Entry::new(&p.home, "premises", &p.id).why("premises changed");
    entry.span_from = Some(from);
    cx.commit(writing, entry, Reply::To(format!("/premises/{}?done=premises_saved", p.id))).await
}

async fn draw(cx: &Cx, p: Option<&Premises>, act: Act, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let streets = form::streets(cx, &mut read).await?;
    let same = match errors.iter().any(|e| e.code == "premises.known") {
        true => {
            let place = form::street(&mut read, form.text("region"), &cx.scope_of(&EDIT), cx.today()).await?;
            match place {
                Some(place) => {
                    let above = put::above(&mut read, &place.id, cx.today()).await?;
                    let key = crate::address::key(form.text("address"), &above);
                    rooms::at(&mut read, &place.id, &key).await?.map(|p| format!("/premises/{}", p.id))
                }
                None => None,
            }
        }
        false => None,
    };
    let title = cx.t(match act {
        Act::Enter => "premises.enter",
        Act::Correct => "premises.correct",
        Act::LetOn => "premises.let_on",
        Act::End => "premises.end",
    });
    let (action, back) = match p {
        Some(p) => {
            let ending = match act {
                Act::LetOn => "letting",
                Act::End => "end",
                _ => "edit",
            };
            (format!("/premises/{}/{ending}", p.id), format!("/premises/{}", p.id))
        }
        None => ("/premises/new".to_owned(), "/premises".to_owned()),
    };
    let mut crumbs = vec![Crumb::to(cx.t("premises.title"), "/premises")];
    crumbs.extend(p.map(|p| Crumb::to(p.address.as_str(), back.as_str())));
    crumbs.push(Crumb::here(title));
    let bases = places::bases(cx, &mut read, &form::CLAUSES).await?;
    let page = FormPage {
        shell: Shell::new(cx, title, crumbs),
        hidden: hidden(cx),
        errors: summary(errors, cx.words()),
        lede: cx.t(&format!("premises.lede.{}", act.name())).to_owned(),
        action,
        back,
        parts: act
            .parts()
            .iter()
            .map(|(key, names)| (cx.t(key), form::draw(cx, names, (&streets, &bases), form, errors)))
            .collect(),
        submit: cx.t(&format!("premises.submit.{}", act.name())),
        same,
        version: form.text("version").to_owned(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}
