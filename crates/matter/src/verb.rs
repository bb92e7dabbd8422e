//! What the kernel itself writes into a timeline, beside the moves of kinds. The key of a word is `matter.verb.<verb>`.

pub const OPENED: &str = "opened";
/// A department was asked; the words name nobody, the unit is the one that was asked.
pub const ASKED: &str = "asked";
/// No unit of a kind that should be asked is recorded at the place.
pub const NOBODY_TO_ASK: &str = "nobody_to_ask";
pub const AGREED: &str = "opinion_agree";
pub const MENDING: &str = "opinion_mend";
pub const DISAGREED: &str = "opinion_disagree";
pub const PAUSED: &str = "paused";
pub const RESUMED: &str = "resumed";
pub const EXTENDED: &str = "extended";
/// Its days have passed; the unit above was told.
pub const OVERDUE: &str = "overdue";
/// A department said nothing in time; the words are its unit, the unit above was told.
pub const SILENT: &str = "silent";

/// All of them.
pub const ALL: [&str; 11] =
    [OPENED, ASKED, NOBODY_TO_ASK, AGREED, MENDING, DISAGREED, PAUSED, RESUMED, EXTENDED, OVERDUE, SILENT];
