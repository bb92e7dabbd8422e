//! One server for one test: migrations, divisions, norms and units loaded, a clock that is moved by hand, requests
//! through the whole router.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use identity::{AllActions, Login, NewAccount, NewPost, Password};
use kernel::kinds::{AccountId, PlaceId, PostId, UnitId};
use kernel::{Clock, Day, Ids, Instant, Role, Span};
use places::load::Pack;
use std::sync::Arc;
use tower::ServiceExt;

pub const SECRET: &str = "correct horse battery";

pub struct House {
    pub db: db::Db,
    pub clock: Arc<Clock>,
    pub ids: Arc<Ids>,
    pub keys: Arc<db::Keys>,
    pub app: web::App,
    router: Router,
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn pack(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../packs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub fn units_pack() -> String {
    pack("units.toml")
}

/// A house on 2022-11-15, 9 o'clock, that `demo` made.
pub async fn house(db: db::Db) -> House {
    build(db, true).await
}

pub async fn build(db: db::Db, synthetic: bool) -> House {
    web::i18n::install(&[web::MESSAGES, identity::MESSAGES]).unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-11-15")).plus_seconds(9 * 3600)));
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    db::migrate(&db, &[places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS]).await.unwrap();
    let (divisions, units) = (pack("divisions/places.csv"), units_pack());
    let (documents, norms) = (pack("norms/documents.toml"), pack("norms/design.toml"));
    let norms = [("documents.toml", &documents), ("design.toml", &norms)].map(|(file, text)| Pack { file, text });
    let mut tx = db.begin().await.unwrap();
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    let settings = pack("settings.toml");
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    // Nobody needs a second factor unless a test asks for it.
    tx.exec(db::q!("update setting set value = '' where name = 'factor.roles'")).await.unwrap();
    tx.commit().await.unwrap();

    let mut inner = web::AppInner::new(db.clone(), clock.clone(), ids.clone(), keys.clone());
    inner.settings.synthetic = synthetic;
    inner.settings.behind_proxy = true;
    inner.nav = identity::nav();
    inner.kept.insert(identity::phone::sms::Sender::Simulator);
    let routes = identity::routes();
    let all = AllActions::of(&routes);
    let app = web::App::new(inner);
    let router = routes.with(all).into_router(app.clone());
    House { db, clock, ids, keys, app, router }
}

/// An answer with its body read.
pub struct Answer {
    pub status: StatusCode,
    /// Seconds of `Retry-After`.
    pub wait: Option<i64>,
    pub location: String,
    pub body: String,
    cookie: Option<String>,
    ticket: Option<String>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The session cookie that was set, as it is sent back; empty when it was taken away.
    pub fn cookie(&self) -> &str {
        self.cookie.as_deref().expect("a cookie was set")
    }

    /// The cookie of a code that was sent.
    pub fn ticket(&self) -> &str {
        self.ticket.as_deref().expect("a ticket was set")
    }
}

impl House {
    pub async fn place(&self, code: &str) -> PlaceId {
        let mut read = self.db.read().await.unwrap();
        places::by_code(&mut read, code, self.clock.today()).await.unwrap().expect("the place exists").id
    }

    pub async fn account(&self, login: &str, demo: bool) -> AccountId {
        let login = Login::parse(login).unwrap();
        let password = Password::parse(SECRET, &login).unwrap();
        let password = identity::hash_password(&password, self.ids.bytes()).await.unwrap();
        let new = NewAccount { login, name: "王老师".into(), password, demo };
        let mut tx = self.db.begin().await.unwrap();
        let id = identity::create_account(&mut tx, &self.ids, self.clock.now(), new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn try_post(
        &self,
        account: &AccountId,
        unit: &str,
        role: Role,
        code: &str,
        span: Span,
    ) -> web::Result<PostId> {
        let (account, unit, place) = (account.clone(), UnitId::new(unit), self.place(code).await);
        let new = NewPost { account, unit, role, place, facility: None, span };
        let mut tx = self.db.begin().await?;
        let id = identity::give_post(&mut tx, &self.ids, self.clock.now(), new).await?;
        tx.commit().await?;
        Ok(id)
    }

    pub async fn post_at(&self, account: &AccountId, unit: &str, role: Role, code: &str) -> PostId {
        self.try_post(account, unit, role, code, Span::since(day("2020-01-01"))).await.unwrap()
    }

    /// An account `wang` that is an education officer of Jing'an and, since later, system administrator.
    pub async fn wang(&self) -> (AccountId, PostId, PostId) {
        let account = self.account("wang", false).await;
        let officer = self.post_at(&account, "ja_education", Role::EducationOfficer, "310106").await;
        let since = Span::since(day("2021-01-01"));
        let admin = self.try_post(&account, "sh_education", Role::SystemAdmin, "310000", since).await.unwrap();
        (account, officer, admin)
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let text = |name| response.headers().get(name).map(|v| v.to_str().unwrap().to_owned());
        let set = |name: &str| {
            let mut all = response.headers().get_all(header::SET_COOKIE).iter().map(|v| v.to_str().unwrap());
            all.find(|v| v.starts_with(name)).map(|v| {
                assert!(v.contains("HttpOnly") && v.contains("SameSite=Lax"), "{v}");
                v.split(';').next().unwrap().to_owned()
            })
        };
        let (cookie, ticket) = (set(web::session::COOKIE), set(identity::phone::COOKIE));
        let (status, location) = (response.status(), text(header::LOCATION).unwrap_or_default());
        let wait = text(header::RETRY_AFTER).map(|seconds| seconds.parse().unwrap());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, wait, location, body: String::from_utf8(body.to_vec()).unwrap(), cookie, ticket }
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it.
    pub async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.finish()));
        self.send(request.unwrap()).await
    }

    /// A sign-in from an address, as the proxy in front tells it.
    pub async fn sign_in_from(&self, address: &str, password: &str) -> Answer {
        let body = format!("account=wang&password={}", password.replace(' ', "+"));
        let request = Request::post("/sign-in")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("x-forwarded-for", format!("10.9.9.9, {address}"))
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    /// A call of the API; `key` is the idempotency key, empty for none.
    pub async fn api(&self, method: Method, path: &str, token: &str, key: &str, body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        self.send(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub async fn try_sign_in(&self, account: &str, password: &str) -> Answer {
        self.form("/sign-in", "", &[("account", account), ("password", password)]).await
    }

    /// Signs in and gives the cookie.
    pub async fn signed_in(&self, account: &str) -> String {
        let answer = self.try_sign_in(account, SECRET).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.cookie().to_owned()
    }

    /// The hidden fields of a page's first form.
    pub async fn hidden(&self, path: &str, cookie: &str) -> (String, String) {
        let page = self.get(path, cookie).await.body;
        let form = page.split("name=\"idempotency_key\"").next().unwrap();
        let csrf = form.rsplit("name=\"csrf\" value=\"").next().unwrap().split('"').next().unwrap();
        // A page without a form of its own still has that of signing out.
        let key = page.split("name=\"idempotency_key\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let made = self.ids.new_id::<kernel::kinds::SpanRow>(self.clock.now());
        (csrf.to_owned(), key.unwrap_or(made.as_str()).to_owned())
    }

    pub fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// Purposes of the audit rows of an action, oldest first.
    pub async fn audited(&self, action: &str) -> Vec<String> {
        let sql = "select purpose from audit where action = $1 order by epoch, tx, id";
        self.db.read().await.unwrap().all(db::q!(sql, action)).await.unwrap()
    }
}
