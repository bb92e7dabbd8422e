//! SQL of the first start.

use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::Instant;
use kernel::kinds::PlaceId;

/// The code that is waited for.
pub struct Waiting {
    pub code: String,
    pub place: PlaceId,
    pub failed: i64,
}

impl FromRow for Waiting {
    fn from_row(r: &Row<'_>) -> Result<Waiting> {
        Ok(Waiting { code: r.get("code")?, place: r.get("place")?, failed: r.get("failed")? })
    }
}

pub async fn waiting(read: &mut Read) -> Result<Option<Waiting>> {
    read.opt(q!("select code, place, failed from first_start where id = 'first'")).await
}

/// No account was ever made.
pub async fn nobody_yet(read: &mut Read) -> Result<bool> {
    Ok(read.opt::<String>(q!("select id from account limit 1")).await?.is_none())
}

/// How many accounts are open.
pub async fn count(read: &mut Read) -> Result<i64> {
    read.one(q!("select count(*) from account where not closed")).await
}

pub async fn put(tx: &mut Tx, code: &str, place: &PlaceId, now: Instant) -> Result<()> {
    tx.exec(q!(
        "insert into first_start (id, code, place, made, failed) values ('first', $1, $2, $3, 0)
         on conflict (id) do update set code = excluded.code, place = excluded.place, made = excluded.made, failed = 0",
        code,
        place,
        now
    ))
    .await?;
    Ok(())
}

pub async fn failed(tx: &mut Tx) -> Result<()> {
    tx.exec(q!("update first_start set failed = failed + 1 where id = 'first'")).await?;
    Ok(())
}

/// Uses the code up; false when somebody was faster.
pub async fn take(tx: &mut Tx) -> Result<bool> {
    Ok(tx.exec(q!("delete from first_start where id = 'first'")).await? == 1)
}
