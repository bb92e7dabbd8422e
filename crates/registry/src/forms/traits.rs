//! Assessed traits, such as whether a kindergarten can expand.

use super::Recorded;
use super::read::{code, span};
use crate::change::Change;
use crate::codes::Flag;
use crate::model::{FlagSpan, History};
use kernel::Day;
use web::{Form, Invalid};

pub(super) const FIELDS: &[&str] = &["flag", "value", "reason", "from", "until"];

/// The chosen trait; nothing where none is chosen.
pub(super) fn recorded(h: &History, day: Day, flag: &str) -> Recorded {
    let found = h.flag.iter().find(|f| f.span.contains(day) && flag == f.value.flag.as_str()).map(|f| &f.value);
    let told =
        |f: &FlagSpan| vec![("flag", f.flag.to_string()), ("value", f.value.clone()), ("reason", f.reason.clone())];
    found.map(told).unwrap_or_default()
}

pub(super) fn change(form: &Form, bad: &mut Invalid) -> Option<Change> {
    let flag = code(form, "flag", bad, Flag::CODES, Flag::parse);
    let span = span(form, bad);
    let (flag, span) = (flag?, span?);
    if !form.has("value") {
        return Some(Change::EndFlag { span, flag });
    }
    let (value, reason) = (form.text("value").to_owned(), form.text("reason").to_owned());
    Some(Change::SetFlag { span, flag: FlagSpan { flag, value, reason } })
}
