//! Signing out. The session ends in the database, not only in the browser; a session that has already ended leads to
//! the sign-in page all the same.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use web::{Cx, Entry, Form, Reply, Result};

pub(crate) async fn submit(cx: Cx, headers: HeaderMap, _form: Form) -> Result<Response> {
    end(&cx, &headers).await?;
    Ok(([(header::SET_COOKIE, web::session::set_cookie(&cx.app, None))], Reply::To("/sign-in".to_owned()))
        .into_response())
}

/// Ends the session of a request, if it has one.
pub(crate) async fn end(cx: &Cx, headers: &HeaderMap) -> Result<()> {
    let (Some(actor), Some(token)) = (cx.signed_in(), web::session::token(headers)) else { return Ok(()) };
    let mut tx = cx.app.db.begin().await?;
    web::session::close(&mut tx, &token).await?;
    cx.audit(&mut tx, Entry::new("", "account", &actor.account).why("signed out")).await?;
    Ok(tx.commit().await?)
}
