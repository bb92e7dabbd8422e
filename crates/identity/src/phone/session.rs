//! The ticket of a code in its cookie, and the session that a right code opens.

use crate::accounts;
use crate::model::Post;
use crate::rules::{self, SignInPolicy};
use crate::second_factor;
use crate::store::people;
use axum::http::HeaderMap;
use db::Tx;
use kernel::kinds::AccountId;
use kernel::{Role, RuleViolation};
use web::{App, Cx, Entry, Result};

/// Name of the cookie that holds the ticket of a code.
pub const COOKIE: &str = "shanyu_code";

/// Posts that a number and a code open. An officer signs in with a password.
const ROLES: [Role; 2] = [Role::Applicant, Role::InstitutionHead];

/// The ticket that a request came with.
pub(crate) fn ticket(headers: &HeaderMap) -> Option<String> {
    web::session::cookie(headers, COOKIE).filter(|t| t.len() == 64 && t.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// `Set-Cookie` for a ticket; `None` clears it.
pub(crate) fn ticket_cookie(app: &App, ticket: Option<&str>) -> String {
    let secure = if app.settings.secure_cookies { "; Secure" } else { "" };
    match ticket {
        Some(ticket) => format!("{COOKIE}={ticket}; Path=/apply; HttpOnly; SameSite=Lax; Max-Age=3600{secure}"),
        None => format!("{COOKIE}=; Path=/apply; HttpOnly; SameSite=Lax; Max-Age=0{secure}"),
    }
}

/// The posts of an account that a number opens today.
///
/// Errors, at the field `code`: `code.closed` for an account that is closed or suspended; `signin.demo`.
pub(crate) async fn posts(cx: &Cx, tx: &mut Tx, account: &AccountId) -> Result<(String, Vec<Post>)> {
    let refuse = |code| Err(RuleViolation::field("code", code).into());
    let Some(known) = people::lock(tx, account).await? else { return refuse("code.closed") };
    if known.account.closed || known.account.suspended {
        return refuse("code.closed");
    }
    if known.account.demo && !cx.app.settings.synthetic {
        return refuse("signin.demo");
    }
    let held = accounts::posts(tx, account, cx.today()).await?;
    Ok((known.account.name, held.into_iter().filter(|post| ROLES.contains(&post.role)).collect()))
}

/// Opens the session of somebody who showed that the number is theirs; its token. `posts` holds at least one.
pub(crate) async fn open(cx: &Cx, tx: &mut Tx, policy: SignInPolicy, name: &str, posts: &[Post]) -> Result<String> {
    let first = posts.first().ok_or_else(|| RuleViolation::field("code", "signin.no_post"))?;
    let actor = first.actor(name);
    let expires = rules::session_end(cx.app.clock.now(), policy, posts.iter().map(|post| post.span));
    let token = web::session::open(tx, &cx.app, &actor, expires).await?;
    web::session::origin(tx, &token, cx).await?;
    if second_factor::is_missing(cx, tx, &actor).await? {
        web::session::hold(tx, &token, second_factor::PAGE).await?;
    }
    let entry = Entry { account: Some(actor.account.clone()), ..Entry::new("", "account", &actor.account) };
    cx.audit(tx, entry.why("signed in")).await?;
    Ok(token)
}
