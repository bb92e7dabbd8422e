//! The engine as a function from JSON to JSON, for a command line or another program.
//!
//! In: `{"standard": "wst423", "sex": "female", "age_days": 683, "gestation": {"weeks": 32, "days": 3}, "weight_kg": 10.4,
//! "stature_cm": 84.8, "posture": "lying", "head_cm": 46.5}`; `gestation`, `posture` and each measurement may be left out.

use crate::age::{Age, CORRECTED_UNTIL, Gestation};
use crate::assess::{Assessment, Child, Gap, Measured, Score, assess};
use crate::measure::{HeadCm, Posture, Refusal, Stature, WeightKg};
use crate::{Sex, Standard};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    standard: Standard,
    sex: Sex,
    age_days: i64,
    gestation: Option<GestationFields>,
    weight_kg: Option<f64>,
    stature_cm: Option<f64>,
    posture: Option<Posture>,
    head_cm: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GestationFields {
    weeks: u32,
    #[serde(default)]
    days: u32,
}

/// What the program prints and its exit code: 0 done, 3 data refused (then `text` is the sentence why).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub exit: u8,
    pub text: String,
}

/// Scores one child. z to two decimals, percentiles to one, as they are printed.
pub fn score(question_json: &str) -> Answer {
    let answer = serde_json::from_str::<Question>(question_json)
        .map_err(|e| e.to_string())
        .and_then(|question| answer(&question).map_err(|refusal| refusal.to_string()));
    match answer {
        Ok(value) => Answer { exit: 0, text: format!("{value:#}\n") },
        Err(why) => Answer { exit: 3, text: why },
    }
}

fn answer(question: &Question) -> Result<Value, Refusal> {
    let age = match &question.gestation {
        None => Age::new(question.age_days)?,
        Some(at) => Age::corrected(question.age_days, Gestation::new(at.weeks, at.days)?, CORRECTED_UNTIL)?,
    };
    let measured = Measured {
        weight: question.weight_kg.map(WeightKg::new).transpose()?,
        stature: question.stature_cm.map(|cm| Stature::new(cm, question.posture)).transpose()?,
        head: question.head_cm.map(HeadCm::new).transpose()?,
    };
    let found: Assessment = assess(question.standard, Child { sex: question.sex, age }, &measured)?;
    Ok(json!({
        "standard": question.standard,
        "table_day": age.table_day(),
        "corrected": age.is_corrected(),
        "weight_for_age": print(found.weight_for_age),
        "stature_for_age": print(found.stature_for_age),
        "bmi_for_age": print(found.bmi_for_age),
        "head_for_age": print(found.head_for_age),
        "weight_for_stature": print(found.weight_for_stature),
    }))
}

#[derive(Serialize)]
#[serde(untagged)]
enum Printed {
    Score(Score),
    Gap(Gap),
}

fn print(found: Result<Score, Gap>) -> Printed {
    let places = |value: f64, scale: f64| (value * scale).round() / scale + 0.0;
    match found {
        Ok(score) => {
            Printed::Score(Score { z: places(score.z, 100.0), percentile: places(score.percentile, 10.0), ..score })
        }
        Err(gap) => Printed::Gap(gap),
    }
}
