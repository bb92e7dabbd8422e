//! A server over the packs, with an applicant and the offices of Hongkou.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use identity::{Level, Login, NewAccount, NewPost, Password, Unit};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Actor, Clock, Day, Ids, Instant, Role, Span, WorkCalendar};
use matter::{Kinds, Making, Matter, New, Values};
use places::load::Pack;
use std::sync::Arc;
use tower::ServiceExt;

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
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

pub const SITE: &str = "https://tuoyu.example.cn";

pub fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn packs() -> std::path::PathBuf {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs").into()
}

pub fn pack(path: &str) -> String {
    std::fs::read_to_string(packs().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// Name and text of each file of a folder of TOML, by name.
pub fn folder(name: &str) -> Vec<(String, String)> {
    let files = std::fs::read_dir(packs().join(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    files.sort();
    let text = |path: &std::path::PathBuf| (path.display().to_string(), std::fs::read_to_string(path).unwrap());
    files.iter().map(text).collect()
}

pub fn calendar() -> WorkCalendar {
    WorkCalendar::load(&pack("calendar/holidays.csv")).unwrap()
}

pub fn words() {
    web::i18n::install(&[
        web::MESSAGES,
        places::MESSAGES,
        identity::MESSAGES,
        desk::MESSAGES,
        errand::MESSAGES,
        registry::MESSAGES,
        matter::MESSAGES,
        licence::MESSAGES,
    ])
    .unwrap();
}

pub async fn house(db: db::Db) -> House {
    words();
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
        licence::MIGRATIONS,
    ];
    db::migrate(&db, &tables).await.unwrap();
    let norms = folder("norms");
    let norms: Vec<Pack<'_>> = norms.iter().map(|(file, text)| Pack { file, text }).collect();
    let mut tx = db.begin().await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    registry::seed(&mut tx).await.unwrap();
    let hongkou = places::by_code(&mut tx, "310109", clock.today()).await.unwrap().unwrap();
    let unit = Unit {
        id: UnitId::new("ap_xiaoya"),
        name_zh: "小芽托育有限公司".into(),
        name_en: "小芽托育有限公司".into(),
        level: Level::Applicant,
        place: hongkou.id.clone(),
        kind: "applicant".into(),
        aliases: Vec::new(),
        is_group: false,
        facility: None,
        ended: None,
    };
    identity::create_unit(&mut tx, &unit, clock.today()).await.unwrap();
    // Hongkou's bureau is in no plan: each district has one by law.
    let bureau = identity::office_at(&mut tx, &hongkou, &["education"], clock.today()).await.unwrap().unwrap();
    identity::record_office(&mut tx, &bureau, clock.today()).await.unwrap();
    for (login, unit, role, code) in [
        ("agent", "ap_xiaoya", Role::Applicant, "310109"),
        ("centre", "hk_childcare_guidance_centre", Role::GuidanceOfficer, "310109"),
        ("bureau", bureau.id.as_str(), Role::EducationOfficer, "310109"),
        ("health", "hk_health", Role::DepartmentOfficer, "310109"),
        ("jingan", "ja_education", Role::EducationOfficer, "310106"),
    ] {
        let login = Login::parse(login).unwrap();
        let password = Password::parse("correct horse battery", &login).unwrap();
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
    inner.nav = licence::nav();
    let sheets = folder("forms").iter().flat_map(|(_, text)| matter::read_forms(text).unwrap()).collect();
    inner.kept.insert(Arc::new(Kinds::new(licence::KINDS.to_vec(), sheets, calendar()).unwrap()));
    inner.kept.insert(Arc::new(paper::Press::new(&[])));
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    inner.kept.insert(identity::phone::sms::Sender::Simulator);
    inner.kept.insert(licence::Site(Some(SITE.to_owned())));
    let app = web::App::new(inner);
    let routes = licence::routes().merge(matter::routes()).merge(registry::routes()).merge(errand::routes());
    House { db, clock, ids, router: routes.into_router(app.clone()), app, _folder: folder }
}

/// What an applicant fills in, and an office.
pub fn filled() -> Values {
    [
        ("name", "小芽托育园"),
        ("facility_kind", "institution"),
        ("operator", "小芽托育有限公司"),
        ("phone", "02165432100"),
        ("street", "310109010"),
        ("address", "曲阳路1号1层"),
        ("tenure", "rented"),
        ("lease_years", "5"),
        ("area", "420"),
        ("shared_site", "no"),
        ("floor", "1"),
        ("fee_full_day", "3200"),
        ("hours", "周一至周五 8:00—17:00"),
        ("first_day", "2022-04-01"),
        ("scope", "为3岁以下婴幼儿提供全日制托育服务"),
        ("granted_classes_junior", "2"),
        ("granted_junior", "30"),
        ("granted_classes_senior", "1"),
        ("granted_senior", "20"),
        ("granted_mode", "full_day"),
        ("also_hourly", "yes"),
    ]
    .into_iter()
    .collect()
}

impl House {
    pub fn set(&self, to: &str) {
        self.clock.set(Instant::start_of(day(to)).plus_seconds(10 * 3600));
    }

    pub async fn actor(&self, login: &str) -> Actor {
        let mut read = self.db.read().await.unwrap();
        let account = identity::account(&mut read, &Login::parse(login).unwrap()).await.unwrap().unwrap();
        let posts = identity::posts(&mut read, &account.id, self.clock.today()).await.unwrap();
        posts[0].actor(&account.name)
    }

    /// A matter that was brought, carried straight to the move that grants it; what comes between is the kernel's.
    pub async fn granted(&self, form: &str, facility: Option<&FacilityId>, values: &Values) -> web::Result<Matter> {
        let kinds = Kinds::of(&self.app)?;
        let sheet = kinds.sheet_on(form, self.clock.today()).unwrap_or_else(|| panic!("no form {form}"));
        let kind = kinds.kind(&sheet.kind).unwrap();
        let step = kind.moves.iter().copied().find(|step| step.to.end() == Some(matter::End::Granted)).unwrap();
        let mut tx = self.db.begin().await?;
        let place = places::by_code(&mut tx, "310109", self.clock.today()).await?.unwrap();
        let applicant = UnitId::new("ap_xiaoya");
        let new = New { kind, sheet, place: &place, applicant: &applicant, facility, title: "小芽托育园" };
        let brought = matter::bring(&self.app, &mut tx, new, None).await?;
        // It stands where the last move begins.
        let before = Matter { state: step.from[0].id.to_owned(), ..brought };
        let by = self.actor("bureau").await;
        let (pauses, by, words) = (&[], Some(&by), "同意");
        let making = Making { kind, sheet, before: &before, pauses, step, values, by, words };
        let after = matter::advance(&self.app, &mut tx, making).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// An institution that was opened by a matter.
    pub async fn opened(&self) -> FacilityId {
        self.granted("opening.for_profit", None, &filled()).await.unwrap().facility.unwrap()
    }

    pub async fn notice(&self, facility: &FacilityId) -> licence::notice::Notice {
        licence::store::last_of(&mut self.db.read().await.unwrap(), facility).await.unwrap().unwrap()
    }

    pub async fn history(&self, facility: &FacilityId) -> registry::History {
        registry::store::file::history(&mut self.db.read().await.unwrap(), facility).await.unwrap().unwrap()
    }

    pub async fn token(&self, login: &str) -> String {
        let actor = self.actor(login).await;
        let mut tx = self.db.begin().await.unwrap();
        let expires = self.clock.now().plus_seconds(3600);
        let token = web::session::open(&mut tx, &self.app, &actor, expires).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        Answer { status, headers, body: String::from_utf8_lossy(&bytes).into_owned(), bytes }
    }

    /// As anybody who did not sign in.
    pub async fn ask(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A call of the API with a key of its own.
    pub async fn call(&self, token: &str, path: &str, body: serde_json::Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", self.key());
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    fn key(&self) -> String {
        format!("key-{}", self.ids.new_id::<kernel::kinds::Matter>(self.clock.now()))
    }

    /// A form with files as a browser sends it: the secret is taken from a page.
    pub async fn form(&self, token: &str, page: &str, path: &str, fields: &[(&str, &str)], files: &[&str]) -> Answer {
        let shown = self.get(token, page).await.body;
        let secret = shown.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let key = self.key();
        let both = [("csrf", secret.as_str()), ("idempotency_key", key.as_str())];
        if files.is_empty() {
            let plain = both.iter().chain(fields).map(|(name, value)| format!("{name}={}", percent(value)));
            let request = Request::post(path)
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            return self.send(request.body(Body::from(plain.collect::<Vec<_>>().join("&"))).unwrap()).await;
        }
        let mut body = String::new();
        for (name, value) in both.iter().chain(fields) {
            body.push_str(&format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }
        for field in files {
            body.push_str(&format!(
                "--XX\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{field}.pdf\"\r\n\
                 Content-Type: application/pdf\r\n\r\n%PDF-1.7 {field}\r\n"
            ));
        }
        body.push_str("--XX--\r\n");
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX");
        self.send(request.body(Body::from(body)).unwrap()).await
    }
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// The days of a year.
pub fn year(year: i16) -> kernel::Span {
    kernel::Span { from: kernel::Day::new(year, 1, 1).unwrap(), until: kernel::Day::new(year + 1, 1, 1).unwrap() }
}
