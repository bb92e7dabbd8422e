//! Exponential smoothing fitted at every origin of a series in one pass.
//!
//! With the smoothing weights fixed, the one-step errors are linear in the starting level and trend, so the best start is a
//! two-by-two least-squares problem whose sums grow with the series: a single pass over the years gives the best start, its
//! squared error and its state after *each* year. Weights are taken from a grid, eight at a time. What a rolling-origin test
//! would refit a dozen times is thus fitted once, and exactly the same.

/// State of the best fit after the years up to one origin, in the units of the series given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Sum of squared one-step errors.
    pub sse: f64,
    /// Level after the last year.
    pub level: f64,
    /// Trend per year after the last year.
    pub trend: f64,
    /// Damping of the trend per year.
    pub phi: f64,
}

impl Fit {
    /// `h` years ahead (1 is the next year): level + (φ + φ² + … + φʰ) · trend.
    pub fn ahead(&self, h: usize) -> f64 {
        let mut damped = 1.0;
        let weight: f64 = (0..h)
            .map(|_| {
                damped *= self.phi;
                damped
            })
            .sum();
        self.level + weight * self.trend
    }
}

/// Which smoothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Level only: ETS(A,N,N).
    Simple,
    /// Level and trend: ETS(A,A,N).
    Trend,
    /// Level and damped trend: ETS(A,Ad,N).
    Damped,
}

const LANES: usize = 8;

const ALPHA: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99];
const BETA: [f64; 8] = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];
const PHI: [f64; 5] = [0.8, 0.85, 0.9, 0.95, 0.98];

/// Best fits after `first..=values.len()` years. `first` is at least 3 (2 for [`Kind::Simple`]) and at most the length.
pub fn fit_at_origins(values: &[f64], kind: Kind, first: usize) -> Vec<Fit> {
    let origins = values.len() + 1 - first;
    let mut best = vec![Fit { sse: f64::INFINITY, level: values[first - 1], trend: 0.0, phi: 1.0 }; origins];
    let grid: Vec<[f64; 3]> = match kind {
        Kind::Simple => ALPHA.iter().map(|alpha| [*alpha, 0.0, 1.0]).collect(),
        Kind::Trend => pairs(&[1.0]),
        Kind::Damped => pairs(&PHI),
    };
    for some in grid.chunks(LANES) {
        // A short last group repeats its first entry; a repeated entry cannot win against itself.
        let lanes: [[f64; 3]; LANES] = std::array::from_fn(|lane| some[if lane < some.len() { lane } else { 0 }]);
        if kind == Kind::Simple {
            sweep::<false>(values, first, &lanes, &mut best)
        } else {
            sweep::<true>(values, first, &lanes, &mut best)
        }
    }
    best
}

/// (α, αβ, φ) for every combination.
fn pairs(phis: &[f64]) -> Vec<[f64; 3]> {
    let mut grid = Vec::with_capacity(phis.len() * ALPHA.len() * BETA.len());
    for phi in phis {
        for alpha in ALPHA {
            grid.extend(BETA.iter().map(|beta| [alpha, alpha * beta, *phi]));
        }
    }
    grid
}

/// One recursion in eight lanes: level and trend, driven by an input, answering its one-step errors.
#[derive(Clone, Copy)]
struct Track {
    level: [f64; LANES],
    trend: [f64; LANES],
}

impl Track {
    fn start(level: f64, trend: f64) -> Self {
        Self { level: [level; LANES], trend: [trend; LANES] }
    }

    #[inline(always)]
    fn step(&mut self, input: f64, lanes: &[[f64; 3]; LANES]) -> [f64; LANES] {
        let mut error = [0.0; LANES];
        for lane in 0..LANES {
            let [alpha, alpha_beta, phi] = lanes[lane];
            let ahead = self.level[lane] + phi * self.trend[lane];
            error[lane] = input - ahead;
            self.level[lane] = ahead + alpha * error[lane];
            self.trend[lane] = phi * self.trend[lane] + alpha_beta * error[lane];
        }
        error
    }
}

#[inline(always)]
fn add_product(sum: &mut [f64; LANES], a: &[f64; LANES], b: &[f64; LANES]) {
    for lane in 0..LANES {
        sum[lane] += a[lane] * b[lane];
    }
}

fn sweep<const TREND: bool>(values: &[f64], first: usize, lanes: &[[f64; 3]; LANES], best: &mut [Fit]) {
    // The series itself from (0, 0), and what a start of (1, 0) or (0, 1) would add to its errors.
    let (mut series, mut unit_level, mut unit_trend) =
        (Track::start(0.0, 0.0), Track::start(1.0, 0.0), Track::start(0.0, 1.0));
    let zero = [0.0; LANES];
    let (mut rr, mut ll, mut lt, mut tt, mut rl, mut rt) = (zero, zero, zero, zero, zero, zero);
    for (at, value) in values.iter().enumerate() {
        let r = series.step(*value, lanes);
        let l = unit_level.step(0.0, lanes);
        add_product(&mut rr, &r, &r);
        add_product(&mut ll, &l, &l);
        add_product(&mut rl, &r, &l);
        if TREND {
            let t = unit_trend.step(0.0, lanes);
            add_product(&mut lt, &l, &t);
            add_product(&mut tt, &t, &t);
            add_product(&mut rt, &r, &t);
        }
        if at + 1 < first {
            continue;
        }
        let fit = &mut best[at + 1 - first];
        for lane in 0..LANES {
            let (level, trend) = if TREND {
                let det = ll[lane] * tt[lane] - lt[lane] * lt[lane];
                if det <= 1e-10 * ll[lane] * tt[lane] {
                    continue;
                }
                ((lt[lane] * rt[lane] - tt[lane] * rl[lane]) / det, (lt[lane] * rl[lane] - ll[lane] * rt[lane]) / det)
            } else {
                (-rl[lane] / ll[lane], 0.0)
            };
            let sse = (rr[lane] + level * rl[lane] + trend * rt[lane]).max(0.0);
            if sse < fit.sse {
                *fit = Fit {
                    sse,
                    level: series.level[lane] + level * unit_level.level[lane] + trend * unit_trend.level[lane],
                    trend: series.trend[lane] + level * unit_level.trend[lane] + trend * unit_trend.trend[lane],
                    phi: lanes[lane][2],
                };
            }
        }
    }
}

/// The theta method (Assimakopoulos & Nikolopoulos 2000) at every origin: half the regression line, half the simple
/// smoothing of the series bent away from it twice. Returned as a [`Fit`] whose trend is half the slope and φ is 1.
pub fn theta_at_origins(values: &[f64], first: usize) -> Vec<Fit> {
    let origins = values.len() + 1 - first;
    let mut best = vec![Fit { sse: f64::INFINITY, level: values[first - 1], trend: 0.0, phi: 1.0 }; origins];
    for alpha in ALPHA {
        // Simple smoothing is linear in its input, so the bent line need not be known before the slope is.
        let (mut y, mut x, mut unit) = (0.0, 0.0, 1.0);
        let (mut yy, mut yx, mut xx, mut yu, mut xu, mut uu) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        let (mut sum, mut sum_at) = (0.0, 0.0);
        for (at, value) in values.iter().enumerate() {
            let (time, count) = (at as f64, at as f64 + 1.0);
            let (ey, ex, eu) = (value - y, time - x, -unit);
            (y, x, unit) = (y + alpha * ey, x + alpha * ex, unit + alpha * eu);
            (yy, yx, xx) = (yy + ey * ey, yx + ey * ex, xx + ex * ex);
            (yu, xu, uu) = (yu + ey * eu, xu + ex * eu, uu + eu * eu);
            (sum, sum_at) = (sum + value, sum_at + value * time);
            if at + 1 < first {
                continue;
            }
            let mean_time = time / 2.0;
            let slope = (sum_at - mean_time * sum) / (count * (count * count - 1.0) / 12.0);
            let start = -(2.0 * yu - slope * xu) / uu;
            let bent = 4.0 * yy - 4.0 * slope * yx + slope * slope * xx;
            let sse = (bent + start * (2.0 * yu - slope * xu)).max(0.0);
            let fit = &mut best[at + 1 - first];
            if sse < fit.sse {
                // Half the bent level plus half the line; the line's own constant cancels.
                let level = 0.5 * (2.0 * y - slope * x + start * unit + slope * time);
                *fit = Fit { sse, level, trend: 0.5 * slope, phi: 1.0 };
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_goes_on_straight() {
        let line: Vec<f64> = (0..12).map(|at| 100.0 + 3.0 * f64::from(at)).collect();
        for fit in fit_at_origins(&line, Kind::Trend, 4).iter().enumerate() {
            let (after, fit) = (fit.0 + 4, fit.1);
            assert!((fit.ahead(5) - (100.0 + 3.0 * (after as f64 + 4.0))).abs() < 1e-6, "{after}: {fit:?}");
        }
    }

    #[test]
    fn a_constant_stays() {
        for kind in [Kind::Simple, Kind::Trend, Kind::Damped] {
            let fit = fit_at_origins(&[7.0; 9], kind, 9)[0];
            assert!((fit.ahead(3) - 7.0).abs() < 1e-9, "{kind:?} {fit:?}");
        }
        assert!((theta_at_origins(&[7.0; 9], 9)[0].ahead(3) - 7.0).abs() < 1e-9);
    }

    #[test]
    fn theta_of_a_line_has_half_its_slope_beyond_the_smoothed_level() {
        let line: Vec<f64> = (0..40).map(|at| 2.0 * f64::from(at)).collect();
        let fit = theta_at_origins(&line, 40)[0];
        assert!((fit.trend - 1.0).abs() < 1e-9);
        // With α = 0.99 the smoothed bent line is almost at its last value 2·78 − 78 = 78.
        assert!((fit.ahead(1) - 79.0).abs() < 0.2, "{fit:?}");
    }

    /// The fit at an origin must not know what came later.
    #[test]
    fn an_origin_equals_a_fit_of_the_shorter_series() {
        let values: Vec<f64> = (0..20).map(|at| 50.0 + f64::from(at) * 1.3 + f64::from(at * 7 % 5)).collect();
        for kind in [Kind::Simple, Kind::Trend, Kind::Damped] {
            let all = fit_at_origins(&values, kind, 8);
            for origin in 8..=20 {
                assert_eq!(all[origin - 8], fit_at_origins(&values[..origin], kind, origin)[0]);
            }
        }
        let all = theta_at_origins(&values, 8);
        (8..=20).for_each(|origin| assert_eq!(all[origin - 8], theta_at_origins(&values[..origin], origin)[0]));
    }
}
