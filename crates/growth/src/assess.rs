//! From measurements to scores: the day of the tables, the posture of that day, one score per indicator.

use crate::age::Age;
use crate::judge::{Finding, Level, is_implausible};
use crate::lms::{Lms, Tail};
use crate::measure::{HeadCm, Posture, Refusal, Stature, WeightKg};
use crate::normal::percentile;
use crate::sd::Lines;
use crate::tables::{Steps, Tables, WHO, WST423};
use crate::{Indicator, Sex, Standard};
use serde::Serialize;

/// Whose tables and which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child {
    pub sex: Sex,
    pub age: Age,
}

/// What was measured on that day.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    pub weight: Option<WeightKg>,
    pub stature: Option<Stature>,
    pub head: Option<HeadCm>,
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// Standard deviations from the median, not rounded; WHO Anthro prints two decimals.
    pub z: f64,
    /// Children below, in percent.
    pub percentile: f64,
    pub level: Level,
    pub finding: Option<Finding>,
    /// Outside the limits of WHO Anthro: measure again before believing it.
    pub implausible: bool,
}

/// Why there is no score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "gap")]
pub enum Gap {
    /// Weight, stature or head is missing.
    NotMeasured,
    /// The corrected age is negative: before the due date neither standard applies.
    BeforeDueDate,
    /// The table of this indicator ends earlier, in days.
    AgeBeyond { last_day: u32 },
    /// The table of weight for length or height does not reach this stature, in cm.
    StatureOutside { least_cm: f64, most_cm: f64 },
}

/// One score, or the reason why there is none, per indicator.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    pub weight_for_age: Result<Score, Gap>,
    pub stature_for_age: Result<Score, Gap>,
    pub bmi_for_age: Result<Score, Gap>,
    pub head_for_age: Result<Score, Gap>,
    pub weight_for_stature: Result<Score, Gap>,
}

/// A row of a table, in whichever form the standard gives it.
trait Row: Copy {
    fn z(&self, value: f64, tail: Tail) -> f64;
    fn mix(&self, next: &Self, part: f64) -> Self;
}

impl Row for Lms {
    fn z(&self, value: f64, tail: Tail) -> f64 {
        Lms::z(*self, value, tail)
    }

    fn mix(&self, next: &Self, part: f64) -> Self {
        self.between(*next, part)
    }
}

impl Row for Lines {
    fn z(&self, value: f64, _: Tail) -> f64 {
        Lines::z(self, value)
    }

    fn mix(&self, next: &Self, part: f64) -> Self {
        self.between(next, part)
    }
}

/// All indicators that the measurements allow. BMI and weight for stature use the stature in the posture of the tables.
///
/// # Errors
/// `Refusal::CannotStand` for a standing height under nine months.
pub fn assess(standard: Standard, child: Child, measured: &Measured) -> Result<Assessment, Refusal> {
    if let Some(stature) = measured.stature {
        stature.check_posture(child.age.days())?;
    }
    Ok(match standard {
        Standard::Wst423 => assess_by(&WST423, standard, child, measured),
        Standard::Who => assess_by(&WHO, standard, child, measured),
    })
}

fn assess_by<T: Row>(tables: &Tables<T>, standard: Standard, child: Child, measured: &Measured) -> Assessment {
    let Some(day) = child.age.table_day() else {
        let none = Err(Gap::BeforeDueDate);
        return Assessment {
            weight_for_age: none,
            stature_for_age: none,
            bmi_for_age: none,
            head_for_age: none,
            weight_for_stature: none,
        };
    };
    let weight = measured.weight.map(WeightKg::get).ok_or(Gap::NotMeasured);
    let stature = measured.stature.map(|stature| stature.on_day(day)).ok_or(Gap::NotMeasured);
    let head = measured.head.map(HeadCm::get).ok_or(Gap::NotMeasured);
    let bmi = weight.and_then(|kg| stature.map(|cm| bmi(kg, cm)));
    let by_age = |indicator, value: Result<f64, Gap>| {
        value.and_then(|value| on_day(tables, standard, indicator, child.sex, day, value))
    };
    Assessment {
        weight_for_age: by_age(Indicator::WeightForAge, weight),
        stature_for_age: by_age(Indicator::StatureForAge, stature),
        bmi_for_age: by_age(Indicator::BmiForAge, bmi),
        head_for_age: by_age(Indicator::HeadForAge, head),
        weight_for_stature: weight.and_then(|kg| {
            let table = tables.by_stature(child.sex, Posture::of_day(day));
            weight_at(table, standard, stature?, kg)
        }),
    }
}

/// kg/m².
fn bmi(kg: f64, cm: f64) -> f64 {
    kg / (cm / 100.0).powi(2)
}

fn on_day<T: Row>(
    tables: &Tables<T>,
    standard: Standard,
    indicator: Indicator,
    sex: Sex,
    day: u32,
    value: f64,
) -> Result<Score, Gap> {
    let (table, tail) = match indicator {
        Indicator::WeightForAge => (&tables.weight, Tail::Linear),
        Indicator::StatureForAge => (&tables.stature, Tail::Power),
        Indicator::BmiForAge => (&tables.bmi, Tail::Linear),
        Indicator::HeadForAge => (&tables.head, Tail::Power),
        Indicator::WeightForStature => return Err(Gap::NotMeasured),
    };
    let rows = table.of(sex);
    let row = rows.get(day as usize).ok_or(Gap::AgeBeyond { last_day: rows.len() as u32 - 1 })?;
    Ok(judged(standard, indicator, row.z(value, tail)))
}

fn weight_at<T: Row>(table: &Steps<T>, standard: Standard, cm: f64, kg: f64) -> Result<Score, Gap> {
    let Some((first, second, part)) = table.around(cm) else {
        let (least_cm, most_cm) = table.range();
        return Err(Gap::StatureOutside { least_cm, most_cm });
    };
    let z = first.mix(second, part).z(kg, Tail::Linear);
    Ok(judged(standard, Indicator::WeightForStature, z))
}

fn judged(standard: Standard, indicator: Indicator, z: f64) -> Score {
    Score {
        z,
        percentile: percentile(z),
        level: Level::of(z),
        finding: Finding::of(standard, indicator, z),
        implausible: is_implausible(indicator, z),
    }
}

/// One value by day of age, in the unit of the indicator and, for stature and BMI, in the posture of that day.
/// For a value that is known to be sound; people's entries come through `assess`.
///
/// # Errors
/// `Gap::AgeBeyond` past the end of the table; `Gap::NotMeasured` for `WeightForStature`, which has no age.
pub fn score(standard: Standard, indicator: Indicator, sex: Sex, day: u32, value: f64) -> Result<Score, Gap> {
    match standard {
        Standard::Wst423 => on_day(&WST423, standard, indicator, sex, day, value),
        Standard::Who => on_day(&WHO, standard, indicator, sex, day, value),
    }
}

/// Weight (kg) for length or height (cm), both in that posture.
///
/// # Errors
/// `Gap::StatureOutside`.
pub fn score_by_stature(standard: Standard, sex: Sex, posture: Posture, cm: f64, kg: f64) -> Result<Score, Gap> {
    match standard {
        Standard::Wst423 => weight_at(WST423.by_stature(sex, posture), standard, cm, kg),
        Standard::Who => weight_at(WHO.by_stature(sex, posture), standard, cm, kg),
    }
}
