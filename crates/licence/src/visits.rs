//! What was found on site before a notice was given: a check of the institution like any other, told to the public
//! register. Words of the office stay with the matter, they may name people.

use db::Read;
use kernel::kinds::FacilityId;
use kernel::{Day, Span};
use matter::store::{parts, row};
use web::Result;

/// A check on site.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Visit {
    pub day: Day,
    /// The office that looked, in both languages; may be empty.
    pub office: (String, String),
    pub finding: Finding,
}

/// What it came to, by the choices of the forms (`visit_finding`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Finding {
    Good,
    Mended,
    Bad,
}

impl Finding {
    fn parse(text: &str) -> Option<Finding> {
        match text {
            "good" => Some(Finding::Good),
            "mended" => Some(Finding::Mended),
            "bad" => Some(Finding::Bad),
            _ => None,
        }
    }
}

/// Matters of one institution that are looked at.
const MATTERS: i64 = 50;

/// The finished checks on site of an institution on days of a span, the oldest first.
pub async fn visits(read: &mut Read, facility: &FacilityId, within: Span) -> Result<Vec<Visit>> {
    let mut out = Vec::new();
    for matter in matter::of_facility(read, facility, MATTERS).await? {
        let steps = row::steps(read, &matter).await?;
        // Nothing is a check before the office has said that it was there, nor what it types at another visit.
        let Some(done) = steps.iter().rev().find(|step| step.verb == "visited") else { continue };
        let kept = parts::values(read, &matter).await?;
        let last = |field: &str| {
            let of = kept.iter().filter(|value| value.field == field && value.at <= done.at);
            of.max_by_key(|value| value.round).and_then(|value| value.value.as_deref())
        };
        let day: Option<Day> = last("visit_day").and_then(|text| text.parse().ok());
        let (Some(day), Some(finding)) = (day, last("visit_finding").and_then(Finding::parse)) else { continue };
        if !within.contains(day) {
            continue;
        }
        let office = match &done.unit {
            Some(unit) => match identity::unit(read, unit).await? {
                Some(unit) => identity::name_with_place(read, &unit, day).await?,
                None => Default::default(),
            },
            None => Default::default(),
        };
        out.push(Visit { day, office, finding });
    }
    out.sort_by_key(|visit| visit.day);
    Ok(out)
}
