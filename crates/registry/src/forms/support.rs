//! Support that was given.

use super::Aspect;
use super::read::{code, known, money, span};
use crate::change::Change;
use crate::codes::SupportKind;
use crate::extra::Support;
use kernel::{Id, Ids, Instant};
use web::{Form, Invalid};

pub(super) fn fields(act: &str) -> &'static [&'static str] {
    match act {
        "remove_support" => &["support"],
        _ => &["support_kind", "source", "amount", "document", "note", "from", "until"],
    }
}

pub(super) fn change(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Support.acts())?;
    if act == "remove_support" {
        return known(form, "support", bad).map(|support| Change::RemoveSupport { support });
    }
    let kind = code(form, "support_kind", bad, SupportKind::CODES, SupportKind::parse);
    let source = bad.required(form, "source", 100);
    let fen = money(form, "amount", "registry.support.amount", bad);
    let span = span(form, bad)?;
    let support = Support {
        home: String::new(),
        id: ids.new_id(now),
        facility: Id::new(""),
        from_day: span.from,
        until_day: span.until,
        recorded: now,
        kind: kind?,
        source,
        fen,
        document: form.text("document").to_owned(),
        note: form.text("note").to_owned(),
    };
    Some(Change::AddSupport { support })
}
