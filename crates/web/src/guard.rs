//! The guard of every route: finds the session, checks the action, refuses forged forms, and after the handler turns
//! an error into a page or a problem in the caller's language. `around` adds headers and counts requests.

use crate::{App, Cx, Error, error, limit::Kind, session};
use axum::{
    extract::{ConnectInfo, MatchedPath, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kernel::{Action, Actor, Lang, Scope};
use std::{net::SocketAddr, time::Instant};

/// On an answer: it sets no cookie, not even for a language that was asked for. Public pages say so.
#[derive(Clone, Copy, Debug)]
pub struct Cookieless;

static UNKNOWN: Action = Action::open("web.unknown");

/// Checks the action before the handler and renders its error afterwards.
pub(crate) async fn guard(action: &'static Action, mut request: Request, next: Next) -> Response {
    let (cx, found) = match context(action, &request).await {
        Ok(both) => both,
        Err(error) => return error.into_response(),
    };
    if let Err(error) = found.and_then(|()| within_limits(&cx, request.method(), request.headers())) {
        return error::render(&cx, error);
    }
    if let Err(error) = allowed(&cx, request.method(), request.headers()) {
        return error::render(&cx, error);
    }
    if !cx.hold.is_empty() && !action.public && !cx.path().trim_start_matches("/api/v1").starts_with(&cx.hold) {
        let first = Error::First(cx.hold.clone());
        return error::render(&cx, first);
    }
    request.extensions_mut().insert(cx.clone());
    let response = error::finish(&cx, next.run(request).await);
    if cx.looks && response.status().is_success() {
        crate::watch::note(&cx);
    }
    response
}

/// Any path that no route knows.
pub(crate) async fn unknown(request: Request) -> Response {
    match context(&UNKNOWN, &request).await {
        Ok((cx, found)) => error::render(&cx, found.err().unwrap_or(Error::NotFound)),
        Err(error) => error.into_response(),
    }
}

fn allowed(cx: &Cx, method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    if !cx.action.public {
        let actor = cx.actor()?;
        if actor.scope(cx.action) == Scope::Nothing {
            return Err(Error::Forbidden);
        }
    }
    let by_cookie = headers.get(header::AUTHORIZATION).is_none();
    if by_cookie && !method.is_safe() && !same_origin(headers) {
        return Err(Error::Forged);
    }
    Ok(())
}

/// How often this account or address may ask.
fn within_limits(cx: &Cx, method: &Method, headers: &HeaderMap) -> Result<(), Error> {
    let (knobs, now, buckets) = (cx.app.knobs(), cx.app.clock.now(), &cx.app.buckets);
    let address = cx.address().unwrap_or_default();
    let writes = !method.is_safe();
    if writes && cx.action.public && cx.actor.is_none() {
        buckets.take(Kind::SignIn, address, knobs.sign_in, now)?;
    }
    if cx.api {
        buckets.take(Kind::Address, address, knobs.address, now)?;
        let token = cx.actor.as_ref().and(cx.token.as_deref()).unwrap_or_default();
        buckets.take(Kind::Token, token, knobs.token, now)?;
    }
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if writes && kind.starts_with("multipart/") {
        let who = cx.actor.as_ref().map_or(address, |actor| actor.account.as_str());
        buckets.take(Kind::Upload, who, knobs.upload, now)?;
    }
    Ok(())
}

/// A browser says where a form was sent from; programs without those headers carry no cookie that could be abused.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else { return true };
    let host = text("host").unwrap_or_default();
    origin.split_once("://").is_some_and(|(_, rest)| rest == host)
}

/// The context, and what kept the session from being looked up (then nobody is signed in, and the error is shown in the
/// caller's language). Reads everything that is needed from the request first: a request cannot be shared across an
/// await.
fn context(
    action: &'static Action,
    request: &Request,
) -> impl Future<Output = Result<(Cx, Result<(), Error>), Error>> + Send + use<> {
    let app = request.extensions().get::<App>().cloned();
    let query: Vec<(String, String)> = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        .map(|(k, v)| (k.into_owned(), v.trim().to_owned()))
        .collect();
    let token = session::token(request.headers());
    let lang = language(request.headers(), &query);
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip().to_string());
    let last = |v: &HeaderValue| v.to_str().ok().and_then(|v| v.rsplit(',').next()).map(|v| v.trim().to_owned());
    let forwarded = request.headers().get_all("x-forwarded-for").iter().next_back().and_then(last);
    let agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let agent: String = agent.chars().take(160).collect();
    let uri = request.uri().clone();
    let looks = request.method() == Method::GET;
    async move {
        let app = app.ok_or_else(|| Error::Internal("no app in the request".into()))?;
        // One connection for all that is asked before the handler.
        let mut read = None;
        let found = match &token {
            Some(token) => match app.db.read().await {
                Ok(fresh) => session::resolve(&app, read.insert(fresh), token).await,
                Err(error) => Err(error.into()),
            },
            None => Ok(None),
        };
        let (found, end) = match found {
            Ok(found) => (found, Ok(())),
            Err(error) => (None, Err(error)),
        };
        let (actor, csrf, hold) = match found {
            Some(found) => (Some(found.actor), found.csrf, found.hold),
            None => (None, String::new(), String::new()),
        };
        let api = uri.path().starts_with("/api/");
        let framed = looks && !api && uri.path() != crate::find::TYPING_PATH;
        let (counts, end) = match (&actor, &mut read) {
            (Some(actor), Some(read)) if framed => match counts(&app, read, actor).await {
                Ok(counts) => (counts, end),
                Err(error) => (Vec::new(), Err(error)),
            },
            _ => (Vec::new(), end),
        };
        let address = if app.settings.behind_proxy { forwarded.or(peer) } else { peer };
        let cx = Cx { app, action, lang, uri, api, looks, actor, csrf, query, address, agent, hold, token, counts };
        Ok((cx, end))
    }
}

/// The numbers beside the navigation, for the entries that the actor may open.
async fn counts(app: &App, read: &mut db::Read, actor: &Actor) -> Result<Vec<(&'static str, i64)>, Error> {
    let mut out = Vec::new();
    for (href, count) in &app.counts {
        if app.nav.iter().any(|e| e.href == *href && actor.scope(e.action) != Scope::Nothing) {
            out.push((*href, count(read, actor).await?));
        }
    }
    Ok(out)
}

/// `?lang=` for this view, then the cookie, then `Accept-Language` when it asks for English first; Chinese otherwise.
fn language(headers: &HeaderMap, query: &[(String, String)]) -> Lang {
    let asked =
        query.iter().find(|(k, _)| k == "lang").map(|(_, v)| v.clone()).or_else(|| session::cookie(headers, "lang"));
    let accept = || headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    if asked.unwrap_or_else(accept).starts_with("en") { Lang::En } else { Lang::Zh }
}

const HEADERS: [(header::HeaderName, &str); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (header::HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        header::HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// Headers of every answer, the language cookie, and the request counters.
pub(crate) async fn around(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let chosen = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes())
        .find(|(k, _)| k == "lang")
        .map(|(_, v)| if v.starts_with("en") { "en" } else { "zh" });
    let secure = request.extensions().get::<App>().is_some_and(|app| app.settings.secure_cookies);
    let mut response = next.run(request).await;
    let path = response.extensions().get::<MatchedPath>().map_or("unmatched", |p| p.as_str()).to_owned();
    let public = response.extensions().get::<Cookieless>().is_some();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Some(lang) = chosen.filter(|_| !public) {
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!("lang={lang}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax{secure}");
        headers.append(header::SET_COOKIE, cookie.parse().expect("ascii"));
    }
    let status = response.status();
    if status >= StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(%method, path, status = status.as_u16(), "request failed");
    }
    let class = ["", "1xx", "2xx", "3xx", "4xx", "5xx"][usize::from(status.as_u16() / 100).min(5)];
    metrics::counter!("shanyu_requests_total", "method" => method.to_string(), "class" => class).increment(1);
    metrics::histogram!("shanyu_request_seconds").record(started.elapsed().as_secs_f64());
    response
}
