//! Who may look at plans, who may freeze a figure, remind, and mark key tasks.

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

/// Remind the units that lead a target, or the offices of streets where something is missing.
pub static REMIND: Action = Action::new("plans.remind", &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace)]);

/// Mark tasks of a plan as key tasks: the education officer of the place that the plan is made for.
pub static MARK: Action = Action::new("plans.mark", &[(EducationOfficer, OwnPlace)]);

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
pub static ACTIONS: [&Action; 6] = [&VIEW, &FREEZE, &REMIND, &MARK, &DECLARE, &CONFIRM];
