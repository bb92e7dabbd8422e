//! The second factor: codes of a generator on one's phone. Set up with a picture, confirmed by a code, with recovery
//! codes shown once; asked for at sign-in. The secret is sealed with a data key of the account, a code is taken once,
//! and only two persons of the security side can reset it.

use crate::model::Account;
use crate::settings::Settings;
use crate::store::{factor, people};
use crate::totp;
use axum::http::StatusCode;
use axum::response::Response;
use db::{Read, Sealer, Tx};
use kernel::kinds::AccountId;
use kernel::{Actor, FieldError};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell};

/// The page that a session must do first where its role needs a second factor and the account has none.
pub(crate) const PAGE: &str = "/second-factor";

fn sealer(cx: &Cx) -> Sealer {
    Sealer::new(cx.app.keys.clone(), cx.app.ids.clone())
}

/// The secret of an account, opened.
async fn secret(cx: &Cx, tx: &mut Read, account: &AccountId, sealed: &[u8]) -> Result<[u8; totp::SECRET]> {
    let sealer = sealer(cx);
    let key = sealer.person(tx, "", account.as_str()).await?;
    let plain = sealer.open(&key, sealed)?;
    plain.try_into().map_err(|_| Error::Internal("a secret of a second factor has another length".into()))
}

/// Whether what was typed passes the second factor of an account: always where it has none; a code of a step that was
/// not used; a recovery code, which is then used up.
pub(crate) async fn passes(cx: &Cx, tx: &mut Tx, account: &Account, typed: &str) -> Result<bool> {
    let Some(known) = factor::get(tx, &account.id).await?.filter(|factor| factor.confirmed) else { return Ok(true) };
    if typed.trim().is_empty() {
        return Ok(false);
    }
    let now = cx.app.clock.now();
    let window = window(cx, tx).await?;
    let secret = secret(cx, tx, &account.id, &known.secret).await?;
    if let Some(step) = totp::matching_step(&secret, typed, now, window, known.last_step) {
        return Ok(factor::take_step(tx, &account.id, step, false).await?);
    }
    let Some(code) = totp::typed_recovery(typed) else { return Ok(false) };
    Ok(factor::use_code(tx, &account.id, &digest(cx, &account.id, &code), now).await?)
}

async fn window(cx: &Cx, tx: &mut Read) -> Result<u16> {
    let steps = Settings::on(tx, cx.today()).await?.whole("factor.window")?;
    Ok(u16::try_from(steps).unwrap_or_default())
}

fn digest(cx: &Cx, account: &AccountId, code: &str) -> String {
    cx.app.keys.lookup(&format!("recovery:{account}:{code}"))
}

/// Whether the role of an actor needs a second factor and the account has none.
pub(crate) async fn is_missing(cx: &Cx, tx: &mut Read, actor: &Actor) -> Result<bool> {
    let needed = Settings::on(tx, cx.today()).await?.names_role("factor.roles", actor.role);
    Ok(needed && !factor::get(tx, &actor.account).await?.is_some_and(|factor| factor.confirmed))
}

#[derive(askama::Template)]
#[template(path = "identity/second_factor.html")]
struct FactorPage {
    shell: Shell,
    /// Set up and confirmed: since when, and how many recovery codes are left.
    since: Option<String>,
    left: String,
    /// Being set up: the picture and the secret for typing.
    picture: Option<Markup>,
    spelled: String,
    held: bool,
    summary: Markup,
    hidden: Markup,
    code: Markup,
    /// Shown once, right after they were made.
    codes: Vec<String>,
}

/// GET /second-factor
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    show(&cx, &[], Vec::new()).await
}

async fn show(cx: &Cx, errors: &[FieldError], codes: Vec<String>) -> Result<Response> {
    let account = cx.actor()?.account.clone();
    let mut tx = cx.read().await?;
    let (login, _) = people::who(&mut tx, &account).await?.ok_or(Error::SignIn)?;
    let known = factor::get(&mut tx, &account).await?;
    let secret = match &known {
        Some(known) if !known.confirmed => Some(secret(cx, &mut tx, &account, &known.secret).await?),
        _ => None,
    };
    let left = factor::codes_left(&mut tx, &account).await?;
    drop(tx);
    let title = cx.t("factor.title");
    let code = Field {
        name: "totp",
        label: cx.t("signin.code").to_owned(),
        help: Some(cx.t("factor.code_help").to_owned()),
        clause: Vec::new(),
        required: true,
        input: Input::Number,
    };
    let page = FactorPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("posts.title"), "/posts"), Crumb::here(title)]),
        since: known.filter(|known| known.confirmed).map(|known| known.made.minute()),
        left: cx.tf("factor.left", &[&left]),
        picture: secret.and_then(|s| totp::picture(&totp::address(&s, &login)?)).map(Markup),
        spelled: secret.map(|s| totp::spelled(&s)).unwrap_or_default(),
        held: cx.held(),
        summary: summary(errors, cx.words()),
        hidden: hidden(cx),
        code: code.html(&Form::default(), errors, cx.words()),
        codes,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST /second-factor/begin: makes a secret; one that was not confirmed is thrown away.
pub(crate) async fn begin(cx: Cx, form: Form) -> Result<Response> {
    let account = cx.actor()?.account.clone();
    let (now, sealer) = (cx.app.clock.now(), sealer(&cx));
    let mut writing = cx.write(&form).await?;
    let key = match sealer.person(&mut writing, "", account.as_str()).await {
        Err(db::Error::NotFound) => sealer.new_person(&mut writing, "", account.as_str(), now).await?,
        other => other?,
    };
    let sealed = sealer.seal(&key, &cx.app.ids.bytes::<{ totp::SECRET }>())?;
    factor::begin(&mut writing, &account, sealed, now).await?;
    let entry = Entry::new("", "account", &account).why("second factor begun");
    cx.commit(writing, entry, Reply::To(PAGE.to_owned())).await
}

/// POST /second-factor/confirm: the first code proves that the generator works; then the recovery codes are shown,
/// once, and every other session of the account ends. On a generator that is set up it makes new recovery codes.
pub(crate) async fn confirm(cx: Cx, form: Form) -> Result<Response> {
    let account = cx.actor()?.account.clone();
    let now = cx.app.clock.now();
    let mut writing = cx.write(&form).await?;
    let known = people::lock(&mut writing, &account).await?.ok_or(Error::SignIn)?;
    let factor = factor::get(&mut writing, &account).await?.ok_or(Error::NotFound)?;
    let window = window(&cx, &mut writing).await?;
    let secret = secret(&cx, &mut writing, &account, &factor.secret).await?;
    let step = totp::matching_step(&secret, form.text("totp"), now, window, factor.last_step);
    let policy = crate::sign_in::policy(&cx, &mut writing).await?;
    let (verdict, after) = crate::rules::judge(known.attempts, step.is_some(), now, policy);
    let (crate::rules::Verdict::Fine, Some(step)) = (verdict, step) else {
        // A wrong code counts as at sign-in: an open session is no place to guess at.
        people::set_attempts(&mut writing, &account, after).await?;
        let entry = Entry::new("", "account", &account).why("wrong code");
        cx.refuse(writing, entry).await?;
        let wrong = FieldError { field: "totp".to_owned(), code: "signin.code", values: Vec::new() };
        return show(&cx, &[wrong], Vec::new()).await;
    };
    factor::take_step(&mut writing, &account, step, true).await?;
    let codes: Vec<String> = (0..totp::RECOVERY_CODES).map(|_| totp::recovery_code(cx.app.ids.bytes())).collect();
    let digests: Vec<String> = codes.iter().map(|code| digest(&cx, &account, code)).collect();
    factor::put_codes(&mut writing, &account, &digests).await?;
    if let Some(token) = cx.token() {
        web::session::close_others(&mut writing, &account, token).await?;
        web::session::hold(&mut writing, token, "").await?;
    }
    let why = if factor.confirmed { "new recovery codes" } else { "second factor set up" };
    let entry = Entry::new("", "account", &account).why(why);
    cx.commit(writing, entry, Reply::To(PAGE.to_owned())).await?;
    show(&cx, &[], codes).await
}
