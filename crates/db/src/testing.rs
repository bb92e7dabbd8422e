//! Tests on both engines. `both! { async fn name(db: Db) { .. } }` makes two tests, `sqlite::name` and
//! `postgres::name`, each with a fresh database that is gone afterwards. PostgreSQL is the server of
//! `TEST_DATABASE_URL` (`scripts/test-postgres.sh start` prints one); without it the test says that it was skipped,
//! and fails where `CI=true`.

mod made;

pub use made::copy_of;

use crate::{Config, Db, Engine, Query, query::keep};
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::atomic::{AtomicU32, Ordering},
};

/// Two tests from each `async fn name(db: Db) { .. }`: `sqlite::name` and `postgres::name`. Once per module.
#[macro_export]
macro_rules! both {
    ($($(#[$meta:meta])* async fn $name:ident($db:ident : $ty:ty) $(-> $out:ty)? $body:block)*) => {
        $($(#[$meta])* async fn $name($db: $ty) $(-> $out)? $body)*

        mod sqlite { $(
            #[test]
            fn $name() {
                $crate::testing::on($crate::Engine::Sqlite, super::$name);
            }
        )* }

        mod postgres { $(
            #[test]
            fn $name() {
                $crate::testing::on($crate::Engine::Postgres, super::$name);
            }
        )* }
    };
}

/// Runs a body on a fresh database of each engine, one after the other.
pub fn on_both<T>(body: impl AsyncFn(Db) -> T) {
    on(Engine::Sqlite, &body);
    on(Engine::Postgres, &body);
}

/// Runs a body on a fresh database of one engine, on a runtime of its own.
pub fn on<T>(engine: Engine, body: impl AsyncFnOnce(Db) -> T) {
    let Some(server) = server(engine) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async move {
        let fresh = Fresh::new(engine, &server).await;
        let db = Db::connect(&fresh.config).await.expect("a fresh database opens");
        // The database is taken away also when the body panics.
        let end = futures_util::FutureExt::catch_unwind(AssertUnwindSafe(body(db.clone()))).await;
        db.close().await;
        fresh.drop_it(&server).await;
        end.unwrap_or_else(|panic| resume_unwind(panic));
    });
}

/// The URL of a test's database, for a child process.
pub fn url(db: &Db) -> String {
    db.config.url.clone()
}

/// The same database opened anew with another configuration (the first one is closed where two cannot be).
pub async fn reopen(db: &Db, change: impl FnOnce(&mut Config)) -> Db {
    let mut config = (*db.config).clone();
    change(&mut config);
    db.close().await;
    Db::connect(&config).await.expect("the database of this test opens again")
}

/// How the engine would run a statement, one line per step, for snapshots of plans. PostgreSQL plans with unknown
/// values and with scans of whole tables discouraged, so that small test tables show the plan of large ones.
pub async fn plan(db: &Db, query: Query) -> Vec<String> {
    let mut tx = db.begin().await.expect("a transaction");
    match db.engine() {
        Engine::Sqlite => {
            let sql = keep(format!("explain query plan {}", query.sql));
            let steps: Vec<(i64, i64, i64, String)> = tx.all(Query { sql, ..query }).await.expect("a plan");
            steps.into_iter().map(|step| step.3).collect()
        }
        Engine::Postgres => {
            let discourage = "set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan";
            tx.batch(discourage).await.expect("settings of this transaction");
            let sql = keep(format!("explain (costs off) {}", query.sql));
            tx.all::<String>(Query { sql, ..query }).await.expect("a plan")
        }
    }
}

/// The PostgreSQL server for tests; empty for SQLite. `None`: not there, the test is skipped.
#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where PostgreSQL is")]
pub fn server(engine: Engine) -> Option<String> {
    if engine == Engine::Sqlite {
        return Some(String::new());
    }
    let url = std::env::var("TEST_DATABASE_URL").ok().filter(|url| !url.is_empty());
    if url.is_none() {
        println!("skipped: TEST_DATABASE_URL not set");
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "in CI every test runs on both engines");
    }
    url
}

/// An empty database, for tests that open it themselves (more than once, from another process).
pub struct Fresh {
    pub config: Config,
    name: String,
    folder: tempfile::TempDir,
}

impl Fresh {
    pub async fn new(engine: Engine, server: &str) -> Fresh {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = tempfile::tempdir().expect("a folder for a test");
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("shanyu.db").display()),
            Engine::Postgres => {
                admin(server, &format!("drop database if exists {name} with (force)")).await;
                admin(server, &format!("create database {name} locale 'C' encoding 'UTF8' template template0")).await;
                with_name(server, &name)
            }
        };
        let mut config = Config::new(url);
        config.data_dir = Some(folder.path().to_owned());
        Fresh { config, name, folder }
    }

    /// The folder of its files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub async fn drop_it(self, server: &str) {
        if !server.is_empty() {
            admin(server, &format!("drop database if exists {} with (force)", self.name)).await;
        }
    }
}

async fn admin(server: &str, sql: &str) {
    use sqlx::{Connection, PgConnection};
    let mut conn = PgConnection::connect(server).await.expect("the PostgreSQL of TEST_DATABASE_URL answers");
    crate::postgres::batch(&mut conn, sql).await.expect("a database for a test");
    let _ = conn.close().await;
}

/// The same server, another database: `postgres://user@host/NAME?options`.
fn with_name(server: &str, name: &str) -> String {
    let (address, options) = server.split_once('?').map_or((server, String::new()), |(a, o)| (a, format!("?{o}")));
    let start = address.find("://").map_or(0, |at| at + 3);
    let host = address[start..].find('/').map_or(address, |at| &address[..start + at]);
    format!("{host}/{name}{options}")
}
