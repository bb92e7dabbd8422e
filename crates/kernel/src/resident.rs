//! The resident identity number 公民身份号码 (GB 11643-1999). It says a birth date and a sex, so nobody has to type
//! them again; it is also personal data, so printing it for a screen or a log shows the masked form.

use crate::{Day, RuleViolation, codes::narrow};
use std::fmt;

/// An 18 character number with a birth date that exists and a check character that agrees.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ResidentId {
    text: String,
    birth: Day,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
}

/// The first two digits of every area code that GB/T 2260 has given out, and those of the residence permits for
/// people of Hong Kong, Macao and Taiwan (81 to 83). A number keeps the code of its day for life, so the four digits
/// behind are not held against today's list: 卢湾 310103 and 南汇县 310225 are gone, their people are not.
const PROVINCES: [u8; 35] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

impl ResidentId {
    /// Parses a number as typed; lower case `x` and full-width digits are put right.
    ///
    /// Errors: `kernel.resident_id.length`, `.digits`, `.province`, `.birth` (no such day, or before 1900),
    /// `.future` (born after `today`) and `.check`.
    pub fn parse(text: &str, today: Day) -> Result<ResidentId, RuleViolation> {
        let text = narrow(text);
        if text.chars().count() != 18 {
            return Err(RuleViolation::new("kernel.resident_id.length").with(text.chars().count()));
        }
        let bytes = text.as_bytes();
        if bytes.len() != 18
            || !bytes[..17].iter().all(u8::is_ascii_digit)
            || !(bytes[17].is_ascii_digit() || bytes[17] == b'X')
        {
            return Err(RuleViolation::new("kernel.resident_id.digits"));
        }
        if !PROVINCES.contains(&(number(&bytes[..2]) as u8)) {
            return Err(RuleViolation::new("kernel.resident_id.province").with(&text[..2]));
        }
        let birth = Day::new(number(&bytes[6..10]), number(&bytes[10..12]) as i8, number(&bytes[12..14]) as i8)
            .filter(|day| *day >= Day::MIN)
            .ok_or_else(|| RuleViolation::new("kernel.resident_id.birth").with(&text[6..14]))?;
        if birth > today {
            return Err(RuleViolation::new("kernel.resident_id.future").with(birth));
        }
        if check(&bytes[..17]) != bytes[17] {
            return Err(RuleViolation::new("kernel.resident_id.check"));
        }
        Ok(ResidentId { text, birth })
    }

    /// The whole number; for storing it enciphered and for the registers, never for a screen.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn birth(&self) -> Day {
        self.birth
    }

    /// The 17th digit: odd male, even female.
    pub fn sex(&self) -> Sex {
        if self.text.as_bytes()[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// `310***********0018`: neither district nor birth date can be read from it.
    pub fn masked(&self) -> String {
        format!("{}***********{}", &self.text[..3], &self.text[14..])
    }
}

/// Masked: a number that slips into a log stays hidden.
impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// At most four digits as a number.
fn number(digits: &[u8]) -> i16 {
    digits.iter().fold(0, |n, d| n * 10 + i16::from(d - b'0'))
}

/// The check character of 17 digits: ISO 7064 MOD 11-2.
fn check(digits: &[u8]) -> u8 {
    let mut rest = 0;
    for digit in digits {
        rest = (rest + u32::from(digit - b'0')) * 2 % 11;
    }
    b"10X98765432"[rest as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn today() -> Day {
        "2026-11-27".parse().unwrap()
    }

    fn with_check(body: &str) -> String {
        format!("{body}{}", check(body.as_bytes()) as char)
    }

    fn why(text: &str) -> &'static str {
        ResidentId::parse(text, today()).expect_err(text).code
    }

    #[test]
    fn the_published_vectors_agree() {
        let mut seen = 0;
        for line in include_str!("../tests-data/id_check_vectors.csv").lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            let parsed = ResidentId::parse(cells[0], today());
            assert_eq!(parsed.is_ok(), cells[1].starts_with("valid"), "{line}");
            assert_eq!(check(&cells[0].as_bytes()[..17]), cells[4].as_bytes()[0], "{line}");
            seen += 1;
        }
        assert_eq!(seen, 11);
    }

    #[test]
    fn birth_sex_and_mask_are_read() {
        let boy = ResidentId::parse("310101202306010018", today()).unwrap();
        assert_eq!((boy.birth(), boy.sex()), ("2023-06-01".parse().unwrap(), Sex::Male));
        assert_eq!(boy.masked(), "310***********0018");
        assert_eq!(format!("{boy:?}"), boy.masked());
        let girl = ResidentId::parse("３１０１０６198802290023", today()).unwrap();
        assert_eq!((girl.birth(), girl.sex()), ("1988-02-29".parse().unwrap(), Sex::Female));
        assert_eq!(ResidentId::parse("11010519491231002x", today()).unwrap().as_str(), "11010519491231002X");
    }

    #[test]
    fn codes_of_districts_that_are_gone_still_hold() {
        for line in include_str!("../tests-data/shanghai_historical_id_area_codes.csv").lines().skip(1) {
            let area = line.split(',').next().unwrap();
            assert!(ResidentId::parse(&with_check(&format!("{area}19790315001")), today()).is_ok(), "{line}");
        }
    }

    #[test]
    fn each_fault_has_its_own_code() {
        assert_eq!(why("31010120230601001"), "kernel.resident_id.length");
        assert_eq!(why("31010120230601X018"), "kernel.resident_id.digits");
        assert_eq!(why("31010120230601001汉"), "kernel.resident_id.digits");
        assert_eq!(why(&with_check("99010120230601001")), "kernel.resident_id.province");
        assert_eq!(why("310101202302300018"), "kernel.resident_id.birth");
        assert_eq!(why(&with_check("31010118990101001")), "kernel.resident_id.birth");
        assert_eq!(why(&with_check("31010120261128001")), "kernel.resident_id.future");
        assert_eq!(why("310101202306010017"), "kernel.resident_id.check");
    }

    #[test]
    fn born_today_is_old_enough() {
        let number = with_check("31010120261127001");
        assert_eq!(ResidentId::parse(&number, today()).unwrap().birth(), today());
        assert!(ResidentId::parse(&number, today().plus(-1)).is_err());
    }

    proptest! {
        /// Whatever the day and the serial: the number passes, and neither a slip of one digit nor two neighbours
        /// that changed places do.
        #[test]
        fn slips_are_always_found(
            born in 0i64..46_000,
            serial in 0u32..1000,
            place in 0usize..17,
            digit in b'0'..=b'9',
        ) {
            let born = Day::MIN.plus(born);
            let text = with_check(&format!("310112{}{serial:03}", born.to_string().replace('-', "")));
            let id = ResidentId::parse(&text, today()).unwrap();
            prop_assert_eq!(id.birth(), born);
            prop_assert_eq!(id.sex() == Sex::Male, serial % 2 == 1);
            let mut slip = text.clone().into_bytes();
            slip[place] = digit;
            prop_assert_eq!(ResidentId::parse(std::str::from_utf8(&slip).unwrap(), today()).is_ok(), slip == text.as_bytes());
            let mut swap = text.clone().into_bytes();
            swap.swap(place, place + 1);
            prop_assert_eq!(ResidentId::parse(std::str::from_utf8(&swap).unwrap(), today()).is_ok(), swap == text.as_bytes());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}") {
            let _ = ResidentId::parse(&text, today());
        }
    }
}
