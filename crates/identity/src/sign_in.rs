//! Signing in: by page and, through the same [`sign_in`], by the API. Whatever is wrong with name or password (no such
//! account, a closed or suspended one, a wrong password, a locked account) gets one and the same answer after the same
//! work, so that nobody learns which accounts exist. Each attempt leaves an audit row.

use crate::accounts;
use crate::model::{Login, Post};
use crate::password;
use crate::rules::{self, SignInPolicy, Verdict};
use crate::second_factor;
use crate::settings::Settings;
use crate::store::people::{self, Known};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::{Read, Tx};
use kernel::kinds::AccountId;
use kernel::{Actor, FieldError, RuleViolation};
use web::{Crumb, Cx, Entry, Error, Form, Result, Shell, parts::Markup};

/// A session that was opened.
pub(crate) struct SignedIn {
    pub token: String,
    pub actor: Actor,
    pub posts: Vec<Post>,
}

/// The figures of the settings on a day.
///
/// Errors: a setting that is missing, named.
pub(crate) async fn policy(cx: &Cx, read: &mut Read) -> Result<SignInPolicy> {
    let settings = Settings::on(read, cx.today()).await?;
    Ok(SignInPolicy {
        attempts: settings.whole("signin.lockout_attempts")?.max(1),
        lock_minutes: settings.whole("signin.lockout_minutes")?,
        session_hours: settings.whole("session.hours")?.max(1),
    })
}

/// Checks name, password and, where the account has one, the code of its second factor, and opens a session in the
/// post that the account has held longest. Where the role needs a second factor and there is none, the session opens
/// the page that makes one and nothing else.
///
/// Errors: `signin.wrong`; `signin.code` when the password is right and the code missing or wrong; `signin.demo` for a
/// demo account on real data; `signin.no_post`; [`Error::SlowDown`].
pub(crate) async fn sign_in(cx: &Cx, login: &str, typed: &str, code: &str) -> Result<SignedIn> {
    let mut read = cx.read().await?;
    let policy = policy(cx, &mut read).await?;
    let known = match Login::parse(login) {
        Some(login) => people::by_login(&mut read, &login).await?,
        None => None,
    };
    drop(read);
    let stored = known.as_ref().map(|k| k.password.as_str()).filter(|password| !password.is_empty());
    let right = password::verify(typed, stored).await?;

    let tried = known.as_ref().map(|k| k.account.id.clone());
    let mut tx = cx.app.db.begin().await?;
    let decided = match &known {
        None => Err(("no such account", "signin.wrong")),
        Some(known) => decide(cx, &mut tx, known, right, code, policy).await?,
    };
    let out = match decided {
        Err((why, code)) => {
            audit(cx, &mut tx, tried.as_ref(), why).await?;
            Err(Error::from(RuleViolation::new(code)))
        }
        Ok((known, posts)) => {
            let actor = posts[0].actor(&known.account.name);
            let expires = rules::session_end(cx.app.clock.now(), policy, posts.iter().map(|post| post.span));
            let token = web::session::open(&mut tx, &cx.app, &actor, expires).await?;
            web::session::origin(&mut tx, &token, cx).await?;
            if second_factor::is_missing(cx, &mut tx, &actor).await? {
                web::session::hold(&mut tx, &token, second_factor::PAGE).await?;
            }
            audit(cx, &mut tx, tried.as_ref(), "signed in").await?;
            Ok(SignedIn { token, actor, posts })
        }
    };
    // A refusal is committed as well: the count of attempts and the audit row are what it is about.
    tx.commit().await?;
    out
}

/// Why not: the words of the audit row, and the code of the answer.
type Refusal = (&'static str, &'static str);

/// The account and its posts of today (at least one), or why not.
async fn decide(
    cx: &Cx,
    tx: &mut Tx,
    seen: &Known,
    right: bool,
    code: &str,
    policy: SignInPolicy,
) -> Result<std::result::Result<(Known, Vec<Post>), Refusal>> {
    let Some(known) = people::lock(tx, &seen.account.id).await? else {
        return Ok(Err(("no such account", "signin.wrong")));
    };
    if known.account.closed {
        return Ok(Err(("closed account", "signin.wrong")));
    }
    if known.account.suspended {
        return Ok(Err(("suspended account", "signin.wrong")));
    }
    // The password may have been changed while this one was being checked.
    let right = right && known.password == seen.password;
    let locked = cx.app.clock.now() < known.attempts.locked_until;
    // A wrong code counts like a wrong password; whether there is a code is told to those only who know the password.
    let passed = !right || locked || second_factor::passes(cx, tx, &known.account, code).await?;
    if right && !passed && code.trim().is_empty() {
        return Ok(Err(("no code", "signin.code")));
    }
    let (verdict, after) = rules::judge(known.attempts, right && passed, cx.app.clock.now(), policy);
    if after != known.attempts {
        people::set_attempts(tx, &known.account.id, after).await?;
    }
    match verdict {
        Verdict::Wrong if right => return Ok(Err(("wrong code", "signin.code"))),
        Verdict::Wrong => return Ok(Err(("wrong password", "signin.wrong"))),
        Verdict::Locked => return Ok(Err(("locked account", "signin.wrong"))),
        Verdict::Fine => {}
    }
    if known.account.demo && !cx.app.settings.synthetic {
        return Ok(Err(("demo account on real data", "signin.demo")));
    }
    let posts = accounts::posts(tx, &known.account.id, cx.today()).await?;
    if posts.is_empty() {
        return Ok(Err(("no post", "signin.no_post")));
    }
    Ok(Ok((known, posts)))
}

async fn audit(cx: &Cx, tx: &mut Tx, account: Option<&AccountId>, why: &str) -> Result<()> {
    let object = account.map(AccountId::to_string).unwrap_or_default();
    let entry = Entry { account: account.cloned(), ..Entry::new("", "account", object).why(why) };
    cx.audit(tx, entry).await
}

/// Where a post starts its day: the first page of the navigation that it may open.
pub fn landing(cx: &Cx, actor: &Actor) -> &'static str {
    let open = |entry: &&web::NavEntry| entry.action.public || entry.action.reach(actor.role).is_some();
    cx.app.nav.iter().find(open).map_or("/posts", |entry| entry.href)
}

#[derive(askama::Template)]
#[template(path = "identity/sign_in.html")]
struct SignInPage {
    shell: Shell,
    back: String,
    account: String,
    summary: Markup,
    /// The error at each field, empty for none.
    account_error: String,
    password_error: String,
    code_error: String,
    csrf: String,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let back = back(cx.query("back").unwrap_or_default());
    match cx.signed_in() {
        Some(actor) => {
            let to = if back.is_empty() { landing(&cx, actor) } else { &back };
            Ok(web::Reply::To(to.to_owned()).into_response())
        }
        None => show(&cx, &back, "", &[]),
    }
}

fn back(text: &str) -> String {
    rules::local_path(text).unwrap_or_default().to_owned()
}

fn show(cx: &Cx, back: &str, account: &str, errors: &[FieldError]) -> Result<Response> {
    let title = cx.t("signin.title");
    let error = |field: &str| {
        let found = errors.iter().find(|e| e.field == field);
        found.map(|e| cx.words().rule(e.code, &e.values)).unwrap_or_default()
    };
    let page = SignInPage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        back: back.to_owned(),
        account: account.to_owned(),
        summary: web::form::summary(errors, cx.words()),
        account_error: error("account"),
        password_error: error("password"),
        code_error: error("totp"),
        csrf: cx.csrf().to_owned(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

pub(crate) async fn submit(cx: Cx, form: Form) -> Result<Response> {
    let back = back(form.text("back"));
    let typed = form.text("password");
    let mut wrong = web::Invalid::default();
    let login = wrong.required(&form, "account", 200);
    if typed.is_empty() {
        wrong.add("password", "form.required");
    }
    if !wrong.is_empty() {
        return show(&cx, &back, &login, &wrong.0);
    }
    match sign_in(&cx, &login, typed, form.text("totp")).await {
        Ok(signed) => {
            let to = if back.is_empty() { landing(&cx, &signed.actor) } else { &back };
            let cookie = web::session::set_cookie(&cx.app, Some(&signed.token));
            Ok(([(header::SET_COOKIE, cookie)], web::Reply::To(to.to_owned())).into_response())
        }
        Err(Error::Rule(rule)) => {
            wrong.add(if rule.code == "signin.code" { "totp" } else { "account" }, rule.code);
            show(&cx, &back, &login, &wrong.0)
        }
        Err(other) => Err(other),
    }
}
