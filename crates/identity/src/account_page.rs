//! The page of one account, and what is done to it: a one-time link, suspending, closing, lifting a lock-out, asking
//! for a new second factor. What is done stands in the audit.

use crate::accounts;
use crate::accounts_list::state;
use crate::approvals::{self, Kind};
use crate::form_page::{self, field};
use crate::policy;
use crate::rights;
use crate::rules::Attempts;
use crate::settings::Settings;
use crate::store::people::Known;
use crate::store::{factor, people};
use axum::extract::Path;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use kernel::kinds::AccountId;
use kernel::{Day, FieldError, Instant};
use web::form::Input;
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell};

struct PostLine {
    unit: String,
    unit_href: String,
    role: &'static str,
    place: String,
    span: String,
    acting: bool,
    /// Held today or later.
    live: bool,
    power: bool,
    end: String,
    deputy: String,
}

#[derive(askama::Template)]
#[template(path = "identity/account.html")]
struct AccountPage {
    shell: Shell,
    id: String,
    name: String,
    login: String,
    state: &'static str,
    light: &'static str,
    closed: bool,
    suspended: bool,
    locked: bool,
    bare: bool,
    created: String,
    link_until: Option<String>,
    factor: Option<String>,
    sessions: usize,
    posts: Vec<PostLine>,
    handovers: Vec<String>,
    hidden: Markup,
    may_edit: bool,
    may_post: bool,
    may_unlock: bool,
    may_reset: bool,
}

pub(crate) async fn known(read: &mut db::Read, id: &str) -> Result<Known> {
    let id = AccountId::parse(id).ok_or(Error::NotFound)?;
    people::by_id(read, &id).await?.ok_or(Error::NotFound)
}

/// GET /accounts/{id}
pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let (now, today) = (cx.app.clock.now(), cx.today());
    let mut read = cx.read().await?;
    let known = known(&mut read, &id).await?;
    let account = &known.account;
    let mut posts = Vec::new();
    for post in people::posts_ever(&mut read, &account.id).await?.into_iter().rev() {
        let place = places::get(&mut read, &post.place, today.min(post.span.until.plus(-1))).await?;
        posts.push(PostLine {
            unit: cx.words().pick(&post.unit_name_zh, &post.unit_name_en).to_owned(),
            unit_href: format!("/units/{}", post.unit),
            role: cx.t(&format!("role.{}", post.role.as_str())),
            place: place.map_or_else(|| post.place.to_string(), |place| place.name),
            span: span(&cx, post.span.from, post.span.until),
            acting: post.acting_for.is_some(),
            live: post.span.until > today,
            power: rights::is_powerful(post.role),
            end: format!("/accounts/{id}/posts/{}/end", post.id),
            deputy: format!("/accounts/{id}/posts/{}/deputy", post.id),
        });
    }
    let factor = factor::get(&mut read, &account.id).await?.filter(|f| f.confirmed).map(|f| f.made.minute());
    let handovers = people::hand_overs(&mut read, &account.id).await?;
    let locked = known.attempts.locked_until > now;
    let bare = known.password.is_empty();
    let (word, light) = state(&cx, account.closed, account.suspended, locked, bare);
    let page = AccountPage {
        shell: Shell::new(
            &cx,
            &*account.name,
            vec![Crumb::to(cx.t("account.title"), "/accounts"), Crumb::here(&*account.name)],
        ),
        link_until: people::open_invite(&mut read, &account.id, now).await?.map(Instant::minute),
        sessions: web::session::open_of(&mut read, &cx.app, &account.id).await?.len(),
        handovers: handovers
            .iter()
            .map(|(_, name, on, posts, note)| cx.tf("handover.line", &[on, posts, name, note]))
            .collect(),
        id,
        name: account.name.clone(),
        login: account.login.to_string(),
        state: word,
        light,
        closed: account.closed,
        suspended: account.suspended,
        locked,
        bare,
        created: account.created.minute(),
        factor,
        posts,
        hidden: web::form::hidden(&cx),
        may_edit: cx.may(&policy::ACCOUNT_EDIT),
        may_post: cx.may(&policy::POSTS_GIVE),
        may_unlock: cx.may(&policy::UNLOCK),
        may_reset: cx.may(&policy::FACTOR_RESET),
    };
    web::page(&page)
}

/// `2020-01-01 – 今`
fn span(cx: &Cx, from: Day, until: Day) -> String {
    let end = if until == Day::OPEN { cx.t("posts.open").to_owned() } else { until.plus(-1).to_string() };
    format!("{from} – {end}")
}

#[derive(askama::Template)]
#[template(path = "identity/link.html")]
struct LinkPage {
    shell: Shell,
    name: String,
    login: String,
    link: String,
    until: String,
    back: String,
}

/// POST /accounts/{id}/link: a one-time link by which the person sets a password; shown here and never again. Sent
/// twice, it leads back to the account.
pub(crate) async fn link(cx: Cx, Path(id): Path<String>, headers: HeaderMap, form: Form) -> Result<Response> {
    let mut writing = cx.write(&form).await?;
    let known = known(&mut writing, &id).await?;
    let hours = Settings::on(&mut writing, cx.today()).await?.whole("invite.hours")?;
    let expires = cx.app.clock.now().plus_seconds(hours * 3600);
    let account = &known.account.id;
    let token = accounts::invite(&mut writing, &cx.app.ids, account, expires).await?;
    let entry = Entry::new("", "account", account).why("one-time link");
    cx.commit(writing, entry, Reply::To(format!("/accounts/{id}"))).await?;
    let host = headers.get(header::HOST).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let scheme = if cx.app.settings.secure_cookies { "https" } else { "http" };
    let title = cx.t("link.title");
    let back = format!("/accounts/{id}");
    let page = LinkPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(&*known.account.name, &*back), Crumb::here(title)]),
        name: known.account.name.clone(),
        login: known.account.login.to_string(),
        link: format!("{scheme}://{host}/welcome/{token}"),
        until: expires.minute(),
        back,
    };
    web::page(&page)
}

/// POST /accounts/{id}/suspend and /resume
pub(crate) async fn suspend(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    set_suspended(&cx, &id, &form, true).await
}

pub(crate) async fn resume(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    set_suspended(&cx, &id, &form, false).await
}

async fn set_suspended(cx: &Cx, id: &str, form: &Form, suspended: bool) -> Result<Response> {
    let mut writing = cx.write(form).await?;
    let account = known(&mut writing, id).await?.account.id;
    accounts::suspend(&mut writing, &account, suspended, cx.today()).await?;
    let (why, done) = if suspended { ("suspended", "suspended") } else { ("let in again", "resumed") };
    let entry = Entry::new("", "account", &account).why(why);
    cx.commit(writing, entry, Reply::To(format!("/accounts/{id}?done={done}"))).await
}

/// POST /accounts/{id}/unlock
pub(crate) async fn unlock(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut writing = cx.write(&form).await?;
    let account = known(&mut writing, &id).await?.account.id;
    people::set_attempts(&mut writing, &account, Attempts { failed: 0, locked_until: Instant(0) }).await?;
    let entry = Entry::new("", "account", &account).why("lock-out lifted");
    cx.commit(writing, entry, Reply::To(format!("/accounts/{id}?done=unlocked"))).await
}

/// GET /accounts/{id}/close
pub(crate) async fn close_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    draw(&cx, &known, "close", &Form::default(), &[])
}

/// GET /accounts/{id}/factor-reset
pub(crate) async fn reset_page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    draw(&cx, &known, "factor-reset", &Form::default(), &[])
}

fn draw(cx: &Cx, known: &Known, what: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let prefix = if what == "close" { "account.close" } else { "factor.reset" };
    let (name, id) = (&known.account.name, &known.account.id);
    let ask = form_page::Ask {
        title: cx.tf(&format!("{prefix}.title"), &[name]),
        back: (name.clone(), format!("/accounts/{id}")),
        lede: cx.t(&format!("{prefix}.lede")).to_owned(),
        action: format!("/accounts/{id}/{what}"),
        fields: vec![field(cx, "account", "reason", true, Input::Area)],
        button: cx.t(&format!("{prefix}.button")),
        danger: true,
    };
    form_page::show(cx, ask, form, errors)
}

/// POST /accounts/{id}/close
pub(crate) async fn close(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    let done = async {
        let reason = reason(&form)?;
        let mut writing = cx.write(&form).await?;
        accounts::close_account(&mut writing, &known.account.id, cx.today()).await?;
        let entry = Entry::new("", "account", &known.account.id).why(format!("closed: {reason}"));
        cx.commit(writing, entry, Reply::To(format!("/accounts/{id}?done=closed"))).await
    };
    match done.await {
        Err(error) => draw(&cx, &known, "close", &form, &form_page::refused(error, "reason")?),
        done => done,
    }
}

/// POST /accounts/{id}/factor-reset: leaves the matter for a second person.
pub(crate) async fn reset(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let known = known(&mut cx.read().await?, &id).await?;
    let done = async {
        let reason = reason(&form)?;
        let mut writing = cx.write(&form).await?;
        let account = &known.account.id;
        approvals::ask(&cx, &mut writing, Kind::FactorReset, account.as_str(), "{}", &reason).await?;
        let entry = Entry::new("", "account", account).why("asked for a new second factor");
        cx.commit(writing, entry, Reply::To("/approvals?done=asked".to_owned())).await
    };
    match done.await {
        Err(error) => draw(&cx, &known, "factor-reset", &form, &form_page::refused(error, "reason")?),
        done => done,
    }
}

fn reason(form: &Form) -> Result<String> {
    let mut wrong = web::Invalid::default();
    let reason = wrong.required(form, "reason", 300);
    wrong.check()?;
    Ok(reason)
}
