//! What goes wrong around the program: a full disk, a clock that jumps, a database server that restarts, clients that
//! drip or flood. Writes are refused with a clear sentence, reading goes on, and afterwards all is as before.

use crate::world::{Answer, World};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::{Db, Engine, Error, q};
use http_body_util::BodyExt;
use serde_json::json;
use shanyu::listen::{self, Limits};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tower::ServiceExt;

const FREEZE: &str = "/api/v1/plans/shanghai-2020-2022/targets/SH-04/freeze";
const READ: &str = "/api/v1/plans/shanghai-2020-2022";

fn freezing(token: &str, key: &str) -> Request<Body> {
    Request::post(FREEZE)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(json!({"region": "310109", "note": "x".repeat(400)}).to_string()))
        .unwrap()
}

/// From now on the disk of the database is full; `false` ends it.
async fn disk(db: &Db, full: bool) {
    let run = async |sql: &'static str| db.write::<_, Error, _>(async |tx| tx.exec(q!(sql)).await).await.unwrap();
    match db.engine() {
        Engine::Sqlite => {
            let pages = if full { "pragma max_page_count = 1" } else { "pragma max_page_count = 1000000" };
            db.write::<_, Error, _>(async |tx| tx.one::<i64>(q!(pages)).await).await.unwrap();
        }
        // PostgreSQL's own error, told by a trigger: its disk is not ours to fill.
        Engine::Postgres if full => {
            run("create function full_disk() returns trigger language plpgsql as
                 $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$")
            .await;
            run("create trigger full_disk before insert on idempotency execute function full_disk()").await;
        }
        Engine::Postgres => {
            run("drop trigger full_disk on idempotency").await;
            run("drop function full_disk()").await;
        }
    }
}

db::both! {
    async fn a_full_disk_refuses_writes_and_reading_goes_on(db: Db) {
        let mut world = World::new(db).await;
        let token = world.token("city").await;
        disk(&world.house.db, true).await;
        let (mut acknowledged, mut refused) = (0, 0);
        while refused < 5 {
            let answer = world.send(freezing(&token, &format!("full-{acknowledged:06}-{refused}"))).await;
            match answer.status {
                StatusCode::CREATED => acknowledged += 1,
                StatusCode::SERVICE_UNAVAILABLE => {
                    assert_eq!(answer.json()["code"], "read_only", "{}", answer.body);
                    assert!(answer.headers.contains_key(header::RETRY_AFTER));
                    refused += 1;
                }
                other => panic!("{other}: {}", answer.body),
            }
            assert_eq!(world.get("city", READ).await.status, StatusCode::OK, "reading goes on");
        }
        // A page says it in words; signing in is a write as well.
        let body = "account=city&password=whatever-it-is&idempotency_key=full-page-0001";
        let request = Request::post("/sign-in").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let page = world.send(request.body(Body::from(body)).unwrap()).await;
        assert!(page.status == StatusCode::SERVICE_UNAVAILABLE || page.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", page.status);
        if page.status == StatusCode::SERVICE_UNAVAILABLE {
            assert!(page.body.contains("存储空间不足"), "{}", page.body);
        }
        // Room returns: the same request goes through, by itself.
        disk(&world.house.db, false).await;
        let answer = world.send(freezing(&token, "full-again-0001")).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        let kept: i64 = world.house.db.read().await.unwrap().one(q!("select count(*) from frozen")).await.unwrap();
        assert_eq!(kept, acknowledged + 1);
        world.house.db.integrity().await.unwrap();
        println!("{acknowledged} acknowledged, {refused} refused, all acknowledged there ({:?})", world.house.db.engine());
    }

    async fn a_clock_that_jumps_keeps_order_and_lets_nobody_in_or_out(db: Db) {
        let mut world = World::new(db).await;
        let token = world.token("city").await;
        let noon = world.clock.now();
        let clock = world.clock.clone();
        let day = 86_400;
        let status = async |world: &World, key: &str| world.send(freezing(&token, key)).await.status.as_u16();
        assert_eq!(status(&world, "clock-00001").await, 201);
        db::seal_audit(&world.house.db, &world.house.keys, clock.now()).await.unwrap();
        // Put right by four minutes: nothing happens to anybody.
        clock.set(noon.plus_seconds(-240));
        assert_eq!(status(&world, "clock-00002").await, 201);
        // A day back: a session from the future is no session. Back in time, it is one again.
        clock.set(noon.plus_seconds(-day));
        assert_eq!(status(&world, "clock-00003").await, 401);
        clock.set(noon);
        assert_eq!(status(&world, "clock-00004").await, 201);
        // A year ahead: sessions have ended. Then back.
        clock.set(noon.plus_seconds(365 * day));
        assert_eq!(status(&world, "clock-00005").await, 401);
        // Wrong passwords while the clock is ahead lock the account; put right, the lock-out does not last a year.
        let login = |password: &str| {
            let body = json!({"account": "jingan", "password": password}).to_string();
            Request::post("/api/v1/session").header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap()
        };
        for _ in 0..6 {
            world.send(login("wrong wrong wrong")).await;
        }
        let right = world.accounts.iter().find(|a| a.account == "jingan").unwrap().password.clone();
        assert_ne!(world.send(login(&right)).await.status, StatusCode::OK, "locked");
        clock.set(noon.plus_seconds(60));
        assert_eq!(world.send(login(&right)).await.status, StatusCode::OK, "the lock-out of a wrong clock is over");
        // A job that was put off while the clock ran ahead is tried, not forgotten for a year.
        let ahead = noon.plus_seconds(365 * day);
        let db = &world.house.db;
        db.write::<_, Error, _>(async |tx| {
            let job = "insert into job (home, id, kind, payload, state, run_at, attempts) values ('', 'j1', 'test', '{}', 'due', $1, 1)";
            tx.exec(q!(job, ahead)).await?;
            let planned = "insert into job (home, id, kind, payload, state, run_at, attempts) values ('', 'j2', 'test', '{}', 'due', $1, 0)";
            tx.exec(q!(planned, ahead)).await
        }).await.unwrap();
        let claimed = db::claim(db, noon, 10_000, Duration::from_secs(300)).await.unwrap();
        let taken = |id: &str| claimed.iter().any(|job| job.id.as_str() == id);
        assert!(taken("j1") && !taken("j2"), "what was planned for then waits for then");
        // Whatever the clock did, the audit is in the order of the deeds.
        web::flush_seen(&world.app).await.unwrap();
        db::seal_audit(db, &world.house.keys, clock.now()).await.unwrap();
        let report = db::verify_audit(db, &world.house.keys).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.faults);
    }

    async fn every_answer_carries_its_headers(db: Db) {
        let mut world = World::new(db).await;
        let pages = ["/sign-in", "/nowhere", "/plans", "/healthz", "/api/v1/openapi.json", "/api/v1/plans"];
        for path in pages {
            for login in [None, Some("city")] {
                let answer = world.ask(login, Method::GET, path, None).await;
                let has = |name: &str| answer.headers.get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
                let policy = has("content-security-policy");
                for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"] {
                    assert!(policy.contains(part), "{path}: {policy}");
                }
                assert!(!policy.contains("unsafe"), "{policy}");
                assert_eq!(has("x-content-type-options"), "nosniff", "{path}");
                assert_eq!(has("referrer-policy"), "same-origin");
                assert_eq!(has("cross-origin-opener-policy"), "same-origin");
                assert_eq!(has("cross-origin-resource-policy"), "same-origin");
                assert!(has("permissions-policy").contains("camera=()"));
                assert_eq!(has("cache-control"), "no-store", "{path} shows what a person may see");
                assert!(!answer.body.contains("<script>") && !answer.body.contains(" style=\""), "{path}");
            }
        }
        let answer = world.get("city", "/plans?lang=en").await;
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    }

    async fn what_is_too_large_is_refused(db: Db) {
        let mut world = World::new(db).await;
        let token = world.token("city").await;
        let by = format!("Bearer {token}");
        let form = |size: usize| {
            let request = Request::post(FREEZE).header(header::AUTHORIZATION, &by).header("idempotency-key", "large-00001");
            request.body(Body::from(json!({"note": "x".repeat(size)}).to_string())).unwrap()
        };
        assert_eq!(world.send(form(300 * 1024)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
        let large = world.sheet("jingan", "large-00002", &vec![b'a'; 17 << 20]).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.body);
        let program = world.sheet("jingan", "large-00003", b"\x7fELF\x02\x01\x01\x00").await;
        assert!(program.status == StatusCode::BAD_REQUEST && program.body.contains("这种文件不能上传"), "{}", program.body);
        let bomb = world.sheet("jingan", "large-00004", b"PK\x03\x04 and no list of parts").await;
        assert!(bomb.status == StatusCode::BAD_REQUEST && bomb.body.contains("表格文件解开后过大"), "{}", bomb.body);
    }
}

/// A client that drips, one that sends a long head, one that asks for too much: each loses its connection, and others
/// are served meanwhile.
#[test]
fn clients_that_drip_or_flood_lose_their_connection() {
    db::testing::on(Engine::Sqlite, async |_db| {
        let router = axum::Router::new()
            .route("/", axum::routing::get(async || "ok"))
            .route("/slow", axum::routing::get(async || tokio::time::sleep(Duration::from_millis(300)).await));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let limits = Limits { head: Duration::from_millis(400), connections: 3, ..Limits::default() };
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let served =
            tokio::spawn(async move { listen::serve(listener, router, limits, async { drop(stopped.await) }).await });
        let ask = async |head: &str| {
            let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
            let _ = socket.write_all(head.as_bytes()).await;
            let mut answer = String::new();
            let read = tokio::time::timeout(Duration::from_secs(5), socket.read_to_string(&mut answer)).await;
            assert!(read.is_ok(), "the connection was left open");
            answer
        };
        // Every place is taken by one that drips: they are let go, the fourth is served.
        let mut drip = Vec::new();
        for _ in 0..3 {
            let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
            socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n").await.unwrap();
            drip.push(socket);
        }
        let fine = ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
        assert!(fine.starts_with("HTTP/1.1 200") && fine.ends_with("ok"), "{fine}");
        let long = ask(&format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "x".repeat(64 << 10))).await;
        assert!(long.starts_with("HTTP/1.1 431"), "{long}");
        let many = ask(&format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(100))).await;
        assert!(many.starts_with("HTTP/1.1 431"), "{many}");
        // A calm end: what is under way is answered.
        let under_way = tokio::spawn(async move {
            let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
            socket.write_all(b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
            let mut answer = String::new();
            socket.read_to_string(&mut answer).await.unwrap();
            answer
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        stop.send(()).unwrap();
        served.await.unwrap();
        assert!(under_way.await.unwrap().starts_with("HTTP/1.1 200"));
    });
}

/// PostgreSQL of its own, restarted under load: what was acknowledged is there, what was not is there once or not at
/// all, and whoever asks meanwhile is told to come again.
#[test]
fn postgresql_restarts_under_load() {
    if db::testing::server(Engine::Postgres).is_none() {
        return;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/test-postgres.sh");
    let name = format!("restart-{}", std::process::id());
    let cluster = |what: &str| {
        let mut command = std::process::Command::new(script);
        // Durable, unlike the server of the other tests.
        let out =
            command.arg(what).env("TEST_POSTGRES_NAME", &name).env("TEST_POSTGRES_COMMIT", "on").output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap().trim().to_owned()
    };
    let server = cluster("start");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let end = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        runtime.block_on(async {
            let fresh = db::testing::Fresh::new(Engine::Postgres, &server).await;
            let db = Db::connect(&fresh.config).await.unwrap();
            restarts(World::apart(db).await, &cluster).await;
        });
    }));
    cluster("stop");
    if let Err(panic) = end {
        std::panic::resume_unwind(panic);
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to go on")]
fn rounds() -> u32 {
    std::env::var("RESTART_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(2)
}

#[derive(Default)]
struct Seen {
    acknowledged: BTreeSet<String>,
    /// Key of a write whose end is not known.
    unknown: BTreeSet<String>,
    answers: BTreeMap<u16, u64>,
    wrong: Vec<String>,
}

impl Seen {
    /// Keeps an answer; true when the client should wait.
    fn note(&mut self, status: u16, again: bool, key: String, writes: bool, body: &[u8]) -> bool {
        *self.answers.entry(status).or_default() += 1;
        match status {
            201 => drop(self.acknowledged.insert(key)),
            200 => {}
            503 if again => {
                if writes {
                    self.unknown.insert(key);
                }
                return true;
            }
            _ => self.wrong.push(format!("{status}: {}", String::from_utf8_lossy(body))),
        }
        false
    }
}

async fn restarts(mut world: World, cluster: &impl Fn(&str) -> String) {
    let token = world.token("city").await;
    let seen = Arc::new(Mutex::new(Seen::default()));
    let stop = Arc::new(AtomicBool::new(false));
    let mut tasks = Vec::new();
    for client in 0..6 {
        let (router, token, seen, stop) = (world.router.clone(), token.clone(), seen.clone(), stop.clone());
        tasks.push(tokio::spawn(async move {
            for n in 0.. {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let key = format!("restart-{client}-{n:06}");
                let writes = client < 3;
                let request = if writes {
                    freezing(&token, &key)
                } else {
                    Request::get(READ)
                        .header(header::AUTHORIZATION, format!("Bearer {token}"))
                        .body(Body::empty())
                        .unwrap()
                };
                let response = router.clone().oneshot(request).await.unwrap();
                let (status, again) =
                    (response.status().as_u16(), response.headers().contains_key(header::RETRY_AFTER));
                let body = response.into_body().collect().await.unwrap().to_bytes();
                if seen.lock().unwrap().note(status, again, key, writes, &body) {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }));
    }
    let mut away = Vec::new();
    for round in 0..rounds() {
        tokio::time::sleep(Duration::from_millis(700)).await;
        // Calm and as after a crash in turn.
        tokio::task::block_in_place(|| cluster(if round % 2 == 0 { "crash" } else { "restart" }));
        let begun = std::time::Instant::now();
        while !recovered(&world, &token, round).await {
            assert!(begun.elapsed() < Duration::from_secs(20), "the pool does not recover");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        away.push(begun.elapsed().as_millis());
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert!(seen.wrong.is_empty(), "{:?}", &seen.wrong[..seen.wrong.len().min(3)]);
    let kept = async |key: &str| {
        let sql = "select count(*) from idempotency where key = $1 and status = 201";
        world.house.db.read().await.unwrap().one::<i64>(q!(sql, key)).await.unwrap()
    };
    for key in &seen.acknowledged {
        assert_eq!(kept(key).await, 1, "acknowledged and gone: {key}");
    }
    // Sent once more with its key, an unknown one is one write, whether it had taken place or not.
    let mut taken = 0;
    for key in &seen.unknown {
        taken += kept(key).await;
        let answer: Answer = world.send(freezing(&token, key)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        assert_eq!(kept(key).await, 1);
    }
    let frozen: i64 = world.house.db.read().await.unwrap().one(q!("select count(*) from frozen")).await.unwrap();
    let own = i64::from(rounds());
    assert!(
        frozen as usize >= seen.acknowledged.len() + seen.unknown.len()
            && frozen <= (seen.acknowledged.len() + seen.unknown.len()) as i64 + own
    );
    println!(
        "{} restarts: answers {:?}; {} acknowledged, none lost; {} unknown, of which {taken} had taken place; back after {away:?} ms",
        rounds(),
        seen.answers,
        seen.acknowledged.len(),
        seen.unknown.len(),
    );
}

async fn recovered(world: &World, token: &str, round: u32) -> bool {
    world.send(freezing(token, &format!("recovered-{round:05}"))).await.status == StatusCode::CREATED
}
