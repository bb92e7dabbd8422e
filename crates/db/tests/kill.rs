//! kill -9 under writes, both engines: no acknowledged write is lost, none is half done. `HAMMER_ROUNDS` sets how
//! often (5 by default, 50 in CI).

use db::{Db, Engine, q};
use std::{
    collections::HashSet,
    io::Read as _,
    path::PathBuf,
    process::{Command, Stdio},
    time::Duration,
};

/// The example program; made when `cargo test --test kill` did not.
fn hammer() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let path = here.parent().unwrap().parent().unwrap().join("examples").join("hammer");
    if !path.exists() {
        let cargo = option_env!("CARGO").unwrap_or("cargo");
        let built = Command::new(cargo).args(["build", "-p", "db", "--example", "hammer"]).status().unwrap();
        assert!(built.success() && path.exists(), "the example hammer is built");
    }
    path
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to go on")]
fn rounds() -> u32 {
    std::env::var("HAMMER_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(5)
}

db::both! {
    async fn no_acknowledged_write_is_lost(db: Db) {
        let url = db::testing::url(&db);
        // The child is the one process on the file.
        db.close().await;
        let mut acknowledged: HashSet<String> = HashSet::new();
        for round in 0..rounds() {
            let mut child = Command::new(hammer())
                .args([&url, "32", &round.to_string()])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut out = child.stdout.take().unwrap();
            let reader = std::thread::spawn(move || {
                let mut text = Vec::new();
                let _ = out.read_to_end(&mut text);
                String::from_utf8(text).unwrap()
            });
            // Different moments in the life of a batch, and sometimes during the start.
            tokio::time::sleep(Duration::from_millis(120 + u64::from(round * 37 % 180))).await;
            child.kill().unwrap();
            child.wait().unwrap();
            let text = reader.join().unwrap();
            let whole = text.rfind('\n').map_or("", |end| &text[..end]);
            acknowledged.extend(whole.lines().map(str::to_owned));
            if whole.is_empty() {
                continue;
            }
            let db = Db::connect(&db::Config::new(&url)).await.unwrap();
            // One moment: PostgreSQL may still be ending what the dead process had sent.
            let mut read = db.snapshot().await.unwrap();
            let hits: HashSet<String> = read.all(q!("select id from hit")).await.unwrap().into_iter().collect();
            let echoes: HashSet<String> = read.all(q!("select id from echo")).await.unwrap().into_iter().collect();
            drop(read);
            db.integrity().await.unwrap();
            db.close().await;
            let lost: Vec<_> = acknowledged.difference(&hits).take(5).collect();
            assert!(lost.is_empty(), "round {round}: acknowledged and gone: {lost:?}");
            assert!(hits == echoes, "round {round}: half done");
        }
        println!("{} acknowledged in {} rounds, none lost ({:?})", acknowledged.len(), rounds(), db.engine());
        assert!(acknowledged.len() > 100 || db.engine() == Engine::Postgres, "the hammer wrote something");
        assert!(!acknowledged.is_empty());
    }
}
