//! The inclusive status, places agreed with a private kindergarten, and welfare care of employers and parks.

use super::read::{code, set_or_clear, span};
use super::{Aspect, Recorded};
use crate::change::Change;
use crate::codes::Beneficiary;
use crate::extra::{Agreement, Extra, ExtraKey, Welfare};
use crate::model::{History, Inclusive};
use crate::rules::on;
use kernel::Day;
use web::{Form, Invalid};

pub(super) fn fields(aspect: Aspect, act: &str) -> &'static [&'static str] {
    match (aspect, act) {
        (Aspect::Inclusive, "withdraw") | (_, "clear") => &["from", "until"],
        (Aspect::Inclusive, _) => &["confirmed_by", "reason", "from", "until"],
        (Aspect::Agreement, _) => &["partner", "agreed", "note", "from", "until"],
        _ => &["host_unit", "beneficiary", "children", "note", "from", "until"],
    }
}

pub(super) fn recorded(aspect: Aspect, h: &History, day: Day) -> Recorded {
    let found = match aspect {
        Aspect::Inclusive => on(&h.inclusive, day)
            .map(|i| vec![("confirmed_by", i.value.confirmed_by.clone()), ("reason", i.value.reason.clone())]),
        Aspect::Agreement => on(&h.extra.agreement, day).map(|a| {
            let a = &a.value;
            vec![("partner", a.partner.clone()), ("agreed", a.places.to_string()), ("note", a.note.clone())]
        }),
        _ => on(&h.extra.welfare, day).map(|w| {
            let w = &w.value;
            vec![
                ("host_unit", w.host.clone()),
                ("beneficiary", w.beneficiary.to_string()),
                ("children", w.children.to_string()),
                ("note", w.note.clone()),
            ]
        }),
    };
    found.unwrap_or_default()
}

pub(super) fn change(aspect: Aspect, form: &Form, bad: &mut Invalid) -> Option<Change> {
    match aspect {
        Aspect::Inclusive => inclusive(form, bad),
        Aspect::Agreement => set_or_clear(aspect, form, bad, ExtraKey::Agreement, agreement),
        _ => set_or_clear(aspect, form, bad, ExtraKey::Welfare, welfare),
    }
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

fn agreement(form: &Form, bad: &mut Invalid) -> Option<Extra> {
    let partner = bad.required(form, "partner", 100);
    let places = bad.parsed(form, "agreed", "form.required", "form.number")?;
    Some(Extra::Agreement(Agreement { partner, places, note: form.text("note").to_owned() }))
}

fn welfare(form: &Form, bad: &mut Invalid) -> Option<Extra> {
    let host = bad.required(form, "host_unit", 100);
    let beneficiary = code(form, "beneficiary", bad, Beneficiary::CODES, Beneficiary::parse);
    let children = bad.parsed(form, "children", "form.required", "form.number");
    let note = form.text("note").to_owned();
    Some(Extra::Welfare(Welfare { host, beneficiary: beneficiary?, children: children?, note }))
}
