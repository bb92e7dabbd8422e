//! The seven SD lines that WS/T 423-2022 prints, read as a distribution: a value is placed between its two lines in
//! proportion, beyond the outermost in steps of the outermost distance.
//!
//! The standard prints values to 0.1, not L, M and S; so a printed value has exactly its z, and in between the error is that of
//! the rounding: 0.05 kg is 0.05 z for weight at one year and 0.12 z at birth.

/// The values at −3, −2, −1, 0, 1, 2, 3 SD, strictly increasing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Lines(pub [f64; 7]);

impl Lines {
    pub fn z(&self, value: f64) -> f64 {
        let lines = &self.0;
        // The bracket, the outermost one for values outside.
        let above = lines[1..6].iter().take_while(|&&line| value >= line).count();
        above as f64 - 3.0 + (value - lines[above]) / (lines[above + 1] - lines[above])
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.0[3]
    }

    /// Line by line in between.
    pub fn between(&self, next: &Lines, part: f64) -> Lines {
        Lines(std::array::from_fn(|n| self.0[n] + (next.0[n] - self.0[n]) * part))
    }

    /// Line by line.
    pub fn map(&self, change: impl Fn(f64) -> f64) -> Lines {
        Lines(self.0.map(change))
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn printed_values_have_their_z_and_others_lie_between() {
        let lines = Lines([2.4, 2.7, 3.1, 3.5, 3.9, 4.3, 4.7]);
        for (n, &line) in lines.0.iter().enumerate() {
            assert!((lines.z(line) - (n as f64 - 3.0)).abs() < 1e-12);
        }
        assert!((lines.z(2.9) + 1.5).abs() < 1e-12);
        assert!((lines.z(2.1) + 4.0).abs() < 1e-9);
        assert!((lines.z(5.5) - 5.0).abs() < 1e-9);
    }
}
