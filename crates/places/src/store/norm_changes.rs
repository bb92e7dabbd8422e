//! SQL of proposed versions of norms. A decision is one update that names the state it expects, so that of two
//! deciders one is told that the other was quicker.

use db::{Read, Result, Tx, q, record};
use kernel::kinds::{AccountId, ClauseId, NormChangeId, PlaceId};
use kernel::{Day, Instant};
use std::collections::BTreeSet;

record! {
    /// A proposed version of a norm with everything that became of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct NormChange in "norm_change" {
        id: NormChangeId,
        key: String,
        facet: String,
        /// Empty for everywhere.
        place: String,
        from_day: Day,
        until_day: Day,
        value: String,
        unit: String,
        clause: ClauseId,
        mark: String,
        note: String,
        reason: String,
        /// `proposed`, `approved`, `refused` or `withdrawn`.
        state: String,
        account: AccountId,
        name: String,
        unit_name: String,
        at: Instant,
        decider: Option<AccountId>,
        decider_name: String,
        decider_unit: String,
        decided: Option<Instant>,
        remark: String,
        /// JSON of the versions before.
        replaced: String,
        /// JSON of the lights that changed.
        effect: String,
    }
}

pub async fn one(read: &mut Read, id: &NormChangeId) -> Result<Option<NormChange>> {
    read.opt(q!("select * from norm_change where id = $1", id)).await
}

/// A page of changes, newest first, before `(at, id)`; `state` empty for all.
pub async fn list(read: &mut Read, state: &str, before: (Instant, &str), limit: i64) -> Result<Vec<NormChange>> {
    let sql = "select * from norm_change where ($1 = '' or state = $1) and (at, id) < ($2, $3) \
               order by at desc, id desc limit $4";
    read.all(q!(sql, state, before.0, before.1, limit)).await
}

/// The last fifty changes of a key, newest first.
pub async fn of_key(read: &mut Read, key: &str) -> Result<Vec<NormChange>> {
    read.all(q!("select * from norm_change where key = $1 order by at desc, id desc limit 50", key)).await
}

/// The last fifty changes that cite a clause, newest first.
pub async fn citing(read: &mut Read, clause: &ClauseId) -> Result<Vec<NormChange>> {
    read.all(q!("select * from norm_change where clause = $1 order by at desc, id desc limit 50", clause)).await
}

/// How many wait for a decision.
pub async fn open(read: &mut Read) -> Result<i64> {
    read.one(q!("select count(*) from norm_change where state = 'proposed'")).await
}

/// Whether a proposal for this key, facet and place waits.
pub async fn waits(read: &mut Read, key: &str, facet: &str, place: &str) -> Result<bool> {
    let sql = "select count(*) from norm_change where key = $1 and facet = $2 and place = $3 and state = 'proposed'";
    Ok(read.one::<i64>(q!(sql, key, facet, place)).await? > 0)
}

struct Decided(String, String, String);
impl db::FromRow for Decided {
    fn from_row(r: &db::Row<'_>) -> Result<Decided> {
        Ok(Decided(r.get("key")?, r.get("facet")?, r.get("place")?))
    }
}

/// Key, facet and place of every norm that was changed in the browser.
pub async fn decided(read: &mut Read) -> Result<BTreeSet<(String, String, Option<PlaceId>)>> {
    let rows: Vec<Decided> =
        read.all(q!("select distinct key, facet, place from norm_change where state = 'approved'")).await?;
    let place = |text: String| (!text.is_empty()).then(|| PlaceId::new(text));
    Ok(rows.into_iter().map(|Decided(key, facet, at)| (key, facet, place(at))).collect())
}

/// Decides a change that still waits; false when it does not wait any more.
pub async fn decide(tx: &mut Tx, change: &NormChange) -> Result<bool> {
    let c = change.clone();
    let sql = "update norm_change set state = $2, decider = $3, decider_name = $4, decider_unit = $5, decided = $6, \
               remark = $7, replaced = $8, effect = $9 where id = $1 and state = 'proposed'";
    let done = tx
        .exec(q!(
            sql,
            c.id,
            c.state,
            c.decider,
            c.decider_name,
            c.decider_unit,
            c.decided,
            c.remark,
            c.replaced,
            c.effect
        ))
        .await?;
    Ok(done == 1)
}

/// Keeps others from deciding on a change until this transaction ends.
pub async fn hold(tx: &mut Tx, id: &NormChangeId) -> Result<()> {
    tx.exec(q!("update norm_change set state = state where id = $1", id)).await.map(drop)
}
