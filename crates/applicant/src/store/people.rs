//! SQL of agents, invitations and people who ask to be let in.

use crate::model::{Invite, Join, Limits};
use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::kinds::{AccountId, PostId, UnitId};
use kernel::{Day, Instant};

impl FromRow for Limits {
    fn from_row(r: &Row<'_>) -> Result<Limits> {
        Ok(Limits { post: r.get("post")?, may_submit: r.get("may_submit")?, first: r.get("first")? })
    }
}

/// A row of an agent.
pub struct NewAgent<'a> {
    pub home: &'a str,
    pub post: &'a PostId,
    pub unit: &'a UnitId,
    pub account: &'a AccountId,
    pub may_submit: bool,
    pub first: bool,
    pub by: &'a AccountId,
    pub at: Instant,
}

pub async fn put_agent(tx: &mut Tx, a: &NewAgent<'_>) -> Result<()> {
    tx.exec(q!(
        "insert into applicant_agent (home, post, unit, account, may_submit, first, by, at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (home, post) do update set may_submit = excluded.may_submit, first = excluded.first,
           by = excluded.by, at = excluded.at",
        a.home,
        a.post,
        a.unit,
        a.account,
        a.may_submit,
        a.first,
        a.by,
        a.at
    ))
    .await?;
    Ok(())
}

/// The limits that stand for posts of an applicant; a post without one is that of the person who opened it.
pub async fn limits_of(read: &mut Read, unit: &UnitId) -> Result<Vec<Limits>> {
    read.all(q!("select post, may_submit, first from applicant_agent where unit = $1 order by at, post", unit)).await
}

impl FromRow for Invite {
    fn from_row(r: &Row<'_>) -> Result<Invite> {
        Ok(Invite {
            home: r.get("home")?,
            id: r.get("id")?,
            unit: r.get("unit")?,
            lookup: r.get("lookup")?,
            sealed: r.get("sealed")?,
            may_submit: r.get("may_submit")?,
            until: r.get("until_day")?,
            account: r.get("account")?,
            at: r.get("at")?,
        })
    }
}

macro_rules! invites {
    ($rest:literal) => {
        concat!(
            "select home, id, unit, lookup, sealed, may_submit, until_day, account, at from applicant_invite ",
            $rest
        )
    };
}

/// Writes an invitation; false when the number has an open one.
pub async fn put_invite(tx: &mut Tx, i: &Invite) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into applicant_invite (home, id, unit, lookup, sealed, may_submit, until_day, account, at, state,
               changed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'open', $9) on conflict do nothing",
            &*i.home,
            &*i.id,
            &i.unit,
            &*i.lookup,
            i.sealed.clone(),
            i.may_submit,
            i.until,
            &i.account,
            i.at
        ))
        .await?;
    Ok(written == 1)
}

/// The open invitations of an applicant that have not run out, the latest first.
pub async fn invites_of(read: &mut Read, unit: &UnitId, day: Day) -> Result<Vec<Invite>> {
    let sql = invites!("where unit = $1 and state = 'open' and until_day > $2 order by at desc, id");
    read.all(q!(sql, unit, day)).await
}

/// The open invitations of a number that have not run out.
pub async fn invites_to(read: &mut Read, lookup: &str, day: Day) -> Result<Vec<Invite>> {
    let sql = invites!("where lookup = $1 and state = 'open' and until_day > $2 order by at desc, id");
    read.all(q!(sql, lookup, day)).await
}

/// An open invitation that has not run out.
pub async fn invite(read: &mut Read, id: &str, day: Day) -> Result<Option<Invite>> {
    read.opt(q!(invites!("where id = $1 and state = 'open' and until_day > $2"), id, day)).await
}

/// Closes an open invitation; false when it is none any more.
pub async fn close_invite(tx: &mut Tx, i: &Invite, to: &str, at: Instant) -> Result<bool> {
    let sql = "update applicant_invite set state = $3, changed = $4 where home = $1 and id = $2 and state = 'open'";
    Ok(tx.exec(q!(sql, &*i.home, &*i.id, to, at)).await? == 1)
}

/// Invitations that ran out give way, so that the number can be asked once more.
pub async fn drop_old_invites(tx: &mut Tx, unit: &UnitId, day: Day, at: Instant) -> Result<()> {
    let sql = "update applicant_invite set state = 'withdrawn', changed = $3
               where unit = $1 and state = 'open' and until_day <= $2";
    tx.exec(q!(sql, unit, day, at)).await?;
    Ok(())
}

/// How many invitations an applicant made since a moment.
pub async fn invited_since(read: &mut Read, unit: &UnitId, since: Instant) -> Result<i64> {
    read.one(q!("select count(*) from applicant_invite where unit = $1 and at >= $2", unit, since)).await
}

impl FromRow for Join {
    fn from_row(r: &Row<'_>) -> Result<Join> {
        Ok(Join {
            home: r.get("home")?,
            id: r.get("id")?,
            unit: r.get("unit")?,
            account: r.get("account")?,
            words: r.get("words")?,
            at: r.get("at")?,
            state: r.get("state")?,
            reply: r.get("reply")?,
        })
    }
}

macro_rules! joins {
    ($rest:literal) => {
        concat!("select home, id, unit, account, words, at, state, reply from applicant_join ", $rest)
    };
}

/// Writes a request; false when the same person waits already.
pub async fn put_join(tx: &mut Tx, j: &Join) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into applicant_join (home, id, unit, account, words, at, state, decided_by, decided_unit, decided_at,
               reply) values ($1, $2, $3, $4, $5, $6, 'waiting', null, null, null, '') on conflict do nothing",
            &*j.home,
            &*j.id,
            &j.unit,
            &j.account,
            &*j.words,
            j.at
        ))
        .await?;
    Ok(written == 1)
}

pub async fn join(read: &mut Read, id: &str) -> Result<Option<Join>> {
    read.opt(q!(joins!("where id = $1"), id)).await
}

/// Who waits to be let in to an applicant.
pub async fn joins_of(read: &mut Read, unit: &UnitId) -> Result<Vec<Join>> {
    read.all(q!(joins!("where unit = $1 and state = 'waiting' order by at, id"), unit)).await
}

/// What a person asked for, the latest first.
pub async fn joins_by(read: &mut Read, account: &AccountId, limit: i64) -> Result<Vec<Join>> {
    read.all(q!(joins!("where account = $1 order by at desc, id desc limit $2"), account, limit)).await
}

/// Decides a request; false when somebody was quicker.
pub async fn decide_join(
    tx: &mut Tx,
    j: &Join,
    to: &str,
    by: (&AccountId, &UnitId),
    at: Instant,
    reply: &str,
) -> Result<bool> {
    let sql = "update applicant_join set state = $3, decided_by = $4, decided_unit = $5, decided_at = $6, reply = $7
               where home = $1 and id = $2 and state = 'waiting'";
    Ok(tx.exec(q!(sql, &*j.home, &*j.id, to, by.0, by.1, at, reply)).await? == 1)
}
