//! SQL of second factors and recovery codes.

use db::{FromRow, Read, Result, Row, Tx, q};
use kernel::Instant;
use kernel::kinds::AccountId;

/// The generator of an account, its secret sealed.
pub struct Factor {
    pub secret: Vec<u8>,
    pub confirmed: bool,
    /// The last time step that was taken.
    pub last_step: i64,
    pub made: Instant,
}

impl FromRow for Factor {
    fn from_row(r: &Row<'_>) -> Result<Factor> {
        Ok(Factor {
            secret: r.get("secret")?,
            confirmed: r.get("confirmed")?,
            last_step: r.get("last_step")?,
            made: r.get("made")?,
        })
    }
}

pub async fn get(read: &mut Read, account: &AccountId) -> Result<Option<Factor>> {
    read.opt(q!("select secret, confirmed, last_step, made from second_factor where account = $1", account)).await
}

/// A new secret, not confirmed yet; it takes the place of one that never was.
pub async fn begin(tx: &mut Tx, account: &AccountId, secret: Vec<u8>, now: Instant) -> Result<()> {
    tx.exec(q!(
        "insert into second_factor (account, secret, confirmed, last_step, made) values ($1, $2, false, 0, $3)
         on conflict (account) do update set secret = excluded.secret, made = excluded.made
         where not second_factor.confirmed",
        account,
        secret,
        now
    ))
    .await?;
    Ok(())
}

/// Takes a time step; false when it or a later one was taken already.
pub async fn take_step(tx: &mut Tx, account: &AccountId, step: i64, confirm: bool) -> Result<bool> {
    let sql = "update second_factor set last_step = $2, confirmed = (confirmed or $3)
               where account = $1 and last_step < $2";
    Ok(tx.exec(q!(sql, account, step, confirm)).await? == 1)
}

/// Generator and recovery codes are gone; the next sign-in asks for a new one where the role needs it.
pub async fn reset(tx: &mut Tx, account: &AccountId) -> Result<bool> {
    tx.exec(q!("delete from recovery_code where account = $1", account)).await?;
    Ok(tx.exec(q!("delete from second_factor where account = $1", account)).await? == 1)
}

/// New recovery codes in place of the old ones.
pub async fn put_codes(tx: &mut Tx, account: &AccountId, digests: &[String]) -> Result<()> {
    tx.exec(q!("delete from recovery_code where account = $1", account)).await?;
    for digest in digests {
        tx.exec(q!("insert into recovery_code (account, digest, used) values ($1, $2, null)", account, digest)).await?;
    }
    Ok(())
}

/// Uses a recovery code up; false when it is none, or was used.
pub async fn use_code(tx: &mut Tx, account: &AccountId, digest: &str, now: Instant) -> Result<bool> {
    let sql = "update recovery_code set used = $3 where account = $1 and digest = $2 and used is null";
    Ok(tx.exec(q!(sql, account, digest, now)).await? == 1)
}

/// How many recovery codes are left.
pub async fn codes_left(read: &mut Read, account: &AccountId) -> Result<i64> {
    read.one(q!("select count(*) from recovery_code where account = $1 and used is null", account)).await
}
