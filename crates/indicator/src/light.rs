//! Lights: a figure judged against a target on a day (indicators.md, "Lights"). Pure; thresholds come in as values.

use crate::{Figure, Fold, Fraction};
use kernel::{Day, Span};
use std::cmp::Ordering;

/// The seven lights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    Met,
    OnCourse,
    AtRisk,
    Missed,
    NotDue,
    NoRecords,
    Tracked,
}

impl Light {
    pub const ALL: [Light; 7] =
        [Light::Met, Light::OnCourse, Light::AtRisk, Light::Missed, Light::NotDue, Light::NoRecords, Light::Tracked];

    /// The name in JSON; message key `light.<name>`.
    pub fn as_str(self) -> &'static str {
        match self {
            Light::Met => "met",
            Light::OnCourse => "on_course",
            Light::AtRisk => "at_risk",
            Light::Missed => "missed",
            Light::NotDue => "not_due",
            Light::NoRecords => "no_records",
            Light::Tracked => "tracked",
        }
    }

    /// The class of the style sheet: four states have a colour and a shape, the rest are quiet.
    pub fn class(self) -> &'static str {
        match self {
            Light::Met => "met",
            Light::OnCourse => "course",
            Light::AtRisk => "risk",
            Light::Missed => "missed",
            _ => "none",
        }
    }
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparator {
    AtLeast,
    MoreThan,
    Exactly,
    AtMost,
}

impl Comparator {
    pub fn parse(text: &str) -> Option<Comparator> {
        match text {
            ">=" => Some(Comparator::AtLeast),
            ">" => Some(Comparator::MoreThan),
            "=" => Some(Comparator::Exactly),
            "<=" => Some(Comparator::AtMost),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Comparator::AtLeast => ">=",
            Comparator::MoreThan => ">",
            Comparator::Exactly => "=",
            Comparator::AtMost => "<=",
        }
    }

    fn holds(self, order: Ordering) -> bool {
        match self {
            Comparator::AtLeast => order != Ordering::Less,
            Comparator::MoreThan => order == Ordering::Greater,
            Comparator::Exactly => order == Ordering::Equal,
            Comparator::AtMost => order != Ordering::Greater,
        }
    }
}

/// When a target is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    Day(Day),
    /// Each calendar year inside the plan.
    Yearly,
}

/// What a target asks.
#[derive(Clone, Copy, Debug)]
pub struct Asks {
    pub comparator: Comparator,
    /// In the indicator's unit; a share written as a fraction (`1/3`) is a share of the whole, not a percentage.
    pub value: Option<Fraction>,
    pub due: Due,
    pub plan: Span,
    pub fold: Fold,
    /// The value is a share of the whole rather than a percentage.
    pub of_whole: bool,
}

impl Asks {
    /// Whether a figure satisfies the target, exactly.
    pub fn satisfied(&self, figure: &Figure) -> bool {
        let (Some(value), Some(_)) = (self.value, figure.value) else { return false };
        let order = match self.fold {
            Fold::Share if self.of_whole => value.compare(figure.numerator, figure.denominator),
            Fold::Share => value.compare(figure.numerator * 100.0, figure.denominator),
            Fold::Rate { per } => value.compare(figure.numerator * per, figure.denominator),
            Fold::Count => value.compare(figure.numerator, 1.0),
        };
        self.comparator.holds(order)
    }

    /// The asked value in the unit people read (a third is 33.3 %).
    pub fn in_unit(&self) -> Option<f64> {
        self.value.map(|v| if self.of_whole { v.value() * 100.0 } else { v.value() })
    }

    /// Whether a running figure keeps pace: `value ≥ target × elapsed share × pace`.
    fn keeps_pace(&self, figure: &Figure, elapsed: f64, pace: f64) -> bool {
        let (Some(asked), Some(value)) = (self.in_unit(), figure.value) else { return false };
        match self.comparator {
            // A target that may not be exceeded is on course until it is.
            Comparator::AtMost => self.satisfied(figure),
            Comparator::Exactly if asked == 0.0 => self.satisfied(figure),
            _ => value >= asked * elapsed * pace,
        }
    }

    /// `= 0` is missed at the first case.
    fn no_case_allowed(&self) -> bool {
        self.comparator == Comparator::Exactly && self.value.is_some_and(|v| v.num == 0)
    }
}

/// The figure of a calendar year of the plan, as far as it has passed.
#[derive(Clone, Copy, Debug)]
pub struct YearFigure {
    pub year: i16,
    pub figure: Figure,
}

/// A verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub light: Light,
    /// The value on the due date, once it has passed.
    pub value_due: Option<f64>,
    /// One small light per calendar year of a yearly target.
    pub years: Vec<(i16, Light)>,
}

fn only(light: Light) -> Verdict {
    Verdict { light, value_due: None, years: Vec::new() }
}

/// Judges a target with a due day. `now` is the figure on `as_of`, `at_due` the one on the due date once it passed.
pub fn judge_by_day(asks: &Asks, due: Day, now: &Figure, at_due: Option<&Figure>, as_of: Day, pace: f64) -> Verdict {
    if as_of < asks.plan.from {
        return only(Light::NotDue);
    }
    if asks.value.is_none() {
        return only(if now.value.is_none() { Light::NoRecords } else { Light::Tracked });
    }
    if let Some(figure) = at_due.filter(|_| as_of >= due) {
        let light = match figure.value {
            None => Light::NoRecords,
            Some(_) if asks.satisfied(figure) => Light::Met,
            Some(_) => Light::Missed,
        };
        return Verdict { light, value_due: figure.value, years: Vec::new() };
    }
    if now.value.is_none() {
        return only(Light::NoRecords);
    }
    let elapsed = share(asks.plan.from, due.next(), as_of);
    only(running(asks, now, elapsed, pace))
}

/// Judges a yearly target from the figures of the plan's years up to `as_of`.
pub fn judge_by_year(asks: &Asks, years: &[YearFigure], as_of: Day, pace: f64) -> Verdict {
    if as_of < asks.plan.from {
        return only(Light::NotDue);
    }
    if asks.value.is_none() {
        let any = years.iter().any(|y| y.figure.value.is_some());
        return only(if any { Light::Tracked } else { Light::NoRecords });
    }
    let lights: Vec<(i16, Light)> = years.iter().map(|y| (y.year, year_light(asks, y, as_of, pace))).collect();
    let has = |light| lights.iter().any(|(_, l)| *l == light);
    let light = if has(Light::Missed) {
        Light::Missed
    } else if lights.is_empty() || lights.iter().all(|(_, l)| *l == Light::NoRecords) {
        Light::NoRecords
    } else {
        // Closed years are satisfied; the open one, if any, speaks.
        lights.iter().rev().map(|(_, l)| *l).find(|l| *l != Light::NoRecords).unwrap_or(Light::NoRecords)
    };
    let due = years.iter().rev().find(|y| closed(asks, y.year, as_of));
    Verdict { light, value_due: due.and_then(|y| y.figure.value), years: lights }
}

/// The part of a calendar year that lies inside the plan.
fn year_span(asks: &Asks, year: i16) -> Span {
    let whole = kernel::Period::Year(year).span();
    whole.intersect(asks.plan).unwrap_or(whole)
}

fn closed(asks: &Asks, year: i16, as_of: Day) -> bool {
    year_span(asks, year).until <= as_of.next()
}

fn year_light(asks: &Asks, year: &YearFigure, as_of: Day, pace: f64) -> Light {
    if year.figure.value.is_none() {
        return Light::NoRecords;
    }
    if asks.no_case_allowed() && !asks.satisfied(&year.figure) {
        return Light::Missed;
    }
    if closed(asks, year.year, as_of) {
        return if asks.satisfied(&year.figure) { Light::Met } else { Light::Missed };
    }
    let span = year_span(asks, year.year);
    running(asks, &year.figure, share(span.from, span.until, as_of), pace)
}

fn running(asks: &Asks, now: &Figure, elapsed: f64, pace: f64) -> Light {
    if asks.no_case_allowed() {
        return if asks.satisfied(now) { Light::OnCourse } else { Light::Missed };
    }
    let upward = !matches!(asks.comparator, Comparator::AtMost);
    if upward && asks.satisfied(now) {
        Light::Met
    } else if asks.keeps_pace(now, elapsed, pace) {
        Light::OnCourse
    } else {
        Light::AtRisk
    }
}

/// Judges against the same indicator of another place on the same day.
pub fn judge_benchmark(asks: &Asks, due: Day, own: &Figure, other: &Figure, as_of: Day) -> Verdict {
    if as_of < asks.plan.from {
        return only(Light::NotDue);
    }
    let (Some(a), Some(b)) = (own.value, other.value) else { return only(Light::NoRecords) };
    let holds = asks.comparator.holds(a.partial_cmp(&b).unwrap_or(Ordering::Less));
    let light = match (holds, as_of >= due) {
        (true, _) => Light::Met,
        (false, true) => Light::Missed,
        (false, false) => Light::AtRisk,
    };
    Verdict { light, value_due: (as_of >= due).then_some(a), years: Vec::new() }
}

fn share(from: Day, until: Day, as_of: Day) -> f64 {
    let whole = from.until(until).max(1) as f64;
    (from.until(as_of.next()) as f64 / whole).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests;
