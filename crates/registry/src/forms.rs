//! The forms of a file: which fields each aspect has, what stands in them at first, and the [`Change`] that is made of
//! what was typed. Each part of the file has its forms in the folder, in a file of its name; how single fields are read
//! is in `read`. Errors stand at the fields in the same words as those of the rules.

mod base;
mod building;
mod classes;
mod credentials;
mod fees;
mod inclusive;
mod read;
mod services;
mod site;
mod support;
mod traits;

pub use base::profile;
pub use read::span;
pub use site::site;

use crate::change::Change;
use crate::codes::FacilityKind;
use crate::complete::Part;
use crate::extra::ExtraKey;
use crate::model::History;
use crate::street::Found;
use kernel::{Day, Ids, Instant, RuleViolation};
use web::{Form, Invalid};

/// What stands in the fields of a form at first.
pub type Recorded = Vec<(&'static str, String)>;

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
        match self {
            Aspect::State | Aspect::Profile | Aspect::Chain | Aspect::Double => base::fields(self, act),
            Aspect::Site | Aspect::Premises => site::fields(self),
            Aspect::Class | Aspect::Capacity | Aspect::Release => classes::fields(self, act),
            Aspect::Credential => credentials::fields(act),
            Aspect::Inclusive | Aspect::Agreement | Aspect::Welfare => inclusive::fields(self, act),
            Aspect::Fee => fees::FIELDS,
            Aspect::Flag => traits::FIELDS,
            Aspect::Support => support::fields(act),
            Aspect::Service => services::fields(act),
            Aspect::Building => building::FIELDS,
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
    pub fn recorded(self, h: &History, day: Day, chosen: &dyn Fn(&str) -> String) -> Recorded {
        match self {
            Aspect::State | Aspect::Profile | Aspect::Chain | Aspect::Double => base::recorded(self, h, day),
            Aspect::Site | Aspect::Premises => site::recorded(self, h, day),
            Aspect::Class | Aspect::Capacity | Aspect::Release => classes::recorded(self, h, day, chosen),
            Aspect::Inclusive | Aspect::Agreement | Aspect::Welfare => inclusive::recorded(self, h, day),
            Aspect::Fee => fees::recorded(h, day, &chosen("mode")),
            Aspect::Flag => traits::recorded(h, day, &chosen("flag")),
            Aspect::Building => building::recorded(h, day),
            // Each of several is added or chosen by its name; nothing is put into their fields.
            Aspect::Credential | Aspect::Support | Aspect::Service => Vec::new(),
        }
    }

    /// The change that a form asks for. A place is looked up by the caller, who knows the tree.
    ///
    /// Errors: every field at fault.
    pub fn parse_change(
        self,
        form: &Form,
        place: Option<Found>,
        ids: &Ids,
        now: Instant,
    ) -> Result<Change, RuleViolation> {
        let mut bad = Invalid::default();
        let change = match self {
            Aspect::State | Aspect::Profile | Aspect::Chain | Aspect::Double => base::change(self, form, &mut bad),
            Aspect::Site | Aspect::Premises => site::change(self, form, place, &mut bad),
            Aspect::Class | Aspect::Capacity | Aspect::Release => classes::change(self, form, ids, now, &mut bad),
            Aspect::Credential => credentials::change(form, ids, now, &mut bad),
            Aspect::Inclusive | Aspect::Agreement | Aspect::Welfare => inclusive::change(self, form, &mut bad),
            Aspect::Fee => fees::change(form, &mut bad),
            Aspect::Flag => traits::change(form, &mut bad),
            Aspect::Support => support::change(form, ids, now, &mut bad),
            Aspect::Service => services::change(form, ids, now, &mut bad),
            Aspect::Building => building::change(form, &mut bad),
        };
        bad.check()?;
        // Whatever made it impossible stands in `bad`.
        change.ok_or_else(|| RuleViolation::new("form.invalid"))
    }
}
