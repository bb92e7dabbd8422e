//! Services besides places.

use super::Aspect;
use super::read::{code, known, money, span};
use crate::change::Change;
use crate::codes::{Mode, Per, Style};
use crate::extra::Service;
use kernel::{Id, Ids, Instant};
use web::{Form, Invalid};

pub(super) fn fields(act: &str) -> &'static [&'static str] {
    match act {
        "end_service" => &["service", "from"],
        "remove_service" => &["service"],
        _ => &["service_name", "style", "month_from", "month_until", "mode", "fen", "per", "note", "from", "until"],
    }
}

pub(super) fn change(form: &Form, ids: &Ids, now: Instant, bad: &mut Invalid) -> Option<Change> {
    let act = bad.choice(form, "act", Aspect::Service.acts())?;
    if act == "remove_service" {
        return known(form, "service", bad).map(|service| Change::RemoveService { service });
    }
    if act == "end_service" {
        let service = known(form, "service", bad);
        let on = bad.day(form, "from");
        return Some(Change::EndService { service: service?, on: on? });
    }
    let name = bad.required(form, "service_name", 50);
    let style = code(form, "style", bad, Style::CODES, Style::parse);
    let month_from = bad.parsed(form, "month_from", "form.required", "form.number");
    let month_until = bad.parsed(form, "month_until", "form.required", "form.number");
    let mode = code(form, "mode", bad, Mode::CODES, Mode::parse);
    let fen = money(form, "fen", "registry.fee.amount", bad);
    let per = if form.has("per") { code(form, "per", bad, Per::CODES, Per::parse) } else { None };
    let span = span(form, bad)?;
    let service = Service {
        home: String::new(),
        id: ids.new_id(now),
        facility: Id::new(""),
        from_day: span.from,
        until_day: span.until,
        recorded: now,
        style: style?,
        name,
        month_from: month_from?,
        month_until: month_until?,
        mode: mode?,
        fen,
        per,
        note: form.text("note").to_owned(),
    };
    Some(Change::AddService { service })
}
