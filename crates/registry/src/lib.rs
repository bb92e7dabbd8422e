//! One file per institution, as of any day (一机构一档案). A facility is anything that gives care to children under 3 or
//! supports families: everything about it that may change, from its name to the mode of a class, is a span of days. A
//! file is read whole as a [`History`]; [`Change`]s are plain data, and the rules decide on the history alone, so that
//! a correction of the past is the same act as an entry of today. *Operating*, *integrated* and *inclusive* are derived
//! in one place each (rules.rs). Lists are walks along read models that are rewritten with each change (listing.rs).
//!
//! Others use: [`enter`], [`edit`] and [`Batch`] to write; [`store::file::history`] to read; the tables of migrations/
//! with [`operating!`] in indicators.

pub mod batch;
pub mod change;
pub mod codes;
pub mod complete;
mod error;
mod indicators;
pub mod listing;
pub mod model;
pub mod name;
pub mod rules;
pub mod store;
pub mod view;

pub use batch::{At, Batch, New, Stamp, edit, enter, follow_merger, listing_faults, relist};
pub use change::Change;
pub use error::{Error, Result};
pub use indicators::{INCLUSIVE_POINTS, INDICATORS};
pub use model::History;
pub use store::seed;
pub use view::{File, as_of, file};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "registry",
        name: "20260103_registry",
        sql: include_str!("../migrations/20260103_registry.sql"),
        sample: include_str!("../migrations/20260103_registry.sample.sql"),
    },
    db::Migration {
        slice: "registry",
        name: "20260105_registry_listing",
        sql: include_str!("../migrations/20260105_registry_listing.sql"),
        sample: include_str!("../migrations/20260105_registry_listing.sample.sql"),
    },
];
