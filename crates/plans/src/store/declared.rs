//! SQL of declared values.

use db::{Read, Result, Tx, q, record};
use kernel::kinds::{AccountId, BlobId, DeclaredId, PlaceId, UnitId};
use kernel::{Day, Instant};

record! {
    /// A figure that a unit states, with everything that became of it.
    #[derive(Clone, Debug, PartialEq)]
    pub struct DeclaredValue in "declared" {
        home: String,
        id: DeclaredId,
        plan: String,
        target: String,
        indicator: String,
        place: PlaceId,
        from_day: Day,
        until_day: Day,
        value: f64,
        note: String,
        evidence: BlobId,
        state: String,
        unit: UnitId,
        unit_name: String,
        account: AccountId,
        name: String,
        at: Instant,
        decider: Option<AccountId>,
        decider_name: String,
        decider_unit: String,
        decided: Option<Instant>,
        remark: String,
    }
}

impl DeclaredValue {
    /// The day on which the value stood.
    pub fn day(&self) -> Day {
        self.until_day.plus(-1)
    }
}

pub async fn one(read: &mut Read, plan: &str, id: &DeclaredId) -> Result<Option<DeclaredValue>> {
    read.opt(q!("select * from declared where id = $1 and plan = $2", id, plan)).await
}

/// The confirmed values of a plan for a place up to a day, by target and day.
pub async fn confirmed(read: &mut Read, plan: &str, place: &PlaceId, day: Day) -> Result<Vec<DeclaredValue>> {
    let sql = "select * from declared where plan = $1 and place = $2 and until_day <= $3 and state = 'confirmed' \
               order by target, until_day";
    read.all(q!(sql, plan, place, day.next())).await
}

/// Every value of a plan for a place, by target, newest first.
pub async fn all(read: &mut Read, plan: &str, place: &PlaceId) -> Result<Vec<DeclaredValue>> {
    let sql = "select * from declared where plan = $1 and place = $2 order by target, until_day desc, at desc, id";
    read.all(q!(sql, plan, place)).await
}

/// Values of one plan, place, target and day that are in a state become `to`; how many.
pub async fn supersede(tx: &mut Tx, like: &DeclaredValue, state: &str, to: &str) -> Result<u64> {
    let sql = "update declared set state = $6 where plan = $1 and place = $2 and target = $3 and until_day = $4 \
               and state = $5 and id <> $7";
    tx.exec(q!(sql, &like.plan, &like.place, &like.target, like.until_day, state, to, &like.id)).await
}

/// Decides a value that still waits; false when it does not wait any more.
pub async fn decide(tx: &mut Tx, value: &DeclaredValue) -> Result<bool> {
    let v = value.clone();
    let sql = "update declared set state = $3, decider = $4, decider_name = $5, decider_unit = $6, decided = $7, \
               remark = $8 where home = $1 and id = $2 and state = 'reported'";
    let done =
        tx.exec(q!(sql, v.home, v.id, v.state, v.decider, v.decider_name, v.decider_unit, v.decided, v.remark)).await?;
    Ok(done == 1)
}

/// The file behind a value.
pub async fn evidence(read: &mut Read, value: &DeclaredValue) -> Result<Option<db::BlobRow>> {
    read.opt(q!("select * from blob where home = $1 and id = $2", &value.home, &value.evidence)).await
}
