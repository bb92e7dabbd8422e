//! SQL of short messages.

use super::unknown;
use crate::phone::sms::{Message, State};
use db::{FromRow, Query, Read, Result, Row, Tx, q};
use kernel::Instant;

impl FromRow for Message {
    fn from_row(r: &Row<'_>) -> Result<Message> {
        let state: String = r.get("state")?;
        Ok(Message {
            id: r.get("id")?,
            kind: r.get("kind")?,
            sealed: r.get("sealed")?,
            sealed_by: r.get("sealed_by")?,
            state: State::parse(&state).ok_or_else(|| unknown("state", &state))?,
            tries: r.get("tries")?,
            at: r.get("at")?,
            expires: r.get("expires")?,
        })
    }
}

pub async fn insert(tx: &mut Tx, lookup: &str, m: &Message) -> Result<()> {
    tx.exec(q!(
        "insert into sms (id, lookup, kind, sealed, sealed_by, state, tries, at, expires, done)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, null)",
        &*m.id,
        lookup,
        &*m.kind,
        m.sealed.clone(),
        &*m.sealed_by,
        m.state.as_str(),
        m.tries,
        m.at,
        m.expires
    ))
    .await?;
    Ok(())
}

pub async fn get(read: &mut Read, id: &str) -> Result<Option<Message>> {
    let sql = "select id, kind, sealed, sealed_by, state, tries, at, expires from sms where id = $1";
    read.opt(q!(sql, id)).await
}

/// The last message of a kind to a number since a moment.
pub async fn last_to(read: &mut Read, lookup: &str, kind: &str, since: Instant) -> Result<Option<Message>> {
    let sql = "select id, kind, sealed, sealed_by, state, tries, at, expires from sms
               where lookup = $1 and kind = $2 and at >= $3 order by at desc, id desc limit 1";
    read.opt(q!(sql, lookup, kind, since)).await
}

/// A try more, and where it ends; what was handed over is thrown away with `keep` false.
pub async fn step(tx: &mut Tx, id: &str, to: State, keep: bool, now: Instant) -> Result<()> {
    let done = (to != State::Waiting).then_some(now);
    let sql = "update sms set state = $2, tries = tries + 1, done = $3,
                 sealed = case when $4 then sealed else null end where id = $1 and state = 'waiting'";
    tx.exec(q!(sql, id, to.as_str(), done, keep)).await?;
    Ok(())
}

/// A page of messages, the latest first.
pub fn list(below: (Instant, &str), limit: i64) -> Query {
    q!(
        "select id, kind, sealed, sealed_by, state, tries, at, expires from sms
         where (at, id) < ($1, $2) order by at desc, id desc limit $3",
        below.0,
        below.1,
        limit
    )
}
