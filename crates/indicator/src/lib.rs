//! Figures that are computed from records. A slice declares an indicator by one *unit query* that gives, for a period
//! and a day, the rows that count (unit, place, meets, amount). From that one text come the figure of any place, its
//! trend, the list of evidence, the rows a freeze keeps and the generated tests; [`light`] judges a figure against a
//! target. What a figure and a light are: indicators.md of the design, restated in README.md.

mod cache;
pub mod catalogue;
mod declaration;
mod evaluate;
mod freeze;
pub mod light;
mod number;
mod store;
mod tree;

pub use cache::Kept;
pub use declaration::{Declaration, Fold, Level, Param, PeriodKind, UnitKind, Variant};
pub use evaluate::{
    Asked, EvidenceRow, Figure, Group, Groups, Part, by_place, evaluate, evidence, evidence_all, groups, statements,
};
pub use freeze::{Difference, Frozen, Reported, difference, freeze, frozen, frozen_of};
pub use number::Fraction;
pub use store::{mark, touch};
pub use tree::Tree;

/// Tables of this room.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    slice: "indicator",
    name: "20260101_indicator",
    sql: include_str!("../migrations/20260101_indicator.sql"),
    sample: include_str!("../migrations/20260101_indicator.sample.sql"),
}];
