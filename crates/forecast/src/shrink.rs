//! Small streets borrow strength: a rate seen on few children is drawn towards the district's, one seen on many is kept.
//!
//! The moment estimator of Marshall (1991, "Mapping disease and mortality rates using empirical Bayes estimators", Applied
//! Statistics 40): the spread of the rates beyond what chance explains decides how far each is drawn.

/// Shrunk rates of `events / exposure` per street. Exposures are zero or more; a street without exposure gets the district's
/// rate, and without any event or exposure at all every rate is zero.
pub fn shrink_rates(events: &[f64], exposure: &[f64]) -> Vec<f64> {
    let total: f64 = exposure.iter().sum();
    let pooled = if total > 0.0 { events.iter().sum::<f64>() / total } else { 0.0 };
    if pooled <= 0.0 {
        return vec![0.0; events.len()];
    }
    let with = exposure.iter().filter(|size| **size > 0.0).count().max(1) as f64;
    let rates = events.iter().zip(exposure);
    let spread: f64 = rates
        .clone()
        .filter(|(_, size)| **size > 0.0)
        .map(|(count, size)| size * (count / size - pooled).powi(2))
        .sum::<f64>()
        / total;
    let beyond_chance = (spread - pooled / (total / with)).max(0.0);
    rates
        .map(|(count, size)| {
            if *size <= 0.0 {
                return pooled;
            }
            let kept = beyond_chance / (beyond_chance + pooled / size);
            pooled + (count / size - pooled) * kept
        })
        .collect()
}

/// Births of the last so many years are the events of a street's birth rate.
const RECENT_YEARS: usize = 3;

/// Share of the district's births per street, summing to 1.
///
/// The rate is recent births per resident where every street has its population, and recent births per long-run births
/// otherwise (then shrinking means: a recent turn on few births is mostly taken for chance).
pub fn birth_shares(district: &crate::District) -> Vec<f64> {
    let streets = district.streets();
    let recent = RECENT_YEARS.min(district.years());
    let events: Vec<f64> = streets
        .iter()
        .map(|street| street.births.iter().rev().take(recent).map(|count| f64::from(*count)).sum())
        .collect();
    let populations: Option<Vec<f64>> = streets.iter().map(|street| street.population.filter(|p| *p > 0.0)).collect();
    let exposure = populations.unwrap_or_else(|| {
        let years = district.years() as f64;
        let mean = |street: &crate::Street| street.births.iter().map(|count| f64::from(*count)).sum::<f64>() / years;
        // Half a birth keeps a street that never had one in the running.
        streets.iter().map(|street| (mean(street) * recent as f64).max(0.5)).collect()
    });
    let expected: Vec<f64> =
        shrink_rates(&events, &exposure).iter().zip(&exposure).map(|(rate, size)| rate * size).collect();
    let total: f64 = expected.iter().sum();
    if total > 0.0 {
        expected.iter().map(|births| births / total).collect()
    } else {
        vec![1.0 / streets.len() as f64; streets.len()]
    }
}

/// Yearly drift of the streets' shares (standard deviation of the log share's change) beyond what chance explains, at most
/// 0.3. Years with fewer than ten births say nothing about drift and are left out.
pub fn share_drift(district: &crate::District) -> f64 {
    let totals = district.births();
    let (mut beyond, mut count) = (0.0, 0.0);
    for street in district.streets() {
        for year in 1..district.years() {
            let [before, now] = [street.births[year - 1], street.births[year]].map(f64::from);
            if before >= 10.0 && now >= 10.0 {
                let change = (now / f64::from(totals[year])).ln() - (before / f64::from(totals[year - 1])).ln();
                beyond += change * change - 1.0 / before - 1.0 / now;
                count += 1.0;
            }
        }
    }
    if count > 0.0 { (beyond / count).max(0.0).sqrt().min(0.3) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_events_go_to_the_pool_and_many_stay() {
        let events = [2.0, 4_000.0, 8_000.0, 1.0];
        let exposure = [10.0, 20_000.0, 80_000.0, 10.0];
        let pooled = 12_003.0 / 100_020.0;
        let rates = shrink_rates(&events, &exposure);
        assert!((rates[1] - 0.2).abs() < 0.001 && (rates[2] - 0.1).abs() < 0.001, "{rates:?}");
        assert!((rates[0] - pooled).abs() < (0.2 - pooled) * 0.6, "{rates:?}");
        assert!((rates[3] - pooled).abs() < (pooled - 0.1) * 0.9, "{rates:?}");
    }

    #[test]
    fn equal_rates_that_differ_by_chance_only_are_pooled() {
        let rates = shrink_rates(&[9.0, 11.0, 10.0, 10.0], &[100.0; 4]);
        assert!(rates.iter().all(|rate| (rate - 0.1).abs() < 1e-12), "{rates:?}");
        assert_eq!(shrink_rates(&[0.0, 0.0], &[5.0, 0.0]), [0.0, 0.0]);
    }
}
