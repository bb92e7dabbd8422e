//! Plain data: a matter, its steps, values, files, remarks, opinions and pauses.

use crate::declaration::End;
use kernel::kinds::{AccountId, BlobId, FacilityId, MatterId, PlaceId, UnitId};
use kernel::{Day, Instant};

/// A matter as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Matter {
    pub home: String,
    pub id: MatterId,
    /// As printed for people, such as `310109-opening-2022-0003`.
    pub number: String,
    pub kind: String,
    /// The form that was in force when it was brought, such as `opening.for_profit@2020-11-01`.
    pub form: String,
    /// Where it is decided: mostly a district.
    pub place: PlaceId,
    /// The unit that brought it.
    pub applicant: UnitId,
    /// The institution that it is about, once there is one.
    pub facility: Option<FacilityId>,
    pub title: String,
    pub state: String,
    /// The unit that has to act or looks after the opinions; `None` at the end.
    pub turn: Option<UnitId>,
    /// How often it went back to the applicant.
    pub round: i64,
    /// The day that set the clock of the state going.
    pub since: Day,
    /// What the clock was given, in days of its kind.
    pub days: i64,
    /// What extensions added.
    pub more: i64,
    /// The last day; [`Day::OPEN`] while the clock stands still or nobody is waited for.
    pub due: Day,
    pub opened: Instant,
    pub changed: Instant,
    pub ending: Option<End>,
    pub ended: Option<Instant>,
}

impl Matter {
    pub fn open(&self) -> bool {
        self.turn.is_some()
    }

    pub fn late(&self, today: Day) -> bool {
        self.open() && self.due < today
    }

    /// The name of its kind without the slice, such as `opening`.
    pub fn short_kind(&self) -> &str {
        self.kind.rsplit('.').next().unwrap_or(&self.kind)
    }
}

/// One line of the timeline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Step {
    pub no: i64,
    pub at: Instant,
    /// A move of the kind, or one of the kernel's own ([`crate::verb`]).
    pub verb: String,
    pub from: String,
    pub to: String,
    /// `None`: the clock.
    pub account: Option<AccountId>,
    pub unit: Option<UnitId>,
    pub words: String,
}

/// What was filled in, in one round.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    pub field: String,
    pub round: i64,
    pub value: String,
    pub account: AccountId,
    pub at: Instant,
}

/// A material that was handed in.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    pub no: i64,
    /// The field of the form.
    pub field: String,
    pub round: i64,
    pub account: AccountId,
    /// When it was taken out again.
    pub removed: Option<Instant>,
    pub blob: db::BlobRow,
}

/// What is to be mended, tied to a section and, where it can be, a field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Remark {
    pub no: i64,
    /// The round in which it is to be mended.
    pub round: i64,
    pub section: String,
    /// `""` for the whole section.
    pub field: String,
    pub words: String,
    pub account: AccountId,
    pub unit: UnitId,
    pub at: Instant,
    /// What the applicant says to it.
    pub answer: String,
    /// When the reviewer was satisfied, or took it back.
    pub settled: Option<Instant>,
}

impl Remark {
    pub fn open(&self) -> bool {
        self.settled.is_none()
    }
}

/// What a department says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Agree,
    /// Something must be mended first.
    Mend,
    Disagree,
}

impl Verdict {
    pub const ALL: [Verdict; 3] = [Verdict::Agree, Verdict::Mend, Verdict::Disagree];

    /// The name in the database and in JSON; the key of its word is `matter.verdict.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Agree => "agree",
            Verdict::Mend => "mend",
            Verdict::Disagree => "disagree",
        }
    }

    pub fn parse(text: &str) -> Option<Verdict> {
        Verdict::ALL.into_iter().find(|v| v.as_str() == text)
    }
}

/// A department's opinion, asked for or given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opinion {
    pub no: i64,
    pub round: i64,
    pub unit: UnitId,
    pub asked: Instant,
    pub since: Day,
    pub days: i64,
    pub due: Day,
    pub verdict: Option<Verdict>,
    pub words: String,
    pub account: Option<AccountId>,
    pub given: Option<Instant>,
    /// What was sent along.
    pub file: Option<BlobId>,
}

/// What a matter followed or brought about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// The key of its word is `matter.link.<kind>`.
    pub kind: String,
    pub href: String,
    pub words: String,
}

/// How the applicant found the service (好差评).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rating {
    /// 5 very good to 1 very bad.
    pub stars: i64,
    pub words: String,
    pub account: AccountId,
    pub at: Instant,
}

/// Everything about one matter.
#[derive(Clone, PartialEq, Debug)]
pub struct Whole {
    pub matter: Matter,
    pub steps: Vec<Step>,
    /// By field and round, as they are readable; see [`crate::seal`].
    pub values: Vec<Value>,
    pub files: Vec<File>,
    pub remarks: Vec<Remark>,
    pub opinions: Vec<Opinion>,
    pub pauses: Vec<crate::clock::Pause>,
    pub links: Vec<Link>,
    pub rating: Option<Rating>,
}

impl Whole {
    /// What was filled in, as it stands now.
    pub fn now(&self) -> crate::values::Values {
        self.up_to(i64::MAX)
    }

    /// What stood before the present round.
    pub fn before(&self) -> crate::values::Values {
        self.up_to(self.matter.round - 1)
    }

    fn up_to(&self, round: i64) -> crate::values::Values {
        let mut out = crate::values::Values::default();
        // In the order of rounds: a later one takes the place of an earlier one.
        for value in self.values.iter().filter(|value| value.round <= round) {
            out.set(&value.field, value.value.as_str());
        }
        let files = self.files.iter().filter(|file| file.round <= round && file.removed.is_none());
        let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
        for file in files {
            *counts.entry(file.field.as_str()).or_default() += 1;
        }
        for (field, count) in counts {
            out.set(field, count.to_string());
        }
        out
    }

    /// Whether it was brought before whoever decides, and not only begun and dropped.
    pub fn handed_in(&self) -> bool {
        let moved = self.steps.iter().filter(|step| !step.from.is_empty() && step.from != step.to).count();
        moved > usize::from(!self.matter.open())
    }

    /// Opinions that were asked for last.
    pub fn opinions_now(&self) -> impl Iterator<Item = &Opinion> {
        let last = self.opinions.iter().map(|opinion| opinion.round).max();
        self.opinions.iter().filter(move |opinion| Some(opinion.round) == last)
    }
}
