//! Plain data of this slice.

use kernel::kinds::{AccountId, PlaceId, PostId, UnitId};
use kernel::{Day, Instant};

/// What an organisation is by law; the key of its word is `applicant.kind.<kind>`. Which way to a licence follows from
/// it is decided by the packs of matters.
pub const KINDS: [&str; 6] =
    ["company", "sole_trader", "non_enterprise", "public_institution", "kindergarten", "community"];

/// Where a claim stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClaimState {
    /// A name to go on with; the credit code follows.
    Provisional,
    /// Code and proof are there; the guidance centre looks at them.
    Waiting,
    Confirmed,
    Refused,
    /// A later one took its place.
    Replaced,
}

impl ClaimState {
    pub const ALL: [ClaimState; 5] = [
        ClaimState::Provisional,
        ClaimState::Waiting,
        ClaimState::Confirmed,
        ClaimState::Refused,
        ClaimState::Replaced,
    ];

    /// The name in the database and in JSON; the key of its word is `applicant.state.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            ClaimState::Provisional => "provisional",
            ClaimState::Waiting => "waiting",
            ClaimState::Confirmed => "confirmed",
            ClaimState::Refused => "refused",
            ClaimState::Replaced => "replaced",
        }
    }

    pub fn parse(text: &str) -> Option<ClaimState> {
        ClaimState::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// The light beside its word.
    pub fn light(self) -> &'static str {
        match self {
            ClaimState::Confirmed => "met",
            ClaimState::Waiting => "at_risk",
            ClaimState::Refused => "missed",
            ClaimState::Provisional | ClaimState::Replaced => "not_due",
        }
    }
}

/// Which organisation an applicant says it is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claim {
    pub home: String,
    pub id: String,
    pub unit: UnitId,
    /// The district.
    pub place: PlaceId,
    pub name: String,
    /// One of [`KINDS`].
    pub kind: String,
    /// Credit code; empty while only a name was approved.
    pub code: String,
    /// The proof, a blob.
    pub file: Option<String>,
    pub account: AccountId,
    pub at: Instant,
    pub state: ClaimState,
    pub decided_by: Option<AccountId>,
    pub decided_unit: Option<UnitId>,
    pub decided_at: Option<Instant>,
    /// Why it was refused.
    pub words: String,
}

/// How far somebody may act for an applicant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    pub post: PostId,
    pub may_submit: bool,
    /// Lets others in and ends them.
    pub first: bool,
}

/// A number that was asked to act for an applicant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invite {
    pub home: String,
    pub id: String,
    pub unit: UnitId,
    pub lookup: String,
    pub sealed: Vec<u8>,
    pub may_submit: bool,
    pub until: Day,
    pub account: AccountId,
    pub at: Instant,
}

/// Somebody who asks to act for an organisation that is bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Join {
    pub home: String,
    pub id: String,
    pub unit: UnitId,
    pub account: AccountId,
    pub words: String,
    pub at: Instant,
    /// `waiting`, `let_in` or `refused`.
    pub state: String,
    pub reply: String,
}
