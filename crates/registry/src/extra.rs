//! The parts of a file beside its basics: premises, chains, agreed and welfare places, the way of a provided
//! kindergarten, places that are added or freed, support and services. Their spans follow the same two acts as all
//! others (rules.rs); support and services are records of their own, because several run at the same time.

use crate::change::{begins, filled, short};
use crate::codes::{Beneficiary, Bond, FacilityKind, Mode, Per, Stage, Style, SupportKind, Tenure, Way};
use crate::complete::Part;
use crate::model::History;
use crate::rules::{self, Held};
use crate::store::aspect::aspect;
use kernel::kinds::FacilityId;
use kernel::{Day, Fen, Id, Instant, Kind, RuleViolation, Span};

/// The kind of a support record's id.
#[derive(Debug)]
pub enum SupportRow {}
impl Kind for SupportRow {
    const NAME: &'static str = "support";
}
pub type SupportId = Id<SupportRow>;

/// The kind of a service record's id.
#[derive(Debug)]
pub enum ServiceRow {}
impl Kind for ServiceRow {
    const NAME: &'static str = "service";
}
pub type ServiceId = Id<ServiceRow>;

aspect! {
    /// In what rooms it works and whose they are.
    Premises in "facility_premises" by () {
        tenure: Tenure,
        /// Who owns, lets or supplies them; may be empty.
        supplier: String,
        /// Whole square metres.
        area: Option<i64>,
        outdoor: Option<i64>,
        /// As written (1层); may be empty.
        floors: String,
        /// `false`: inside a building of another use (非独立场所).
        independent: bool,
        note: String,
    }

    /// The brand of a branch (连锁化机构).
    Chain in "facility_chain" by () {
        brand: String,
        bond: Bond,
    }

    /// Inclusive toddler places that a private kindergarten agreed to offer.
    Agreement in "facility_agreement" by () {
        partner: String,
        places: i64,
        note: String,
    }

    /// For whom an employer or a park offers care.
    Welfare in "facility_welfare" by () {
        host: String,
        beneficiary: Beneficiary,
        children: i64,
        note: String,
    }

    /// How far a publicly provided kindergarten is.
    Building in "facility_building" by () {
        stage: Stage,
        /// For when the handover is promised while this stage holds.
        due: Option<Day>,
        unit: String,
        note: String,
    }

    /// Toddler places that a kindergarten means to add or free in a year; the span says when this was the plan.
    Release in "facility_release" by (year, way) {
        year: i64,
        way: Way,
        places: i64,
        /// The resident children of 3 to 6 have their places.
        met: bool,
        note: String,
    }
}

db::record! {
    /// Support that was given for a period.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Support in "facility_support" {
        home: String,
        id: SupportId,
        facility: FacilityId,
        from_day: Day,
        until_day: Day,
        recorded: Instant,
        kind: SupportKind,
        /// The unit that gave it.
        source: String,
        /// For the whole period; `None`: not in money.
        fen: Option<Fen>,
        /// Number or name of the decision; may be empty.
        document: String,
        note: String,
    }
}

db::record! {
    /// A service on the menu.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Service in "facility_service" {
        home: String,
        id: ServiceId,
        facility: FacilityId,
        from_day: Day,
        until_day: Day,
        recorded: Instant,
        style: Style,
        name: String,
        /// For children from this age to below that one, in months.
        month_from: i64,
        month_until: i64,
        mode: Mode,
        fen: Option<Fen>,
        per: Option<Per>,
        note: String,
    }
}

impl Support {
    pub fn span(&self) -> Span {
        Span { from: self.from_day, until: self.until_day }
    }
}

impl Service {
    pub fn span(&self) -> Span {
        Span { from: self.from_day, until: self.until_day }
    }
}

/// The spans and records of these parts in a history.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Extras {
    pub premises: Vec<Held<Premises>>,
    pub chain: Vec<Held<Chain>>,
    pub agreement: Vec<Held<Agreement>>,
    pub welfare: Vec<Held<Welfare>>,
    pub building: Vec<Held<Building>>,
    pub release: Vec<Held<Release>>,
    pub support: Vec<Support>,
    pub services: Vec<Service>,
}

/// A value of one of the spans.
#[derive(Clone, PartialEq, Debug)]
pub enum Extra {
    Premises(Premises),
    Chain(Chain),
    Agreement(Agreement),
    Welfare(Welfare),
    Building(Building),
    Release(Release),
}

/// Which of the spans.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExtraKey {
    Premises,
    Chain,
    Agreement,
    Welfare,
    Building,
    Release(i64, Way),
}

impl Extra {
    pub fn key(&self) -> ExtraKey {
        match self {
            Extra::Premises(_) => ExtraKey::Premises,
            Extra::Chain(_) => ExtraKey::Chain,
            Extra::Agreement(_) => ExtraKey::Agreement,
            Extra::Welfare(_) => ExtraKey::Welfare,
            Extra::Building(_) => ExtraKey::Building,
            Extra::Release(r) => ExtraKey::Release(r.year, r.way),
        }
    }
}

impl ExtraKey {
    /// Short name for the audit and for events.
    pub const fn name(self) -> &'static str {
        match self {
            ExtraKey::Premises => "premises",
            ExtraKey::Chain => "chain",
            ExtraKey::Agreement => "agreement",
            ExtraKey::Welfare => "welfare",
            ExtraKey::Building => "building",
            ExtraKey::Release(..) => "release",
        }
    }

    /// The part of the file where it stands.
    pub const fn part(self) -> Part {
        match self {
            ExtraKey::Premises => Part::Site,
            ExtraKey::Chain => Part::Base,
            ExtraKey::Agreement | ExtraKey::Welfare => Part::Inclusive,
            ExtraKey::Building => Part::Building,
            ExtraKey::Release(..) => Part::Classes,
        }
    }

    /// Whether a kind of facility can have it.
    pub const fn suits(self, kind: FacilityKind) -> bool {
        match self {
            ExtraKey::Premises => true,
            ExtraKey::Chain => kind.gives_care(),
            ExtraKey::Agreement | ExtraKey::Building | ExtraKey::Release(..) => {
                matches!(kind, FacilityKind::Kindergarten)
            }
            ExtraKey::Welfare => matches!(kind, FacilityKind::EmployerPoint | FacilityKind::ParkPoint),
        }
    }
}

/// 10 million yuan, 100,000 square metres, 10,000 children, 7 years of age: more is a slip of the pen.
const MOST_FEN: i64 = 1_000_000_000;
const MOST_AREA: i64 = 100_000;
const MOST_CHILDREN: i64 = 10_000;
const MOST_MONTHS: i64 = 84;

impl History {
    /// During `span` it was so.
    pub(crate) fn set_extra(&mut self, span: Span, extra: Extra, now: Instant) -> Result<(), RuleViolation> {
        begins(span.from, now)?;
        self.check_extra(&extra)?;
        let x = &mut self.extra;
        match extra {
            Extra::Premises(v) => rules::set(&mut x.premises, span, v, now),
            Extra::Chain(v) => rules::set(&mut x.chain, span, v, now),
            Extra::Agreement(v) => rules::set(&mut x.agreement, span, v, now),
            Extra::Welfare(v) => rules::set(&mut x.welfare, span, v, now),
            Extra::Building(v) => rules::set(&mut x.building, span, v, now),
            Extra::Release(v) => rules::set(&mut x.release, span, v, now),
        }
        Ok(())
    }

    /// During `span` there was none of it.
    pub(crate) fn end_extra(&mut self, span: Span, of: ExtraKey, now: Instant) {
        let x = &mut self.extra;
        match of {
            ExtraKey::Premises => rules::clear(&mut x.premises, span, now, |_| true),
            ExtraKey::Chain => rules::clear(&mut x.chain, span, now, |_| true),
            ExtraKey::Agreement => rules::clear(&mut x.agreement, span, now, |_| true),
            ExtraKey::Welfare => rules::clear(&mut x.welfare, span, now, |_| true),
            ExtraKey::Building => rules::clear(&mut x.building, span, now, |_| true),
            ExtraKey::Release(year, way) => {
                rules::clear(&mut x.release, span, now, |r| (r.year, r.way) == (year, way));
            }
        }
    }

    fn check_extra(&self, extra: &Extra) -> Result<(), RuleViolation> {
        if !extra.key().suits(self.facility.kind) {
            return Err(RuleViolation::field("from", "registry.extra.kind"));
        }
        match extra {
            Extra::Premises(p) => {
                short("supplier", &p.supplier, 100)?;
                short("floors", &p.floors, 50)?;
                within("area", p.area, 1, MOST_AREA, "registry.premises.area")?;
                within("outdoor", p.outdoor, 0, MOST_AREA, "registry.premises.area")?;
                short("note", &p.note, 500)
            }
            Extra::Chain(c) => filled("brand", &c.brand, 50),
            Extra::Agreement(a) => {
                filled("partner", &a.partner, 100)?;
                within("agreed", Some(a.places), 0, 2000, "registry.capacity.places")?;
                short("note", &a.note, 500)
            }
            Extra::Welfare(w) => {
                filled("host_unit", &w.host, 100)?;
                within("children", Some(w.children), 0, MOST_CHILDREN, "registry.welfare.children")?;
                short("note", &w.note, 500)
            }
            Extra::Building(b) => {
                short("unit", &b.unit, 100)?;
                short("note", &b.note, 500)
            }
            Extra::Release(r) => {
                within("year", Some(r.year), 2000, 2100, "registry.release.year")?;
                within("added", Some(r.places), 0, 2000, "registry.capacity.places")?;
                short("note", &r.note, 500)
            }
        }
    }

    pub(crate) fn add_support(&mut self, mut support: Support, now: Instant) -> Result<(), RuleViolation> {
        begins(support.from_day, now)?;
        self.needs_care("support")?;
        filled("source", &support.source, 100)?;
        short("document", &support.document, 100)?;
        short("note", &support.note, 500)?;
        if support.from_day >= support.until_day {
            return Err(RuleViolation::field("until", "registry.date.order"));
        }
        within("amount", support.fen.map(|f| f.0), 0, MOST_FEN, "registry.support.amount")?;
        // Money without an end could not be laid to a period.
        if support.fen.is_some() && support.until_day.is_open() {
            return Err(RuleViolation::field("until", "registry.support.open"));
        }
        // What is not premises is told in money, else totals would be silent about it.
        if support.fen.is_none() && support.kind != SupportKind::Premises {
            return Err(RuleViolation::field("amount", "registry.support.amount"));
        }
        (support.home, support.facility) = (self.facility.home.clone(), self.facility.id.clone());
        support.recorded = now;
        self.extra.support.push(support);
        Ok(())
    }

    pub(crate) fn remove_support(&mut self, id: &SupportId) -> Result<(), RuleViolation> {
        let at = self.extra.support.iter().position(|s| s.id == *id);
        self.extra.support.remove(at.ok_or_else(|| RuleViolation::field("support", "registry.support.unknown"))?);
        Ok(())
    }

    pub(crate) fn add_service(&mut self, mut service: Service, now: Instant) -> Result<(), RuleViolation> {
        begins(service.from_day, now)?;
        filled("service_name", &service.name, 50)?;
        short("note", &service.note, 500)?;
        if service.from_day >= service.until_day {
            return Err(RuleViolation::field("until", "registry.date.order"));
        }
        let ages = 0 <= service.month_from && service.month_from < service.month_until;
        if !ages || service.month_until > MOST_MONTHS {
            return Err(RuleViolation::field("month_until", "registry.service.months"));
        }
        within("fen", service.fen.map(|f| f.0), 0, MOST_FEN, "registry.fee.amount")?;
        if service.fen.is_some() != service.per.is_some() {
            return Err(RuleViolation::field("per", "registry.service.per"));
        }
        (service.home, service.facility) = (self.facility.home.clone(), self.facility.id.clone());
        service.recorded = now;
        self.extra.services.push(service);
        Ok(())
    }

    pub(crate) fn end_service(&mut self, id: &ServiceId, on: Day, now: Instant) -> Result<(), RuleViolation> {
        let unknown = || RuleViolation::field("service", "registry.service.unknown");
        let found = self.extra.services.iter_mut().find(|s| s.id == *id).ok_or_else(unknown)?;
        if !(found.from_day < on && on < found.until_day) {
            return Err(RuleViolation::field("from", "registry.service.end"));
        }
        (found.until_day, found.recorded) = (on, now);
        Ok(())
    }

    pub(crate) fn remove_service(&mut self, id: &ServiceId) -> Result<(), RuleViolation> {
        let at = self.extra.services.iter().position(|s| s.id == *id);
        self.extra.services.remove(at.ok_or_else(|| RuleViolation::field("service", "registry.service.unknown"))?);
        Ok(())
    }

    fn needs_care(&self, field: &'static str) -> Result<(), RuleViolation> {
        let care = self.facility.kind.gives_care();
        if care { Ok(()) } else { Err(RuleViolation::field(field, "registry.extra.kind")) }
    }
}

fn within(
    field: &'static str,
    value: Option<i64>,
    least: i64,
    most: i64,
    code: &'static str,
) -> Result<(), RuleViolation> {
    let fine = value.is_none_or(|n| (least..=most).contains(&n));
    if fine { Ok(()) } else { Err(RuleViolation::field(field, code)) }
}
