//! The smaller rooms on both engines: idempotency, jobs and events, keys, sealed columns, blobs.

use db::{Blobs, Db, Error, Event, Job, JobRow, Keys, NewBlob, Once, Sealer, Stored, once, q, remember, run_due_jobs};
use kernel::{
    Clock, Ids, Instant,
    kinds::{BlobId, EventId, JobId, PersonId},
};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
};

async fn ready(db: &Db) -> Db {
    db::migrate(db, &[]).await.unwrap();
    db.clone()
}

fn job(id: &str, at: i64) -> Job {
    Job {
        home: "310106".to_owned(),
        id: JobId::new(id),
        kind: "count".to_owned(),
        payload: "{}".to_owned(),
        run_at: Instant(at),
    }
}

db::both! {
    async fn a_request_is_carried_out_once(db: Db) {
        let db = ready(&db).await;
        let mut tx = db.begin().await.unwrap();
        assert_eq!(once(&mut tx, "acc", "k", "d").await.unwrap(), Once::First);
        remember(&mut tx, "acc", "k", 201, "made", Instant(5)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(once(&mut tx, "acc", "k", "d").await.unwrap(), Once::Repeat(Stored { status: 201, response: "made".to_owned() }));
        assert_eq!(once(&mut tx, "acc", "k", "other").await.unwrap(), Once::Conflict);
        assert_eq!(once(&mut tx, "acc2", "k", "other").await.unwrap(), Once::First);
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        assert_eq!(once(&mut tx, "acc2", "k", "d").await.unwrap(), Once::First, "what was rolled back is free again");
        assert_eq!(db::forget_answers(&mut tx, Instant(6)).await.unwrap(), 2);
    }

    async fn of_many_equal_requests_one_is_first(db: Db) {
        let db = ready(&db).await;
        let mut tasks = Vec::new();
        for _ in 0..32 {
            let db = db.clone();
            tasks.push(tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let found = once(&mut tx, "acc", "k", "d").await.unwrap();
                if found == Once::First {
                    remember(&mut tx, "acc", "k", 200, "once", Instant(1)).await.unwrap();
                }
                tx.commit().await.unwrap();
                found
            }));
        }
        let mut firsts = 0;
        for task in tasks {
            match task.await.unwrap() {
                Once::First => firsts += 1,
                Once::Repeat(stored) => assert_eq!(stored.response, "once"),
                Once::Conflict => panic!("a conflict"),
            }
        }
        assert_eq!(firsts, 1);
    }

    async fn jobs_are_tried_again_and_given_up(db: Db) {
        let db = ready(&db).await;
        let clock = Clock::set_to(Instant(1_000_000_000));
        db.write::<_, Error, _>(async |tx| {
            tx.enqueue(job("a", 0)).await?;
            tx.enqueue(job("b", 0)).await?;
            tx.enqueue(job("later", 5_000_000_000_000)).await?;
            tx.emit(Event { home: "310106".to_owned(), id: EventId::new("e"), kind: "opened".to_owned(), payload: "{\"n\":1}".to_owned(), at: Instant(1) }).await
        }).await.unwrap();
        let dropped: Result<(), Error> = db.write(async |tx| { tx.enqueue(job("never", 0)).await?; Err(Error::NotFound) }).await;
        assert_eq!(dropped, Err(Error::NotFound));
        let seen = Mutex::new(Vec::new());
        let handler = |_: Db, job: JobRow| {
            seen.lock().unwrap().push(format!("{} {}", job.kind, job.id));
            async move { if job.id.as_str() == "b" { Err("no".to_owned()) } else { Ok(()) } }
        };
        let ran = run_due_jobs(&db, &clock, handler).await.unwrap();
        assert_eq!((ran.done, ran.failed, ran.given_up), (2, 1, 0));
        let mut first = std::mem::take(&mut *seen.lock().unwrap());
        first.sort();
        assert_eq!(first, ["count a", "count b", "event:opened e"]);
        let mut read = db.read().await.unwrap();
        assert_eq!(read.one::<Option<i64>>(q!("select done from event where id = 'e'")).await.unwrap(), Some(1_000_000_000));
        let (attempts, error): (i64, String) = read.one(q!("select attempts, last_error from job where id = 'b'")).await.unwrap();
        assert_eq!((attempts, error.as_str()), (1, "no"));
        drop(read);
        assert_eq!(run_due_jobs(&db, &clock, handler).await.unwrap().failed, 0, "not before its pause is over");
        let mut tries = 1;
        for _ in 0..20 {
            clock.set(clock.now().plus_seconds(3601));
            tries += run_due_jobs(&db, &clock, handler).await.unwrap().failed;
        }
        assert_eq!(tries, 8);
        let state: String = db.read().await.unwrap().one(q!("select state from job where id = 'b'")).await.unwrap();
        assert_eq!(state, "given_up");
    }

    async fn a_job_goes_to_one_worker(db: Db) {
        let db = ready(&db).await;
        db.write::<_, Error, _>(async |tx| {
            for n in 0..200 { tx.enqueue(job(&format!("j{n}"), n)).await?; }
            Ok(())
        }).await.unwrap();
        let runs = Arc::new(AtomicU32::new(0));
        let mut workers = Vec::new();
        for _ in 0..4 {
            let (db, runs) = (db.clone(), runs.clone());
            workers.push(tokio::spawn(async move {
                let clock = Clock::set_to(Instant(1_000));
                run_due_jobs(&db, &clock, |_, _| async { runs.fetch_add(1, Ordering::Relaxed); Ok(()) }).await.unwrap()
            }));
        }
        let mut done = 0;
        for worker in workers { done += worker.await.unwrap().done; }
        assert_eq!((done, runs.load(Ordering::Relaxed)), (200, 200));
    }

    async fn a_crashed_worker_s_job_comes_back(db: Db) {
        let db = ready(&db).await;
        db.write::<_, Error, _>(async |tx| tx.enqueue(job("a", 0)).await).await.unwrap();
        let lease = std::time::Duration::from_secs(60);
        assert_eq!(db::claim(&db, Instant(0), 10, lease).await.unwrap().len(), 1);
        assert_eq!(db::claim(&db, Instant(59_999_999), 10, lease).await.unwrap().len(), 0);
        assert_eq!(db::claim(&db, Instant(60_000_000), 10, lease).await.unwrap()[0].attempts, 2);
    }

    async fn sealed_data_goes_with_its_key(db: Db) {
        let db = ready(&db).await;
        let ids = Arc::new(Ids::system());
        let sealer = Sealer::new(Arc::new(Keys::generate(&ids)), ids);
        let mut tx = db.begin().await.unwrap();
        let lan = sealer.new_person(&mut tx, "h07", "lan", Instant(1)).await.unwrap();
        let mei = sealer.new_person(&mut tx, "h07", "mei", Instant(1)).await.unwrap();
        let (a, b) = (sealer.seal_text(&lan, "李兰").unwrap(), sealer.seal_text(&lan, "李兰").unwrap());
        assert_ne!(a, b, "equal texts look different");
        assert!(sealer.open(&mei, &a).is_err(), "another person's key does not open it");
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let lan = sealer.person(&mut tx, "h07", "lan").await.unwrap();
        assert_eq!(sealer.open_text(&lan, &a).unwrap(), "李兰");
        let mut bad = a.clone();
        *bad.last_mut().unwrap() ^= 1;
        assert!(sealer.open(&lan, &bad).is_err(), "a changed byte is found");
        assert!(sealer.open(&lan, &a[..5]).is_err());
        assert_eq!(sealer.lookup("310101202001010012"), sealer.lookup("310101202001010012"));
        assert_ne!(sealer.lookup("310101202001010012"), sealer.lookup("310101202001010013"));
        assert!(sealer.erase(&mut tx, "h07", "lan", Instant(2)).await.unwrap());
        assert!(!sealer.erase(&mut tx, "h07", "lan", Instant(3)).await.unwrap());
        tx.commit().await.unwrap();
        let erased = db::erasures(&mut db.read().await.unwrap(), Instant(0)).await.unwrap();
        assert_eq!(erased, [("h07".to_owned(), "lan".to_owned(), Instant(2))]);
        let gone = sealer.person(&mut db.read().await.unwrap(), "h07", "lan").await;
        assert!(matches!(gone, Err(Error::NotFound)));
        let mut tx = db.begin().await.unwrap();
        assert!(matches!(sealer.new_person(&mut tx, "h07", "mei", Instant(1)).await, Err(Error::Unique { .. })));
    }

    async fn the_key_file_belongs_to_its_database(db: Db) {
        let db = ready(&db).await;
        let path = db.data_dir().unwrap().join("shanyu.keys");
        let ids = Ids::system();
        let made = Keys::open(&path, &db, &ids).await.unwrap();
        assert_eq!(Keys::open(&path, &db, &ids).await.unwrap().lookup("x"), made.lookup("x"));
        assert_eq!(Keys::read(&path).unwrap().public_key(), made.public_key());
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let Err(Error::Refused(text)) = Keys::open(&path, &db, &ids).await else { panic!() };
        assert!(text.contains("0600"), "{text}");
        std::fs::remove_file(&path).unwrap();
        let Err(Error::Refused(text)) = Keys::open(&path, &db, &ids).await else { panic!() };
        assert!(text.contains("is missing"), "{text}");
        Keys::generate(&ids).write(&path).unwrap();
        let Err(Error::Refused(text)) = Keys::open(&path, &db, &ids).await else { panic!() };
        assert!(text.contains("another database"), "{text}");
        assert!(Keys::generate(&ids).write(&path).is_err(), "a key file is never overwritten");
    }

    async fn files_are_kept_once_and_swept_without_a_row(db: Db) {
        let db = ready(&db).await;
        let blobs = Blobs::open(db.data_dir().unwrap()).unwrap();
        let new = |id: &str, person: Option<&str>| NewBlob {
            home: "310106".to_owned(), id: BlobId::new(id), media_type: "application/pdf".to_owned(),
            name: "备案表.pdf".to_owned(), person: person.map(PersonId::new), at: Instant(1),
        };
        let (one, same, orphan) = (blobs.store("public").await.unwrap(), blobs.store("public").await.unwrap(), blobs.store("orphan").await.unwrap());
        assert_eq!(one, same);
        let ids = Arc::new(Ids::system());
        let sealer = Sealer::new(Arc::new(Keys::generate(&ids)), ids);
        let mut tx = db.begin().await.unwrap();
        let lan = sealer.new_person(&mut tx, "h07", "lan", Instant(1)).await.unwrap();
        tx.commit().await.unwrap();
        let personal = blobs.store_sealed(&sealer, &lan, b"a child's picture").await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let row = one.record(&mut tx, new("a", None)).await.unwrap();
        let sealed = personal.record(&mut tx, new("b", Some("lan"))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(&blobs.load(&row.digest).await.unwrap()[..], b"public");
        assert_eq!(blobs.load_sealed(&sealer, &lan, &sealed.digest).await.unwrap(), b"a child's picture");
        assert_ne!(&blobs.load(&sealed.digest).await.unwrap()[..], b"a child's picture");
        let mut read = db.read().await.unwrap();
        assert_eq!(blobs.sweep(&mut read, Instant(0)).await.unwrap(), 0, "a young file may still get its row");
        assert_eq!(blobs.sweep(&mut read, Instant(i64::MAX)).await.unwrap(), 1);
        assert_eq!(blobs.load(&orphan.digest).await, Err(Error::NotFound));
        let file = db.data_dir().unwrap().join("blobs").join(&row.digest[..2]).join(&row.digest);
        std::fs::write(file, "publiC").unwrap();
        assert!(blobs.load(&row.digest).await.is_err(), "a damaged file is found");
    }
}
