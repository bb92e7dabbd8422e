//! The command of the contract as a pure function: the text of a births file in, one JSON document out.
//! `shanyu forecast --births FILE --horizon N --json` only opens the file.

use crate::assume::{Assumptions, Run};
use crate::backtest::{Plan, back_test};
use crate::chain::{self, Year};
use crate::quantile::Spread;
use crate::{ForecastError, table};
use serde_json::{Map, Value, json};

/// The question of `shanyu forecast`.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// Horizon, draws and seed.
    pub run: Run,
    /// Migration, enrolment, modes, levers; [`Assumptions::none`] forecasts children and no places.
    pub assumptions: Assumptions,
    /// Whether the past is replayed as well.
    pub back_test: bool,
}

impl Ask {
    /// The question with a horizon and nothing assumed: 1,000 draws, seed 1, with a replay.
    pub fn plain(horizon: usize) -> Self {
        Self { run: Run { horizon, draws: 1_000, seed: 1 }, assumptions: Assumptions::none(), back_test: true }
    }
}

/// Years of history a replay needs at least before its first origin.
const REPLAY_FROM: usize = 8;
/// Origins replayed at most.
const REPLAYED: usize = 6;

/// Answers the question for the text of a births file (`year,births` or `street,year,births`, see [`table`]).
pub fn forecast(births_file: &str, ask: &Ask) -> Result<Value, ForecastError> {
    let table::Table { district, by_street, mut warnings } = table::read(births_file)?;
    let drawn = chain::forecast(&district, &ask.assumptions, ask.run)?;
    let enrols = ask.assumptions.enrolment.iter().any(|path| path.now > 0.0 || path.target > 0.0);
    if !enrols {
        warnings.push("no enrolment path was given: children are forecast, places are not".to_owned());
    }
    let years = |years: &[Year]| -> Vec<Value> { years.iter().map(|year| printed(year, ask, enrols)).collect() };
    let streets: Vec<Value> = drawn
        .streets
        .iter()
        .filter(|_| by_street)
        .map(|street| json!({ "code": street.code, "birth_share": street.birth_share, "years": years(&street.years) }))
        .collect();
    let replay = replay(&district, by_street, ask, &mut warnings)?;
    Ok(json!({
        "base_year": drawn.base_year,
        "history": { "from": district.first_year(), "to": district.last_year(), "births": district.births() },
        "run": ask.run,
        "assumptions": ask.assumptions,
        "unit": "children, places; p10, p50, p90 over the draws",
        "district": years(&drawn.district),
        "streets": streets,
        "back_test": replay,
        "warnings": warnings,
    }))
}

fn replay(
    district: &crate::District,
    by_street: bool,
    ask: &Ask,
    warnings: &mut Vec<String>,
) -> Result<Value, ForecastError> {
    if !ask.back_test {
        return Ok(Value::Null);
    }
    let spare = district.years().saturating_sub(REPLAY_FROM).min(REPLAYED);
    if spare == 0 {
        let (years, need) = (district.years(), REPLAY_FROM + 1);
        warnings.push(format!("{years} years are too few to replay the past, {need} are needed"));
        return Ok(Value::Null);
    }
    let first_origin = district.last_year() - spare as i32;
    // A lever is a what-if of the future; the past is replayed without it.
    let assumptions = Assumptions { births_lever: Vec::new(), ..ask.assumptions.clone() };
    let run = Run { horizon: ask.run.horizon.min(spare), ..ask.run };
    let mut record = back_test(district, &assumptions, Plan { first_origin, run })?;
    // A plain series is its own only street; its scores need not stand there twice.
    record.scores.retain(|score| by_street || score.level == "district");
    Ok(json!(record))
}

fn printed(year: &Year, ask: &Ask, enrols: bool) -> Value {
    let mut out = Map::new();
    out.insert("year".to_owned(), json!(year.year));
    out.insert("births".to_owned(), json!(year.births));
    for (age, children) in year.stock.iter().enumerate() {
        out.insert(format!("age_{age}"), json!(children));
    }
    if enrols {
        let modes = ask.assumptions.modes.iter().zip(&year.places);
        let places: Map<String, Value> =
            modes.map(|(mode, spread): (_, &Spread)| (mode.name.clone(), json!(spread))).collect();
        out.insert("enrolled".to_owned(), json!(year.enrolled));
        out.insert("places".to_owned(), Value::Object(places));
        out.insert("places_for_service_level".to_owned(), json!(year.places_for_service_level));
    }
    Value::Object(out)
}
