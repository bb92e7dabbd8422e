//! Measurements at the door: a value that can only be a wrong unit is refused with the unit it probably has.
//! The bounds lie far outside any living child of that age; within them a value may still be flagged as implausible.

use crate::STANDING_FROM;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a measurement or an age is not accepted. `Display` is a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum Refusal {
    /// Not a number, or infinite.
    #[error("{what} is not a number")]
    NotANumber { what: &'static str },
    /// Looks like another unit: `value` in `unit` would be `meant` in the unit expected.
    #[error("{what} of {value} looks like {unit}; give {meant} {expected}")]
    Unit { what: &'static str, value: f64, unit: &'static str, meant: f64, expected: &'static str },
    /// Outside what is accepted, in the unit expected.
    #[error("{what} of {value} {unit} is not between {least} and {most} {unit}")]
    Range { what: &'static str, value: f64, unit: &'static str, least: f64, most: f64 },
    /// A child that cannot stand.
    #[error("a child of {days} days is measured lying, not standing (from {from} days on)")]
    CannotStand { days: u32, from: u32 },
}

/// Other units a value may have been given in, with the factor to the unit expected.
type Units = &'static [(&'static str, f64)];

fn door(
    what: &'static str,
    value: f64,
    unit: &'static str,
    (least, most): (f64, f64),
    others: Units,
) -> Result<f64, Refusal> {
    if !value.is_finite() {
        return Err(Refusal::NotANumber { what });
    }
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    let meant = |&(other, factor): &(&'static str, f64)| {
        let meant = (value * factor * 1000.0).round() / 1000.0;
        (least..=most).contains(&meant).then_some(Refusal::Unit { what, value, unit: other, meant, expected: unit })
    };
    Err(others.iter().find_map(meant).unwrap_or(Refusal::Range { what, value, unit, least, most }))
}

/// Body weight in kilograms, 0.3 to 60.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct WeightKg(f64);

impl WeightKg {
    /// # Errors
    /// `Refusal::Unit` for grams, `Refusal::Range` outside 0.3 to 60 kg.
    pub fn new(kg: f64) -> Result<WeightKg, Refusal> {
        door("weight", kg, "kg", (0.3, 60.0), &[("grams", 0.001)]).map(WeightKg)
    }

    /// Kilograms.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Head circumference in centimetres, 20 to 65.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct HeadCm(f64);

impl HeadCm {
    /// # Errors
    /// `Refusal::Unit` for metres or millimetres, `Refusal::Range` outside 20 to 65 cm.
    pub fn new(cm: f64) -> Result<HeadCm, Refusal> {
        door("head circumference", cm, "cm", (20.0, 65.0), &[("metres", 100.0), ("millimetres", 0.1)]).map(HeadCm)
    }

    /// Centimetres.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// How the child lay or stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posture {
    /// Length, 身长.
    Lying,
    /// Height, 身高.
    Standing,
}

impl Posture {
    /// The posture in which a child of that age is measured, and in which the tables are given.
    pub fn of_day(day: u32) -> Posture {
        if day < STANDING_FROM { Posture::Lying } else { Posture::Standing }
    }
}

/// What a standing child loses against lying, cm. WHO 2006, methods and development, and the break at 24 months in
/// WS/T 423 agree.
pub const POSTURE_CM: f64 = 0.7;

/// The youngest age at which a standing height is believed: nine months, as in WHO Anthro.
const CAN_STAND_FROM: u32 = 274;

/// Length or height in centimetres, 25 to 140, with the posture if it was written down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stature {
    cm: f64,
    posture: Option<Posture>,
}

impl Stature {
    /// Without a posture the one that belongs to the age is taken.
    ///
    /// # Errors
    /// `Refusal::Unit` for metres or millimetres, `Refusal::Range` outside 25 to 140 cm.
    pub fn new(cm: f64, posture: Option<Posture>) -> Result<Stature, Refusal> {
        let cm = door("length or height", cm, "cm", (25.0, 140.0), &[("metres", 100.0), ("millimetres", 0.1)])?;
        Ok(Stature { cm, posture })
    }

    /// Centimetres as measured.
    pub fn measured(self) -> f64 {
        self.cm
    }

    /// Centimetres in the posture of the tables for that day: 0.7 more if the child stood and should have lain, 0.7 less
    /// if it lay and should have stood.
    pub fn on_day(self, day: u32) -> f64 {
        match (self.posture, Posture::of_day(day)) {
            (Some(Posture::Standing), Posture::Lying) => self.cm + POSTURE_CM,
            (Some(Posture::Lying), Posture::Standing) => self.cm - POSTURE_CM,
            _ => self.cm,
        }
    }

    /// Refuses a standing height of a child too young to stand. `days` since birth, not corrected.
    pub(crate) fn check_posture(self, days: u32) -> Result<(), Refusal> {
        if self.posture == Some(Posture::Standing) && days < CAN_STAND_FROM {
            return Err(Refusal::CannotStand { days, from: CAN_STAND_FROM });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_unit_is_named() {
        let said = |result: Result<f64, Refusal>| result.unwrap_err().to_string();
        assert_eq!(
            said(Stature::new(0.82, None).map(Stature::measured)),
            "length or height of 0.82 looks like metres; give 82 cm"
        );
        assert_eq!(
            said(Stature::new(820.0, None).map(Stature::measured)),
            "length or height of 820 looks like millimetres; give 82 cm"
        );
        assert_eq!(said(WeightKg::new(9600.0).map(WeightKg::get)), "weight of 9600 looks like grams; give 9.6 kg");
        assert_eq!(
            said(HeadCm::new(0.462).map(HeadCm::get)),
            "head circumference of 0.462 looks like metres; give 46.2 cm"
        );
        assert_eq!(said(WeightKg::new(-3.0).map(WeightKg::get)), "weight of -3 kg is not between 0.3 and 60 kg");
        assert_eq!(said(WeightKg::new(f64::NAN).map(WeightKg::get)), "weight is not a number");
        assert_eq!(
            said(Stature::new(0.0, None).map(Stature::measured)),
            "length or height of 0 cm is not between 25 and 140 cm"
        );
    }

    #[test]
    fn posture_is_corrected_by_seven_millimetres() {
        let at = |posture, day| Stature::new(85.0, posture).unwrap().on_day(day);
        assert_eq!(at(Some(Posture::Standing), 730), 85.7);
        assert_eq!(at(Some(Posture::Standing), 731), 85.0);
        assert_eq!(at(Some(Posture::Lying), 730), 85.0);
        assert_eq!(at(Some(Posture::Lying), 731), 84.3);
        assert_eq!((at(None, 730), at(None, 731)), (85.0, 85.0));
    }
}
