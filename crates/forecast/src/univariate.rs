//! A plain yearly series continued: the median of four smoothings, with an interval learnt from the series' own past misses.
//!
//! Members are simple, trend and damped-trend smoothing and theta; the median lets none of them run away (the M competitions
//! keep finding that such a combination beats its members). The interval does not trust the fit, which always looks better
//! than it forecasts: it takes the errors of forecasts made at earlier origins, blended with the series' own yearly steps as a
//! prior worth eight errors, and grows with the horizon as h^0.8. Chosen on the last six *known* years of the M3 yearly
//! demographic series, judged on the six held out; see `docs/engines/forecast.md`.

use crate::ForecastError;
use crate::noise::normal_quantile;
use crate::smoothing::{Fit, Kind, fit_at_origins, theta_at_origins};

/// Fewest years a series may have.
pub const FEWEST: usize = 4;
/// From so many years on, the trend members take part and earlier origins are judged.
const FULL: usize = 8;
/// Errors of earlier origins are taken up to so many years ahead.
const JUDGED: usize = 6;
/// The prior (the spread of yearly steps) counts as so many errors.
const PRIOR_WEIGHT: f64 = 8.0;
/// Share of the mean squared step taken as the prior variance one year ahead.
const PRIOR_SHARE: f64 = 0.8;
/// Growth of the error with the horizon.
const GROWTH: f64 = 0.8;

/// A continued series.
#[derive(Debug, Clone, PartialEq)]
pub struct Univariate {
    /// Median forecast for 1, 2, … years ahead.
    pub median: Vec<f64>,
    /// Standard deviation of the error for the same years.
    pub sd: Vec<f64>,
}

impl Univariate {
    /// The interval that should hold the truth with probability `level` (in (0, 1)), for `h` years ahead from 1.
    pub fn interval(&self, h: usize, level: f64) -> (f64, f64) {
        let half = normal_quantile(0.5 + level / 2.0) * self.sd[h - 1];
        (self.median[h - 1] - half, self.median[h - 1] + half)
    }
}

/// Continues `values` (yearly, oldest first) for `horizon` years.
///
/// Errors: fewer than [`FEWEST`] values, a value that is not finite, a horizon outside 1..=50.
pub fn continue_series(values: &[f64], horizon: usize) -> Result<Univariate, ForecastError> {
    if values.len() < FEWEST {
        return Err(ForecastError::TooShort { got: values.len(), need: FEWEST });
    }
    if let Some(index) = values.iter().position(|value| !value.is_finite()) {
        return Err(ForecastError::NotFinite { index });
    }
    if !(1..=50).contains(&horizon) {
        return Err(ForecastError::Parameter { what: "horizon", range: "1 to 50 years", got: horizon as f64 });
    }
    // Shifted to the first value and scaled to the mean step: the least-squares sums then lose no digits.
    let steps = values.windows(2).map(|pair| pair[1] - pair[0]);
    let mean_step = steps.clone().map(f64::abs).sum::<f64>() / (values.len() - 1) as f64;
    let scale = if mean_step > 0.0 { mean_step } else { 1.0 };
    let scaled: Vec<f64> = values.iter().map(|value| (value - values[0]) / scale).collect();
    let square_step = steps.map(|step| (step / scale).powi(2)).sum::<f64>() / (values.len() - 1) as f64;

    let first = FULL.min(values.len());
    let members = Members::fit(&scaled, first);
    let (squares, count) = past_misses(&scaled, &members, first);
    let prior = PRIOR_SHARE * square_step;
    let one_ahead = ((squares + PRIOR_WEIGHT * prior) / (count + PRIOR_WEIGHT)).sqrt();
    let last = scaled.len() - first;
    let median = (1..=horizon).map(|h| values[0] + scale * members.median(last, h)).collect();
    let sd = (1..=horizon).map(|h| scale * one_ahead * (h as f64).powf(GROWTH)).collect();
    Ok(Univariate { median, sd })
}

/// Sum of squared misses of forecasts from earlier origins, each divided by its growth, and how many there were.
fn past_misses(scaled: &[f64], members: &Members, first: usize) -> (f64, f64) {
    let growth: [f64; JUDGED] = std::array::from_fn(|at| (at as f64 + 1.0).powf(GROWTH));
    let (mut squares, mut count) = (0.0, 0.0);
    for origin in first..scaled.len() {
        for h in 1..=JUDGED.min(scaled.len() - origin) {
            let miss = (scaled[origin + h - 1] - members.median(origin - first, h)) / growth[h - 1];
            squares += miss * miss;
            count += 1.0;
        }
    }
    (squares, count)
}

/// The members' fits, one per origin.
struct Members {
    simple: Vec<Fit>,
    theta: Vec<Fit>,
    /// Trend and damped trend, for series long enough to have one.
    trends: Option<[Vec<Fit>; 2]>,
}

impl Members {
    fn fit(scaled: &[f64], first: usize) -> Self {
        let trends =
            (first >= FULL).then(|| [Kind::Trend, Kind::Damped].map(|kind| fit_at_origins(scaled, kind, first)));
        Self { simple: fit_at_origins(scaled, Kind::Simple, first), theta: theta_at_origins(scaled, first), trends }
    }

    /// Median over the members: the mean of the middle two of four, or the mean of two for a short series.
    fn median(&self, origin: usize, h: usize) -> f64 {
        let (simple, theta) = (self.simple[origin].ahead(h), self.theta[origin].ahead(h));
        let Some([trend, damped]) = &self.trends else { return (simple + theta) / 2.0 };
        let mut all = [simple, theta, trend[origin].ahead(h), damped[origin].ahead(h)];
        all.sort_unstable_by(f64::total_cmp);
        (all[1] + all[2]) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_has_no_spread_and_a_line_little() {
        let flat = continue_series(&[320.0; 10], 3).unwrap();
        assert_eq!((flat.median[2], flat.sd[2]), (320.0, 0.0));
        let line: Vec<f64> = (0..20).map(|at| 1_000.0 + 10.0 * f64::from(at)).collect();
        let on = continue_series(&line, 5).unwrap();
        assert!((on.median[0] - 1_200.0).abs() < 6.0, "{on:?}");
        assert!(on.sd[0] < 10.0 && on.sd[4] > on.sd[0], "{on:?}");
    }

    #[test]
    fn units_do_not_matter() {
        let values: Vec<f64> = (0..15).map(|at| 300.0 + f64::from(at * 13 % 7) * 9.0).collect();
        let thousand: Vec<f64> = values.iter().map(|value| value * 1_000.0).collect();
        let (one, other) = (continue_series(&values, 4).unwrap(), continue_series(&thousand, 4).unwrap());
        for h in 0..4 {
            assert!((one.median[h] * 1_000.0 / other.median[h] - 1.0).abs() < 1e-9);
            assert!((one.sd[h] * 1_000.0 / other.sd[h] - 1.0).abs() < 1e-9);
        }
    }

    #[test]
    fn bad_series_are_refused() {
        assert_eq!(continue_series(&[1.0, 2.0, 3.0], 1).unwrap_err().code(), "forecast.too_short");
        assert_eq!(continue_series(&[1.0, f64::NAN, 3.0, 4.0], 1).unwrap_err().code(), "forecast.not_finite");
        assert_eq!(continue_series(&[1.0; 6], 0).unwrap_err().code(), "forecast.parameter");
    }
}
