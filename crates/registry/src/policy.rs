//! Who may look at files and who may change them. The check at the door, the filter of lists and the printed matrix
//! all come from these values; which file lies within a post's place is decided here once.

use crate::model::History;
use crate::store::list::Within;
use db::Read;
use kernel::{
    Action, Day,
    Reach::{OwnFacility, OwnPlace},
    Role::*,
    Scope,
};
use web::{Cx, Error, Result};

/// See files and lists.
pub static VIEW: Action = Action::new(
    "registry.view",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
        (FinanceOfficer, OwnPlace),
        (InstitutionHead, OwnFacility),
    ],
);

/// Enter files.
pub static EDIT: Action = Action::new("registry.edit", &[(GuidanceOfficer, OwnPlace), (EducationOfficer, OwnPlace)]);

/// Keep a file up: officers all of it, also for days in the past; the institution its own part of it (upkeep.rs).
pub static KEEP: Action = Action::new(
    "registry.keep",
    &[(GuidanceOfficer, OwnPlace), (EducationOfficer, OwnPlace), (InstitutionHead, OwnFacility)],
);

/// Ask the owner of a file to fill its gaps.
pub static ASK: Action = Action::new(
    "registry.ask",
    &[(GuidanceOfficer, OwnPlace), (EducationOfficer, OwnPlace), (StreetOfficer, OwnPlace)],
);

/// Bring in a sheet of institutions.
pub static IMPORT: Action =
    Action::new("registry.import", &[(GuidanceOfficer, OwnPlace), (EducationOfficer, OwnPlace)]);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 5] = [&VIEW, &EDIT, &KEEP, &ASK, &IMPORT];

/// Where a list of this request may look: `?region=` cut to the post's place, or the post's own file.
///
/// Errors: [`Error::NotFound`] for a place that does not exist on the day or lies outside the post.
pub async fn within(cx: &Cx, read: &mut Read, day: Day) -> Result<Within> {
    let scope = cx.scope();
    if let Scope::Facility(own) = scope {
        return Ok(Within::Facility(own));
    }
    let asked = match cx.query("region") {
        Some(code) => Some(places::by_code(read, code, day).await?.ok_or(Error::NotFound)?.id),
        None => None,
    };
    match places::narrow(read, &scope, asked.as_ref(), day).await? {
        Some(place) if asked.as_ref().is_none_or(|a| *a == place) => Ok(Within::Place(place)),
        _ => Err(Error::NotFound),
    }
}

/// Whether an action of this actor reaches a file: it lies within the post's place on the day looked at, or today. A
/// file that lies nowhere on these days goes by where it lay last, or will lie first.
///
/// Errors: [`Error::NotFound`]: a file outside the post is not told apart from one that does not exist.
pub async fn reaches(cx: &Cx, read: &mut Read, action: &Action, h: &History, day: Day) -> Result<()> {
    let scope = cx.scope_of(action);
    match &scope {
        Scope::Everything => return Ok(()),
        Scope::Facility(own) if *own == h.facility.id => return Ok(()),
        Scope::Place(_) => {}
        Scope::Facility(_) | Scope::Unit(_) | Scope::Nothing => return Err(Error::NotFound),
    }
    let on = |day: Day| h.site.iter().find(|s| s.span.contains(day)).map(|s| (&s.value.place, day));
    let last = || h.site.iter().rev().find(|s| s.span.from <= day).map(|s| (&s.value.place, s.span.until.plus(-1)));
    let first = || h.site.first().map(|s| (&s.value.place, s.span.from));
    let mut seen: Vec<_> = [on(day), on(cx.today())].into_iter().flatten().collect();
    if seen.is_empty() {
        seen.extend(last().or_else(first));
    }
    for (place, day) in seen {
        if places::covers(read, &scope, place, day.min(cx.today())).await? {
            return Ok(());
        }
    }
    Err(Error::NotFound)
}
