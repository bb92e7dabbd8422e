//! A person of the demonstration at the pages of the program, on a day of the past: what they leave went through every
//! check that a real one's goes through. Nothing of a matter is written in any other way.

use crate::{Done, Stop, house::House};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use db::{Db, Tx};
use http_body_util::BodyExt;
use identity::{Hashed, Level, Login, NewAccount, NewPost, Password, Unit};
use kernel::kinds::{AccountId, FacilityId, PlaceId, UnitId};
use kernel::{Actor, Clock, Day, Ids, Instant, Role, Span};
use matter::Kinds;
use serde_json::Value;
use std::sync::Arc;
use tower::ServiceExt;
use web::App;

/// Pages, clock, and whoever sits before them.
pub struct Hand {
    app: App,
    router: Router,
    clock: Arc<Clock>,
    db: Db,
    ids: Arc<Ids>,
    pub kinds: Arc<Kinds>,
}

/// Somebody who is signed in for a while.
pub struct Seat {
    token: String,
    csrf: String,
}

pub fn refused(why: impl std::fmt::Debug) -> Stop {
    Stop::Refused(format!("demo: {why:?}"))
}

impl Hand {
    pub fn new(house: &House, today: Day) -> Hand {
        let clock = Arc::new(Clock::set_to(Instant::start_of(today)));
        let app = house.app(clock.clone(), true);
        let router = crate::house::routes(house).into_router(app.clone());
        Hand { app, router, clock, db: house.db.clone(), ids: house.ids.clone(), kinds: house.kinds.clone() }
    }

    /// It is this day, at this hour.
    pub fn set(&self, day: Day, hour: i64) {
        self.clock.set(Instant::start_of(day).plus_seconds(hour * 3600));
    }

    pub fn today(&self) -> Day {
        self.clock.today()
    }

    /// Signs somebody in who may enter on this day.
    pub async fn sit(&self, login: &str) -> Done<Seat> {
        let nobody = || Stop::Refused(format!("demo: nobody is called {login}"));
        let mut tx = self.db.begin().await?;
        let login = Login::parse(login).ok_or_else(nobody)?;
        let account = identity::account(&mut tx, &login).await?.ok_or_else(nobody)?;
        let posts = identity::posts(&mut tx, &account.id, self.today()).await?;
        let actor: Actor = posts.first().ok_or_else(nobody)?.actor(&account.name);
        let expires = self.clock.now().plus_seconds(3600);
        let token = web::session::open(&mut tx, &self.app, &actor, expires).await.map_err(refused)?;
        tx.commit().await?;
        let page = self.send(Request::get("/matters").header(header::AUTHORIZATION, format!("Bearer {token}"))).await?;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        Ok(Seat { csrf: csrf.unwrap_or_default().to_owned(), token })
    }

    /// A call of the API; what it answers.
    pub async fn call(&self, seat: &Seat, path: &str, body: Value) -> Done<Value> {
        let request = self.post(seat, path).header(header::CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", self.key());
        let answer = self.send_body(request, Body::from(body.to_string())).await?;
        serde_json::from_str(&answer).map_err(|_| refused(answer))
    }

    /// A form of a page, with a file for each of some fields.
    pub async fn form(&self, seat: &Seat, path: &str, fields: &[(&str, &str)], files: &[&str]) -> Done {
        const EDGE: &str = "shanyu-demonstration";
        let key = self.key();
        let own = [("csrf", seat.csrf.as_str()), ("idempotency_key", key.as_str())];
        let mut body = String::new();
        for (name, value) in own.iter().chain(fields) {
            body.push_str(&format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }
        for name in files {
            body.push_str(&format!(
                "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.pdf\"\r\n\
                 Content-Type: application/pdf\r\n\r\n{}\r\n",
                super::decisions::EVIDENCE
            ));
        }
        body.push_str(&format!("--{EDGE}--\r\n"));
        let kind = format!("multipart/form-data; boundary={EDGE}");
        self.send_body(self.post(seat, path).header(header::CONTENT_TYPE, kind), Body::from(body)).await?;
        Ok(())
    }

    /// A form without files.
    pub async fn plain(&self, seat: &Seat, path: &str, fields: &[(&str, &str)]) -> Done {
        let key = self.key();
        let own = [("csrf", seat.csrf.as_str()), ("idempotency_key", key.as_str())];
        let pairs = own.iter().chain(fields).map(|(name, value)| format!("{name}={}", percent(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = self.post(seat, path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send_body(request, Body::from(body)).await?;
        Ok(())
    }

    fn post(&self, seat: &Seat, path: &str) -> axum::http::request::Builder {
        Request::post(path).header(header::AUTHORIZATION, format!("Bearer {}", seat.token))
    }

    fn key(&self) -> String {
        format!("demo-{}", self.ids.new_id::<kernel::kinds::Matter>(self.clock.now()))
    }

    async fn send(&self, request: axum::http::request::Builder) -> Done<String> {
        self.send_body(request, Body::empty()).await
    }

    /// Errors: whatever is no answer of success, with its text.
    async fn send_body(&self, request: axum::http::request::Builder, body: Body) -> Done<String> {
        let request = request.body(body).map_err(refused)?;
        let path = request.uri().path().to_owned();
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let bytes = response.into_body().collect().await.map_err(refused)?.to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if status.is_success() || status.is_redirection() {
            return Ok(text);
        }
        let said: String = text.chars().take(2000).collect();
        Err(Stop::Refused(format!("demo: {path}: {status}: {said}")))
    }
}

fn percent(text: &str) -> String {
    let byte = |b: u8| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") };
    text.bytes().map(byte).collect()
}

/// Somebody who is needed and has no card on the door: nobody knows their password.
pub struct Stand<'a> {
    pub login: String,
    pub name: String,
    pub role: Role,
    pub unit: &'a Unit,
    pub facility: Option<FacilityId>,
    pub from: Day,
}

/// A password that nobody knows, digested once for all of them.
pub async fn unknown_password(house: &House) -> Done<Hashed> {
    let login = Login::parse("nobody").ok_or_else(|| refused("a login"))?;
    let password =
        Password::parse(&format!("{:x}", u128::from_le_bytes(house.ids.bytes())), &login).map_err(refused)?;
    identity::hash_password(&password, house.ids.bytes()).await.map_err(refused)
}

/// Opens their account and gives them their post.
pub async fn stand(house: &House, tx: &mut Tx, new: Stand<'_>, password: &Hashed) -> Done<AccountId> {
    let now = Instant::start_of(new.from).plus_seconds(9 * 3600);
    let login = Login::parse(&new.login).ok_or_else(|| refused(&new.login))?;
    let account = NewAccount { login, name: new.name, password: password.clone(), demo: true };
    let account = identity::create_account(tx, &house.ids, now, account).await.map_err(refused)?;
    let post = NewPost {
        account: account.clone(),
        unit: new.unit.id.clone(),
        role: new.role,
        place: new.unit.place.clone(),
        facility: new.facility,
        span: Span::since(new.from),
    };
    identity::give_post(tx, &house.ids, now, post).await.map_err(refused)?;
    Ok(account)
}

/// The office of an institution, at which its head has the post.
pub fn office(facility: &FacilityId, name: &str, place: &PlaceId) -> Unit {
    Unit {
        id: UnitId::new(format!("office-{facility}")),
        name_zh: name.to_owned(),
        name_en: "Childcare institution (demonstration)".to_owned(),
        level: Level::Institution,
        place: place.clone(),
        kind: "institution".to_owned(),
        aliases: Vec::new(),
        is_group: false,
        facility: Some(facility.clone()),
        ended: None,
    }
}

/// A head whom nobody can be, with the office of the institution where there is none yet.
pub async fn head(
    house: &House,
    tx: &mut Tx,
    office: &Unit,
    (login, from): (String, Day),
    password: &Hashed,
) -> Done<AccountId> {
    if identity::unit(tx, &office.id).await?.is_none() {
        identity::create_unit(tx, office, from).await.map_err(refused)?;
    }
    let (name, role, facility) = ("负责人".to_owned(), Role::InstitutionHead, office.facility.clone());
    stand(house, tx, Stand { login, name, role, unit: office, facility, from }, password).await
}
