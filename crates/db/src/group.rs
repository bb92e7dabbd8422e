//! Group commit on SQLite. One task owns the only connection that writes and hands it, as a baton, to one caller
//! after another, each inside a savepoint of its own; then one commit, one fsync, makes all of them durable and each
//! is told. A caller that fails or goes away takes back only its own savepoint. Errors that end the shared
//! transaction (disk full) refuse the whole batch.

use crate::{Error, Result, sqlite::Lite, sums::Sums};
use std::{
    fs::File,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, oneshot};

/// How much is gathered into one commit.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Writers in one commit at most.
    pub max_batch: usize,
    /// How long a batch may stay open. Not a delay: a lone writer commits at once.
    pub max_wait: Duration,
}

/// Measured: larger batches gain nothing.
impl Default for Group {
    fn default() -> Self {
        Group { max_batch: 64, max_wait: Duration::from_millis(5) }
    }
}

/// Where a caller waits for the baton.
pub(crate) type Grant = oneshot::Sender<Result<Baton>>;

/// A caller that keeps the baton longer than this stops every other writer and is named in the log.
const LONG: Duration = Duration::from_millis(50);

/// The write connection, on loan to one caller.
pub(crate) struct Baton {
    held: Option<(Lite, oneshot::Sender<Back>)>,
    since: Instant,
}

struct Back {
    lite: Lite,
    /// Present when the caller wants to be kept; told once the batch is durable.
    ack: Option<oneshot::Sender<Result<()>>>,
}

impl Baton {
    /// The connection, if the shared transaction still stands: after a batch killer a statement would otherwise be
    /// written outside of any transaction.
    pub fn lite(&mut self) -> Result<&mut Lite> {
        let (lite, _) = self.held.as_mut().expect("a baton holds its connection until it goes back");
        if lite.conn.is_autocommit() { Err(Error::GivenUp) } else { Ok(lite) }
    }

    pub async fn commit(mut self) -> Result<()> {
        let (lite, back) = self.held.take().expect("a baton holds its connection until it goes back");
        self.warn_if_long();
        let (ack, done) = oneshot::channel();
        back.send(Back { lite, ack: Some(ack) }).map_err(|_| Error::Closed)?;
        done.await.map_err(|_| Error::Closed)?
    }

    fn warn_if_long(&self) {
        let held = self.since.elapsed();
        if held > LONG {
            tracing::warn!(millis = held.as_millis() as u64, "a write transaction was held long; all writers waited");
        }
    }
}

impl Drop for Baton {
    fn drop(&mut self) {
        if let Some((lite, back)) = self.held.take() {
            self.warn_if_long();
            // The task is gone only when the runtime is, and then nothing was committed.
            let _ = back.send(Back { lite, ack: None });
        }
    }
}

/// The writer's task; ends when every `Db` is gone. It keeps the lock of the file as long as it lives.
pub(crate) async fn writer(
    mut lite: Lite,
    mut queue: mpsc::Receiver<Grant>,
    group: Group,
    sums: Arc<Mutex<Sums>>,
    _lock: File,
) {
    while let Some(first) = queue.recv().await {
        lite = batch(lite, first, &mut queue, group, &sums).await;
    }
    let end = move || {
        if let Ok(mut sums) = sums.lock() {
            sums.at_end(&lite);
        }
        drop(lite);
    };
    let _ = tokio::task::spawn_blocking(end).await;
}

async fn batch(
    mut lite: Lite,
    first: Grant,
    queue: &mut mpsc::Receiver<Grant>,
    group: Group,
    sums: &Arc<Mutex<Sums>>,
) -> Lite {
    if let Err(e) = lite.run("begin immediate") {
        let _ = first.send(Err(e));
        return lite;
    }
    let started = Instant::now();
    let mut waiting = Vec::new();
    let mut caller = Some(first);
    let mut turns = 0;
    let mut failed = None;
    while let Some(grant) = caller.take() {
        turns += 1;
        match turn(&mut waiting, lite, grant).await {
            (back, Ok(())) => lite = back,
            (back, Err(e)) => {
                lite = back;
                failed = Some(e);
                break;
            }
        }
        if turns < group.max_batch && started.elapsed() < group.max_wait {
            caller = queue.try_recv().ok();
            if caller.is_none() {
                // Those who were just about to queue get one chance.
                tokio::task::yield_now().await;
                caller = queue.try_recv().ok();
            }
        }
    }
    finish(lite, failed, waiting, sums).await
}

/// One caller's turn with the connection.
async fn turn(waiting: &mut Vec<oneshot::Sender<Result<()>>>, lite: Lite, grant: Grant) -> (Lite, Result<()>) {
    if let Err(e) = lite.run("savepoint w") {
        let _ = grant.send(Err(e.clone()));
        return (lite, Err(e));
    }
    let (give_back, back) = oneshot::channel();
    // A caller that has gone away gets nothing: the baton comes back through its drop.
    let _ = grant.send(Ok(Baton { held: Some((lite, give_back)), since: Instant::now() }));
    let Back { lite, ack } = back.await.expect("a baton always comes back, by commit or by drop");
    if lite.conn.is_autocommit() {
        if let Some(ack) = ack {
            waiting.push(ack);
        }
        return (lite, Err(Error::Retry("the shared transaction was ended by an error".into())));
    }
    let end = match ack {
        Some(ack) => {
            waiting.push(ack);
            lite.run("release w")
        }
        None => lite.run("rollback to w").and_then(|()| lite.run("release w")),
    };
    (lite, end)
}

/// Ends the shared transaction, tells everybody, then moves pages out of the WAL when it is time.
async fn finish(
    lite: Lite,
    failed: Option<Error>,
    waiting: Vec<oneshot::Sender<Result<()>>>,
    sums: &Arc<Mutex<Sums>>,
) -> Lite {
    let tell = |waiting: Vec<oneshot::Sender<Result<()>>>, end: Result<()>| {
        for ack in waiting {
            let _ = ack.send(end.clone());
        }
    };
    match failed {
        None if waiting.is_empty() => {
            let _ = lite.run("rollback");
            lite
        }
        None => {
            let sums = sums.clone();
            let commit = move || {
                let end = lite.run("commit");
                if end.is_err() && !lite.conn.is_autocommit() {
                    let _ = lite.run("rollback");
                }
                tell(waiting, end);
                if let Ok(mut sums) = sums.lock() {
                    sums.after_commit(&lite);
                }
                lite
            };
            tokio::task::spawn_blocking(commit).await.expect("a commit does not panic")
        }
        Some(e) => {
            if !lite.conn.is_autocommit() {
                let _ = lite.run("rollback");
            }
            let lasting = matches!(e, Error::Full | Error::Damaged(_));
            tell(waiting, Err(if lasting { e } else { Error::Retry(e.to_string().into()) }));
            lite
        }
    }
}
