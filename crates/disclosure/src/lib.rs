//! What the public sees. Everybody, without signing in: the nearest inclusive places for a family's street and a
//! child's age, the list and the map of places of care, one page for each that stays for ever, feeds of all of them
//! and of what changed, and what was published of each for a year. The pages work without script, set no cookie and
//! may be kept by whoever stands between (ETag).
//!
//! They are made from one book of what is recorded today ([`book`]), which follows the records line by line
//! ([`follow`]). Which field may be shown is a setting ([`fields`], packs/disclosure.toml); persons are not in the book
//! at all, so no setting can show them. The yearly publication is [`publication`].

mod api;
pub mod book;
mod events;
mod feed;
mod feed_page;
pub mod fields;
mod file_part;
pub mod follow;
pub mod index;
mod indicators;
pub mod line;
pub mod list;
mod map;
mod map_page;
pub mod near;
mod near_page;
mod one;
mod policy;
pub mod publication;
mod reply;
mod rights;
pub mod sources;
mod store;
pub mod tree;
mod view;

pub use file_part::{CHECKS_PART, PUBLICATIONS_PART};
pub use indicators::INDICATORS;
pub use policy::{ACTIONS, CHECK, PUBLIC, PUBLICATIONS, PUBLISH, REPLY};
pub use sources::Sources;

use axum::http::Method;
use publication::{check_page, daily, evaluation, list_page, many, one_page, public_page, steps};
use std::sync::Mutex;
use web::{Jobs, NavEntry, Routes};

/// Words of this slice.
pub const MESSAGES: web::i18n::Source = web::i18n::Source {
    slice: "disclosure",
    zh: include_str!("messages.zh.toml"),
    en: include_str!("messages.en.toml"),
};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "disclosure",
        name: "20261129_publication",
        sql: include_str!("../migrations/20261129_publication.sql"),
        sample: include_str!("../migrations/20261129_publication.sample.sql"),
    },
    db::Migration {
        slice: "disclosure",
        name: "20261130_evaluation",
        sql: include_str!("../migrations/20261130_evaluation.sql"),
        sample: include_str!("../migrations/20261130_evaluation.sample.sql"),
    },
];

/// The setting of what is public, the other rooms that are asked, and the book that is open at the moment. Handed over
/// in `web::AppInner::kept`.
pub struct Disclosure {
    pub fields: fields::Fields,
    pub sources: Sources,
    held: Mutex<Option<follow::Held>>,
    /// One reader at a time compares the book with the records.
    turn: tokio::sync::Mutex<follow::Known>,
}

impl Disclosure {
    /// Reads packs/disclosure.toml; a fault names file, field and reason.
    pub fn read(file: &str, text: &str) -> Result<Disclosure, String> {
        Ok(Disclosure {
            fields: fields::Fields::parse(file, text)?,
            sources: Sources::default(),
            held: Mutex::default(),
            turn: Default::default(),
        })
    }

    /// With what other rooms know.
    pub fn with(mut self, sources: Sources) -> Disclosure {
        self.sources = sources;
        self
    }
}

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    errand::routes_of(&list_page::EXPORT, "/publications/export.xlsx", "/publications/export.csv")
        .get("/near", &PUBLIC, near_page::page)
        .get("/public/institutions", &PUBLIC, list::page)
        .get("/public/institutions.json", &PUBLIC, feed::json)
        .get("/public/institutions.csv", &PUBLIC, feed::csv)
        .get("/public/institutions.atom", &PUBLIC, feed::atom)
        .get("/public/institutions/{id}", &PUBLIC, one::page)
        .get("/public/map", &PUBLIC, map_page::page)
        .get("/public/data", &PUBLIC, feed_page::page)
        .get("/public/publications/{id}", &PUBLIC, public_page::page)
        .get("/publications", &PUBLICATIONS, list_page::page)
        .post("/publications/prepare", &PUBLISH, many::prepare_all)
        .post("/publications/publish", &PUBLISH, many::publish_all)
        .get("/publications/checks/new", &CHECK, check_page::page)
        .post("/publications/checks/new", &CHECK, check_page::post)
        .get("/publications/evaluations/new", &CHECK, evaluation::page)
        .post("/publications/evaluations/new", &CHECK, evaluation::post)
        .post("/publications/checks/{id}/mended", &CHECK, check_page::mended)
        .get("/publications/{id}", &PUBLICATIONS, one_page::page)
        .post("/publications/{id}/reply", &REPLY, steps::reply)
        .post("/publications/{id}/object", &REPLY, steps::object)
        .post("/publications/{id}/prepare", &PUBLISH, steps::again)
        .post("/publications/{id}/publish", &PUBLISH, steps::publish)
        .post("/publications/{id}/correct", &PUBLISH, steps::correct)
        .post("/publications/{id}/decide", &PUBLISH, steps::decide)
        .api(Method::GET, "/api/v1/public/institutions", &PUBLIC, api::list, api::LIST)
        .api(Method::GET, "/api/v1/public/institutions/{id}", &PUBLIC, api::one, api::ONE)
        .api(Method::GET, "/api/v1/public/publications/{id}", &PUBLIC, public_page::api, public_page::DOC)
        .api(Method::GET, "/api/v1/publications", &PUBLICATIONS, list_page::api, list_page::DOC)
        .api(Method::GET, "/api/v1/publications/{id}", &PUBLICATIONS, one_page::api, one_page::DOC)
}

/// Work beside the requests: each day what is due; preparing and publishing many.
pub fn jobs() -> Jobs {
    let due = Jobs::new().daily("publication.due", async |app: web::App, job: db::JobRow| {
        let day = job.payload.parse().map_err(|_| web::Error::Internal(format!("no day: {}", job.payload)))?;
        daily::daily(app, day).await
    });
    due.merge(many::jobs()).merge(errand::jobs_of(&list_page::EXPORT))
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry {
        group: "nav.institutions",
        label: "publication.title",
        href: "/publications",
        action: &PUBLICATIONS,
    }]
}
