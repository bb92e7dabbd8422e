//! Money in fen, as whole numbers: nothing is ever lost to rounding.

use std::fmt;

/// An amount of money in fen (1 yuan = 100 fen).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, serde::Serialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

impl Fen {
    /// Parses yuan as people type them: `1500`, `1500.5`, `1,500.00`; at most two decimals.
    pub fn parse_yuan(text: &str) -> Option<Fen> {
        let text = text.trim().replace([',', '，', ' '], "");
        let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |t| (-1, t));
        let (yuan, fen) = digits.split_once('.').unwrap_or((digits, ""));
        let plain = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
        if yuan.is_empty() || !plain(yuan) || !plain(fen) || fen.len() > 2 {
            return None;
        }
        let fen: i64 = format!("{fen:0<2}").parse().ok()?;
        yuan.parse::<i64>().ok()?.checked_mul(100)?.checked_add(fen).map(|v| Fen(sign * v))
    }
}

/// Yuan with two decimals.
impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_are_exact() {
        assert_eq!(Fen::parse_yuan("1,500.5"), Some(Fen(150_050)));
        assert_eq!(Fen(-5).to_string(), "-0.05");
        for bad in ["", ".5", "1.234", "abc", "1e3", "--1"] {
            assert_eq!(Fen::parse_yuan(bad), None, "{bad}");
        }
    }

    proptest::proptest! {
        #[test]
        fn printing_and_parsing_agree(fen in -1_000_000_000_000i64..1_000_000_000_000) {
            proptest::prop_assert_eq!(Fen::parse_yuan(&Fen(fen).to_string()), Some(Fen(fen)));
        }
    }
}
