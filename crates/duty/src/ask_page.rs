//! GET and POST /facilities/{id}/duties/ask: an office asks an institution for its self-checks or mendings; on the desk
//! of the institution, or of its street or district where it has no office of its own. One open request at a time: what
//! is asked again is an urging in its history.

use crate::check_page::WORDS;
use crate::daily::about;
use crate::own_page::reached;
use crate::policy::ASK;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use desk::Ask;
use kernel::{FieldError, Lang};
use registry::History;
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Form, Invalid, Reply, Result, Shell, Words};

/// Word of the desk: `todo.duty.asked`.
const KIND: &str = "duty.asked";
/// Requests that the page of the institution shows.
const SHOWN: i64 = 5;

#[derive(Template)]
#[template(path = "duty/ask.html")]
struct AskPage {
    shell: Shell,
    name: String,
    back: String,
    to: Option<String>,
    hidden: Markup,
    errors: Markup,
    fields: Vec<Markup>,
}

async fn owner(cx: &Cx, read: &mut Read, h: &History) -> Result<Option<identity::Unit>> {
    let site = h.site_near(cx.today());
    registry::reminder::owner(read, &h.facility.id, site.map(|s| &s.value.place), cx.today()).await
}

/// GET
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[]).await
}

async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(cx, &mut read, id, &ASK).await?;
    let to = match owner(cx, &mut read, &h).await? {
        Some(unit) => {
            let (zh, en) = identity::name_with_place(&mut read, &unit, cx.today()).await?;
            Some(cx.words().pick(&zh, &en).to_owned())
        }
        None => None,
    };
    let (name, file) = (registry::name_on(&h, cx.today()).to_owned(), format!("/facilities/{}", h.facility.id));
    let (title, back) = (cx.t("duty.ask.title"), format!("{file}/duties"));
    let field = |name: &'static str, required, input| {
        let label = cx.t(&format!("duty.ask.{name}")).to_owned();
        Field { name, label, help: None, clause: Vec::new(), required, input }.html(form, errors, cx.words())
    };
    let crumbs =
        vec![Crumb::to(name.as_str(), file.as_str()), Crumb::to(cx.t("duty.title"), back.as_str()), Crumb::here(title)];
    let page = AskPage {
        shell: Shell::new(cx, format!("{title} · {name}"), crumbs),
        hidden: hidden(cx),
        errors: summary(errors, cx.words()),
        fields: vec![field("words", true, Input::Area), field("due", false, Input::Day)],
        to,
        name,
        back,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST
pub(crate) async fn post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let h = reached(&cx, &mut read, &id, &ASK).await?;
    let unit = owner(&cx, &mut read, &h).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let words = wrong.required(&form, "words", WORDS);
    let due = if form.has("due") { wrong.day(&form, "due") } else { None };
    if due.is_some_and(|due| due < cx.today()) {
        wrong.add("due", "duty.past");
    }
    if unit.is_none() {
        wrong.add("words", "duty.nobody");
    }
    let (Some(unit), true) = (unit, wrong.is_empty()) else { return draw(&cx, &id, &form, &wrong.0).await };
    let (name, href) = (registry::name_on(&h, cx.today()).to_owned(), format!("/facilities/{}/duties", h.facility.id));
    let text = |lang| Words(lang).tf("duty.ask.text", &[&name]);
    let (zh, en) = (text(Lang::Zh), text(Lang::En));
    let (actor, now, ids) = (cx.actor()?, cx.app.clock.now(), cx.app.ids.clone());
    let about = about(&h.facility.id);
    let mut writing = cx.write(&form).await?;
    identity::record_office(&mut writing, &unit, now.day()).await?;
    let new = Ask {
        unit: &unit.id,
        kind: KIND,
        about: &about,
        subject: &about,
        href: &href,
        text_zh: &zh,
        text_en: &en,
        due,
        from: Some(actor),
        words: &words,
        at: now,
    };
    if let desk::Asked::Already(entry) = desk::ask(&mut writing, &ids, new).await? {
        desk::urge(&mut writing, &entry, actor, &words, now).await?;
    }
    let entry = Entry::new(&h.facility.home, "facility", &h.facility.id).why("asked for self-checks");
    cx.commit(writing, entry, Reply::To(format!("{href}?done=duty_asked"))).await
}

/// What was asked of an institution lately: day, words, how it stands.
pub(crate) async fn asked(cx: &Cx, read: &mut Read, h: &History) -> Result<Vec<(String, String, &'static str)>> {
    let Some(root) = places::root(read, cx.today()).await? else { return Ok(Vec::new()) };
    let told = desk::about(read, &about(&h.facility.id), &root.id, cx.today(), SHOWN).await?;
    let line = |t: desk::Told| {
        let last = t.steps.iter().rev().find(|step| !step.words.is_empty());
        let words = last.map(|step| step.words.clone()).unwrap_or_default();
        (t.entry.asked.day().to_string(), words, cx.t(&format!("desk.state.{}", t.entry.state.as_str())))
    };
    Ok(told.into_iter().filter(|t| t.entry.kind == KIND).map(line).collect())
}
