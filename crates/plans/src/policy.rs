//! Who may look at plans and who may freeze a figure.

use kernel::{Action, Reach::OwnPlace, Role::*};

/// See plans and figures of one's own place. Plans themselves are public documents; figures follow the post.
pub static VIEW: Action = Action::new(
    "plans.view",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
        (FinanceOfficer, OwnPlace),
    ],
);

/// Freeze a figure as the one that is reported.
pub static FREEZE: Action = Action::new("plans.freeze", &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace)]);

/// State a figure of which there are no records yet.
pub static DECLARE: Action = Action::new(
    "plans.declare",
    &[
        (EducationOfficer, OwnPlace),
        (GuidanceOfficer, OwnPlace),
        (StreetOfficer, OwnPlace),
        (DepartmentOfficer, OwnPlace),
        (FinanceOfficer, OwnPlace),
    ],
);

/// Confirm what somebody else stated, or give it back.
pub static CONFIRM: Action = Action::new("plans.confirm", &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace)]);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 4] = [&VIEW, &FREEZE, &DECLARE, &CONFIRM];
