//! Plain data of this slice: an entry on the desk of a unit, and its steps.

use kernel::kinds::{AccountId, DeskId, PlaceId, UnitId};
use kernel::{Day, Instant};

/// Where an entry stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// The unit is asked.
    Open,
    /// The unit has answered; whoever asked looks at it.
    Answered,
    Closed,
}

impl State {
    /// The name in the database and in JSON; the key of its word is `desk.state.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Answered => "answered",
            State::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        [State::Open, State::Answered, State::Closed].into_iter().find(|s| s.as_str() == text)
    }
}

/// What somebody did with an entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verb {
    Asked,
    /// Asked once more while it was open.
    Urged,
    Answered,
    /// The answer was not enough.
    Returned,
    Closed,
}

impl Verb {
    pub const ALL: [Verb; 5] = [Verb::Asked, Verb::Urged, Verb::Answered, Verb::Returned, Verb::Closed];

    /// The name in the database and in JSON; the key of its word is `desk.verb.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verb::Asked => "asked",
            Verb::Urged => "urged",
            Verb::Answered => "answered",
            Verb::Returned => "returned",
            Verb::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Verb> {
        Verb::ALL.into_iter().find(|v| v.as_str() == text)
    }
}

/// Something that waits, or waited, for a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    pub home: String,
    pub id: DeskId,
    /// Whose to-do it is.
    pub unit: UnitId,
    /// Where that unit works.
    pub place: PlaceId,
    /// Such as `plans.remind`; the key of its word is `todo.<kind>`.
    pub kind: String,
    /// What all entries about one thing share.
    pub about: String,
    /// The one thing asked for.
    pub subject: String,
    /// The page of the thing.
    pub href: String,
    pub text_zh: String,
    pub text_en: String,
    /// `None`: nobody asked, a date was reached.
    pub from_unit: Option<UnitId>,
    pub from_account: Option<AccountId>,
    pub asked: Instant,
    /// `None`: no day was given.
    pub due: Option<Day>,
    pub state: State,
    /// The last step.
    pub changed: Instant,
    /// It is done on the page of the thing itself; nothing is answered here.
    pub there: bool,
}

impl Entry {
    /// Still to be done and its day has passed.
    pub fn late(&self, today: Day) -> bool {
        self.state == State::Open && self.due.is_some_and(|due| due < today)
    }
}

/// One step of an entry's history.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    pub no: i64,
    pub at: Instant,
    pub verb: Verb,
    /// `None`: the system.
    pub account: Option<AccountId>,
    pub unit: Option<UnitId>,
    pub words: String,
    /// What was sent along.
    pub files: Vec<StepFile>,
}

/// A file that came with a step.
#[derive(Clone, PartialEq, Debug)]
pub struct StepFile {
    /// The step's number.
    pub no: i64,
    /// Its own within the step, from 1.
    pub nr: i64,
    pub blob: db::BlobRow,
}
