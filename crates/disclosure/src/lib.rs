//! What the public sees. Everybody, without signing in: the nearest inclusive places for a family's street and a
//! child's age, the list of places that are open, and one page for each. The pages work without script, set no cookie
//! and may be kept by whoever stands between (ETag).
//!
//! They are made from one book of what is open today ([`book`]), which is read anew after a change of records. Which
//! field may be shown is a setting ([`fields`], packs/disclosure.toml); persons are not in the book at all, so no
//! setting can show them.

mod api;
pub mod book;
pub mod fields;
mod list;
pub mod near;
mod near_page;
mod one;
mod policy;
mod reply;
mod rights;
mod view;

pub use policy::{ACTIONS, PUBLIC};

use axum::http::Method;
use std::sync::{Arc, Mutex};
use web::Routes;

/// Words of this slice.
pub const MESSAGES: web::i18n::Source = web::i18n::Source {
    slice: "disclosure",
    zh: include_str!("messages.zh.toml"),
    en: include_str!("messages.en.toml"),
};

/// The setting of what is public, and the book that is open at the moment. Handed over in `web::AppInner::kept`.
pub struct Disclosure {
    pub fields: fields::Fields,
    open: Mutex<Option<Arc<book::Book>>>,
}

impl Disclosure {
    /// Reads packs/disclosure.toml; a fault names file, field and reason.
    pub fn read(file: &str, text: &str) -> Result<Disclosure, String> {
        Ok(Disclosure { fields: fields::Fields::parse(file, text)?, open: Mutex::default() })
    }
}

/// Pages and JSON of this slice; nobody signs in to them.
pub fn routes() -> Routes {
    Routes::new()
        .get("/near", &PUBLIC, near_page::page)
        .get("/public/institutions", &PUBLIC, list::page)
        .get("/public/institutions/{id}", &PUBLIC, one::page)
        .api(Method::GET, "/api/v1/public/institutions", &PUBLIC, api::list, api::LIST)
        .api(Method::GET, "/api/v1/public/institutions/{id}", &PUBLIC, api::one, api::ONE)
}
