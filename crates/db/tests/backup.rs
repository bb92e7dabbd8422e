//! Backup and restore, within one engine and across: what comes back is what was there at the moment, to the byte;
//! what was cut, changed or made elsewhere is refused and leaves an empty database.

use db::{
    Blobs, Config, Db, Digest32, Engine, Error, Keys, Migration, NewBlob, Sealer,
    backup::{Restored, Small, Written, backup, read_erasures, restore, verify_backup},
    q,
    testing::{Fresh, server},
};
use kernel::{Ids, Instant, kinds::BlobId};
use std::sync::Arc;

const NOW: Instant = Instant(1_668_441_600_000_000);

/// A table of every type, spans with their trigger, a row that points to a later one.
const STEP: Migration = Migration {
    slice: "test",
    name: "20260101_test",
    sql: "-- table child: purpose=test; basis=test; retention=none; owner=test
          create table child (home TEXT not null, id TEXT not null, parent TEXT references child(id), born TEXT,
            weight DOUBLE PRECISION, seen BOOLEAN not null, photo BYTEA, n BIGINT, primary key (id));
          -- table stay: purpose=test; basis=test; retention=none; owner=test
          create table stay (child TEXT not null references child(id), from_day TEXT not null, until_day TEXT not null,
            primary key (child, from_day), check (from_day < until_day));
          -- no_overlap stay (child) owner=child(id) by child
          -- table visit: purpose=test; basis=test; retention=none; owner=test
          create table visit (id TEXT not null primary key);",
    sample: "",
};
const LATER: Migration = Migration {
    slice: "test",
    name: "20260102_later",
    sql: "-- table later: purpose=test; basis=test; retention=none; owner=test
          create table later (id TEXT not null primary key);",
    sample: "",
};
const STEPS: &[&[Migration]] = &[&[STEP]];

fn keys() -> Arc<Keys> {
    Arc::new(Keys::generate(&Ids::seeded(7)))
}

fn entry(n: i64) -> db::AuditEntry {
    db::AuditEntry {
        id: Ids::seeded(n as u64).new_id(NOW),
        home: "310106".to_owned(),
        at: Instant(NOW.0 + n),
        account: None,
        post: None,
        unit: None,
        action: "test.write".to_owned(),
        object_kind: "child".to_owned(),
        object: n.to_string(),
        persons: Vec::new(),
        purpose: "test".to_owned(),
        span_from: None,
        idempotency_key: None,
    }
}

/// Fills a database: odd values, a sealed person, a file, an audit with and without seals.
async fn fill(db: &Db, keys: &Arc<Keys>, rows: i64) -> Blobs {
    db::migrate(db, STEPS).await.unwrap();
    let db = db.with_keys(keys.clone());
    let blobs = Blobs::open(db.data_dir().unwrap()).unwrap();
    let stored = blobs.store(vec![7_u8; 600_000]).await.unwrap();
    let sealer = Sealer::new(keys.clone(), Arc::new(Ids::seeded(3)));
    let mut tx = db.begin().await.unwrap();
    // The parent of each child comes after it in the order of the key.
    for n in (0..rows).rev() {
        let parent = (n + 1 < rows).then(|| format!("c{:06}", n + 1));
        let weight = [Some(0.1), None, Some(-0.0), Some(f64::MAX)][n as usize % 4];
        let photo = (n % 3 == 0).then(|| vec![0_u8, 255, n as u8]);
        let whole = [Some(i64::MAX), Some(i64::MIN), None, Some(n)][n as usize % 4];
        let insert = "insert into child (home, id, parent, born, weight, seen, photo, n) values ($1, $2, $3, $4, $5, $6, $7, $8)";
        let id = format!("c{n:06}");
        tx.exec(q!(insert, "310106", &id, parent, "宝宝 'x'\n\t", weight, n % 2 == 0, photo, whole)).await.unwrap();
        tx.exec(q!("insert into stay (child, from_day, until_day) values ($1, '2020-01-01', '9999-12-31')", &id))
            .await
            .unwrap();
    }
    sealer.new_person(&mut tx, "310106", "p1", NOW).await.unwrap();
    sealer.new_person(&mut tx, "310106", "p2", NOW).await.unwrap();
    let blob = NewBlob {
        home: "310106".to_owned(),
        id: BlobId::new("b1"),
        media_type: "application/pdf".to_owned(),
        name: "证照.pdf".to_owned(),
        person: None,
        at: NOW,
    };
    stored.record(&mut tx, blob).await.unwrap();
    tx.audit(entry(1)).await.unwrap();
    tx.commit().await.unwrap();
    db::seal_audit(&db, keys, NOW).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.audit(entry(2)).await.unwrap();
    tx.commit().await.unwrap();
    blobs
}

async fn take(db: &Db, keys: &Keys, blobs: &Blobs) -> (Vec<u8>, Written) {
    let mut file = Vec::new();
    let beside = [Small { name: "house.json".to_owned(), content: b"{}".to_vec() }];
    let written = backup(db, keys, Some(blobs), &beside, "0.1.0", NOW, &mut file).await.unwrap();
    (file, written)
}

async fn bring_back(to: &Fresh, file: &[u8]) -> Result<(Db, Restored), Error> {
    let db = Db::connect(&to.config).await.unwrap();
    let blobs = Blobs::open(to.folder()).unwrap();
    match restore(&db, Some(&blobs), STEPS, &["visit"], &[], file).await {
        Ok(restored) => Ok((db, restored)),
        Err(e) => {
            db.close().await;
            Err(e)
        }
    }
}

async fn count(db: &Db, sql: &'static str) -> i64 {
    db.read().await.unwrap().one(q!(sql)).await.unwrap()
}

/// From one engine to another: rows, digests, files and the audit are the same.
async fn moved(db: Db, to: Engine) {
    let Some(to_server) = server(to) else { return };
    let new = Fresh::new(to, &to_server).await;
    let keys = keys();
    let blobs = fill(&db, &keys, 3_000).await;
    let (file, written) = take(&db, &keys, &blobs).await;
    let checked = verify_backup(&file[..], Some(&keys)).unwrap();
    assert_eq!((&checked.tables, checked.blobs, &checked.sm3), (&written.tables, 1, &written.sm3));
    assert!(checked.signed && written.missing.is_empty());

    let (back, restored) = bring_back(&new, &file).await.unwrap();
    assert_eq!(restored.tables, written.tables);
    assert_eq!(restored.beside[0].content, b"{}");
    let new_blobs = Blobs::open(new.folder()).unwrap();
    let (_, again) = take(&back, &keys, &new_blobs).await;
    assert_eq!(again.tables, written.tables, "what was brought back is what was there, on {to:?}");
    assert_eq!(count(&back, "select count(*) from child where photo is null").await, 2_000);
    // Rules are in force again.
    let overlap = back.write::<_, Error, _>(async |tx| {
        tx.exec(q!("insert into stay (child, from_day, until_day) values ('c000001', '2021-01-01', '2022-01-01')"))
            .await
    });
    assert!(matches!(overlap.await, Err(Error::Overlap { .. })));
    let orphan = back.write::<_, Error, _>(async |tx| {
        tx.exec(q!("insert into child (home, id, parent, seen) values ('x', 'y', 'nobody', true)")).await
    });
    assert_eq!(orphan.await, Err(Error::ForeignKey));
    // The audit goes on, and old and new rows verify.
    let back = back.with_keys(keys.clone());
    db::audit::start_epoch(&back, &keys, "restore", NOW).await.unwrap();
    back.write::<_, Error, _>(async |tx| tx.audit(entry(3)).await).await.unwrap();
    // A seal leaves out what could still be overtaken: on a server that other tests use too, it comes when their
    // transactions have ended.
    let mut report = None;
    for _ in 0..100 {
        db::seal_audit(&back, &keys, NOW).await.unwrap();
        report = Some(db::verify_audit(&back, &keys).await.unwrap());
        if report.as_ref().is_some_and(|r| r.sealed >= 3) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let report = report.unwrap();
    assert!(report.is_clean(), "{:?}", report.faults);
    assert_eq!(report.sealed, 3);
    back.close().await;
    new.drop_it(&to_server).await;
}

fn block_on(body: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(body);
}

/// A backup with small numbers, for the tests that spoil it.
async fn small_backup() -> (Vec<u8>, Arc<Keys>) {
    let fresh = Fresh::new(Engine::Sqlite, "").await;
    let keys = keys();
    let db = Db::connect(&fresh.config).await.unwrap();
    let blobs = fill(&db, &keys, 20).await;
    let (file, _) = take(&db, &keys, &blobs).await;
    db.close().await;
    (file, keys)
}

#[test]
fn a_cut_or_changed_backup_is_refused_everywhere() {
    block_on(async {
        let (file, keys) = small_backup().await;
        let (mut cut, mut changed) = (0, 0);
        for end in (0..file.len()).step_by(997).chain(file.len() - 40..file.len()) {
            let Err(Error::Refused(why)) = verify_backup(&file[..end], Some(&keys)) else { panic!("cut at {end}") };
            assert!(why.contains("backup"), "{why}");
            cut += 1;
        }
        for at in (0..file.len()).step_by(991).chain(0..400) {
            let mut other = file.clone();
            other[at] ^= 0x20;
            assert!(matches!(verify_backup(&other[..], Some(&keys)), Err(Error::Refused(_))), "changed at {at}");
            changed += 1;
        }
        let longer = [&file[..], b"x"].concat();
        assert!(verify_backup(&longer[..], Some(&keys)).is_err());
        println!("refused: {cut} cut, {changed} changed of {} bytes", file.len());
        // Another key file: whoever remakes all digests cannot sign.
        let others = Keys::generate(&Ids::seeded(8));
        let Err(Error::Refused(why)) = verify_backup(&file[..], Some(&others)) else { panic!() };
        assert!(why.contains("not made with this key file"), "{why}");
        let Err(Error::Refused(why)) = verify_backup(&b"shanyu-backup 2\nH...."[..], None) else { panic!() };
        assert!(why.contains("format 2"), "{why}");
        let Err(Error::Refused(why)) = verify_backup(&b"a letter"[..], None) else { panic!() };
        assert!(why.contains("not a backup"), "{why}");
    });
}

async fn an_empty_place_stays_empty(engine: Engine) {
    let Some(server) = server(engine) else { return };
    let (file, _) = small_backup().await;
    let tables = match engine {
        Engine::Sqlite => "select count(*) from sqlite_master where type = 'table'",
        Engine::Postgres => "select count(*) from information_schema.tables where table_schema = current_schema()",
    };
    let fresh = Fresh::new(engine, &server).await;
    // The rows of the last table are spoiled: everything before is in by then.
    let at = file
        .windows(9)
        .rposition(|w| w == b"\"visit\",\"")
        .or(file.windows(7).rposition(|w| w == b"\"visit\""))
        .unwrap();
    let mut spoiled = file.clone();
    spoiled[at + 1] = b'x';
    assert!(matches!(bring_back(&fresh, &spoiled).await, Err(Error::Refused(_))));
    let db = Db::connect(&fresh.config).await.unwrap();
    assert_eq!(count(&db, tables).await, 0, "nothing is left of a restore that was refused");
    db.close().await;
    // Steps that this program does not know, or knows otherwise.
    let unknown: &[&[Migration]] = &[&[Migration { name: "20260101_other", ..STEP }]];
    let edited: &[&[Migration]] = &[&[Migration { sql: "create table t (id TEXT not null primary key)", ..STEP }]];
    for steps in [unknown, edited] {
        let db = Db::connect(&fresh.config).await.unwrap();
        let Err(Error::Refused(why)) = restore(&db, None, steps, &[], &[], &file[..]).await else { panic!() };
        assert!(why.contains("another version of the program") && why.contains("20260101_test"), "{why}");
        db.close().await;
    }
    // A newer program restores, then lays its own steps.
    let (db, restored) = bring_back(&fresh, &file).await.unwrap();
    assert_eq!(restored.tables.iter().find(|t| t.name == "child").unwrap().rows, 20);
    assert_eq!(db::migrate(&db, &[&[STEP, LATER]]).await.unwrap(), ["20260102_later"]);
    db.close().await;
    // What is there is never overwritten.
    let Err(Error::Refused(why)) = bring_back(&fresh, &file).await else { panic!() };
    assert!(why.contains("not empty"), "{why}");
    fresh.drop_it(&server).await;
}

#[test]
fn a_refused_restore_leaves_nothing_on_sqlite() {
    block_on(an_empty_place_stays_empty(Engine::Sqlite));
}

#[test]
fn a_refused_restore_leaves_nothing_on_postgresql() {
    block_on(an_empty_place_stays_empty(Engine::Postgres));
}

db::both! {
    async fn a_backup_comes_back_whole(db: Db) {
        let same = db.engine();
        moved(db, same).await;
    }

    async fn a_backup_moves_to_the_other_engine(db: Db) {
        let other = if db.engine() == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite };
        moved(db, other).await;
    }

    async fn who_was_erased_since_is_erased_again(db: Db) {
        let keys = keys();
        let blobs = fill(&db, &keys, 5).await;
        let (old, _) = take(&db, &keys, &blobs).await;
        let sealer = Sealer::new(keys.clone(), Arc::new(Ids::seeded(4)));
        let gone = db.write::<_, Error, _>(async |tx| sealer.erase(tx, "310106", "p1", Instant(NOW.0 + 9)).await);
        assert!(gone.await.unwrap());
        let (new, _) = take(&db, &keys, &blobs).await;
        let wanted = vec![("310106".to_owned(), "p1".to_owned(), Instant(NOW.0 + 9))];
        assert_eq!(read_erasures(&new).unwrap(), wanted);
        assert_eq!(read_erasures(format!("310106\tp1\t{}\n", NOW.0 + 9).as_bytes()).unwrap(), wanted);
        assert!(read_erasures(b"310106 p1").is_err());

        let fresh = Fresh::new(Engine::Sqlite, "").await;
        let back = Db::connect(&fresh.config).await.unwrap();
        let restored = restore(&back, None, STEPS, &[], &wanted, &old[..]).await.unwrap();
        assert_eq!(restored.erased, 1);
        let mut read = back.read().await.unwrap();
        assert!(matches!(sealer.person(&mut read, "310106", "p1").await, Err(Error::NotFound)));
        assert!(sealer.person(&mut read, "310106", "p2").await.is_ok());
        drop(read);
        back.close().await;
    }

    async fn a_backup_is_one_moment_under_writers(db: Db) {
        let keys = keys();
        let blobs = fill(&db, &keys, 200).await;
        let writer = db.clone();
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let stopped = stop.clone();
        let writing = tokio::spawn(async move {
            let mut n = 0_i64;
            while !stopped.load(std::sync::atomic::Ordering::Relaxed) {
                // Always two rows together: a backup holds both or neither.
                let pair = [format!("v{n:06}a"), format!("v{n:06}b")];
                writer.write::<_, Error, _>(async |tx| {
                    tx.exec(q!("insert into visit (id) values ($1)", &pair[0])).await?;
                    tx.exec(q!("insert into visit (id) values ($1)", &pair[1])).await
                }).await.unwrap();
                n += 1;
            }
            n
        });
        let mut counts = Vec::new();
        for _ in 0..5 {
            let (file, _) = take(&db, &keys, &blobs).await;
            let checked = verify_backup(&file[..], Some(&keys)).unwrap();
            let visits = checked.tables.iter().find(|t| t.name == "visit").unwrap().rows;
            assert_eq!(visits % 2, 0);
            counts.push(visits);
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        let pairs = writing.await.unwrap();
        assert!(counts.is_sorted() && counts[4] as i64 <= 2 * pairs, "{counts:?}");
        println!("{counts:?} rows in five backups, {} in the end ({:?})", 2 * pairs, db.engine());
    }
}

/// The second process: it reads beside the one that serves, and cannot write.
#[test]
fn another_process_may_take_the_backup() {
    block_on(async {
        let fresh = Fresh::new(Engine::Sqlite, "").await;
        let keys = keys();
        let db = Db::connect(&fresh.config).await.unwrap();
        let blobs = fill(&db, &keys, 10).await;
        let beside = Db::connect_beside(&fresh.config).await.unwrap();
        assert_eq!(beside.begin().await.err(), Some(Error::Closed));
        let (_, written) = take(&beside, &keys, &blobs).await;
        assert_eq!(written.tables.iter().find(|t| t.name == "child").unwrap().rows, 10);
        beside.close().await;
        db.close().await;
        // Nobody serves: the same way in.
        let beside = Db::connect_beside(&fresh.config).await.unwrap();
        let (_, again) = take(&beside, &keys, &blobs).await;
        assert_eq!(again.tables, written.tables);
        beside.close().await;
        let nowhere = Config::new("sqlite:/nowhere/at/all.db");
        assert!(matches!(Db::connect_beside(&nowhere).await, Err(Error::Refused(_))));
    });
}

/// The public key is told, so that a signature can be checked elsewhere; a digest is 32 bytes.
#[test]
fn the_name_of_a_backup_is_its_sm3() {
    block_on(async {
        let (file, keys) = small_backup().await;
        let checked = verify_backup(&file[..], Some(&keys)).unwrap();
        assert_eq!(checked.sm3.len(), 2 * size_of::<Digest32>());
        assert_eq!(checked.bytes, file.len() as u64);
    });
}
