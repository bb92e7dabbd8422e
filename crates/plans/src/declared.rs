//! Declared values (填报): a unit states a figure with evidence while no records of it exist; another person confirms
//! it. A confirmed value is judged by the same rules as a computed one, but stands apart from it: its light is hollow,
//! it is never added to anything, and it ends by itself when records exist.

use crate::{
    figures::Judged,
    model::{Plan, Target},
    store::{self, DeclaredValue},
};
use db::{Read, Tx};
use indicator::{
    Figure, Fold,
    light::{Asks, Due, Light, Verdict, YearFigure, judge_by_day, judge_by_year},
};
use kernel::{
    Day, Instant, Period, RuleViolation, Span,
    kinds::{AccountId, DeclaredId, PlaceId},
};
use web::Result;

/// What a declared value says of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub id: DeclaredId,
    /// In the unit of the indicator.
    pub value: f64,
    /// The day on which it stood.
    pub day: Day,
    pub unit_name: String,
    pub verdict: Verdict,
}

/// The period of a value that stood on a day: the year, quarter or month of the indicator as far as it has passed, the
/// plan so far, or the day alone.
pub fn period(kind: &str, plan: Span, day: Day) -> Span {
    let until = day.next();
    let from = match kind {
        "year" => Period::Year(day.year()).span().from.max(plan.from),
        "plan" => plan.from,
        "quarter" => Day::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).unwrap_or(day),
        "month" => day.first_of_month(),
        // 1 September and 1 February begin the terms.
        "term" => match day.month() {
            2..=8 => Day::new(day.year(), 2, 1).unwrap_or(day),
            1 => Day::new(day.year() - 1, 9, 1).unwrap_or(day),
            _ => Day::new(day.year(), 9, 1).unwrap_or(day),
        },
        _ => day,
    };
    Span { from: from.min(day), until }
}

/// What a target asks of a declared value: the value alone is known, not what it was made of.
fn asks(plan: &Plan, target: &Target) -> Asks {
    Asks {
        comparator: target.comparator,
        value: target.value,
        due: target.due,
        plan: plan.span,
        fold: if target.of_whole { Fold::Share } else { Fold::Count },
        of_whole: target.of_whole,
    }
}

fn figure(target: &Target, value: Option<&DeclaredValue>) -> Figure {
    let Some(value) = value.map(|v| v.value) else { return Figure::NONE };
    let denominator = if target.of_whole { 100.0 } else { value };
    Figure { numerator: value, denominator, value: Some(value) }
}

/// Judges the confirmed values of a target up to a day, by day; `None` when there is none. The last value up to the
/// due date decides. A target that is compared with another place is shown without a verdict.
pub fn tell(plan: &Plan, target: &Target, values: &[&DeclaredValue], as_of: Day, pace: f64) -> Option<Told> {
    let upto = |day: Day| values.iter().rev().find(|v| v.day() <= day).copied();
    let last = upto(as_of)?;
    let asks = asks(plan, target);
    let verdict = if target.benchmark.is_some() {
        Verdict { light: Light::Tracked, value_due: None, years: Vec::new() }
    } else {
        match target.due {
            Due::Day(due) => {
                let at_due = (as_of >= due).then(|| figure(target, upto(due)));
                judge_by_day(&asks, due, &figure(target, Some(last)), at_due.as_ref(), as_of, pace)
            }
            Due::Yearly => {
                let years = plan.span.from.year()..=plan.span.until.plus(-1).year().min(as_of.year());
                let of = |year: i16| values.iter().rev().find(|v| v.day().year() == year && v.day() <= as_of).copied();
                let years: Vec<YearFigure> =
                    years.map(|year| YearFigure { year, figure: figure(target, of(year)) }).collect();
                judge_by_year(&asks, &years, as_of, pace)
            }
        }
    };
    let (id, unit_name) = (last.id.clone(), last.unit_name.clone());
    Some(Told { id, value: last.value, day: last.day(), unit_name, verdict })
}

/// Adds to judged targets without a computed figure what was declared of them.
pub async fn add(
    read: &mut Read,
    plan: &Plan,
    place: &PlaceId,
    as_of: Day,
    pace: f64,
    judged: &mut [(&Target, &mut Judged)],
) -> Result<()> {
    if judged.iter().all(|(_, j)| j.figure.value.is_some()) {
        return Ok(());
    }
    let values = store::confirmed(read, &plan.id, place, as_of).await?;
    for (target, judged) in judged.iter_mut().filter(|(_, j)| j.figure.value.is_none()) {
        let own: Vec<&DeclaredValue> = values.iter().filter(|v| v.target == target.id).collect();
        judged.declared = tell(plan, target, &own, as_of, pace);
    }
    Ok(())
}

/// The days by which a value of a target is wanted, up to the end of the year of `as_of`: each year of the plan that
/// has begun, and the due date.
pub fn wanted(plan: &Plan, target: &Target, as_of: Day) -> Vec<Day> {
    let last = match target.due {
        Due::Day(due) => due,
        Due::Yearly => plan.span.until.plus(-1),
    };
    let mut out: Vec<Day> = (plan.span.from.year()..=as_of.year().min(last.year()))
        .map(|year| Period::Year(year).span().until.plus(-1).min(last))
        .collect();
    out.dedup();
    out
}

/// Whether a value answers for a day that is wanted: it stood in the same calendar year, on or before the day.
pub fn answers(value: &DeclaredValue, wanted: Day) -> bool {
    value.day().year() == wanted.year() && value.day() <= wanted
}

/// Who acts on a declared value.
#[derive(Clone, Debug)]
pub struct By {
    pub account: AccountId,
    pub name: String,
    pub unit: String,
    pub at: Instant,
}

/// Keeps a reported value; one that was reported for the same day and still waited is replaced.
pub async fn report(tx: &mut Tx, value: DeclaredValue) -> Result<()> {
    store::supersede(tx, &value, "reported", "replaced").await?;
    tx.insert(value).await?;
    Ok(())
}

/// What a second person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Confirm,
    Return,
    /// By the one who reported it.
    Withdraw,
}

/// Decides on a reported value. A confirmed one takes the place of the one that was confirmed for the day before.
///
/// Errors: `plans.declared.two_persons`, `.not_yours`, `.decided`; a remark that is missing when it is returned.
pub async fn decide(
    tx: &mut Tx,
    mut value: DeclaredValue,
    decision: Decision,
    by: &By,
    remark: &str,
) -> Result<DeclaredValue> {
    let own = value.account == by.account;
    match decision {
        Decision::Confirm | Decision::Return if own => {
            return Err(RuleViolation::new("plans.declared.two_persons").into());
        }
        Decision::Return if remark.trim().is_empty() => {
            return Err(RuleViolation::field("remark", "plans.declared.remark").into());
        }
        Decision::Withdraw if !own => return Err(RuleViolation::new("plans.declared.not_yours").into()),
        Decision::Confirm => {
            store::supersede(tx, &value, "confirmed", "replaced").await?;
        }
        _ => {}
    }
    value.state = match decision {
        Decision::Confirm => "confirmed",
        Decision::Return => "returned",
        Decision::Withdraw => "withdrawn",
    }
    .to_owned();
    value.decider = Some(by.account.clone());
    value.decider_name = by.name.clone();
    value.decider_unit = by.unit.clone();
    value.decided = Some(by.at);
    value.remark = remark.trim().to_owned();
    if !store::decide(tx, &value).await? {
        return Err(RuleViolation::new("plans.declared.decided").into());
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
