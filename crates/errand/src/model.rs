//! What an errand is.

use kernel::Instant;
use kernel::kinds::{AccountId, JobId, PostId, UnitId};
use serde_json::Value;

db::record! {
    /// Long work that somebody left to be done.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Errand in "errand" {
        home: String,
        /// Also the id of its job.
        id: JobId,
        /// `registry.import`
        kind: String,
        account: AccountId,
        post: PostId,
        unit: UnitId,
        lang: String,
        /// As the owner reads it in the list.
        title: String,
        /// What is to be done: JSON of the kind, or the address of a list.
        task: String,
        /// The page that shows its outcome; empty for a file to fetch.
        page: String,
        state: State,
        /// The owner wants it to stop.
        stopping: bool,
        /// How far: rows done of `total`; 0 of 0 while unknown.
        done: i64,
        total: i64,
        /// A sentence for the owner when it failed.
        message: String,
        /// JSON of the kind.
        outcome: String,
        made: Instant,
        began: Option<Instant>,
        ended: Option<Instant>,
        expires: Instant,
    }
}

/// Where an errand stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// For an answer of its owner.
    Waiting,
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Waiting, State::Queued, State::Running, State::Done, State::Failed, State::Cancelled];

    pub fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Queued => "queued",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
            State::Cancelled => "cancelled",
        }
    }

    /// Not at its end yet, and in the hands of the program.
    pub fn under_way(self) -> bool {
        matches!(self, State::Queued | State::Running)
    }
}

impl db::Column for State {
    fn bind(self) -> db::Value {
        self.as_str().to_owned().bind()
    }
    fn read(cell: db::Cell<'_>) -> Result<Self, String> {
        let text = String::read(cell)?;
        State::ALL.into_iter().find(|s| s.as_str() == text).ok_or(format!("{text:?} is no state of an errand"))
    }
    fn null() -> db::Value {
        String::null()
    }
}

impl Errand {
    /// The outcome as its kind wrote it; null when there is none.
    pub fn outcome(&self) -> Value {
        serde_json::from_str(&self.outcome).unwrap_or(Value::Null)
    }
}

/// Which of an errand's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What it was given.
    Input,
    /// What it made.
    Result,
    /// A shorter one beside it, such as the rows at fault alone.
    Extract,
}

impl Part {
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Input => "input",
            Part::Result => "result",
            Part::Extract => "extract",
        }
    }

    pub fn parse(text: &str) -> Option<Part> {
        [Part::Input, Part::Result, Part::Extract].into_iter().find(|p| p.as_str() == text)
    }
}

/// A file of an errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub media_type: String,
    pub content: Vec<u8>,
}

/// What is left to be done.
#[derive(Clone, Debug, Default)]
pub struct New {
    pub kind: &'static str,
    pub title: String,
    pub task: String,
    pub page: String,
    pub input: Option<File>,
    /// It waits for an answer of its owner before it begins; see [`crate::begin`].
    pub waits: bool,
}

/// How an errand ended well.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// JSON for the page of its kind.
    pub told: Value,
    pub files: Vec<(Part, File)>,
}
