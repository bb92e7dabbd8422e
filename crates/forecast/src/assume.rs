//! What is assumed: migration, the enrolment path, modes of care, levers. Every value has a unit and a default that claims
//! nothing (no migration, nobody enrolled); results print them.

use crate::ForecastError;
use serde::Serialize;

/// Net migration into the district at one age.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Migration {
    /// Net gain per child and year (−0.03: three in a hundred leave), in (−0.9, 2).
    pub mean: f64,
    /// Standard deviation of that rate between years, in [0, 0.5].
    pub sd: f64,
}

/// The share of an age group that is in care, as a path: straight in log-odds from now to the target year, flat after.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Enrolment {
    /// Share at the end of the last known year, in [0, 1).
    pub now: f64,
    /// Share at the end of `target_year`, in [0, 1).
    pub target: f64,
    /// When the target is met.
    pub target_year: i32,
    /// Standard deviation of the log-odds after one year; it grows with the root of the years. In [0, 2].
    pub sd: f64,
}

/// A mode of care (全日托, 半日托, 计时托 …).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mode {
    /// Its name.
    pub name: String,
    /// Share of the enrolled children, the shares of all modes sum to 1.
    pub share: f64,
    /// Places one child takes: 1 for full days, 0.5 where two half days share one.
    pub places_per_child: f64,
}

/// Everything assumed about the future. Index 0, 1, 2 is the completed age at the end of a year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assumptions {
    /// Share of children who live through the step into this age, in (0, 1].
    pub survival: [f64; 3],
    /// Net migration in the step into this age.
    pub migration: [Migration; 3],
    /// Enrolment of this age.
    pub enrolment: [Enrolment; 3],
    /// Modes of care.
    pub modes: Vec<Mode>,
    /// Multiplies the births of each year of the horizon (a lever; missing years count 1), in [0, 5].
    pub births_lever: Vec<f64>,
    /// The probability with which places should suffice, in [0.5, 0.999].
    pub service_level: f64,
}

impl Assumptions {
    /// No migration, no deaths, nobody enrolled, full days only, service level 0.9.
    pub fn none() -> Self {
        let still = Migration { mean: 0.0, sd: 0.0 };
        let nobody = Enrolment { now: 0.0, target: 0.0, target_year: 0, sd: 0.0 };
        Self {
            survival: [1.0; 3],
            migration: [still; 3],
            enrolment: [nobody; 3],
            modes: vec![Mode { name: "full_day".to_owned(), share: 1.0, places_per_child: 1.0 }],
            births_lever: Vec::new(),
            service_level: 0.9,
        }
    }

    /// Refuses a value outside its range ([`ForecastError::Parameter`]).
    pub fn check(&self) -> Result<(), ForecastError> {
        let refuse = |what, range, got| Err(ForecastError::Parameter { what, range, got });
        for share in self.survival {
            if !(share > 0.0 && share <= 1.0) {
                return refuse("survival", "in (0, 1]", share);
            }
        }
        for Migration { mean, sd } in self.migration {
            if !(mean > -0.9 && mean < 2.0) {
                return refuse("net migration", "in (-0.9, 2)", mean);
            }
            if !(0.0..=0.5).contains(&sd) {
                return refuse("sd of net migration", "in [0, 0.5]", sd);
            }
        }
        for Enrolment { now, target, sd, .. } in self.enrolment {
            for share in [now, target] {
                if !(0.0..1.0).contains(&share) {
                    return refuse("enrolment", "a share in [0, 1)", share);
                }
            }
            if !(0.0..=2.0).contains(&sd) {
                return refuse("sd of enrolment", "in [0, 2]", sd);
            }
        }
        for mode in &self.modes {
            if !(0.0..=1.0).contains(&mode.share) {
                return refuse("share of a mode", "in [0, 1]", mode.share);
            }
            if !(mode.places_per_child > 0.0 && mode.places_per_child <= 2.0) {
                return refuse("places per child", "in (0, 2]", mode.places_per_child);
            }
        }
        let shares: f64 = self.modes.iter().map(|mode| mode.share).sum();
        if (shares - 1.0).abs() > 1e-9 {
            return refuse("the sum of the modes' shares", "1", shares);
        }
        if let Some(lever) = self.births_lever.iter().find(|lever| !(0.0..=5.0).contains(*lever)) {
            return refuse("lever on births", "in [0, 5]", *lever);
        }
        if !(0.5..=0.999).contains(&self.service_level) {
            return refuse("service level", "in [0.5, 0.999]", self.service_level);
        }
        Ok(())
    }
}

impl Enrolment {
    /// Log-odds at the end of `year`, `None` while nobody is enrolled and nobody is to be.
    pub(crate) fn log_odds(&self, base_year: i32, year: i32) -> Option<f64> {
        if self.now <= 0.0 && self.target <= 0.0 {
            return None;
        }
        // A path that starts from nothing starts from one in two thousand: log-odds know no zero.
        let odds = |share: f64| {
            let share = share.max(0.0005);
            (share / (1.0 - share)).ln()
        };
        let years = (self.target_year - base_year).max(1);
        let done = (f64::from(year - base_year) / f64::from(years)).clamp(0.0, 1.0);
        Some(odds(self.now) + done * (odds(self.target) - odds(self.now)))
    }
}

/// How a forecast is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Years ahead, 1 to 15.
    pub horizon: usize,
    /// Draws, 100 to 20,000; 1,000 is usual.
    pub draws: usize,
    /// Seed of all random numbers.
    pub seed: u64,
}

impl Run {
    /// Refuses a horizon or a number of draws outside its range.
    pub fn check(&self) -> Result<(), ForecastError> {
        let refuse = |what, range, got: usize| Err(ForecastError::Parameter { what, range, got: got as f64 });
        if !(1..=15).contains(&self.horizon) {
            return refuse("horizon", "1 to 15 years", self.horizon);
        }
        if !(100..=20_000).contains(&self.draws) {
            return refuse("draws", "100 to 20,000", self.draws);
        }
        Ok(())
    }
}

/// Net migration per age as the district's own counts show it: children counted at an age over those expected from the
/// births or the younger age a year before. `None` unless every street was counted in at least three years in a row of steps.
pub fn migration_from_counts(district: &crate::District, survival: [f64; 3]) -> Option<[Migration; 3]> {
    let years = district.years();
    let births = district.births();
    let whole = |year: usize, age: usize| -> Option<f64> {
        district.streets().iter().map(|street| Some(f64::from(street.stock.get(year).copied().flatten()?[age]))).sum()
    };
    let step = |age: usize| -> Option<Migration> {
        let rates: Vec<f64> = (1..years)
            .filter_map(|year| {
                let before = if age == 0 { f64::from(births[year]) } else { whole(year - 1, age - 1)? };
                (before > 0.0).then_some(whole(year, age)? / (before * survival[age]) - 1.0)
            })
            .collect();
        if rates.len() < 3 {
            return None;
        }
        let mean = rates.iter().sum::<f64>() / rates.len() as f64;
        let variance = rates.iter().map(|rate| (rate - mean).powi(2)).sum::<f64>() / (rates.len() - 1) as f64;
        Some(Migration { mean, sd: variance.sqrt().min(0.5) })
    };
    Some([step(0)?, step(1)?, step(2)?])
}
