//! SQL of numbers, consents and codes that were sent.

use super::unknown;
use crate::phone::rules::{Code, State};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::Instant;
use kernel::kinds::AccountId;

/// A code that was sent, as it stands here.
pub struct Sent {
    pub lookup: String,
    pub sealed: Vec<u8>,
    pub sealed_by: String,
    /// Keyed digest.
    pub code: String,
    pub sent: Instant,
    pub known: Code,
}

impl FromRow for Sent {
    fn from_row(r: &Row<'_>) -> Result<Sent> {
        let state: String = r.get("state")?;
        Ok(Sent {
            lookup: r.get("lookup")?,
            sealed: r.get("sealed")?,
            sealed_by: r.get("sealed_by")?,
            code: r.get("code")?,
            sent: r.get("sent")?,
            known: Code {
                expires: r.get("expires")?,
                tries: r.get("tries")?,
                state: State::parse(&state).ok_or_else(|| unknown("state", &state))?,
            },
        })
    }
}

/// A new code.
pub struct New<'a> {
    pub ticket: &'a str,
    pub lookup: &'a str,
    pub sealed: Vec<u8>,
    pub sealed_by: &'a str,
    pub code: &'a str,
    pub address: &'a str,
    pub sent: Instant,
    pub expires: Instant,
}

/// Writes a code; false when this ticket has one already.
pub async fn insert(tx: &mut Tx, n: New<'_>) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into phone_code (ticket, lookup, sealed, sealed_by, code, address, sent, expires, tries, state)
             values ($1, $2, $3, $4, $5, $6, $7, $8, 0, 'sent') on conflict (ticket) do nothing",
            n.ticket,
            n.lookup,
            n.sealed,
            n.sealed_by,
            n.code,
            n.address,
            n.sent,
            n.expires
        ))
        .await?;
    Ok(written == 1)
}

pub async fn get(read: &mut Read, ticket: &str) -> Result<Option<Sent>> {
    let sql = "select lookup, sealed, sealed_by, code, sent, expires, tries, state from phone_code where ticket = $1";
    read.opt(q!(sql, ticket)).await
}

/// Counts a try and locks the code until the transaction ends; `tries` holds this one already.
pub async fn tried(tx: &mut Tx, ticket: &str) -> Result<Option<Sent>> {
    tx.opt(q!(
        "update phone_code set tries = tries + 1 where ticket = $1
         returning lookup, sealed, sealed_by, code, sent, expires, tries, state",
        ticket
    ))
    .await
}

/// Moves a code on; false when it does not stand where it is expected.
pub async fn step(tx: &mut Tx, ticket: &str, from: State, to: State, expires: Instant) -> Result<bool> {
    let sql = "update phone_code set state = $3, expires = $4 where ticket = $1 and state = $2";
    Ok(tx.exec(q!(sql, ticket, from.as_str(), to.as_str(), expires)).await? == 1)
}

/// When the last code went to a number; the number's row is locked until the transaction ends, so that of several
/// requests at once each sees the one before.
pub async fn lock(tx: &mut Tx, lookup: &str) -> Result<Option<Instant>> {
    let sql = "insert into phone_last (lookup, at) values ($1, 0)
               on conflict (lookup) do update set at = phone_last.at returning at";
    Ok(tx.opt::<Instant>(q!(sql, lookup)).await?.filter(|at| at.0 > 0))
}

/// Notes that a code went to a number.
pub async fn note(tx: &mut Tx, lookup: &str, at: Instant) -> Result<()> {
    tx.exec(q!("update phone_last set at = $2 where lookup = $1", lookup, at)).await?;
    Ok(())
}

/// How many codes went to a number since a moment.
pub async fn sent_to(read: &mut Read, lookup: &str, since: Instant) -> Result<i64> {
    read.one(q!("select count(*) from phone_code where lookup = $1 and sent >= $2", lookup, since)).await
}

/// How many codes an address asked for since a moment.
pub async fn asked_from(read: &mut Read, address: &str, since: Instant) -> Result<i64> {
    read.one(q!("select count(*) from phone_code where address = $1 and sent >= $2", address, since)).await
}

/// The account of a number, open or closed.
pub async fn account_of(read: &mut Read, lookup: &str) -> Result<Option<AccountId>> {
    read.opt(q!("select account from account_phone where lookup = $1", lookup)).await
}

/// Digest and sealed number of an account.
pub async fn number_of(read: &mut Read, account: &AccountId) -> Result<Option<(String, Vec<u8>)>> {
    read.opt(q!("select lookup, sealed from account_phone where account = $1", account)).await
}

pub async fn put_number(tx: &mut Tx, account: &AccountId, lookup: &str, sealed: Vec<u8>, now: Instant) -> Result<()> {
    let sql = "insert into account_phone (account, lookup, sealed, since) values ($1, $2, $3, $4)";
    tx.exec(q!(sql, account, lookup, sealed, now)).await?;
    Ok(())
}

pub async fn put_consent(
    tx: &mut Tx,
    account: &AccountId,
    text: &str,
    digest: &str,
    lang: &str,
    now: Instant,
) -> Result<()> {
    let sql = "insert into consent (account, text, digest, lang, at) values ($1, $2, $3, $4, $5)";
    tx.exec(q!(sql, account, text, digest, lang, now)).await?;
    Ok(())
}

/// Codes and messages that were sent before a moment are forgotten; the names of the data keys that sealed them.
pub async fn forget(tx: &mut Tx, before: Instant) -> Result<Vec<String>> {
    let mut keys: Vec<String> = tx
        .all(q!(
            "select distinct sealed_by from phone_code where sent < $1
             union select distinct sealed_by from sms where at < $1",
            before
        ))
        .await?;
    tx.exec(q!("delete from phone_code where sent < $1", before)).await?;
    tx.exec(q!("delete from sms where at < $1", before)).await?;
    tx.exec(q!("delete from phone_last where at < $1", before)).await?;
    // A key goes when nothing is sealed with it any more.
    let mut gone = Vec::new();
    for key in keys.drain(..) {
        let left: i64 = tx
            .one(q!(
                "select (select count(*) from phone_code where sealed_by = $1)
                      + (select count(*) from sms where sealed_by = $1)",
                &*key
            ))
            .await?;
        if left == 0 {
            gone.push(key);
        }
    }
    Ok(gone)
}
