//! Words of kinds, states and moves: a kind's own where it has one, else those that all kinds share.

use crate::declaration::Kind;
use crate::model::Matter;
use kernel::Day;
use web::Words;
use web::parts::{Markup, light as draw_light};

fn own(words: Words, kind: &str, rest: &str) -> &'static str {
    words.find(&format!("{kind}.{rest}")).unwrap_or_else(|| words.t(&format!("matter.{rest}")))
}

pub fn title(words: Words, kind: &str) -> &'static str {
    words.t(&format!("{kind}.title"))
}

pub fn state(words: Words, kind: &Kind, state: &str) -> &'static str {
    own(words, kind.id, &format!("state.{state}"))
}

pub fn step(words: Words, kind: &Kind, step: &str) -> &'static str {
    own(words, kind.id, &format!("move.{step}"))
}

/// A verb of the timeline: a move of the kind as it is told afterwards, or the kernel's own.
pub fn verb(words: Words, kind: &Kind, verb: &str) -> &'static str {
    if crate::verb::ALL.contains(&verb) { words.t(&format!("matter.verb.{verb}")) } else { step(words, kind, verb) }
}

/// The day by which it is due, and how far that is in working days.
pub fn due(words: Words, matter: &Matter, today: Day, calendar: &kernel::WorkCalendar) -> Markup {
    if !matter.open() {
        return Markup("—".to_owned());
    }
    if matter.due == Day::OPEN {
        return Markup(web::form::escape(words.t("matter.still")));
    }
    let note = match calendar.workdays_between(today, matter.due) {
        Ok(0) => words.t("matter.due_today").to_owned(),
        Ok(n) if n > 0 => words.tf("matter.days_left", &[&n]),
        Ok(n) => words.tf("matter.days_late", &[&-n]),
        // Beyond the last notice: calendar days, said as such.
        Err(_) if matter.due >= today => words.tf("matter.calendar_days_left", &[&today.until(matter.due)]),
        Err(_) => words.tf("matter.calendar_days_late", &[&matter.due.until(today)]),
    };
    Markup(format!("{}<small class=\"unit\">{}</small>", matter.due, web::form::escape(&note)))
}

/// Where it stands: class of its light, and its word.
pub fn stands(words: Words, kind: &Kind, matter: &Matter, today: Day) -> (&'static str, String) {
    use crate::declaration::End;
    let class = match matter.ending {
        Some(End::Granted) => "met",
        Some(End::Refused) => "missed",
        Some(End::Dropped) => "none",
        None if matter.late(today) => "missed",
        None if matter.due == Day::OPEN => "none",
        None => "course",
    };
    (class, state(words, kind, &matter.state).to_owned())
}

/// Where it stands as shape, colour and word.
pub fn light(words: Words, kind: &Kind, matter: &Matter, today: Day) -> Markup {
    let (class, word) = stands(words, kind, matter, today);
    draw_light(class, &word)
}
