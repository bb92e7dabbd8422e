//! What families pay, by mode.

use super::Recorded;
use super::read::{code, span};
use crate::change::Change;
use crate::codes::{Mode, Per};
use crate::model::{Fee, History};
use kernel::{Day, Fen};
use web::{Form, Invalid};

pub(super) const FIELDS: &[&str] = &["mode", "fen", "per", "from", "until"];

/// The fee of the chosen mode, or the first.
pub(super) fn recorded(h: &History, day: Day, mode: &str) -> Recorded {
    let of = |f: &Fee| mode.is_empty() || mode == f.mode.as_str();
    let found = h.fee.iter().find(|f| f.span.contains(day) && of(&f.value)).map(|f| &f.value);
    let told = |f: &Fee| vec![("mode", f.mode.to_string()), ("fen", f.fen.to_string()), ("per", f.per.to_string())];
    found.map(told).unwrap_or_default()
}

pub(super) fn change(form: &Form, bad: &mut Invalid) -> Option<Change> {
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
