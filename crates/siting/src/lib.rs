//! Where the next childcare places go: facility location with a bound beside every answer.
//!
//! A planner asks for the best sites and gets, beside them, how much better any other choice could be at most, and a proof
//! of that which a page of independent code checks. p-median and maximal covering share one search ([`solve()`]), capacities
//! have their own ([`solve_capacitated`]), the many-year plan under budgets and area minimums is [`plan`]. [`command`] is the
//! face to the outside. Nothing here reads a clock, a file or a random device: they are parameters.

#![expect(clippy::needless_range_loop, reason = "sites, points and years index several tables at once")]

mod branch;
mod budget;
mod capacitated;
mod certificate;
pub mod check;
pub mod command;
mod distances;
mod dual;
mod elite;
mod error;
pub mod exact;
mod explain;
pub mod graph;
mod interchange;
pub mod parse;
pub mod plan;
mod reduce;
mod selection;
mod serve;
mod solve;

pub use budget::{Budget, Stream};
pub use capacitated::{Capacitated, Flow, solve_capacitated};
pub use certificate::{Certificate, Proof};
pub use distances::Distances;
pub use error::{Result, SitingError};
pub use explain::{Reason, reasons};
pub use selection::Selection;
pub use solve::{Answer, Options, ProofKind, Status, gap, solve};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
