//! Events and jobs are rows written in the caller's transaction, so that what was committed is also told, and what was
//! rolled back is not. An event is told by a job of its own (`event:<kind>`), so there is one machine for tries,
//! backoff and giving up. Handlers run at least once and must bear a second time; several run at once, so no order is
//! promised. A job is held by a lease that is renewed while its handler works: after a crash another worker takes it.

use crate::{Db, Engine, Error, Query, Read, Result, Tx, q};
use futures_util::{FutureExt, StreamExt, stream::FuturesUnordered};
use kernel::{
    Clock, Instant,
    kinds::{EventId, JobId},
};
use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

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

    /// The same, but an id that is there already stays as it is: for work that is due once, whoever asks (the jobs of a
    /// day). Whether it was new.
    pub async fn enqueue_once(&mut self, job: Job) -> Result<bool> {
        let new = "insert into job (home, id, kind, payload, state, run_at, attempts, last_error, done)
                   values ($1, $2, $3, $4, 'due', $5, 0, null, null) on conflict (home, id) do nothing";
        Ok(self.exec(q!(new, job.home, job.id, job.kind, job.payload, job.run_at)).await? == 1)
    }
}

/// How many jobs stand in a state: for metrics and the page of jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub kind: String,
    /// `due` or `given_up`.
    pub state: String,
    pub jobs: i64,
}

impl crate::FromRow for Standing {
    fn from_row(row: &crate::Row<'_>) -> Result<Standing> {
        Ok(Standing { kind: row.get("kind")?, state: row.get("state")?, jobs: row.get("jobs")? })
    }
}

/// Jobs that wait and jobs that were given up, by kind.
pub async fn jobs_standing(read: &mut Read) -> Result<Vec<Standing>> {
    read.all(q!("select kind, state, count(*) as jobs from job where state in ('due', 'given_up')
         group by kind, state order by kind, state"))
        .await
}

/// Forgets jobs that were done and events that were told before `before`; what was given up stays until somebody has
/// looked at it. The number of rows.
pub async fn clear_done(tx: &mut Tx, before: Instant) -> Result<u64> {
    let jobs = tx.exec(q!("delete from job where state = 'done' and done < $1", before)).await?;
    let events = tx.exec(q!("delete from event where done < $1", before)).await?;
    Ok(jobs + events)
}

/// Takes up to `limit` due jobs for `lease`: after that time another worker may take them, as after a crash. Each is
/// handed to one worker only.
pub async fn claim(db: &Db, now: Instant, limit: i64, lease: Duration) -> Result<Vec<JobRow>> {
    let until = Instant(now.0 + lease.as_micros() as i64);
    // A second try is at most an hour away: one that is further was put off while the clock ran ahead.
    let far = Instant(until.0 + LONGEST.as_micros() as i64);
    let args = [now.0, limit, until.0, far.0].map(crate::Column::bind).to_vec();
    // One statement on each engine, equal but for the lock. `materialized`: the limited list is made once.
    let sql = match db.engine() {
        Engine::Sqlite => {
            "with due as materialized (
               select home, id from job where state = 'due' and (run_at <= $1 or (attempts > 0 and run_at > $4))
               order by run_at, home, id limit $2)
             update job set attempts = attempts + 1, run_at = $3 where (home, id) in (select home, id from due)
             returning *"
        }
        Engine::Postgres => {
            "with due as materialized (
               select home, id from job where state = 'due' and (run_at <= $1 or (attempts > 0 and run_at > $4))
               order by run_at, home, id limit $2
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

/// How long a claimed job is held; renewed three times in it.
const LEASE: Duration = Duration::from_secs(60);

/// So many jobs run at the same time in one process: a long one does not keep the short ones waiting, and readers are
/// left for pages.
const AT_ONCE: usize = 3;

const LONGEST: Duration = Duration::from_secs(3600);

/// The pause after the n-th try: 10 s, doubled each time, at most an hour.
pub fn backoff(attempts: i64) -> Duration {
    Duration::from_secs(10u64 << (attempts.clamp(1, 20) - 1)).min(LONGEST)
}

/// What one round did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ran {
    pub done: u64,
    pub failed: u64,
    pub given_up: u64,
}

impl Ran {
    fn add(&mut self, one: Ran) {
        self.done += one.done;
        self.failed += one.failed;
        self.given_up += one.given_up;
    }
}

/// Runs the jobs that are due until none is. The handler opens transactions of its own; its error is kept with the
/// job, which is tried again later, and so is a panic.
pub async fn run_due_jobs<H, F>(db: &Db, clock: &Clock, handler: H) -> Result<Ran>
where
    H: Fn(Db, JobRow) -> F,
    F: Future<Output = std::result::Result<(), String>>,
{
    let mut ran = Ran::default();
    let mut under_way = FuturesUnordered::new();
    loop {
        let free = AT_ONCE - under_way.len();
        if free > 0 {
            // Jobs under way go on meanwhile: one of them may hold the write connection that claiming waits for.
            let claiming = claim(db, clock.now(), free as i64, LEASE);
            tokio::pin!(claiming);
            let claimed = loop {
                tokio::select! {
                    claimed = &mut claiming => break claimed?,
                    Some(one) = under_way.next() => ran.add(one?),
                }
            };
            for job in claimed {
                under_way.push(carry_out(db, clock, handler(db.clone(), job.clone()), job));
            }
        }
        if under_way.is_empty() {
            return Ok(ran);
        }
        tokio::select! {
            Some(one) = under_way.next() => ran.add(one?),
            // While a long one works, new ones come.
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
}

/// One job from claim to end.
async fn carry_out(
    db: &Db,
    clock: &Clock,
    work: impl Future<Output = std::result::Result<(), String>>,
    job: JobRow,
) -> Result<Ran> {
    let outcome = tokio::select! {
        outcome = AssertUnwindSafe(work).catch_unwind() => outcome.unwrap_or_else(|_| Err("the handler panicked".to_owned())),
        () = hold(db, clock, &job) => return Ok(Ran::default()),
    };
    let Err(problem) = outcome else {
        finish(db, &job, clock.now()).await?;
        return Ok(Ran { done: 1, ..Ran::default() });
    };
    let last = job.attempts >= TRIES;
    tracing::warn!(kind = job.kind, id = %job.id, attempts = job.attempts, last, problem, "a job failed");
    fail(db, &job, &problem, last, clock.now()).await?;
    Ok(Ran { failed: 1, given_up: u64::from(last), ..Ran::default() })
}

/// Renews the lease while the handler works; returns when the job is no longer ours.
async fn hold(db: &Db, clock: &Clock, job: &JobRow) {
    loop {
        tokio::time::sleep(LEASE / 3).await;
        let until = Instant(clock.now().0 + LEASE.as_micros() as i64);
        let held = db
            .write::<_, Error, _>(async |tx| {
                let longer =
                    "update job set run_at = $4 where home = $1 and id = $2 and state = 'due' and attempts = $3";
                tx.exec(q!(longer, &job.home, &job.id, job.attempts, until)).await
            })
            .await;
        match held {
            Ok(0) => return,
            Ok(_) => {}
            Err(e) => tracing::warn!(kind = job.kind, id = %job.id, "the lease of a job could not be renewed: {e}"),
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

/// Only the try that was claimed may end a job: one whose lease ran out has lost it to another.
async fn finish(db: &Db, job: &JobRow, now: Instant) -> Result<()> {
    db.write::<_, Error, _>(async |tx| {
        let done = "update job set state = 'done', done = $3, last_error = null
                    where home = $1 and id = $2 and attempts = $4";
        tx.exec(q!(done, &job.home, &job.id, now, job.attempts)).await?;
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
        let failed = "update job set state = $3, run_at = $4, last_error = $5
                      where home = $1 and id = $2 and attempts = $6";
        tx.exec(q!(failed, &job.home, &job.id, state, next, problem, job.attempts)).await
    })
    .await?;
    Ok(())
}
