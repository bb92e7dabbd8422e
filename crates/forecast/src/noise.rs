//! Random numbers that belong to their cause.
//!
//! A number is a hash of (seed, cause, street, year, draw), not the next one of a stream: changing a lever, adding a street
//! or lengthening the horizon leaves all other numbers as they were (common random numbers). Streets are known by a hash
//! of their code, so their order does not matter either.

/// What a random number is for. The numbers are part of the reproducible output: new causes are added at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// The path of the district's births.
    DistrictBirths = 1,
    /// Which street a birth falls in.
    StreetBirths = 2,
    /// The drift of a street's share.
    ShareDrift = 3,
    /// Net migration of one age; the age stands in place of the street.
    Migration = 4,
    /// The enrolment path of one age; the age stands in place of the street.
    Enrolment = 5,
}

/// A seeded source of numbers.
#[derive(Debug, Clone, Copy)]
pub struct Noise {
    seed: u64,
}

impl Noise {
    /// A source for `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed: mix(seed ^ 0x5348_414e_5955_0001) }
    }

    /// A standard normal number for this cause, street (or age), year of the horizon and draw.
    pub fn normal(&self, cause: Cause, street: u64, year: usize, draw: usize) -> f64 {
        let place = mix(self.seed ^ street.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (cause as u64) << 56);
        let bits = mix(place ^ (year as u64) << 40 ^ draw as u64);
        // 53 bits, shifted by half a step so that neither 0 nor 1 can come out.
        normal_quantile(((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64)
    }
}

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a of a street's code.
pub fn street_key(code: &str) -> u64 {
    code.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Inverse of the standard normal distribution, relative error below 1.2e-9 (rational approximation of P. J. Acklam, 2003).
/// `p` in (0, 1).
pub fn normal_quantile(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969683028665376e1,
        2.209460984245205e2,
        -2.759285104469687e2,
        1.38357751867269e2,
        -3.066479806614716e1,
        2.506628277459239,
    ];
    const B: [f64; 6] = [
        -5.447609879822406e1,
        1.615858368580409e2,
        -1.556989798598866e2,
        6.680131188771972e1,
        -1.328068155288572e1,
        1.0,
    ];
    const C: [f64; 6] = [
        -7.784894002430293e-3,
        -3.223964580411365e-1,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783,
    ];
    const D: [f64; 5] = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416, 1.0];
    let horner = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    let tail = |p: f64| {
        let q = (-2.0 * p.ln()).sqrt();
        horner(&C, q) / horner(&D, q)
    };
    if p < 0.02425 {
        tail(p)
    } else if p > 1.0 - 0.02425 {
        -tail(1.0 - p)
    } else {
        let q = p - 0.5;
        q * horner(&A, q * q) / horner(&B, q * q)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_quantiles() {
        for (p, z) in
            [(0.5, 0.0), (0.9, 1.281_551_565_544_6), (0.975, 1.959_963_984_540_05), (0.001, -3.090_232_306_167_81)]
        {
            assert!((normal_quantile(p) - z).abs() < 1e-8, "{p}");
        }
    }

    #[test]
    fn numbers_have_mean_zero_variance_one_and_belong_to_their_cause() {
        let noise = Noise::new(7);
        let all: Vec<f64> =
            (0..40_000).map(|draw| noise.normal(Cause::StreetBirths, street_key("310106"), 2, draw)).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let variance = all.iter().map(|z| z * z).sum::<f64>() / all.len() as f64;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
        let other: Vec<f64> =
            (0..40_000).map(|draw| noise.normal(Cause::ShareDrift, street_key("310106"), 2, draw)).collect();
        let product = all.iter().zip(&other).map(|(a, b)| a * b).sum::<f64>() / all.len() as f64;
        assert!(product.abs() < 0.02, "{product}");
        assert_eq!(all[5], Noise::new(7).normal(Cause::StreetBirths, street_key("310106"), 2, 5));
        assert_ne!(all[5], Noise::new(8).normal(Cause::StreetBirths, street_key("310106"), 2, 5));
    }
}
