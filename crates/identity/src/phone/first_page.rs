//! GET and POST /apply/first: the first time. Name, district, and what is kept of whom, why and for how long
//! (个人信息保护法 第十七条), with the consent; then there is an account, a unit of its own, and a session.

use super::number_page::back;
use super::rules::State;
use super::session;
use super::{code_page, number, send};
use crate::accounts;
use crate::applicants::open_applicant;
use crate::model::Login;
use crate::settings::Settings;
use crate::store::phone::{self as store, Sent};
use crate::{rules, sign_in};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use db::{Read, Tx};
use kernel::kinds::{AccountId, PlaceId};
use kernel::{FieldError, Instant};
use places::{Place, PlaceKind};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell};

/// The name of the text that is agreed to.
const TEXT: &str = "applicant";
/// What the notice says, in its order: keys `consent.<part>` and `consent.<part>_text`.
const PARTS: [&str; 5] = ["what", "why", "how", "long", "rights"];

#[derive(askama::Template)]
#[template(path = "identity/phone_first.html")]
struct FirstPage {
    shell: Shell,
    back: String,
    summary: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
    notice: Vec<(&'static str, String)>,
    agreed: bool,
    agree_error: String,
}

/// The code that was typed rightly and waits for name and consent.
async fn passed(cx: &Cx, headers: &HeaderMap) -> Result<Option<(String, Sent)>> {
    let Some(ticket) = session::ticket(headers) else { return Ok(None) };
    let digest = web::session::digest(&ticket);
    let sent = store::get(&mut cx.read().await?, &digest).await?;
    let live = |sent: &Sent| sent.known.state != State::Sent && cx.app.clock.now() < sent.known.expires;
    Ok(sent.filter(live).map(|sent| (digest, sent)))
}

fn lost() -> Response {
    Reply::To("/apply/sign-in".to_owned()).into_response()
}

/// The districts of the city, by code.
async fn districts(cx: &Cx, read: &mut Read) -> Result<Vec<Place>> {
    let root = places::root(read, cx.today()).await?.ok_or(Error::NotFound)?;
    let mut all = places::descendants(read, &root.id, &[PlaceKind::District], cx.today()).await?;
    all.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(all)
}

/// What is kept and why, as it is shown and agreed to.
async fn notice(cx: &Cx, read: &mut Read) -> Result<Vec<(&'static str, String)>> {
    let kept = Settings::on(read, cx.today()).await?.whole("sms.kept_days")?;
    Ok(PARTS
        .map(|part| (cx.t(&format!("consent.{part}")), cx.tf(&format!("consent.{part}_text"), &[&kept])))
        .into_iter()
        .collect())
}

pub(crate) async fn page(cx: Cx, headers: HeaderMap) -> Result<Response> {
    let back = back(cx.query("back").unwrap_or_default());
    let Some((_, sent)) = passed(&cx, &headers).await? else { return Ok(lost()) };
    let mut read = cx.read().await?;
    // Somebody who comes back has a name already.
    let name = match store::account_of(&mut read, &sent.lookup).await? {
        Some(account) => accounts::person_name(&mut read, &account).await?.unwrap_or_default(),
        None => String::new(),
    };
    drop(read);
    show(&cx, back, &Form::filled(&[("name", &name)]), &[]).await
}

async fn show(cx: &Cx, back: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let mut read = cx.read().await?;
    let (districts, notice) = (districts(cx, &mut read).await?, notice(cx, &mut read).await?);
    drop(read);
    let field = |name: &'static str, input| {
        let help = cx.t(&format!("phone.{name}_help")).to_owned();
        let label = cx.t(&format!("phone.{name}")).to_owned();
        Field { name, label, help: Some(help), clause: Vec::new(), required: true, input }.html(
            form,
            errors,
            cx.words(),
        )
    };
    let options = districts.iter().map(|d| (d.code.as_str(), d.name.clone())).collect();
    let agree = errors.iter().find(|e| e.field == "agree");
    let title = cx.t("phone.first_title");
    let page = FirstPage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        back: back.to_owned(),
        summary: summary(errors, cx.words()),
        hidden: hidden(cx),
        fields: vec![field("name", Input::Text), field("district", Input::Select(options))],
        notice,
        agreed: form.has("agree"),
        agree_error: agree.map(|e| cx.words().rule(e.code, &e.values)).unwrap_or_default(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

pub(crate) async fn submit(cx: Cx, headers: HeaderMap, form: Form) -> Result<Response> {
    let back = back(form.text("back")).to_owned();
    let Some((ticket, sent)) = passed(&cx, &headers).await? else { return Ok(lost()) };
    let mut wrong = Invalid::default();
    let name = wrong.required(&form, "name", 40);
    let mut read = cx.read().await?;
    let districts = districts(&cx, &mut read).await?;
    let shown = notice(&cx, &mut read).await?;
    let sessions = sign_in::policy(&cx, &mut read).await?;
    drop(read);
    let codes: Vec<&str> = districts.iter().map(|d| d.code.as_str()).collect();
    let district = wrong.choice(&form, "district", &codes);
    let district = districts.iter().find(|d| Some(d.code.as_str()) == district).map(|d| d.id.clone());
    if !form.has("agree") {
        wrong.add("agree", "code.agree");
    }
    let (Some(district), true) = (district, wrong.is_empty()) else { return show(&cx, &back, &form, &wrong.0).await };
    let words: String = shown.iter().map(|(head, text)| format!("{head}\n{text}\n")).collect();
    let new = New { ticket: &ticket, sent: &sent, name: &name, district: &district, words: &words };
    match save(&cx, &new, sessions).await {
        Ok(token) => Ok(code_page::enter(&cx, &token, &back)),
        Err(Error::Rule(rule)) => show(&cx, &back, &form, &rule.fields).await,
        // Two at once with the same number: the other one made the account, and this one is asked again.
        Err(Error::Conflict(_)) => Ok(lost()),
        Err(other) => Err(other),
    }
}

struct New<'a> {
    /// Its digest.
    ticket: &'a str,
    sent: &'a Sent,
    name: &'a str,
    district: &'a PlaceId,
    /// The notice as it was shown.
    words: &'a str,
}

/// Account, number, consent, unit, post and session in one transaction. The same form sent twice makes one account: the
/// second finds the posts of the first and opens a session for them.
async fn save(cx: &Cx, new: &New<'_>, sessions: rules::SignInPolicy) -> Result<String> {
    let (app, now) = (&cx.app, cx.app.clock.now());
    let mut read = cx.read().await?;
    let text = number::opened(app, &mut read, &new.sent.sealed_by, &new.sent.sealed).await?;
    let number = number::parsed(&text.ok_or(Error::NotFound)?)?;
    let pause = send::policy(cx, &mut read).await?.pause;
    drop(read);
    let mut tx = app.db.begin().await?;
    // For a moment longer, so that the same form sent twice finds what the first one made.
    store::step(&mut tx, new.ticket, State::Passed, State::Done, now.plus_seconds(pause)).await?;
    let account = match store::account_of(&mut tx, &new.sent.lookup).await? {
        Some(account) => account,
        None => {
            let account = open_account(cx, &mut tx, new.name, now).await?;
            number::give(app, &mut tx, &account, &number, now).await?;
            account
        }
    };
    let (_, held) = session::posts(cx, &mut tx, &account).await?;
    if held.is_empty() {
        let digest = app.keys.lookup(new.words);
        store::put_consent(&mut tx, &account, TEXT, &digest, cx.words().tag(), now).await?;
        open_applicant(&mut tx, &app.ids, now, &account, new.name, new.district).await?;
    }
    let (name, posts) = session::posts(cx, &mut tx, &account).await?;
    let token = session::open(cx, &mut tx, sessions, &name, &posts).await?;
    tx.commit().await?;
    Ok(token)
}

/// An account whose name at sign-in is made from its own id: the number stands nowhere.
async fn open_account(cx: &Cx, tx: &mut Tx, name: &str, now: Instant) -> Result<AccountId> {
    let random = cx.app.ids.new_id::<kernel::kinds::Account>(now).into_string();
    let login = Login::parse(&format!("p{}", &random[random.len() - 12..]));
    let login = login.ok_or_else(|| Error::Internal("a login that is none".into()))?;
    let account = accounts::open_account(tx, &cx.app.ids, now, login, name).await?;
    let entry = Entry { account: Some(account.clone()), ..Entry::new("", "account", &account) };
    cx.audit(tx, entry.why("account opened by number")).await?;
    Ok(account)
}
