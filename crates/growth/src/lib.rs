//! How a child grows: weight, length or height, BMI, head circumference and weight for length as z-scores and
//! percentiles by day of age, for the Chinese standard WS/T 423-2022 (the default at home) and the WHO standards of 2006.
//!
//! Values are parsed at the door (`WeightKg`, `Stature`, `HeadCm`, `Age`), where a height in metres or a weight in grams is
//! refused with a sentence; inside they are plausible, and what is merely very unusual gets a flag, not a refusal.
//! Pure functions, no clock: ages are counts of days. The tables are embedded (`data/README.md` names their sources).

mod age;
mod assess;
pub mod command;
mod judge;
mod lms;
mod measure;
mod normal;
mod sd;
mod tables;

pub use age::{Age, CORRECTED_UNTIL, Gestation};
pub use assess::{Assessment, Child, Gap, Measured, Score, assess, score, score_by_stature};
pub use judge::{Finding, Level};
pub use measure::{HeadCm, Posture, Refusal, Stature, WeightKg};
pub use normal::percentile;

/// Which tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standard {
    /// WS/T 423-2022 《7岁以下儿童生长标准》, in force since 2023-03-01.
    Wst423,
    /// WHO Child Growth Standards, 2006.
    Who,
}

/// The tables are by sex.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

/// What is compared with what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Indicator {
    /// kg by day of age (年龄别体重).
    WeightForAge,
    /// cm by day of age, lying under 731 days, standing from then on (年龄别身长/身高).
    StatureForAge,
    /// kg/m² by day of age (年龄别体质指数).
    BmiForAge,
    /// cm by day of age (年龄别头围).
    HeadForAge,
    /// kg by cm of length (lying) or height (standing) (身长/身高别体重).
    WeightForStature,
}

/// The first day on which a child is measured standing: 24 months of 30.4375 days end within day 730.
pub const STANDING_FROM: u32 = 731;

/// Days in an average month, as WHO counts them.
pub const DAYS_PER_MONTH: f64 = 30.4375;
