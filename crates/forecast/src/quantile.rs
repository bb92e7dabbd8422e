//! From a thousand draws to the few figures a page shows.

use serde::Serialize;

/// The spread of a drawn count.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// One draw in ten is below.
    pub p10: u32,
    /// The middle.
    pub p50: u32,
    /// One draw in ten is above.
    pub p90: u32,
    /// Mean over the draws.
    pub mean: f64,
}

/// The smallest drawn value that at least `level` of the draws do not exceed. Reorders `draws`, which must not be empty.
pub fn at_level(draws: &mut [u32], level: f64) -> u32 {
    let rank = (level * draws.len() as f64 - 1e-9).ceil().clamp(1.0, draws.len() as f64) as usize - 1;
    *draws.select_nth_unstable(rank).1
}

/// The spread of `draws`, which are reordered.
pub fn spread(draws: &mut [u32]) -> Spread {
    let mean = draws.iter().map(|value| f64::from(*value)).sum::<f64>() / draws.len() as f64;
    let [p10, p50, p90] = [0.1, 0.5, 0.9].map(|level| at_level(draws, level));
    Spread { p10, p50, p90, mean }
}

/// Pinball loss of a forecast quantile: `level` of the truth should lie below it. Lower is better.
pub fn pinball(forecast: f64, truth: f64, level: f64) -> f64 {
    let over = truth - forecast;
    if over >= 0.0 { level * over } else { (level - 1.0) * over }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_one_to_ten() {
        let mut draws: Vec<u32> = (1..=10).rev().collect();
        assert_eq!([0.1, 0.5, 0.9, 0.95, 1.0].map(|level| at_level(&mut draws, level)), [1, 5, 9, 10, 10]);
        assert_eq!(spread(&mut draws), Spread { p10: 1, p50: 5, p90: 9, mean: 5.5 });
    }

    #[test]
    fn pinball_punishes_the_rare_side_less() {
        assert_eq!(pinball(10.0, 15.0, 0.9), 4.5);
        assert!((pinball(10.0, 5.0, 0.9) - 0.5).abs() < 1e-12);
    }
}
