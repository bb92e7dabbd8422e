//! A server over divisions and units of the packs with a short kind of matter, the guide, and people who use both.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use identity::{AllActions, Level, Login, NewAccount, NewPost, Password, Unit};
use kernel::Role::{Applicant, EducationOfficer, GuidanceOfficer};
use kernel::kinds::UnitId;
use kernel::{Clock, Day, Ids, Instant, Role, Span, WorkCalendar};
use matter::{By, Clock as Term, End, Kind, Kinds, Move, Owner, State};
use places::load::Pack;
use std::sync::Arc;
use tower::ServiceExt;

const SECRET: &str = "correct horse battery";
const OFFICE: &[&str] = &["guidance_centre", "education"];
const OFFICERS: By = By::Owner(&[GuidanceOfficer, EducationOfficer]);

static DRAFT: State = State { id: "draft", owner: Owner::Applicant, clock: Some(Term::calendar("test.draft_days")) };
static DECIDING: State =
    State { id: "deciding", owner: Owner::Unit(OFFICE), clock: Some(Term::working("test.decide_days")) };
static GRANTED: State = State { id: "granted", owner: Owner::Nobody(End::Granted), clock: None };
static SUBMIT: Move = Move { id: "submit", from: &[&DRAFT], to: &DECIDING, by: By::Applicant, needs: &[] };
static GRANT: Move = Move { id: "grant", from: &[&DECIDING], to: &GRANTED, by: OFFICERS, needs: &[] };

static OPENING: Kind = Kind {
    id: "licence.opening",
    first: &DRAFT,
    moves: &[&SUBMIT, &GRANT],
    brought_by: &[Applicant],
    about_facility: false,
    confirmed: true,
    tells: &[],
    above: &["education"],
    effect: None,
};

const WORDS: web::i18n::Source = web::i18n::Source {
    slice: "test",
    zh: "[licence.opening]\ntitle = \"申办\"",
    en: "[licence.opening]\ntitle = \"Opening\"",
};

const FORMS: &str = r#"
[[sheets]]
id = "opening.a"
kind = "licence.opening"
name = { zh = "甲表", en = "Form A" }
from = "2020-01-01"
serves = ["institution", "park_point"]
departments = ["health"]
[[sheets.sections]]
id = "site"
name = { zh = "场地", en = "Premises" }
[[sheets.sections.fields]]
id = "area"
name = { zh = "建筑面积", en = "Floor area" }
input = { type = "number", least = 1, most = 9999, unit = { zh = "平方米", en = "m²" } }
[[sheets.sections.fields]]
id = "lease"
name = { zh = "租赁合同", en = "Lease" }
input = { type = "files", most = 2 }
[[sheets.checks]]
id = "area"
name = { zh = "建筑面积", en = "Floor area" }
norm = "premises.min_area"
of = "area"

[[sheets]]
id = "opening.b"
kind = "licence.opening"
name = { zh = "乙表", en = "Form B" }
from = "2030-01-01"

[[sheets]]
id = "opening.d"
kind = "licence.opening"
name = { zh = "丙表", en = "Form C" }
from = "2020-01-01"
serves = ["kindergarten"]
"#;
const NORMS: &str = include_str!("../../../matter/tests/matter/norms.toml");
pub const PATH: &str = r#"
first = "what"
[[steps]]
id = "what"
ask = { zh = "做什么？", en = "What?" }
answers = [
  { id = "a", name = { zh = "开办", en = "Open" }, next = "who" },
  { id = "no", name = { zh = "不办", en = "Nothing" }, stop = { zh = "不用申办。", en = "Nothing to do." } },
]
[[steps]]
id = "who"
ask = { zh = "谁来办？", en = "Who?" }
answers = [
  { id = "a", name = { zh = "甲", en = "A" }, form = "opening.a" },
  { id = "b", name = { zh = "乙", en = "B" }, form = "opening.b" },
]
"#;

pub struct House {
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

pub fn calendar() -> WorkCalendar {
    WorkCalendar::load(&pack("calendar/holidays.csv")).unwrap()
}

pub fn kinds() -> Kinds {
    let kinds = Kinds::new(vec![&OPENING], matter::read_forms(FORMS).unwrap(), calendar()).unwrap();
    kinds.with(|_, _| Box::pin(async { Ok(()) }), |app, tx, matter| Box::pin(guide::follow(app, tx, matter)))
}

pub async fn house(db: db::Db) -> House {
    let messages =
        [web::MESSAGES, places::MESSAGES, identity::MESSAGES, desk::MESSAGES, matter::MESSAGES, guide::MESSAGES, WORDS];
    web::i18n::install(&messages).unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-03-01")).plus_seconds(9 * 3600)));
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    let tables = [
        places::MIGRATIONS,
        web::MIGRATIONS,
        identity::MIGRATIONS,
        desk::MIGRATIONS,
        matter::MIGRATIONS,
        guide::MIGRATIONS,
    ];
    db::migrate(&db, &tables).await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    let [documents, classes, benefits, care] =
        ["documents", "classes", "benefits", "care"].map(|name| pack(&format!("norms/{name}.toml")));
    let norms = [
        ("documents.toml", &*documents),
        ("classes.toml", &*classes),
        ("benefits.toml", &*benefits),
        ("care.toml", &*care),
        ("test.toml", NORMS),
    ];
    let norms = norms.map(|(file, text)| Pack { file, text });
    let mut tx = db.begin().await.unwrap();
    places::load::load_divisions(&mut tx, Pack { file: "places.csv", text: &divisions }).await.unwrap();
    places::load::load_norms(&mut tx, &norms).await.unwrap();
    identity::load_settings(&mut tx, Pack { file: "settings.toml", text: &settings }).await.unwrap();
    identity::load_units(&mut tx, Pack { file: "units.toml", text: &units }, clock.today()).await.unwrap();
    let jingan = places::by_code(&mut tx, "310106", clock.today()).await.unwrap().unwrap();
    for (id, name) in [("ap_xiaoman", "小满托育有限公司"), ("ap_other", "别家托育有限公司")] {
        let unit = Unit {
            id: UnitId::new(id),
            name_zh: name.into(),
            name_en: name.into(),
            level: Level::Applicant,
            place: jingan.id.clone(),
            kind: "applicant".into(),
            aliases: Vec::new(),
            is_group: false,
            facility: None,
            ended: None,
        };
        identity::create_unit(&mut tx, &unit, clock.today()).await.unwrap();
    }
    for (login, unit, role, code) in [
        ("agent", "ap_xiaoman", Role::Applicant, "310106"),
        ("agent2", "ap_xiaoman", Role::Applicant, "310106"),
        ("other", "ap_other", Role::Applicant, "310106"),
        ("centre", "ja_childcare_guidance_centre", Role::GuidanceOfficer, "310106"),
        ("centre2", "ja_childcare_guidance_centre", Role::GuidanceOfficer, "310106"),
        ("health", "ja_health", Role::DepartmentOfficer, "310106"),
        ("fire", "ja_fire", Role::DepartmentOfficer, "310106"),
        ("market", "ja_market", Role::DepartmentOfficer, "310106"),
        ("bureau", "ja_education", Role::EducationOfficer, "310106"),
        ("city", "sh_education", Role::EducationOfficer, "310000"),
        ("hongkou", "hk_childcare_guidance_centre", Role::GuidanceOfficer, "310109"),
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
    let mut inner = web::AppInner::new(db.clone(), clock.clone(), ids, keys);
    inner.settings.synthetic = true;
    inner.nav = guide::nav();
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let kinds = kinds();
    let path = guide::Path::read(PATH, &kinds).unwrap();
    inner.kept.insert(Arc::new(kinds));
    inner.kept.insert(Arc::new(path));
    let routes =
        identity::routes().merge(desk::routes()).merge(places::routes()).merge(matter::routes()).merge(guide::routes());
    let all = AllActions::of(&routes);
    let app = web::App::new(inner);
    let router = routes.with(all).into_router(app.clone());
    House { app, router, _folder: folder }
}

impl House {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: String::from_utf8_lossy(&body).into_owned() }
    }

    pub async fn token(&self, login: &str) -> String {
        let body = serde_json::json!({"account": login, "password": SECRET}).to_string();
        let request = Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(Body::from(body)).unwrap()).await;
        answer.json()["token"].as_str().unwrap_or_else(|| panic!("{login}: {}", answer.body)).to_owned()
    }

    /// `""`: nobody is signed in.
    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let mut request = Request::get(path);
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(Body::empty()).unwrap()).await
    }

    /// A form of somebody who is not signed in.
    pub async fn public(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }

    /// A call of the API with a key of its own.
    pub async fn call(&self, token: &str, path: &str, body: serde_json::Value) -> Answer {
        let key = format!("key-{}", hex::encode(self.app.ids.bytes::<8>()));
        self.call_keyed(token, path, &key, body).await
    }

    pub async fn call_keyed(&self, token: &str, path: &str, key: &str, body: serde_json::Value) -> Answer {
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key);
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn csrf(&self, token: &str) -> String {
        let page = self.get(token, "/posts").await.body;
        page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    /// A form as a browser sends it.
    pub async fn form(&self, token: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let (csrf, key) = (self.csrf(token).await, format!("key-{}", hex::encode(self.app.ids.bytes::<8>())));
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs([("csrf", csrf.as_str()), ("idempotency_key", &key)]).extend_pairs(fields);
        let request = Request::post(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).unwrap()).await
    }
}
