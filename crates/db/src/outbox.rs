//! Events and jobs are rows written in the caller's transaction, so that what was committed is also told, and what was
//! rolled back is not. An event is told by a job of its own (`event:<kind>`), so there is one machine for tries,
//! backoff and giving up. Handlers run at least once and must bear a second time.

use crate::{Db, Engine, Error, Query, Result, Tx, q};
use kernel::{
    Clock, Instant,
    kinds::{EventId, JobId},
};
use std::{sync::Arc, time::Duration};

/// Something that happened in one slice and that others may want to know.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub home: String,
    pub id: EventId,
    /// `registry.facility_opened`
    pub kind: String,
    /// JSON.
    pub payload: String,
    pub at: Instant,
}

/// Work for later.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub home: String,
    pub id: JobId,
    pub kind: String,
    /// JSON.
    pub payload: String,
    pub run_at: Instant,
}

crate::record! {
    #[derive(Debug, Clone, PartialEq)]
    struct EventRow in "event" { home: String, id: EventId, kind: String, payload: String, at: Instant, done: Option<Instant> }
}

crate::record! {
    /// A job as it stands in the database.
    #[derive(Debug, Clone, PartialEq)]
    pub struct JobRow in "job" {
        home: String,
        id: JobId,
        kind: String,
        payload: String,
        /// `due`, `done` or `given_up`.
        state: String,
        /// When it may be tried next.
        run_at: Instant,
        /// Tries so far; counted when a try begins.
        attempts: i64,
        last_error: Option<String>,
        done: Option<Instant>,
    }
}

impl Tx {
    /// Tells an event once this transaction is committed.
    pub async fn emit(&mut self, event: Event) -> Result<()> {
        let Event { home, id, kind, payload, at } = event;
        let job = Job {
            home: home.clone(),
            id: JobId::new(id.as_str()),
            kind: format!("event:{kind}"),
            payload: payload.clone(),
            run_at: at,
        };
        self.insert(EventRow { home, id, kind, payload, at, done: None }).await?;
        self.enqueue(job).await
    }

    /// Leaves a job for later. The same id a second time is refused as [`Error::Unique`].
    pub async fn enqueue(&mut self, job: Job) -> Result<()> {
        let Job { home, id, kind, payload, run_at } = job;
        let state = "due".to_owned();
        self.insert(JobRow { home, id, kind, payload, state, run_at, attempts: 0, last_error: None, done: None })
            .await?;
        Ok(())
    }
}

/// Takes up to `limit` due jobs for `lease`: after that time another worker may take them, as after a crash. Each is
/// handed to one worker only.
pub async fn claim(db: &Db, now: Instant, limit: i64, lease: Duration) -> Result<Vec<JobRow>> {
    let until = Instant(now.0 + lease.as_micros() as i64);
    let args = vec![crate::Column::bind(now), crate::Column::bind(limit), crate::Column::bind(until)];
    // One statement on each engine, equal but for the lock. `materialized`: the limited list is made once.
    let sql = match db.engine() {
        Engine::Sqlite => {
            "with due as materialized (
               select home, id from job where state = 'due' and run_at <= $1 order by run_at, home, id limit $2)
             update job set attempts = attempts + 1, run_at = $3 where (home, id) in (select home, id from due)
             returning *"
        }
        Engine::Postgres => {
            "with due as materialized (
               select home, id from job where state = 'due' and run_at <= $1 order by run_at, home, id limit $2
               for update skip locked)
             update job set attempts = attempts + 1, run_at = $3 where (home, id) in (select home, id from due)
             returning *"
        }
    };
    let mut tx = db.begin().await?;
    let claimed = tx.all(Query::raw(sql, args)).await?;
    tx.commit().await?;
    Ok(claimed)
}

/// A job is given up after so many tries.
pub const TRIES: i64 = 8;

/// The pause after the n-th try: 10 s, doubled each time, at most an hour.
pub fn backoff(attempts: i64) -> Duration {
    Duration::from_secs((10u64 << (attempts.clamp(1, 20) - 1)).min(3600))
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    pub done: u64,
    pub failed: u64,
    pub given_up: u64,
}

/// Runs the jobs that are due until none is. The handler opens transactions of its own; its error is kept with the
/// job, which is tried again later.
pub async fn run_due_jobs<H, F>(db: &Db, clock: &Clock, handler: H) -> Result<Ran>
where
    H: Fn(Db, JobRow) -> F,
    F: Future<Output = std::result::Result<(), String>>,
{
    let mut ran = Ran::default();
    loop {
        let claimed = claim(db, clock.now(), 16, Duration::from_secs(300)).await?;
        if claimed.is_empty() {
            return Ok(ran);
        }
        for job in claimed {
            match handler(db.clone(), job.clone()).await {
                Ok(()) => {
                    finish(db, &job, clock.now()).await?;
                    ran.done += 1;
                }
                Err(problem) => {
                    let last = job.attempts >= TRIES;
                    tracing::warn!(kind = job.kind, id = %job.id, attempts = job.attempts, last, problem, "a job failed");
                    fail(db, &job, &problem, last, clock.now()).await?;
                    ran.failed += 1;
                    ran.given_up += u64::from(last);
                }
            }
        }
    }
}

/// Runs due jobs, looks again every second, until it is dropped.
pub async fn keep_running_jobs<H, F>(db: Db, clock: Arc<Clock>, handler: H)
where
    H: Fn(Db, JobRow) -> F,
    F: Future<Output = std::result::Result<(), String>>,
{
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match run_due_jobs(&db, &clock, &handler).await {
            Ok(_) => {}
            Err(Error::Closed) => return,
            Err(e) => tracing::error!("jobs could not be run: {e}"),
        }
    }
}

async fn finish(db: &Db, job: &JobRow, now: Instant) -> Result<()> {
    db.write::<_, Error, _>(async |tx| {
        let done = "update job set state = 'done', done = $3, last_error = null where home = $1 and id = $2";
        tx.exec(q!(done, &job.home, &job.id, now)).await?;
        if job.kind.starts_with("event:") {
            tx.exec(q!("update event set done = $3 where home = $1 and id = $2", &job.home, &job.id, now)).await?;
        }
        Ok(())
    })
    .await
}

async fn fail(db: &Db, job: &JobRow, problem: &str, last: bool, now: Instant) -> Result<()> {
    let state = if last { "given_up" } else { "due" };
    let next = Instant(now.0 + backoff(job.attempts).as_micros() as i64);
    db.write::<_, Error, _>(async |tx| {
        let failed = "update job set state = $3, run_at = $4, last_error = $5 where home = $1 and id = $2";
        tx.exec(q!(failed, &job.home, &job.id, state, next, problem)).await
    })
    .await?;
    Ok(())
}
