//! The guide is for everybody; a district keeps its own.

use kernel::{Action, Reach::OwnPlace, Role::*};

/// Read guide, questions, self-check and how long steps take.
pub static READ: Action = Action::open("guide.read");
/// Ask what was not answered, and say whether an answer helped. Nobody's name is kept.
pub static ASK: Action = Action::open("guide.ask");
/// Write the guide and the answers of one's place, deal with what was asked.
pub static KEEP: Action = Action::new("guide.keep", &[(GuidanceOfficer, OwnPlace), (EducationOfficer, OwnPlace)]);

/// Everything that may be done here.
pub static ACTIONS: [&Action; 3] = [&READ, &ASK, &KEEP];
