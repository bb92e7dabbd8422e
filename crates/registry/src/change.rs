//! What can be done to a file. A [`Change`] is plain data: pages, sheets, the demo city and tests all make the same
//! ones, and [`History::apply`] is the only place that says yes or no. Every change names its days, so a correction of
//! the past and an entry of today are the same act.

use crate::codes::{Band, FacilityKind, Flag, Gained, Measure, Mode, State};
use crate::complete::Part;
use crate::extra::{Extra, ExtraKey, Service, ServiceId, Support, SupportId};
use crate::model::{
    Capacity, Class, ClassSpan, Credential, Fee, FlagSpan, History, Inclusive, Profile, Site, StateSpan,
};
use crate::{name, rules};
use kernel::kinds::{ClassId, CredentialId, FacilityId};
use kernel::{CreditCode, Day, Instant, RuleViolation, Span};

/// One act on a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    SetProfile {
        span: Span,
        profile: Profile,
    },
    /// A move; it may cross the border of a street or a district, the home stays.
    SetSite {
        span: Span,
        site: Site,
    },
    SetState {
        span: Span,
        state: State,
        reason: String,
    },
    SetInclusive {
        span: Span,
        inclusive: Inclusive,
    },
    /// During the span it was not inclusive.
    EndInclusive {
        span: Span,
    },
    SetFee {
        span: Span,
        fee: Fee,
    },
    EndFee {
        span: Span,
        mode: Mode,
    },
    SetFlag {
        span: Span,
        flag: FlagSpan,
    },
    EndFlag {
        span: Span,
        flag: Flag,
    },
    /// A new class, open during the span.
    OpenClass {
        class: ClassId,
        name: String,
        kind: Band,
        gained: Gained,
        span: Span,
        mode: Mode,
    },
    /// A class that is known, open during the span in this mode (also: open again, or in another mode).
    SetClassMode {
        class: ClassId,
        span: Span,
        mode: Mode,
    },
    /// From this day on the class is no more.
    CloseClass {
        class: ClassId,
        on: Day,
    },
    /// Name, kind or origin were written down wrongly.
    CorrectClass {
        class: ClassId,
        name: String,
        kind: Band,
        gained: Gained,
    },
    /// The class never was: entered by mistake.
    RemoveClass {
        class: ClassId,
    },
    SetCapacity {
        span: Span,
        capacity: Capacity,
    },
    EndCapacity {
        span: Span,
        measure: Measure,
        mode: Mode,
        band: Band,
    },
    /// `home`, `holder_kind`, `holder` and `recorded` are set by the program.
    AddCredential {
        credential: Credential,
    },
    /// From this day on it is no longer valid.
    EndCredential {
        credential: CredentialId,
        on: Day,
    },
    /// It was entered by mistake.
    RemoveCredential {
        credential: CredentialId,
    },
    /// This file doubles another one and counts nowhere; `None` takes the mark away.
    MarkDouble {
        of: Option<FacilityId>,
    },
    /// One of the parts beside the basics: premises, chain, agreed places …
    SetExtra {
        span: Span,
        extra: Extra,
    },
    EndExtra {
        span: Span,
        of: ExtraKey,
    },
    /// `home`, `facility` and `recorded` are set by the program; so for services.
    AddSupport {
        support: Support,
    },
    /// It was entered by mistake.
    RemoveSupport {
        support: SupportId,
    },
    AddService {
        service: Service,
    },
    /// From this day on it is no longer offered.
    EndService {
        service: ServiceId,
        on: Day,
    },
    /// It was entered by mistake.
    RemoveService {
        service: ServiceId,
    },
}

impl Change {
    /// Short name for the audit and for events.
    pub fn name(&self) -> &'static str {
        match self {
            Change::SetProfile { .. } => "profile",
            Change::SetSite { .. } => "site",
            Change::SetState { .. } => "state",
            Change::SetInclusive { .. } | Change::EndInclusive { .. } => "inclusive",
            Change::SetFee { .. } | Change::EndFee { .. } => "fee",
            Change::SetFlag { .. } | Change::EndFlag { .. } => "flag",
            Change::OpenClass { .. } => "open_class",
            Change::SetClassMode { .. } => "class_mode",
            Change::CloseClass { .. } => "close_class",
            Change::CorrectClass { .. } => "correct_class",
            Change::RemoveClass { .. } => "remove_class",
            Change::SetCapacity { .. } | Change::EndCapacity { .. } => "capacity",
            Change::AddCredential { .. } => "add_credential",
            Change::EndCredential { .. } => "end_credential",
            Change::RemoveCredential { .. } => "remove_credential",
            Change::MarkDouble { .. } => "double",
            Change::SetExtra { extra, .. } => extra.key().name(),
            Change::EndExtra { of, .. } => of.name(),
            Change::AddSupport { .. } => "add_support",
            Change::RemoveSupport { .. } => "remove_support",
            Change::AddService { .. } => "add_service",
            Change::EndService { .. } => "end_service",
            Change::RemoveService { .. } => "remove_service",
        }
    }

    /// The part of the file that it changes.
    pub fn part(&self) -> Part {
        match self {
            Change::SetProfile { .. } | Change::SetState { .. } | Change::MarkDouble { .. } => Part::Base,
            Change::SetSite { .. } => Part::Site,
            Change::SetInclusive { .. } | Change::EndInclusive { .. } => Part::Inclusive,
            Change::SetFee { .. } | Change::EndFee { .. } => Part::Fees,
            Change::SetFlag { .. } | Change::EndFlag { .. } => Part::Traits,
            Change::OpenClass { .. }
            | Change::SetClassMode { .. }
            | Change::CloseClass { .. }
            | Change::CorrectClass { .. }
            | Change::RemoveClass { .. }
            | Change::SetCapacity { .. }
            | Change::EndCapacity { .. } => Part::Classes,
            Change::AddCredential { .. } | Change::EndCredential { .. } | Change::RemoveCredential { .. } => {
                Part::Credentials
            }
            Change::SetExtra { extra, .. } => extra.key().part(),
            Change::EndExtra { of, .. } => of.part(),
            Change::AddSupport { .. } | Change::RemoveSupport { .. } => Part::Support,
            Change::AddService { .. } | Change::EndService { .. } | Change::RemoveService { .. } => Part::Services,
        }
    }

    /// The day from which it holds; `None` for what has no day of its own.
    pub fn from(&self) -> Option<Day> {
        match self {
            Change::SetProfile { span, .. }
            | Change::SetSite { span, .. }
            | Change::SetState { span, .. }
            | Change::SetInclusive { span, .. }
            | Change::EndInclusive { span }
            | Change::SetFee { span, .. }
            | Change::EndFee { span, .. }
            | Change::SetFlag { span, .. }
            | Change::EndFlag { span, .. }
            | Change::OpenClass { span, .. }
            | Change::SetClassMode { span, .. }
            | Change::SetCapacity { span, .. }
            | Change::EndCapacity { span, .. }
            | Change::SetExtra { span, .. }
            | Change::EndExtra { span, .. } => Some(span.from),
            Change::CloseClass { on, .. } | Change::EndCredential { on, .. } | Change::EndService { on, .. } => {
                Some(*on)
            }
            Change::AddCredential { credential } => Some(credential.from_day),
            Change::AddSupport { support } => Some(support.from_day),
            Change::AddService { service } => Some(service.from_day),
            Change::CorrectClass { .. }
            | Change::RemoveClass { .. }
            | Change::RemoveCredential { .. }
            | Change::RemoveSupport { .. }
            | Change::RemoveService { .. }
            | Change::MarkDouble { .. } => None,
        }
    }
}

/// The first day that can be entered, and how far ahead of today something may begin.
const FIRST: Day = Day::MIN;
const AHEAD: i64 = 731;

/// 100,000 yuan: more is a slip of the pen.
const MOST_FEN: i64 = 10_000_000;

impl History {
    /// Does one change, or says why not; then nothing has changed.
    ///
    /// Errors: fields are named as in forms and sheets (`from`, `until`, `state`, `name`, `class` …).
    pub fn apply(&mut self, change: Change, now: Instant) -> Result<(), RuleViolation> {
        match change {
            Change::SetProfile { span, profile } => {
                begins(span.from, now)?;
                rules::set(&mut self.profile, span, checked_profile(profile)?, now);
            }
            Change::SetSite { span, site } => {
                begins(span.from, now)?;
                rules::set(&mut self.site, span, checked_site(site)?, now);
            }
            Change::SetState { span, state, reason } => {
                begins(span.from, now)?;
                short("reason", &reason, 500)?;
                let mut states = self.state.clone();
                rules::set(&mut states, span, StateSpan { state, reason }, now);
                rules::check_states(states.iter().map(|h| (h.span, &h.value.state)))?;
                self.state = states;
            }
            Change::SetInclusive { span, inclusive } => {
                begins(span.from, now)?;
                needs_care(self.facility.kind, "inclusive")?;
                filled("confirmed_by", &inclusive.confirmed_by, 100)?;
                short("reason", &inclusive.reason, 500)?;
                rules::set(&mut self.inclusive, span, inclusive, now);
            }
            Change::EndInclusive { span } => rules::clear(&mut self.inclusive, span, now, |_| true),
            Change::SetFee { span, fee } => {
                begins(span.from, now)?;
                if !(0..=MOST_FEN).contains(&fee.fen.0) {
                    return Err(RuleViolation::field("fen", "registry.fee.amount"));
                }
                rules::set(&mut self.fee, span, fee, now);
            }
            Change::EndFee { span, mode } => rules::clear(&mut self.fee, span, now, |f| f.mode == mode),
            Change::SetFlag { span, flag } => {
                begins(span.from, now)?;
                self.check_flag(&flag)?;
                rules::set(&mut self.flag, span, flag, now);
            }
            Change::EndFlag { span, flag } => rules::clear(&mut self.flag, span, now, |f| f.flag == flag),
            Change::SetCapacity { span, capacity } => {
                begins(span.from, now)?;
                self.check_band(capacity.band)?;
                if !(0..=2000).contains(&capacity.places) {
                    return Err(RuleViolation::field("places", "registry.capacity.places"));
                }
                rules::set(&mut self.capacity, span, capacity, now);
            }
            Change::EndCapacity { span, measure, mode, band } => {
                rules::clear(&mut self.capacity, span, now, |c| (c.measure, c.mode, c.band) == (measure, mode, band));
            }
            Change::MarkDouble { of } => {
                if of.as_ref() == Some(&self.facility.id) {
                    return Err(RuleViolation::field("doubles", "registry.double.itself"));
                }
                self.facility.doubles = of;
            }
            Change::OpenClass { class, name, kind, gained, span, mode } => {
                begins(span.from, now)?;
                filled("class_name", &name, 50)?;
                self.check_band(kind)?;
                let (home, facility) = (self.facility.home.clone(), self.facility.id.clone());
                self.classes.push(Class { home, id: class.clone(), facility, name, kind, gained });
                rules::set(&mut self.class_spans, span, ClassSpan { class, mode }, now);
            }
            Change::SetClassMode { class, span, mode } => {
                begins(span.from, now)?;
                self.class_mut(&class)?;
                rules::set(&mut self.class_spans, span, ClassSpan { class, mode }, now);
            }
            Change::CloseClass { class, on } => self.close_class(&class, on, now)?,
            Change::CorrectClass { class, name, kind, gained } => {
                filled("class_name", &name, 50)?;
                self.check_band(kind)?;
                let found = self.class_mut(&class)?;
                (found.name, found.kind, found.gained) = (name, kind, gained);
            }
            Change::RemoveClass { class } => {
                self.class_mut(&class)?;
                self.class_spans.retain(|s| s.value.class != class);
                self.classes.retain(|c| c.id != class);
            }
            Change::AddCredential { credential } => self.add_credential(credential, now)?,
            Change::EndCredential { credential, on } => {
                let found = self.credentials.iter_mut().find(|c| c.id == credential).ok_or_else(missing_credential)?;
                if !(found.from_day < on && on < found.until_day) {
                    return Err(RuleViolation::field("until", "registry.credential.end"));
                }
                (found.until_day, found.recorded) = (on, now);
            }
            Change::RemoveCredential { credential } => {
                let at = self.credentials.iter().position(|c| c.id == credential).ok_or_else(missing_credential)?;
                self.credentials.remove(at);
            }
            Change::SetExtra { span, extra } => self.set_extra(span, extra, now)?,
            Change::EndExtra { span, of } => self.end_extra(span, of, now),
            Change::AddSupport { support } => self.add_support(support, now)?,
            Change::RemoveSupport { support } => self.remove_support(&support)?,
            Change::AddService { service } => self.add_service(service, now)?,
            Change::EndService { service, on } => self.end_service(&service, on, now)?,
            Change::RemoveService { service } => self.remove_service(&service)?,
        }
        Ok(())
    }

    fn close_class(&mut self, class: &ClassId, on: Day, now: Instant) -> Result<(), RuleViolation> {
        begins(on, now)?;
        self.class_mut(class)?;
        if !self.class_spans.iter().any(|s| s.value.class == *class && s.span.until > on) {
            return Err(RuleViolation::field("from", "registry.class.not_open"));
        }
        rules::clear(&mut self.class_spans, Span::since(on), now, |s| s.class == *class);
        Ok(())
    }

    fn add_credential(&mut self, mut credential: Credential, now: Instant) -> Result<(), RuleViolation> {
        begins(credential.from_day, now)?;
        filled("number", &credential.number, 100)?;
        short("issuer", &credential.issuer, 100)?;
        short("scope", &credential.scope, 500)?;
        if credential.from_day >= credential.until_day {
            return Err(RuleViolation::field("until", "registry.date.order"));
        }
        if credential.places.is_some_and(|n| !(0..=2000).contains(&n)) {
            return Err(RuleViolation::field("places", "registry.capacity.places"));
        }
        let key = |c: &Credential| (c.kind, c.number.clone(), c.from_day);
        if self.credentials.iter().any(|c| key(c) == key(&credential)) {
            return Err(RuleViolation::field("number", "registry.credential.taken"));
        }
        credential.home = self.facility.home.clone();
        credential.holder_kind = "facility".to_owned();
        credential.holder = self.facility.id.to_string();
        credential.recorded = now;
        self.credentials.push(credential);
        Ok(())
    }

    fn class_mut(&mut self, id: &ClassId) -> Result<&mut Class, RuleViolation> {
        self.classes
            .iter_mut()
            .find(|c| c.id == *id)
            .ok_or_else(|| RuleViolation::field("class", "registry.class.unknown"))
    }

    fn check_band(&self, band: Band) -> Result<(), RuleViolation> {
        let fits = self.facility.kind.bands().contains(&band);
        if fits { Ok(()) } else { Err(RuleViolation::field("band", "registry.class.band")) }
    }

    fn check_flag(&self, flag: &FlagSpan) -> Result<(), RuleViolation> {
        short("reason", &flag.reason, 500)?;
        if !flag.flag.suits(self.facility.kind) {
            return Err(RuleViolation::field("flag", "registry.flag.kind"));
        }
        if !flag.flag.values().contains(&flag.value.as_str()) {
            return Err(RuleViolation::field("value", "registry.flag.value"));
        }
        // 002 二(二)1: "in principle" exceptions carry a recorded reason.
        if flag.flag == Flag::Exception && flag.reason.trim().is_empty() {
            return Err(RuleViolation::field("reason", "registry.flag.reason"));
        }
        Ok(())
    }
}

fn checked_profile(mut profile: Profile) -> Result<Profile, RuleViolation> {
    filled("name", &profile.name, 100)?;
    short("operator", &profile.operator, 100)?;
    short("phone", &profile.phone, 30)?;
    if let Some(code) = &profile.credit_code {
        let parsed = CreditCode::parse(code).map_err(|e| at("credit_code", e))?;
        profile.credit_code = Some(parsed.as_str().to_owned());
    }
    profile.name = profile.name.trim().to_owned();
    profile.name_key = name::key(&profile.name);
    Ok(profile)
}

/// Shanghai and its islands with a margin: a longitude typed into the latitude is caught here.
fn checked_site(site: Site) -> Result<Site, RuleViolation> {
    filled("address", &site.address, 200)?;
    match (site.lon, site.lat) {
        (None, None) => {}
        (Some(lon), Some(lat)) if (73.0..=136.0).contains(&lon) && (3.0..=54.0).contains(&lat) => {}
        (Some(_), None) => return Err(RuleViolation::field("lat", "registry.site.both")),
        (None, Some(_)) => return Err(RuleViolation::field("lon", "registry.site.both")),
        _ => return Err(RuleViolation::field("lon", "registry.site.outside")),
    }
    Ok(site)
}

/// A violation of a value, at its field.
pub(crate) fn at(field: &str, rule: RuleViolation) -> RuleViolation {
    let mut out = RuleViolation::field(field, rule.code);
    out.fields[0].values = rule.values;
    out
}

pub(crate) fn begins(day: Day, now: Instant) -> Result<(), RuleViolation> {
    if day < FIRST {
        Err(RuleViolation::field("from", "registry.date.early"))
    } else if day > now.day().plus(AHEAD) {
        Err(RuleViolation::field("from", "registry.date.far"))
    } else {
        Ok(())
    }
}

pub(crate) fn short(field: &'static str, text: &str, max: usize) -> Result<(), RuleViolation> {
    if text.chars().count() > max { Err(RuleViolation::field(field, "form.too_long")) } else { Ok(()) }
}

pub(crate) fn filled(field: &'static str, text: &str, max: usize) -> Result<(), RuleViolation> {
    if text.trim().is_empty() { Err(RuleViolation::field(field, "form.required")) } else { short(field, text, max) }
}

fn needs_care(kind: FacilityKind, field: &'static str) -> Result<(), RuleViolation> {
    if kind.gives_care() { Ok(()) } else { Err(RuleViolation::field(field, "registry.inclusive.kind")) }
}

fn missing_credential() -> RuleViolation {
    RuleViolation::field("credential", "registry.credential.unknown")
}
