//! Instance files at the door: text in, checked values out, every refusal with its line.
//!
//! The formats are those of the OR-Library (p-median graphs, capacitated p-median, capacitated warehouse location), plain
//! planar coverage files and a distance matrix as CSV. Behind this door no coordinate is infinite, no demand negative and
//! no node number out of range.

mod matrix;
mod orlib;
mod planar;

pub use matrix::{Matrix, parse_matrix};
pub use orlib::{
    CapacitatedFile, GraphFile, WarehouseFile, is_warehouse, parse_capacitated, parse_graph, parse_warehouse,
};
pub use planar::{Planar, parse_planar};

use crate::error::{Result, SitingError};

/// The most nodes, sites or points an instance may name; a larger number is taken for a broken file.
pub const MOST_ROWS: usize = 2_000_000;
/// The most demand-site pairs kept in memory (12 bytes each).
pub const MOST_PAIRS: usize = 150_000_000;

/// Words of a text with the line each stands on.
pub(crate) struct Words<'a> {
    words: Vec<(usize, &'a str)>,
    at: usize,
    last_line: usize,
}

impl<'a> Words<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut words = Vec::new();
        let mut last_line = 1;
        for (index, line) in text.lines().enumerate() {
            last_line = index + 1;
            words.extend(line.split_whitespace().map(|word| (index + 1, word)));
        }
        Words { words, at: 0, last_line }
    }

    pub(crate) fn next(&mut self, what: &str) -> Result<(usize, &'a str)> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word.ok_or_else(|| SitingError::line(self.last_line, format!("the file ends where {what} should stand")))
    }

    pub(crate) fn finished(&self) -> Result<()> {
        match self.words.get(self.at) {
            None => Ok(()),
            Some((line, word)) => Err(SitingError::line(*line, format!("`{word}` is more than the header announces"))),
        }
    }

    /// A count between `least` and `most`.
    pub(crate) fn count(&mut self, what: &str, least: usize, most: usize) -> Result<usize> {
        let (line, word) = self.next(what)?;
        let value: usize = word
            .parse()
            .map_err(|_| SitingError::line(line, format!("{what} must be a whole number, found `{word}`")))?;
        if value < least || value > most {
            return Err(SitingError::line(line, format!("{what} must lie between {least} and {most}, found {value}")));
        }
        Ok(value)
    }

    /// A finite number that is not negative.
    pub(crate) fn amount(&mut self, what: &str) -> Result<f64> {
        let (line, word) = self.next(what)?;
        amount(line, what, word)
    }

    /// A finite number of either sign.
    pub(crate) fn number(&mut self, what: &str) -> Result<f64> {
        let (line, word) = self.next(what)?;
        number(line, what, word)
    }
}

/// Reads a finite number of either sign.
pub(crate) fn number(line: usize, what: &str, word: &str) -> Result<f64> {
    match word.parse::<f64>() {
        Ok(value) if value.is_finite() && value.abs() < 1e15 => Ok(value),
        Ok(_) => Err(SitingError::line(line, format!("{what} is out of range: `{word}`"))),
        Err(_) => Err(SitingError::line(line, format!("{what} must be a number, found `{word}`"))),
    }
}

/// Reads a finite number that is not negative.
pub(crate) fn amount(line: usize, what: &str, word: &str) -> Result<f64> {
    let value = number(line, what, word)?;
    if value < 0.0 {
        return Err(SitingError::line(line, format!("{what} must not be negative, found `{word}`")));
    }
    Ok(value)
}

/// Refuses a table of pairs too large to hold.
pub(crate) fn pairs_fit(customers: usize, sites: usize) -> Result<()> {
    if customers.saturating_mul(sites) > MOST_PAIRS {
        return Err(SitingError::BadInstance(format!(
            "{customers} demand points times {sites} sites are more pairs than the {MOST_PAIRS} this engine holds; use a radius"
        )));
    }
    Ok(())
}
