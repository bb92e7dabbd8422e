//! The loop of jobs over the declared handlers, on both engines.

use db::{Db, Event, Job, JobRow, q};
use kernel::{
    Clock, Day, Ids, Instant,
    kinds::{EventId, JobId},
};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};
use web::{App, AppInner, Error, Jobs};

async fn app(db: &Db) -> (App, tempfile::TempDir) {
    db::migrate(db, &[]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(db::Keys::open(&folder.path().join("keys"), db, &Ids::seeded(1)).await.unwrap());
    let clock = Arc::new(Clock::set_to(Instant::start_of("2022-11-15".parse::<Day>().unwrap())));
    (App::new(AppInner::new(db.clone(), clock, Arc::new(Ids::seeded(2)), keys)), folder)
}

async fn leave(app: &App, id: &str, kind: &str) {
    let job =
        Job { home: String::new(), id: JobId::new(id), kind: kind.into(), payload: "{}".into(), run_at: Instant(0) };
    app.db.write::<_, db::Error, _>(async |tx| tx.enqueue(job).await).await.unwrap();
}

async fn tell(app: &App, id: &str, kind: &str) {
    let event =
        Event { home: String::new(), id: EventId::new(id), kind: kind.into(), payload: "{}".into(), at: Instant(0) };
    app.db.write::<_, db::Error, _>(async |tx| tx.emit(event).await).await.unwrap();
}

fn counting(jobs: Jobs, kind: &'static str, n: &Arc<AtomicU32>) -> Jobs {
    let n = n.clone();
    jobs.daily(kind, move |_: App, _: JobRow| {
        let n = n.clone();
        async move {
            n.fetch_add(1, Ordering::Relaxed);
            Ok(())
        }
    })
}

db::both! {
    async fn a_daily_job_runs_once_a_day_across_restarts(db: Db) {
        let (app, _folder) = app(&db).await;
        let n = Arc::new(AtomicU32::new(0));
        let day = app.clock.today();
        for _ in 0..3 {
            // Each round is a new start of the program.
            let jobs = counting(Jobs::new(), "house.sample", &n);
            jobs.enqueue_day(&app, day).await.unwrap();
            jobs.run_due(&app).await.unwrap();
        }
        assert_eq!(n.load(Ordering::Relaxed), 1);
        app.clock.set(app.clock.now().plus_seconds(86_400));
        let jobs = counting(Jobs::new(), "house.sample", &n);
        let (a, b) = tokio::join!(jobs.enqueue_day(&app, day.plus(1)), jobs.enqueue_day(&app, day.plus(1)));
        assert_eq!(a.unwrap() + b.unwrap(), 1, "two servers, one job");
        jobs.run_due(&app).await.unwrap();
        assert_eq!(n.load(Ordering::Relaxed), 2);
    }

    async fn an_event_without_listener_is_finished_and_an_unknown_job_is_a_fault(db: Db) {
        let (app, _folder) = app(&db).await;
        let n = Arc::new(AtomicU32::new(0));
        let hear = |jobs: Jobs| {
            let n = n.clone();
            jobs.on("event:heard", move |_, _| {
                let n = n.clone();
                async move { n.fetch_add(1, Ordering::Relaxed); Ok(()) }
            })
        };
        let jobs = hear(Jobs::new()).merge(hear(Jobs::new()));
        tell(&app, "a", "unheard").await;
        tell(&app, "b", "heard").await;
        leave(&app, "c", "nobodys").await;
        leave(&app, "d", "panics").await;
        let jobs = jobs.on("panics", |_, _| async { panic!("as a fault in a handler would") });
        let ran = jobs.run_due(&app).await.unwrap();
        assert_eq!((ran.done, ran.failed), (2, 2));
        assert_eq!(n.load(Ordering::Relaxed), 2, "both listeners hear");
        let mut read = db.read().await.unwrap();
        assert_eq!(read.one::<i64>(q!("select count(*) from event where done is null")).await.unwrap(), 0);
        let said: String = read.one(q!("select last_error from job where id = 'c'")).await.unwrap();
        assert_eq!(said, "nobody takes up nobodys");
        drop(read);
        for _ in 0..20 {
            app.clock.set(app.clock.now().plus_seconds(3601));
            jobs.run_due(&app).await.unwrap();
        }
        let standing = db::jobs_standing(&mut db.read().await.unwrap()).await.unwrap();
        let standing: Vec<_> = standing.iter().map(|s| (s.kind.as_str(), s.state.as_str(), s.jobs)).collect();
        assert_eq!(standing, [("nobodys", "given_up", 1), ("panics", "given_up", 1)]);
        let later = app.clock.now().plus_seconds(1);
        let cleared = db.write::<_, db::Error, _>(async |tx| db::clear_done(tx, later).await).await.unwrap();
        assert_eq!(cleared, 4, "two told events with their jobs; what was given up stays");
    }

    async fn an_error_is_kept_in_words_and_tried_again(db: Db) {
        let (app, _folder) = app(&db).await;
        leave(&app, "a", "fails").await;
        let tries = Arc::new(AtomicU32::new(0));
        let jobs = {
            let tries = tries.clone();
            Jobs::new().on("fails", move |_, _| {
                let first = tries.fetch_add(1, Ordering::Relaxed) == 0;
                async move { if first { Err(Error::Internal("the disk is away".into())) } else { Ok(()) } }
            })
        };
        jobs.run_due(&app).await.unwrap();
        let said: String = db.read().await.unwrap().one(q!("select last_error from job where id = 'a'")).await.unwrap();
        assert_eq!(said, "the disk is away");
        app.clock.set(app.clock.now().plus_seconds(11));
        assert_eq!(jobs.run_due(&app).await.unwrap().done, 1);
    }
}
