//! The base of a file: state, name and legal form, the chain it belongs to, and whether it doubles another file.

use super::read::{code, set_or_clear, span};
use super::{Aspect, Recorded};
use crate::change::Change;
use crate::codes::{Bond, LegalForm, Ownership, State};
use crate::extra::{Chain, Extra, ExtraKey};
use crate::model::{History, Profile};
use crate::rules::on;
use kernel::{Day, Id};
use web::{Form, Invalid};

pub(super) fn fields(aspect: Aspect, act: &str) -> &'static [&'static str] {
    match (aspect, act) {
        (Aspect::State, _) => &["state", "reason", "from", "until"],
        (Aspect::Profile, _) => {
            &["name", "ownership", "legal_form", "operator", "credit_code", "phone", "from", "until"]
        }
        (Aspect::Chain, "clear") => &["from", "until"],
        (Aspect::Chain, _) => &["brand", "bond", "from", "until"],
        _ => &["doubles"],
    }
}

pub(super) fn recorded(aspect: Aspect, h: &History, day: Day) -> Recorded {
    let found =
        match aspect {
            Aspect::State => on(&h.state, day)
                .map(|s| vec![("state", s.value.state.to_string()), ("reason", s.value.reason.clone())]),
            Aspect::Profile => on(&h.profile, day).map(|p| recorded_profile(&p.value)),
            Aspect::Chain => on(&h.extra.chain, day)
                .map(|c| vec![("brand", c.value.brand.clone()), ("bond", c.value.bond.to_string())]),
            _ => Some(vec![("doubles", h.facility.doubles.as_ref().map(|d| d.to_string()).unwrap_or_default())]),
        };
    found.unwrap_or_default()
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

pub(super) fn change(aspect: Aspect, form: &Form, bad: &mut Invalid) -> Option<Change> {
    match aspect {
        Aspect::State => state(form, bad),
        Aspect::Profile => profile_change(form, bad),
        Aspect::Chain => set_or_clear(aspect, form, bad, ExtraKey::Chain, chain),
        _ => double(form, bad),
    }
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

fn chain(form: &Form, bad: &mut Invalid) -> Option<Extra> {
    let brand = bad.required(form, "brand", 50);
    let bond = code(form, "bond", bad, Bond::CODES, Bond::parse)?;
    Some(Extra::Chain(Chain { brand, bond }))
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
