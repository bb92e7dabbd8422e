//! A server over divisions and units of the packs: officers of the guidance centres of Hongkou and Jing'an, and people
//! who come in with their numbers.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use identity::phone::{number, sms::Sender};
use identity::{AllActions, Login, NewAccount, NewPost, Password};
use kernel::kinds::{AccountId, UnitId};
use kernel::{Actor, Clock, Day, Ids, Instant, Mobile, Role, Span};
use places::load::Pack;
use std::sync::Arc;
use tower::ServiceExt;

const SECRET: &str = "correct horse battery";
pub const PDF: &[u8] = b"%PDF-1.4\n%%EOF\n";
/// The check character agrees.
pub const CODE: &str = "91310115MA1K4ABC4H";

pub struct House {
    pub db: db::Db,
    pub clock: Arc<Clock>,
    pub ids: Arc<Ids>,
    pub app: web::App,
    router: Router,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
    cookies: Vec<String>,
}

impl Answer {
    pub fn cookie(&self, name: &str) -> String {
        self.cookies.iter().find(|c| c.starts_with(name)).expect("a cookie was set").clone()
    }
}

fn pack(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../packs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

pub async fn house(db: db::Db) -> House {
    web::i18n::install(&[web::MESSAGES, places::MESSAGES, identity::MESSAGES, desk::MESSAGES, applicant::MESSAGES])
        .unwrap();
    let day: Day = "2022-11-15".parse().unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day).plus_seconds(9 * 3600)));
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    let all = [places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS, applicant::MIGRATIONS];
    db::migrate(&db, &all).await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    let mut tx = db.begin().await.unwrap();
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, day).await.unwrap();
    for (login, unit, code) in
        [("hongkou", "hk_childcare_guidance_centre", "310109"), ("jingan", "ja_childcare_guidance_centre", "310106")]
    {
        let login = Login::parse(login).unwrap();
        let password = Password::parse(SECRET, &login).unwrap();
        let password = identity::hash_password(&password, ids.bytes()).await.unwrap();
        let new = NewAccount { name: format!("{login} 的人"), login, password, demo: true };
        let account = identity::create_account(&mut tx, &ids, clock.now(), new).await.unwrap();
        let place = places::by_code(&mut tx, code, day).await.unwrap().unwrap().id;
        let span = Span::since("2020-01-01".parse().unwrap());
        let role = Role::GuidanceOfficer;
        let new = NewPost { account, unit: UnitId::new(unit), role, place, facility: None, span };
        identity::give_post(&mut tx, &ids, clock.now(), new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut inner = web::AppInner::new(db.clone(), clock.clone(), ids.clone(), keys);
    inner.settings.synthetic = true;
    inner.nav = applicant::own_nav();
    inner.kept.insert(Sender::Simulator);
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let routes = identity::routes().merge(desk::routes()).merge(applicant::routes());
    let all = AllActions::of(&routes);
    let app = web::App::new(inner);
    let router = routes.with(all).into_router(app.clone());
    House { db, clock, ids, app, router, _folder: folder }
}

impl House {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let text = |v: &axum::http::HeaderValue| v.to_str().unwrap().to_owned();
        let location = response.headers().get(header::LOCATION).map(text).unwrap_or_default();
        let all = response.headers().get_all(header::SET_COOKIE).iter();
        let cookies = all.map(|v| v.to_str().unwrap().split(';').next().unwrap().to_owned()).collect();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, location, body: String::from_utf8_lossy(&body).into_owned(), cookies }
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it, with the secret of the session and a key of its own.
    pub async fn form(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let key = self.ids.new_id::<kernel::kinds::SpanRow>(self.clock.now()).into_string();
        self.keyed(path, cookie, &key, fields).await
    }

    pub async fn keyed(&self, path: &str, cookie: &str, key: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields).append_pair("csrf", &self.csrf(cookie).await).append_pair("idempotency_key", key);
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.finish()));
        self.send(request.unwrap()).await
    }

    /// A form with a file.
    pub async fn upload(&self, path: &str, cookie: &str, key: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        let csrf = self.csrf(cookie).await;
        for (name, value) in fields.iter().chain([&("csrf", csrf.as_str()), &("idempotency_key", key)]) {
            body.extend(format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        if !file.is_empty() {
            body.extend(b"--x\r\ncontent-disposition: form-data; name=\"files\"; filename=\"licence.pdf\"\r\n\r\n");
            body.extend(file);
            body.extend(b"\r\n");
        }
        body.extend(b"--x--\r\n");
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    async fn csrf(&self, cookie: &str) -> String {
        let page = self.get("/posts", cookie).await.body;
        page.split("name=\"csrf\" value=\"").nth(1).and_then(|r| r.split('"').next()).unwrap_or_default().to_owned()
    }

    /// An officer signs in.
    pub async fn officer(&self, login: &str) -> String {
        let answer = self.form("/sign-in", "", &[("account", login), ("password", SECRET)]).await;
        answer.cookie(web::session::COOKIE)
    }

    /// Somebody comes in with their number; the first time with name and district.
    pub async fn come(&self, number: &str, name: &str, district: &str) -> String {
        let ticket = self.form("/apply/sign-in", "", &[("phone", number)]).await.cookie(identity::phone::COOKIE);
        let page = self.get("/apply/code", &ticket).await.body;
        let code = page.split("】验证码 ").nth(1).unwrap()[..6].to_owned();
        let answer = self.form("/apply/code", &ticket, &[("code", &code)]).await;
        if answer.location == "/apply" {
            return answer.cookie(web::session::COOKIE);
        }
        let first = [("name", name), ("district", district), ("agree", "yes")];
        self.form("/apply/first", &ticket, &first).await.cookie(web::session::COOKIE)
    }

    pub async fn account(&self, number: &str) -> AccountId {
        let mut read = self.db.read().await.unwrap();
        number::account_of(&self.app, &mut read, &Mobile::parse(number).unwrap()).await.unwrap().unwrap()
    }

    /// The person of a number in the post at a unit whose name is said.
    pub async fn actor(&self, number: &str, unit: &str) -> Actor {
        let account = self.account(number).await;
        let mut read = self.db.read().await.unwrap();
        let name = identity::person_name(&mut read, &account).await.unwrap().unwrap();
        let posts = identity::posts(&mut read, &account, self.clock.today()).await.unwrap();
        posts.iter().find(|post| post.unit_name_zh == unit).expect("a post there").actor(&name)
    }

    /// Why the person may not hand something in; empty when they may.
    pub async fn held_back(&self, actor: &Actor) -> &'static str {
        let mut read = self.db.read().await.unwrap();
        match applicant::may_submit(&mut read, actor).await {
            Ok(()) => "",
            Err(error) => error.code(),
        }
    }

    /// Names an organisation by its code, with a proof.
    pub async fn bind(&self, cookie: &str, name: &str, code: &str) -> Answer {
        let key = self.ids.new_id::<kernel::kinds::SpanRow>(self.clock.now()).into_string();
        self.upload("/apply/organisation", cookie, &key, &[("name", name), ("kind", "company"), ("code", code)], PDF)
            .await
    }

    /// The address of the first page of a kind in a page.
    pub fn link(&self, page: &str, start: &str) -> String {
        let rest = page.split(&format!("href=\"{start}")).nth(1).unwrap_or_else(|| panic!("no link {start}: {page}"));
        format!("{start}{}", rest.split('"').next().unwrap())
    }

    pub fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }
}
