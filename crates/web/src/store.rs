//! SQL of sessions.

use crate::{Error, Result, session::Open};
use db::{FromRow, Read, Row, Tx, q};
use kernel::{Actor, Id, Instant, Role, kinds::AccountId};

/// A session as it stands in the database.
pub(crate) struct Live {
    pub actor: Actor,
    pub csrf: String,
    /// When it was last used, known to the minute.
    pub seen: Instant,
    /// The page that must be done before all others; `""` for none.
    pub hold: String,
}

impl FromRow for Live {
    fn from_row(r: &Row) -> db::Result<Live> {
        let role: String = r.get("role")?;
        Ok(Live {
            actor: Actor {
                account: r.get("account")?,
                name: r.get("name")?,
                post: r.get("post")?,
                unit: r.get("unit")?,
                unit_name: r.get("unit_name")?,
                role: Role::parse(&role).ok_or(db::Error::NotFound)?,
                place: r.get("place")?,
                facility: r.get::<Option<String>>("facility")?.map(Id::new),
            },
            csrf: r.get("csrf")?,
            seen: r.get::<Instant>("seen")?.max(r.get("created")?),
            hold: r.get("hold")?,
        })
    }
}

pub(crate) async fn live_session(read: &mut Read, digest: &str, now: Instant) -> Result<Option<Live>> {
    let sql = "select account, name, post, unit, unit_name, role, place, facility, csrf, seen, created, hold
               from session where digest = $1 and expires > $2 and created <= $3";
    // One that begins later was opened while the clock ran ahead, and would live as long as it did.
    let soon = Instant(now.0.saturating_add(kernel::SMALL_STEP));
    Ok(read.opt(q!(sql, digest, now, soon)).await?)
}

/// Notes that sessions were used.
pub(crate) async fn touch(tx: &mut Tx, used: &[(String, Instant)]) -> Result<()> {
    for (digest, at) in used {
        tx.exec(q!("update session set seen = $2 where digest = $1 and seen < $2", digest, *at)).await?;
    }
    Ok(())
}

pub(crate) async fn set_origin(tx: &mut Tx, digest: &str, address: &str, agent: &str) -> Result<()> {
    tx.exec(q!("update session set address = $2, agent = $3 where digest = $1", digest, address, agent)).await?;
    Ok(())
}

pub(crate) async fn set_hold(tx: &mut Tx, digest: &str, hold: &str) -> Result<()> {
    tx.exec(q!("update session set hold = $2 where digest = $1", digest, hold)).await?;
    Ok(())
}

pub(crate) async fn sessions_of(read: &mut Read, account: &AccountId, now: Instant) -> Result<Vec<Open>> {
    let sql = "select digest, created, seen, expires, address, agent, unit_name, role from session
               where account = $1 and expires > $2 order by created desc, digest";
    Ok(read.all(q!(sql, account.clone(), now)).await?)
}

impl FromRow for Open {
    fn from_row(r: &Row) -> db::Result<Open> {
        let created: Instant = r.get("created")?;
        Ok(Open {
            digest: r.get("digest")?,
            created,
            seen: r.get::<Instant>("seen")?.max(created),
            expires: r.get("expires")?,
            address: r.get("address")?,
            agent: r.get("agent")?,
            unit_name: r.get("unit_name")?,
            role: r.get("role")?,
        })
    }
}

/// All sessions of an account but one; their number.
pub(crate) async fn delete_others(tx: &mut Tx, account: &AccountId, digest: &str) -> Result<u64> {
    Ok(tx.exec(q!("delete from session where account = $1 and digest <> $2", account.clone(), digest)).await?)
}

pub(crate) async fn insert_session(
    tx: &mut Tx,
    digest: &str,
    actor: &Actor,
    csrf: &str,
    now: Instant,
    expires: Instant,
) -> Result<()> {
    // Ended sessions leave with the next sign-in: the table stays as small as the number of people at work.
    tx.exec(q!("delete from session where expires <= $1", now)).await?;
    tx.exec(q!(
        "insert into session (digest, account, name, post, unit, unit_name, role, place, facility, csrf, created, expires)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        digest,
        actor.account.clone(),
        actor.name.as_str(),
        actor.post.clone(),
        actor.unit.clone(),
        actor.unit_name.as_str(),
        actor.role.as_str(),
        actor.place.clone(),
        actor.facility.clone().map(Id::into_string),
        csrf,
        now,
        expires
    ))
    .await?;
    Ok(())
}

pub(crate) async fn delete_session(tx: &mut Tx, digest: &str) -> Result<()> {
    tx.exec(q!("delete from session where digest = $1", digest)).await?;
    Ok(())
}

pub(crate) async fn delete_sessions_of(tx: &mut Tx, account: &AccountId) -> Result<()> {
    tx.exec(q!("delete from session where account = $1", account.clone())).await?;
    Ok(())
}

pub(crate) async fn switch_post(tx: &mut Tx, digest: &str, actor: &Actor) -> Result<()> {
    let n = tx
        .exec(q!(
            "update session set post = $2, unit = $3, unit_name = $4, role = $5, place = $6, facility = $7
             where digest = $1 and account = $8",
            digest,
            actor.post.clone(),
            actor.unit.clone(),
            actor.unit_name.as_str(),
            actor.role.as_str(),
            actor.place.clone(),
            actor.facility.clone().map(Id::into_string),
            actor.account.clone()
        ))
        .await?;
    if n == 1 { Ok(()) } else { Err(Error::SignIn) }
}
