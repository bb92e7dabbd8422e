//! Something ends or stands still: suspension, resumption, closing, giving back, revocation. Everything holds from a
//! day on, so that what was before that day stays as it was.

use super::{about, write};
use crate::notice::{self, Ending};
use kernel::{Day, RuleViolation, Span};
use matter::Moving;
use registry::codes::{FacilityKind, State};
use registry::{Change, History};
use web::Result;

pub async fn suspended(mut moving: Moving<'_>) -> Result<()> {
    let (h, day) = (about(&mut moving).await?, first_day(&moving)?);
    let state = set_state(&moving, day, State::Suspended);
    write(&mut moving, &h.facility.id, vec![state]).await
}

pub async fn resumed(mut moving: Moving<'_>) -> Result<()> {
    let (h, day) = (about(&mut moving).await?, first_day(&moving)?);
    let state = set_state(&moving, day, State::Operating);
    write(&mut moving, &h.facility.id, vec![state]).await
}

pub async fn closed(moving: Moving<'_>) -> Result<()> {
    stop(moving, Ending::Closed, true).await
}

pub async fn withdrawn(moving: Moving<'_>) -> Result<()> {
    stop(moving, Ending::GivenBack, false).await
}

pub async fn revoked(moving: Moving<'_>) -> Result<()> {
    stop(moving, Ending::Revoked, false).await
}

/// From the first day on there is no childcare here: classes, places and fees end, and so does the notice. A
/// kindergarten goes on without them, unless it closes itself.
async fn stop(mut moving: Moving<'_>, ending: Ending, whole: bool) -> Result<()> {
    let (h, day) = (about(&mut moving).await?, first_day(&moving)?);
    let mut changes = care_ends(&h, day);
    if whole || h.facility.kind != FacilityKind::Kindergarten {
        changes.push(set_state(&moving, day, State::Closed));
    }
    changes.extend(notice::papers_end(&h, day));
    write(&mut moving, &h.facility.id, changes).await?;
    notice::end(moving.tx, &h.facility.id, day, ending).await
}

fn care_ends(h: &History, day: Day) -> Vec<Change> {
    let span = Span::since(day);
    let open = |class: &&registry::model::Class| {
        h.class_spans.iter().any(|held| held.value.class == class.id && held.span.until > day)
    };
    let classes = h.classes.iter().filter(open).map(|class| Change::CloseClass { class: class.id.clone(), on: day });
    let places = h.capacity.iter().filter(|held| held.span.until > day).map(|held| Change::EndCapacity {
        span,
        measure: held.value.measure,
        mode: held.value.mode,
        band: held.value.band,
    });
    let fees = h.fee.iter().filter(|held| held.span.until > day);
    let fees = fees.map(|held| Change::EndFee { span, mode: held.value.mode });
    classes.chain(places).chain(fees).collect()
}

fn set_state(moving: &Moving<'_>, day: Day, state: State) -> Change {
    Change::SetState { span: Span::since(day), state, reason: moving.matter.number.clone() }
}

fn first_day(moving: &Moving<'_>) -> Result<Day> {
    let day = moving.values.day("first_day");
    Ok(day.ok_or_else(|| RuleViolation::field("first_day", "form.required"))?)
}
