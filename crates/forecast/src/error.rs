//! What can be wrong with a question about the future, each with a stable code.

/// A refused input. `Display` is one sentence for a person, [`ForecastError::code`] the stable name.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// A birth count below zero or not a number.
    #[error("{place}, {year}: {value} is not a number of births (zero or more)")]
    Births {
        /// Street or series.
        place: String,
        /// Year.
        year: i32,
        /// The value given.
        value: f64,
    },
    /// Too few years to see anything.
    #[error("{got} years of history, at least {need} in a row are needed")]
    TooShort {
        /// Years given.
        got: usize,
        /// Years needed.
        need: usize,
    },
    /// A year that is missing or there twice.
    #[error("{place}: year {year} is {fault}")]
    Year {
        /// Street or series.
        place: String,
        /// Year.
        year: i32,
        /// `missing` or `given twice`.
        fault: &'static str,
    },
    /// A value outside its range.
    #[error("{what} must be {range}, got {got}")]
    Parameter {
        /// Name of the parameter.
        what: &'static str,
        /// The accepted range in words.
        range: &'static str,
        /// The value given.
        got: f64,
    },
    /// A series with something that is not a finite number.
    #[error("value {index} of the series is not a finite number")]
    NotFinite {
        /// Zero-based position.
        index: usize,
    },
    /// A street named twice, or none at all.
    #[error("{0}")]
    Streets(String),
    /// A table that cannot be read.
    #[error("line {line}: {reason}")]
    Table {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong with it.
        reason: String,
    },
}

impl ForecastError {
    /// The stable code of this error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Births { .. } => "forecast.births",
            Self::TooShort { .. } => "forecast.too_short",
            Self::Year { .. } => "forecast.year",
            Self::Parameter { .. } => "forecast.parameter",
            Self::NotFinite { .. } => "forecast.not_finite",
            Self::Streets(_) => "forecast.streets",
            Self::Table { .. } => "forecast.table",
        }
    }
}
