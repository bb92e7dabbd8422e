//! SQL of errands and their files.

use crate::model::{Errand, File, Part};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::Instant;
use kernel::kinds::{AccountId, JobId};

/// All errands are kept in the bucket of the installation: they belong to accounts, not to places.
pub(crate) const HOME: &str = "";

/// One errand of an account.
pub async fn find(read: &mut Read, account: &AccountId, id: &JobId) -> Result<Option<Errand>> {
    read.opt(q!("select * from errand where home = $1 and id = $2 and account = $3", HOME, id, account)).await
}

/// Errands of an account, the latest first, from after a place in the list.
pub(crate) async fn page(
    read: &mut Read,
    account: &AccountId,
    (made, id): (Instant, &str),
    limit: i64,
) -> Result<Vec<Errand>> {
    read.all(q!(
        "select * from errand where account = $1 and (made, id) < ($2, $3) order by made desc, id desc limit $4",
        account,
        made,
        id,
        limit
    ))
    .await
}

struct Stored(File);

impl FromRow for Stored {
    fn from_row(r: &Row<'_>) -> Result<Stored> {
        Ok(Stored(File { name: r.get("name")?, media_type: r.get("media_type")?, content: r.get("content")? }))
    }
}

/// A file of an errand; whose it is, the caller has looked at.
pub async fn file(read: &mut Read, id: &JobId, part: Part) -> Result<Option<File>> {
    let one = "select name, media_type, content from errand_file where home = $1 and errand = $2 and part = $3";
    Ok(read.opt::<Stored>(q!(one, HOME, id, part.as_str())).await?.map(|s| s.0))
}

pub(crate) async fn has_result(read: &mut Read, id: &JobId) -> Result<bool> {
    let one = "select count(*) from errand_file where home = $1 and errand = $2 and part = $3";
    Ok(read.one::<i64>(q!(one, HOME, id, Part::Result.as_str())).await? > 0)
}

pub(crate) async fn put_file(tx: &mut Tx, id: &JobId, part: Part, file: File) -> Result<()> {
    tx.exec(q!("delete from errand_file where home = $1 and errand = $2 and part = $3", HOME, id, part.as_str()))
        .await?;
    tx.exec(q!(
        "insert into errand_file (home, errand, part, name, media_type, content) values ($1, $2, $3, $4, $5, $6)",
        HOME,
        id,
        part.as_str(),
        file.name,
        file.media_type,
        file.content
    ))
    .await?;
    Ok(())
}

/// A waiting errand gets its answer and stands in line; `false` when it no longer waits.
pub(crate) async fn queue(tx: &mut Tx, id: &JobId, task: &str) -> Result<bool> {
    let queue = "update errand set state = 'queued', task = $3 where home = $1 and id = $2 and state = 'waiting'";
    Ok(tx.exec(q!(queue, HOME, id, task)).await? == 1)
}

/// Takes an errand up, also one that a stopped program left behind; `None` when there is nothing to do any more.
pub(crate) async fn take_up(tx: &mut Tx, id: &JobId, now: Instant) -> Result<Option<Errand>> {
    tx.opt(q!(
        "update errand set state = 'running', began = $3, done = 0, total = 0
         where home = $1 and id = $2 and state in ('queued', 'running') returning *",
        HOME,
        id,
        now
    ))
    .await
}

/// How far it is; `false` when it shall stop.
pub(crate) async fn advance(tx: &mut Tx, id: &JobId, done: i64, total: i64) -> Result<bool> {
    let note = "update errand set done = $3, total = $4
                where home = $1 and id = $2 and state = 'running' and not stopping";
    Ok(tx.exec(q!(note, HOME, id, done, total)).await? == 1)
}

/// Ends it well; `false` when it was told to stop before.
pub(crate) async fn complete(tx: &mut Tx, id: &JobId, outcome: &str, total: i64, now: Instant) -> Result<bool> {
    let end = "update errand set state = 'done', outcome = $3, done = $4, total = $4, ended = $5
               where home = $1 and id = $2 and state = 'running' and not stopping";
    Ok(tx.exec(q!(end, HOME, id, outcome, total, now)).await? == 1)
}

/// Ends it otherwise.
pub(crate) async fn give_up(tx: &mut Tx, id: &JobId, state: &str, message: &str, now: Instant) -> Result<()> {
    let end = "update errand set state = $3, message = $4, ended = $5
               where home = $1 and id = $2 and state in ('waiting', 'queued', 'running')";
    tx.exec(q!(end, HOME, id, state, message, now)).await?;
    Ok(())
}

/// The owner wants it to stop: one that has not begun ends here.
pub(crate) async fn stop(tx: &mut Tx, account: &AccountId, id: &JobId, now: Instant) -> Result<bool> {
    let ended = tx
        .exec(q!(
            "update errand set state = 'cancelled', ended = $4
             where home = $1 and id = $2 and account = $3 and state in ('waiting', 'queued')",
            HOME,
            id,
            account,
            now
        ))
        .await?;
    let running = "update errand set stopping = true
                   where home = $1 and id = $2 and account = $3 and state = 'running'";
    Ok(ended + tx.exec(q!(running, HOME, id, account)).await? > 0)
}

/// Takes away what expired; how many errands.
pub(crate) async fn clear(tx: &mut Tx, now: Instant) -> Result<u64> {
    tx.exec(q!(
        "delete from errand_file where (home, errand) in
           (select home, id from errand where expires < $1 and state not in ('queued', 'running'))",
        now
    ))
    .await?;
    tx.exec(q!("delete from errand where expires < $1 and state not in ('queued', 'running')", now)).await
}
