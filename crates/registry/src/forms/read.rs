//! How the fields of all forms are read: spans, codes, numbers, money, ids.

use crate::change::Change;
use crate::extra::{Extra, ExtraKey};
use kernel::{Fen, Id, Span};
use web::{Form, Invalid};

use super::Aspect;

pub(super) const YES_NO: &[&str] = &["yes", "no"];

pub(super) fn yes(b: bool) -> String {
    if b { "yes" } else { "no" }.to_owned()
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

pub(super) fn code<T: Copy>(
    form: &Form,
    field: &str,
    bad: &mut Invalid,
    codes: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    bad.choice(form, field, codes).and_then(parse)
}

pub(super) fn number<T: std::str::FromStr>(form: &Form, field: &str, bad: &mut Invalid) -> Option<T> {
    form.has(field).then(|| bad.parsed(form, field, "form.required", "form.number")).flatten()
}

/// Yuan as typed; nothing where nothing is typed.
pub(super) fn money(form: &Form, field: &str, wrong: &'static str, bad: &mut Invalid) -> Option<Fen> {
    let fen = form.has(field).then(|| Fen::parse_yuan(form.text(field)))?;
    if fen.is_none() {
        bad.add(field, wrong);
    }
    fen
}

pub(super) fn known<K>(form: &Form, field: &str, bad: &mut Invalid) -> Option<Id<K>> {
    let id = Id::parse(form.text(field));
    if id.is_none() {
        bad.add(field, "form.required");
    }
    id
}

/// A part that may be set for a span or cleared.
pub(super) fn set_or_clear(
    aspect: Aspect,
    form: &Form,
    bad: &mut Invalid,
    of: ExtraKey,
    read: impl Fn(&Form, &mut Invalid) -> Option<Extra>,
) -> Option<Change> {
    let act = bad.choice(form, "act", aspect.acts())?;
    if act == "clear" {
        return span(form, bad).map(|span| Change::EndExtra { span, of });
    }
    let extra = read(form, bad);
    let span = span(form, bad);
    Some(Change::SetExtra { span: span?, extra: extra? })
}
