//! The first start of an empty installation. `init` and `serve` print a code once; whoever has it opens `/first` and
//! makes the first people: one who keeps units and accounts, one who keeps rights and agrees to posts with power, one
//! who reads the audit, and one who does the work. They are four accounts, because nobody shall hold two of these. Once
//! there is an account, the page is no more.

use crate::accounts::{NewAccount, NewPost, create_account, give_post};
use crate::model::{Level, Login, Unit};
use crate::password;
use crate::rules::{Password, session_end};
use crate::store::{first, units};
use crate::{sign_in, units as unit_rules};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::{Db, Read, Tx};
use kernel::kinds::{PlaceId, UnitId};
use kernel::{FieldError, Ids, Instant, Role, Span};
use places::Place;
use web::{Crumb, Cx, Entry, Error, Form, Invalid, Reply, Result, Shell, parts::Markup};

/// Codes that may be typed wrongly before the code is void; another start prints another one.
const GUESSES: i64 = 5;

/// Makes a new code for an installation without any account and answers it: twelve digits in groups. The one before is
/// void. `None` when there is an account already, or when `init` never named a district.
///
/// Errors: those of the database.
pub async fn print_code(db: &Db, ids: &Ids, now: Instant, place: Option<&PlaceId>) -> db::Result<Option<String>> {
    let mut tx = db.begin().await?;
    if !first::nobody_yet(&mut tx).await? {
        return Ok(None);
    }
    let place = match place {
        Some(place) => place.clone(),
        None => match first::waiting(&mut tx).await? {
            Some(waiting) => waiting.place,
            None => return Ok(None),
        },
    };
    let number = ids.bytes::<8>().iter().fold(0u64, |n, b| (n << 8) | u64::from(*b)) % 1_000_000_000_000;
    let digits = format!("{number:012}");
    let Some(digest) = tx.lookup(&spoken(&digits)) else { return Ok(None) };
    first::put(&mut tx, &digest, &place, now).await?;
    tx.commit().await?;
    Ok(Some(format!("{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])))
}

/// What is digested of a typed code: its digits.
fn spoken(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    format!("first:{digits}")
}

/// Whether the installation waits for its first people.
pub async fn waits(read: &mut Read) -> db::Result<bool> {
    Ok(first::nobody_yet(read).await? && first::waiting(read).await?.is_some())
}

/// One of the first people: prefix of the fields, role, name of the login that is offered.
struct Seat {
    key: &'static str,
    role: Role,
    login: &'static str,
}

const SEATS: [Seat; 4] = [
    Seat { key: "admin", role: Role::SystemAdmin, login: "admin" },
    Seat { key: "security", role: Role::SecurityAdmin, login: "security" },
    Seat { key: "audit", role: Role::Auditor, login: "audit" },
    Seat { key: "officer", role: Role::EducationOfficer, login: "officer" },
];

struct SeatForm {
    key: &'static str,
    title: &'static str,
    help: &'static str,
    fields: Vec<SeatField>,
}

struct SeatField {
    name: String,
    label: &'static str,
    kind: &'static str,
    value: String,
    help: String,
    error: String,
    autocomplete: &'static str,
}

#[derive(askama::Template)]
#[template(path = "identity/first.html")]
struct FirstPage {
    shell: Shell,
    place: String,
    summary: Markup,
    code: String,
    code_error: String,
    seats: Vec<SeatForm>,
}

async fn place(cx: &Cx, read: &mut Read) -> Result<Place> {
    if !first::nobody_yet(read).await? {
        return Err(Error::NotFound);
    }
    let waiting = first::waiting(read).await?.ok_or(Error::NotFound)?;
    places::get(read, &waiting.place, cx.today()).await?.ok_or(Error::NotFound)
}

/// GET /first
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = place(&cx, &mut read).await?;
    let offered: Vec<(String, &str)> = SEATS.iter().map(|s| (format!("{}_login", s.key), s.login)).collect();
    let offered: Vec<(&str, &str)> = offered.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    show(&cx, &place, &Form::filled(&offered), &[])
}

fn show(cx: &Cx, place: &Place, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let words = cx.words();
    let error =
        |name: &str| errors.iter().find(|e| e.field == name).map(|e| words.rule(e.code, &e.values)).unwrap_or_default();
    let field = |seat: &Seat, part: &'static str| {
        let name = format!("{}_{part}", seat.key);
        SeatField {
            label: words.t(match part {
                "login" => "signin.account",
                "name" => "first.name",
                _ => "signin.password",
            }),
            kind: if part == "password" { "password" } else { "text" },
            // A password is typed again, never sent back.
            value: if part == "password" { String::new() } else { form.text(&name).to_owned() },
            help: match part {
                "password" => words.tf("password.help", &[&crate::rules::MIN_PASSWORD]),
                _ => String::new(),
            },
            error: error(&name),
            autocomplete: if part == "password" { "new-password" } else { "off" },
            name,
        }
    };
    let seats = SEATS.iter().map(|seat| SeatForm {
        key: seat.key,
        title: words.t(&format!("role.{}", seat.role.as_str())),
        help: words.t(&format!("first.{}", seat.key)),
        fields: ["login", "name", "password"].into_iter().map(|part| field(seat, part)).collect(),
    });
    let title = cx.t("first.title");
    let page = FirstPage {
        shell: Shell::new(cx, title, vec![Crumb::here(title)]),
        place: place.name.clone(),
        summary: web::form::summary(errors, words),
        code: form.text("code").to_owned(),
        code_error: error("code"),
        seats: seats.collect(),
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// POST /first
pub(crate) async fn submit(cx: Cx, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let place = place(&cx, &mut read).await?;
    let policy = sign_in::policy(&cx, &mut read).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let code = wrong.required(&form, "code", 40);
    if !code.is_empty() && !right(&cx, &code).await? {
        wrong.add("code", "first.code");
    }
    let mut people = Vec::new();
    for seat in &SEATS {
        if let Some(person) = person(&form, seat, &mut wrong) {
            people.push(person);
        }
    }
    for (at, (seat, login, ..)) in people.iter().enumerate() {
        if people[..at].iter().any(|(_, other, ..)| other == login) {
            wrong.add(&format!("{}_login", seat.key), "account.login_taken");
        }
    }
    if !wrong.is_empty() {
        return show(&cx, &place, &form, &wrong.0);
    }
    // Hashing is slow and is done before the transaction.
    let mut hashed = Vec::new();
    for (seat, login, name, secret) in people {
        hashed.push((seat, login, name, password::hash(&secret, cx.app.ids.bytes()).await?));
    }
    let (now, today) = (cx.app.clock.now(), cx.today());
    let mut tx = cx.app.db.begin().await?;
    // Two people with the code at once: the second finds accounts.
    if !first::take(&mut tx).await? || !first::nobody_yet(&mut tx).await? {
        return Err(Error::NotFound);
    }
    let unit = office(&mut tx, &place, today).await?;
    let mut officer = None;
    for (seat, login, name, password) in hashed {
        let new = NewAccount { login, name: name.clone(), password, demo: false };
        let account = create_account(&mut tx, &cx.app.ids, now, new).await?;
        let post = NewPost {
            account: account.clone(),
            unit: unit.clone(),
            role: seat.role,
            place: place.id.clone(),
            facility: None,
            span: Span::since(today),
        };
        give_post(&mut tx, &cx.app.ids, now, post).await?;
        let entry = Entry { account: Some(account.clone()), ..Entry::new("", "account", &account) };
        cx.audit(&mut tx, entry.why("made at the first start")).await?;
        officer = Some((account, name));
    }
    let (account, name) = officer.ok_or_else(|| Error::Internal("no first officer".into()))?;
    let posts = crate::accounts::posts(&mut tx, &account, today).await?;
    let actor = posts.first().ok_or_else(|| Error::Internal("the first officer has no post".into()))?.actor(&name);
    let expires = session_end(now, policy, posts.iter().map(|post| post.span));
    let token = web::session::open(&mut tx, &cx.app, &actor, expires).await?;
    tx.commit().await?;
    let cookie = web::session::set_cookie(&cx.app, Some(&token));
    Ok(([(header::SET_COOKIE, cookie)], Reply::To("/start".to_owned())).into_response())
}

type Person<'a> = (&'a Seat, Login, String, Password);

fn person<'a>(form: &Form, seat: &'a Seat, wrong: &mut Invalid) -> Option<Person<'a>> {
    let field = |part: &str| format!("{}_{part}", seat.key);
    let typed = wrong.required(form, &field("login"), 40);
    let name = wrong.required(form, &field("name"), 40);
    let secret = wrong.required(form, &field("password"), 256);
    let login = Login::parse(&typed);
    if login.is_none() && !typed.is_empty() {
        wrong.add(&field("login"), "first.login");
    }
    let login = login?;
    if secret.is_empty() || name.is_empty() {
        return None;
    }
    match Password::parse(&secret, &login) {
        Ok(password) => Some((seat, login, name, password)),
        Err(rule) => {
            wrong.0.extend(rule.fields.into_iter().map(|e| FieldError { field: field("password"), ..e }));
            None
        }
    }
}

/// Whether the code is right; a wrong one is counted, and after a few the code is void.
async fn right(cx: &Cx, typed: &str) -> Result<bool> {
    let mut tx = cx.app.db.begin().await?;
    let Some(waiting) = first::waiting(&mut tx).await? else { return Ok(false) };
    let digest = cx.app.keys.lookup(&spoken(typed));
    // Equal digests say nothing about the code: comparing them may take its time.
    let fine = waiting.failed < GUESSES && waiting.code == digest;
    if !fine {
        first::failed(&mut tx).await?;
        cx.audit(&mut tx, Entry::new("", "first_start", "first").why("wrong code")).await?;
    }
    tx.commit().await?;
    Ok(fine)
}

/// The education office of the district: from the packs, or recorded now.
async fn office(tx: &mut Tx, place: &Place, today: kernel::Day) -> Result<UnitId> {
    if let Some(unit) = units::of_kind(tx, &place.id, "education").await? {
        return Ok(unit);
    }
    let id = UnitId::new(format!("education-{}", place.code));
    let new = Unit {
        id: id.clone(),
        name_zh: "区教育局".to_owned(),
        name_en: "District education bureau".to_owned(),
        level: Level::District,
        place: place.id.clone(),
        kind: "education".to_owned(),
        aliases: Vec::new(),
        is_group: false,
        facility: None,
        ended: None,
    };
    unit_rules::create_unit(tx, &new, today).await?;
    Ok(id)
}

/// How many accounts there are, for the page that says what is done.
pub async fn people(read: &mut Read) -> db::Result<i64> {
    first::count(read).await
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn a_code_is_its_digits() {
        assert_eq!(spoken("1234-5678 9012"), spoken("123456789012"));
        assert_ne!(spoken("1"), spoken("2"));
    }
}
