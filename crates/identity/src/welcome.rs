//! The page behind a one-time link: the person sets a password; the link is used up, and nobody else ever knew it.

use crate::accounts;
use crate::password;
use crate::rules::{MIN_PASSWORD, Password};
use crate::store::people;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::FieldError;
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

#[derive(askama::Template)]
#[template(path = "identity/welcome.html")]
struct WelcomePage {
    shell: Shell,
    /// `None`: the link is used up or has expired.
    login: Option<String>,
    name: String,
    action: String,
    summary: Markup,
    hidden: Markup,
    help: String,
    password_error: String,
    again_error: String,
}

/// GET /welcome/{token}
pub(crate) async fn page(cx: Cx, Path(token): Path<String>) -> Result<Response> {
    show(&cx, &token, &[]).await
}

async fn show(cx: &Cx, token: &str, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let invited = people::invited(&mut read, &web::session::digest(token), cx.app.clock.now()).await?;
    let who = match invited {
        Some(account) => people::who(&mut read, &account).await?,
        None => None,
    };
    drop(read);
    let status = match (&who, errors.is_empty()) {
        (None, _) => StatusCode::NOT_FOUND,
        (Some(_), true) => StatusCode::OK,
        (Some(_), false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let (login, name) = who.unzip();
    let title = cx.t(if login.is_some() { "welcome.title" } else { "welcome.gone" });
    let error = |field: &str| {
        let found = errors.iter().find(|e| e.field == field);
        found.map(|e| cx.words().rule(e.code, &e.values)).unwrap_or_default()
    };
    let page = WelcomePage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        login,
        name: name.unwrap_or_default(),
        action: cx.path().to_owned(),
        summary: web::form::summary(errors, cx.words()),
        hidden: web::form::hidden(cx),
        help: cx.tf("password.help", &[&MIN_PASSWORD]),
        password_error: error("password"),
        again_error: error("again"),
    };
    web::page_with(status, &page)
}

/// POST /welcome/{token}
pub(crate) async fn submit(cx: Cx, Path(token): Path<String>, form: Form) -> Result<Response> {
    let digest = web::session::digest(&token);
    let now = cx.app.clock.now();
    let mut read = cx.read().await?;
    let Some(account) = people::invited(&mut read, &digest, now).await? else {
        drop(read);
        return show(&cx, &token, &[]).await;
    };
    let known = people::by_id(&mut read, &account).await?.ok_or(Error::NotFound)?;
    drop(read);
    let mut wrong = Invalid::default();
    let [new, again] = ["password", "again"].map(|field| wrong.required(&form, field, 256));
    if !new.is_empty() && !again.is_empty() && new != again {
        wrong.add("again", "password.differs");
    }
    let parsed = match Password::parse(&new, &known.account.login) {
        Ok(parsed) if wrong.is_empty() => parsed,
        Err(rule) if !new.is_empty() => {
            wrong.take(rule);
            return show(&cx, &token, &wrong.0).await;
        }
        _ => return show(&cx, &token, &wrong.0).await,
    };
    let hashed = password::hash(&parsed, cx.app.ids.bytes()).await?;
    let mut writing = cx.write(&form).await?;
    // Of two that come at once the second finds the link used.
    people::lock(&mut writing, &account).await?.ok_or(Error::NotFound)?;
    if people::invited(&mut writing, &digest, now).await? != Some(account.clone()) {
        return Err(Error::NotFound);
    }
    accounts::change_password(&mut writing, &account, hashed).await?;
    people::take_invites(&mut writing, &account).await?;
    let entry = Entry { account: Some(account.clone()), ..Entry::new("", "account", &account).why("set a password") };
    cx.commit(writing, entry, Reply::To("/sign-in?done=password".to_owned())).await
}
