//! GET and POST /apply/code: the code is typed. A right one opens a session where the number is known; otherwise name
//! and consent are asked for. POST /apply/code/again sends another one to the same number.

use super::number_page::{back, sent, with_back};
use super::rules::{self, State};
use super::session::{self, ticket, ticket_cookie};
use super::sms::{self, Sender};
use super::{DOOR, number, send};
use crate::model::Post;
use crate::store::people;
use crate::store::phone::{self as store, Sent};
use crate::store::sms as messages;
use crate::{second_factor, sign_in};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Response};
use db::Tx;
use kernel::kinds::AccountId;
use kernel::{FieldError, Mobile, RuleViolation};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

#[derive(askama::Template)]
#[template(path = "identity/code.html")]
struct CodePage {
    shell: Shell,
    back: String,
    summary: Markup,
    hidden: Markup,
    lede: String,
    code_error: String,
    /// The account has a generator: its code is asked for as well.
    factor: bool,
    factor_error: String,
    /// In a demonstration: the message, which nobody sends.
    shown: Option<String>,
    change: String,
    no_code: String,
}

/// The code of a request's ticket; without one there is nothing to type.
async fn found(cx: &Cx, headers: &HeaderMap) -> Result<Option<(String, Sent)>> {
    let Some(ticket) = ticket(headers) else { return Ok(None) };
    let mut read = cx.read().await?;
    let sent = store::get(&mut read, &web::session::digest(&ticket)).await?;
    Ok(sent.map(|sent| (ticket, sent)))
}

async fn number_of(cx: &Cx, sent: &Sent) -> Result<Option<Mobile>> {
    let mut read = cx.read().await?;
    let text = number::opened(&cx.app, &mut read, &sent.sealed_by, &sent.sealed).await?;
    text.map(|text| number::parsed(&text)).transpose()
}

fn to_number(back: &str) -> Response {
    Reply::To(with_back("/apply/sign-in", back)).into_response()
}

pub(crate) async fn page(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let back = back(cx.query("back").unwrap_or_default());
    match found(&cx, &headers).await? {
        Some((_, sent)) if sent.known.state == State::Passed => {
            Ok(Reply::To(with_back("/apply/first", back)).into_response())
        }
        Some((_, sent)) => show(&cx, &sent, back, &[]).await,
        None => Ok(to_number(back)),
    }
}

async fn show(cx: &Cx, sent: &Sent, back: &str, errors: &[FieldError]) -> Result<Response> {
    let Some(number) = number_of(cx, sent).await? else { return Ok(to_number(back)) };
    let mut read = cx.read().await?;
    let policy = send::policy(cx, &mut read).await?;
    // Only a demonstration shows what was sent, and only what its simulator took.
    let shown = match (cx.app.settings.synthetic, Sender::of(&cx.app)) {
        (true, Sender::Simulator) => messages::last_to(&mut read, &sent.lookup, "code", sent.sent).await?,
        _ => None,
    };
    drop(read);
    let shown = match &shown {
        Some(message) => sms::read(&cx.app, message).await?.map(|(_, text)| text),
        None => None,
    };
    let error = |field: &str| {
        let found = errors.iter().find(|e| e.field == field);
        found.map(|e| cx.words().rule(e.code, &e.values)).unwrap_or_default()
    };
    let title = cx.t("phone.code_title");
    let page = CodePage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        back: back.to_owned(),
        summary: web::form::summary(errors, cx.words()),
        hidden: web::form::hidden(cx),
        lede: cx.tf("phone.code_lede", &[&number.masked(), &policy.minutes]),
        code_error: error("code"),
        factor: errors.iter().any(|e| e.field == "totp"),
        factor_error: error("totp"),
        shown,
        change: with_back("/apply/sign-in", back),
        no_code: cx.tf("phone.no_code", &[&policy.pause]),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// What a right code leads to.
enum Next {
    /// A session, by its token.
    In(String),
    First,
}

pub(crate) async fn submit(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let back = back(form.text("back")).to_owned();
    let Some((ticket, sent)) = found(&cx, &headers).await? else { return Ok(to_number(&back)) };
    let mut wrong = Invalid::default();
    let typed = wrong.required(&form, "code", 20);
    if !wrong.is_empty() {
        return show(&cx, &sent, &back, &wrong.0).await;
    }
    let Some(code) = rules::typed(&typed) else {
        // What cannot be a code costs no try.
        wrong.add("code", "code.form");
        return show(&cx, &sent, &back, &wrong.0).await;
    };
    match take(&cx, &ticket, &code, form.text("totp")).await {
        Ok(Next::First) => Ok(Reply::To(with_back("/apply/first", &back)).into_response()),
        Ok(Next::In(token)) => Ok(enter(&cx, &token, &back)),
        Err(Error::Rule(rule)) => show(&cx, &sent, &back, &rule.fields).await,
        Err(other) => Err(other),
    }
}

/// On to work, with the session's cookie and without the ticket's.
pub(crate) fn enter(cx: &Cx, token: &str, back: &str) -> Response {
    let session = web::session::set_cookie(&cx.app, Some(token));
    let cookies = AppendHeaders([(header::SET_COOKIE, session), (header::SET_COOKIE, ticket_cookie(&cx.app, None))]);
    let to = if back.is_empty() { DOOR } else { back };
    (cookies, Reply::To(to.to_owned())).into_response()
}

/// Counts the try, judges the code and opens the session. A refusal is committed as well: its count is what it is about.
async fn take(cx: &Cx, ticket: &str, code: &str, totp: &str) -> Result<Next> {
    let (now, digest) = (cx.app.clock.now(), web::session::digest(ticket));
    let mut read = cx.read().await?;
    let (policy, sessions) = (send::policy(cx, &mut read).await?, sign_in::policy(cx, &mut read).await?);
    drop(read);
    let mut tx = cx.app.db.begin().await?;
    let sent = store::tried(&mut tx, &digest).await?.ok_or(Error::NotFound)?;
    let right = rules::same(&sent.code, &send::code_digest(cx, ticket, code));
    if let Err(rule) = rules::judge(sent.known, right, now, policy) {
        cx.audit(&mut tx, Entry::new("", "phone_code", &digest[..16]).why("wrong code")).await?;
        tx.commit().await?;
        return Err(rule.into());
    }
    let known = match store::account_of(&mut tx, &sent.lookup).await? {
        Some(account) => match whose(cx, &mut tx, &account, totp).await {
            Err(Error::Rule(rule)) => {
                let entry = Entry { account: Some(account.clone()), ..Entry::new("", "account", &account) };
                cx.audit(&mut tx, entry.why("not let in by number")).await?;
                tx.commit().await?;
                return Err(rule.into());
            }
            known => Some(known?),
        },
        None => None,
    };
    // Somebody who left their last organisation begins again with a unit of their own, as somebody new does.
    let Some((name, posts)) = known.filter(|(_, posts)| !posts.is_empty()) else {
        let until = now.plus_seconds(policy.first_minutes * 60);
        store::step(&mut tx, &digest, State::Sent, State::Passed, until).await?;
        tx.commit().await?;
        return Ok(Next::First);
    };
    store::step(&mut tx, &digest, State::Sent, State::Done, now).await?;
    let token = session::open(cx, &mut tx, sessions, &name, &posts).await?;
    tx.commit().await?;
    Ok(Next::In(token))
}

/// Name and posts of the account behind a number.
///
/// Errors: those of [`session::posts`]; `code.factor` at the field `totp` where the account has a generator and its code
/// is missing or wrong.
async fn whose(cx: &Cx, tx: &mut Tx, account: &AccountId, totp: &str) -> Result<(String, Vec<Post>)> {
    let found = session::posts(cx, tx, account).await?;
    let known = people::by_id(tx, account).await?.ok_or(Error::NotFound)?;
    if !second_factor::passes(cx, tx, &known.account, totp).await? {
        return Err(RuleViolation::field("totp", "code.factor").into());
    }
    Ok(found)
}

/// POST /apply/code/again
pub(crate) async fn again(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let back = back(form.text("back")).to_owned();
    let Some((_, old)) = found(&cx, &headers).await? else { return Ok(to_number(&back)) };
    let Some(number) = number_of(&cx, &old).await? else { return Ok(to_number(&back)) };
    match send::send(&cx, &number, form.text("idempotency_key")).await {
        Ok(ticket) => Ok(sent(&cx, &ticket, &back)),
        Err(Error::Rule(rule)) => {
            let at_code = |e: FieldError| FieldError { field: "code".to_owned(), ..e };
            show(&cx, &old, &back, &rule.fields.into_iter().map(at_code).collect::<Vec<_>>()).await
        }
        Err(other) => Err(other),
    }
}
