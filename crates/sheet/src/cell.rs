//! What stands in a cell.

use crate::text;

/// A cell with something in it, as text: a whole number without `.0`, a day as `2022-03-05`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub kind: Kind,
}

/// What the sheet kept it as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Day,
    Logical,
    /// `#N/A`, `#REF!`
    Fault,
}

/// Spreadsheets keep 15 digits of a number.
const KEPT: f64 = 1e15;

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), kind: Kind::Text }
    }

    pub(crate) fn number(value: f64) -> Cell {
        let whole = value.fract() == 0.0 && value.abs() < 1e18;
        let text = if whole { format!("{}", value as i64) } else { format!("{value}") };
        Cell { text, kind: Kind::Number }
    }

    /// Whether a code in this cell was kept as a number of more digits than a spreadsheet keeps: what is shown is
    /// `9.13101E+17` or ends in zeros, and the true one is lost.
    pub fn lost_digits(&self) -> bool {
        match self.kind {
            Kind::Number => self.text.parse::<f64>().is_ok_and(|n| n.abs() >= KEPT),
            Kind::Text => text::scientific(&self.text),
            Kind::Day | Kind::Logical | Kind::Fault => false,
        }
    }

    /// The day that stands here, as `2022-03-05`: a day of the sheet, a text that reads as one, or the number that a
    /// spreadsheet shows when a day lost its format.
    pub fn day(&self) -> Option<String> {
        match self.kind {
            Kind::Number => match self.text.parse::<i64>() {
                // 1954 to 2119
                Ok(serial @ 20_000..=80_000) => text::of_serial(serial),
                _ => text::day(&self.text),
            },
            Kind::Day | Kind::Text => text::day(&self.text),
            Kind::Logical | Kind::Fault => None,
        }
    }
}
