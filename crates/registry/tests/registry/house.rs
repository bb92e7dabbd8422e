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
    pub db: db::Db,
    pub ids: Arc<Ids>,
    pub app: web::App,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }
}

pub fn words() {
    web::i18n::install(&[web::MESSAGES, identity::MESSAGES, desk::MESSAGES, registry::MESSAGES]).unwrap();
}

pub async fn house(db: db::Db, streets: usize) -> House {
    words();
    let ids = Arc::new(Ids::seeded(7));
    let keys = Arc::new(db::Keys::generate(&ids));
    let db = db.with_keys(keys.clone());
    db::migrate(
        &db,
        &[
            places::MIGRATIONS,
            web::MIGRATIONS,
            indicator::MIGRATIONS,
            identity::MIGRATIONS,
            desk::MIGRATIONS,
            registry::MIGRATIONS,
        ],
    )
    .await
    .unwrap();
    city::fill(&db, streets).await;
    let clock = Arc::new(Clock::set_to(Instant::start_of(day(NOW)).plus_seconds(9 * 3600)));
    let mut inner = web::AppInner::new(db.clone(), clock, ids.clone(), keys);
    inner.nav = registry::nav();
    let app = web::App::new(inner);
    House { db, ids, router: registry::routes().into_router(app.clone()), app }
}

impl House {
    /// A session of a post at a place, or at a facility; the token.
    pub async fn post_at(&self, role: Role, code: &str, facility: Option<&str>) -> String {
        let actor = Actor {
            account: Id::new(format!("a-{}-{code}", role.as_str())),
            name: "王老师".into(),
            post: Id::new("post"),
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
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, location: location.unwrap_or_default(), body: String::from_utf8(body.to_vec()).unwrap() }
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

    pub async fn hidden(&self, path: &str, token: &str) -> (String, String) {
        let page = self.get(path, token).await.body;
        let value = |name: &str| {
            let mark = format!("name=\"{name}\" value=\"");
            page.rsplit(mark.as_str()).next().unwrap().split('"').next().unwrap().to_owned()
        };
        (value("csrf"), value("idempotency_key"))
    }

    pub async fn post(&self, path: &str, token: &str, kind: &str, body: String) -> Answer {
        let request = Request::post(path)
            .header(header::COOKIE, Self::cookie(token))
            .header(header::CONTENT_TYPE, kind)
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// A sheet sent with the form of the import page.
    pub async fn upload(&self, token: &str, act: &str, name: &str, sheet: &str) -> Answer {
        let (csrf, key) = self.hidden("/facilities/import", token).await;
        let part = |name: &str, value: &str| {
            format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let body = format!(
            "{}{}{}--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: text/csv\r\n\r\n{sheet}\r\n--XX--\r\n",
            part("csrf", &csrf),
            part("idempotency_key", &key),
            part("act", act)
        );
        self.post("/facilities/import", token, "multipart/form-data; boundary=XX", body).await
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
