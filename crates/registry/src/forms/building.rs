//! The way of a provided kindergarten from plan to handover.

use super::Recorded;
use super::read::{code, span};
use crate::change::Change;
use crate::codes::Stage;
use crate::extra::{Building, Extra};
use crate::model::History;
use crate::rules::on;
use kernel::Day;
use web::{Form, Invalid};

pub(super) const FIELDS: &[&str] = &["building", "due", "unit", "note", "from"];

pub(super) fn recorded(h: &History, day: Day) -> Recorded {
    let told = |b: &Building| {
        vec![
            ("building", b.stage.to_string()),
            ("due", b.due.map(|d| d.to_string()).unwrap_or_default()),
            ("unit", b.unit.clone()),
            ("note", b.note.clone()),
        ]
    };
    on(&h.extra.building, day).map(|b| told(&b.value)).unwrap_or_default()
}

pub(super) fn change(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let stage = code(form, "building", bad, Stage::CODES, Stage::parse);
    let due = if form.has("due") { bad.day(form, "due") } else { None };
    let span = span(form, bad);
    let (unit, note) = (form.text("unit").to_owned(), form.text("note").to_owned());
    let building = Building { stage: stage?, due, unit, note };
    Some(Change::SetExtra { span: span?, extra: Extra::Building(building) })
}
