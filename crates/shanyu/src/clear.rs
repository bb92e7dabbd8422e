//! What the house throws away each day: jobs that were done, events that were told, answers to requests that nobody will
//! repeat. For how long each is kept is a norm.

use db::JobRow;
use kernel::{Day, Instant};
use web::{App, Error, Result};

/// The daily job `house.clear`.
pub async fn clear(app: App, _: JobRow) -> Result<()> {
    let today = app.clock.today();
    let mut read = app.db.read().await?;
    let mut kept = [Instant(0); 2];
    for (before, key) in kept.iter_mut().zip(["operation.jobs_kept_days", "operation.answers_kept_days"]) {
        let days = places::house_norm(&mut read, key, today).await.map_err(|e| Error::Internal(e.to_string()))?;
        *before = before_days(today, days);
    }
    drop(read);
    let [jobs, answers] = kept;
    let (jobs, answers) = app
        .db
        .write::<_, db::Error, _>(async |tx| {
            Ok((db::clear_done(tx, jobs).await?, db::forget_answers(tx, answers).await?))
        })
        .await?;
    tracing::info!(jobs, answers, "cleared");
    Ok(())
}

fn before_days(today: Day, days: i64) -> Instant {
    // A day at least: the jobs of today must stay, or they would be enqueued again.
    Instant::start_of(today.plus(-days.max(1)))
}
