//! Changing one's own password: the old one is asked for again, every session of the account ends, and the person
//! signs in with the new one.

use crate::accounts;
use crate::password;
use crate::rules::{Password, SignInPolicy, Verdict, judge};
use crate::sign_in;
use crate::store::people;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use kernel::{Actor, FieldError};
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, parts::Markup};

const FIELDS: [&str; 3] = ["old", "password", "again"];

struct PasswordField {
    name: &'static str,
    label: &'static str,
    /// Shown under the label; empty for none.
    help: String,
    error: String,
    autocomplete: &'static str,
}

#[derive(askama::Template)]
#[template(path = "identity/password.html")]
struct PasswordPage {
    shell: Shell,
    summary: Markup,
    hidden: Markup,
    fields: Vec<PasswordField>,
}

pub(crate) async fn page(cx: Cx) -> Result<Response> {
    show(&cx, &[])
}

fn show(cx: &Cx, errors: &[FieldError]) -> Result<Response> {
    let title = cx.t("password.title");
    let field = |name: &'static str| PasswordField {
        name,
        label: cx.t(&format!("password.{name}")),
        help: if name == "password" { cx.tf("password.help", &[&crate::rules::MIN_PASSWORD]) } else { String::new() },
        error: errors.iter().find(|e| e.field == name).map(|e| cx.words().rule(e.code, &e.values)).unwrap_or_default(),
        autocomplete: if name == "old" { "current-password" } else { "new-password" },
    };
    let page = PasswordPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("posts.title"), "/posts"), Crumb::here(title)]),
        summary: web::form::summary(errors, cx.words()),
        hidden: web::form::hidden(cx),
        fields: FIELDS.map(field).into(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

pub(crate) async fn submit(cx: Cx, form: Form) -> Result<Response> {
    let actor = cx.actor()?;
    let mut wrong = Invalid::default();
    let [old, new, again] = FIELDS.map(|field| wrong.required(&form, field, 256));
    let mut read = cx.read().await?;
    let policy = sign_in::policy(&cx, &mut read).await?;
    let known = people::by_id(&mut read, &actor.account).await?.ok_or(Error::SignIn)?;
    drop(read);
    if !new.is_empty() && !again.is_empty() && new != again {
        wrong.add("again", "password.differs");
    }
    let new = match Password::parse(&new, &known.account.login) {
        Ok(new) if wrong.is_empty() => new,
        Err(rule) if !new.is_empty() => {
            wrong.take(rule);
            return show(&cx, &wrong.0);
        }
        _ => return show(&cx, &wrong.0),
    };
    let right = password::verify(&old, Some(&known.password)).await?;
    if !count(&cx, actor, right, policy).await? {
        wrong.add("old", "password.wrong");
        return show(&cx, &wrong.0);
    }
    let hashed = password::hash(&new, cx.app.ids.bytes()).await?;
    let mut writing = cx.write(&form).await?;
    accounts::change_password(&mut writing, &actor.account, hashed).await?;
    let entry = Entry::new("", "account", &actor.account).why("changed the password");
    let reply = cx.commit(writing, entry, Reply::To("/sign-in?done=password".to_owned())).await?;
    Ok(([(header::SET_COOKIE, web::session::set_cookie(&cx.app, None))], reply).into_response())
}

/// Counts a wrong old password as a failed sign-in: a session that somebody left open is no place to guess at.
async fn count(cx: &Cx, actor: &Actor, right: bool, policy: SignInPolicy) -> Result<bool> {
    let mut tx = cx.app.db.begin().await?;
    let known = people::lock(&mut tx, &actor.account).await?.ok_or(Error::SignIn)?;
    let (verdict, after) = judge(known.attempts, right, cx.app.clock.now(), policy);
    if after != known.attempts {
        people::set_attempts(&mut tx, &actor.account, after).await?;
    }
    if verdict != Verdict::Fine {
        cx.audit(&mut tx, Entry::new("", "account", &actor.account).why("wrong password")).await?;
    }
    tx.commit().await?;
    Ok(verdict == Verdict::Fine)
}
