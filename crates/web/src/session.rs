//! Sessions: a random token in a cookie (or a Bearer header), its digest in the database together with the post that
//! is in use. Reading a session is one row by key; nothing is written on a read.

use crate::{App, Result, store};
use axum::http::{HeaderMap, header};
use kernel::{Actor, Instant, kinds::AccountId};
use sm3::{Digest, Sm3};

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

pub(crate) fn digest(token: &str) -> String {
    hex::encode(Sm3::digest(token.as_bytes()))
}

/// The actor and the form secret of a live session; `None` when it ended or never was.
pub async fn resolve(app: &App, token: &str) -> Result<Option<(Actor, String)>> {
    let mut read = app.db.read().await?;
    store::live_session(&mut read, &digest(token), app.clock.now()).await
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
