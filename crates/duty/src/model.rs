//! Plain data: a self-check with what was found at each point, a deficiency from its finding to its mending, files.

use kernel::kinds::{AccountId, DeficiencyId, DutyCheckId, FacilityId, PlaceId, UnitId};
use kernel::{Day, Instant};
use std::collections::BTreeMap;

/// What was found at a point.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    Fine,
    Deficient,
    /// The point does not concern this institution.
    Apart,
}

impl Found {
    pub const ALL: [Found; 3] = [Found::Fine, Found::Deficient, Found::Apart];

    /// In forms and JSON, and the end of the key of its word `duty.found.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Found::Fine => "fine",
            Found::Deficient => "deficient",
            Found::Apart => "apart",
        }
    }

    pub fn parse(text: &str) -> Option<Found> {
        Found::ALL.into_iter().find(|f| f.as_str() == text)
    }
}

/// A self-check of one duty.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    pub home: String,
    pub id: DutyCheckId,
    pub facility: FacilityId,
    pub duty: String,
    /// The day on which it was looked at.
    pub day: Day,
    /// By id of the point, in the order of ids.
    pub points: BTreeMap<String, Found>,
    /// May be empty.
    pub note: String,
    pub account: AccountId,
    pub unit: UnitId,
    pub made: Instant,
}

/// What is not as it must be.
#[derive(Clone, PartialEq, Debug)]
pub struct Deficiency {
    pub home: String,
    pub id: DeficiencyId,
    pub check: DutyCheckId,
    pub facility: FacilityId,
    /// Where the institution lay when it was found.
    pub place: PlaceId,
    pub duty: String,
    pub point: String,
    pub words: String,
    pub found: Day,
    pub mended: Option<Mended>,
}

/// How a deficiency was mended.
#[derive(Clone, PartialEq, Debug)]
pub struct Mended {
    pub day: Day,
    pub words: String,
    pub account: AccountId,
    pub at: Instant,
}

/// A file that shows something; `owner` is the check, or the deficiency whose mending it shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Evidence {
    pub owner: String,
    pub nr: i64,
    pub blob: db::BlobRow,
}
