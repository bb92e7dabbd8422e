//! GET /applicants/{id}: an organisation as the office of its district sees it: what it says, its proof, who acts for
//! it, and the decision. GET /applicants/{id}/file gives the proof out to be saved.

use crate::form_page::field;
use crate::model::{Claim, ClaimState};
use crate::organisation_page::facts;
use crate::policy::DECIDE;
use crate::store::claims;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use desk::Names;
use identity::phone::number;
use kernel::FieldError;
use web::form::{Field, Input, hidden, summary};
use web::parts::{Markup, decimal};
use web::{Crumb, Cx, Error, Form, Result, Shell};

#[derive(askama::Template)]
#[template(path = "applicant/claim.html")]
struct ClaimPage {
    shell: Shell,
    id: String,
    name: String,
    state: &'static str,
    light: &'static str,
    facts: Vec<(&'static str, Markup)>,
    /// Name, size and digest of the proof.
    file: Option<(String, String)>,
    /// Name, number and days of who acts for it.
    agents: Vec<(String, String, String)>,
    decided: String,
    words: String,
    field: Option<Markup>,
    summary: Markup,
    hidden: Markup,
}

/// A claim in the place of the post.
pub(crate) async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Claim> {
    let claim = claims::get(read, id).await?.ok_or(Error::NotFound)?;
    if places::covers(read, &cx.scope(), &claim.place, cx.today()).await? { Ok(claim) } else { Err(Error::NotFound) }
}

pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[]).await
}

pub(crate) async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let (words, today) = (cx.words(), cx.today());
    let mut read = cx.read().await?;
    let claim = seen(cx, &mut read, id).await?;
    let place = places::get(&mut read, &claim.place, today).await?.map(|p| p.name).unwrap_or_default();
    let file = claims::file(&mut read, &claim).await?;
    let mut names = Names::new(words, today);
    let decided = match claim.decided_unit.as_ref() {
        Some(unit) => names.who(&mut read, Some(unit), claim.decided_by.as_ref()).await?,
        None => String::new(),
    };
    let mut agents = Vec::new();
    for post in identity::agents_of(&mut read, &claim.unit, today).await? {
        let name = identity::person_name(&mut read, &post.account).await?.unwrap_or_default();
        let number = number::of_account(&cx.app, &mut read, &post.account).await?;
        let last = post.span.until.plus(-1).to_string();
        let last = if post.span.is_open() { cx.t("applicant.open") } else { &last };
        agents.push((name, number.map(|n| n.masked()).unwrap_or_default(), format!("{} – {last}", post.span.from)));
    }
    drop(read);
    let decides = claim.state == ClaimState::Waiting && cx.may(&DECIDE);
    let page = ClaimPage {
        shell: Shell::new(
            cx,
            &*claim.name,
            vec![Crumb::to(cx.t("applicant.nav.list"), "/applicants"), Crumb::here(&*claim.name)],
        ),
        state: cx.t(&format!("applicant.state.{}", claim.state.as_str())),
        light: claim.state.light(),
        facts: facts(cx, &claim, &place),
        file: file.map(|f| {
            let size = decimal((f.size as f64 / 1024.0).max(0.1), 1);
            (f.name, cx.tf("applicant.file_facts", &[&size, &f.digest.get(..12).unwrap_or_default()]))
        }),
        agents,
        decided,
        words: claim.words.clone(),
        field: decides.then(|| {
            let help = Some(cx.t("applicant.words_needed").to_owned());
            Field { help, ..field(cx, "words", false, Input::Area) }.html(form, errors, words)
        }),
        summary: summary(errors, words),
        hidden: hidden(cx),
        id: claim.id,
        name: claim.name,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// GET /applicants/{id}/file
pub(crate) async fn file(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let claim = seen(&cx, &mut read, &id).await?;
    let file = claims::file(&mut read, &claim).await?.ok_or(Error::NotFound)?;
    drop(read);
    web::evidence::give(&cx.app, &file, &claim.id).await
}
