//! Who may see and print notices. Whether one holds anybody may ask.

use kernel::{Action, Reach::OwnPlace, Role::*};

/// See whether a notice holds, by its code.
pub static VERIFY: Action = Action::open("licence.verify");

/// See which notices were issued.
pub static NOTICES: Action =
    Action::new("licence.notices", &[(EducationOfficer, OwnPlace), (GuidanceOfficer, OwnPlace)]);

/// Print the notices of one's place.
pub static PRINT: Action = Action::new("licence.print", NOTICES.allow);

/// The actions of this slice.
pub static ACTIONS: &[&Action] = &[&VERIFY, &NOTICES, &PRINT];
