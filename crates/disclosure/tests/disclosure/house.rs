//! A server over the packs with some places of care in Hongkou and Pudong, the offices that publish, and the head of one
//! institution.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use disclosure::{Disclosure, Sources};
use http_body_util::BodyExt;
use identity::{Level, Login, NewAccount, NewPost, Password, Unit};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Clock, Day, Ids, Instant, Role, Span};
use places::load::Pack;
use registry::codes::{Band, CredentialKind, FacilityKind, LegalForm, Measure, Mode, Ownership, Per, State, Verified};
use registry::model::{Capacity, Credential, Fee, Inclusive, Profile, Site};
use registry::{At, Change, New, Stamp};
use std::sync::Arc;
use tower::ServiceExt;

pub struct House {
    pub db: db::Db,
    pub clock: Arc<Clock>,
    pub ids: Arc<Ids>,
    pub app: web::App,
    pub kept: Arc<Disclosure>,
    router: Router,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.body))
    }
}

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub fn pack(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap_or_else(|e| panic!("{path}: {e}"))
}

pub fn words() {
    let all = [
        web::MESSAGES,
        places::MESSAGES,
        identity::MESSAGES,
        desk::MESSAGES,
        errand::MESSAGES,
        registry::MESSAGES,
        disclosure::MESSAGES,
    ];
    web::i18n::install(&all).unwrap();
}

/// The first day of the house: 2022-02-15, nine in the morning.
pub async fn house(db: db::Db, sources: Sources) -> House {
    words();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-02-15")).plus_seconds(9 * 3600)));
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
        disclosure::MIGRATIONS,
    ];
    db::migrate(&db, &tables).await.unwrap();
    let norms: Vec<(&str, String)> = ["documents", "design", "operation", "file", "disclosure", "supervision"]
        .iter()
        .map(|name| (*name, pack(&format!("norms/{name}.toml"))))
        .collect();
    let norms: Vec<Pack<'_>> = norms.iter().map(|(file, text)| Pack { file, text }).collect();
    let mut tx = db.begin().await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    registry::seed(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut inner = web::AppInner::new(db.clone(), clock.clone(), ids.clone(), keys);
    inner.settings = web::Settings { synthetic: true, secure_cookies: false, behind_proxy: false };
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let kept = Arc::new(Disclosure::read("disclosure.toml", &pack("disclosure.toml")).unwrap().with(sources));
    inner.kept.insert(kept.clone());
    let app = web::App::new(inner);
    let router = disclosure::routes()
        .merge(identity::routes())
        .merge(desk::routes())
        .merge(errand::routes())
        .merge(registry::routes())
        .into_router(app.clone());
    House { db, clock, ids, app, kept, router, _folder: folder }
}

impl House {
    pub fn stamp(&self) -> Stamp<'_> {
        Stamp { now: self.clock.now(), ids: &self.ids, by: "test" }
    }

    pub fn set_day(&self, to: &str) {
        self.clock.set(Instant::start_of(day(to)).plus_seconds(9 * 3600));
    }

    /// Enters an institution that operates from a day on, with places and a fee.
    pub async fn enter(
        &self,
        kind: FacilityKind,
        name: &str,
        street: &str,
        from: &str,
        more: Vec<Change>,
    ) -> FacilityId {
        let mut tx = self.db.begin().await.unwrap();
        let place = places::by_code(&mut tx, street, self.clock.today()).await.unwrap().unwrap().id;
        let span = Span::since(day(from));
        let profile = Profile {
            name: name.to_owned(),
            name_key: String::new(),
            ownership: Ownership::Private,
            legal_form: LegalForm::ForProfit,
            operator: "某某".to_owned(),
            credit_code: None,
            phone: "021-55550000".to_owned(),
        };
        let far = street.bytes().map(f64::from).sum::<f64>() / 10_000.0;
        let site = Site { place, address: format!("{name}路1号"), lon: Some(121.4 + far), lat: Some(31.2 + far) };
        let mut changes = vec![
            Change::SetProfile { span, profile },
            Change::SetSite { span, site },
            Change::SetState { span, state: State::Operating, reason: String::new() },
            Change::SetFee { span, fee: Fee { mode: Mode::FullDay, fen: kernel::Fen(300_000), per: Per::Month } },
        ];
        let capacity = |measure, places| Change::SetCapacity {
            span,
            capacity: Capacity { measure, mode: Mode::FullDay, band: Band::Senior, places },
        };
        if kind != FacilityKind::Kindergarten {
            changes.extend([capacity(Measure::Approved, 40), capacity(Measure::Operational, 40)]);
            changes.push(capacity(Measure::Enrolled, 40));
        }
        changes.extend(more);
        let id = registry::enter(&mut tx, &self.stamp(), New { kind, changes }).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn edit(&self, id: &FacilityId, changes: Vec<Change>) {
        let mut tx = self.db.begin().await.unwrap();
        registry::edit(&mut tx, &self.stamp(), &At::any(id), changes).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub fn inclusive(&self, from: &str) -> Change {
        let inclusive = Inclusive { confirmed_by: "区教育局".to_owned(), reason: String::new() };
        Change::SetInclusive { span: Span::since(day(from)), inclusive }
    }

    pub fn notice(&self, number: &str, from: &str, until: &str) -> Change {
        Change::AddCredential {
            credential: Credential {
                home: String::new(),
                id: self.ids.new_id(self.clock.now()),
                holder_kind: String::new(),
                holder: String::new(),
                kind: CredentialKind::OperationNotice,
                number: number.to_owned(),
                issuer: "虹口区教育局".to_owned(),
                from_day: day(from),
                until_day: day(until),
                recorded: self.clock.now(),
                scope: String::new(),
                places: Some(40),
                verified: Verified::Verified,
                source: "licensing".to_owned(),
            },
        }
    }

    /// An account with one post; the token of a session of it.
    pub async fn person(
        &self,
        login: &str,
        unit: &str,
        role: Role,
        code: &str,
        facility: Option<&FacilityId>,
    ) -> String {
        let (now, today) = (self.clock.now(), self.clock.today());
        let typed = Login::parse(login).unwrap();
        let password = Password::parse("correct horse battery", &typed).unwrap();
        let password = identity::hash_password(&password, self.ids.bytes()).await.unwrap();
        let mut tx = self.db.begin().await.unwrap();
        let new = NewAccount { name: format!("{login} 的人"), login: typed, password, demo: true };
        let account = identity::create_account(&mut tx, &self.ids, now, new).await.unwrap();
        let place = places::by_code(&mut tx, code, today).await.unwrap().unwrap().id;
        let span = Span::since(day("2020-01-01"));
        let post = NewPost {
            account: account.clone(),
            unit: UnitId::new(unit),
            role,
            place,
            facility: facility.cloned(),
            span,
        };
        identity::give_post(&mut tx, &self.ids, now, post).await.unwrap();
        let posts = identity::posts(&mut tx, &account, today).await.unwrap();
        let actor = posts[0].actor(login);
        // Sessions that outlive every day of a test.
        let expires = Instant::start_of(day("2030-01-01"));
        let token = web::session::open(&mut tx, &self.app, &actor, expires).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    /// The office of an institution.
    pub async fn office(&self, facility: &FacilityId, unit: &str, code: &str) {
        let mut tx = self.db.begin().await.unwrap();
        let place = places::by_code(&mut tx, code, self.clock.today()).await.unwrap().unwrap().id;
        let unit = Unit {
            id: UnitId::new(unit),
            name_zh: "某某托育园".into(),
            name_en: "A place".into(),
            level: Level::Institution,
            place,
            kind: "institution".into(),
            aliases: Vec::new(),
            is_group: false,
            facility: Some(facility.clone()),
            ended: None,
        };
        identity::create_unit(&mut tx, &unit, self.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn open(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form as its page would; each send is a write of its own.
    pub async fn post(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(token, "/posts").await.body;
        let secret = page.split("name=\"csrf\" value=\"").nth(1).and_then(|r| r.split('"').next()).unwrap_or_default();
        let key: String = self.ids.bytes::<8>().iter().map(|b| format!("{b:02x}")).collect();
        let encode = |text: &str| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
        let mut body = format!("csrf={secret}&idempotency_key={key}");
        for (name, value) in fields {
            body.push_str(&format!("&{name}={}", encode(value)));
        }
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn run_jobs(&self) {
        let jobs = disclosure::jobs().merge(errand::jobs());
        jobs.run_due(&self.app).await.unwrap();
    }

    /// Until the book looks at the records again.
    pub async fn wait(&self) {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
}
