//! SQL of organisations.

use super::unknown;
use crate::model::{Claim, ClaimState};
use db::{BlobRow, FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{AccountId, PlaceId, UnitId};
use kernel::{Day, Id, Instant};

macro_rules! claims {
    ($rest:literal) => {
        concat!(
            "select c.home, c.id, c.unit, c.place, c.name, c.kind, c.code, c.file, c.account, c.at, c.state, c.decided_by,",
            " c.decided_unit, c.decided_at, c.words from applicant_claim c ",
            $rest
        )
    };
}

impl FromRow for Claim {
    fn from_row(r: &Row<'_>) -> Result<Claim> {
        let state: String = r.get("state")?;
        Ok(Claim {
            home: r.get("home")?,
            id: r.get("id")?,
            unit: r.get("unit")?,
            place: r.get("place")?,
            name: r.get("name")?,
            kind: r.get("kind")?,
            code: r.get("code")?,
            file: r.get("file")?,
            account: r.get("account")?,
            at: r.get("at")?,
            state: ClaimState::parse(&state).ok_or_else(|| unknown("state", &state))?,
            decided_by: r.get::<Option<String>>("decided_by")?.map(Id::new),
            decided_unit: r.get::<Option<String>>("decided_unit")?.map(Id::new),
            decided_at: r.get("decided_at")?,
            words: r.get("words")?,
        })
    }
}

/// Writes a claim; false when the code is bound in the district, or the applicant has one that stands.
pub async fn insert(tx: &mut Tx, c: &Claim) -> Result<bool> {
    let written = tx
        .exec(q!(
            "insert into applicant_claim (home, id, unit, place, name, kind, code, file, account, at, state, decided_by,
               decided_unit, decided_at, words)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) on conflict do nothing",
            &*c.home,
            &*c.id,
            &c.unit,
            &c.place,
            &*c.name,
            &*c.kind,
            &*c.code,
            c.file.clone(),
            &c.account,
            c.at,
            c.state.as_str(),
            c.decided_by.as_ref(),
            c.decided_unit.as_ref(),
            c.decided_at,
            &*c.words
        ))
        .await?;
    Ok(written == 1)
}

pub async fn get(read: &mut Read, id: &str) -> Result<Option<Claim>> {
    read.opt(q!(claims!("where c.id = $1"), id)).await
}

/// The latest claim of an applicant: the one that counts.
pub async fn of_unit(read: &mut Read, unit: &UnitId) -> Result<Option<Claim>> {
    read.opt(q!(claims!("where c.unit = $1 order by c.at desc, c.id desc limit 1"), unit)).await
}

/// All claims of an applicant, the latest first.
pub async fn all_of_unit(read: &mut Read, unit: &UnitId) -> Result<Vec<Claim>> {
    read.all(q!(claims!("where c.unit = $1 order by c.at desc, c.id desc"), unit)).await
}

/// Who is bound to a code in a district.
pub async fn bound(read: &mut Read, code: &str, place: &PlaceId) -> Result<Option<Claim>> {
    let sql = claims!("where c.code = $1 and c.place = $2 and c.state in ('waiting', 'confirmed')");
    read.opt(q!(sql, code, place)).await
}

/// A name to go on with gives way to the next claim.
pub async fn replace(tx: &mut Tx, unit: &UnitId) -> Result<()> {
    let sql = "update applicant_claim set state = 'replaced' where unit = $1 and state = 'provisional'";
    tx.exec(q!(sql, unit)).await?;
    Ok(())
}

/// Who decided, for which unit, when.
pub type Decider<'a> = (&'a AccountId, &'a UnitId, Instant);

/// Decides a claim; false when somebody was quicker.
pub async fn decide(tx: &mut Tx, claim: &Claim, to: ClaimState, by: Decider<'_>, words: &str) -> Result<bool> {
    let sql = "update applicant_claim set state = $3, decided_by = $4, decided_unit = $5, decided_at = $6, words = $7
               where home = $1 and id = $2 and state = 'waiting'";
    let changed = tx.exec(q!(sql, &*claim.home, &*claim.id, to.as_str(), by.0, by.1, by.2, words)).await?;
    Ok(changed == 1)
}

/// The proof of a claim.
pub async fn file(read: &mut Read, claim: &Claim) -> Result<Option<BlobRow>> {
    let Some(file) = claim.file.clone() else { return Ok(None) };
    let sql = "select home, id, digest, size, media_type, name, person, made from blob where home = $1 and id = $2";
    read.opt(q!(sql, &*claim.home, file)).await
}

/// A page of claims below a place, the latest first, before `(at, id)`.
pub fn list(under: &PlaceId, day: Day, state: Option<ClaimState>, below: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new(claims!(""));
    list.filter("c.place in (select place from place_closure where ancestor = ? and from_day <= ? and until_day > ?)");
    list.arg(under).arg(day).arg(day);
    match state {
        Some(state) => drop(list.filter("c.state = ?").arg(state.as_str())),
        None => drop(list.filter("c.state <> 'replaced'")),
    }
    list.filter("(c.at, c.id) < (?, ?)").arg(below.0).arg(below.1);
    list.end("order by c.at desc, c.id desc limit ?").arg(limit).query()
}
