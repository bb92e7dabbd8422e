//! Work beside the requests. A slice declares which kinds of jobs and events it takes up (`jobs()`, as it declares its
//! routes), the house collects them, and [`keep`] runs what is due. An event without a listener is told to nobody and
//! is finished at once; a job of a kind that nobody declared is a fault and ends among the given-up ones. A daily job is
//! enqueued once per day of the house's clock, whatever is started again in between.

use crate::{App, Error, Result};
use db::{Job, JobRow};
use kernel::{Day, kinds::JobId};
use std::{collections::BTreeMap, pin::Pin, sync::Arc, time::Duration};

type Handler = Arc<dyn Fn(App, JobRow) -> Pin<Box<dyn Future<Output = Result<()>> + Send>> + Send + Sync>;

/// What the slices take up, by kind.
#[derive(Clone, Default)]
pub struct Jobs {
    handlers: BTreeMap<&'static str, Vec<Handler>>,
    daily: Vec<&'static str>,
}

impl Jobs {
    pub fn new() -> Jobs {
        Jobs::default()
    }

    /// A kind of job, or `event:KIND` to hear of an event. A handler may run a second time for the same job and must
    /// bear it. Events may have several listeners, which then succeed or are tried again together.
    pub fn on<H, F>(mut self, kind: &'static str, handler: H) -> Jobs
    where
        H: Fn(App, JobRow) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.handlers.entry(kind).or_default().push(Arc::new(move |app, job| Box::pin(handler(app, job))));
        self
    }

    /// A kind of job that is due once a day; its payload is the day, `2022-11-15`. Days on which no server ran are not
    /// made up for.
    pub fn daily<H, F>(mut self, kind: &'static str, handler: H) -> Jobs
    where
        H: Fn(App, JobRow) -> F + Send + Sync + 'static,
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.daily.push(kind);
        self.on(kind, handler)
    }

    /// Both.
    ///
    /// # Panics
    /// When two slices take up the same kind of job: only events have several listeners.
    pub fn merge(mut self, other: Jobs) -> Jobs {
        for (kind, handlers) in other.handlers {
            let all = self.handlers.entry(kind).or_default();
            all.extend(handlers);
            assert!(all.len() == 1 || kind.starts_with("event:"), "two slices take up {kind}");
        }
        self.daily.extend(other.daily);
        self
    }

    /// Every kind that is taken up; the key of its word is [`word_of`].
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.handlers.keys().copied()
    }

    /// Enqueues the jobs of a day that are not there yet: how many.
    pub async fn enqueue_day(&self, app: &App, day: Day) -> Result<u64> {
        let now = app.clock.now();
        let mut tx = app.db.begin().await?;
        let mut new = 0;
        for kind in &self.daily {
            let job = Job {
                home: String::new(),
                id: JobId::new(format!("{kind}:{day}")),
                kind: (*kind).to_owned(),
                payload: day.to_string(),
                run_at: now,
            };
            new += u64::from(tx.enqueue_once(job).await?);
        }
        tx.commit().await?;
        Ok(new)
    }

    /// Runs one job; the text of its failure is kept with it.
    pub async fn run(&self, app: App, job: JobRow) -> std::result::Result<(), String> {
        let Some(handlers) = self.handlers.get(job.kind.as_str()) else {
            return if job.kind.starts_with("event:") { Ok(()) } else { Err(format!("nobody takes up {}", job.kind)) };
        };
        for handler in handlers {
            let outcome = handler(app.clone(), job.clone()).await;
            let result = if outcome.is_ok() { "done" } else { "failed" };
            metrics::counter!("shanyu_jobs_total", "kind" => job.kind.clone(), "result" => result).increment(1);
            outcome.map_err(|e| why(&e))?;
        }
        Ok(())
    }

    /// Runs what is due until nothing is.
    pub async fn run_due(&self, app: &App) -> Result<db::Ran> {
        Ok(db::run_due_jobs(&app.db, &app.clock, |_, job| self.run(app.clone(), job)).await?)
    }
}

/// The key of the word for a kind of job or event: `job_kind.registry.export`, `job_kind.event.norm_change`.
pub fn word_of(kind: &str) -> String {
    format!("job_kind.{}", kind.replacen(':', ".", 1))
}

/// Runs jobs, enqueues those of each new day and counts what stands, until it is dropped.
pub async fn keep(app: App, jobs: Jobs) {
    let running = db::keep_running_jobs(app.db.clone(), app.clock.clone(), |_, job| jobs.run(app.clone(), job));
    tokio::join!(running, each_second(&app, &jobs));
}

async fn each_second(app: &App, jobs: &Jobs) {
    let mut last = None;
    loop {
        let day = app.clock.today();
        if last != Some(day) {
            match jobs.enqueue_day(app, day).await {
                Ok(_) => last = Some(day),
                Err(error) => tracing::error!(why = why(&error), "the jobs of the day could not be enqueued"),
            }
        }
        if let Err(error) = measure(app).await {
            tracing::warn!(%error, "jobs could not be counted");
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// `shanyu_jobs{state="due"}` and `{state="given_up"}`.
async fn measure(app: &App) -> db::Result<()> {
    let standing = db::jobs_standing(&mut app.db.read().await?).await?;
    for state in ["due", "given_up"] {
        let jobs: i64 = standing.iter().filter(|s| s.state == state).map(|s| s.jobs).sum();
        metrics::gauge!("shanyu_jobs", "state" => state).set(jobs as f64);
    }
    Ok(())
}

/// One line for the operator.
fn why(error: &Error) -> String {
    match error {
        Error::Internal(why) => why.clone(),
        Error::Rule(rule) => {
            std::iter::once(rule.code).chain(rule.fields.iter().map(|f| f.code)).collect::<Vec<_>>().join(" ")
        }
        other => other.code().to_owned(),
    }
}
