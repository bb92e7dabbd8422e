//! Who may do what here: applicants in their own unit, offices in their place.

use kernel::{
    Action,
    Reach::{OwnFacility, OwnPlace, OwnUnit},
    Role::*,
};

/// The door of those who bring matters; anybody may look.
pub static DOOR: Action = Action::open("applicant.door");
/// Say which organisation one acts for, see and let in agents, ask to be let in.
pub static OWN: Action = Action::new("applicant.own", &[(Applicant, OwnUnit)]);
/// Answer an invitation to act for somebody.
pub static INVITED: Action = Action::new("applicant.invited", &[(Applicant, OwnUnit), (InstitutionHead, OwnFacility)]);
/// See the organisations that bring matters in one's place, with their proof.
pub static REVIEW: Action =
    Action::new("applicant.review", &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace)]);
/// Confirm or refuse them; let agents in.
pub static DECIDE: Action = Action::new("applicant.decide", REVIEW.allow);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 5] = [&DOOR, &OWN, &INVITED, &REVIEW, &DECIDE];
