//! The LMS method of the WHO standards: a skewed distribution given by power L, median M and coefficient of variation S.

/// L, M and S at one age or one stature.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lms {
    pub l: f64,
    pub m: f64,
    pub s: f64,
}

/// Whether values beyond ±3 SD are measured in steps of the outermost SD instead of the power curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tail {
    /// Length, height, head.
    Power,
    /// Everything with weight in it (WHO 2006, Methods and development, 7.1).
    Linear,
}

impl Lms {
    /// z of a positive value: ((y/M)^L − 1) / (L·S), or ln(y/M)/S where L is 0.
    pub fn z(self, value: f64, tail: Tail) -> f64 {
        let z = self.power(value);
        if tail == Tail::Power || z.abs() <= 3.0 {
            return z;
        }
        let side = z.signum();
        let outer = self.value(3.0 * side);
        let step = (outer - self.value(2.0 * side)).abs();
        3.0 * side + (value - outer) / step
    }

    fn power(self, value: f64) -> f64 {
        let ratio = value / self.m;
        if self.l == 0.0 {
            ratio.ln() / self.s
        } else if self.l == 1.0 {
            (ratio - 1.0) / self.s
        } else {
            (ratio.powf(self.l) - 1.0) / (self.l * self.s)
        }
    }

    /// The value at a z within ±3.
    pub fn value(self, z: f64) -> f64 {
        if self.l == 0.0 {
            self.m * (self.s * z).exp()
        } else {
            self.m * (1.0 + self.l * self.s * z).powf(1.0 / self.l)
        }
    }

    /// Linear in between, as WHO Anthro does for a stature between two tenths of a centimetre.
    pub fn between(self, next: Lms, part: f64) -> Lms {
        let mix = |a: f64, b: f64| a + (b - a) * part;
        Lms { l: mix(self.l, next.l), m: mix(self.m, next.m), s: mix(self.s, next.s) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn z_and_value_are_inverse_within_three() {
        for lms in
            [Lms { l: -0.35, m: 9.6, s: 0.11 }, Lms { l: 0.0, m: 9.6, s: 0.11 }, Lms { l: 1.0, m: 75.0, s: 0.03 }]
        {
            for z in [-3.0, -1.5, 0.0, 0.7, 2.999] {
                assert!((lms.z(lms.value(z), Tail::Linear) - z).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn beyond_three_each_step_is_the_outermost_sd() {
        let lms = Lms { l: -0.35, m: 9.6, s: 0.11 };
        let step = lms.value(3.0) - lms.value(2.0);
        assert!((lms.z(lms.value(3.0) + 2.0 * step, Tail::Linear) - 5.0).abs() < 1e-9);
        let step = lms.value(-2.0) - lms.value(-3.0);
        assert!((lms.z(lms.value(-3.0) - step, Tail::Linear) + 4.0).abs() < 1e-9);
    }
}
