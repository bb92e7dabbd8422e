//! A server over the packs, with officers of a street, its district and another one.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use identity::{Login, NewAccount, NewPost, Password};
use kernel::kinds::{AccountId, FacilityId, UnitId};
use kernel::{Clock, Day, Ids, Instant, Role, Span, WorkCalendar};
use matter::Kinds;
use places::load::Pack;
use registry::codes::{CredentialKind, FacilityKind, LegalForm, Ownership, State, Verified};
use registry::model::{Credential, Profile, Site};
use registry::{Change, New};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

pub const STREET: &str = "310109010";
const SECRET: &str = "correct horse battery";

pub struct House {
    pub db: db::Db,
    pub clock: Arc<Clock>,
    pub ids: Arc<Ids>,
    pub app: web::App,
    jobs: web::Jobs,
    router: Router,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}: no JSON: {}", self.status, self.body))
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn pack(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../packs/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn norms() -> Vec<(String, String)> {
    let folder = format!("{}/../../packs/norms", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    files.iter().map(|p| (p.display().to_string(), std::fs::read_to_string(p).unwrap())).collect()
}

pub async fn house(db: db::Db) -> House {
    web::i18n::install(&[
        web::MESSAGES,
        places::MESSAGES,
        identity::MESSAGES,
        desk::MESSAGES,
        errand::MESSAGES,
        registry::MESSAGES,
        matter::MESSAGES,
        premises::MESSAGES,
    ])
    .unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-03-01")).plus_seconds(9 * 3600)));
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    let tables = [
        places::MIGRATIONS,
        web::MIGRATIONS,
        indicator::MIGRATIONS,
        identity::MIGRATIONS,
        desk::MIGRATIONS,
        errand::MIGRATIONS,
        registry::MIGRATIONS,
        matter::MIGRATIONS,
        premises::MIGRATIONS,
    ];
    db::migrate(&db, &tables).await.unwrap();
    let norms = norms();
    let norms: Vec<Pack<'_>> = norms.iter().map(|(file, text)| Pack { file, text }).collect();
    let mut tx = db.begin().await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    registry::seed(&mut tx).await.unwrap();
    for (login, unit, role, code) in [
        ("quyang", "hk_quyang", Role::StreetOfficer, STREET),
        ("centre", "hk_childcare_guidance_centre", Role::GuidanceOfficer, "310109"),
        ("health", "hk_health", Role::DepartmentOfficer, "310109"),
        ("jingan", "ja_childcare_guidance_centre", Role::GuidanceOfficer, "310106"),
        ("city", "sh_education", Role::EducationOfficer, "310000"),
    ] {
        let login = Login::parse(login).unwrap();
        let password = Password::parse(SECRET, &login).unwrap();
        let password = identity::hash_password(&password, ids.bytes()).await.unwrap();
        let new = NewAccount { name: format!("{login} 的人"), login, password, demo: true };
        let account: AccountId = identity::create_account(&mut tx, &ids, clock.now(), new).await.unwrap();
        let place = places::by_code(&mut tx, code, clock.today()).await.unwrap().unwrap().id;
        let span = Span::since(day("2020-01-01"));
        let new = NewPost { account, unit: UnitId::new(unit), role, place, facility: None, span };
        identity::give_post(&mut tx, &ids, clock.now(), new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut inner = web::AppInner::new(db.clone(), clock.clone(), ids.clone(), keys);
    inner.settings.synthetic = true;
    inner.nav = premises::nav();
    let calendar = WorkCalendar::load(&pack("calendar/holidays.csv")).unwrap();
    inner.kept.insert(Arc::new(Kinds::new(Vec::new(), Vec::new(), calendar).unwrap()));
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let app = web::App::new(inner);
    let routes = premises::routes().merge(identity::routes()).merge(desk::routes()).merge(errand::routes());
    let all = identity::AllActions::of(&routes);
    let jobs = premises::jobs();
    House { db, clock, ids, router: routes.with(all).into_router(app.clone()), app, jobs, _folder: folder }
}

/// Rooms as a form or JSON sends them.
pub fn rooms(address: &str, operator: &str) -> Value {
    json!({"region": STREET, "address": address, "what": "shop", "area": "120.5", "floor": "1", "source": "street",
        "operator": operator, "purpose": "childcare", "lessor_kind": "property", "lessor": "邻安物业",
        "contact": "前台 021-55550123", "from": "2022-01-10"})
}

impl House {
    pub fn set(&self, to: &str) {
        self.clock.set(Instant::start_of(day(to)).plus_seconds(9 * 3600));
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn token(&self, login: &str) -> String {
        let body = json!({"account": login, "password": SECRET}).to_string();
        let request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(Body::from(body)).unwrap()).await;
        answer.json()["token"].as_str().unwrap_or_else(|| panic!("{login}: {}", answer.body)).to_owned()
    }

    /// `""`: nobody is signed in.
    pub async fn get(&self, login: &str, path: &str) -> Answer {
        let mut request = Request::get(path);
        if !login.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token(login).await));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn call(&self, login: &str, path: &str, body: Value) -> Answer {
        let key = format!("key-{}", i64::from_be_bytes(self.ids.bytes::<8>()).unsigned_abs());
        self.call_keyed(login, path, &key, body).await
    }

    pub async fn call_keyed(&self, login: &str, path: &str, key: &str, body: Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token(login).await))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// A plain form as a browser sends it.
    pub async fn form(&self, login: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let bearer = format!("Bearer {}", self.token(login).await);
        let page = Request::get("/posts").header(header::AUTHORIZATION, &bearer).body(Body::empty()).unwrap();
        let page = self.send(page).await.body;
        let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        let key = format!("key-{}", i64::from_be_bytes(self.ids.bytes::<8>()).unsigned_abs());
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("csrf", csrf), ("idempotency_key", &key)]).extend_pairs(fields);
        let request = Request::post(path)
            .header(header::AUTHORIZATION, bearer)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// A form with files as a browser sends it; each file is field, name and content.
    pub async fn upload(
        &self,
        login: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        const CUT: &str = "cut-here-cut-here";
        let (mut body, mut request) = (Vec::new(), Request::post(path));
        let mut all: Vec<(String, String)> = fields.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        if !login.is_empty() {
            let token = self.token(login).await;
            let bearer = format!("Bearer {token}");
            let page = Request::get("/posts").header(header::AUTHORIZATION, &bearer).body(Body::empty()).unwrap();
            let page = self.send(page).await.body;
            let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
            all.push(("csrf".to_owned(), csrf.to_owned()));
            request = request.header(header::AUTHORIZATION, bearer);
        }
        let key = format!("key-{}", i64::from_be_bytes(self.ids.bytes::<8>()).unsigned_abs());
        all.push(("idempotency_key".to_owned(), key));
        for (name, value) in &all {
            body.extend(
                format!("--{CUT}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (field, name, content) in files {
            body.extend(
                format!("--{CUT}\r\ncontent-disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n")
                    .bytes(),
            );
            body.extend(*content);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{CUT}--\r\n").bytes());
        let request = request.header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={CUT}"));
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// What waits for a unit: the texts of its desk.
    pub async fn desk(&self, login: &str) -> Vec<String> {
        let list = self.get(login, "/api/v1/desk").await.json();
        list["items"].as_array().unwrap().iter().map(|i| i["kind"].as_str().unwrap().to_owned()).collect()
    }

    pub async fn run_jobs(&self) {
        // What an event leaves to be done is due some seconds later.
        for _ in 0..2 {
            let ran = self.jobs.run_due(&self.app).await.unwrap();
            assert_eq!(ran.failed, 0, "{ran:?}");
            self.clock.set(self.clock.now().plus_seconds(10));
        }
    }

    /// The jobs of the day of the clock.
    pub async fn next_day(&self, to: &str) {
        self.set(to);
        self.jobs.enqueue_day(&self.app, self.clock.today()).await.unwrap();
        self.run_jobs().await;
    }

    /// An institution of the street; `notice`: the first and the last day of its notice.
    pub async fn institution(
        &self,
        name: &str,
        address: &str,
        code: Option<&str>,
        notice: Option<(&str, &str)>,
    ) -> FacilityId {
        let span = Span::since(day("2020-01-01"));
        let mut tx = self.db.begin().await.unwrap();
        let place = places::by_code(&mut tx, STREET, day("2020-01-01")).await.unwrap().unwrap().id;
        let profile = Profile {
            name: name.to_owned(),
            name_key: String::new(),
            ownership: Ownership::Private,
            legal_form: LegalForm::ForProfit,
            operator: format!("上海{name}有限公司"),
            credit_code: code.map(str::to_owned),
            phone: "02165432100".to_owned(),
        };
        let site = Site { place, address: address.to_owned(), lon: Some(121.49), lat: Some(31.28) };
        let mut changes = vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site },
            Change::SetState { span, state: State::Operating, reason: String::new() },
        ];
        changes.extend(notice.map(|(from, last)| self.notice(from, last)));
        let stamp = self.stamp();
        let new = New { kind: FacilityKind::Institution, changes };
        let id = registry::enter(&mut tx, &stamp, new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub fn stamp(&self) -> registry::Stamp<'_> {
        registry::Stamp { now: self.clock.now(), ids: &self.ids, by: "test" }
    }

    pub fn notice(&self, from: &str, last: &str) -> Change {
        let id = self.ids.new_id(self.clock.now());
        let number = format!("沪虹托告〔2022〕{id}");
        Change::AddCredential {
            credential: Credential {
                home: String::new(),
                id,
                holder_kind: "facility".to_owned(),
                holder: String::new(),
                kind: CredentialKind::OperationNotice,
                number,
                issuer: "虹口区教育局".to_owned(),
                from_day: day(from),
                until_day: day(last).next(),
                scope: String::new(),
                places: Some(40),
                verified: Verified::Verified,
                source: String::new(),
                recorded: self.clock.now(),
            },
        }
    }

    pub async fn change(&self, facility: &FacilityId, changes: Vec<Change>) {
        let mut tx = self.db.begin().await.unwrap();
        registry::edit(&mut tx, &self.stamp(), &registry::At::any(facility), changes).await.unwrap();
        tx.commit().await.unwrap();
        self.run_jobs().await;
    }
}
