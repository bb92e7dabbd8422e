//! Errors at the edge. A handler returns one with `?`; the guard turns it into a page or into problem+json, in the
//! caller's language, with a stable code. What went wrong inside is logged once and never shown.

use crate::{Cx, shell, write::Reply};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use kernel::RuleViolation;
use std::sync::{Arc, Mutex};

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can keep a handler from answering.
#[derive(Debug)]
pub enum Error {
    NotFound,
    /// The address is there, but not for this method.
    Method,
    /// Not signed in: pages lead to the sign-in page, the API says 401.
    SignIn,
    /// The role or the post's place does not reach this.
    Forbidden,
    /// A form that was not sent from our own page.
    Forged,
    /// A request that cannot be understood: code and parameter.
    Bad(&'static str, String),
    /// A rule said no.
    Rule(RuleViolation),
    /// Somebody else changed it in between, or the key was used for something else.
    Conflict(&'static str),
    /// The same write again: what was answered the first time.
    Repeat(Reply),
    TooLarge,
    /// The request came too slowly.
    TooSlow,
    /// The disk is full or takes no writes: nothing was changed, reading goes on.
    ReadOnly,
    /// Another page must be done first, such as the second factor; its address.
    First(String),
    /// The database is busy: nothing was changed, the same request may be sent again.
    Busy,
    /// The database cannot be reached for now; whether a write took place its idempotency key tells.
    Away,
    /// The database on the disk is damaged: no figure is better than a wrong one.
    Damaged(String),
    /// The virus scanner does not answer: no file is taken.
    Unscanned,
    /// Too many attempts; try again after so many seconds.
    SlowDown(i64),
    /// The database or the program failed.
    Internal(String),
}

impl Error {
    pub fn bad(code: &'static str, parameter: impl Into<String>) -> Error {
        Error::Bad(code, parameter.into())
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::Method => StatusCode::METHOD_NOT_ALLOWED,
            Error::SignIn => StatusCode::UNAUTHORIZED,
            Error::Forbidden | Error::Forged | Error::First(_) => StatusCode::FORBIDDEN,
            Error::Bad(..) => StatusCode::BAD_REQUEST,
            Error::Rule(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Conflict(_) => StatusCode::CONFLICT,
            Error::Repeat(_) => StatusCode::OK,
            Error::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Error::ReadOnly | Error::Busy | Error::Away | Error::Unscanned => StatusCode::SERVICE_UNAVAILABLE,
            Error::SlowDown(_) => StatusCode::TOO_MANY_REQUESTS,
            Error::Internal(_) | Error::Damaged(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code of problem+json.
    pub fn code(&self) -> &'static str {
        match self {
            Error::NotFound => "not_found",
            Error::Method => "method",
            Error::SignIn => "sign_in",
            Error::Forbidden => "forbidden",
            Error::Forged => "forged",
            Error::Bad(code, _) => code,
            Error::Rule(rule) => rule.code,
            Error::Conflict(code) => code,
            Error::Repeat(_) => "repeat",
            Error::TooLarge => "too_large",
            Error::TooSlow => "too_slow",
            Error::ReadOnly => "read_only",
            Error::First(_) => "first",
            Error::Busy => "busy",
            Error::Away => "away",
            Error::Unscanned => "unscanned",
            Error::Damaged(_) => "damaged",
            Error::SlowDown(_) => "slow_down",
            Error::Internal(_) => "internal",
        }
    }
}

impl Error {
    /// After how many seconds the same request may succeed.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::SlowDown(seconds) => Some((*seconds).max(1) as u64),
            Error::Busy => Some(1),
            Error::Away => Some(5),
            Error::Unscanned => Some(60),
            Error::ReadOnly => Some(60),
            _ => None,
        }
    }
}

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Error {
        match error {
            db::Error::NotFound => Error::NotFound,
            db::Error::Unique { .. } => Error::Conflict("conflict.exists"),
            db::Error::Overlap { .. } => Error::Rule(RuleViolation::new("span.overlap")),
            db::Error::Full => Error::ReadOnly,
            // `GivenUp`: the transaction was ended by another writer's error before this one met any.
            db::Error::Retry(_) | db::Error::TimedOut | db::Error::GivenUp => Error::Busy,
            db::Error::Away(_) | db::Error::Closed => Error::Away,
            db::Error::Damaged(why) => Error::Damaged(why.to_string()),
            other => Error::Internal(other.to_string()),
        }
    }
}

impl From<RuleViolation> for Error {
    fn from(rule: RuleViolation) -> Error {
        Error::Rule(rule)
    }
}

/// Carries an error from the handler to the guard, which knows the language.
#[derive(Clone)]
struct Carried(Arc<Mutex<Option<Error>>>);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Carried(Arc::new(Mutex::new(Some(self)))));
        response
    }
}

/// After the handler: renders a carried error, and answers of the framework itself (405, 413 …) alike.
pub(crate) fn finish(cx: &Cx, mut response: Response) -> Response {
    if let Some(carried) = response.extensions_mut().remove::<Carried>() {
        let error = carried.0.lock().ok().and_then(|mut e| e.take());
        return render(cx, error.unwrap_or(Error::Internal("an error got lost".into())));
    }
    let status = response.status();
    let ours = response.headers().contains_key(header::CONTENT_TYPE)
        && !response.headers()[header::CONTENT_TYPE].as_bytes().starts_with(b"text/plain");
    match status {
        _ if ours || !(status.is_client_error() || status.is_server_error()) => response,
        StatusCode::NOT_FOUND => render(cx, Error::NotFound),
        StatusCode::METHOD_NOT_ALLOWED => {
            let mut refused = render(cx, Error::Method);
            if let Some(allow) = response.headers().get(header::ALLOW) {
                refused.headers_mut().insert(header::ALLOW, allow.clone());
            }
            refused
        }
        StatusCode::PAYLOAD_TOO_LARGE => render(cx, Error::TooLarge),
        s if s.is_server_error() => render(cx, Error::Internal(format!("status {s}"))),
        _ => render(cx, Error::bad("bad_request", "")),
    }
}

/// The answer for an error, in the language of the caller.
pub(crate) fn render(cx: &Cx, error: Error) -> Response {
    if let Error::Repeat(reply) = error {
        return reply.into_response();
    }
    if let Error::Internal(why) | Error::Damaged(why) = &error {
        tracing::error!(path = cx.path(), why, "internal error");
    }
    if let (Error::First(page), false) = (&error, cx.api) {
        return Redirect::to(page).into_response();
    }
    if matches!(error, Error::SignIn) && !cx.api && !cx.looks {
        // A form whose session ended: there is no page to come back to at its address.
        return Redirect::to("/sign-in").into_response();
    }
    if matches!(error, Error::SignIn) && !cx.api {
        let back: String =
            form_urlencoded::byte_serialize(cx.uri.path_and_query().map_or("/", |p| p.as_str()).as_bytes()).collect();
        return Redirect::to(&format!("/sign-in?back={back}")).into_response();
    }
    let mut response = if cx.api { problem(cx, &error) } else { shell::error_page(cx, &error) };
    if let Some(seconds) = error.retry_after() {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// The sentence for an error.
pub(crate) fn sentence(cx: &Cx, error: &Error) -> String {
    let words = cx.words();
    match error {
        Error::Rule(rule) => words.rule(rule.code, &rule.values),
        Error::Bad(code, parameter) => words.rule(code, std::slice::from_ref(parameter)),
        Error::SlowDown(seconds) if *seconds <= 90 => words.rule("slow_down_seconds", &[seconds.to_string()]),
        Error::SlowDown(seconds) => words.rule("slow_down", &[((seconds + 59) / 60).to_string()]),
        Error::First(page) => words.rule("first", std::slice::from_ref(page)),
        other => words.rule(other.code(), &[]),
    }
}

fn problem(cx: &Cx, error: &Error) -> Response {
    let mut body = serde_json::json!({
        "type": "about:blank",
        "title": error.status().canonical_reason().unwrap_or("error"),
        "status": error.status().as_u16(),
        "code": error.code(),
        "detail": sentence(cx, error),
    });
    let fields: Vec<_> = match error {
        Error::Rule(rule) => rule
            .fields
            .iter()
            .map(|f| serde_json::json!({"field": f.field, "code": f.code, "message": cx.words().rule(f.code, &f.values)}))
            .collect(),
        Error::Bad(code, parameter) if !parameter.is_empty() => {
            vec![serde_json::json!({"field": parameter, "code": code, "message": sentence(cx, error)})]
        }
        _ => Vec::new(),
    };
    if !fields.is_empty() {
        body["fields"] = fields.into();
    }
    (error.status(), [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}
