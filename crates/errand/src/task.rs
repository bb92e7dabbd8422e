//! The life of an errand: left, taken up, carried out, ended.

use crate::live::{self, Standing};
use crate::model::{Errand, File, New, Outcome, Part, State};
use crate::store;
use db::{Job, JobRow, Tx};
use kernel::kinds::JobId;
use kernel::{Action, Instant, Lang};
use std::sync::Mutex;
use std::time::Duration;
use web::{App, Cx, Error, Result};

/// Leaves an errand to be done, in the transaction of the request that asks for it.
///
/// Errors: a missing norm `errand.kept_days`.
pub async fn leave(cx: &Cx, tx: &mut Tx, new: New) -> Result<JobId> {
    let actor = cx.actor()?;
    let now = cx.app.clock.now();
    let days = places::house_norm(tx, "errand.kept_days", cx.today()).await;
    let days = days.map_err(|e| Error::Internal(e.to_string()))?.max(1);
    let id: JobId = cx.app.ids.new_id(now);
    let own = format!("/errands/{id}");
    let errand = Errand {
        home: store::HOME.to_owned(),
        id: id.clone(),
        kind: new.kind.to_owned(),
        account: actor.account.clone(),
        post: actor.post.clone(),
        unit: actor.unit.clone(),
        lang: if cx.lang == Lang::En { "en" } else { "zh" }.to_owned(),
        title: new.title.chars().take(200).collect(),
        task: new.task,
        page: if new.page.is_empty() { own } else { new.page.replace("{id}", id.as_str()) },
        state: if new.waits { State::Waiting } else { State::Queued },
        stopping: false,
        done: 0,
        total: 0,
        message: String::new(),
        outcome: String::new(),
        made: now,
        began: None,
        ended: None,
        expires: now.plus_seconds(days * 86_400),
    };
    tx.insert(errand).await?;
    if let Some(file) = new.input {
        store::put_file(tx, &id, Part::Input, file).await?;
    }
    if !new.waits {
        tx.enqueue(job(new.kind, &id, now)).await?;
    }
    Ok(id)
}

/// An errand that waited for an answer begins, with what is to be done now.
///
/// Errors: [`Error::Conflict`] when it no longer waits.
pub async fn begin(cx: &Cx, tx: &mut Tx, kind: &'static str, id: &JobId, task: &str) -> Result<()> {
    if !store::queue(tx, id, task).await? {
        return Err(Error::Conflict("errand.begun"));
    }
    tx.enqueue(job(kind, id, cx.app.clock.now())).await?;
    Ok(())
}

fn job(kind: &str, id: &JobId, now: Instant) -> Job {
    Job { home: store::HOME.to_owned(), id: id.clone(), kind: kind.to_owned(), payload: String::new(), run_at: now }
}

/// Its owner wants an errand to stop; `false` when it has ended or is not theirs. What it was about to write is not
/// written: whether the end or the wish came first, the errand's row decides.
pub async fn stop(cx: &Cx, tx: &mut Tx, id: &JobId) -> Result<bool> {
    let account = &cx.actor()?.account;
    if store::stop(tx, account, id, cx.app.clock.now()).await? {
        return Ok(true);
    }
    // Work that saw the wish first has ended itself by now.
    Ok(store::find(tx, account, id).await?.is_some_and(|errand| errand.state == State::Cancelled))
}

/// An errand being carried out.
pub struct Task {
    /// The rights of its owner as they are now.
    pub cx: Cx,
    pub errand: Errand,
    standing: Standing,
    noted: Mutex<tokio::time::Instant>,
}

/// So often progress is written down for other processes.
const NOTED: Duration = Duration::from_secs(2);

/// An errand that took the program with it this often is not tried again.
const TRIES: i64 = 3;

const STOPPED: &str = "errand.stopped";

impl Task {
    /// Notes how far the work is. For work that holds a transaction; other work calls [`Task::advance`].
    ///
    /// Errors: `errand.stopped` when its owner wants it to stop.
    pub fn at(&self, done: usize, total: usize) -> Result<()> {
        let (done, total) = (done as i64, total as i64);
        if self.standing.live.at(done, total) { Ok(()) } else { Err(Error::Conflict(STOPPED)) }
    }

    /// The same, and lets others work; now and then it is written down.
    pub async fn advance(&self, done: usize, total: usize) -> Result<()> {
        self.at(done, total)?;
        tokio::task::yield_now().await;
        let due = {
            let mut noted = self.noted.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            let due = noted.elapsed() >= NOTED;
            if due {
                *noted = tokio::time::Instant::now();
            }
            due
        };
        if due {
            let mut tx = self.cx.app.db.begin().await?;
            let goes_on = store::advance(&mut tx, &self.errand.id, done as i64, total as i64).await?;
            tx.commit().await?;
            if !goes_on {
                return Err(Error::Conflict(STOPPED));
            }
        }
        Ok(())
    }

    /// What it was given.
    pub async fn input(&self) -> Result<File> {
        let mut read = self.cx.read().await?;
        store::file(&mut read, &self.errand.id, Part::Input).await?.ok_or(Error::NotFound)
    }

    /// Ends it well, in the transaction of the work; the caller commits.
    ///
    /// Errors: `errand.stopped`: nothing may be committed.
    pub async fn end(&self, tx: &mut Tx, rows: usize, outcome: Outcome) -> Result<()> {
        let told = outcome.told.to_string();
        if !store::complete(tx, &self.errand.id, &told, rows as i64, self.cx.app.clock.now()).await? {
            return Err(Error::Conflict(STOPPED));
        }
        for (part, file) in outcome.files {
            store::put_file(tx, &self.errand.id, part, file).await?;
        }
        Ok(())
    }
}

/// Carries out the errand of a job by `work`, which ends it by [`Task::end`]. An error of the work ends the errand with
/// its sentence and is not tried again: whoever left it decides.
///
/// Errors: of the database around the work; the job is tried again.
pub async fn carry<F, W>(app: App, job: JobRow, action: &'static Action, work: F) -> Result<()>
where
    F: FnOnce(Task) -> W,
    W: Future<Output = Result<()>>,
{
    let mut tx = app.db.begin().await?;
    let taken = store::take_up(&mut tx, &job.id, app.clock.now()).await?;
    tx.commit().await?;
    let Some(errand) = taken else { return Ok(()) };
    let lang = if errand.lang == "en" { Lang::En } else { Lang::Zh };
    let mut read = app.db.read().await?;
    let actor = identity::actor(&mut read, &errand.account, &errand.post, app.clock.today()).await?;
    drop(read);
    let Some(actor) = actor else {
        let message = web::Words(lang).t("errand.post_ended");
        return give_up(&app, &errand, State::Failed, message).await;
    };
    let own = format!("/errands/{}", errand.id);
    let address = if errand.task.starts_with('/') { errand.task.as_str() } else { own.as_str() };
    let cx = match Cx::beside(app.clone(), action, actor, lang, address) {
        Ok(cx) => cx,
        Err(_) => return give_up(&app, &errand, State::Failed, web::Words(lang).t("errand.post_ended")).await,
    };
    let outcome = if job.attempts > TRIES {
        Err(Error::Conflict("errand.gave_up"))
    } else {
        let standing = live::enter(errand.id.as_str());
        let noted = Mutex::new(tokio::time::Instant::now());
        work(Task { cx: cx.clone(), errand: errand.clone(), standing, noted }).await
    };
    match outcome {
        Ok(()) => Ok(()),
        Err(Error::Conflict(STOPPED)) => give_up(&app, &errand, State::Cancelled, "").await,
        Err(error) => {
            tracing::warn!(kind = errand.kind, id = %errand.id, ?error, "an errand failed");
            give_up(&app, &errand, State::Failed, &cx.sentence(&error)).await
        }
    }
}

async fn give_up(app: &App, errand: &Errand, state: State, message: &str) -> Result<()> {
    let mut tx = app.db.begin().await?;
    store::give_up(&mut tx, &errand.id, state.as_str(), message, app.clock.now()).await?;
    Ok(tx.commit().await?)
}

/// The daily job `errand.clear`.
pub async fn clear(app: App, _: JobRow) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let gone = store::clear(&mut tx, now).await?;
    tx.commit().await?;
    tracing::info!(gone, "expired errands cleared");
    Ok(())
}
