//! A small demo city behind the real router, and people who are signed in to it.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::Db;
use http_body_util::BodyExt;
use kernel::{Clock, Day, Ids, Instant};
use serde_json::Value;
use shanyu::{config::Config, demo, demo::DemoAccount, house, house::House};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use tower::ServiceExt;

pub const TODAY: &str = "2022-11-15";
const SCALE: f64 = 0.05;

/// A house that `init` would make: packs and nothing else.
pub async fn empty_house(db: Db) -> (House, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let house = house::furnish(db, &config(folder.path()), Arc::new(Ids::seeded(7))).await.unwrap();
    house.load_packs(TODAY.parse().unwrap()).await.unwrap();
    (house, folder)
}

async fn build(db: Db, files: &Path, today: &str) {
    let house = house::furnish(db, &config(files), Arc::new(Ids::seeded(7))).await.unwrap();
    let accounts = demo::build(&house, SCALE, 7, today.parse().unwrap()).await.unwrap();
    demo::write_accounts(files, &accounts).unwrap();
}

fn config(folder: &Path) -> Config {
    Config { data: folder.to_owned(), ..Config::default() }
}

pub struct World {
    pub house: House,
    pub router: Router,
    pub clock: Arc<Clock>,
    pub app: web::App,
    pub accounts: Vec<DemoAccount>,
    tokens: BTreeMap<String, String>,
    _folder: tempfile::TempDir,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: axum::http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("not JSON: {e}: {}", self.body))
    }
}

impl World {
    /// The city of 2022-11-15 at a small scale.
    pub async fn new(db: Db) -> World {
        World::on(db, TODAY).await
    }

    /// The city as far as a day: a copy of one that this program made once for each engine and day.
    pub async fn on(db: Db, today: &str) -> World {
        let folder = tempfile::tempdir().unwrap();
        let (kept, name) = (Path::new(env!("CARGO_TARGET_TMPDIR")), format!("city_{today}").replace('-', "_"));
        let build = async |db, files: &Path| build(db, files, today).await;
        let db = db::testing::copy_of(db, folder.path(), kept, &name, build).await;
        World::over(db, folder, today).await
    }

    /// The city of 2022-11-15 made anew, on a server that keeps no copies.
    pub async fn apart(db: Db) -> World {
        let folder = tempfile::tempdir().unwrap();
        build(db.clone(), folder.path(), TODAY).await;
        World::over(db, folder, TODAY).await
    }

    async fn over(db: Db, folder: tempfile::TempDir, today: &str) -> World {
        let accounts = std::fs::read_to_string(folder.path().join("demo-accounts.json")).unwrap();
        let accounts = serde_json::from_str(&accounts).unwrap();
        let house = house::furnish(db, &config(folder.path()), Arc::new(Ids::seeded(8))).await.unwrap();
        let today: Day = today.parse().unwrap();
        let clock = Arc::new(Clock::set_to(Instant::start_of(today).plus_seconds(10 * 3600)));
        let app = house.app(clock.clone(), true);
        let router = house::routes(&house).into_router(app.clone());
        World { house, router, clock, app, accounts, tokens: BTreeMap::new(), _folder: folder }
    }

    /// From now on files pass a scanner at this socket, behind which nobody listens yet.
    pub fn scanned(&mut self) -> std::path::PathBuf {
        let path = self._folder.path().join("clamd.ctl");
        self.house.config.virus_scan = Some(web::scan::Scanner::Socket(path.clone()));
        self.open_again();
        path
    }

    /// Opens the server anew, for what was changed in its house.
    pub fn open_again(&mut self) {
        self.app = self.house.app(self.clock.clone(), true);
        self.router = house::routes(&self.house).into_router(self.app.clone());
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// A session token of a demo account.
    pub async fn token(&mut self, login: &str) -> String {
        if let Some(token) = self.tokens.get(login) {
            return token.clone();
        }
        let account = self.accounts.iter().find(|a| a.account == login).unwrap_or_else(|| panic!("no account {login}"));
        let body = serde_json::json!({"account": account.account, "password": account.password}).to_string();
        let request = Request::post("/api/v1/session")
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .unwrap();
        let answer = self.send(request).await;
        assert_eq!(answer.status, StatusCode::OK, "{login}: {}", answer.body);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        self.tokens.insert(login.to_owned(), token.clone());
        token
    }

    pub async fn ask(&mut self, login: Option<&str>, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("idempotency-key", "test-key-0001");
        if let Some(login) = login {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token(login).await));
        }
        let body = match body {
            Some(value) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).unwrap()).await
    }

    /// Sends a form without a field of its own, with the secret of the session: what answers then is the handler.
    pub async fn submit(&mut self, login: Option<&str>, path: &str) -> Answer {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        // A key for each address: no form is taken for a repetition of another one.
        let key: String = path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(70).collect();
        let mut body = format!("idempotency_key=test-key{key}");
        if let Some(login) = login {
            body.push_str(&format!("&csrf={}", self.secret(login).await));
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token(login).await));
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The secret of the forms of a session.
    async fn secret(&mut self, login: &str) -> String {
        let page = self.get(login, "/posts").await.body;
        let secret = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        secret.unwrap_or_default().to_owned()
    }

    /// Sends a sheet of institutions as the page of imports does.
    pub async fn sheet(&mut self, login: &str, key: &str, content: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in [("csrf", self.secret(login).await), ("idempotency_key", key.to_owned())] {
            let part = format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend(part.into_bytes());
        }
        body.extend(b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend(b"\r\n--b--\r\n");
        let request = Request::post("/facilities/import")
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token(login).await))
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn get(&mut self, login: &str, path: &str) -> Answer {
        self.ask(Some(login), Method::GET, path, None).await
    }
}
