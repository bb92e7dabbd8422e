//! The chain: births, children by single age, enrolled children, places by mode; per street, per year, per draw.
//!
//! Every level is drawn for the district first and then divided among the streets in whole children, so the streets sum to
//! the district in every draw; this is asserted, not hoped. Births already counted fix the ages one and two of the next
//! years: a trend of totals would miss the wave that a good year leaves behind, the chain does not.

use crate::ForecastError;
use crate::assume::{Assumptions, Run};
use crate::district::District;
use crate::noise::{Cause, Noise, street_key};
use crate::quantile::{Spread, at_level, spread};
use crate::shrink::{birth_shares, share_drift, shrink_rates};
use crate::univariate::continue_series;
use serde::Serialize;

/// One year of one place (a street, or the district).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Year {
    /// The year.
    pub year: i32,
    /// Births in the year.
    pub births: Spread,
    /// Children of completed age 0, 1, 2 at its end.
    pub stock: [Spread; 3],
    /// Children in care at its end.
    pub enrolled: Spread,
    /// Places they need, per mode in the order of [`Assumptions::modes`].
    pub places: Vec<Spread>,
    /// Places that suffice with the probability of the service level, all modes together.
    pub places_for_service_level: u32,
}

/// A street's forecast.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StreetForecast {
    /// Its code.
    pub code: String,
    /// Share of the district's births it starts with, after shrinkage.
    pub birth_share: f64,
    /// One entry per year of the horizon.
    pub years: Vec<Year>,
}

/// A district's forecast with its streets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Forecast {
    /// How it was run.
    pub run: Run,
    /// Last known year.
    pub base_year: i32,
    /// The district as a whole.
    pub district: Vec<Year>,
    /// The streets in the order given.
    pub streets: Vec<StreetForecast>,
}

/// Births, three ages, enrolled, then one per mode, then all places.
const FIXED: usize = 5;

/// Everything drawn: `counts[quantity][year][place]` over draws, where the last place is the district.
struct Draws {
    places: usize,
    years: usize,
    draws: usize,
    counts: Vec<u32>,
}

impl Draws {
    fn at(&self, quantity: usize, year: usize, place: usize) -> std::ops::Range<usize> {
        let from = ((quantity * self.years + year) * self.places + place) * self.draws;
        from..from + self.draws
    }

    fn put(&mut self, quantity: usize, year: usize, draw: usize, streets: &[u32], district: u32) {
        // The promise of this module: whatever the draw, the parts make the whole.
        assert_eq!(streets.iter().sum::<u32>(), district, "streets must sum to the district");
        for (place, count) in streets.iter().chain([&district]).enumerate() {
            let slot = self.at(quantity, year, place).start + draw;
            self.counts[slot] = *count;
        }
    }
}

/// Draws the future of a district.
///
/// Errors: assumptions or run out of range, a history too short to continue.
pub fn forecast(district: &District, assume: &Assumptions, run: Run) -> Result<Forecast, ForecastError> {
    assume.check()?;
    run.check()?;
    let model = Model::new(district, assume, run)?;
    let places = district.streets().len() + 1;
    let quantities = FIXED + assume.modes.len() + 1;
    let counts = vec![0; quantities * run.horizon * places * run.draws];
    let mut all = Draws { places, years: run.horizon, draws: run.draws, counts };
    for draw in 0..run.draws {
        model.draw(draw, &mut all);
    }
    let mut summarise = |place: usize| -> Vec<Year> {
        (0..run.horizon).map(|year| summary(&mut all, place, year, assume, model.base_year)).collect()
    };
    let streets = district.streets().iter().enumerate().map(|(place, street)| StreetForecast {
        code: street.code.clone(),
        birth_share: model.shares[place],
        years: summarise(place),
    });
    let streets = streets.collect();
    Ok(Forecast { run, base_year: model.base_year, district: summarise(places - 1), streets })
}

fn summary(all: &mut Draws, place: usize, year: usize, assume: &Assumptions, base_year: i32) -> Year {
    let mut of = |quantity: usize| {
        let range = all.at(quantity, year, place);
        spread(&mut all.counts[range])
    };
    let (births, stock, enrolled) = (of(0), [of(1), of(2), of(3)], of(4));
    let places = (0..assume.modes.len()).map(|mode| of(FIXED + mode)).collect();
    let range = all.at(FIXED + assume.modes.len(), year, place);
    let places_for_service_level = at_level(&mut all.counts[range], assume.service_level);
    Year { year: base_year + 1 + year as i32, births, stock, enrolled, places, places_for_service_level }
}

/// Everything a draw needs, worked out once.
struct Model<'a> {
    assume: &'a Assumptions,
    run: Run,
    noise: Noise,
    base_year: i32,
    keys: Vec<u64>,
    shares: Vec<f64>,
    drift: f64,
    /// Median district births per year of the horizon, lever included, and the growth of their relative error.
    births: Vec<f64>,
    relative_step: Vec<f64>,
    /// Children of age 0 and 1 (and 2) at the end of the base year, per street.
    stock: Vec<[u32; 3]>,
    /// How a street's children multiply compared with the district's, and its log-odds of enrolment likewise.
    retention: Vec<f64>,
    enrolment_offset: Vec<f64>,
}

impl<'a> Model<'a> {
    fn new(district: &District, assume: &'a Assumptions, run: Run) -> Result<Self, ForecastError> {
        let history: Vec<f64> = district.births().iter().map(|births| f64::from(*births)).collect();
        let ahead = continue_series(&history, run.horizon)?;
        let last = history[history.len() - 1];
        // A falling trend must not run through zero: births never fall below a tenth of the last year.
        let floor = (last * 0.1).max(1.0);
        let lever = |year: usize| assume.births_lever.get(year).copied().unwrap_or(1.0);
        let births = ahead.median.iter().enumerate().map(|(year, median)| median.max(floor) * lever(year)).collect();
        let relative: Vec<f64> =
            ahead.sd.iter().zip(&ahead.median).map(|(sd, median)| (sd / median.max(floor)).min(1.0)).collect();
        let relative_step = (0..run.horizon)
            .map(|year| {
                let before = if year == 0 { 0.0 } else { relative[year - 1] };
                (relative[year] * relative[year] - before * before).max(0.0).sqrt()
            })
            .collect();
        Ok(Self {
            assume,
            run,
            noise: Noise::new(run.seed),
            base_year: district.last_year(),
            keys: district.streets().iter().map(|street| street_key(&street.code)).collect(),
            shares: birth_shares(district),
            drift: share_drift(district),
            births,
            relative_step,
            stock: base_stock(district, assume),
            retention: retention(district, assume),
            enrolment_offset: enrolment_offset(district, assume),
        })
    }

    fn draw(&self, draw: usize, all: &mut Draws) {
        let streets = self.keys.len();
        let mut stock: [Vec<u32>; 3] = std::array::from_fn(|age| self.stock.iter().map(|street| street[age]).collect());
        let mut whole: [u32; 3] = std::array::from_fn(|age| stock[age].iter().sum());
        let mut drift = vec![0.0; streets];
        let mut weights = vec![0.0; streets];
        let mut path = 0.0;
        for year in 0..self.run.horizon {
            path += self.relative_step[year] * self.noise.normal(Cause::DistrictBirths, 0, year, draw);
            let district_births = (self.births[year] * stretched(path)).round().min(1e9) as u32;
            for at in 0..streets {
                let key = self.keys[at];
                if self.drift > 0.0 {
                    drift[at] += self.drift * self.noise.normal(Cause::ShareDrift, key, year, draw);
                }
                let expected = self.shares[at] * f64::exp(drift[at]) * f64::from(district_births);
                weights[at] = scattered(expected, self.noise.normal(Cause::StreetBirths, key, year, draw));
            }
            let births = divide(district_births, &weights);
            all.put(0, year, draw, &births, district_births);

            // Oldest first, so that each age still finds last year's younger one.
            for age in (0..3).rev() {
                let (younger, young_whole) =
                    if age == 0 { (&births, district_births) } else { (&stock[age - 1], whole[age - 1]) };
                let migration = self.assume.migration[age];
                let rate = migration.mean + migration.sd * self.noise.normal(Cause::Migration, age as u64, year, draw);
                let grown = f64::from(young_whole) * self.assume.survival[age] * (1.0 + rate).max(0.05);
                for at in 0..streets {
                    weights[at] = f64::from(younger[at]) * self.retention[at];
                }
                whole[age] = if young_whole == 0 { 0 } else { grown.round() as u32 };
                stock[age] = divide(whole[age], &weights);
            }
            (0..3).for_each(|age| all.put(1 + age, year, draw, &stock[age], whole[age]));
            self.places(draw, year, &stock, all);
        }
    }

    /// Enrolled children and the places they need.
    fn places(&self, draw: usize, year: usize, stock: &[Vec<u32>; 3], all: &mut Draws) {
        let streets = self.keys.len();
        let mut wanting = vec![0.0; streets];
        for (age, children) in stock.iter().enumerate() {
            let path = self.assume.enrolment[age];
            let Some(middle) = path.log_odds(self.base_year, self.base_year + 1 + year as i32) else { continue };
            // One number per age and draw: a future in which parents want more is one in every year of it.
            let z = self.noise.normal(Cause::Enrolment, age as u64, 0, draw);
            let odds = middle + path.sd * (year as f64 + 1.0).sqrt() * z;
            for at in 0..streets {
                wanting[at] += f64::from(children[at]) / (1.0 + (-(odds + self.enrolment_offset[at])).exp());
            }
        }
        let district: f64 = wanting.iter().sum();
        let enrolled = divide(district.round() as u32, &wanting);
        let enrolled_whole = district.round() as u32;
        all.put(4, year, draw, &enrolled, enrolled_whole);
        let mut total = vec![0; streets];
        let mut total_whole = 0;
        for (mode, care) in self.assume.modes.iter().enumerate() {
            let whole = (f64::from(enrolled_whole) * care.share * care.places_per_child).ceil() as u32;
            let weights: Vec<f64> = enrolled.iter().map(|count| f64::from(*count)).collect();
            let places = divide(whole, &weights);
            all.put(FIXED + mode, year, draw, &places, whole);
            total.iter_mut().zip(&places).for_each(|(sum, count)| *sum += count);
            total_whole += whole;
        }
        all.put(FIXED + self.assume.modes.len(), year, draw, &total, total_whole);
    }
}

/// How far births lie from their median: upwards as the interval of the series says (symmetric in births), downwards in
/// proportion, because births run towards zero and never through it.
fn stretched(relative: f64) -> f64 {
    if relative >= 0.0 { 1.0 + relative } else { relative.exp() }
}

/// A count with the mean and variance of a Poisson number, as a smooth function of one normal number (Wilson & Hilferty
/// 1931), so that scenarios with a little more births have a little more in every draw.
fn scattered(expected: f64, z: f64) -> f64 {
    if expected <= 0.0 {
        return 0.0;
    }
    let shape = expected.max(0.2);
    let root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt());
    expected * root.max(0.0).powi(3)
}

/// Divides `whole` among the parts in proportion to `weights`, in whole numbers that sum to it exactly: running totals are
/// rounded, so no part is off by one or more. Weights that are all zero share equally.
pub(crate) fn divide(whole: u32, weights: &[f64]) -> Vec<u32> {
    let total: f64 = weights.iter().sum();
    let (equal, scale) =
        if total > 0.0 { (0.0, f64::from(whole) / total) } else { (1.0, f64::from(whole) / weights.len() as f64) };
    let (mut running, mut given) = (0.0, 0u32);
    let last = weights.len() - 1;
    let part = |(at, weight): (usize, &f64)| {
        running += weight + equal;
        let upto = if at == last { whole } else { ((running * scale).round() as u32).clamp(given, whole) };
        let part = upto - given;
        given = upto;
        part
    };
    weights.iter().enumerate().map(part).collect()
}

/// Children at the end of the base year: counted where every street was, otherwise births carried forward.
fn base_stock(district: &District, assume: &Assumptions) -> Vec<[u32; 3]> {
    let counted: Option<Vec<[u32; 3]>> = district.streets().iter().map(crate::Street::last_stock).collect();
    counted.unwrap_or_else(|| {
        let years = district.years();
        let carried = |births: &[u32], age: usize| {
            let kept: f64 = (0..=age).map(|step| assume.survival[step] * (1.0 + assume.migration[step].mean)).product();
            (f64::from(births[years - 1 - age]) * kept).round() as u32
        };
        district.streets().iter().map(|street| std::array::from_fn(|age| carried(&street.births, age))).collect()
    })
}

/// How many children a street keeps compared with the district: counted over expected of the last year, shrunk. One where
/// nothing was counted.
fn retention(district: &District, assume: &Assumptions) -> Vec<f64> {
    let streets = district.streets();
    let counted: Option<Vec<[u32; 3]>> = streets.iter().map(crate::Street::last_stock).collect();
    let Some(counted) = counted else { return vec![1.0; streets.len()] };
    let years = district.years();
    let events: Vec<f64> = counted.iter().map(|ages| ages.iter().map(|count| f64::from(*count)).sum()).collect();
    let expected = |street: &crate::Street| -> f64 {
        (0..3)
            .map(|age| {
                let kept: f64 =
                    (0..=age).map(|step| assume.survival[step] * (1.0 + assume.migration[step].mean)).product();
                f64::from(street.births[years - 1 - age]) * kept
            })
            .sum()
    };
    let exposure: Vec<f64> = streets.iter().map(expected).collect();
    let pooled = events.iter().sum::<f64>() / exposure.iter().sum::<f64>().max(1e-9);
    // Three birth years make up the count, two steps on average since birth: the yearly factor is the root.
    let yearly = |rate: f64| if pooled > 0.0 { (rate / pooled).sqrt().clamp(0.5, 2.0) } else { 1.0 };
    shrink_rates(&events, &exposure).into_iter().map(yearly).collect()
}

/// How a street's log-odds of enrolment differ from the district's, shrunk. Zero where enrolment was not counted everywhere.
fn enrolment_offset(district: &District, assume: &Assumptions) -> Vec<f64> {
    let streets = district.streets();
    let enrolled: Option<Vec<f64>> = streets.iter().map(|street| street.enrolled.map(f64::from)).collect();
    let Some(events) = enrolled else { return vec![0.0; streets.len()] };
    let stock = base_stock(district, assume);
    // Expected from the ages: a street with more two-year-olds has more enrolled without being any keener.
    let expected =
        |ages: &[u32; 3]| -> f64 { (0..3).map(|age| f64::from(ages[age]) * assume.enrolment[age].now).sum() };
    let exposure: Vec<f64> = stock.iter().map(expected).collect();
    let pooled = events.iter().sum::<f64>() / exposure.iter().sum::<f64>().max(1e-9);
    let offset = |rate: f64| if rate > 0.0 && pooled > 0.0 { (rate / pooled).ln().clamp(-1.5, 1.5) } else { 0.0 };
    shrink_rates(&events, &exposure).into_iter().map(offset).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn parts_make_the_whole_and_stay_near_their_share(
            whole in 0u32..1_000_000, weights in proptest::collection::vec(0.0f64..1e4, 1..250),
        ) {
            let parts = divide(whole, &weights);
            prop_assert_eq!(parts.iter().sum::<u32>(), whole);
            let total: f64 = weights.iter().sum();
            if total > 0.0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    prop_assert!((f64::from(*part) - f64::from(whole) * weight / total).abs() <= 1.0 + 1e-6);
                }
            }
        }
    }

    #[test]
    fn scattered_counts_have_the_mean_and_variance_of_chance() {
        let noise = Noise::new(3);
        for expected in [2.0, 20.0, 400.0] {
            let all: Vec<f64> =
                (0..50_000).map(|draw| scattered(expected, noise.normal(Cause::StreetBirths, 1, 0, draw))).collect();
            let mean = all.iter().sum::<f64>() / all.len() as f64;
            let variance = all.iter().map(|count| (count - mean).powi(2)).sum::<f64>() / all.len() as f64;
            assert!((mean / expected - 1.0).abs() < 0.02, "{expected}: mean {mean}");
            assert!((variance / expected - 1.0).abs() < 0.06, "{expected}: variance {variance}");
        }
    }
}
