//! Correcting one aspect of a file. The form carries the version that the editor saw and what stood there then; when
//! somebody else was quicker, it comes back field by field (conflict.rs): what you began with, what is recorded now,
//! what you typed. Nothing that was typed is lost.

use crate::batch::{At, Stamp};
use crate::codes::Verified;
use crate::conflict::{self, Conflict};
use crate::fields::{CLAUSES, Drawing};
use crate::file::{Seen, name_on, seen};
use crate::forms::Aspect;
use crate::model::History;
use crate::store::file;
use crate::{Error as Refused, policy, upkeep};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Day, FieldError};
use serde_json::{Value, json};
use web::api::{Doc, object};
use web::form::{hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell};

#[derive(Template)]
#[template(path = "registry/edit.html")]
struct EditPage {
    shell: Shell,
    heading: &'static str,
    lede: Option<&'static str>,
    /// What can be done: word, address, whether it is this one.
    tabs: Vec<(&'static str, String, bool)>,
    act: &'static str,
    action: String,
    back: String,
    hidden: Markup,
    version: i64,
    errors: Markup,
    fields: Vec<Markup>,
    /// What the editor began with, by field: goes along, so that a conflict can show it.
    was: Vec<(String, String)>,
    /// After somebody else was quicker.
    conflict: Option<Conflict>,
}

/// What of a form is shown, beside the form itself.
#[derive(Default)]
struct Shown<'a> {
    errors: &'a [FieldError],
    /// What stood there when the editor began; `None`: the form says it.
    was: Option<&'a [(&'static str, String)]>,
    conflict: Option<Conflict>,
}

/// GET /facilities/{id}/edit/{aspect}
pub async fn page(cx: Cx, Path((id, aspect)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &policy::KEEP).await?;
    let aspect = aspect_of(&aspect, &h)?;
    upkeep::check(&cx, aspect)?;
    let chosen = |field: &str| cx.query(field).unwrap_or_default().to_owned();
    let was = recorded(&mut read, aspect, &h, day, &chosen).await?;
    let mut pairs: Vec<(&str, &str)> = was.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let today = day.to_string();
    pairs.push(("from", &today));
    let shown = Shown { was: Some(&was), ..Shown::default() };
    web::page(&draw(&cx, &mut read, (&h, aspect), &Form::filled(&pairs), shown).await?)
}

fn aspect_of(text: &str, h: &History) -> Result<Aspect> {
    let aspect = Aspect::parse(text).ok_or(Error::NotFound)?;
    if Aspect::of(h.facility.kind).any(|a| a == aspect) { Ok(aspect) } else { Err(Error::NotFound) }
}

/// What is recorded on a day, places as their codes.
async fn recorded(
    read: &mut Read,
    aspect: Aspect,
    h: &History,
    day: Day,
    chosen: &(dyn Fn(&str) -> String + Sync),
) -> Result<Vec<(&'static str, String)>> {
    let mut out = aspect.recorded(h, day, chosen);
    if let Some((_, place)) = out.iter_mut().find(|(name, _)| *name == "region") {
        let code = places::get(read, &PlaceId::new(place.as_str()), day).await?.map(|p| p.code);
        *place = code.unwrap_or_default();
    }
    Ok(out)
}

/// The place that was typed, as a code or a name, on a day; `None` when there is none or when several have the name.
pub async fn place_of(read: &mut Read, typed: &str, day: Day) -> Result<Option<PlaceId>> {
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(places::by_code(read, typed, day).await?.map(|p| p.id));
    }
    let Some(root) = places::root(read, day).await? else { return Ok(None) };
    let filter = places::Filter { under: &root.id, kinds: &[], day, text: Some(typed), after: None, limit: 50 };
    let named = places::list(read, &filter).await?.items.into_iter().filter(|p| p.name == typed);
    let mut named = named.map(|p| p.id);
    Ok(match (named.next(), named.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    })
}

/// POST /facilities/{id}/edit/{aspect}
pub async fn post(cx: Cx, Path((id, aspect)): Path<(String, String)>, form: Form) -> Result<Response> {
    change(&cx, &id, &aspect, &form).await
}

pub const DOC: Doc = Doc::new(
    "Corrects one aspect of a file from a day on; `version` is the one that was read. The fields are those of the page.",
    &[],
    || object(&[("id", "string"), ("version", "integer")]),
)
.body(body);

fn body() -> Value {
    let fields: serde_json::Map<String, Value> = ["version", "act"]
        .iter()
        .copied()
        .chain(Aspect::ALL.iter().flat_map(|a| a.all_fields()))
        .map(|name| (name.to_owned(), json!({"type": "string"})))
        .collect();
    json!({"type": "object", "properties": fields, "required": ["version"]})
}

/// POST /api/v1/facilities/{id}/changes/{aspect}
pub async fn post_api(cx: Cx, Path((id, aspect)): Path<(String, String)>, form: Form) -> Result<Response> {
    change(&cx, &id, &aspect, &form).await
}

async fn change(cx: &Cx, id: &str, aspect: &str, sent: &Form) -> Result<Response> {
    // After a conflict: where the record was chosen, it stands in for what was typed.
    let mut form = conflict::resolved(sent);
    if upkeep::own(cx) && aspect == Aspect::Credential.id() {
        form = form.with("verified", Verified::Unverified.as_str());
    }
    let form = &form;
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(cx, &mut read, id, &policy::KEEP).await?;
    let aspect = aspect_of(aspect, &h)?;
    upkeep::check(cx, aspect)?;
    let from: Day = form.text("from").parse().unwrap_or(cx.today());
    let place = match aspect {
        Aspect::Site => place_of(&mut read, form.text("region"), from).await?,
        _ => None,
    };
    drop(read);
    let version: i64 = form.text("version").parse().map_err(|_| Error::bad("registry.version", "version"))?;
    let (now, ids) = (cx.app.clock.now(), cx.app.ids.clone());
    let parsed = aspect.parse_change(form, place, &ids, now);
    let parsed = match parsed
        .and_then(|change| if upkeep::own(cx) { upkeep::as_head(change, cx.today()) } else { Ok(change) })
    {
        Ok(change) => change,
        Err(rule) => return again(cx, &h, aspect, form, rule.into()).await,
    };
    let kind_of_change = parsed.name();
    let mut writing = cx.write(sent).await?;
    let by = cx.actor()?.account.to_string();
    let stamp = Stamp { now, ids: &ids, by: &by };
    let at = At { facility: h.facility.id.clone(), version: Some(version) };
    match crate::edit(&mut writing, &stamp, &at, vec![parsed]).await {
        Ok(version) => {
            // What waited for this on somebody's desk is done.
            if matches!(aspect, Aspect::Credential | Aspect::State) {
                crate::reminder::settle(&mut writing, &h.facility.id, now).await?;
            }
            crate::ask::settle(&mut writing, &h.facility.id, cx.today(), now).await?;
            let mut entry = Entry::new(&h.facility.home, "facility", &h.facility.id).why(kind_of_change);
            entry.span_from = Some(from);
            let reply = match cx.api {
                true => Reply::json(StatusCode::OK, &json!({"id": h.facility.id, "version": version})),
                false => Reply::To(format!("/facilities/{}?done=registry_changed", h.facility.id)),
            };
            cx.commit(writing, entry, reply).await
        }
        Err(refused) => {
            drop(writing);
            again(cx, &h, aspect, form, refused).await
        }
    }
}

/// The form once more, with what was wrong; the API gets the problem itself.
async fn again(cx: &Cx, h: &History, aspect: Aspect, form: &Form, refused: Refused) -> Result<Response> {
    if cx.api {
        return Err(refused.into());
    }
    match refused {
        Refused::Rule(rule) if !rule.fields.is_empty() => {
            let shown = Shown { errors: &rule.fields, ..Shown::default() };
            let mut read = cx.read().await?;
            let page = draw(cx, &mut read, (h, aspect), form, shown).await?;
            web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Refused::Conflict { .. } => {
            let mut read = cx.read().await?;
            let now = file::history(&mut read, &h.facility.id).await?.ok_or(Error::NotFound)?;
            let day: Day = form.text("from").parse().unwrap_or(cx.today());
            let chosen = |field: &str| form.text(field).to_owned();
            let theirs = recorded(&mut read, aspect, &now, day, &chosen).await?;
            let (words, kind, bases) = (cx.words(), Some(now.facility.kind), places::Bases::new());
            let drawing = Drawing { words, kind, history: Some(&now), streets: &[], bases: &bases };
            let fields = aspect.fields(act_of(cx, aspect, form));
            let mut conflict = conflict::beside(&drawing, fields, &theirs, form);
            let version: i64 = form.text("version").parse().unwrap_or_default();
            conflict.edits = conflict::edits(&mut read, cx.words(), &now, version).await?;
            let shown = Shown { was: Some(&theirs), conflict: Some(conflict), errors: &[] };
            web::page_with(StatusCode::CONFLICT, &draw(cx, &mut read, (&now, aspect), form, shown).await?)
        }
        other => Err(other.into()),
    }
}

async fn draw(
    cx: &Cx,
    read: &mut Read,
    (h, aspect): (&History, Aspect),
    form: &Form,
    shown: Shown<'_>,
) -> Result<EditPage> {
    let words = cx.words();
    let (heading, name) = (cx.t(aspect.key()), name_on(h, cx.today()));
    let back = format!("/facilities/{}", h.facility.id);
    let bases = places::bases(cx, read, &CLAUSES).await?;
    let drawing = Drawing { words, kind: Some(h.facility.kind), history: Some(h), streets: &[], bases: &bases };
    let act = act_of(cx, aspect, form);
    let tab = |a: &&'static str| (words.t(&format!("registry.act.{a}")), format!("{}?act={a}", cx.path()), *a == act);
    let title = format!("{heading} · {name}");
    let crumbs = vec![
        Crumb::to(cx.t("registry.list.title"), "/facilities"),
        Crumb::to(name, back.as_str()),
        Crumb::here(heading),
    ];
    let fields = aspect.fields(act);
    let own = upkeep::own(cx);
    let shown_fields = fields.iter().filter(|name| !own || upkeep::field(name));
    // After a conflict the next press knows what is shown now; otherwise what was seen first counts.
    let seen = form.text("version").parse().ok().filter(|_| shown.conflict.is_none());
    Ok(EditPage {
        shell: Shell::new(cx, title, crumbs),
        heading,
        lede: words.find(&format!("registry.lede.{}", aspect.id())),
        tabs: aspect.acts().iter().filter(|act| !own || upkeep::act(aspect, act)).map(tab).collect(),
        act,
        action: cx.path().to_owned(),
        hidden: hidden(cx),
        version: seen.unwrap_or(h.facility.version),
        errors: summary(shown.errors, words),
        fields: shown_fields.map(|n| drawing.field(n).html(form, shown.errors, words)).collect(),
        was: conflict::was(fields, shown.was, form),
        conflict: shown.conflict,
        back,
    })
}

/// The act that a form is about: as sent, as asked for, or the first one; empty where there is but one.
fn act_of(cx: &Cx, aspect: Aspect, form: &Form) -> &'static str {
    let acts = aspect.acts();
    let known = |wanted: &str| acts.iter().find(|a| **a == wanted);
    known(form.text("act")).or_else(|| known(cx.query("act")?)).or(acts.first()).copied().unwrap_or_default()
}
