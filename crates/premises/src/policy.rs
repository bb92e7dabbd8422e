//! Who keeps premises and looks at suspicions. Anybody may report.

use db::Read;
use kernel::kinds::PlaceId;
use kernel::{Action, Reach::OwnPlace, Role::*};
use web::{Cx, Error, Result};

/// See premises let or lent, and what the comparison says of them.
pub static VIEW: Action = Action::new(
    "premises.view",
    &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace), (StreetOfficer, OwnPlace)],
);
/// Enter and change them.
pub static EDIT: Action = Action::new("premises.edit", VIEW.allow);
/// Bring in a sheet of them.
pub static IMPORT: Action = Action::new("premises.import", VIEW.allow);
/// See likely unlicensed operation; departments as well, because they act on it.
pub static SUSPICIONS: Action = Action::new(
    "premises.suspicions",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
    ],
);
/// Say what was found there and decide.
pub static LOOK: Action = Action::new("premises.look", VIEW.allow);
/// Report a place that operates without a notice, follow the report, read results.
pub static REPORT: Action = Action::open("premises.report");
/// See what was reported, enter what came in elsewhere, and answer.
pub static REPORTS: Action = Action::new("premises.reports", VIEW.allow);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 7] = [&VIEW, &EDIT, &IMPORT, &SUSPICIONS, &LOOK, &REPORT, &REPORTS];

/// The place that a list shows: `?region=`, cut to what the post reaches by the action of the route.
///
/// Errors: [`Error::NotFound`] for a place that does not exist today or lies outside the post.
pub async fn within(cx: &Cx, read: &mut Read) -> Result<PlaceId> {
    let (scope, day) = (cx.scope(), cx.today());
    let asked = match cx.query("region") {
        Some(code) => Some(places::by_code(read, code, day).await?.ok_or(Error::NotFound)?.id),
        None => None,
    };
    match places::narrow(read, &scope, asked.as_ref(), day).await? {
        Some(place) if asked.as_ref().is_none_or(|a| *a == place) => Ok(place),
        _ => Err(Error::NotFound),
    }
}

/// Whether the action of the route reaches a street.
///
/// Errors: [`Error::NotFound`]: what lies outside the post is not told apart from what does not exist.
pub async fn reaches(cx: &Cx, read: &mut Read, place: &PlaceId) -> Result<()> {
    if places::covers(read, &cx.scope(), place, cx.today()).await? { Ok(()) } else { Err(Error::NotFound) }
}
