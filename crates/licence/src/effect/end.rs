//! Something ends or stands still: suspension, resumption, closing, giving back, revocation. Everything holds from a
//! day on, so that what was before that day stays as it was.

use super::{about, not_before, write};
use crate::notice::{self, Ending};
use kernel::{Day, RuleViolation, Span};
use matter::{Moving, Values, fen};
use registry::codes::{FacilityKind, State};
use registry::{Change, History};
use web::Result;

pub async fn suspended(mut moving: Moving<'_>) -> Result<()> {
    let (h, day) = (about(&mut moving).await?, first_day(&mut moving).await?);
    let state = set_state(&moving, day, State::Suspended);
    write(&mut moving, &h.facility.id, vec![state]).await
}

pub async fn resumed(mut moving: Moving<'_>) -> Result<()> {
    let (h, day) = (about(&mut moving).await?, first_day(&mut moving).await?);
    let state = set_state(&moving, day, State::Operating);
    write(&mut moving, &h.facility.id, vec![state]).await
}

pub async fn closed(moving: Moving<'_>) -> Result<()> {
    carried_out(moving.values)?;
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
    let (h, day) = (about(&mut moving).await?, first_day(&mut moving).await?);
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

async fn first_day(moving: &mut Moving<'_>) -> Result<Day> {
    let day = moving.values.day("first_day");
    let day = day.ok_or_else(|| RuleViolation::field("first_day", "form.required"))?;
    not_before(moving, day).await?;
    Ok(day)
}

/// Whether a closing was carried out as it was planned: every child has a place and all prepaid money is back, or the
/// office says in words why not.
///
/// Errors: `licence.children_left` at `children_placed`, `licence.money_left` at `prepaid_back`.
fn carried_out(values: &Values) -> Result<(), RuleViolation> {
    if !values.get("settled_words").trim().is_empty() {
        return Ok(());
    }
    let children = |field: &str| values.whole(field).unwrap_or(0);
    let money = |field: &str| fen(values.get(field)).unwrap_or(0);
    let mut left = RuleViolation::new("form.invalid");
    if children("children_placed") < children("children") {
        left = left.and("children_placed", "licence.children_left");
    }
    if money("prepaid_back") < money("prepaid_left") {
        left = left.and("prepaid_back", "licence.money_left");
    }
    if left.fields.is_empty() { Ok(()) } else { Err(left) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_is_carried_out_when_nobody_and_nothing_is_left_or_it_is_said_why() {
        let left = |pairs: &[(&str, &str)]| {
            let planned = [("children", "12"), ("prepaid_left", "8000")];
            let said = carried_out(&planned.iter().chain(pairs).copied().collect());
            let fields = said.err().map(|rule| rule.fields).unwrap_or_default();
            fields.into_iter().map(|error| error.field).collect::<Vec<_>>()
        };
        assert_eq!(left(&[("children_placed", "0"), ("prepaid_back", "0")]), ["children_placed", "prepaid_back"]);
        assert_eq!(left(&[("children_placed", "12"), ("prepaid_back", "7999.99")]), ["prepaid_back"]);
        assert_eq!(left(&[("children_placed", "12"), ("prepaid_back", "8000")]), [""; 0]);
        assert_eq!(left(&[("children_placed", "11"), ("settled_words", "一名幼儿已满三岁")]), [""; 0]);
    }
}
