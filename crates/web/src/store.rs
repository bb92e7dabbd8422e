//! SQL of sessions.

use crate::{Error, Result};
use db::{FromRow, Read, Row, Tx, q};
use kernel::{Actor, Id, Instant, Role, kinds::AccountId};

struct Live {
    actor: Actor,
    csrf: String,
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
        })
    }
}

pub(crate) async fn live_session(read: &mut Read, digest: &str, now: Instant) -> Result<Option<(Actor, String)>> {
    let live: Option<Live> = read
        .opt(q!(
            "select account, name, post, unit, unit_name, role, place, facility, csrf from session
             where digest = $1 and expires > $2 and created <= $3",
            digest,
            now,
            // One that begins later was opened while the clock ran ahead, and would live as long as it did.
            Instant(now.0.saturating_add(kernel::SMALL_STEP))
        ))
        .await?;
    Ok(live.map(|l| (l.actor, l.csrf)))
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
