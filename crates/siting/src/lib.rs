//! Where the next childcare places go: facility location with a bound beside every answer.

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
mod solve;

pub use budget::{Budget, Stream};
pub use capacitated::{Capacitated, Flow, solve_capacitated};
pub use certificate::{Certificate, Proof};
pub use distances::Distances;
pub use error::{Result, SitingError};
pub use explain::{Reason, reasons};
pub use selection::Selection;
pub use solve::{Answer, Options, ProofKind, Status, gap, solve};
