//! The normal distribution function, for percentiles.

/// The percentage of children below a z-score, 0 to 100, by the series Φ(z) = ½ + φ(z)·(z + z³/3 + z⁵/15 + …)
/// (Marsaglia 2004), absolute error of Φ below 1e-12: z-scores that differ by less may trade places far out, so ranks
/// and levels are made from z, never from this. Beyond ±8 the answer is 0 or 100.
pub fn percentile(z: f64) -> f64 {
    if z.is_nan() {
        return f64::NAN;
    }
    if z.abs() > 8.0 {
        return if z < 0.0 { 0.0 } else { 100.0 };
    }
    let square = z * z;
    let mut term = z;
    let mut sum = z;
    let mut odd = 1.0;
    while term.abs() > 1e-17 * sum.abs() {
        odd += 2.0;
        term *= square / odd;
        sum += term;
    }
    let density = (-0.5 * square).exp() / std::f64::consts::TAU.sqrt();
    (100.0 * (0.5 + density * sum)).clamp(0.0, 100.0)
}

#[cfg(test)]
mod tests {
    use super::percentile;

    #[test]
    fn known_values() {
        // Abramowitz and Stegun, table 26.1.
        for (z, expected) in [
            (0.0, 50.0),
            (1.0, 84.134_474_606_854),
            (-1.0, 15.865_525_393_146),
            (1.959_963_984_540_054, 97.5),
            (2.0, 97.724_986_805_182),
            (-3.0, 0.134_989_803_163),
            (5.0, 99.999_971_334_843),
            (-8.5, 0.0),
        ] {
            assert!((percentile(z) - expected).abs() < 1e-10, "{z}: {} {expected}", percentile(z));
        }
    }
}
