//! 年度公示: the basic part of an institution and the results of its checks, made public for a year. It is prepared from
//! the records, shown to the institution, which may reply, and then published: the bytes of that day are kept with
//! their digest and can be shown again. What was wrong is corrected by another one that supersedes it, with a reason;
//! the institution may object, and the decision stands beside it.

pub(crate) mod check_page;
pub(crate) mod daily;
pub(crate) mod document;
pub(crate) mod evaluation;
pub(crate) mod list_page;
pub(crate) mod many;
pub(crate) mod one_page;
pub(crate) mod prepare;
pub(crate) mod public_page;
pub(crate) mod publish;
pub(crate) mod steps;

pub use check_page::{NewCheck, enter as enter_check};
pub use document::{Basic, Content, Document, basics_on};
pub use evaluation::{Evaluation, EvaluationRow, enter_evaluation};
pub use prepare::{Preparing, prepare};
pub use publish::{Publisher, publish};

use crate::sources::Found;
use kernel::kinds::FacilityId;
use kernel::{Day, Id, Instant, Kind};

/// The kind of a publication's id.
#[derive(Debug)]
pub enum PublicationRow {}
impl Kind for PublicationRow {
    const NAME: &'static str = "publication";
}
pub type PublicationId = Id<PublicationRow>;

db::record! {
    /// A publication; see the table for the fields.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Publication in "publication" {
        home: String,
        id: PublicationId,
        facility: FacilityId,
        year: i64,
        no: i64,
        as_of: Day,
        content: String,
        checks: i64,
        to_mend: i64,
        prepared: Instant,
        prepared_by: String,
        reply_until: Day,
        reply: Option<String>,
        replied: Option<Instant>,
        replied_by: Option<String>,
        published: Option<Instant>,
        published_day: Option<Day>,
        published_by: Option<String>,
        publisher: Option<String>,
        valid_until: Option<Day>,
        digest: Option<String>,
        supersedes: Option<PublicationId>,
        reason: String,
        superseded_by: Option<PublicationId>,
        superseded_day: Option<Day>,
    }
}

db::record! {
    /// What an institution objects to, and what was decided.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Objection in "publication_objection" {
        home: String,
        id: String,
        publication: PublicationId,
        text: String,
        at: Instant,
        account: String,
        decision: Option<String>,
        words: String,
        decided: Option<Instant>,
        decided_by: Option<String>,
    }
}

db::record! {
    /// The result of a check, entered from its paper.
    #[derive(Clone, PartialEq, Debug)]
    pub struct CheckResult in "check_result" {
        home: String,
        id: String,
        facility: FacilityId,
        day: Day,
        kind: String,
        office: String,
        result: String,
        note: String,
        document: String,
        entered: Instant,
        account: String,
    }
}

/// Kinds of checks; the key of the word is `publication.check_kind.<code>`.
pub const CHECK_KINDS: [&str; 4] = ["routine", "special", "annual", "follow_up"];

/// What the book knows of the last publication of an institution.
#[derive(Clone, PartialEq, Debug)]
pub struct Shown {
    pub id: PublicationId,
    pub year: i64,
    pub day: Day,
    pub valid_until: Day,
    /// The last check in it.
    pub check: Option<(Day, Found)>,
    /// When it was published.
    pub at: Instant,
    /// When somebody objected to it or that was decided, last; 0: nobody did. Its page says so.
    pub said: i64,
}

/// The last check of a content.
pub(crate) fn last_check(content: &str) -> Option<(Day, Found)> {
    let content: Content = serde_json::from_str(content).ok()?;
    content.checks.last().map(|c| (c.day, c.result))
}

/// Where an institution stands with the publication of a year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing is prepared.
    Missing,
    /// The institution sees it and may reply.
    Shown,
    /// It may be published.
    Ready,
    Public,
    /// A result in it waits to be mended.
    ToMend,
    /// An objection waits for a decision.
    Objected,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Missing, State::Shown, State::Ready, State::Public, State::ToMend, State::Objected];

    /// The code in addresses and JSON; the key of its word is `publication.state.<code>`.
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Missing => "missing",
            State::Shown => "shown",
            State::Ready => "ready",
            State::Public => "public",
            State::ToMend => "to_mend",
            State::Objected => "objected",
        }
    }

    pub fn parse(text: &str) -> Option<State> {
        State::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Class of its light.
    pub const fn light(self) -> &'static str {
        match self {
            State::Missing => "none",
            State::Shown => "course",
            State::Ready | State::ToMend | State::Objected => "risk",
            State::Public => "met",
        }
    }
}

impl Publication {
    /// The step that it has reached on a day.
    pub fn state(&self, day: Day) -> State {
        match (self.published, &self.reply) {
            (Some(_), _) => State::Public,
            (None, Some(_)) => State::Ready,
            (None, None) if self.reply_until <= day => State::Ready,
            (None, None) => State::Shown,
        }
    }

    /// Errors: [`web::Error::Internal`] for a row that this program did not write.
    pub fn content(&self) -> web::Result<Content> {
        serde_json::from_str(&self.content).map_err(|e| web::Error::Internal(format!("publication {}: {e}", self.id)))
    }
}
