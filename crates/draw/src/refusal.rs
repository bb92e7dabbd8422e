//! What the engine answers when it will not draw: the place in the file, the rule that cannot be kept, or the first
//! member of a published file that does not follow from the others.

use thiserror::Error;

/// Why nothing was committed, drawn or replaced. A refusal leaves nothing half done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The text is not JSON, or a member has the wrong type, is missing or is unknown.
    #[error("not a draw file: {0}")]
    Json(String),
    /// A member has a value that cannot be used.
    #[error("{path}: {why}")]
    Field { path: String, why: String },
    /// The rules cannot be kept together. `rules` are names of members of the input file; `proven` tells whether no
    /// assignment exists at all, or none was found in the attempts that the specification fixes.
    #[error("infeasible ({}): {why}{}", rules.join(", "), if *proven { "" } else { " (not proven, none was found)" })]
    Infeasible { rules: Vec<&'static str>, why: String, proven: bool },
    /// The record is not the one that its digest was made of: somebody changed it after the commitment.
    #[error("changed after the commitment: {0}")]
    Changed(FirstDifference),
}

impl Refusal {
    pub(crate) fn field(path: impl Into<String>, why: impl Into<String>) -> Self {
        Refusal::Field { path: path.into(), why: why.into() }
    }

    pub(crate) fn infeasible(rules: &[&'static str], why: impl Into<String>) -> Self {
        Refusal::Infeasible { rules: rules.to_vec(), why: why.into(), proven: true }
    }

    /// A stable word for programs: `not_a_draw_file`, `bad_value`, `infeasible` or `changed`.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::Json(_) => "not_a_draw_file",
            Refusal::Field { .. } => "bad_value",
            Refusal::Infeasible { .. } => "infeasible",
            Refusal::Changed(_) => "changed",
        }
    }
}

/// The first member, in the order of the specification, at which a file departs from what its other members give.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: the file has {found}, the draw gives {expected}")]
pub struct FirstDifference {
    /// Where in the file, for example `assignments[3].officers`.
    pub path: String,
    /// What the file has there.
    pub found: String,
    /// What belongs there.
    pub expected: String,
}

impl FirstDifference {
    pub(crate) fn new(path: impl Into<String>, found: impl Into<String>, expected: impl Into<String>) -> Self {
        FirstDifference { path: path.into(), found: found.into(), expected: expected.into() }
    }
}
