//! Who may do what here. What is public is open to everybody.

use kernel::{
    Action,
    Reach::{OwnFacility, OwnPlace},
    Role::*,
};

/// See what is public.
pub static PUBLIC: Action = Action::open("disclosure.public");

/// See how institutions stand with their yearly publication; an institution sees its own before the public does.
pub static PUBLICATIONS: Action = Action::new(
    "disclosure.publications",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (InstitutionHead, OwnFacility),
    ],
);

/// Prepare, publish, correct and decide objections.
pub static PUBLISH: Action =
    Action::new("disclosure.publish", &[(GuidanceOfficer, OwnPlace), (EducationOfficer, OwnPlace)]);

/// Enter what a check found.
pub static CHECK: Action = Action::new("disclosure.check", PUBLISH.allow);

/// Reply to what will be public of one's institution, and object to what is.
pub static REPLY: Action = Action::new("disclosure.reply", &[(InstitutionHead, OwnFacility)]);

/// The actions of this slice.
pub static ACTIONS: &[&Action] = &[&PUBLIC, &PUBLICATIONS, &PUBLISH, &CHECK, &REPLY];
