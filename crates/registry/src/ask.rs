//! Asking the owner to fill gaps: the parts that lack something go to the desk of the institution, or of its street or
//! district where it has no office of its own. One open request for a file; it is closed when nothing is missing.

use crate::complete::{Part, completeness};
use crate::file::{Seen, name_on, required, seen};
use crate::model::History;
use crate::reminder::owner;
use crate::store::file;
use crate::{policy, rules};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::{Read, Tx};
use kernel::{Day, FieldError, Instant, Lang};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, Words};

/// Word of the desk: `todo.registry.gaps`.
pub const KIND: &str = "registry.gaps";
const SUBJECT: &str = "gaps";

#[derive(Template)]
#[template(path = "registry/ask.html")]
struct AskPage {
    shell: Shell,
    name: String,
    back: String,
    action: String,
    hidden: Markup,
    errors: Markup,
    to: Option<String>,
    /// Part, its word, what it lacks, whether it is asked for.
    parts: Vec<(&'static str, &'static str, String, bool)>,
    fields: Vec<Markup>,
}

/// A part with what it lacks.
type Gap = (Part, Vec<&'static str>);

async fn gaps(read: &mut Read, h: &History, day: Day) -> Result<Vec<Gap>> {
    let required = required(read, h, day).await?;
    let parts = completeness(h, day, &required).parts.into_iter();
    Ok(parts.filter(|p| !p.missing.is_empty()).map(|p| (p.part, p.missing)).collect())
}

fn said(words: Words, (part, missing): &Gap) -> String {
    let names: Vec<&str> = missing.iter().map(|m| words.t(&format!("registry.missing.{m}"))).collect();
    words.tf("registry.ask.gap", &[&words.t(part.key()), &names.join(words.t("registry.comma"))])
}

/// GET /facilities/{id}/ask
pub async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(&cx, &mut read, &id, &policy::ASK).await?;
    web::page(&draw(&cx, &mut read, &h, None, &[]).await?)
}

async fn draw(cx: &Cx, read: &mut Read, h: &History, form: Option<&Form>, errors: &[FieldError]) -> Result<AskPage> {
    let (words, today) = (cx.words(), cx.today());
    let gaps = gaps(read, h, today).await?;
    let name = name_on(h, today).to_owned();
    let back = format!("/facilities/{}", h.facility.id);
    let asked = |part: Part| form.is_none_or(|f| f.all("part").any(|p| p == part.id()));
    let field = |name: &'static str, input| Field {
        name,
        label: words.t(&format!("registry.ask.{name}")).to_owned(),
        help: None,
        clause: Vec::new(),
        required: false,
        input,
    };
    let (empty, title) = (Form::default(), cx.t("registry.ask.title"));
    let typed = form.unwrap_or(&empty);
    let fields = [field("due", Input::Day), field("words", Input::Area)];
    let place = rules::on(&h.site, today).map(|s| &s.value.place);
    let to = match owner(read, &h.facility.id, place, today).await? {
        Some(unit) => {
            let (zh, en) = identity::name_with_place(read, &unit, today).await?;
            Some(words.pick(&zh, &en).to_owned())
        }
        None => None,
    };
    Ok(AskPage {
        shell: Shell::new(
            cx,
            format!("{title} · {name}"),
            vec![
                Crumb::to(cx.t("registry.list.title"), "/facilities"),
                Crumb::to(name.as_str(), back.as_str()),
                Crumb::here(title),
            ],
        ),
        action: format!("{back}/ask"),
        hidden: hidden(cx),
        errors: summary(errors, words),
        parts: gaps.iter().map(|g| (g.0.id(), words.t(g.0.key()), said(words, g), asked(g.0))).collect(),
        fields: fields.iter().map(|f| f.html(typed, errors, words)).collect(),
        to,
        name,
        back,
    })
}

/// POST /facilities/{id}/ask
pub async fn post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, .. } = seen(&cx, &mut read, &id, &policy::ASK).await?;
    let (today, now) = (cx.today(), cx.app.clock.now());
    let chosen: Vec<Gap> =
        gaps(&mut read, &h, today).await?.into_iter().filter(|g| form.all("part").any(|p| p == g.0.id())).collect();
    let mut bad = Invalid::default();
    if chosen.is_empty() {
        bad.add("part", "registry.ask.nothing");
    }
    let due = if form.has("due") { bad.day(&form, "due") } else { None };
    if due.is_some_and(|d| d < today) {
        bad.add("due", "registry.ask.past");
    }
    if form.text("words").chars().count() > 500 {
        bad.add("words", "form.too_long");
    }
    let place = rules::on(&h.site, today).map(|s| s.value.place.clone());
    let unit = owner(&mut read, &h.facility.id, place.as_ref(), today).await?;
    if unit.is_none() {
        bad.add("part", "registry.ask.nobody");
    }
    let (Some(unit), true) = (unit, bad.is_empty()) else {
        let page = draw(&cx, &mut read, &h, Some(&form), &bad.0).await?;
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    drop(read);
    let actor = cx.actor()?;
    let mut writing = cx.write(&form).await?;
    let text = |words: Words| {
        let gaps: Vec<String> = chosen.iter().map(|g| said(words, g)).collect();
        words.tf("registry.ask.text", &[&name_on(&h, today), &gaps.join(words.t("registry.semicolon"))])
    };
    let about = about(&h);
    let new = desk::Ask {
        unit: &unit.id,
        kind: KIND,
        about: &about,
        subject: SUBJECT,
        href: &format!("/facilities/{}", h.facility.id),
        text_zh: &text(Words(Lang::Zh)),
        text_en: &text(Words(Lang::En)),
        due,
        from: Some(actor),
        words: form.text("words"),
        at: now,
    };
    // What was asked before and is open is asked once more, in its history.
    let ids = cx.app.ids.clone();
    if let desk::Asked::Already(entry) = desk::ask(&mut writing, &ids, new).await? {
        desk::urge(&mut writing, &entry, actor, form.text("words"), now).await?;
    }
    let entry = Entry::new(&h.facility.home, "facility", &h.facility.id).why("ask");
    cx.commit(writing, entry, Reply::To(format!("/facilities/{}?done=registry_asked", h.facility.id))).await
}

fn about(h: &History) -> String {
    format!("facility/{}", h.facility.id)
}

/// Closes the request of a file in which nothing is missing any more; in the transaction of its change.
pub async fn settle(tx: &mut Tx, facility: &kernel::kinds::FacilityId, day: Day, now: Instant) -> Result<()> {
    let h = file::history(tx, facility).await?.ok_or(Error::NotFound)?;
    if gaps(tx, &h, day).await?.is_empty() {
        desk::close(tx, KIND, &about(&h), SUBJECT, None, "", now).await?;
    }
    Ok(())
}

/// What was asked about a file lately, in words: when, of whom, how it stands.
pub async fn asked(read: &mut Read, words: Words, h: &History, day: Day) -> Result<Vec<(String, String, String)>> {
    let Some(root) = places::root(read, day).await? else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    for told in desk::about(read, &about(h), &root.id, day, 5).await? {
        let unit = identity::unit_name(read, &told.entry.unit, day).await?;
        let unit = unit.map(|(zh, en)| words.pick(&zh, &en).to_owned()).unwrap_or_default();
        let text = words.pick(&told.entry.text_zh, &told.entry.text_en).to_owned();
        out.push((told.entry.asked.day().to_string(), text, unit));
    }
    Ok(out)
}
