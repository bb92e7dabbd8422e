//! What this engine refuses, in sentences a planner can act on.
//!
//! Every refusal carries a stable `code()`; the sentence names the line, the area or the budget at fault. No function of
//! this crate answers bad input with a figure that merely looks right.

use thiserror::Error;

/// A refusal of the siting engine.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum SitingError {
    /// The text of an instance file cannot be read; `line` counts from 1.
    #[error("line {line}: {what}")]
    Syntax {
        /// Line of the file, from 1.
        line: usize,
        /// What is wrong there.
        what: String,
    },
    /// The file can be read, but its figures cannot be true.
    #[error("{0}")]
    BadInstance(String),
    /// A parameter outside its range (`p`, radius, time limit, seed budget).
    #[error("{name}: {what}")]
    BadParameter {
        /// Name of the parameter as on the command line.
        name: &'static str,
        /// What it must be.
        what: String,
    },
    /// The demands cannot be met whatever is chosen; the parts at fault are named.
    #[error("no choice of sites can do this: {}", .0.join("; "))]
    Infeasible(Vec<String>),
    /// No answer was found within the limits, and none was proved impossible.
    #[error("no admissible answer found within the limits: {0}")]
    NotFound(String),
    /// The exact solver failed.
    #[error("exact solver: {0}")]
    Exact(String),
}

impl SitingError {
    /// A stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            SitingError::Syntax { .. } => "siting_syntax",
            SitingError::BadInstance(_) => "siting_instance",
            SitingError::BadParameter { .. } => "siting_parameter",
            SitingError::Infeasible(_) => "siting_infeasible",
            SitingError::NotFound(_) => "siting_not_found",
            SitingError::Exact(_) => "siting_exact",
        }
    }

    /// Exit code of a command that ends with it: 2 for wrong arguments, 3 for data refused, 1 where nothing was found.
    pub fn exit_code(&self) -> u8 {
        match self {
            SitingError::BadParameter { .. } => 2,
            SitingError::NotFound(_) | SitingError::Exact(_) => 1,
            SitingError::Syntax { .. } | SitingError::BadInstance(_) | SitingError::Infeasible(_) => 3,
        }
    }

    pub(crate) fn line(line: usize, what: impl Into<String>) -> Self {
        SitingError::Syntax { line, what: what.into() }
    }

    pub(crate) fn parameter(name: &'static str, what: impl Into<String>) -> Self {
        SitingError::BadParameter { name, what: what.into() }
    }
}

/// Result of everything here that reads input or may find no answer.
pub type Result<T> = std::result::Result<T, SitingError>;
