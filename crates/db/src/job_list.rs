//! Jobs as an administrator sees them: which wait, which failed and why; one may be tried again or called off.

use crate::{Error, JobRow, Query, Read, Result, Tx, Where, q};
use kernel::{Instant, kinds::JobId};

/// The `last_error` of a job that somebody called off.
pub const CALLED_OFF: &str = "called off";

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    /// Not tried yet.
    Waiting,
    /// Taken by a worker: tried once and neither done nor failed.
    Running,
    /// Failed, and will be tried again.
    Again,
    GivenUp,
    CalledOff,
    Done,
}

impl JobState {
    pub fn of(job: &JobRow) -> JobState {
        match (job.state.as_str(), &job.last_error) {
            ("done", _) => JobState::Done,
            ("given_up", Some(error)) if error == CALLED_OFF => JobState::CalledOff,
            ("given_up", _) => JobState::GivenUp,
            _ if job.attempts == 0 => JobState::Waiting,
            (_, None) => JobState::Running,
            (_, Some(_)) => JobState::Again,
        }
    }
}

/// One page of the jobs of a state (`due`, `given_up`, `done`), the latest first, before `(run_at, home, id)`.
pub fn jobs(state: &str, below: (Instant, &str, &str), limit: i64) -> Query {
    let mut list = Where::new("select * from job");
    list.filter("state = ?").arg(state);
    list.filter("(run_at, home, id) < (?, ?, ?)").arg(below.0).arg(below.1).arg(below.2);
    list.end("order by run_at desc, home desc, id desc limit ?").arg(limit).query()
}

/// How many jobs there are in each state.
pub async fn job_counts(read: &mut Read) -> Result<Vec<(String, i64)>> {
    read.all(q!("select state, count(*) from job group by state order by state")).await
}

/// Tries a job that was given up from the beginning; false when there is none.
pub async fn try_again(tx: &mut Tx, home: &str, id: &JobId, now: Instant) -> Result<bool> {
    let sql = "update job set state = 'due', attempts = 0, last_error = null, run_at = $3
                where home = $1 and id = $2 and state = 'given_up'";
    Ok(tx.exec(q!(sql, home, id, now)).await? == 1)
}

/// Calls a job off that waits or was given up; false when it is done or there is none.
pub async fn call_off(tx: &mut Tx, home: &str, id: &JobId) -> Result<bool> {
    let sql = "update job set state = 'given_up', last_error = $3 where home = $1 and id = $2 and state <> 'done'";
    Ok(tx.exec(q!(sql, home, id, CALLED_OFF)).await? == 1)
}

/// A job by its home and id.
pub async fn job(read: &mut Read, home: &str, id: &JobId) -> Result<JobRow> {
    read.opt(q!("select * from job where home = $1 and id = $2", home, id)).await?.ok_or(Error::NotFound)
}
