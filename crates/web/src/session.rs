//! Sessions: a random token in a cookie (or a Bearer header), its digest in the database together with the post that
//! is in use. Reading a session is one row by key; nothing is written on a read.

use crate::{App, Cx, Result, store};
use axum::http::{HeaderMap, header};
use kernel::{Actor, Instant, kinds::AccountId};
use sm3::{Digest, Sm3};
use std::sync::PoisonError;

/// Name of the session cookie.
pub const COOKIE: &str = "shanyu_session";

/// The value of a cookie.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (k, v) = pair.trim().split_once('=')?;
        (k == name).then(|| v.to_owned())
    })
}

/// The token of a request: `Authorization: Bearer` before the cookie.
pub fn token(headers: &HeaderMap) -> Option<String> {
    let bearer =
        headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).and_then(|v| v.strip_prefix("Bearer "));
    bearer.map(str::to_owned).or_else(|| cookie(headers, COOKIE))
}

/// What is kept of a token: nobody opens a session, or uses a link, with it.
pub fn digest(token: &str) -> String {
    hex::encode(Sm3::digest(token.as_bytes()))
}

/// A live session that a request came with.
pub(crate) struct Found {
    pub actor: Actor,
    pub csrf: String,
    pub hold: String,
}

/// The session of a token; `None` when it ended, was not used for too long, or never was. Its use is noted in memory
/// and written by the next flush, a minute's use at most once.
pub(crate) async fn resolve(app: &App, read: &mut db::Read, token: &str) -> Result<Option<Found>> {
    let (digest, now) = (digest(token), app.clock.now());
    let Some(live) = store::live_session(read, &digest, now).await? else { return Ok(None) };
    let mut used = app.used.lock().unwrap_or_else(PoisonError::into_inner);
    let seen = used.get(&digest).copied().map_or(live.seen, |at| at.max(live.seen));
    if app.knobs().idle_seconds.is_some_and(|idle| seen.plus_seconds(idle) <= now) {
        return Ok(None);
    }
    if live.seen.plus_seconds(60) <= now {
        used.insert(digest, now);
    }
    drop(used);
    Ok(Some(Found { actor: live.actor, csrf: live.csrf, hold: live.hold }))
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct Open {
    /// Names it without being able to open it.
    pub digest: String,
    pub created: Instant,
    /// Last used, known to the minute.
    pub seen: Instant,
    pub expires: Instant,
    /// Where from; empty when not known.
    pub address: String,
    /// What the browser or program calls itself.
    pub agent: String,
    pub unit_name: String,
    /// [`kernel::Role::as_str`]
    pub role: String,
}

/// The live sessions of an account, the newest first.
pub async fn open_of(read: &mut db::Read, app: &App, account: &AccountId) -> Result<Vec<Open>> {
    let now = app.clock.now();
    let idle = app.knobs().idle_seconds;
    let live = |s: &Open| idle.is_none_or(|idle| s.seen.plus_seconds(idle) > now);
    Ok(store::sessions_of(read, account, now).await?.into_iter().filter(live).collect())
}

/// Ends every session of an account but this one; their number.
pub async fn close_others(tx: &mut db::Tx, account: &AccountId, token: &str) -> Result<u64> {
    store::delete_others(tx, account, &digest(token)).await
}

/// Notes where a session was opened from.
pub async fn origin(tx: &mut db::Tx, token: &str, cx: &Cx) -> Result<()> {
    store::set_origin(tx, &digest(token), cx.address().unwrap_or_default(), cx.agent()).await
}

/// Lets a session open nothing but one page (and sign out) until it is released with `""`.
pub async fn hold(tx: &mut db::Tx, token: &str, page: &str) -> Result<()> {
    store::set_hold(tx, &digest(token), page).await
}

/// Opens a session for an actor in one post; answers the token, which is stored nowhere.
pub async fn open(tx: &mut db::Tx, app: &App, actor: &Actor, expires: Instant) -> Result<String> {
    let token = hex::encode(app.ids.bytes::<32>());
    let csrf = hex::encode(app.ids.bytes::<16>());
    store::insert_session(tx, &digest(&token), actor, &csrf, app.clock.now(), expires).await?;
    Ok(token)
}

/// Ends one session.
pub async fn close(tx: &mut db::Tx, token: &str) -> Result<()> {
    store::delete_session(tx, &digest(token)).await
}

/// Ends every session of an account (post ended, password changed, account closed).
pub async fn close_all(tx: &mut db::Tx, account: &AccountId) -> Result<()> {
    store::delete_sessions_of(tx, account).await
}

/// Another post of the same account, in the same session.
pub async fn switch(tx: &mut db::Tx, token: &str, actor: &Actor) -> Result<()> {
    store::switch_post(tx, &digest(token), actor).await
}

/// `Set-Cookie` for a token; `None` clears it.
pub fn set_cookie(app: &App, token: Option<&str>) -> String {
    let secure = if app.settings.secure_cookies { "; Secure" } else { "" };
    match token {
        Some(token) => format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}"),
        None => format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}
