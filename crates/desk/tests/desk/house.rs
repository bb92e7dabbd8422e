//! A server over divisions and units of the packs, with people in three units: the city's education commission, the
//! Jing'an education bureau and the office of Quyang street.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use desk::{Ask, Asked};
use http_body_util::BodyExt;
use identity::{AllActions, Login, NewAccount, NewPost, Password};
use kernel::kinds::UnitId;
use kernel::{Actor, Clock, Day, Ids, Instant, Role, Span};
use places::load::Pack;
use std::sync::Arc;
use tower::ServiceExt;

const SECRET: &str = "correct horse battery";

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
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn pack(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../packs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Words of the slices that ask, as the program brings them.
const ASKERS: web::i18n::Source =
    web::i18n::Source {
        slice: "askers", zh: "[todo.test]\nplain = \"要求\"", en: "[todo.test]\nplain = \"Request\""
    };

pub async fn house(db: db::Db) -> House {
    web::i18n::install(&[web::MESSAGES, places::MESSAGES, identity::MESSAGES, desk::MESSAGES, ASKERS]).unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-11-15")).plus_seconds(9 * 3600)));
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    db::migrate(&db, &[places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS]).await.unwrap();
    let (divisions, units) = (pack("divisions/places.csv"), pack("units.toml"));
    // The rules of sign-in are settings, the days of an answer are norms.
    let settings = pack("settings.toml");
    let (documents, design) = (pack("norms/documents.toml"), pack("norms/design.toml"));
    let norms = [("documents.toml", &documents), ("design.toml", &design)].map(|(file, text)| Pack { file, text });
    let mut tx = db.begin().await.unwrap();
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    for (login, unit, role, code) in [
        ("city", "sh_education", Role::EducationOfficer, "310000"),
        ("jingan", "ja_education", Role::EducationOfficer, "310106"),
        ("health", "ja_health", Role::DepartmentOfficer, "310106"),
        ("quyang", "hk_quyang", Role::StreetOfficer, "310109010"),
        ("auditor", "sh_government_office", Role::Auditor, "310000"),
    ] {
        let login = Login::parse(login).unwrap();
        let password = Password::parse(SECRET, &login).unwrap();
        let password = identity::hash_password(&password, ids.bytes()).await.unwrap();
        let new = NewAccount { name: format!("{login} 的人"), login, password, demo: true };
        let account = identity::create_account(&mut tx, &ids, clock.now(), new).await.unwrap();
        let place = places::by_code(&mut tx, code, clock.today()).await.unwrap().unwrap().id;
        let span = Span::since(day("2020-01-01"));
        let new = NewPost { account, unit: UnitId::new(unit), role, place, facility: None, span };
        identity::give_post(&mut tx, &ids, clock.now(), new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut inner = web::AppInner::new(db.clone(), clock.clone(), ids.clone(), keys);
    inner.settings.synthetic = true;
    inner.nav = desk::nav();
    inner.counts = vec![("/desk", desk::waiting)];
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let routes = identity::routes().merge(desk::routes());
    let all = AllActions::of(&routes);
    let app = web::App::new(inner);
    let router = routes.with(all).into_router(app.clone());
    House { db, clock, ids, app, router, _folder: folder }
}

impl House {
    pub async fn actor(&self, login: &str) -> Actor {
        let mut read = self.db.read().await.unwrap();
        let account = identity::account(&mut read, &Login::parse(login).unwrap()).await.unwrap().unwrap();
        let posts = identity::posts(&mut read, &account.id, self.clock.today()).await.unwrap();
        posts[0].actor(&account.name)
    }

    /// The city asks a unit for something that is due on a day.
    pub async fn ask(&self, unit: &str, subject: &str, due: &str) -> web::Result<Asked> {
        let (actor, unit) = (self.actor("city").await, UnitId::new(unit));
        let mut tx = self.db.begin().await?;
        let ask = Ask {
            unit: &unit,
            kind: "test.plain",
            about: "thing",
            subject,
            href: "/posts",
            text_zh: &format!("请办理 {subject}"),
            text_en: &format!("Please deal with {subject}"),
            due: Some(day(due)),
            from: Some(&actor),
            words: "请抓紧",
            at: self.clock.now(),
        };
        let asked = desk::ask(&mut tx, &self.ids, ask).await?;
        tx.commit().await?;
        Ok(asked)
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        // A file is no text.
        Answer { status, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn token(&self, login: &str) -> String {
        let body = serde_json::json!({"account": login, "password": SECRET}).to_string();
        let request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(Body::from(body)).unwrap()).await;
        answer.json()["token"].as_str().unwrap_or_else(|| panic!("{login}: {}", answer.body)).to_owned()
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it, with the secret of the session.
    pub async fn form(&self, token: &str, path: &str, key: &str, words: &str) -> Answer {
        let page = self.get(token, "/posts").await.body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("csrf", csrf.as_str()), ("idempotency_key", key), ("words", words)]);
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// The same with files, as the page sends them: name and bytes of each.
    pub async fn send_files(
        &self,
        token: &str,
        path: &str,
        (key, words): (&str, &str),
        files: &[(&str, &[u8])],
    ) -> Answer {
        let page = self.get(token, "/posts").await.body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf.as_str()), ("idempotency_key", key), ("words", words)] {
            body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (name, bytes) in files {
            let head = format!(
                "--XX\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
                 Content-Type: application/octet-stream\r\n\r\n"
            );
            body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
        }
        body.extend(*b"--XX--\r\n");
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}
