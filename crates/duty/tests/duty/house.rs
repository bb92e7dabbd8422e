//! A server over divisions, norms and units of the packs, two institutions of Hongkou, and people who look at them.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use identity::{Level, Login, NewAccount, NewPost, Password, Unit};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Clock, Day, Ids, Instant, Role, Span, WorkCalendar};
use places::load::Pack;
use registry::codes::{FacilityKind, LegalForm, Ownership, State};
use registry::model::{Profile, Site};
use registry::{Change, New, Stamp};
use std::sync::Arc;
use tower::ServiceExt;

/// A Tuesday.
pub const TODAY: &str = "2022-11-15";

pub struct House {
    pub app: web::App,
    /// The one with a head, and the other one.
    pub own: FacilityId,
    pub other: FacilityId,
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
    let path = format!("{}/../../packs/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn institution(name: &str, place: &kernel::kinds::PlaceId, kind: FacilityKind) -> New {
    let span = Span::since(day("2020-01-01"));
    let profile = Profile {
        name: name.to_owned(),
        name_key: String::new(),
        ownership: Ownership::Private,
        legal_form: LegalForm::ForProfit,
        operator: "样例公司".to_owned(),
        credit_code: None,
        phone: "021-1".to_owned(),
    };
    let site = Site { place: place.clone(), address: "样例路1号".to_owned(), lon: None, lat: None };
    New {
        kind,
        changes: vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site },
            Change::SetState { span, state: State::Operating, reason: String::new() },
        ],
    }
}

pub async fn house(db: db::Db) -> House {
    web::i18n::install(&[
        web::MESSAGES,
        places::MESSAGES,
        identity::MESSAGES,
        desk::MESSAGES,
        errand::MESSAGES,
        matter::MESSAGES,
        registry::MESSAGES,
        duty::MESSAGES,
    ])
    .unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day(TODAY)).plus_seconds(9 * 3600)));
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
        matter::MIGRATIONS,
        registry::MIGRATIONS,
        duty::MIGRATIONS,
    ];
    db::migrate(&db, &tables).await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    let norms = ["documents", "supervision", "workforce", "operation"].map(|n| pack(&format!("norms/{n}.toml")));
    let norms: Vec<Pack<'_>> = norms.iter().map(|text| Pack { file: "norms.toml", text }).collect();
    let mut tx = db.begin().await.unwrap();
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    registry::seed(&mut tx).await.unwrap();
    let street = places::by_code(&mut tx, "310109010", clock.today()).await.unwrap().unwrap();
    let stamp = Stamp { now: clock.now(), ids: &ids, by: "test" };
    let kind = FacilityKind::Institution;
    let own = registry::enter(&mut tx, &stamp, institution("小满托育园", &street.id, kind)).await.unwrap();
    let other = registry::enter(&mut tx, &stamp, institution("大满托育园", &street.id, kind)).await.unwrap();
    let office = Unit {
        id: UnitId::new("office"),
        name_zh: "小满托育园".into(),
        name_en: "Xiaoman".into(),
        level: Level::Institution,
        place: street.id.clone(),
        kind: "institution".into(),
        aliases: Vec::new(),
        is_group: false,
        facility: Some(own.clone()),
        ended: None,
    };
    identity::create_unit(&mut tx, &office, clock.today()).await.unwrap();
    for (login, unit, role, code) in [
        ("head", "office", Role::InstitutionHead, "310109010"),
        ("centre", "hk_childcare_guidance_centre", Role::GuidanceOfficer, "310109"),
        ("health", "hk_health", Role::DepartmentOfficer, "310109"),
        ("jingan", "ja_education", Role::EducationOfficer, "310106"),
    ] {
        let login = Login::parse(login).unwrap();
        let password = Password::parse("correct horse battery", &login).unwrap();
        let password = identity::hash_password(&password, ids.bytes()).await.unwrap();
        let new = NewAccount { name: format!("{login} 的人"), login, password, demo: true };
        let account = identity::create_account(&mut tx, &ids, clock.now(), new).await.unwrap();
        let place = places::by_code(&mut tx, code, clock.today()).await.unwrap().unwrap().id;
        let facility = (role == Role::InstitutionHead).then(|| own.clone());
        let span = Span::since(day("2020-01-01"));
        let new = NewPost { account, unit: UnitId::new(unit), role, place, facility, span };
        identity::give_post(&mut tx, &ids, clock.now(), new).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut inner = web::AppInner::new(db.clone(), clock, ids, keys);
    inner.settings.synthetic = true;
    inner.nav = duty::nav();
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let calendar = WorkCalendar::load(&pack("calendar/holidays.csv")).unwrap();
    inner.kept.insert(Arc::new(duty::Duties::read(&pack("duties.toml"), calendar).unwrap()));
    let app = web::App::new(inner);
    let routes = duty::routes().merge(desk::routes()).merge(registry::routes()).merge(errand::routes());
    House { router: routes.into_router(app.clone()), app, own, other, _folder: folder }
}

impl House {
    pub fn set(&self, to: &str) {
        self.app.clock.set(Instant::start_of(day(to)).plus_seconds(10 * 3600));
    }

    pub async fn token(&self, login: &str) -> String {
        let mut tx = self.app.db.begin().await.unwrap();
        let account = identity::account(&mut tx, &Login::parse(login).unwrap()).await.unwrap().unwrap();
        let posts = identity::posts(&mut tx, &account.id, self.app.clock.today()).await.unwrap();
        let expires = self.app.clock.now().plus_seconds(400 * 86_400);
        let token = web::session::open(&mut tx, &self.app, &posts[0].actor(&account.name), expires).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub fn key(&self) -> String {
        format!("key-{}", hex::encode(self.app.ids.bytes::<8>()))
    }

    pub async fn call(&self, token: &str, path: &str, key: &str, body: serde_json::Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    fn hidden(page: &str) -> String {
        let mark = "name=\"csrf\" value=\"";
        page.split(mark).nth(1).unwrap_or_else(|| panic!("no form: {page}")).split('"').next().unwrap().to_owned()
    }

    /// A form as a browser sends it; the secret comes from the page that shows it.
    pub async fn form(&self, token: &str, page: &str, to: &str, fields: &[(&str, &str)]) -> Answer {
        let (csrf, key) = (Self::hidden(&self.get(token, page).await.body), self.key());
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("csrf", csrf.as_str()), ("idempotency_key", &key)]).extend_pairs(fields);
        let request = Request::post(to)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// The same with a file.
    pub async fn upload(&self, token: &str, page: &str, to: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let (csrf, key) = (Self::hidden(&self.get(token, page).await.body), self.key());
        let mut body = Vec::new();
        let all = [("csrf", csrf.as_str()), ("idempotency_key", &key)];
        for (name, value) in all.iter().chain(fields) {
            body.extend(
                format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
            );
        }
        body.extend(b"--part\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.jpg\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--part--\r\n");
        let request = Request::post(to)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=part");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}
