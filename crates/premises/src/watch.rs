//! The comparison of a district: every row of premises with the files and applications there, and the suspicions that
//! follow from it, opened and ended. Runs each day, after a change of files, and within the transaction of whoever
//! changes premises; a second run on the same day changes nothing.

use crate::model::{Match, Report, Suspicion};
use crate::put::Stamp;
use crate::rules::{self, Case, Found, Gone, Past, Turn};
use crate::scene::{Scene, Subject};
use crate::store::rooms::{self, Let};
use crate::store::{reports, suspicions};
use crate::suspect;
use db::{Read, Tx};
use kernel::kinds::{PlaceId, UnitId};
use kernel::{Day, Instant, WorkCalendar};
use places::{Place, PlaceKind};
use std::collections::BTreeMap;
use web::{Error, Result};

/// What a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Done {
    pub compared: usize,
    pub opened: usize,
    pub ended: usize,
}

/// A whole number of a norm at a place.
pub(crate) async fn norm(read: &mut Read, key: &str, place: &PlaceId, day: Day) -> Result<i64> {
    let norm = places::norm(read, key, "", place, day).await;
    norm.and_then(|norm| norm.whole()).map_err(|e| Error::Internal(e.to_string()))
}

/// The district of a street, or the place itself where it lies in none.
pub async fn district_of(read: &mut Read, place: &PlaceId, day: Day) -> Result<Place> {
    let mut path = places::path(read, place, day).await?;
    let at = path.iter().rposition(|p| p.kind == PlaceKind::District).unwrap_or(path.len().saturating_sub(1));
    if at < path.len() { Ok(path.swap_remove(at)) } else { Err(Error::NotFound) }
}

/// Compares the district in which a street lies.
pub async fn around(tx: &mut Tx, stamp: &Stamp<'_>, calendar: &WorkCalendar, street: &PlaceId) -> Result<Done> {
    let district = district_of(tx, street, stamp.now.day()).await?;
    run(tx, stamp, calendar, &district).await
}

/// A district that was looked at: what is compared, and what follows from it.
pub struct Seen {
    scene: Scene,
    lets: Vec<Let>,
    outcomes: Vec<Found>,
    told: Vec<Report>,
    known: Vec<Suspicion>,
    subjects: BTreeMap<String, Subject>,
    again: i64,
}

/// Looks at a district without writing: a job does it before its transaction, so that no writer waits for it.
pub async fn look(read: &mut Read, district: &Place, day: Day) -> Result<Seen> {
    let scene = Scene::read(read, district, day).await?;
    let lets = rooms::below(read, &district.id, day).await?;
    let told = reports::below(read, &district.id, day).await?;
    let known = suspicions::below(read, &district.id, day).await?;
    let again = norm(read, "premises.recheck_days", &district.id, day).await?;
    let outcomes: Vec<Found> = lets.iter().map(|one| scene.found(one)).collect();
    let mut subjects = scene.suspected(&lets, &outcomes);
    scene.told(&lets, &outcomes, &told, &mut subjects);
    Ok(Seen { scene, lets, outcomes, told, known, subjects, again })
}

/// Compares one district.
pub async fn run(tx: &mut Tx, stamp: &Stamp<'_>, calendar: &WorkCalendar, district: &Place) -> Result<Done> {
    let seen = look(tx, district, stamp.now.day()).await?;
    write(tx, stamp, calendar, &seen).await
}

/// Writes what follows from a look. What somebody changed since then is refused as changed, and the job looks again.
pub async fn write(tx: &mut Tx, stamp: &Stamp<'_>, calendar: &WorkCalendar, seen: &Seen) -> Result<Done> {
    let Seen { scene, lets, outcomes, told, known, subjects, again } = seen;
    let mut done = Done { compared: lets.len(), ..Done::default() };
    for (one, found) in lets.iter().zip(outcomes) {
        keep(tx, one, found, scene, stamp.now).await?;
    }
    for before in known.iter().filter(|s| s.ended.is_none() && !subjects.contains_key(&s.subject)) {
        let gone = scene.gone(before, lets, outcomes);
        let (state, evidence) = (Some(before.state.as_str()), stamp.now);
        let case = Case { state, changed: false, grounds: false, evidence, past: None, gone };
        if let Turn::End(ending) = rules::turn(&case, stamp.now, *again) {
            suspect::end(tx, stamp, before, ending).await?;
            done.ended += 1;
        }
    }
    for (name, subject) in subjects {
        let before = known.iter().find(|s| s.subject == *name);
        let open = before.filter(|s| s.ended.is_none());
        let ended = before.filter(|s| s.ended.is_some());
        let past = ended.and_then(|s| Some(Past { ending: s.ending.clone()?, ended: s.ended? }));
        let case = Case {
            state: open.map(|s| s.state.as_str()),
            changed: open.is_some_and(|s| s.grounds() != subject.grounds),
            grounds: true,
            evidence: subject.evidence,
            past: past.as_ref(),
            gone: Gone::Unsure,
        };
        let now = match (rules::turn(&case, stamp.now, *again), open) {
            (Turn::Open, _) => {
                done.opened += 1;
                Some(suspect::open(tx, stamp, calendar, name, subject).await?)
            }
            (Turn::Note, Some(open)) => Some(suspect::note(tx, stamp, open, subject).await?),
            (_, open) => open.cloned(),
        };
        if let Some(now) = now {
            for report in subject.reports.iter().map(|n| &told[*n]).filter(|r| r.suspicion.as_ref() != Some(&now.id)) {
                reports::join(tx, report, &now.id).await?;
            }
        }
    }
    Ok(done)
}

async fn keep(tx: &mut Tx, one: &Let, found: &Found, scene: &Scene, now: Instant) -> Result<()> {
    let facility = found.facility.as_ref().map(|(n, _)| scene.files[*n].id.clone());
    let matter = found.matter.as_ref().map(|(n, _)| scene.applied[*n].id.clone());
    let whys = found.facility.as_ref().or(found.matter.as_ref()).map_or(&[][..], |(_, whys)| whys);
    // Nobody waits for an application of whoever gives lessons.
    let lessons = one.letting.as_ref().is_some_and(|l| matches!(&*l.purpose, "early_education" | "training"));
    let outcome = match found.outcome(&scene.files) {
        "unmatched" if lessons => "not_needed",
        outcome => outcome,
    };
    let whys = serde_json::to_string(whys).map_err(|e| Error::Internal(e.to_string()))?;
    let new = Match {
        home: one.premises.home.clone(),
        premises: one.premises.id.clone(),
        outcome: outcome.to_owned(),
        facility,
        matter,
        whys,
        at: one.found.as_ref().map_or(now, |m| m.at),
    };
    if one.found.as_ref() != Some(&new) {
        rooms::keep_found(tx, &Match { at: now, ..new }).await?;
    }
    Ok(())
}

/// The offices that answer for a street, the nearest first.
pub(crate) const OFFICES: [&str; 3] = [identity::STREET_OFFICE, "guidance_centre", "education"];
/// The office above a street.
pub(crate) const ABOVE: [&str; 2] = ["guidance_centre", "education"];

/// The office of a place, recorded.
pub(crate) async fn office(tx: &mut Tx, place: &PlaceId, kinds: &[&str], day: Day) -> Result<Option<UnitId>> {
    let Some(place) = places::get(tx, place, day).await? else { return Ok(None) };
    let Some(office) = identity::office_at(tx, &place, kinds, day).await? else { return Ok(None) };
    identity::record_office(tx, &office, day).await?;
    Ok(Some(office.id))
}

/// The last day of so many working days.
pub(crate) fn due(calendar: &WorkCalendar, day: Day, workdays: i64) -> Day {
    calendar.plus_open_days(day, u32::try_from(workdays).unwrap_or_default())
}
