//! Plain data: premises and their lettings, suspicions, reports; and the closed lists of codes. A code's word is
//! `premises.<list>.<code>`.

use db::BlobRow;
use kernel::kinds::{AccountId, FacilityId, MatterId, PlaceId, UnitId};
use kernel::{Day, Id, Instant, Kind, Span};
use serde::{Deserialize, Serialize};

/// Kinds of ids of this slice.
#[derive(Debug)]
pub enum PremisesKind {}
impl Kind for PremisesKind {
    const NAME: &'static str = "premises";
}
pub type PremisesId = Id<PremisesKind>;

#[derive(Debug)]
pub enum SuspicionKind {}
impl Kind for SuspicionKind {
    const NAME: &'static str = "suspicion";
}
pub type SuspicionId = Id<SuspicionKind>;

#[derive(Debug)]
pub enum ReportKind {}
impl Kind for ReportKind {
    const NAME: &'static str = "report";
}
pub type ReportId = Id<ReportKind>;

/// What rooms are.
pub const WHAT: [&str; 8] = ["shop", "office", "park", "community_house", "residential", "school", "factory", "other"];
/// Who told of them.
pub const SOURCES: [&str; 5] = ["street", "park", "property", "grid", "other"];
/// Who lets or lends; a `person` is a natural person.
pub const LESSORS: [&str; 5] = ["park", "property", "street", "company", "person"];
/// What for.
pub const PURPOSES: [&str; 4] = ["childcare", "early_education", "training", "unclear"];
/// What a comparison gives.
pub const OUTCOMES: [&str; 7] =
    ["licensed", "unlicensed", "not_open", "closed", "application", "unmatched", "not_needed"];
/// Where a suspicion stands.
pub const STATES: [&str; 4] = ["open", "guided", "confirmed", "ended"];
/// What a visit found.
pub const FOUND: [&str; 3] = ["childcare", "other", "empty"];
/// What is decided after a visit; `further`: looked at again later.
pub const DECISIONS: [&str; 5] = ["confirmed", "guided", "not_childcare", "closed", "further"];
/// How a report came in; the first is the page of the public.
pub const VIA: [&str; 4] = ["page", "hotline", "grid", "other"];
/// What came of a report.
pub const RESULTS: [&str; 6] = ["lawful", "confirmed", "guided", "not_childcare", "closed", "not_found"];

db::record! {
    /// Rooms; see the table for the fields.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Premises in "premises" {
        home: String,
        id: PremisesId,
        place: PlaceId,
        address: String,
        address_key: String,
        lon: Option<f64>,
        lat: Option<f64>,
        what: String,
        area: Option<f64>,
        floor: String,
        source: String,
        source_ref: String,
        note: String,
        version: i64,
        changed: Instant,
    }
}

db::record! {
    /// Who lets the rooms to whom, for a span.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Letting in "premises_letting" {
        home: String,
        id: String,
        premises: PremisesId,
        from_day: Day,
        until_day: Day,
        recorded: Instant,
        lessor_kind: String,
        lessor: String,
        contact: Option<Vec<u8>>,
        operator: String,
        credit_code: Option<String>,
        purpose: String,
        account: Option<AccountId>,
    }
}

impl Letting {
    pub fn span(&self) -> Option<Span> {
        Span::new(self.from_day, self.until_day)
    }

    pub fn on(&self, day: Day) -> bool {
        self.from_day <= day && day < self.until_day
    }
}

db::record! {
    /// A line of the history of premises.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Step in "premises_step" {
        home: String,
        premises: PremisesId,
        no: i64,
        at: Instant,
        verb: String,
        words: String,
        account: Option<AccountId>,
        unit: Option<UnitId>,
    }
}

db::record! {
    /// What the comparison says.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Match in "premises_match" {
        home: String,
        premises: PremisesId,
        outcome: String,
        facility: Option<FacilityId>,
        matter: Option<MatterId>,
        whys: String,
        at: Instant,
    }
}

db::record! {
    /// Likely unlicensed operation.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Suspicion in "suspicion" {
        home: String,
        id: SuspicionId,
        place: PlaceId,
        subject: String,
        name: String,
        address: String,
        premises: Option<PremisesId>,
        facility: Option<FacilityId>,
        grounds: String,
        since: Day,
        opened: Instant,
        state: String,
        shown: String,
        decided: Option<Day>,
        due: Day,
        unit: Option<UnitId>,
        raised: bool,
        ended: Option<Instant>,
        ending: Option<String>,
        changed: Instant,
    }
}

impl Suspicion {
    pub fn grounds(&self) -> Vec<Ground> {
        serde_json::from_str(&self.grounds).unwrap_or_default()
    }

    /// What is shown of it: its name, else where it lies.
    pub fn title(&self) -> &str {
        if self.name.is_empty() { &self.address } else { &self.name }
    }
}

db::record! {
    /// A line of its history.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Deed in "suspicion_step" {
        home: String,
        suspicion: SuspicionId,
        no: i64,
        at: Instant,
        verb: String,
        day: Option<Day>,
        found: Option<String>,
        words: String,
        account: Option<AccountId>,
        unit: Option<UnitId>,
    }
}

db::record! {
    /// What somebody reported.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Report in "place_report" {
        home: String,
        id: ReportId,
        token: String,
        place: PlaceId,
        address: String,
        address_key: String,
        seen: Option<Vec<u8>>,
        phone: Option<Vec<u8>>,
        via: String,
        via_ref: String,
        at: Instant,
        due: Day,
        state: String,
        unit: Option<UnitId>,
        raised: bool,
        suspicion: Option<SuspicionId>,
        result: Option<String>,
        reply: String,
        account: Option<AccountId>,
        answered: Option<Instant>,
    }
}

/// A photograph with its number and, for those of a visit, the step that it belongs to.
#[derive(Clone, PartialEq, Debug)]
pub struct Photo {
    pub no: i64,
    pub step: i64,
    pub blob: BlobRow,
}

/// Which rule found that two records mean the same place, and by which value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Why {
    CreditCode {
        code: String,
    },
    /// The whole address.
    Address {
        key: String,
    },
    /// The same number of the same road; the rooms differ or are not named.
    Door {
        key: String,
    },
    /// What both names have beside words that every name has.
    Name {
        piece: String,
    },
    Distance {
        metres: i64,
        most: i64,
    },
}

/// Why a place is on the list.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "ground", rename_all = "snake_case")]
pub enum Ground {
    /// Let for childcare longer than the days of grace, and nobody has a file or an application there.
    Let { since: Day, grace: i64 },
    /// The file says that it operates; no notice holds. `last`: the last day of the last one.
    NoNotice { since: Day, last: Option<Day> },
    /// The file says that it ended; its rooms are still let for childcare to the same operator.
    StillLet { closed: Day, since: Day },
    /// The public or the grid reported an address that matches nothing.
    Told { since: Day, reports: i64 },
}

impl Ground {
    /// From when on.
    pub fn since(&self) -> Day {
        match self {
            Ground::Let { since, .. } | Ground::NoNotice { since, .. } | Ground::Told { since, .. } => *since,
            Ground::StillLet { closed, since } => (*closed).max(*since),
        }
    }
}

/// What may be shown to the public of a place that an officer confirmed: the name on its sign, no person's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unlawful {
    pub id: SuspicionId,
    pub name: String,
    pub address: String,
    /// Street or town.
    pub place: PlaceId,
    /// The day of the decision.
    pub since: Day,
    /// What it was confirmed for, in Chinese and English.
    pub basis: (String, String),
}
