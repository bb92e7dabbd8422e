//! One server for one test: the small city, sessions opened for posts, requests through the whole router.

use crate::city::{self, NOW, day};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use kernel::{Actor, Clock, Id, Ids, Instant, Role};
use std::sync::Arc;
use tower::ServiceExt;

pub struct House {
    _folder: tempfile::TempDir,
    pub db: db::Db,
    pub ids: Arc<Ids>,
    pub app: web::App,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

pub fn words() {
    web::i18n::install(&[
        web::MESSAGES,
        places::MESSAGES,
        identity::MESSAGES,
        desk::MESSAGES,
        errand::MESSAGES,
        matter::MESSAGES,
        registry::MESSAGES,
    ])
    .unwrap();
}

pub async fn house(db: db::Db, streets: usize) -> House {
    words();
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
    ];
    db::migrate(&db, &tables).await.unwrap();
    city::fill(&db, streets).await;
    norms(&db).await;
    let clock = Arc::new(Clock::set_to(Instant::start_of(day(NOW)).plus_seconds(9 * 3600)));
    let mut inner = web::AppInner::new(db.clone(), clock, ids.clone(), keys);
    inner.nav = registry::nav();
    inner.kept.insert(Arc::new(kinds()));
    let folder = tempfile::tempdir().unwrap();
    inner.blobs = Some(db::Blobs::open(folder.path()).unwrap());
    let app = web::App::new(inner);
    House { _folder: folder, db, ids, router: registry::routes().merge(errand::routes()).into_router(app.clone()), app }
}

/// One kind of matter, with nothing to fill in.
fn kinds() -> matter::Kinds {
    use matter::{By, Clock, Count, End, Kind, Move, Owner, State};
    const DAYS: Option<Clock> =
        Some(Clock { norm: "test.days", count: Count::Calendar, extension: None, pauses: false });
    static DRAFT: State = State { id: "draft", owner: Owner::Applicant, clock: DAYS };
    static REVIEW: State = State { id: "review", owner: Owner::Unit(&["education"]), clock: DAYS };
    static DONE: State = State { id: "done", owner: Owner::Nobody(End::Granted), clock: None };
    static SUBMIT: Move = Move { id: "submit", from: &[&DRAFT], to: &REVIEW, by: By::Applicant, needs: &[] };
    static GRANT: Move =
        Move { id: "grant", from: &[&REVIEW], to: &DONE, by: By::Owner(&[Role::GuidanceOfficer]), needs: &[] };
    static KIND: Kind = Kind {
        id: "test.kind",
        first: &DRAFT,
        moves: &[&SUBMIT, &GRANT],
        brought_by: &[Role::Applicant],
        about_facility: true,
        confirmed: true,
        tells: &[],
        above: &[],
        effect: None,
    };
    let form = "[[sheets]]\nid = \"test\"\nkind = \"test.kind\"\nname = { zh = \"样例\", en = \"Sample\" }\nfrom = \"2018-01-01\"\n";
    let calendar = include_str!("../../../../packs/calendar/holidays.csv");
    let calendar = kernel::WorkCalendar::load(calendar).unwrap();
    matter::Kinds::new(vec![&KIND], matter::read_forms(form).unwrap(), calendar).unwrap()
}

/// How long errands are kept and which lists are long.
async fn norms(db: &db::Db) {
    let pack = |file: &str| {
        std::fs::read_to_string(format!("{}/../../packs/norms/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    };
    let texts = ["documents.toml", "operating.toml", "operation.toml"].map(|file| (file, pack(file)));
    let packs = texts.each_ref().map(|(file, text)| places::load::Pack { file, text });
    let mut tx = db.begin().await.unwrap();
    places::load::load_norms(&mut tx, &packs).await.unwrap();
    tx.commit().await.unwrap();
}

impl House {
    /// Does the work that was left, as the loop beside the server would.
    pub async fn work(&self) {
        let ran = registry::jobs().merge(errand::jobs()).run_due(&self.app).await.unwrap();
        assert_eq!((ran.failed, ran.given_up), (0, 0));
    }

    /// The same for somebody whose account and post are on record: work goes on when their request has ended.
    pub async fn clerk_at(&self, role: Role, code: &str) -> String {
        let account = format!("a-{}-{code}", role.as_str());
        let mut tx = self.db.begin().await.unwrap();
        tx.exec(db::q!(
            "insert into unit (id, name_zh, name_en, level, place, kind, aliases, is_group)
             values ('unit', '样例单位', 'Sample office', 'city', $1, 'education', '', false) on conflict (id) do nothing",
            city::place("310000")
        ))
        .await
        .unwrap();
        tx.exec(db::q!(
            "insert into account (id, login, name, password, failed, locked_until, demo, closed, created)
             values ($1, $2, '王老师', '', 0, 0, false, false, 0) on conflict (id) do nothing",
            account.as_str(),
            account.as_str()
        ))
        .await
        .unwrap();
        tx.exec(db::q!(
            "insert into post (id, account, unit, role, place, facility, from_day, until_day)
             values ($1, $2, 'unit', $3, $4, null, '2000-01-01', '9999-12-31') on conflict (id) do nothing",
            format!("post-{}-{code}", role.as_str()),
            account.as_str(),
            role.as_str(),
            city::place(code)
        ))
        .await
        .unwrap();
        tx.commit().await.unwrap();
        self.post_at(role, code, None).await
    }

    /// A session of a post at a place, or at a facility; the token.
    pub async fn post_at(&self, role: Role, code: &str, facility: Option<&str>) -> String {
        let actor = Actor {
            account: Id::new(format!("a-{}-{code}", role.as_str())),
            name: "王老师".into(),
            post: Id::new(format!("post-{}-{code}", role.as_str())),
            unit: Id::new("unit"),
            unit_name: "样例单位".into(),
            role,
            place: city::place(code),
            facility: facility.map(Id::new),
        };
        let mut tx = self.db.begin().await.unwrap();
        let expires = self.app.clock.now().plus_seconds(3600);
        let token = web::session::open(&mut tx, &self.app, &actor, expires).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response<Body> = self.router.clone().oneshot(request).await.unwrap();
        let location = response.headers().get(header::LOCATION).map(|v| v.to_str().unwrap().to_owned());
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        // A workbook is no text.
        let body = String::from_utf8(bytes.clone()).unwrap_or_default();
        Answer { status, location: location.unwrap_or_default(), body, bytes }
    }

    fn cookie(token: &str) -> String {
        format!("{}={token}", web::session::COOKIE)
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, Self::cookie(token)).body(Body::empty()).unwrap()).await
    }

    /// A form as a browser sends it; the secret and the key are taken from the page that shows it.
    pub async fn form(&self, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let (csrf, key) = self.hidden(path, token).await;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &csrf).append_pair("idempotency_key", &key);
        body.extend_pairs(fields);
        self.post(path, token, "application/x-www-form-urlencoded", body.finish()).await
    }

    /// A form of the page at `page` that is sent to `page/act`.
    pub async fn form_at(&self, page: &str, act: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        self.form_from("/facilities/import", &format!("{page}/{act}"), token, fields).await
    }

    /// A form that is sent to `path` with the hidden fields of another page.
    pub async fn form_from(&self, page: &str, path: &str, token: &str, fields: &[(&str, &str)]) -> Answer {
        let (csrf, key) = self.hidden(page, token).await;
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &csrf).append_pair("idempotency_key", &key);
        body.extend_pairs(fields);
        self.post(path, token, "application/x-www-form-urlencoded", body.finish()).await
    }

    pub fn now(&self) -> Instant {
        self.app.clock.now()
    }

    pub fn set_clock(&self, at: Instant) {
        self.app.clock.set(at);
    }

    pub async fn hidden(&self, path: &str, token: &str) -> (String, String) {
        let page = self.get(path, token).await.body;
        let value = |name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            page.rsplit(mark.as_str()).next().unwrap().split('"').next().unwrap().to_owned()
        };
        (value("csrf"), value("idempotency_key"))
    }

    pub async fn post(&self, path: &str, token: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, Self::cookie(token))
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(body.into()).unwrap()).await
    }

    /// A sheet sent with the form of the import page.
    pub async fn upload(&self, token: &str, name: &str, sheet: &[u8]) -> Answer {
        let (csrf, key) = self.hidden("/facilities/import", token).await;
        let part = |name: &str, value: &str| {
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let before = format!(
            "{}{}--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            part("csrf", &csrf),
            part("idempotency_key", &key),
        );
        let body = [before.as_bytes(), sheet, b"\r\n--XX--\r\n"].concat();
        self.post("/facilities/import", token, "multipart/form-data; boundary=XX", body).await
    }

    /// A form with one file, sent with the hidden fields of its own page.
    pub async fn material(&self, token: &str, path: &str, fields: &[(&str, &str)], file: &str) -> Answer {
        let (csrf, key) = self.hidden(path, token).await;
        let own = [("csrf", csrf.as_str()), ("idempotency_key", key.as_str())];
        let mut body = String::new();
        for (name, value) in own.iter().chain(fields) {
            body.push_str(&format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"));
        }
        body.push_str(&format!(
            "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n{file}\r\n--XX--\r\n"
        ));
        self.post(path, token, "multipart/form-data; boundary=XX", body).await
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
}
