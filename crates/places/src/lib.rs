//! The tree of places over time, and what rules and figures rest on: documents → clauses → norms, and facts.
//!
//! A place has an id that never changes; its code, name, kind, flags and parent are spans of days. `place_closure` says
//! which places lie under which on which days, so that scopes and roll-ups are one indexed join; [`change`] keeps it
//! right in the same transaction as the spans. Every threshold that a rule uses is a [`Norm`] with the clause that it
//! stands in; [`norm`] finds the one that decides at a place on a day. A [`Fact`] is a figure from outside. Packs are
//! read by [`load`]: loading is an import, where file and records differ the file wins.

pub mod address;
mod api;
mod basis;
pub mod change;
mod citations;
pub mod closure;
pub mod entry;
mod facts;
mod history;
mod library;
pub mod load;
mod model;
pub mod norm_change;
mod norms;
mod policy;
mod store;
mod tree;
pub mod words;

pub use basis::{Bases, bases, basis, cited_ids, said_basis, unknown as unknown_basis};
pub use citations::{Citation, Citations, RestsOn};
pub use library::benefits;

pub use facts::{Carried, carried, carried_below, fact, facts, facts_of, facts_under};
pub use library::changes::{ChangeLine, lines as change_lines, place_name as change_place, state_light};
pub use library::finders;
pub use model::{
    Attributes, Clause, Combine, DOCUMENT_KINDS, Document, Fact, Flags, Norm, Place, PlaceKind, PlaceSpan,
    STREET_KINDS, Sense, Share, Successor,
};
pub use norms::{
    NormError, Supposed, cite, clause, clauses, document, facets, facets_supposing, house_norm, keys, norm, norm_on,
    norm_supposing, norms,
};
pub use policy::{ACTIONS, APPROVE, NORMS, PROPOSE};
pub use store::library::{Found as FoundClause, all_clauses};
pub use store::norm_changes::{NormChange, one as norm_change_of};
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
        name: "20261127_library",
        sql: include_str!("../migrations/20261127_library.sql"),
        sample: include_str!("../migrations/20261127_library.sample.sql"),
    },
    db::Migration {
        slice: "places",
        name: "20261127_benefit",
        sql: include_str!("../migrations/20261127_benefit.sql"),
        sample: include_str!("../migrations/20261127_benefit.sample.sql"),
    },
    db::Migration {
        slice: "places",
        name: "20261127_place_name",
        sql: include_str!("../migrations/20261127_place_name.sql"),
        sample: include_str!("../migrations/20261127_place_name.sample.sql"),
    },
    db::Migration {
        slice: "places",
        name: "20261129_benefit_office",
        sql: include_str!("../migrations/20261129_benefit_office.sql"),
        sample: include_str!("../migrations/20261129_benefit_office.sample.sql"),
    },
    db::Migration {
        slice: "places",
        name: "20261130_library_entry",
        sql: include_str!("../migrations/20261130_library_entry.sql"),
        sample: include_str!("../migrations/20261130_library_entry.sample.sql"),
    },
];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "places", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice. The page of one change and the form stand in the slice of plans, which knows the
/// lights that would change. What rests on a clause comes from [`Citations`], which the binary hands over.
pub fn routes() -> web::Routes {
    use axum::http::Method;
    use policy::POLICIES;
    web::Routes::new()
        .get("/library", &NORMS, library::shelf::page)
        .get("/library/documents/new", &PROPOSE, library::entry_form::document)
        .post("/library/documents/new", &PROPOSE, library::entry_form::document_post)
        .get("/library/documents/{id}", &NORMS, library::document::page)
        .get("/library/documents/{id}/clauses/new", &PROPOSE, library::entry_form::clause)
        .post("/library/documents/{id}/clauses/new", &PROPOSE, library::entry_form::clause_post)
        .get("/library/entries", &NORMS, library::entry_page::list)
        .get("/library/entries/{id}", &NORMS, library::entry_page::page)
        .post("/library/entries/{id}/approve", &APPROVE, library::entry_page::approve)
        .post("/library/entries/{id}/refuse", &APPROVE, library::entry_page::refuse)
        .post("/library/entries/{id}/withdraw", &PROPOSE, library::entry_page::withdraw)
        .get("/library/clauses/{id}", &NORMS, library::clause::page)
        .get("/library/norms/{key}", &NORMS, library::norm::page)
        .get("/library/changes", &NORMS, library::changes::page)
        .get("/library/policies", &NORMS, library::benefits::page)
        .get("/library/policies/new", &POLICIES, library::benefits::new)
        .post("/library/policies/new", &POLICIES, library::benefits::create)
        .get("/library/policies/{id}/edit", &POLICIES, library::benefits::edit)
        .post("/library/policies/{id}/edit", &POLICIES, library::benefits::revise)
        .api(Method::GET, "/api/v1/policies", &NORMS, library::benefits::list_api, library::benefits::POLICIES)
        .api(Method::GET, "/api/v1/norms/{key}", &NORMS, api::norm_by_key, api::NORM)
        .api(Method::GET, "/api/v1/documents", &NORMS, library::api::documents, library::api::DOCUMENTS)
        .api(Method::GET, "/api/v1/documents/{id}", &NORMS, library::api::document, library::api::DOCUMENT)
        .api(Method::GET, "/api/v1/clauses/{id}/citations", &NORMS, library::api::citations, library::api::CITATIONS)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<web::NavEntry> {
    let entry = |label, href| web::NavEntry { group: "nav.rules", label, href, action: &NORMS };
    vec![
        entry("nav.library", "/library"),
        entry("benefit.title", "/library/policies"),
        entry("nav.norm_changes", "/library/changes"),
        entry("library.entry.title", "/library/entries"),
    ]
}
