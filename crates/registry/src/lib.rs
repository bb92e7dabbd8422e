//! One file per institution, as of any day (一机构一档案). A facility is anything that gives care to children under 3 or
//! supports families: everything about it that may change, from its name to the mode of a class, is a span of days. A
//! file is read whole as a [`History`]; [`Change`]s are plain data, and the rules decide on the history alone, so that
//! a correction of the past is the same act as an entry of today. *Operating*, *integrated* and *inclusive* are derived
//! in one place each (rules.rs). Lists are walks along read models that are rewritten with each change (listing.rs).
//!
//! Others use: [`enter`], [`edit`] and [`Batch`] to write, [`file`] and [`store::list`] to read, [`INDICATORS`] to count.

pub mod batch;
pub mod change;
pub mod codes;
pub mod complete;
mod edit;
mod enter;
mod error;
mod fields;
mod file;
pub mod file_api;
pub mod find;
mod forms;
pub mod import;
mod indicators;
pub mod list;
pub mod listing;
pub mod model;
pub mod name;
mod policy;
pub mod rules;
mod search;
pub mod sheet;
pub mod store;
mod timeline;
pub mod transfer;
pub mod view;
pub mod words;

pub use batch::{At, Batch, New, Stamp, edit, enter, follow_merger, listing_faults, relist};
pub use change::Change;
pub use error::{Error, Result};
pub use indicators::{INCLUSIVE_POINTS, INDICATORS};
pub use model::History;
pub use policy::{ACTIONS, EDIT, IMPORT, VIEW};
pub use search::{finders, look_up};
pub use store::seed;
pub use view::{File, as_of, file};

use axum::http::Method;
use web::{NavEntry, Routes};

/// Words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "registry", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    Routes::new()
        .get("/facilities", &VIEW, list::page)
        .get("/facilities/export.csv", &VIEW, transfer::export_page)
        .get("/facilities/new", &EDIT, enter::page)
        .post("/facilities/new", &EDIT, enter::post)
        .get("/facilities/import", &IMPORT, transfer::import_page)
        .post("/facilities/import", &IMPORT, transfer::import)
        .get("/facilities/{id}", &VIEW, file::page)
        .get("/facilities/{id}/edit/{aspect}", &EDIT, edit::page)
        .post("/facilities/{id}/edit/{aspect}", &EDIT, edit::post)
        .api(Method::GET, "/api/v1/institutions", &VIEW, list::institutions, list::INSTITUTIONS)
        .api(Method::GET, "/api/v1/institutions/{id}", &VIEW, file_api::institution, file_api::FILE)
        .api(Method::GET, "/api/v1/facilities", &VIEW, list::facilities, list::FACILITIES)
        .api(Method::POST, "/api/v1/facilities", &EDIT, enter::post_api, enter::DOC)
        .api(Method::GET, "/api/v1/facilities/{id}", &VIEW, file_api::facility, file_api::FILE)
        .api(Method::POST, "/api/v1/facilities/{id}/changes/{aspect}", &EDIT, edit::post_api, edit::DOC)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry { group: "nav.institutions", label: "nav.facilities", href: "/facilities", action: &VIEW }]
}

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
    db::Migration {
        slice: "registry",
        name: "20260106_registry_figures",
        sql: include_str!("../migrations/20260106_registry_figures.sql"),
        sample: include_str!("../migrations/20260106_registry_figures.sample.sql"),
    },
    db::Migration {
        slice: "registry",
        name: "20261127_registry_find",
        sql: include_str!("../migrations/20261127_registry_find.sql"),
        sample: include_str!("../migrations/20261127_registry_find.sample.sql"),
    },
];
