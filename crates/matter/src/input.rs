//! How a value of a form is typed, what it must be, and how people read it.

use crate::form::Text;
use kernel::{CreditCode, Day, Lang};
use serde::Deserialize;

#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Input {
    /// One line.
    Text {
        max: usize,
    },
    /// Several lines.
    Long {
        max: usize,
    },
    Whole {
        least: i64,
        most: i64,
        unit: Text,
    },
    Number {
        least: f64,
        most: f64,
        unit: Text,
    },
    /// Yuan with at most two places; kept as typed without separators.
    Money,
    Day,
    Choice {
        of: Vec<Choice>,
    },
    /// Something that is promised or confirmed by a tick.
    Tick,
    /// A mobile number of the mainland, or a line with its area code.
    Phone,
    CreditCode,
    /// A street or town below the matter's place; its code.
    Street,
    /// Materials; the value is the number of files.
    Files {
        most: usize,
    },
}

#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    pub id: String,
    pub name: Text,
}

/// Longest value of any input, in characters.
pub const LONGEST: usize = 4000;

/// A code and its values.
type Wrong = (&'static str, Vec<String>);

impl Input {
    pub(crate) fn sound(&self) -> Result<(), String> {
        match self {
            Input::Text { max } | Input::Long { max } if *max == 0 || *max > LONGEST => {
                Err(format!("max lies outside of 1 to {LONGEST}"))
            }
            Input::Choice { of } if of.is_empty() => Err("nothing to choose from".to_owned()),
            Input::Whole { least, most, .. } if least > most => Err("least is more than most".to_owned()),
            Input::Number { least, most, .. } if least > most => Err("least is more than most".to_owned()),
            Input::Files { most: 0 } => Err("no file may be sent".to_owned()),
            _ => Ok(()),
        }
    }

    pub fn is_files(&self) -> bool {
        matches!(self, Input::Files { .. })
    }

    /// What people type as they like, as it is kept: full-width digits, separators and spaces are taken out of numbers.
    pub fn tidy(&self, typed: &str) -> String {
        let plain = |drop: &[char]| -> String {
            let half = |c: char| match c {
                '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
                other => other,
            };
            typed.chars().map(half).filter(|c| !drop.contains(c)).collect()
        };
        match self {
            Input::Whole { .. } | Input::Number { .. } | Input::Money => plain(&[',', ' ', '\u{3000}']),
            Input::Phone => plain(&['-', ' ', '\u{3000}']),
            Input::CreditCode => plain(&[' ', '\u{3000}']).to_uppercase(),
            _ => typed.trim().to_owned(),
        }
    }

    /// What is wrong with a value that is not empty.
    pub fn wrong(&self, value: &str) -> Option<Wrong> {
        let plain = |code| Some((code, Vec::new()));
        match self {
            Input::Text { max } | Input::Long { max } if value.chars().count() > *max => plain("form.too_long"),
            Input::Text { .. } | Input::Long { .. } | Input::Street => None,
            Input::Whole { least, most, .. } => match value.parse::<i64>() {
                Ok(n) if (*least..=*most).contains(&n) => None,
                Ok(_) => Some(("matter.out_of_range", vec![least.to_string(), most.to_string()])),
                Err(_) => plain("matter.whole"),
            },
            Input::Number { least, most, .. } => match value.parse::<f64>() {
                Ok(n) if *least <= n && n <= *most => None,
                Ok(n) if n.is_finite() => Some(("matter.out_of_range", vec![least.to_string(), most.to_string()])),
                _ => plain("matter.number"),
            },
            Input::Money if fen(value).is_none() => plain("matter.money"),
            Input::Day if value.parse::<Day>().is_err() => plain("date.invalid"),
            Input::Choice { of } if of.iter().all(|choice| choice.id != value) => plain("form.choice"),
            Input::Tick if value != "yes" => plain("form.choice"),
            Input::Phone if !phone(value) => plain("matter.phone"),
            Input::CreditCode if CreditCode::parse(value).is_err() => plain("matter.credit_code"),
            Input::Files { most } if value.parse::<usize>().is_ok_and(|n| n > *most) => {
                Some(("matter.files", vec![most.to_string()]))
            }
            _ => None,
        }
    }

    /// The value as people read it.
    pub fn shown(&self, value: &str, lang: Lang) -> String {
        match self {
            _ if value.is_empty() => String::new(),
            Input::Choice { of } => {
                let chosen = of.iter().find(|choice| choice.id == value);
                chosen.map_or_else(|| value.to_owned(), |choice| choice.name.of(lang).to_owned())
            }
            Input::Tick => if lang == Lang::En { "Yes" } else { "是" }.to_owned(),
            Input::Whole { unit, .. } | Input::Number { unit, .. } => format!("{value} {}", unit.of(lang)),
            Input::Money => format!("{value} {}", if lang == Lang::En { "yuan" } else { "元" }),
            _ => value.to_owned(),
        }
    }

    /// What others see of a value about a person: beginning and end of a number, the first character of a name.
    pub fn masked(&self, value: &str) -> String {
        let chars: Vec<char> = value.chars().collect();
        match (self, chars.len()) {
            (_, 0) => String::new(),
            (Input::Phone | Input::CreditCode, n) if n > 7 => {
                let (head, tail) = (&chars[..3], &chars[n - 4..]);
                format!("{}****{}", head.iter().collect::<String>(), tail.iter().collect::<String>())
            }
            (_, n) => format!("{}{}", chars[0], "*".repeat((n - 1).min(4))),
        }
    }
}

/// Fen of a sum in yuan with at most two places.
pub fn fen(yuan: &str) -> Option<i64> {
    let (whole, cents) = yuan.split_once('.').unwrap_or((yuan, ""));
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || cents.len() > 2 || !digits(whole) || !digits(cents) {
        return None;
    }
    let cents: i64 = format!("{cents:0<2}").parse().ok()?;
    Some(whole.parse::<i64>().ok()? * 100 + cents)
}

fn phone(text: &str) -> bool {
    let mobile = text.len() == 11 && text.starts_with('1');
    let line = text.starts_with('0') && (10..=12).contains(&text.len());
    text.bytes().all(|b| b.is_ascii_digit()) && (mobile || line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(zh: &str) -> Text {
        Text { zh: zh.to_owned(), en: zh.to_owned() }
    }

    #[test]
    fn what_people_type_is_kept_as_a_number() {
        let area = Input::Number { least: 1.0, most: 5000.0, unit: text("平方米") };
        assert_eq!(area.tidy("１，２００.5 "), "1200.5");
        assert_eq!(area.wrong("1200.5"), None);
        assert_eq!(area.wrong("6000").map(|w| w.0), Some("matter.out_of_range"));
        assert_eq!(area.wrong("NaN").map(|w| w.0), Some("matter.number"));
        assert_eq!(area.shown("1200.5", Lang::Zh), "1200.5 平方米");
        assert_eq!(Input::Phone.tidy("021-6543 2100"), "02165432100");
        assert_eq!(Input::CreditCode.tidy("91310109ma1g0xxx00 "), "91310109MA1G0XXX00");
    }

    #[test]
    fn money_is_read_in_fen() {
        assert_eq!(
            [fen("1200"), fen("1200.5"), fen("0.07"), fen("1.234"), fen(""), fen("-1"), fen("1e3")],
            [Some(120_000), Some(120_050), Some(7), None, None, None, None]
        );
    }

    #[test]
    fn others_see_the_ends_of_a_number_and_the_beginning_of_a_name() {
        assert_eq!(Input::Phone.masked("13800001234"), "138****1234");
        assert_eq!(Input::Text { max: 20 }.masked("欧阳小满"), "欧***");
        assert_eq!(Input::Text { max: 20 }.masked(""), "");
    }

    proptest! {
        #[test]
        fn no_value_makes_an_input_stumble(value in "\\PC{0,30}") {
            for input in [
                Input::Text { max: 5 }, Input::Long { max: 5 }, Input::Whole { least: 0, most: 9, unit: text("个") },
                Input::Number { least: 0.0, most: 9.0, unit: text("个") }, Input::Money, Input::Day, Input::Tick, Input::Phone,
                Input::CreditCode, Input::Street, Input::Files { most: 2 },
            ] {
                let tidy = input.tidy(&value);
                let _ = (input.wrong(&tidy), input.shown(&tidy, Lang::Zh), input.masked(&tidy));
                // Tidying twice is tidying once.
                prop_assert_eq!(input.tidy(&tidy), tidy);
            }
        }
    }
}
