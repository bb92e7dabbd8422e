//! What a complete file must hold. What is asked of a kind of facility is a norm (`file.required`, facet `kind=…`: a
//! list of items, each with the circumstance in which it is asked); what an item means stands here, because it is a
//! question to the records. Pure; the page shows the marks.

use crate::codes::{CredentialKind, FacilityKind, Flag, LegalForm, Measure, State};
use crate::model::History;
use crate::rules::on;
use kernel::Day;
use kernel::kinds::PlaceId;

/// A part of the file, in the order of the page.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Part {
    Base,
    Site,
    Classes,
    Credentials,
    Fees,
    Inclusive,
    Support,
    Services,
    Building,
    Traits,
}

impl Part {
    pub const ALL: [Part; 10] = [
        Part::Base,
        Part::Site,
        Part::Classes,
        Part::Credentials,
        Part::Fees,
        Part::Inclusive,
        Part::Support,
        Part::Services,
        Part::Building,
        Part::Traits,
    ];

    /// Anchor on the page and end of its message key `registry.part.<id>`.
    pub const fn id(self) -> &'static str {
        match self {
            Part::Base => "base",
            Part::Site => "site",
            Part::Classes => "classes",
            Part::Credentials => "credentials",
            Part::Fees => "fees",
            Part::Inclusive => "inclusive",
            Part::Support => "support",
            Part::Services => "services",
            Part::Building => "building",
            Part::Traits => "traits",
        }
    }

    pub const fn key(self) -> &'static str {
        match self {
            Part::Base => "registry.part.base",
            Part::Site => "registry.part.site",
            Part::Classes => "registry.part.classes",
            Part::Credentials => "registry.part.credentials",
            Part::Fees => "registry.part.fees",
            Part::Inclusive => "registry.part.inclusive",
            Part::Support => "registry.part.support",
            Part::Services => "registry.part.services",
            Part::Building => "registry.part.building",
            Part::Traits => "registry.part.traits",
        }
    }

    pub fn parse(text: &str) -> Option<Part> {
        Part::ALL.into_iter().find(|p| p.id() == text)
    }

    /// The parts that the file of a kind has.
    pub fn of(kind: FacilityKind) -> impl Iterator<Item = Part> {
        use Part::*;
        Part::ALL.into_iter().filter(move |part| match part {
            Base | Site | Services | Traits => true,
            Classes | Credentials | Fees | Inclusive | Support => kind.gives_care(),
            Building => kind == FacilityKind::Kindergarten,
        })
    }
}

/// How a part stands: what is missing, and what will end soon or has ended (message keys `registry.missing.<key>`).
#[derive(Clone, PartialEq, Debug)]
pub struct PartState {
    pub part: Part,
    /// How many things are asked for.
    pub asked: usize,
    pub missing: Vec<&'static str>,
    /// Credentials that end within the days of the norm.
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

/// When an item is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum When {
    Always,
    /// It operates or is suspended: what has closed, or is only planned, is asked for less.
    Open,
    /// It is open and has a class.
    Classes,
    Inclusive,
    /// It was provided with a new estate (建设方式：公建配套).
    Ancillary,
}

const WHENS: [(&str, When); 4] =
    [("open", When::Open), ("classes", When::Classes), ("inclusive", When::Inclusive), ("ancillary", When::Ancillary)];

/// Everything that can be asked for, with its part. The place of an item is a bit of kept rows ([`bit`]): new ones come
/// last, none is taken away.
pub(crate) const ITEMS: [(&str, Part); 25] = [
    ("name", Part::Base),
    ("state", Part::Base),
    ("operator", Part::Base),
    ("credit_code", Part::Base),
    ("phone", Part::Base),
    ("address", Part::Site),
    ("position", Part::Site),
    ("premises", Part::Site),
    ("class", Part::Classes),
    ("approved", Part::Classes),
    ("operational", Part::Classes),
    ("operation_notice", Part::Credentials),
    ("registration", Part::Credentials),
    ("fire_proof", Part::Credentials),
    ("health_report", Part::Credentials),
    ("food_licence", Part::Credentials),
    ("insurance", Part::Credentials),
    ("fee", Part::Fees),
    ("confirmed_by", Part::Inclusive),
    ("beneficiaries", Part::Inclusive),
    ("service", Part::Services),
    ("building", Part::Building),
    ("expandable", Part::Traits),
    ("stage", Part::Traits),
    // `tier` and `host` are asked as one: where in the network it stands.
    ("standing", Part::Traits),
];

/// The bit of an item in what is kept of a file (`filled`).
pub(crate) fn bit(item: &str) -> i64 {
    ITEMS.iter().position(|(known, _)| *known == item).map_or(0, |at| 1 << at)
}

/// What is asked of a file: items with their circumstance, and how early an end is pointed out.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Required {
    items: Vec<(&'static str, Part, When)>,
    /// A credential that ends within so many days is pointed out.
    pub soon: i64,
}

impl Required {
    /// Reads the list of a norm: `name`, `phone:open` …
    ///
    /// Errors: the word that is no item or no circumstance.
    pub fn parse(list: &[String], soon: i64) -> Result<Required, String> {
        let mut items = Vec::with_capacity(list.len());
        for word in list {
            let (item, when) = word.split_once(':').unwrap_or((word, ""));
            let when = match when {
                "" => When::Always,
                when => WHENS.iter().find(|(w, _)| *w == when).map(|(_, w)| *w).ok_or_else(|| word.clone())?,
            };
            let (item, part) = ITEMS.iter().find(|(name, _)| *name == item).ok_or_else(|| word.clone())?;
            items.push((*item, *part, when));
        }
        Ok(Required { items, soon })
    }

    fn asks(&self, item: &str) -> bool {
        self.items.iter().any(|(asked, _, _)| *asked == item)
    }

    /// What the norms ask of a kind of facility at a place on a day; nothing where no norm speaks of it.
    ///
    /// Errors: a norm that cannot be read.
    pub async fn load(
        read: &mut db::Read,
        kind: FacilityKind,
        place: Option<&PlaceId>,
        day: Day,
    ) -> Result<Required, places::NormError> {
        use places::NormError;
        let root = places::root(read, day).await?.map(|p| p.id);
        let Some(place) = place.cloned().or(root) else { return Ok(Required::default()) };
        let soon = reminder_days(read, &place, day).await?.first().copied().unwrap_or_default();
        let facet = format!("kind={kind}");
        let norm = match places::norm(read, "file.required", &facet, &place, day).await {
            Ok(norm) => norm,
            Err(NormError::Missing { .. } | NormError::NoPlace { .. }) => {
                return Ok(Required { items: Vec::new(), soon });
            }
            Err(e) => return Err(e),
        };
        Required::parse(&norm.list()?, soon).map_err(|value| NormError::Malformed {
            key: norm.key.clone(),
            facet,
            value,
            wanted: "items of a file",
        })
    }
}

/// The kinds of facilities that may not work without an operation notice at a place on a day: their files must hold one.
///
/// Errors: a norm that cannot be read.
pub async fn needing_notice(
    read: &mut db::Read,
    place: &PlaceId,
    day: Day,
) -> Result<Vec<FacilityKind>, places::NormError> {
    let mut out = Vec::new();
    for kind in FacilityKind::ALL.iter().filter(|kind| kind.gives_care()) {
        if Required::load(read, *kind, Some(place), day).await?.asks("operation_notice") {
            out.push(*kind);
        }
    }
    Ok(out)
}

/// How many days before its end a credential is called to mind, the earliest first; empty where no norm says so.
///
/// Errors: a norm that cannot be read.
pub async fn reminder_days(read: &mut db::Read, place: &PlaceId, day: Day) -> Result<Vec<i64>, places::NormError> {
    use places::NormError;
    let norm = match places::norm(read, "credential.reminder_days", "", place, day).await {
        Ok(norm) => norm,
        Err(NormError::Missing { .. } | NormError::NoPlace { .. }) => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let number = |text: &String| {
        text.parse::<i64>().map_err(|_| NormError::Malformed {
            key: norm.key.clone(),
            facet: String::new(),
            value: text.clone(),
            wanted: "whole numbers",
        })
    };
    let mut days = norm.list()?.iter().map(number).collect::<Result<Vec<i64>, NormError>>()?;
    days.sort_unstable_by(|a, b| b.cmp(a));
    Ok(days)
}

/// How a file stands on a day.
pub fn completeness(h: &History, day: Day, required: &Required) -> Completeness {
    let part = |part: Part| {
        let asked: Vec<&'static str> =
            required.items.iter().filter(|(_, p, when)| *p == part && applies(h, day, *when)).map(|i| i.0).collect();
        // A registration is asked of those alone whose form has one.
        let asked: Vec<_> =
            asked.into_iter().filter(|i| *i != "registration" || registration(h, day).is_some()).collect();
        PartState {
            part,
            asked: asked.len(),
            missing: asked.into_iter().filter(|item| !has(h, day, item)).collect(),
            ending: if part == Part::Credentials { ending(h, day, required.soon) } else { 0 },
        }
    };
    Completeness { parts: Part::of(h.facility.kind).map(part).collect() }
}

fn open(h: &History, day: Day) -> bool {
    matches!(h.state_on(day), Some(State::Operating | State::Suspended))
}

pub(crate) fn applies(h: &History, day: Day, when: When) -> bool {
    match when {
        When::Always => true,
        When::Open => open(h, day),
        When::Classes => open(h, day) && h.classes_on(day).next().is_some(),
        When::Inclusive => on(&h.inclusive, day).is_some(),
        When::Ancillary => {
            h.flag.iter().any(|f| f.value.flag == Flag::Built && f.value.value == "ancillary" && f.span.contains(day))
        }
    }
}

pub(crate) fn has(h: &History, day: Day, item: &str) -> bool {
    use CredentialKind::*;
    let profile = on(&h.profile, day).map(|p| &p.value);
    let site = on(&h.site, day).map(|s| &s.value);
    let valid = |kind| h.credentials.iter().any(|c| c.kind == kind && c.span().contains(day));
    let flag = |flag| h.flag.iter().any(|f| f.value.flag == flag && f.span.contains(day));
    match item {
        "name" => profile.is_some(),
        "state" => h.state_on(day).is_some(),
        "operator" => profile.is_some_and(|p| !p.operator.is_empty()),
        "credit_code" => profile.is_some_and(|p| p.credit_code.is_some()),
        "phone" => profile.is_some_and(|p| !p.phone.is_empty()),
        "address" => site.is_some(),
        "position" => site.is_some_and(|s| s.lon.is_some()),
        "premises" => on(&h.extra.premises, day).is_some(),
        "class" => h.classes_on(day).next().is_some(),
        "approved" => h.places_on(Measure::Approved, day).is_some(),
        "operational" => h.places_on(Measure::Operational, day).is_some(),
        "operation_notice" => valid(OperationNotice),
        "registration" => registration(h, day).is_some_and(valid),
        "fire_proof" => valid(FireProof),
        "health_report" => valid(HealthReport),
        "food_licence" => valid(FoodLicence),
        "insurance" => valid(Insurance),
        "fee" => on(&h.fee, day).is_some(),
        "confirmed_by" => on(&h.inclusive, day).is_none_or(|i| !i.value.confirmed_by.is_empty()),
        "beneficiaries" => on(&h.extra.welfare, day).is_some(),
        "service" => h.extra.services.iter().any(|s| s.span().contains(day)),
        "building" => on(&h.extra.building, day).is_some(),
        "expandable" => flag(Flag::Expandable),
        "stage" => flag(Flag::Stage),
        "standing" => flag(Flag::Tier) || flag(Flag::Host),
        _ => true,
    }
}

/// What it is registered by, according to its form.
pub(crate) fn registration(h: &History, day: Day) -> Option<CredentialKind> {
    match on(&h.profile, day).map(|p| p.value.legal_form) {
        Some(LegalForm::ForProfit) => Some(CredentialKind::BusinessLicence),
        Some(LegalForm::NonProfit) => Some(CredentialKind::PrivateNonEnterprise),
        _ => None,
    }
}

/// Credentials that end within `soon` days, without another one of their kind that goes on.
fn ending(h: &History, day: Day, soon: i64) -> usize {
    let until = day.plus(soon);
    let replaced = |kind| h.credentials.iter().any(|c| c.kind == kind && c.span().contains(until));
    h.credentials.iter().filter(|c| c.span().contains(day) && c.until_day <= until && !replaced(c.kind)).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Facility;
    use kernel::{Id, Instant};

    fn list(text: &str) -> Vec<String> {
        text.split(';').map(str::to_owned).collect()
    }

    #[test]
    fn a_list_is_read_and_a_word_that_is_none_is_named() {
        let required = Required::parse(&list("name;phone:open;fee:classes"), 60).unwrap();
        assert_eq!(required.items[1], ("phone", Part::Base, When::Open));
        assert_eq!(Required::parse(&list("name;nose"), 60), Err("nose".to_owned()));
        assert_eq!(Required::parse(&list("name:never"), 60), Err("name:never".to_owned()));
    }

    #[test]
    fn what_is_not_open_is_asked_for_less() {
        let facility = Facility {
            home: "310109".into(),
            id: Id::new("f"),
            kind: FacilityKind::Institution,
            version: 1,
            created: Instant(0),
            doubles: None,
        };
        let h = History::empty(facility);
        let day = Day::new(2022, 1, 1).unwrap();
        let required = Required::parse(&list("name;phone:open;fee:classes;registration"), 60).unwrap();
        let state = completeness(&h, day, &required);
        assert_eq!(state.parts[0].missing, ["name"]);
        assert_eq!((state.percent(), state.is_complete()), (0, false));
        assert_eq!(completeness(&h, day, &Required::default()).percent(), 100);
        assert!(Part::of(FacilityKind::GuidanceStation).all(|p| p != Part::Fees));
    }
}
