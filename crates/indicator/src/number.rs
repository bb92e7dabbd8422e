//! Exact numbers of targets: 1/3 is one third, 4.5 is nine halves. Figures are compared by whole numbers wherever
//! numerator and denominator are whole, never by a rounded percentage.

use std::{cmp::Ordering, fmt, str::FromStr};

/// A fraction with a positive denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    pub num: i64,
    pub den: i64,
}

impl Fraction {
    pub fn whole(n: i64) -> Fraction {
        Fraction { num: n, den: 1 }
    }

    pub fn value(self) -> f64 {
        self.num as f64 / self.den as f64
    }

    /// Compares `numerator / denominator` with this fraction, exactly when both are whole numbers.
    pub fn compare(self, numerator: f64, denominator: f64) -> Ordering {
        let whole = |v: f64| v.fract() == 0.0 && v.abs() < 9.0e15;
        if whole(numerator) && whole(denominator) && denominator > 0.0 {
            let left = numerator as i128 * i128::from(self.den);
            let right = i128::from(self.num) * denominator as i128;
            return left.cmp(&right);
        }
        (numerator / denominator).partial_cmp(&self.value()).unwrap_or(Ordering::Less)
    }
}

impl FromStr for Fraction {
    type Err = &'static str;
    /// `85`, `4.5`, `1/3`, `-2`.
    fn from_str(text: &str) -> Result<Fraction, Self::Err> {
        const WRONG: &str = "a number is written 85, 4.5 or 1/3";
        let text = text.trim();
        if let Some((num, den)) = text.split_once('/') {
            let (num, den) = (num.trim().parse().map_err(|_| WRONG)?, den.trim().parse().map_err(|_| WRONG)?);
            return if den > 0 { Ok(Fraction { num, den }) } else { Err(WRONG) };
        }
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |t| (-1, t));
        let (int, frac) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if int.is_empty() || !plain(int) || !plain(frac) || frac.len() > 9 {
            return Err(WRONG);
        }
        let den = 10i64.pow(frac.len() as u32);
        let num: i64 = format!("{int}{frac}").parse().map_err(|_| WRONG)?;
        Ok(Fraction { num: sign * num, den })
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.den {
            1 => write!(f, "{}", self.num),
            d if [10, 100, 1000].contains(&d) => write!(f, "{}", self.value()),
            d => write!(f, "{}/{d}", self.num),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_third_is_a_third() {
        let third: Fraction = "1/3".parse().unwrap();
        assert_eq!(third.compare(5.0, 15.0), Ordering::Equal);
        assert_eq!(third.compare(4.0, 13.0), Ordering::Less);
        assert_eq!(third.compare(5.0, 14.0), Ordering::Greater);
        let nine_halves: Fraction = "4.5".parse().unwrap();
        assert_eq!(nine_halves, Fraction { num: 45, den: 10 });
        assert_eq!(nine_halves.compare(9.0, 2.0), Ordering::Equal);
        for wrong in ["", "x", "1/0", "1e3", "85%"] {
            assert!(wrong.parse::<Fraction>().is_err(), "{wrong}");
        }
    }
}
