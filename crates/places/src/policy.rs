//! The actions of this slice. What law and plans ask for is public knowledge: everyone who works here may look it up,
//! for any place. The auditor reads the audit, nothing else.

use kernel::Reach::{Everywhere, OwnPlace};
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
        (Role::Applicant, Everywhere),
    ],
);

/// Propose another version of a norm for one's own place.
pub static PROPOSE: Action =
    Action::new("places.norms_propose", &[(Role::EducationOfficer, OwnPlace), (Role::GuidanceOfficer, OwnPlace)]);

/// Decide on what somebody else proposed.
pub static APPROVE: Action = Action::new("places.norms_approve", &[(Role::EducationOfficer, OwnPlace)]);

/// Enter and revise the procedures of preferential policies of one's own place.
pub static POLICIES: Action =
    Action::new("places.policies", &[(Role::EducationOfficer, OwnPlace), (Role::GuidanceOfficer, OwnPlace)]);

/// The actions of this slice.
pub static ACTIONS: &[&Action] = &[&NORMS, &PROPOSE, &APPROVE, &POLICIES];
