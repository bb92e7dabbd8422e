//! SQL of this slice: key tasks here, declared values beside.

mod declared;

pub use declared::*;

use db::{Read, Result, Tx, q};
use kernel::Instant;
use kernel::kinds::{AccountId, UnitId};

/// The key tasks of a plan: number of the task, since when, marked by which unit.
pub async fn key_tasks(read: &mut Read, plan: &str) -> Result<Vec<(i64, Instant, UnitId)>> {
    read.all(q!("select task, marked, unit from key_task where plan = $1 and unmarked is null order by task", plan))
        .await
}

/// Marks a task; `false` when it is marked already.
pub async fn mark(tx: &mut Tx, plan: &str, task: i64, at: Instant, by: (&AccountId, &UnitId)) -> Result<bool> {
    let n = tx
        .exec(q!(
            "insert into key_task (plan, task, marked, unmarked, account, unit) values ($1, $2, $3, null, $4, $5)
             on conflict (plan, task) where unmarked is null do nothing",
            plan,
            task,
            at,
            by.0,
            by.1
        ))
        .await?;
    Ok(n == 1)
}

/// Takes the mark away; `false` when there is none.
pub async fn unmark(tx: &mut Tx, plan: &str, task: i64, at: Instant) -> Result<bool> {
    let n = tx
        .exec(q!(
            "update key_task set unmarked = $3 where plan = $1 and task = $2 and unmarked is null",
            plan,
            task,
            at
        ))
        .await?;
    Ok(n == 1)
}
