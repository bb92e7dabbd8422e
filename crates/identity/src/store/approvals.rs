//! SQL of matters that a second person decides, and of checks of the audit.

use super::unknown;
use crate::approvals::{Approval, Kind, State};
use db::{FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::Instant;
use kernel::kinds::AccountId;

macro_rules! approvals {
    ($rest:literal) => {
        concat!(
            "select x.id, x.kind, x.object, x.payload, x.reason, x.asked_by, a.name as asked_name, x.asked_at, x.state,",
            " x.decided_by, b.name as decided_name, x.decided_at, x.remark from approval x",
            " join account a on a.id = x.asked_by left join account b on b.id = x.decided_by ",
            $rest
        )
    };
}

impl FromRow for Approval {
    fn from_row(r: &Row<'_>) -> Result<Approval> {
        let (kind, state): (String, String) = (r.get("kind")?, r.get("state")?);
        Ok(Approval {
            id: r.get("id")?,
            kind: Kind::parse(&kind).ok_or_else(|| unknown("kind", &kind))?,
            object: r.get("object")?,
            payload: r.get("payload")?,
            reason: r.get("reason")?,
            asked_by: r.get("asked_by")?,
            asked_name: r.get("asked_name")?,
            asked_at: r.get("asked_at")?,
            state: State::parse(&state).ok_or_else(|| unknown("state", &state))?,
            decided_name: r.get::<Option<String>>("decided_name")?.unwrap_or_default(),
            decided_at: r.get("decided_at")?,
            remark: r.get("remark")?,
        })
    }
}

/// A page of matters, the latest first, before `(asked_at, id)`; open ones or those that are decided.
pub fn list(open: bool, below: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new(approvals!(""));
    if open {
        list.filter("x.state = 'open'");
    } else {
        list.filter("x.state <> 'open'");
    }
    list.filter("(x.asked_at, x.id) < (?, ?)").arg(below.0).arg(below.1);
    list.end("order by x.asked_at desc, x.id desc limit ?").arg(limit).query()
}

pub async fn get(read: &mut Read, id: &str) -> Result<Option<Approval>> {
    read.opt(q!(approvals!("where x.id = $1"), id)).await
}

/// Whether the same thing is being asked for already.
pub async fn waits(read: &mut Read, kind: Kind, object: &str) -> Result<bool> {
    let sql = "select count(*) from approval where state = 'open' and kind = $1 and object = $2";
    Ok(read.one::<i64>(q!(sql, kind.as_str(), object)).await? > 0)
}

/// Matters that somebody else asked for.
pub async fn open_count(read: &mut Read, me: &AccountId) -> Result<i64> {
    read.one(q!("select count(*) from approval where state = 'open' and asked_by <> $1", me)).await
}

/// A new matter.
pub struct New<'a> {
    pub id: &'a str,
    pub kind: Kind,
    pub object: &'a str,
    pub payload: &'a str,
    pub reason: &'a str,
    pub by: &'a AccountId,
    pub at: Instant,
}

pub async fn insert(tx: &mut Tx, n: &New<'_>) -> Result<()> {
    tx.exec(q!(
        "insert into approval (id, kind, object, payload, reason, asked_by, asked_at, state, remark)
         values ($1, $2, $3, $4, $5, $6, $7, 'open', '')",
        n.id,
        n.kind.as_str(),
        n.object,
        n.payload,
        n.reason,
        n.by,
        n.at
    ))
    .await?;
    Ok(())
}

/// Decides an open matter; false when somebody was quicker.
pub async fn decide(tx: &mut Tx, id: &str, state: State, by: &AccountId, at: Instant, remark: &str) -> Result<bool> {
    let sql = "update approval set state = $2, decided_by = $3, decided_at = $4, remark = $5
               where id = $1 and state = 'open'";
    Ok(tx.exec(q!(sql, id, state.as_str(), by, at, remark)).await? == 1)
}

/// A check of the audit.
pub struct Check {
    /// Name on screen of who asked.
    pub by: String,
    pub begun: Instant,
    pub done: Option<Instant>,
    pub checked: i64,
    pub seals: i64,
    pub faults: i64,
    pub report: String,
}

impl FromRow for Check {
    fn from_row(r: &Row<'_>) -> Result<Check> {
        Ok(Check {
            by: r.get("by_name")?,
            begun: r.get("begun")?,
            done: r.get("done")?,
            checked: r.get("checked")?,
            seals: r.get("seals")?,
            faults: r.get("faults")?,
            report: r.get("report")?,
        })
    }
}

/// The latest checks, the latest first.
pub async fn checks(read: &mut Read, limit: i64) -> Result<Vec<Check>> {
    read.all(q!(
        "select coalesce(a.name, c.by) as by_name, c.begun, c.done, c.checked, c.seals, c.faults, c.report
         from audit_check c left join account a on a.id = c.by order by c.begun desc, c.id desc limit $1",
        limit
    ))
    .await
}

pub async fn begin_check(tx: &mut Tx, id: &str, by: &AccountId, now: Instant) -> Result<()> {
    let sql = "insert into audit_check (id, by, begun, done, checked, seals, faults, report)
               values ($1, $2, $3, null, 0, 0, 0, '')";
    tx.exec(q!(sql, id, by, now)).await?;
    Ok(())
}

pub async fn end_check(tx: &mut Tx, id: &str, now: Instant, found: (i64, i64, i64), report: &str) -> Result<()> {
    let (checked, seals, faults) = found;
    let sql = "update audit_check set done = $2, checked = $3, seals = $4, faults = $5, report = $6 where id = $1";
    tx.exec(q!(sql, id, now, checked, seals, faults, report)).await?;
    Ok(())
}
