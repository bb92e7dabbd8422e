//! A server over divisions and units of the packs with a kind of matter that only tests have: an opening that health and
//! fire are asked about, and an office section. People: two agents of an applicant, the guidance centre of Jing'an (two
//! officers), its health and fire departments, the education bureau above.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use identity::{AllActions, Level, Login, NewAccount, NewPost, Password, Unit};
use kernel::Role::{Applicant, EducationOfficer, GuidanceOfficer};
use kernel::kinds::UnitId;
use kernel::{Clock, Day, Ids, Instant, Role, Span, WorkCalendar};
use matter::{By, Clock as Term, End, Kind, Kinds, Move, Need, Owner, State};
use places::load::Pack;
use std::sync::Arc;
use tower::ServiceExt;

const SECRET: &str = "correct horse battery";
const OFFICE: &[&str] = &["guidance_centre", "education"];
const OFFICERS: By = By::Owner(&[GuidanceOfficer, EducationOfficer]);

static DRAFT: State = State { id: "draft", owner: Owner::Applicant, clock: Some(Term::calendar("test.draft_days")) };
static MENDING: State =
    State { id: "mending", owner: Owner::Applicant, clock: Some(Term::calendar("test.draft_days")) };
static CONSULTING: State =
    State { id: "consulting", owner: Owner::Opinions(OFFICE), clock: Some(Term::working("test.consult_days")) };
static DECIDING: State = State {
    id: "deciding",
    owner: Owner::Unit(OFFICE),
    clock: Some(Term::working("test.decide_days").with_pauses().extended_by("test.extension_days")),
};
static GRANTED: State = State { id: "granted", owner: Owner::Nobody(End::Granted), clock: None };
static REFUSED: State = State { id: "refused", owner: Owner::Nobody(End::Refused), clock: None };
static DROPPED: State = State { id: "dropped", owner: Owner::Nobody(End::Dropped), clock: None };

static SUBMIT: Move =
    Move { id: "submit", from: &[&DRAFT], to: &CONSULTING, by: By::Applicant, needs: &[Need::Complete] };
static RESUBMIT: Move = Move {
    id: "resubmit",
    from: &[&MENDING],
    to: &CONSULTING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
static COLLECT: Move =
    Move { id: "collect", from: &[&CONSULTING], to: &DECIDING, by: OFFICERS, needs: &[Need::Opinions] };
static RETURN: Move = Move { id: "return", from: &[&DECIDING], to: &MENDING, by: OFFICERS, needs: &[Need::Remarks] };
static GRANT: Move =
    Move { id: "grant", from: &[&DECIDING], to: &GRANTED, by: OFFICERS, needs: &[Need::Office, Need::Agreement] };
static ASK_AGAIN: Move =
    Move { id: "ask_again", from: &[&DECIDING], to: &CONSULTING, by: OFFICERS, needs: &[Need::Words] };
static REFUSE: Move = Move { id: "refuse", from: &[&DECIDING], to: &REFUSED, by: OFFICERS, needs: &[Need::Words] };
static WITHDRAW: Move = Move {
    id: "withdraw",
    from: &[&DRAFT, &MENDING, &CONSULTING, &DECIDING],
    to: &DROPPED,
    by: By::Applicant,
    needs: &[],
};
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static OPENING: Kind = Kind {
    id: "test.opening",
    first: &DRAFT,
    moves: &[&SUBMIT, &RESUBMIT, &COLLECT, &RETURN, &ASK_AGAIN, &GRANT, &REFUSE, &WITHDRAW, &LAPSE],
    brought_by: &[Applicant, GuidanceOfficer],
    about_facility: false,
    confirmed: true,
    tells: &[],
    above: &["education"],
    effect: Some(|moving| {
        Box::pin(async move {
            // What a slice would write; a title that asks for it fails, to see that the move is taken back whole.
            match (moving.step.id, moving.values.get("name")) {
                ("grant", "坏") => Err(kernel::RuleViolation::new("matter.no_unit").into()),
                _ => Ok(()),
            }
        })
    }),
};

const WORDS: web::i18n::Source = web::i18n::Source {
    slice: "test",
    zh: "[test.opening]\ntitle = \"试办\"\n[test.opening.state]\ndeciding = \"待批\"",
    en: "[test.opening]\ntitle = \"Trial\"\n[test.opening.state]\ndeciding = \"To be decided\"",
};

const FORMS: &str = include_str!("forms.toml");
const NORMS: &str = include_str!("norms.toml");

pub struct House {
    pub db: db::Db,
    pub clock: Arc<Clock>,
    pub app: web::App,
    router: Router,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub body: String,
    pub to: String,
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

pub async fn house(db: db::Db) -> House {
    let messages = [web::MESSAGES, places::MESSAGES, identity::MESSAGES, desk::MESSAGES, matter::MESSAGES, WORDS];
    web::i18n::install(&messages).unwrap();
    let clock = Arc::new(Clock::set_to(Instant::start_of(day("2022-03-01")).plus_seconds(9 * 3600)));
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    let tables = [places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS, matter::MIGRATIONS];
    db::migrate(&db, &tables).await.unwrap();
    let (divisions, units, settings) = (pack("divisions/places.csv"), pack("units.toml"), pack("settings.toml"));
    let (documents, classes) = (pack("norms/documents.toml"), pack("norms/classes.toml"));
    let norms = [("documents.toml", &*documents), ("classes.toml", &*classes), ("test.toml", NORMS)];
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
    inner.nav = matter::nav();
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let kinds = Kinds::new(vec![&OPENING], matter::read_forms(FORMS).unwrap(), calendar()).unwrap();
    inner.kept.insert(Arc::new(kinds));
    inner.kept.insert(identity::phone::sms::Sender::Simulator);
    let routes = identity::routes().merge(desk::routes()).merge(matter::routes());
    let all = AllActions::of(&routes);
    let app = web::App::new(inner);
    let router = routes.with(all).into_router(app.clone());
    House { db, clock, app, router, _folder: folder }
}

impl House {
    pub fn set(&self, to: &str) {
        self.clock.set(Instant::start_of(day(to)).plus_seconds(10 * 3600));
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let to = response.headers().get(header::LOCATION).map_or("", |v| v.to_str().unwrap()).to_owned();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, body: String::from_utf8_lossy(&body).into_owned(), to }
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

    /// The same with files: field, name and bytes of each.
    pub async fn files(
        &self,
        token: &str,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let (csrf, key) = (self.csrf(token).await, format!("key-{}", hex::encode(self.app.ids.bytes::<8>())));
        let mut body = Vec::new();
        for (name, value) in [("csrf", csrf.as_str()), ("idempotency_key", &key)].iter().chain(fields) {
            body.extend(format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--XX\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
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

    /// A matter of the applicant that is filled in and not yet submitted.
    pub async fn drafted(&self, agent: &str, name: &str) -> String {
        self.drafted_with(agent, name, "13800001234").await
    }

    /// Short messages about matters that were written.
    pub async fn messages(&self) -> i64 {
        let mut read = self.db.read().await.unwrap();
        read.one(db::q!("select count(*) from sms where kind = 'matter'")).await.unwrap()
    }

    pub async fn drafted_with(&self, agent: &str, name: &str, contact: &str) -> String {
        let new = self.call(
            agent,
            "/api/v1/matters/new/opening.test",
            serde_json::json!({"title": name, "region": "310106"}),
        );
        let new = new.await;
        assert_eq!(new.status, StatusCode::CREATED, "{}", new.body);
        let id = new.json()["id"].as_str().unwrap().to_owned();
        let base = serde_json::json!({"name": name, "phone": "13800001234", "contact_phone": contact, "area": "400", "places": "45"});
        let saved = self.call(agent, &format!("/api/v1/matters/{id}/fill/base"), base).await;
        assert_eq!(saved.json()["missing"], 0, "{}", saved.body);
        let proof: &[u8] = b"%PDF-1.7 lease";
        let (site, fields) = (format!("/matters/{id}/fill/site"), [("floor", "2"), ("whole", "1")]);
        let sent = self.files(agent, &site, &fields, &[("lease", "租约.pdf", proof)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        id
    }

    pub async fn go(&self, token: &str, id: &str, step: &str, words: &str) -> Answer {
        self.call(token, &format!("/api/v1/matters/{id}/moves"), serde_json::json!({"move": step, "words": words}))
            .await
    }

    /// Submitted, both departments agree, opinions collected: it is to be decided.
    pub async fn to_decide(&self, name: &str) -> String {
        let (agent, centre) = (self.token("agent").await, self.token("centre").await);
        let id = self.drafted(&agent, name).await;
        assert_eq!(self.go(&agent, &id, "submit", "").await.status, StatusCode::OK);
        for department in ["health", "fire"] {
            self.agree(department, &id).await;
        }
        assert_eq!(self.go(&centre, &id, "collect", "").await.status, StatusCode::OK);
        id
    }

    pub async fn agree(&self, department: &str, id: &str) {
        self.say(department, id, "agree").await;
    }

    pub async fn say(&self, department: &str, id: &str, verdict: &str) {
        let token = self.token(department).await;
        let body = serde_json::json!({"verdict": verdict, "words": "看过"});
        let given = self.call(&token, &format!("/api/v1/matters/{id}/opinion"), body).await;
        assert_eq!(given.status, StatusCode::OK, "{department}: {}", given.body);
    }
}
