//! Who has a desk. What is on it goes by the unit of the post; those above see what waits in their place.

use crate::model::Entry;
use db::Read;
use kernel::{
    Action, Day,
    Reach::{OwnFacility, OwnPlace, OwnUnit},
    Role::*,
};
use web::{Cx, Result};

/// See the desk of one's own unit, and what one's unit asked of others.
pub static VIEW: Action = Action::new(
    "desk.view",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
        (FinanceOfficer, OwnPlace),
        (InstitutionHead, OwnFacility),
        (Applicant, OwnUnit),
    ],
);

/// Answer what waits for one's own unit; return or close what one's own unit asked for.
pub static ANSWER: Action = Action::new("desk.answer", VIEW.allow);

/// See what waits for the units of one's place.
pub static OVERSEE: Action = Action::new(
    "desk.oversee",
    &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace), (StreetOfficer, OwnPlace)],
);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 3] = [&VIEW, &ANSWER, &OVERSEE];

/// Whether an actor sees an entry: it waits for the own unit, the own unit asked, or it waits in the own place.
pub async fn sees(cx: &Cx, read: &mut Read, entry: &Entry, day: Day) -> Result<bool> {
    let actor = cx.actor()?;
    if entry.unit == actor.unit || entry.from_unit.as_ref() == Some(&actor.unit) {
        return Ok(true);
    }
    Ok(places::covers(read, &cx.scope_of(&OVERSEE), &entry.place, day).await?)
}
