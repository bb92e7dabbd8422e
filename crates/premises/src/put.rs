//! Writing premises: entered, corrected, let to the next one, ended. Pages, sheets and the demonstration come through
//! here; each leaves a line in the history of the rooms.

use crate::address;
use crate::model::{Letting, Premises, PremisesId, Step};
use crate::seal::Seal;
use crate::store::rooms;
use db::{Keys, Read, Tx};
use kernel::kinds::{AccountId, PlaceId, UnitId};
use kernel::{Day, Ids, Instant, RuleViolation};
use std::sync::Arc;
use web::{Cx, Error, Result};

/// When, by whom and with which keys.
pub struct Stamp<'a> {
    pub now: Instant,
    pub ids: &'a Arc<Ids>,
    pub keys: &'a Arc<Keys>,
    /// `None`: a job.
    pub by: Option<(&'a AccountId, &'a UnitId)>,
}

impl Stamp<'_> {
    /// That of a request.
    pub fn of(cx: &Cx) -> Result<Stamp<'_>> {
        let by = cx.signed_in().map(|actor| (&actor.account, &actor.unit));
        Ok(Stamp { now: cx.app.clock.now(), ids: &cx.app.ids, keys: &cx.app.keys, by })
    }

    pub fn account(&self) -> Option<AccountId> {
        self.by.map(|(account, _)| account.clone())
    }

    pub fn unit(&self) -> Option<UnitId> {
        self.by.map(|(_, unit)| unit.clone())
    }

    pub(crate) fn seal(&self, home: &str, subject: String) -> Seal {
        Seal::new(self.keys, self.ids, home, subject)
    }
}

/// What rooms are, as typed and checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Rooms {
    pub place: PlaceId,
    pub address: String,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    pub what: String,
    pub area: Option<f64>,
    pub floor: String,
    pub source: String,
    pub source_ref: String,
    pub note: String,
}

/// A letting as typed and checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Lease {
    pub from: Day,
    /// Half-open; [`Day::OPEN`] where no end is known.
    pub until: Day,
    pub lessor_kind: String,
    pub lessor: String,
    /// Contact and telephone of the lessor.
    pub contact: String,
    pub operator: String,
    pub credit_code: Option<String>,
    pub purpose: String,
}

/// The names of a place and of those above it, which addresses and names may begin with.
pub async fn above(read: &mut Read, place: &PlaceId, day: Day) -> db::Result<Vec<String>> {
    Ok(places::path(read, place, day).await?.into_iter().map(|p| p.name).collect())
}

/// Enters rooms with who has them.
///
/// Errors: `premises.known` beside `address` where the street has them already; `registry.site.place` for a place that is
/// no street on the day.
pub async fn enter(tx: &mut Tx, stamp: &Stamp<'_>, new: Rooms, lease: Lease) -> Result<Premises> {
    let today = stamp.now.day();
    let place = places::get(tx, &new.place, today).await?;
    let place = place.ok_or_else(|| RuleViolation::field("region", "registry.site.place"))?;
    let key = address::key(&new.address, &above(tx, &place.id, today).await?);
    if rooms::at(tx, &place.id, &key).await?.is_some() {
        return Err(RuleViolation::field("address", "premises.known").into());
    }
    let id: PremisesId = stamp.ids.new_id(stamp.now);
    let premises = made(place.home, id, key, new, 1, stamp.now);
    tx.insert(premises.clone()).await?;
    let letting = letting(tx, stamp, &premises, lease).await?;
    tx.insert(letting).await?;
    note(tx, stamp, &premises, "entered", "").await?;
    Ok(premises)
}

fn made(home: String, id: PremisesId, address_key: String, new: Rooms, version: i64, changed: Instant) -> Premises {
    let Rooms { place, address, lon, lat, what, area, floor, source, source_ref, note } = new;
    Premises {
        home,
        id,
        place,
        address,
        address_key,
        lon,
        lat,
        what,
        area,
        floor,
        source,
        source_ref,
        note,
        version,
        changed,
    }
}

async fn letting(tx: &mut Tx, stamp: &Stamp<'_>, premises: &Premises, lease: Lease) -> Result<Letting> {
    let seal = stamp.seal(&premises.home, subject(premises));
    Ok(Letting {
        home: premises.home.clone(),
        id: stamp.ids.new_id::<kernel::kinds::SpanRow>(stamp.now).into_string(),
        premises: premises.id.clone(),
        from_day: lease.from,
        until_day: lease.until,
        recorded: stamp.now,
        lessor_kind: lease.lessor_kind,
        lessor: lease.lessor,
        contact: seal.keep(tx, &lease.contact, stamp.now).await?,
        operator: lease.operator,
        credit_code: lease.credit_code,
        purpose: lease.purpose,
        account: stamp.account(),
    })
}

fn subject(premises: &Premises) -> String {
    format!("premises/{}", premises.id)
}

/// The contact of a letting as it can be read.
pub async fn contact(cx: &Cx, read: &mut Read, premises: &Premises, letting: &Letting) -> db::Result<String> {
    let seal = Seal::new(&cx.app.keys, &cx.app.ids, &premises.home, subject(premises));
    seal.open(read, letting.contact.as_deref()).await
}

/// Corrects what rooms are and one of their lettings.
///
/// Errors: [`Error::Conflict`] when somebody else changed them since; `premises.known`; overlapping lettings.
pub async fn correct(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    before: &Premises,
    new: Rooms,
    at: Option<(&Letting, Lease)>,
) -> Result<Premises> {
    let today = stamp.now.day();
    let key = address::key(&new.address, &above(tx, &new.place, today).await?);
    if rooms::at(tx, &new.place, &key).await?.is_some_and(|other| other.id != before.id) {
        return Err(RuleViolation::field("address", "premises.known").into());
    }
    let after = made(before.home.clone(), before.id.clone(), key, new, before.version + 1, stamp.now);
    if !rooms::update(tx, &after, before.version).await? {
        return Err(Error::Conflict("premises.changed"));
    }
    if let Some((old, lease)) = at {
        let new = Letting { id: old.id.clone(), ..letting(tx, stamp, &after, lease).await? };
        let all = rooms::lettings(tx, before).await?;
        let free = |l: &Letting| l.id == old.id || l.until_day <= new.from_day || new.until_day <= l.from_day;
        if !all.iter().all(free) {
            return Err(RuleViolation::field("from", "premises.overlap").into());
        }
        rooms::update_letting(tx, &new).await?;
    }
    note(tx, stamp, &after, "corrected", "").await?;
    Ok(after)
}

/// The rooms are let to the next one; whoever has them on that day has them until then.
///
/// Errors: `premises.before` beside `from` where the last letting begins on that day or later.
pub async fn let_on(tx: &mut Tx, stamp: &Stamp<'_>, before: &Premises, lease: Lease) -> Result<Premises> {
    let all = rooms::lettings(tx, before).await?;
    if all.iter().any(|l| l.from_day >= lease.from) {
        return Err(RuleViolation::field("from", "premises.before").into());
    }
    let after = touched(tx, stamp, before).await?;
    if let Some(running) = all.iter().find(|l| l.until_day > lease.from) {
        rooms::end_letting(tx, running, lease.from, stamp.now).await?;
    }
    let operator = lease.operator.clone();
    let new = letting(tx, stamp, &after, lease).await?;
    tx.insert(new).await?;
    note(tx, stamp, &after, "let", &operator).await?;
    Ok(after)
}

/// The letting of today ends with a day.
///
/// Errors: `premises.not_let`; `premises.before` beside `last` for a day before it began.
pub async fn end(tx: &mut Tx, stamp: &Stamp<'_>, before: &Premises, last: Day, words: &str) -> Result<Premises> {
    let all = rooms::lettings(tx, before).await?;
    let running = all.iter().rev().find(|l| l.until_day > last.next() || l.until_day.is_open());
    let running = running.ok_or_else(|| RuleViolation::field("last", "premises.not_let"))?;
    if last < running.from_day {
        return Err(RuleViolation::field("last", "premises.before").into());
    }
    let after = touched(tx, stamp, before).await?;
    rooms::end_letting(tx, running, last.next(), stamp.now).await?;
    note(tx, stamp, &after, "let_ended", &format!("{} {words}", running.operator)).await?;
    Ok(after)
}

async fn touched(tx: &mut Tx, stamp: &Stamp<'_>, before: &Premises) -> Result<Premises> {
    let after = Premises { version: before.version + 1, changed: stamp.now, ..before.clone() };
    if rooms::update(tx, &after, before.version).await? { Ok(after) } else { Err(Error::Conflict("premises.changed")) }
}

async fn note(tx: &mut Tx, stamp: &Stamp<'_>, premises: &Premises, verb: &str, words: &str) -> Result<()> {
    let step = Step {
        home: premises.home.clone(),
        premises: premises.id.clone(),
        no: rooms::next_step(tx, premises).await?,
        at: stamp.now,
        verb: verb.to_owned(),
        words: words.trim().to_owned(),
        account: stamp.account(),
        unit: stamp.unit(),
    };
    tx.insert(step).await?;
    Ok(())
}
