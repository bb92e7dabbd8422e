//! A double-random draw (双随机) that anybody can check: random institutions, random officers.
//!
//! The office first publishes the pools, the rules and their digest and names a public source whose value nobody knows
//! yet (*commit*). On a later day that source gives the *seed*, and the seed alone decides the *result*. Whoever has the
//! result file can compute it again and is told the first difference (*verify*).
//!
//! Everything here is a function from text to text: no clock, no randomness, no files. All arithmetic is in integers, so
//! that a second implementation agrees to the last bit; `docs/engines/draw.md` is the specification it is written from
//! and `tests/draw_twin.py` is such an implementation.

mod assign;
mod board;
mod canon;
mod check;
pub mod command;
mod decimal;
mod input;
mod quota;
mod record;
mod refusal;
mod replace;
mod sample;
mod stream;
mod verify;

pub use canon::Digests;
pub use decimal::Decimal;
pub use input::{Commitment, Inspector, Object, PairRepeat, Previous, Rules, SeedSource};
pub use record::{Assignment, Outcome, Quota, Record, commit, run};
pub use refusal::{FirstDifference, Refusal};
pub use replace::{Change, Replacement, Request, replace};
pub use stream::Seed;
pub use verify::{Verified, verify};
