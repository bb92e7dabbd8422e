//! Bad sectors: bytes of the file are changed in many places while nobody looks. Each time the start refuses with one
//! sentence, or everything that is read is exactly what was written; a figure is never silently another one.

use db::{Config, Db, Engine, Error, q, testing::Fresh};
use std::path::Path;

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment how long to go on")]
fn rounds() -> u64 {
    std::env::var("DAMAGE_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(150)
}

async fn fill(db: &Db) {
    db.write::<_, Error, _>(async |tx| {
        tx.exec(q!("create table place (id BIGINT not null primary key, name TEXT not null, seats BIGINT not null)"))
            .await?;
        tx.exec(q!("create index place_by_name on place (name)")).await
    })
    .await
    .unwrap();
    for batch in 0..20_i64 {
        db.write::<_, Error, _>(async |tx| {
            for n in batch * 100..batch * 100 + 100 {
                let insert = "insert into place (id, name, seats) values ($1, $2, $3)";
                tx.exec(q!(insert, n, format!("托育园 {n:05}"), n * 7 % 301)).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
}

async fn everything(db: &Db) -> Result<Vec<(i64, String, i64)>, Error> {
    db.read().await?.all(q!("select id, name, seats from place order by id")).await
}

/// A plain generator: places and bytes repeat from run to run.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn copy(from: &Path, to: &Path) {
    for name in ["shanyu.db", "shanyu.db.sums"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[test]
fn changed_bytes_are_found_before_they_are_read() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let whole = Fresh::new(Engine::Sqlite, "").await;
        let db = Db::connect(&whole.config).await.unwrap();
        fill(&db).await;
        let written = everything(&db).await.unwrap();
        db.close().await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shanyu.db");
        let config = Config::new(format!("sqlite:{}", path.display()));
        let (mut state, mut refused, mut harmless) = (7, 0, 0);
        for round in 0..rounds() {
            copy(whole.folder(), folder.path());
            let mut bytes = std::fs::read(&path).unwrap();
            let at = next(&mut state) as usize % bytes.len();
            // A bit, a byte, a sector that cannot be read and comes back as zeros, the end of the file.
            match round % 4 {
                0 => bytes[at] ^= 1 << (next(&mut state) % 8),
                1 => bytes[at] = next(&mut state) as u8,
                2 => {
                    let from = at / 512 * 512;
                    bytes[from..from + 512].fill(0);
                }
                _ => bytes.truncate(at.max(512)),
            }
            std::fs::write(&path, bytes).unwrap();
            match Db::connect(&config).await {
                Err(Error::Refused(text)) => {
                    assert!(
                        text.contains("shanyu.db") && text.contains("damaged") && text.contains("restore a backup"),
                        "{text}"
                    );
                    assert_eq!(text.lines().count(), 1);
                    refused += 1;
                }
                Err(other) => panic!("round {round}: {other}"),
                Ok(db) => {
                    // Chance wrote what was there.
                    assert_eq!(everything(&db).await.unwrap(), written, "round {round}: silently another figure");
                    db.integrity().await.unwrap();
                    db.close().await;
                    harmless += 1;
                }
            }
        }
        println!("{} places: {refused} refused, {harmless} the same byte as before, 0 silently wrong", rounds());
        assert!(refused > harmless);
    });
}

#[test]
fn a_damaged_head_is_said_to_be_damage() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let whole = Fresh::new(Engine::Sqlite, "").await;
        let db = Db::connect(&whole.config).await.unwrap();
        fill(&db).await;
        db.close().await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("shanyu.db");
        let config = Config::new(format!("sqlite:{}", path.display()));
        // Each byte of the head of a SQLite file, then the whole of it, then all that there was.
        for at in 0..102 {
            copy(whole.folder(), folder.path());
            let mut bytes = std::fs::read(&path).unwrap();
            match at {
                100 => bytes[..100].fill(0),
                101 => bytes.clear(),
                at => bytes[at] ^= 0xff,
            }
            std::fs::write(&path, bytes).unwrap();
            match Db::connect(&config).await {
                Err(Error::Refused(text)) => {
                    assert!(text.contains("damaged") && text.contains("restore a backup"), "byte {at}: {text}");
                }
                other => panic!("byte {at} was not found: {:?}", other.err()),
            }
        }
    });
}

#[test]
fn damage_while_serving_is_found_by_the_scrub_and_nothing_is_read_any_more() {
    db::testing::on(Engine::Sqlite, async |db| {
        fill(&db).await;
        let db = db::testing::reopen(&db, |_| {}).await;
        db.scrub().await.unwrap();
        let path = db::testing::url(&db).trim_start_matches("sqlite:").to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let at = bytes.windows(5).position(|w| w == b"01234").unwrap();
        let file = std::fs::File::options().write(true).open(&path).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, b"9", at as u64).unwrap();
        // Kept open: closing a second handle of the file would end SQLite's locks on it.
        std::mem::forget(file);
        let Err(Error::Damaged(text)) = db.scrub().await else { panic!() };
        assert!(text.contains(&path) && text.contains("restore a backup"), "{text}");
        assert!(matches!(everything(&db).await, Err(Error::Damaged(_))));
        assert!(matches!(db.begin().await.err(), Some(Error::Damaged(_))));
        db.close().await;
    });
}

/// The sums keep up with everything that is written, through checkpoints, a crash and long readers.
#[test]
fn sums_keep_up_with_writes() {
    db::testing::on(Engine::Sqlite, async |db| {
        fill(&db).await;
        // A reader that pins the WAL, then thousands of pages.
        let long = db.snapshot().await.unwrap();
        for round in 0..40_i64 {
            db.write::<_, Error, _>(async |tx| {
                let change = "update place set name = name || $1, seats = seats + 1";
                tx.exec(q!(change, "·".repeat(20 + round as usize))).await
            })
            .await
            .unwrap();
            db.scrub().await.unwrap();
        }
        drop(long);
        db.write::<_, Error, _>(async |tx| tx.exec(q!("delete from place where id > 500")).await).await.unwrap();
        db.scrub().await.unwrap();
        // Without a calm end: files are taken as they lie.
        let path = std::path::PathBuf::from(db::testing::url(&db).trim_start_matches("sqlite:"));
        let folder = tempfile::tempdir().unwrap();
        for ending in ["", "-wal", ".sums"] {
            let name = format!("shanyu.db{ending}");
            std::fs::copy(path.with_file_name(&name), folder.path().join(&name)).unwrap();
        }
        let crashed = Db::connect(&Config::new(format!("sqlite:{}", folder.path().join("shanyu.db").display()))).await;
        let crashed = crashed.unwrap();
        assert_eq!(everything(&crashed).await.unwrap(), everything(&db).await.unwrap());
        crashed.integrity().await.unwrap();
        crashed.close().await;
        let db = db::testing::reopen(&db, |_| {}).await;
        db.integrity().await.unwrap();
        db.close().await;
    });
}

/// A crash after pages were moved into the file and before their sums were written: the file is whole, and says so.
#[test]
fn a_crash_between_the_pages_and_their_sums_is_no_damage() {
    db::testing::on(Engine::Sqlite, async |db| {
        fill(&db).await;
        let db = db::testing::reopen(&db, |_| {}).await;
        db.write::<_, Error, _>(async |tx| tx.exec(q!("update place set seats = seats + 1")).await).await.unwrap();
        let path = std::path::PathBuf::from(db::testing::url(&db).trim_start_matches("sqlite:"));
        let folder = tempfile::tempdir().unwrap();
        for ending in ["", "-wal", ".sums"] {
            let name = format!("shanyu.db{ending}");
            std::fs::copy(path.with_file_name(&name), folder.path().join(&name)).unwrap();
        }
        let copy = folder.path().join("shanyu.db");
        let raw = rusqlite::Connection::open(&copy).unwrap();
        raw.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
        let moved: i64 = raw.query_row("pragma wal_checkpoint(passive)", [], |row| row.get(2)).unwrap();
        assert!(moved > 0);
        drop(raw);
        let crashed = Db::connect(&Config::new(format!("sqlite:{}", copy.display()))).await.unwrap();
        crashed.integrity().await.unwrap();
        assert_eq!(everything(&crashed).await.unwrap(), everything(&db).await.unwrap());
        crashed.close().await;
        assert_eq!(std::fs::metadata(folder.path().join("shanyu.db-wal")).map_or(0, |wal| wal.len()), 0);
        Db::connect(&Config::new(format!("sqlite:{}", copy.display()))).await.unwrap().close().await;
        db.close().await;
    });
}
