//! A database that is long in the making, made once and copied for each test: a demo city takes seconds to build and a
//! moment to copy. Kept beside the build, one per name, until the test program changes.

use super::{admin, with_name};
use crate::{Config, Db, Engine};
use sqlx::{Connection, PgConnection, Row};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

/// Replaces the empty database of a test, and fills the empty folder of its files, with copies of what `make` made.
///
/// `kept` is the folder in which copies stay (`CARGO_TARGET_TMPDIR`), `name` tells one from the other. Tests of other
/// processes that want the same one wait for it; a program built anew makes its own. One server only.
pub async fn copy_of(db: Db, files: &Path, kept: &Path, name: &str, make: impl AsyncFnOnce(Db, &Path)) -> Db {
    let config = (*db.config).clone();
    let engine = db.engine();
    db.close().await;
    let name = format!("made_{}_{name}", if engine == Engine::Sqlite { "sqlite" } else { "postgres" });
    let home = kept.join(&name);
    std::fs::create_dir_all(kept).expect("a folder for what is kept");
    let lock = File::create(kept.join(format!("{name}.lock"))).expect("a file to wait at");
    lock.lock().expect("the others are done");
    let source = Source { server: config.url.clone(), name, home };
    if !source.fresh(engine).await {
        source.make(engine, &config, make).await;
    }
    source.give(engine, &config, files).await;
    drop(lock);
    Db::connect(&config).await.expect("the copy opens")
}

struct Source {
    /// The URL of a database on the same server; unused on SQLite.
    server: String,
    name: String,
    home: PathBuf,
}

impl Source {
    /// Made by this very program, and there still.
    async fn fresh(&self, engine: Engine) -> bool {
        let mark = std::fs::read_to_string(self.home.join("mark")).unwrap_or_default();
        mark == program() && (engine == Engine::Sqlite || self.on_server().await)
    }

    async fn on_server(&self) -> bool {
        let mut conn = PgConnection::connect(&with_name(&self.server, "postgres")).await.expect("the server answers");
        let found = sqlx::query("select count(*) from pg_database where datname = $1").bind(&self.name);
        let found: i64 = found.fetch_one(&mut conn).await.expect("a count").get(0);
        found == 1
    }

    async fn make(&self, engine: Engine, like: &Config, make: impl AsyncFnOnce(Db, &Path)) {
        let _ = std::fs::remove_dir_all(&self.home);
        let files = self.home.join("files");
        std::fs::create_dir_all(&files).expect("a folder for the files");
        let url = match engine {
            Engine::Sqlite => format!("sqlite:{}", self.home.join("shanyu.db").display()),
            Engine::Postgres => {
                self.anew(&self.name, "template0").await;
                with_name(&self.server, &self.name)
            }
        };
        let db = Db::connect(&Config { url, data_dir: Some(self.home.clone()), ..like.clone() }).await;
        let db = db.expect("an empty database opens");
        make(db.clone(), &files).await;
        db.close().await;
        std::fs::write(self.home.join("mark"), program()).expect("a mark that it is whole");
    }

    async fn give(&self, engine: Engine, to: &Config, files: &Path) {
        copy_all(&self.home.join("files"), files);
        match engine {
            Engine::Sqlite => {
                let path = to.url.trim_start_matches("sqlite:");
                // What has not come into the file yet lies beside it, and the sums of its pages.
                for part in ["", "-wal", "-shm", ".sums"] {
                    let to = format!("{path}{part}");
                    let _ = std::fs::remove_file(&to);
                    let from = self.home.join(format!("shanyu.db{part}"));
                    if part != "-shm" && from.exists() {
                        std::fs::copy(from, to).expect("a copy of the database");
                    }
                }
            }
            Engine::Postgres => {
                let name = to.url.split('?').next().and_then(|url| url.rsplit('/').next()).expect("a name");
                self.anew(name, &self.name).await;
            }
        }
    }

    async fn anew(&self, name: &str, template: &str) {
        let server = with_name(&self.server, "postgres");
        admin(&server, &format!("drop database if exists {name} with (force)")).await;
        admin(&server, &format!("create database {name} locale 'C' encoding 'UTF8' template {template}")).await;
    }
}

/// Tells one build of the test program from the next.
fn program() -> String {
    let path = std::env::current_exe().expect("this program");
    let built = path.metadata().and_then(|m| m.modified()).expect("when it was built");
    let built = built.duration_since(UNIX_EPOCH).expect("after 1970");
    format!("{} {}", path.display(), built.as_nanos())
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder of files") {
        let entry = entry.expect("a file");
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy_all(&path, &to);
        } else {
            std::fs::copy(&path, &to).expect("a copy of a file");
        }
    }
}
