//! Plain data of a file: what each aspect says while it holds, classes, credentials, and the whole history of one
//! facility. `aspect!` (store/aspect.rs) makes of each list of fields the value and its reading and writing; which
//! spans may stand beside one another is said by its key.

use crate::codes::{Band, CredentialKind, FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, Per};
use crate::codes::{State, Verified};
use crate::rules::Held;
use crate::store::aspect::aspect;
use db::record;
use kernel::kinds::{ClassId, CredentialId, FacilityId, PlaceId};
use kernel::{Day, Instant, Span};

aspect! {
    /// Name, operator and legal form.
    Profile in "facility_profile" by () {
        name: String,
        /// Pinyin order; set by the program from the name.
        name_key: String,
        ownership: Ownership,
        legal_form: LegalForm,
        /// 举办者、运营单位; may be empty.
        operator: String,
        /// A valid unified social credit code, upper case.
        credit_code: Option<String>,
        /// May be empty.
        phone: String,
    }

    /// Where it lay; lon and lat in degrees (GCJ-02 is never stored).
    Site in "facility_site" by () {
        /// Street, town or zone; a district where no more is known.
        place: PlaceId,
        address: String,
        lon: Option<f64>,
        lat: Option<f64>,
    }

    /// Planned, operating, suspended or closed, and why.
    StateSpan in "facility_state" by () {
        state: State,
        reason: String,
    }

    /// The inclusive status (普惠性), on any kind of facility.
    Inclusive in "facility_inclusive" by () {
        /// Who confirmed it.
        confirmed_by: String,
        reason: String,
    }

    /// What families pay in one service mode.
    Fee in "facility_fee" by (mode) {
        mode: Mode,
        fen: kernel::Fen,
        per: Per,
    }

    /// An assessed trait; `value` is one of [`Flag::values`].
    FlagSpan in "facility_flag" by (flag) {
        flag: Flag,
        value: String,
        reason: String,
    }

    /// When a class was open, in which mode.
    ClassSpan in "class_span" by (class) {
        class: ClassId,
        mode: Mode,
    }

    /// Places of one measure, mode and kind of class.
    Capacity in "capacity_span" by (measure, mode, band) {
        measure: Measure,
        mode: Mode,
        band: Band,
        places: i64,
    }
}

record! {
    /// A facility; everything that may change about it stands in spans.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Facility in "facility" {
        /// Code of its district when it was entered; never changes, also when it moves.
        home: String,
        id: FacilityId,
        kind: FacilityKind,
        /// Grows by one with every change.
        version: i64,
        created: Instant,
        /// The file that this one doubles.
        doubles: Option<FacilityId>,
    }
}

record! {
    /// A class and how it was gained.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Class in "class" {
        home: String,
        id: ClassId,
        facility: FacilityId,
        name: String,
        kind: Band,
        gained: Gained,
    }
}

record! {
    /// A notice, licence, certificate or insurance of a facility, while it is valid.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Credential in "credential" {
        home: String,
        id: CredentialId,
        holder_kind: String,
        holder: String,
        kind: CredentialKind,
        number: String,
        issuer: String,
        from_day: Day,
        until_day: Day,
        recorded: Instant,
        /// What it allows, as printed; may be empty.
        scope: String,
        /// Places that it names, if it does.
        places: Option<i64>,
        verified: Verified,
        /// Where it was seen (import, licensing, inspection).
        source: String,
    }
}

impl Credential {
    pub fn span(&self) -> Span {
        Span { from: self.from_day, until: self.until_day }
    }
}

/// Everything that is recorded of one facility, for all time.
#[derive(Clone, PartialEq, Debug)]
pub struct History {
    pub facility: Facility,
    pub profile: Vec<Held<Profile>>,
    pub site: Vec<Held<Site>>,
    pub state: Vec<Held<StateSpan>>,
    pub inclusive: Vec<Held<Inclusive>>,
    pub fee: Vec<Held<Fee>>,
    pub flag: Vec<Held<FlagSpan>>,
    pub classes: Vec<Class>,
    pub class_spans: Vec<Held<ClassSpan>>,
    pub capacity: Vec<Held<Capacity>>,
    pub credentials: Vec<Credential>,
    /// Premises, chains, support, services and what else stands beside the basics.
    pub extra: crate::extra::Extras,
}

impl History {
    /// A file in which nothing is recorded yet.
    pub fn empty(facility: Facility) -> History {
        History {
            facility,
            profile: Vec::new(),
            site: Vec::new(),
            state: Vec::new(),
            inclusive: Vec::new(),
            fee: Vec::new(),
            flag: Vec::new(),
            classes: Vec::new(),
            class_spans: Vec::new(),
            capacity: Vec::new(),
            credentials: Vec::new(),
            extra: Default::default(),
        }
    }

    pub fn state_on(&self, day: Day) -> Option<State> {
        crate::rules::on(&self.state, day).map(|h| h.value.state)
    }

    /// See [`crate::rules::operating`].
    pub fn operating_on(&self, day: Day) -> bool {
        crate::rules::operating(self.state_on(day), self.facility.doubles.is_some())
    }

    /// Classes open on a day, with their mode.
    pub fn classes_on(&self, day: Day) -> impl Iterator<Item = (&Class, Mode)> {
        let open = move |c: &&Class| {
            let span = self.class_spans.iter().find(|s| s.value.class == c.id && s.span.contains(day))?;
            Some(span.value.mode)
        };
        self.classes.iter().filter_map(move |c| open(&c).map(|mode| (c, mode)))
    }

    /// See [`crate::rules::integrated`].
    pub fn integrated_on(&self, day: Day) -> bool {
        crate::rules::integrated(self.facility.kind, self.operating_on(day), self.classes_on(day).map(|(c, _)| c.kind))
    }

    /// Places of a measure on a day, over all modes and bands; `None` when none are recorded.
    pub fn places_on(&self, measure: Measure, day: Day) -> Option<i64> {
        let of = |h: &&Held<Capacity>| h.value.measure == measure && h.span.contains(day);
        self.capacity.iter().filter(of).map(|h| h.value.places).reduce(|a, b| a + b)
    }

    /// Where the places that its notice names are not those that are recorded as approved, over all modes and bands: both
    /// numbers. Where one of them is not recorded nothing differs, it is missing.
    pub fn places_differ(&self, day: Day) -> Option<(i64, i64)> {
        let notice = |c: &&Credential| {
            c.kind == CredentialKind::OperationNotice && c.verified != Verified::Refuted && c.span().contains(day)
        };
        let named = self.credentials.iter().filter(notice).max_by_key(|c| c.from_day)?.places?;
        let summed = self.places_on(Measure::Approved, day)?;
        (named != summed).then_some((named, summed))
    }

    /// Where it lies on a day; where it lies nowhere then, the last place that is recorded.
    pub fn site_near(&self, day: Day) -> Option<&Held<Site>> {
        crate::rules::on(&self.site, day).or(self.site.last())
    }

    /// The first day on which it operated.
    pub fn opened(&self) -> Option<Day> {
        self.state.iter().filter(|h| h.value.state == State::Operating).map(|h| h.span.from).min()
    }
}
