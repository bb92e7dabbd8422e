//! Many writers at once, on both engines: failing ones take back only their own, equal ones have one winner, those that
//! go away leave nothing half done. And what only SQLite's shared transaction has to bear: a full disk, a damaged
//! file, a second process.

use db::{Config, Db, Engine, Error, q, testing::Fresh};
use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

async fn tables(db: &Db) {
    db.write::<_, Error, _>(async |tx| {
        tx.exec(q!("create table ev (id TEXT not null primary key, n BIGINT not null)")).await?;
        tx.exec(q!("create table copy (id TEXT not null primary key)")).await?;
        tx.exec(q!("create table total (n BIGINT not null)")).await?;
        tx.exec(q!("insert into total values (0)")).await
    })
    .await
    .unwrap();
}

async fn put(db: &Db, id: &str, end: Result<(), Error>) -> Result<(), Error> {
    db.write(async |tx| {
        tx.exec(q!("insert into ev values ($1, 1)", id)).await?;
        tx.exec(q!("insert into copy values ($1)", id)).await?;
        tx.exec(q!("update total set n = n + 1")).await?;
        end.clone()
    })
    .await
}

async fn number(db: &Db, sql: &'static str) -> i64 {
    db.read().await.unwrap().one(q!(sql)).await.unwrap()
}

db::both! {
    async fn mixed_writers_get_what_they_were_told(db: Db) {
        tables(&db).await;
        let mut tasks = Vec::new();
        for n in 0..640_u32 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                match n % 10 {
                    0 => (n, put(&db, &format!("bad{n}"), Err(Error::NotFound)).await),
                    1 => (n, put(&db, "same", Ok(())).await),
                    2 => {
                        let gone = tokio::time::timeout(Duration::from_micros(300), put(&db, &format!("gone{n}"), Ok(()))).await;
                        (n, gone.unwrap_or(Err(Error::Closed)))
                    }
                    _ => (n, put(&db, &format!("good{n}"), Ok(())).await),
                }
            }));
        }
        let mut same = 0;
        for task in tasks {
            match task.await.unwrap() {
                (n, Ok(())) if n % 10 == 1 => same += 1,
                (n, Err(e)) if n % 10 == 1 => assert!(matches!(e, Error::Unique { .. }), "{e}"),
                (n, end) if n % 10 == 0 => assert_eq!(end, Err(Error::NotFound)),
                (n, end) if n % 10 > 2 => assert_eq!(end, Ok(())),
                _ => {}
            }
        }
        assert_eq!(same, 1);
        // A statement of a caller that went away may still be under way on PostgreSQL; its rows come or do not.
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(number(&db, "select count(*) from ev where substr(id, 1, 4) = 'good'").await, 448);
        assert_eq!(number(&db, "select count(*) from ev where substr(id, 1, 3) = 'bad'").await, 0);
        let all = number(&db, "select count(*) from ev").await;
        assert_eq!(number(&db, "select count(*) from ev join copy on copy.id = ev.id").await, all);
        assert_eq!(number(&db, "select count(*) from copy").await, all);
        assert_eq!(number(&db, "select n from total").await, all);
    }

    async fn a_writer_that_panics_leaves_nothing_and_stops_nobody(db: Db) {
        tables(&db).await;
        let other = db.clone();
        let panicked = tokio::spawn(async move {
            let mut tx = other.begin().await.unwrap();
            tx.exec(q!("insert into ev values ('x', 1)")).await.unwrap();
            panic!("as a test");
        });
        assert!(panicked.await.is_err());
        put(&db, "y", Ok(())).await.unwrap();
        assert_eq!(number(&db, "select count(*) from ev").await, 1);
    }

    async fn a_statement_that_takes_too_long_is_stopped(db: Db) {
        let slow = "with recursive n(i) as (select cast(1 as bigint) union all select i + 1 from n where i < 30000000)
                    select count(*) from n";
        let slow_db = db::testing::reopen(&db, |config| config.read_limit = Duration::from_millis(200)).await;
        let started = Instant::now();
        assert_eq!(slow_db.read().await.unwrap().one::<i64>(q!(slow)).await, Err(Error::TimedOut));
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!(slow_db.read().await.unwrap().one::<i64>(q!("select cast(2 as bigint)")).await, Ok(2));
        slow_db.close().await;
    }
}

/// Writes until the disk is full; every acknowledged row is there, every refused one is not, and with room the
/// database goes on.
async fn fill_up(db: &Db, make_room: impl AsyncFnOnce()) {
    let big = "x".repeat(2_000);
    let mut acknowledged = 0;
    let mut refused = None;
    for round in 0..10_000 {
        let mut tasks = Vec::new();
        for n in 0..8 {
            let (db, id) = (db.clone(), format!("{big}{round}-{n}"));
            tasks.push(tokio::spawn(async move { put(&db, &id, Ok(())).await }));
        }
        for task in tasks {
            match task.await.unwrap() {
                Ok(()) => acknowledged += 1,
                Err(e) => refused = Some(e),
            }
        }
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("the disk fills up");
    assert!(matches!(refused, Error::Full | Error::Retry(_)), "{refused}");
    // What a batch was refused may still fit alone; then that is refused too.
    let mut alone = Ok(());
    for n in 0..1_000 {
        alone = put(db, &format!("{big}alone{n}"), Ok(())).await;
        match alone {
            Ok(()) => acknowledged += 1,
            Err(_) => break,
        }
    }
    assert_eq!(alone, Err(Error::Full));
    assert_eq!(number(db, "select count(*) from ev").await, acknowledged);
    assert_eq!(number(db, "select n from total").await, acknowledged);
    make_room().await;
    put(db, "again", Ok(())).await.unwrap();
    assert_eq!(number(db, "select count(*) from copy").await, acknowledged + 1);
    db.integrity().await.unwrap();
}

#[test]
fn a_full_database_refuses_and_goes_on() {
    db::testing::on(Engine::Sqlite, async |db| {
        tables(&db).await;
        let pages = async |sql: &'static str| {
            db.write::<_, Error, _>(async |tx| tx.one::<i64>(q!(sql)).await).await.unwrap();
        };
        pages("pragma max_page_count = 300").await;
        fill_up(&db, async || pages("pragma max_page_count = 100000").await).await;
    });
}

/// The same on a real full disk, where a small one can be mounted (root); elsewhere the page limit above stands alone.
#[test]
fn a_full_disk_refuses_and_goes_on() {
    db::testing::on(Engine::Sqlite, async |fresh| {
        let folder = fresh.data_dir().unwrap().join("small");
        std::fs::create_dir(&folder).unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"]).arg(&folder).output();
        if !mounted.is_ok_and(|out| out.status.success()) {
            println!("no small disk can be mounted here; a_full_database_refuses_and_goes_on covers the same path");
            return;
        }
        let unmount = Unmount(&folder);
        let ballast = folder.join("ballast");
        std::fs::write(&ballast, vec![0; 1 << 20]).unwrap();
        let db = Db::connect(&Config::new(format!("sqlite:{}", folder.join("t.db").display()))).await.unwrap();
        tables(&db).await;
        fill_up(&db, async || std::fs::remove_file(&ballast).unwrap()).await;
        db.close().await;
        drop(unmount);
    });
}

struct Unmount<'p>(&'p Path);
impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_second_process_is_kept_out_and_the_lock_falls_with_the_first() {
    runtime().block_on(async {
        let fresh = Fresh::new(Engine::Sqlite, "").await;
        let db = Db::connect(&fresh.config).await.unwrap();
        let Err(Error::Refused(text)) = Db::connect(&fresh.config).await else { panic!() };
        assert!(text.contains("in use by another shanyu process"), "{text}");
        db.close().await;
        assert_eq!(db.begin().await.err(), Some(Error::Closed));
        Db::connect(&fresh.config).await.unwrap().close().await;
    });
}

#[test]
fn a_damaged_file_stops_the_start_with_one_sentence() {
    runtime().block_on(async {
        let fresh = Fresh::new(Engine::Sqlite, "").await;
        let db = Db::connect(&fresh.config).await.unwrap();
        tables(&db).await;
        for n in 0..2_000 {
            put(&db, &format!("{n:0100}"), Ok(())).await.unwrap();
        }
        db.close().await;
        let path = fresh.folder().join("shanyu.db");
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 8_192].fill(0xAA);
        std::fs::write(&path, bytes).unwrap();
        let Err(Error::Refused(text)) = Db::connect(&fresh.config).await else { panic!() };
        assert!(
            text.contains("is damaged") && text.contains("shanyu.db") && text.contains("restore a backup"),
            "{text}"
        );
        std::fs::write(&path, "this is a letter, not a database, and it is long enough to be read as one".repeat(20))
            .unwrap();
        let Err(Error::Refused(text)) = Db::connect(&fresh.config).await else { panic!() };
        assert!(text.contains("is damaged") && text.contains("restore a backup"), "{text}");
        // Where no sums say that it was one.
        std::fs::remove_file(fresh.folder().join("shanyu.db.sums")).unwrap();
        let Err(Error::Refused(text)) = Db::connect(&fresh.config).await else { panic!() };
        assert!(text.contains("not a database") && text.contains("restore a backup"), "{text}");
    });
}

#[test]
fn a_wrong_url_is_one_sentence() {
    runtime().block_on(async {
        for url in ["mysql://x", "", "shanyu.db"] {
            let Err(Error::Refused(text)) = Db::connect(&Config::new(url)).await else { panic!() };
            assert_eq!(text, "the database URL must begin with sqlite: or postgres://");
        }
    });
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
