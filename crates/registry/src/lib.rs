//! One file per institution, as of any day (一机构一档案). A facility is anything that gives care to children under 3 or
//! supports families: everything about it that may change, from its name to the mode of a class, is a span of days. A
//! file is read whole as a [`History`]; [`Change`]s are plain data, and the rules decide on the history alone, so that
//! a correction of the past is the same act as an entry of today. *Operating*, *integrated* and *inclusive* are derived
//! in one place each (rules.rs). Lists are walks along read models that are rewritten with each change (listing.rs).
//!
//! Others use: [`enter`], [`edit`] and [`Batch`] to write, [`file`] and [`store::list`] to read, [`INDICATORS`] to count.

mod ask;
pub mod batch;
pub mod change;
mod changes_page;
pub mod codes;
pub mod complete;
mod conflict;
mod edit;
mod enter;
mod error;
pub mod extra;
pub mod facts;
mod fields;
mod file;
pub mod file_api;
mod file_matters;
mod file_parts;
mod file_tables;
pub mod filled;
pub mod find;
mod forms;
pub mod import;
mod indicators;
pub mod ledger;
pub mod list;
pub mod listing;
pub mod material;
pub mod model;
pub mod name;
mod office;
pub mod operating;
mod policy;
pub mod print;
pub mod reminder;
pub mod rules;
mod said;
mod search;
pub mod share;
pub mod sheet;
pub mod store;
mod street;
mod timeline;
mod timeline_page;
pub mod transfer;
mod upkeep;
pub mod view;
pub mod withheld;
pub mod words;

pub use batch::{At, Batch, New, Stamp, edit, enter, follow_merger, listing_faults, relist};
pub use change::Change;
pub use error::{Error, Result};
pub use fields::{CLAUSES, citations};
pub use file::{Seen, name_on, named_on, seen};
pub use indicators::{INCLUSIVE_POINTS, INDICATORS};
pub use model::History;
pub use policy::{ACTIONS, ASK, EDIT, IMPORT, KEEP, VIEW};
pub use print::{FilePrint, file_print};
pub use search::{finders, look_up};
pub use share::{FilePart, FileParts, Share, ShareEvent, ShareLine, Shared, shared};
pub use store::seed;
pub use view::{File, as_of, file};
pub use withheld::Withheld;

use axum::http::Method;
use web::{NavEntry, Routes};

/// Words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "registry", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    errand::routes_of(&transfer::EXPORT, "/facilities/export.xlsx", "/facilities/export.csv")
        .merge(ledger::sheets())
        .get("/facilities", &VIEW, list::page)
        .get("/facilities/new", &EDIT, enter::page)
        .post("/facilities/new", &EDIT, enter::post)
        .get("/facilities/import", &IMPORT, import::pages::upload_page)
        .post("/facilities/import", &IMPORT, import::pages::upload)
        .get("/facilities/import/template.xlsx", &IMPORT, import::template_page)
        .get("/facilities/import/{id}", &IMPORT, import::pages::one)
        .post("/facilities/import/{id}/columns", &IMPORT, import::pages::columns)
        .post("/facilities/import/{id}/write", &IMPORT, import::pages::confirm)
        .get("/facilities/{id}", &VIEW, file::page)
        .get("/facilities/{id}/timeline", &VIEW, timeline_page::page)
        .get("/facilities/{id}/changes", &VIEW, changes_page::page)
        .get("/facilities/{id}/print", &VIEW, print::page)
        .get("/facilities/{id}/ask", &ASK, ask::page)
        .post("/facilities/{id}/ask", &ASK, ask::post)
        .get("/facilities/{id}/edit/{aspect}", &KEEP, edit::page)
        .post("/facilities/{id}/edit/{aspect}", &KEEP, edit::post)
        .get("/facilities/{id}/materials", &VIEW, material::page)
        .upload("/facilities/{id}/materials", &KEEP, material::post)
        .get("/facilities/{id}/materials/{material}", &VIEW, material::file)
        .post("/facilities/{id}/materials/{material}/withdraw", &KEEP, material::withdraw)
        .get("/ledgers", &VIEW, ledger::expiring::page)
        .get("/ledgers/support", &VIEW, ledger::support::page)
        .get("/ledgers/services", &VIEW, ledger::services::page)
        .get("/ledgers/chains", &VIEW, ledger::chains::page)
        .get("/ledgers/chains/{brand}", &VIEW, ledger::chains::brand)
        .get("/ledgers/growth", &VIEW, ledger::growth::page)
        .get("/ledgers/fees", &VIEW, ledger::fees::page)
        .get("/ledgers/operating-support", &VIEW, ledger::operating::page)
        .get("/ledgers/agreements", &VIEW, ledger::agreements::page)
        .get("/ledgers/premises", &VIEW, ledger::premises::page)
        .get("/ledgers/welfare", &VIEW, ledger::welfare::page)
        .api(Method::GET, "/api/v1/operating-support", &VIEW, ledger::operating::api, ledger::operating::DOC)
        .api(Method::GET, "/api/v1/credentials/expiring", &VIEW, ledger::expiring::api, ledger::expiring::DOC)
        .api(Method::GET, "/api/v1/support", &VIEW, ledger::support::api, ledger::support::DOC)
        .api(Method::GET, "/api/v1/services", &VIEW, ledger::services::api, ledger::services::DOC)
        .api(Method::GET, "/api/v1/chains", &VIEW, ledger::chains::api, ledger::chains::DOC)
        .api(Method::GET, "/api/v1/institutions", &VIEW, list::institutions, list::INSTITUTIONS)
        .api(Method::GET, "/api/v1/institutions/{id}", &VIEW, file_api::institution, file_api::FILE)
        .api(Method::GET, "/api/v1/facilities", &VIEW, list::facilities, list::FACILITIES)
        .api(Method::POST, "/api/v1/facilities", &EDIT, enter::post_api, enter::DOC)
        .api(Method::GET, "/api/v1/facilities/{id}", &VIEW, file_api::facility, file_api::FILE)
        .api(Method::GET, "/api/v1/facilities/{id}/changes", &VIEW, changes_page::api, changes_page::DOC)
        .api(Method::GET, "/api/v1/facilities/{id}/materials", &VIEW, material::api, material::DOC)
        .api(Method::POST, "/api/v1/facilities/{id}/changes/{aspect}", &KEEP, edit::post_api, edit::DOC)
}

/// Work beside the requests: each day what ends soon is called to mind; offices follow the names of their
/// institutions; sheets in and out.
pub fn jobs() -> web::Jobs {
    let reminders = web::Jobs::new().daily("registry.reminders", async |app: web::App, job: db::JobRow| {
        let day = job.payload.parse().map_err(|_| web::Error::Internal(format!("no day: {}", job.payload)))?;
        let done = reminder::daily(app, day).await?;
        tracing::info!(sent = done.sent, closed = done.closed, "reminders of credentials");
        Ok(())
    });
    let offices = web::Jobs::new()
        .on("event:registry.changed", office::heard)
        .daily("registry.office_names", async |app: web::App, _: db::JobRow| office::daily(app).await);
    let sheets = errand::jobs_of(&transfer::EXPORT).merge(ledger::jobs());
    reminders.merge(import::pages::jobs()).merge(sheets).merge(offices)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![
        NavEntry { group: "nav.institutions", label: "nav.facilities", href: "/facilities", action: &VIEW },
        NavEntry { group: "nav.institutions", label: "nav.ledgers", href: "/ledgers", action: &VIEW },
    ]
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
        name: "20261127_registry_parts",
        sql: include_str!("../migrations/20261127_registry_parts.sql"),
        sample: include_str!("../migrations/20261127_registry_parts.sample.sql"),
    },
    db::Migration {
        slice: "registry",
        name: "20261127_registry_find",
        sql: include_str!("../migrations/20261127_registry_find.sql"),
        sample: include_str!("../migrations/20261127_registry_find.sample.sql"),
    },
    db::Migration {
        slice: "registry",
        name: "20261127_import_columns",
        sql: include_str!("../migrations/20261127_import_columns.sql"),
        sample: include_str!("../migrations/20261127_import_columns.sample.sql"),
    },
    db::Migration {
        slice: "registry",
        name: "20261129_registry_filled",
        sql: include_str!("../migrations/20261129_registry_filled.sql"),
        sample: include_str!("../migrations/20261129_registry_filled.sample.sql"),
    },
    db::Migration {
        slice: "registry",
        name: "20261129_registry_materials",
        sql: include_str!("../migrations/20261129_registry_materials.sql"),
        sample: include_str!("../migrations/20261129_registry_materials.sample.sql"),
    },
];
