//! An institution answers for itself: its head looks and records. Offices see it within their place and may ask.

use kernel::{
    Action,
    Reach::{OwnFacility, OwnPlace},
    Role::*,
};

/// See the duties, self-checks and deficiencies of an institution.
pub static VIEW: Action = Action::new(
    "duty.view",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
        (InstitutionHead, OwnFacility),
    ],
);

/// See how all institutions of one's place stand.
pub static LIST: Action = Action::new(
    "duty.list",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
    ],
);

/// Record a self-check and the mending of a deficiency of one's own institution.
pub static RECORD: Action = Action::new("duty.record", &[(InstitutionHead, OwnFacility)]);

/// Ask an institution for its self-checks and mendings.
pub static ASK: Action =
    Action::new("duty.ask", &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace), (StreetOfficer, OwnPlace)]);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 4] = [&VIEW, &LIST, &RECORD, &ASK];
