//! What a complete file must hold. Each part of a file is asked what it lacks on a day; what is asked depends on the
//! kind of facility and on whether it operates. Pure; the page shows the marks, figures count the complete ones.

use crate::codes::{CredentialKind, Flag, LegalForm, Measure, State};
use crate::model::History;
use crate::rules::on;
use kernel::Day;

/// A part of the file, in the order of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Base,
    Site,
    Classes,
    Credentials,
    Fees,
    Inclusive,
    Traits,
}

impl Part {
    /// Anchor on the page and end of its message key `registry.part.<id>`.
    pub const fn id(self) -> &'static str {
        match self {
            Part::Base => "base",
            Part::Site => "site",
            Part::Classes => "classes",
            Part::Credentials => "credentials",
            Part::Fees => "fees",
            Part::Inclusive => "inclusive",
            Part::Traits => "traits",
        }
    }
}

/// How a part stands: what is missing, and what will end soon or has ended (message keys `registry.missing.<key>`).
#[derive(Clone, PartialEq, Debug)]
pub struct PartState {
    pub part: Part,
    /// How many things are asked for.
    pub asked: usize,
    pub missing: Vec<&'static str>,
    /// Credentials that end within [`SOON`] days.
    pub ending: usize,
}

/// How the whole file stands on a day.
#[derive(Clone, PartialEq, Debug)]
pub struct Completeness {
    pub parts: Vec<PartState>,
}

impl Completeness {
    /// Things that are there, of all that are asked for, in whole per cents; a file of which nothing is asked is
    /// complete.
    pub fn percent(&self) -> i64 {
        let (asked, missing) =
            self.parts.iter().fold((0, 0), |(a, m), p| (a + p.asked as i64, m + p.missing.len() as i64));
        if asked == 0 { 100 } else { (asked - missing) * 100 / asked }
    }

    pub fn is_complete(&self) -> bool {
        self.parts.iter().all(|p| p.missing.is_empty())
    }
}

/// A credential that ends within so many days is pointed out.
pub const SOON: i64 = 60;

struct Asking {
    part: Part,
    asked: usize,
    missing: Vec<&'static str>,
}

impl Asking {
    fn of(part: Part) -> Asking {
        Asking { part, asked: 0, missing: Vec::new() }
    }

    fn needs(mut self, there: bool, what: &'static str) -> Asking {
        self.asked += 1;
        if !there {
            self.missing.push(what);
        }
        self
    }

    fn needs_if(self, asked: bool, there: bool, what: &'static str) -> Asking {
        if asked { self.needs(there, what) } else { self }
    }

    fn done(self, ending: usize) -> PartState {
        PartState { part: self.part, asked: self.asked, missing: self.missing, ending }
    }
}

/// How a file stands on a day.
pub fn completeness(h: &History, day: Day) -> Completeness {
    let kind = h.facility.kind;
    let care = kind.gives_care();
    // What has closed, or is only planned, is asked for less.
    let open = matches!(h.state_on(day), Some(State::Operating | State::Suspended));
    let profile = on(&h.profile, day).map(|p| &p.value);
    let site = on(&h.site, day).map(|s| &s.value);
    let form = profile.map(|p| p.legal_form);
    let base = Asking::of(Part::Base)
        .needs(profile.is_some(), "name")
        .needs(h.state_on(day).is_some(), "state")
        .needs(profile.is_some_and(|p| !p.operator.is_empty()), "operator")
        .needs_if(care, profile.is_some_and(|p| p.credit_code.is_some()), "credit_code")
        .needs_if(open, profile.is_some_and(|p| !p.phone.is_empty()), "phone");
    let place = Asking::of(Part::Site).needs(site.is_some(), "address").needs_if(
        open,
        site.is_some_and(|s| s.lon.is_some()),
        "position",
    );
    let mut parts = vec![base.done(0), place.done(0)];
    if care {
        parts.push(classes(h, day, open).done(0));
        let (asking, ending) = credentials(h, day, open, form);
        parts.push(asking.done(ending));
        let fee = on(&h.fee, day).is_some();
        // A kindergarten without a toddler class charges nothing that belongs here.
        let charges = open && h.classes_on(day).next().is_some();
        parts.push(Asking::of(Part::Fees).needs_if(charges, fee, "fee").done(0));
        let confirmed = on(&h.inclusive, day).is_none_or(|i| !i.value.confirmed_by.is_empty());
        parts.push(
            Asking::of(Part::Inclusive).needs_if(on(&h.inclusive, day).is_some(), confirmed, "confirmed_by").done(0),
        );
    }
    parts.push(traits(h, day).done(0));
    Completeness { parts }
}

fn classes(h: &History, day: Day, open: bool) -> Asking {
    let has = h.classes_on(day).next().is_some();
    // 002 二(二)1: a kindergarten may have no toddler class; every other open place of care has one.
    let asked = open && h.facility.kind != crate::codes::FacilityKind::Kindergarten;
    let approved = h.places_on(Measure::Approved, day).is_some();
    Asking::of(Part::Classes).needs_if(asked, has, "class").needs_if(open && has, approved, "approved")
}

/// What an open place of care must hold (登记和备案办法（试行）第九条); a kindergarten stands under its own licences.
fn credentials(h: &History, day: Day, open: bool, form: Option<LegalForm>) -> (Asking, usize) {
    use CredentialKind::*;
    let valid = |kind| h.credentials.iter().any(|c| c.kind == kind && c.span().contains(day));
    let asked = open && h.facility.kind != crate::codes::FacilityKind::Kindergarten;
    let registered = match form {
        Some(LegalForm::ForProfit) => Some(BusinessLicence),
        Some(LegalForm::NonProfit) => Some(PrivateNonEnterprise),
        _ => None,
    };
    let asking = Asking::of(Part::Credentials)
        .needs_if(asked, valid(OperationNotice), "operation_notice")
        .needs_if(asked && registered.is_some(), registered.is_some_and(valid), "registration")
        .needs_if(asked, valid(FireProof), "fire_proof")
        .needs_if(asked, valid(HealthReport), "health_report");
    let soon = day.plus(SOON);
    let replaced = |kind| h.credentials.iter().any(|c| c.kind == kind && c.span().contains(soon));
    let ending =
        h.credentials.iter().filter(|c| c.span().contains(day) && c.until_day <= soon && !replaced(c.kind)).count();
    (asking, ending)
}

fn traits(h: &History, day: Day) -> Asking {
    use crate::codes::FacilityKind;
    let has = |flag| h.flag.iter().any(|f| f.value.flag == flag && f.span.contains(day));
    Asking::of(Part::Traits)
        .needs_if(h.facility.kind == FacilityKind::Kindergarten, has(Flag::Expandable), "expandable")
        .needs_if(h.facility.kind == FacilityKind::FriendlyCommunity, has(Flag::Stage), "stage")
        .needs_if(h.facility.kind == FacilityKind::EcdBase, has(Flag::Tier), "tier")
        .needs_if(h.facility.kind == FacilityKind::ParentChildPoint, has(Flag::Host), "host")
}
