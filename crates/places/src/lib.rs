//! The tree of places over time, and what rules and figures rest on: documents → clauses → norms, and facts.
//!
//! A place has an id that never changes; its code, name, kind, flags and parent are spans of days. `place_closure` says
//! which places lie under which on which days, so that scopes and roll-ups are one indexed join; [`change`] keeps it
//! right in the same transaction as the spans. Every threshold that a rule uses is a [`Norm`] with the clause that it
//! stands in; [`norm`] finds the one that decides at a place on a day. A [`Fact`] is a figure from outside. Packs are
//! read by [`load`]: loading is an import, where file and records differ the file wins.

mod api;
pub mod change;
pub mod closure;
mod facts;
mod history;
pub mod load;
mod model;
mod norms;
mod policy;
mod store;
mod tree;

pub use facts::{Carried, carried, fact, facts, facts_of, facts_under};
pub use model::{
    Attributes, Clause, Combine, Document, Fact, Flags, Norm, Place, PlaceKind, PlaceSpan, STREET_KINDS, Sense, Share,
    Successor,
};
pub use norms::{NormError, cite, clause, clauses, document, facets, house_norm, keys, norm, norms};
pub use policy::{ACTIONS, NORMS};
pub use tree::{
    Filter, Page, by_code, called, children, count, covers, descendants, get, list, narrow, path, predecessors, root,
    spans, successors, within,
};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "places",
        name: "20260101_places",
        sql: include_str!("../migrations/20260101_places.sql"),
        sample: include_str!("../migrations/20260101_places.sample.sql"),
    },
    db::Migration {
        slice: "places",
        name: "20261127_place_name",
        sql: include_str!("../migrations/20261127_place_name.sql"),
        sample: include_str!("../migrations/20261127_place_name.sample.sql"),
    },
];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "places", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// The JSON of this slice; it has no pages of its own.
pub fn routes() -> web::Routes {
    web::Routes::new().api(axum::http::Method::GET, "/api/v1/norms/{key}", &NORMS, api::norm_by_key, api::NORM)
}
