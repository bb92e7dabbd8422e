//! The use cases: a self-check is recorded, a deficiency is mended. Audit and commit stay with the caller.

use crate::daily;
use crate::model::{Check, Deficiency, Found, Mended};
use crate::store;
use db::Tx;
use kernel::kinds::{AccountId, BlobId, UnitId};
use kernel::{Day, Ids, Instant};
use registry::History;
use std::collections::BTreeMap;
use web::{Error, Result};

/// What was found, as a form or the demonstration brings it.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub duty: &'a str,
    pub day: Day,
    pub points: BTreeMap<String, Found>,
    /// Words for each deficient point.
    pub words: BTreeMap<String, String>,
    pub note: String,
}

/// Who acts, and when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub account: &'a AccountId,
    pub unit: &'a UnitId,
    pub at: Instant,
}

/// Writes a self-check with its deficiencies; what waited for it on a desk is closed.
///
/// Errors: [`Error::NotFound`] where the institution never lay anywhere.
pub async fn record(tx: &mut Tx, ids: &Ids, h: &History, new: New<'_>, by: By<'_>, files: &[BlobId]) -> Result<Check> {
    let check = Check {
        home: h.facility.home.clone(),
        id: ids.new_id(by.at),
        facility: h.facility.id.clone(),
        duty: new.duty.to_owned(),
        day: new.day,
        points: new.points,
        note: new.note,
        account: by.account.clone(),
        unit: by.unit.clone(),
        made: by.at,
    };
    store::add_check(tx, &check).await?;
    let place = h.site_near(new.day).ok_or(Error::NotFound)?.value.place.clone();
    for (point, _) in check.points.iter().filter(|(_, found)| **found == Found::Deficient) {
        let deficiency = Deficiency {
            home: check.home.clone(),
            id: ids.new_id(by.at),
            check: check.id.clone(),
            facility: check.facility.clone(),
            place: place.clone(),
            duty: check.duty.clone(),
            point: point.clone(),
            words: new.words.get(point).cloned().unwrap_or_default(),
            found: check.day,
            mended: None,
        };
        store::add_deficiency(tx, &deficiency).await?;
    }
    store::add_files(tx, &check.home, check.id.as_str(), files).await?;
    daily::settle(tx, &check.facility, &check.duty, by.at).await?;
    Ok(check)
}

/// Writes how a deficiency was mended.
///
/// Errors: `duty.mended` when it is mended already.
pub async fn mend(tx: &mut Tx, of: &Deficiency, how: &Mended, files: &[BlobId]) -> Result<()> {
    if !store::mend(tx, of, how).await? {
        return Err(Error::Conflict("duty.mended"));
    }
    Ok(store::add_files(tx, &of.home, of.id.as_str(), files).await?)
}
