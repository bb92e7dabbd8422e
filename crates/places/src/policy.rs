//! The actions of this slice. What law and plans ask for is public knowledge: everyone who works here may look it up,
//! for any place. The auditor reads the audit, nothing else.

use kernel::Reach::Everywhere;
use kernel::{Action, Role};

/// Look up the norm that decides at a place on a day.
pub static NORMS: Action = Action::new(
    "places.norms",
    &[
        (Role::SystemAdmin, Everywhere),
        (Role::SecurityAdmin, Everywhere),
        (Role::EducationOfficer, Everywhere),
        (Role::GuidanceOfficer, Everywhere),
        (Role::StreetOfficer, Everywhere),
        (Role::DepartmentOfficer, Everywhere),
        (Role::FinanceOfficer, Everywhere),
        (Role::InstitutionHead, Everywhere),
    ],
);

/// The actions of this slice.
pub static ACTIONS: &[&Action] = &[&NORMS];
