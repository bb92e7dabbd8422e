//! Would it have been right? From each past year the future is forecast with what was known then, and judged on what came.
//!
//! The model gets a [`District::until`] that year, so later years are not merely unused, they are not there. Beside the chain
//! stand what anyone could do: the last value, drift, and every street's own series continued by itself.

use crate::ForecastError;
use crate::assume::{Assumptions, Run};
use crate::chain::forecast;
use crate::district::District;
use crate::noise::normal_quantile;
use crate::quantile::pinball;
use crate::univariate::continue_series;
use serde::Serialize;

/// Which past to replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The first year that counts as "now"; all later years but the last follow.
    pub first_origin: i32,
    /// Years ahead, draws and seed of each replay.
    pub run: Run,
}

/// A method's record over all origins, years ahead and places.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// `chain`, `last_value`, `drift` or `own_series`.
    pub method: &'static str,
    /// `street` or `district`.
    pub level: &'static str,
    /// Forecasts judged.
    pub forecasts: usize,
    /// Mean pinball loss over the levels 0.1, 0.5 and 0.9, in births.
    pub pinball: f64,
    /// Mean absolute error of the median, in births.
    pub mean_absolute_error: f64,
    /// Share of the truth that fell between P10 and P90; 0.8 would be right.
    pub coverage: f64,
}

/// The result of a replay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackTest {
    /// What was replayed.
    pub plan: Plan,
    /// Last year of the history: the latest truth judged.
    pub last_year: i32,
    /// Scores per method and level.
    pub scores: Vec<Score>,
}

/// P10, P50, P90 of one forecast.
type Levels = [f64; 3];

#[derive(Default)]
struct Tally {
    count: usize,
    pinball: f64,
    error: f64,
    inside: usize,
}

impl Tally {
    fn add(&mut self, levels: Levels, truth: f64) {
        self.count += 1;
        self.pinball += (0..3).map(|at| pinball(levels[at], truth, [0.1, 0.5, 0.9][at])).sum::<f64>() / 3.0;
        self.error += (levels[1] - truth).abs();
        self.inside += usize::from(levels[0] <= truth && truth <= levels[2]);
    }

    fn close(self, method: &'static str, level: &'static str) -> Score {
        let each = |sum: f64| sum / self.count as f64;
        Score {
            method,
            level,
            forecasts: self.count,
            pinball: each(self.pinball),
            mean_absolute_error: each(self.error),
            coverage: each(self.inside as f64),
        }
    }
}

const METHODS: [&str; 4] = ["chain", "last_value", "drift", "own_series"];

/// Replays births from every origin of the plan and scores them on the years that followed.
///
/// Errors: those of [`forecast`], and [`ForecastError::Year`] when the first origin leaves no year to judge.
pub fn back_test(district: &District, assume: &Assumptions, plan: Plan) -> Result<BackTest, ForecastError> {
    let last_year = district.last_year();
    if plan.first_origin >= last_year {
        let place = "first origin".to_owned();
        return Err(ForecastError::Year {
            place,
            year: plan.first_origin,
            fault: "missing (no later year to judge by)",
        });
    }
    let mut streets: [Tally; 4] = std::array::from_fn(|_| Tally::default());
    let mut whole: [Tally; 4] = std::array::from_fn(|_| Tally::default());
    for origin in plan.first_origin..last_year {
        let known = district.until(origin)?;
        let horizon = plan.run.horizon.min((last_year - origin) as usize);
        let drawn = forecast(&known, assume, Run { horizon, ..plan.run })?;
        let years = known.years();
        for (at, street) in district.streets().iter().enumerate() {
            let future = drawn.streets[at].years.iter().map(|year| year.births);
            let chain = future.map(|births| [births.p10, births.p50, births.p90].map(f64::from)).collect();
            judge(&mut streets, chain, &street.births, years)?;
        }
        let chain =
            drawn.district.iter().map(|year| [year.births.p10, year.births.p50, year.births.p90].map(f64::from));
        judge(&mut whole, chain.collect(), &district.births(), years)?;
    }
    let scores = |tallies: [Tally; 4], level| {
        tallies.into_iter().zip(METHODS).map(move |(tally, method)| tally.close(method, level))
    };
    Ok(BackTest { plan, last_year, scores: scores(whole, "district").chain(scores(streets, "street")).collect() })
}

/// Adds the four methods' forecasts after `years` known counts of `all`.
fn judge(tallies: &mut [Tally; 4], chain: Vec<Levels>, all: &[u32], years: usize) -> Result<(), ForecastError> {
    let known: Vec<f64> = all[..years].iter().map(|count| f64::from(*count)).collect();
    let own = continue_series(&known, chain.len())?;
    let last = known[years - 1];
    let drift = (last - known[0]) / (years - 1) as f64;
    let steps = known.windows(2).map(|pair| pair[1] - pair[0]);
    let step = (steps.map(|step| step * step).sum::<f64>() / (years - 1) as f64).sqrt();
    for (h, chain) in chain.into_iter().enumerate() {
        let ahead = h as f64 + 1.0;
        let around =
            |middle: f64, sd: f64| [-1.0, 0.0, 1.0].map(|side| (middle + side * normal_quantile(0.9) * sd).max(0.0));
        let truth = f64::from(all[years + h]);
        tallies[0].add(chain, truth);
        tallies[1].add(around(last, step * ahead.sqrt()), truth);
        tallies[2].add(around(last + drift * ahead, step * ahead.sqrt()), truth);
        tallies[3].add(around(own.median[h], own.sd[h]), truth);
    }
    Ok(())
}
