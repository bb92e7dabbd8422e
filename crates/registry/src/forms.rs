//! The forms of a file: which fields each aspect has, what stands in them at first, and the [`Change`] that is made of
//! what was typed. Errors stand at the fields in the same words as those of the rules.

use crate::change::Change;
use crate::codes::Verified;
use crate::codes::{Band, CredentialKind, FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, Per, State};
use crate::complete::Part;
use crate::extra::ExtraKey;
use crate::forms_extra as extra;
use crate::model::{Capacity, Credential, Fee, FlagSpan, History, Inclusive, Profile, Site};
use crate::rules::on;
use kernel::kinds::{ClassId, CredentialId, PlaceId};
use kernel::{Day, Fen, Id, Ids, Instant, RuleViolation, Span};
use web::{Form, Invalid};

/// A part of a file that is corrected on a page of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aspect {
    State,
    Profile,
    Site,
    Class,
    Capacity,
    Credential,
    Inclusive,
    Fee,
    Flag,
    Premises,
    Chain,
    Agreement,
    Welfare,
    Support,
    Service,
    Release,
    Building,
    Double,
}

impl Aspect {
    pub const ALL: [Aspect; 18] = [
        Aspect::State,
        Aspect::Profile,
        Aspect::Site,
        Aspect::Class,
        Aspect::Capacity,
        Aspect::Credential,
        Aspect::Inclusive,
        Aspect::Fee,
        Aspect::Flag,
        Aspect::Premises,
        Aspect::Chain,
        Aspect::Agreement,
        Aspect::Welfare,
        Aspect::Support,
        Aspect::Service,
        Aspect::Release,
        Aspect::Building,
        Aspect::Double,
    ];

    /// The end of its address.
    pub const fn id(self) -> &'static str {
        match self {
            Aspect::State => "state",
            Aspect::Profile => "profile",
            Aspect::Site => "site",
            Aspect::Class => "class",
            Aspect::Capacity => "capacity",
            Aspect::Credential => "credential",
            Aspect::Inclusive => "inclusive",
            Aspect::Fee => "fee",
            Aspect::Flag => "flag",
            Aspect::Premises => "premises",
            Aspect::Chain => "chain",
            Aspect::Agreement => "agreement",
            Aspect::Welfare => "welfare",
            Aspect::Support => "support",
            Aspect::Service => "service",
            Aspect::Release => "release",
            Aspect::Building => "building",
            Aspect::Double => "double",
        }
    }

    /// The part of the file to which it belongs.
    pub const fn part(self) -> Part {
        match self {
            Aspect::State | Aspect::Profile | Aspect::Chain | Aspect::Double => Part::Base,
            Aspect::Site | Aspect::Premises => Part::Site,
            Aspect::Class | Aspect::Capacity | Aspect::Release => Part::Classes,
            Aspect::Credential => Part::Credentials,
            Aspect::Inclusive | Aspect::Agreement | Aspect::Welfare => Part::Inclusive,
            Aspect::Fee => Part::Fees,
            Aspect::Flag => Part::Traits,
            Aspect::Support => Part::Support,
            Aspect::Service => Part::Services,
            Aspect::Building => Part::Building,
        }
    }

    /// Key of its heading.
    pub const fn key(self) -> &'static str {
        match self {
            Aspect::State => "registry.aspect.state",
            Aspect::Profile => "registry.aspect.profile",
            Aspect::Site => "registry.aspect.site",
            Aspect::Class => "registry.aspect.class",
            Aspect::Capacity => "registry.aspect.capacity",
            Aspect::Credential => "registry.aspect.credential",
            Aspect::Inclusive => "registry.aspect.inclusive",
            Aspect::Fee => "registry.aspect.fee",
            Aspect::Flag => "registry.aspect.flag",
            Aspect::Premises => "registry.aspect.premises",
            Aspect::Chain => "registry.aspect.chain",
            Aspect::Agreement => "registry.aspect.agreement",
            Aspect::Welfare => "registry.aspect.welfare",
            Aspect::Support => "registry.aspect.support",
            Aspect::Service => "registry.aspect.service",
            Aspect::Release => "registry.aspect.release",
            Aspect::Building => "registry.aspect.building",
            Aspect::Double => "registry.aspect.double",
        }
    }

    pub fn parse(text: &str) -> Option<Aspect> {
        Aspect::ALL.into_iter().find(|a| a.id() == text)
    }

    /// The aspects that a kind of facility has.
    pub fn of(kind: FacilityKind) -> impl Iterator<Item = Aspect> {
        use Aspect::*;
        Aspect::ALL.into_iter().filter(move |a| match a {
            Class | Capacity | Inclusive | Fee | Support => kind.gives_care(),
            Chain => ExtraKey::Chain.suits(kind),
            Agreement | Release | Building => ExtraKey::Agreement.suits(kind),
            Welfare => ExtraKey::Welfare.suits(kind),
            State | Profile | Site | Credential | Flag | Premises | Service | Double => true,
        })
    }

    /// What can be done with it, where that is more than one thing; words `registry.act.<code>`.
    pub const fn acts(self) -> &'static [&'static str] {
        match self {
            Aspect::Class => &["open", "mode", "close", "correct", "remove"],
            Aspect::Credential => &["add", "end", "remove_credential"],
            Aspect::Inclusive => &["confirm", "withdraw"],
            Aspect::Support => &["give", "remove_support"],
            Aspect::Service => &["offer", "end_service", "remove_service"],
            Aspect::Chain | Aspect::Agreement | Aspect::Welfare | Aspect::Release => &["set", "clear"],
            _ => &[],
        }
    }

    /// The fields of one act (of the aspect, where it has but one), in their order.
    pub fn fields(self, act: &str) -> &'static [&'static str] {
        match (self, act) {
            (Aspect::State, _) => &["state", "reason", "from", "until"],
            (Aspect::Profile, _) => {
                &["name", "ownership", "legal_form", "operator", "credit_code", "phone", "from", "until"]
            }
            (Aspect::Site, _) => &["region", "address", "lon", "lat", "from", "until"],
            (Aspect::Class, "mode") => &["class", "mode", "from", "until"],
            (Aspect::Class, "close") => &["class", "from"],
            (Aspect::Class, "correct") => &["class", "class_name", "band", "gained"],
            (Aspect::Class, "remove") => &["class"],
            (Aspect::Class, _) => &["class_name", "band", "gained", "mode", "from", "until"],
            (Aspect::Capacity, _) => &["measure", "mode", "band", "places", "from", "until"],
            (Aspect::Credential, "end") => &["credential", "from"],
            (Aspect::Credential, "remove_credential") => &["credential"],
            (Aspect::Credential, _) => &["kind", "number", "issuer", "from", "until", "places", "scope", "verified"],
            (Aspect::Inclusive, "withdraw") => &["from", "until"],
            (Aspect::Inclusive, _) => &["confirmed_by", "reason", "from", "until"],
            (Aspect::Fee, _) => &["mode", "fen", "per", "from", "until"],
            (Aspect::Flag, _) => &["flag", "value", "reason", "from", "until"],
            (Aspect::Double, _) => &["doubles"],
            (_, act) => extra::fields(self, act),
        }
    }

    /// Every field that any act has.
    pub fn all_fields(self) -> Vec<&'static str> {
        let acts = if self.acts().is_empty() { &[""] } else { self.acts() };
        let mut out: Vec<&'static str> = acts.iter().flat_map(|act| self.fields(act)).copied().collect();
        out.sort();
        out.dedup();
        out
    }

    /// What is recorded on a day, by field; the form begins with it.
    ///
    /// `chosen` says what is chosen of a field: of several fees the one of the chosen mode is meant.
    pub fn recorded(self, h: &History, day: Day, chosen: &dyn Fn(&str) -> String) -> Vec<(&'static str, String)> {
        let is = |field: &str, value: &str| {
            let wanted = chosen(field);
            wanted.is_empty() || wanted == value
        };
        match self {
            Aspect::State => on(&h.state, day)
                .map(|s| vec![("state", s.value.state.to_string()), ("reason", s.value.reason.clone())])
                .unwrap_or_default(),
            Aspect::Profile => on(&h.profile, day).map(|p| recorded_profile(&p.value)).unwrap_or_default(),
            Aspect::Site => on(&h.site, day).map(|s| recorded_site(&s.value)).unwrap_or_default(),
            Aspect::Inclusive => on(&h.inclusive, day)
                .map(|i| vec![("confirmed_by", i.value.confirmed_by.clone()), ("reason", i.value.reason.clone())])
                .unwrap_or_default(),
            Aspect::Fee => h
                .fee
                .iter()
                .find(|f| f.span.contains(day) && is("mode", f.value.mode.as_str()))
                .map(|f| {
                    vec![
                        ("mode", f.value.mode.to_string()),
                        ("fen", f.value.fen.to_string()),
                        ("per", f.value.per.to_string()),
                    ]
                })
                .unwrap_or_default(),
            Aspect::Double => vec![("doubles", h.facility.doubles.as_ref().map(|d| d.to_string()).unwrap_or_default())],
            Aspect::Flag if !chosen("flag").is_empty() => h
                .flag
                .iter()
                .find(|f| f.span.contains(day) && is("flag", f.value.flag.as_str()))
                .map(|f| {
                    let (value, reason) = (f.value.value.clone(), f.value.reason.clone());
                    vec![("flag", f.value.flag.to_string()), ("value", value), ("reason", reason)]
                })
                .unwrap_or_default(),
            Aspect::Capacity if !chosen("measure").is_empty() => h
                .capacity
                .iter()
                .filter(|c| c.span.contains(day))
                .map(|c| &c.value)
                .find(|c| {
                    is("measure", c.measure.as_str()) && is("mode", c.mode.as_str()) && is("band", c.band.as_str())
                })
                .map(|c| {
                    let key = [("measure", c.measure.to_string()), ("mode", c.mode.to_string())];
                    let more = [("band", c.band.to_string()), ("places", c.places.to_string())];
                    key.into_iter().chain(more).collect()
                })
                .unwrap_or_default(),
            Aspect::Class | Aspect::Capacity | Aspect::Credential | Aspect::Flag => Vec::new(),
            _ => extra::recorded(self, h, day, chosen),
        }
    }

    /// The change that a form asks for. A place is looked up by the caller, who knows the tree.
    ///
    /// Errors: every field at fault.
    pub fn parse_change(
        self,
        form: &Form,
        place: Option<PlaceId>,
        ids: &Ids,
        now: Instant,
    ) -> Result<Change, RuleViolation> {
        let mut bad = Invalid::default();
        let change = match self {
            Aspect::State => state(form, &mut bad),
            Aspect::Profile => profile_change(form, &mut bad),
            Aspect::Site => site_change(form, place, &mut bad),
            Aspect::Class => class(form, ids, now, &mut bad),
            Aspect::Capacity => capacity(form, &mut bad),
            Aspect::Credential => credential(form, ids, now, &mut bad),
            Aspect::Inclusive => inclusive(form, &mut bad),
            Aspect::Fee => fee(form, &mut bad),
            Aspect::Flag => flag(form, &mut bad),
            Aspect::Double => double(form, &mut bad),
            _ => extra::change(self, form, ids, now, &mut bad),
        };
        bad.check()?;
        // Whatever made it impossible stands in `bad`.
        change.ok_or_else(|| RuleViolation::new("form.invalid"))
    }
}

fn recorded_profile(p: &Profile) -> Vec<(&'static str, String)> {
    vec![
        ("name", p.name.clone()),
        ("ownership", p.ownership.to_string()),
        ("legal_form", p.legal_form.to_string()),
        ("operator", p.operator.clone()),
        ("credit_code", p.credit_code.clone().unwrap_or_default()),
        ("phone", p.phone.clone()),
    ]
}

fn recorded_site(s: &Site) -> Vec<(&'static str, String)> {
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    vec![
        // Shown as the code of the place, which the page puts there.
        ("region", s.place.to_string()),
        ("address", s.address.clone()),
        ("lon", number(s.lon)),
        ("lat", number(s.lat)),
    ]
}

/// `from` must be there; `until` is the last day on which it holds, open when empty.
pub fn span(form: &Form, bad: &mut Invalid) -> Option<Span> {
    let from = bad.day(form, "from");
    let last = if form.has("until") { bad.day(form, "until")? } else { return from.map(Span::since) };
    let span = Span::new(from?, last.next());
    if span.is_none() {
        bad.add("until", "registry.date.order");
    }
    span
}

pub(crate) fn code<T: Copy>(
    form: &Form,
    field: &str,
    bad: &mut Invalid,
    codes: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    bad.choice(form, field, codes).and_then(parse)
}

pub(crate) fn number<T: std::str::FromStr>(form: &Form, field: &str, bad: &mut Invalid) -> Option<T> {
    form.has(field).then(|| bad.parsed(form, field, "form.required", "form.number")).flatten()
}

fn state(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let state = code(form, "state", bad, State::CODES, State::parse);
    let span = span(form, bad);
    Some(Change::SetState { state: state?, span: span?, reason: form.text("reason").to_owned() })
}

/// The profile that a form says; also of the page that enters a file.
pub fn profile(form: &Form, bad: &mut Invalid) -> Option<Profile> {
    let name = bad.required(form, "name", 100);
    let ownership = code(form, "ownership", bad, Ownership::CODES, Ownership::parse);
    let legal_form = code(form, "legal_form", bad, LegalForm::CODES, LegalForm::parse);
    let mut credit_code = None;
    if form.has("credit_code") {
        match kernel::CreditCode::parse(form.text("credit_code")) {
            Ok(code) => credit_code = Some(code.to_string()),
            Err(e) => bad.take(crate::change::at("credit_code", e)),
        }
    }
    Some(Profile {
        name,
        name_key: String::new(),
        ownership: ownership?,
        legal_form: legal_form?,
        operator: form.text("operator").to_owned(),
        credit_code,
        phone: form.text("phone").to_owned(),
    })
}

fn profile_change(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let profile = profile(form, bad);
    let span = span(form, bad);
    Some(Change::SetProfile { profile: profile?, span: span? })
}

/// The site that a form says; `place` is what its region was found to be.
pub fn site(form: &Form, place: Option<PlaceId>, bad: &mut Invalid) -> Option<Site> {
    if place.is_none() {
        bad.add("region", if form.has("region") { "registry.site.place" } else { "form.required" });
    }
    let address = bad.required(form, "address", 200);
    let (lon, lat) = (number(form, "lon", bad), number(form, "lat", bad));
    Some(Site { place: place?, address, lon, lat })
}

fn site_change(form: &Form, place: Option<PlaceId>, bad: &mut Invalid) -> Option<Change> {
    let site = site(form, place, bad);
    let span = span(form, bad);
    Some(Change::SetSite { site: site?, span: span? })
}

fn class(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Class.acts())?;
    let known = |bad: &mut Invalid| -> Option<ClassId> {
        let id = Id::parse(form.text("class"));
        if id.is_none() {
            bad.add("class", "form.required");
        }
        id
    };
    match act {
        "open" => {
            let name = bad.required(form, "class_name", 50);
            let kind = code(form, "band", bad, Band::CODES, Band::parse);
            let gained = code(form, "gained", bad, Gained::CODES, Gained::parse);
            let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
            let span = span(form, bad);
            let class = ids.new_id(now);
            Some(Change::OpenClass { class, name, kind: kind?, gained: gained?, span: span?, mode: mode? })
        }
        "mode" => {
            let class = known(bad);
            let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
            let span = span(form, bad);
            Some(Change::SetClassMode { class: class?, span: span?, mode: mode? })
        }
        "close" => {
            let class = known(bad);
            let on = bad.day(form, "from");
            Some(Change::CloseClass { class: class?, on: on? })
        }
        "correct" => {
            let class = known(bad);
            let name = bad.required(form, "class_name", 50);
            let kind = code(form, "band", bad, Band::CODES, Band::parse);
            let gained = code(form, "gained", bad, Gained::CODES, Gained::parse);
            Some(Change::CorrectClass { class: class?, name, kind: kind?, gained: gained? })
        }
        _ => known(bad).map(|class| Change::RemoveClass { class }),
    }
}

fn capacity(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let measure = code(form, "measure", bad, Measure::CODES, Measure::parse);
    let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
    let band = code(form, "band", bad, Band::CODES, Band::parse);
    let places: Option<i64> = number(form, "places", bad);
    let span = span(form, bad);
    let (measure, mode, band, span) = (measure?, mode?, band?, span?);
    Some(match places {
        Some(places) => Change::SetCapacity { span, capacity: Capacity { measure, mode, band, places } },
        None => Change::EndCapacity { span, measure, mode, band },
    })
}

fn credential(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Credential.acts())?;
    if act != "add" {
        let id: Option<CredentialId> = Id::parse(form.text("credential"));
        if id.is_none() {
            bad.add("credential", "form.required");
        }
        return match act {
            "end" => {
                let on = bad.day(form, "from");
                Some(Change::EndCredential { credential: id?, on: on? })
            }
            _ => Some(Change::RemoveCredential { credential: id? }),
        };
    }
    let kind = code(form, "kind", bad, CredentialKind::CODES, CredentialKind::parse);
    let number_text = bad.required(form, "number", 100);
    let places = number(form, "places", bad);
    let verified = code(form, "verified", bad, Verified::CODES, Verified::parse);
    let span = span(form, bad);
    let span = span?;
    Some(Change::AddCredential {
        credential: Credential {
            home: String::new(),
            id: ids.new_id(now),
            holder_kind: String::new(),
            holder: String::new(),
            kind: kind?,
            number: number_text,
            issuer: form.text("issuer").to_owned(),
            from_day: span.from,
            until_day: span.until,
            recorded: now,
            scope: form.text("scope").to_owned(),
            places,
            verified: verified?,
            source: "entered".to_owned(),
        },
    })
}

fn inclusive(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Inclusive.acts())?;
    let confirmed_by = if act == "confirm" { bad.required(form, "confirmed_by", 100) } else { String::new() };
    let span = span(form, bad)?;
    Some(match act {
        "confirm" => {
            Change::SetInclusive { span, inclusive: Inclusive { confirmed_by, reason: form.text("reason").to_owned() } }
        }
        _ => Change::EndInclusive { span },
    })
}

fn fee(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
    if !form.has("fen") {
        let span = span(form, bad);
        return Some(Change::EndFee { span: span?, mode: mode? });
    }
    let fen = Fen::parse_yuan(form.text("fen"));
    if fen.is_none() {
        bad.add("fen", "registry.fee.amount");
    }
    let per = code(form, "per", bad, Per::CODES, Per::parse);
    let span = span(form, bad);
    Some(Change::SetFee { span: span?, fee: Fee { mode: mode?, fen: fen?, per: per? } })
}

fn flag(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let flag = code(form, "flag", bad, Flag::CODES, Flag::parse);
    let span = span(form, bad);
    let (flag, span) = (flag?, span?);
    if !form.has("value") {
        return Some(Change::EndFlag { span, flag });
    }
    let (value, reason) = (form.text("value").to_owned(), form.text("reason").to_owned());
    Some(Change::SetFlag { span, flag: FlagSpan { flag, value, reason } })
}

fn double(form: &Form, bad: &mut Invalid) -> Option<Change> {
    if !form.has("doubles") {
        return Some(Change::MarkDouble { of: None });
    }
    let of = Id::parse(id_of(form.text("doubles")));
    if of.is_none() {
        bad.add("doubles", "registry.double.unknown");
    }
    Some(Change::MarkDouble { of: Some(of?) })
}

/// The id out of what was typed: an id, or the address of a file.
fn id_of(typed: &str) -> &str {
    let last = typed.rsplit('/').next().unwrap_or_default();
    last.split(['?', '#']).next().unwrap_or_default()
}
