//! What a granted matter does beyond itself, in the transaction of its last move: spans of the file by the same changes
//! as the edit pages, and the notice.

mod alter;
mod end;
mod open;
mod whose;

use crate::decision::Decision;
use crate::notice::Notice;
use kernel::kinds::FacilityId;
use kernel::{Day, RuleViolation};
use matter::{End, Moving};
use places::NormError;
use registry::{Change, History, Stamp, batch::At, store::file};
use std::pin::Pin;
use web::{Error, Result};

type Made<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

macro_rules! effects { ($($(#[$meta:meta])* $name:ident = $at:path;)*) => { $(
    $(#[$meta])*
    pub fn $name(moving: Moving<'_>) -> Made<'_> {
        Box::pin(async move {
            match moving.step.to.end() {
                Some(End::Granted) => $at(moving).await,
                _ => Ok(()),
            }
        })
    }
)* } }

effects! {
    /// A new file or a known one, operating, with its notice.
    opened = open::opened;
    /// Particulars and places; a new notice where it prints them.
    changed = alter::changed;
    /// Another address; a new notice.
    moved = alter::moved;
    /// Another operator; a new notice.
    succeeded = alter::succeeded;
    suspended = end::suspended;
    resumed = end::resumed;
    /// Closed with classes, places, fees and notice.
    closed = end::closed;
    /// The notice given back; what is nothing but childcare is closed.
    withdrawn = end::withdrawn;
    /// The notice taken away.
    revoked = end::revoked;
}

/// Who writes into the file.
fn by(moving: &Moving<'_>) -> String {
    moving.by.map_or_else(|| moving.matter.kind.clone(), |actor| actor.account.to_string())
}

/// The file that a matter is about.
///
/// Errors: `licence.elsewhere` for an institution of another district, whatever the matter was brought about.
async fn about(moving: &mut Moving<'_>) -> Result<History> {
    let Some(facility) = moving.matter.facility.clone() else {
        return Err(Error::Internal(format!("matter {} is about nothing", moving.matter.id)));
    };
    let h = file::history(moving.tx, &facility).await?.ok_or(Error::NotFound)?;
    let today = moving.app.clock.today();
    let site = h.site_near(today).map(|held| held.value.place.clone());
    let here = match site {
        Some(site) => places::within(moving.tx, &moving.matter.place, &site, today).await?,
        None => false,
    };
    if here { Ok(h) } else { Err(RuleViolation::new("licence.elsewhere").into()) }
}

/// What was decided, from a day on that may be decided on.
async fn decided(moving: &mut Moving<'_>) -> Result<Decision> {
    let decision = Decision::read(moving.values)?;
    not_before(moving, decision.first).await?;
    Ok(decision)
}

/// What is decided today holds from today on: what counted until yesterday was counted already.
///
/// Errors: `licence.first_day_past` at `first_day` for a day further back than the norm allows.
async fn not_before(moving: &mut Moving<'_>, first: Day) -> Result<()> {
    let today = moving.app.clock.today();
    let norm = places::norm(moving.tx, "licence.backdate_days", "", &moving.matter.place, today).await;
    let back = match norm.and_then(|norm| norm.whole()) {
        Ok(days) => days,
        // Nobody allowed any.
        Err(NormError::Missing { .. }) => 0,
        Err(NormError::Db(e)) => return Err(e.into()),
        Err(other) => return Err(Error::Internal(other.to_string())),
    };
    if first < today.plus(-back) {
        return Err(RuleViolation::field("first_day", "licence.first_day_past").into());
    }
    Ok(())
}

/// The paper of a notice, from the page of the matter that brought it about.
async fn link(moving: &mut Moving<'_>, notice: &Notice) -> Result<()> {
    let href = format!("/facilities/{}/notice.pdf", notice.facility);
    Ok(matter::link(moving.tx, moving.matter, "notice", &href, &notice.number).await?)
}

/// Changes the file of a matter.
async fn write(moving: &mut Moving<'_>, facility: &FacilityId, changes: Vec<Change>) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let by = by(moving);
    let stamp = Stamp { now: moving.app.clock.now(), ids: &moving.app.ids, by: &by };
    registry::edit(moving.tx, &stamp, &At::any(facility), changes).await?;
    Ok(())
}
