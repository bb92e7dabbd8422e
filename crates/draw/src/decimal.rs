//! Weights and shares as exact decimals with at most four places, counted in ten-thousandths.
//! A binary fraction has no place in a draw: two implementations would round it differently.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A decimal in `0.0001 ..= 1_000_000`, at most four places after the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(u64);

impl Decimal {
    /// Ten-thousandths in one.
    pub const SCALE: u64 = 10_000;
    /// The weight of an object that gives none.
    pub const ONE: Decimal = Decimal(Self::SCALE);
    const MAX: u64 = 1_000_000 * Self::SCALE;

    /// From ten-thousandths; `None` outside the range.
    pub fn from_units(units: u64) -> Option<Decimal> {
        (1..=Self::MAX).contains(&units).then_some(Decimal(units))
    }

    /// The value in ten-thousandths.
    pub fn units(self) -> u64 {
        self.0
    }

    /// Reads plain decimal notation (`2`, `0.25`), as a number of JSON is printed back.
    fn parse(text: &str) -> Option<Decimal> {
        let (whole, places) = text.split_once('.').unwrap_or((text, ""));
        if places.len() > 4 || whole.is_empty() || !places.bytes().chain(whole.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let units: u64 = format!("{whole}{places:0<4}").parse().ok()?;
        Decimal::from_units(units)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / Self::SCALE, self.0 % Self::SCALE);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let places = format!("{rest:04}");
        write!(f, "{whole}.{}", places.trim_end_matches('0'))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(Self::SCALE) {
            return out.serialize_u64(self.0 / Self::SCALE);
        }
        // The nearest f64 of a decimal of at most eleven digits prints back as that decimal, and from 0.0001 on
        // without an exponent: the canonical text needs no number type of its own.
        out.serialize_f64(self.0 as f64 / Self::SCALE as f64)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl de::Visitor<'_> for Visitor {
            type Value = Decimal;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a number above 0, at most 1000000, with at most four decimal places")
            }

            fn visit_u64<E: de::Error>(self, value: u64) -> Result<Decimal, E> {
                value
                    .checked_mul(Decimal::SCALE)
                    .and_then(Decimal::from_units)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(value), &self))
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<Decimal, E> {
                Err(E::invalid_value(de::Unexpected::Signed(value), &self))
            }

            fn visit_f64<E: de::Error>(self, value: f64) -> Result<Decimal, E> {
                Decimal::parse(&value.to_string()).ok_or_else(|| E::invalid_value(de::Unexpected::Float(value), &self))
            }
        }
        from.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_prints_exactly() {
        for (text, units, back) in [
            ("0.25", 2_500, "0.25"),
            ("1", 10_000, "1"),
            ("1.0", 10_000, "1"),
            ("0.0001", 1, "0.0001"),
            ("3.1416", 31_416, "3.1416"),
        ] {
            let read: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!(read.units(), units);
            assert_eq!(serde_json::to_string(&read).unwrap(), back);
            assert_eq!(read.to_string(), back);
        }
    }

    #[test]
    fn every_value_of_four_places_survives_json() {
        for units in (1..200_000).chain((9_999_000_000..=10_000_000_000).step_by(7)) {
            let text = serde_json::to_string(&Decimal(units)).unwrap();
            assert_eq!(text, Decimal(units).to_string());
            assert_eq!(serde_json::from_str::<Decimal>(&text).unwrap().units(), units);
        }
    }

    #[test]
    fn refuses_what_it_cannot_hold() {
        for text in ["0", "-1", "-0.5", "0.00001", "0.30000000000000004", "1e-7", "1000001", "\"1\"", "null", "1e300"] {
            assert!(serde_json::from_str::<Decimal>(text).is_err(), "{text}");
        }
    }
}
