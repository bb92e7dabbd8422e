//! GET and POST /apply/sign-in: the number.

use super::session::ticket_cookie;
use super::sms::Sender;
use super::{DOOR, send};
use crate::rules::local_path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{FieldError, Mobile};
use web::parts::Markup;
use web::{Crumb, Cx, Error, Form, Invalid, Reply, Result, Shell};

#[derive(askama::Template)]
#[template(path = "identity/phone.html")]
struct NumberPage {
    shell: Shell,
    back: String,
    summary: Markup,
    hidden: Markup,
    phone: String,
    phone_error: String,
    /// Somebody sends messages.
    sends: bool,
}

/// The page to go on to afterwards: one of ours, or the door of applicants.
pub(crate) fn back(text: &str) -> &str {
    local_path(text).unwrap_or_default()
}

/// An address with the page to go on to.
pub(crate) fn with_back(path: &str, back: &str) -> String {
    match back {
        "" => path.to_owned(),
        back => {
            let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
            format!("{path}?back={back}")
        }
    }
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let back = back(cx.query("back").unwrap_or_default());
    if cx.signed_in().is_some() {
        return Ok(Reply::To(if back.is_empty() { DOOR } else { back }.to_owned()).into_response());
    }
    show(&cx, back, "", &[])
}

fn show(cx: &Cx, back: &str, phone: &str, errors: &[FieldError]) -> Result<Response> {
    let title = cx.t("phone.title");
    let page = NumberPage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        back: back.to_owned(),
        summary: web::form::summary(errors, cx.words()),
        hidden: web::form::hidden(cx),
        phone: phone.to_owned(),
        phone_error: errors.first().map(|e| cx.words().rule(e.code, &e.values)).unwrap_or_default(),
        sends: Sender::of(&cx.app) != Sender::Nobody,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

pub(crate) async fn submit(cx: Cx, form: Form) -> Result<Response> {
    let back = back(form.text("back")).to_owned();
    let mut wrong = Invalid::default();
    let typed = wrong.required(&form, "phone", 30);
    if !wrong.is_empty() {
        return show(&cx, &back, &typed, &wrong.0);
    }
    let number = match Mobile::parse(&typed) {
        Ok(number) => number,
        Err(rule) => {
            let error = FieldError { field: "phone".to_owned(), code: rule.code, values: rule.values };
            return show(&cx, &back, &typed, &[error]);
        }
    };
    match send::send(&cx, &number, form.text("idempotency_key")).await {
        Ok(ticket) => Ok(sent(&cx, &ticket, &back)),
        Err(Error::Rule(rule)) => show(&cx, &back, &typed, &rule.fields),
        Err(other) => Err(other),
    }
}

/// A code is on its way: on to the page where it is typed.
pub(crate) fn sent(cx: &Cx, ticket: &str, back: &str) -> Response {
    let cookie = ticket_cookie(&cx.app, Some(ticket));
    ([(header::SET_COOKIE, cookie)], Reply::To(with_back("/apply/code", back))).into_response()
}
