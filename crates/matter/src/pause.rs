//! The clock of a matter: it stands still, runs on, and is given more days; by the unit that has to act.

use crate::advance::{days_of, due, note};
use crate::clock::Pause;
use crate::seen::{Seen, seen};
use crate::store::{parts, row};
use crate::{act, one, verb};
use axum::extract::Path;
use axum::response::Response;
use kernel::{Day, Instant, RuleViolation};
use web::{Cx, Entry, Error, Form, Invalid, Reply, Result};

/// What is done to a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Act {
    Pause,
    Resume,
    Extend,
}

/// POST /matters/{id}/clock: `act` (pause, resume or extend) and `words`.
pub(crate) async fn post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    drop(read);
    let mut wrong = Invalid::default();
    let act = match wrong.choice(&form, "act", &["pause", "resume", "extend"]) {
        Some("pause") => Some(Act::Pause),
        Some("resume") => Some(Act::Resume),
        Some(_) => Some(Act::Extend),
        None => None,
    };
    let text = match act {
        Some(Act::Resume) => form.text("words").to_owned(),
        _ => wrong.required(&form, "words", act::WORDS),
    };
    if !wrong.is_empty() && !cx.api {
        let named = wrong.0.into_iter().map(|mut fault| {
            fault.field = format!("clock_{}", fault.field);
            fault
        });
        return one::draw(&cx, &id, &form, &named.collect::<Vec<_>>(), None).await;
    }
    wrong.check()?;
    let Some(act) = act else { return Err(Error::bad("form.choice", "act")) };
    let mut writing = cx.write(&form).await?;
    let now = cx.app.clock.now();
    turn(&cx, &mut writing, &met, act, &text, now).await?;
    let entry = Entry::new(&met.whole.matter.home, "matter", &id).why(match act {
        Act::Pause => "clock stopped",
        Act::Resume => "clock runs on",
        Act::Extend => "clock extended",
    });
    cx.commit(writing, entry, Reply::To(format!("/matters/{id}?done=matter_clock"))).await
}

/// Errors: `matter.clock_not_yours`, `matter.clock_fixed` when the kind does not allow it, `matter.clock_stands`,
/// `matter.clock_runs`, `matter.extended_already`.
async fn turn(cx: &Cx, tx: &mut db::Tx, met: &Seen, act: Act, text: &str, now: Instant) -> Result<()> {
    let rule = |code| Error::from(RuleViolation::new(code));
    let clock = met.clock()?.ok_or_else(|| rule("matter.clock_not_yours"))?;
    let bound = met.bound()?;
    let before = &met.whole.matter;
    let mut matter = before.clone();
    matter.changed = now.max(Instant(before.changed.0 + 1));
    let mut pauses: Vec<Pause> = met.whole.pauses.clone();
    let still = pauses.iter().any(|pause| pause.until == Day::OPEN);
    let said = match act {
        Act::Pause if !clock.pauses => return Err(rule("matter.clock_fixed")),
        Act::Pause if still => return Err(rule("matter.clock_stands")),
        Act::Pause => {
            // The day after, so that what was done today counts today.
            let from = now.day().next();
            parts::pause(tx, before, from, text).await?;
            pauses.push(Pause { from, until: Day::OPEN });
            verb::PAUSED
        }
        Act::Resume if !still => return Err(rule("matter.clock_runs")),
        Act::Resume => {
            let until = now.day().next();
            parts::resume(tx, before, until).await?;
            if let Some(open) = pauses.iter_mut().find(|pause| pause.until == Day::OPEN) {
                open.until = until.max(open.from);
            }
            verb::RESUMED
        }
        Act::Extend => {
            let norm = clock.extension.ok_or_else(|| rule("matter.clock_fixed"))?;
            if before.more > 0 {
                return Err(rule("matter.extended_already"));
            }
            matter.more = days_of(tx, norm, bound.sheet, &before.place, now.day()).await?;
            verb::EXTENDED
        }
    };
    matter.due = due(&met.kinds.calendar, &matter, &clock, &pauses)?.day();
    if !row::update(tx, &matter, before.changed).await? {
        return Err(Error::Conflict("matter.changed"));
    }
    // The desk waits as long as the clock does.
    let (subject, due) = (matter.id.as_str(), Some(matter.due).filter(|due| *due != Day::OPEN));
    desk::put_off(tx, crate::advance::TURN, subject, subject, due).await?;
    note(tx, &matter, said, &before.state, Some(cx.actor()?), text, now).await
}
