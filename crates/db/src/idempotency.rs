//! A request that arrives twice (a double click, a lost answer, a client that tries again) is carried out once. The
//! key comes with the request; the answer is kept in the same transaction as the change.

use crate::{Error, Result, Tx, q};
use kernel::Instant;

/// What is known of a request's key.
#[derive(Debug, Clone, PartialEq)]
pub enum Once {
    /// New: carry it out, then [`remember`] the answer in the same transaction.
    First,
    /// Carried out before: give this answer again.
    Repeat(Stored),
    /// The key was used for another request.
    Conflict,
}

/// A kept answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The HTTP status.
    pub status: i64,
    /// The body, or what the slice needs to make it again.
    pub response: String,
}

/// The state of a row between `once` and `remember`; never committed by a caller that remembers.
const UNANSWERED: i64 = 0;

/// Takes the key for this transaction. A second transaction with the same key waits for the first one to end.
/// `digest` is any digest of the request; the same key with another digest is a conflict.
pub async fn once(tx: &mut Tx, actor: &str, key: &str, digest: &str) -> Result<Once> {
    let fresh = q!(
        "insert into idempotency (actor, key, request_digest, status, response, at) values ($1, $2, $3, $4, '', 0)
         on conflict (actor, key) do nothing",
        actor,
        key,
        digest,
        UNANSWERED
    );
    if tx.exec(fresh).await? == 1 {
        return Ok(Once::First);
    }
    let kept = q!("select request_digest, status, response from idempotency where actor = $1 and key = $2", actor, key);
    let (kept, status, response): (String, i64, String) = tx.one(kept).await?;
    Ok(if kept == digest && status != UNANSWERED { Once::Repeat(Stored { status, response }) } else { Once::Conflict })
}

/// Keeps the answer of a request that [`once`] called the first.
pub async fn remember(
    tx: &mut Tx,
    actor: &str,
    key: &str,
    status: i64,
    response: impl Into<String>,
    now: Instant,
) -> Result<()> {
    let kept = q!(
        "update idempotency set status = $3, response = $4, at = $5 where actor = $1 and key = $2",
        actor,
        key,
        status,
        response.into(),
        now
    );
    if tx.exec(kept).await? == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Frees a key whose request was refused, so that it may be sent again with other contents.
pub async fn forget_answer(tx: &mut Tx, actor: &str, key: &str) -> Result<()> {
    tx.exec(q!("delete from idempotency where actor = $1 and key = $2", actor, key)).await?;
    Ok(())
}

/// Forgets answers older than `before`; the number of them.
pub async fn forget_answers(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.exec(q!("delete from idempotency where at < $1", before)).await
}
