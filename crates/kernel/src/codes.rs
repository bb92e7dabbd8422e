//! Numbers that organisations and telephones carry: the unified social credit code and the mainland mobile number.
//! Both are parsed once, at the door; full-width digits and lower case, as people paste them, are put right there.

use crate::RuleViolation;
use std::fmt;

/// Text without blanks and hyphens, full-width forms made narrow, upper case.
pub(crate) fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            other => other,
        })
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// 统一社会信用代码, 18 characters (GB 32100-2015).
///
/// Upper case, with a check character that agrees. The first two characters (registering authority and type) are not
/// held against a list: the authorities still hand out new ones.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct CreditCode(String);

/// The 31 characters of GB 32100-2015: no I, O, S, V, Z. The place of a character is its value.
const CREDIT_CHARS: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl CreditCode {
    /// Parses a code as typed or pasted.
    ///
    /// Errors: `kernel.credit_code.length`, `.letter` (a character that the standard leaves out), `.area` (3 to 8 are
    /// the digits of an area), `.zero` (eighteen zeros pass the check sum) and `.check`.
    pub fn parse(text: &str) -> Result<CreditCode, RuleViolation> {
        let code = narrow(text);
        if code.chars().count() != 18 {
            return Err(RuleViolation::new("kernel.credit_code.length").with(code.chars().count()));
        }
        if let Some(wrong) = code.chars().find(|c| !c.is_ascii() || !CREDIT_CHARS.contains(&(*c as u8))) {
            return Err(RuleViolation::new("kernel.credit_code.letter").with(wrong));
        }
        if !code.as_bytes()[2..8].iter().all(u8::is_ascii_digit) {
            return Err(RuleViolation::new("kernel.credit_code.area"));
        }
        if code.bytes().all(|b| b == b'0') {
            return Err(RuleViolation::new("kernel.credit_code.zero"));
        }
        if credit_check(&code.as_bytes()[..17]) != Some(code.as_bytes()[17]) {
            return Err(RuleViolation::new("kernel.credit_code.check"));
        }
        Ok(CreditCode(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The check character of 17 characters: weights 3^i mod 31, remainder taken from 31 (GB 32100-2015, annex A).
fn credit_check(body: &[u8]) -> Option<u8> {
    let (mut sum, mut weight) = (0, 1);
    for byte in body {
        sum += CREDIT_CHARS.iter().position(|c| c == byte)? * weight;
        weight = weight * 3 % 31;
    }
    Some(CREDIT_CHARS[(31 - sum % 31) % 31])
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl serde::Serialize for CreditCode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0)
    }
}

/// A mainland mobile number: 11 digits, the first 1, the second 3 to 9. Operators' ranges change, so none is checked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(String);

impl Mobile {
    /// Parses a number as typed; `+86` and `0086` in front are taken off.
    ///
    /// Errors: `kernel.mobile.length`, `kernel.mobile.digits`.
    pub fn parse(text: &str) -> Result<Mobile, RuleViolation> {
        let number = narrow(text);
        let number = number.strip_prefix("+86").or_else(|| number.strip_prefix("0086")).unwrap_or(&number);
        if number.chars().count() != 11 {
            return Err(RuleViolation::new("kernel.mobile.length").with(number.chars().count()));
        }
        let bytes = number.as_bytes();
        if !bytes.iter().all(u8::is_ascii_digit) || bytes[0] != b'1' || bytes[1] < b'3' {
            return Err(RuleViolation::new("kernel.mobile.digits"));
        }
        Ok(Mobile(number.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `138****1234`, for screens and lists.
    pub fn masked(&self) -> String {
        format!("{}****{}", &self.0[..3], &self.0[7..])
    }
}

/// Masked: a number that slips into a log stays hidden.
impl fmt::Debug for Mobile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn why(text: &str) -> &'static str {
        CreditCode::parse(text).expect_err(text).code
    }

    #[test]
    fn the_published_vectors_agree() {
        let mut seen = 0;
        for line in include_str!("../tests-data/uscc_check_vectors.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(CreditCode::parse(cells[0]).is_ok(), cells[1] == "valid", "{line}");
            if cells[1] == "valid" {
                assert_eq!(credit_check(&cells[0].as_bytes()[..17]), Some(cells[4].as_bytes()[0]), "{line}");
            }
            seen += 1;
        }
        assert_eq!(seen, 10);
    }

    #[test]
    fn each_fault_has_its_own_code() {
        assert_eq!(why("91310115MA1K4ABC4"), "kernel.credit_code.length");
        assert_eq!(why("91310115MI1K4ABC4H"), "kernel.credit_code.letter");
        assert_eq!(why("91310115MA1K4ABC4汉"), "kernel.credit_code.letter");
        assert_eq!(why("91A10115MA1K4ABC4H"), "kernel.credit_code.area");
        assert_eq!(why("000000000000000000"), "kernel.credit_code.zero");
        assert_eq!(why("91310115MA1K4ABC4J"), "kernel.credit_code.check");
    }

    #[test]
    fn pasted_forms_are_put_right() {
        let code = CreditCode::parse(" ９１310115ma1k4abc4h ").unwrap();
        assert_eq!(code.as_str(), "91310115MA1K4ABC4H");
    }

    #[test]
    fn mobiles_are_checked_and_masked() {
        let mobile = Mobile::parse("+86 138-0013-1234").unwrap();
        assert_eq!((mobile.as_str(), mobile.masked().as_str()), ("13800131234", "138****1234"));
        assert_eq!(format!("{mobile:?}"), "138****1234");
        assert_eq!(Mobile::parse("１３８００１３１２３４").unwrap(), mobile);
        assert_eq!(Mobile::parse("1380013123").unwrap_err().code, "kernel.mobile.length");
        for bad in ["12800131234", "23800131234", "1380013123X", "138001312３四"] {
            assert_eq!(Mobile::parse(bad).unwrap_err().code, "kernel.mobile.digits", "{bad}");
        }
    }

    proptest! {
        /// Every code with its own check character passes, and no slip of one character does.
        #[test]
        fn one_wrong_character_is_always_found(
            org in proptest::collection::vec(0usize..31, 11),
            area in 100_000u32..999_999,
            place in 0usize..18,
            other in 0usize..31,
        ) {
            let mut code: Vec<u8> = org[..2].iter().map(|i| CREDIT_CHARS[*i]).collect();
            code.extend(area.to_string().bytes());
            code.extend(org[2..].iter().map(|i| CREDIT_CHARS[*i]));
            code.push(credit_check(&code).unwrap());
            prop_assert!(CreditCode::parse(std::str::from_utf8(&code).unwrap()).is_ok());
            prop_assume!(code[place] != CREDIT_CHARS[other]);
            code[place] = CREDIT_CHARS[other];
            prop_assert!(CreditCode::parse(std::str::from_utf8(&code).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = CreditCode::parse(&text).map(|c| assert_eq!(CreditCode::parse(c.as_str()), Ok(c)));
            let _ = Mobile::parse(&text).map(|m| assert_eq!(m.masked().len(), 11));
        }
    }
}
