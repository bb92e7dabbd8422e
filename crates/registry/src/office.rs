//! The office of an institution is called what the institution is called: when a file was renamed or corrected, and each
//! day for names that begin then. The file decides; whoever renamed it is in its history.

use crate::model::Profile;
use crate::rules::Held;
use crate::store::file;
use db::{AuditEntry, JobRow};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Day, Ids, Instant};
use web::{App, Error, Result};

/// Offices in one look.
const PART: i64 = 200;

#[derive(serde::Deserialize)]
struct Told {
    changed: Vec<Changed>,
}

#[derive(serde::Deserialize)]
struct Changed {
    facility: FacilityId,
    changes: Vec<String>,
}

/// `event:registry.changed`: files whose name may be another now.
pub async fn heard(app: App, job: JobRow) -> Result<()> {
    let told: Told = serde_json::from_str(&job.payload).map_err(|e| Error::Internal(e.to_string()))?;
    for changed in told.changed.iter().filter(|c| c.changes.iter().any(|name| name == "profile")) {
        let office = identity::office_of(&mut app.db.read().await?, &changed.facility).await?;
        if let Some(office) = office {
            follow(&app, &office.id, &changed.facility).await?;
        }
    }
    Ok(())
}

/// The daily job `registry.office_names`: names that begin on a day that was still to come when they were written.
pub async fn daily(app: App) -> Result<()> {
    let mut after = UnitId::new("");
    loop {
        let offices = identity::facility_offices(&mut app.db.read().await?, &after, PART).await?;
        let Some(last) = offices.last() else { return Ok(()) };
        after = last.id.clone();
        for office in &offices {
            if let Some(facility) = &office.facility {
                follow(&app, &office.id, facility).await?;
            }
        }
    }
}

/// The name of a day, and the first day on which it was the name; no day where the file never had another before.
fn named(profiles: &[Held<Profile>], day: Day) -> Option<(&str, Option<Day>)> {
    let until = profiles.iter().rposition(|p| p.span.from <= day)?;
    let name = profiles[until].value.name.as_str();
    let first = profiles[..=until].iter().rposition(|p| p.value.name != name).map(|before| before + 1);
    Some((name, first.map(|at| profiles[at].span.from)))
}

async fn follow(app: &App, office: &UnitId, facility: &FacilityId) -> Result<()> {
    let now = app.clock.now();
    let mut read = app.db.read().await?;
    let profiles = file::profiles(&mut read, facility).await?;
    let known = identity::unit(&mut read, office).await?;
    drop(read);
    let Some((name, since)) = named(&profiles, now.day()) else { return Ok(()) };
    if known.is_none_or(|office| office.name_zh == name) {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    // Once more inside the transaction, in which nobody else renames it.
    let Some(unit) = identity::unit(&mut tx, office).await? else { return Ok(()) };
    if identity::follow_facility(&mut tx, &unit, name, since).await? {
        tx.audit(entry(&app.ids, now, &unit.id, since)).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Nobody did it by hand: the file did.
fn entry(ids: &Ids, at: Instant, unit: &UnitId, since: Option<Day>) -> AuditEntry {
    AuditEntry {
        id: ids.new_id(at),
        home: String::new(),
        at,
        account: None,
        post: None,
        unit: None,
        action: "registry.office_names".to_owned(),
        object_kind: "unit".to_owned(),
        object: unit.to_string(),
        persons: Vec::new(),
        purpose: "renamed".to_owned(),
        span_from: since,
        idempotency_key: None,
    }
}
