//! Becoming lawful and staying it: the nine kinds of matters of an institution's life, from its opening to its end, and
//! the notice of lawful childcare (依法开展托育服务告知书) with the page on which anybody can check it.
//!
//! The kinds run on the workflow kernel: they are declarations ([`kinds`]) and what a grant does to the file
//! ([`effect`]); their forms are packs/forms. Only notices have a table and pages of their own.

mod decision;
pub mod effect;
mod file_part;
pub mod kinds;
pub mod notice;
mod policy;
pub mod store;
pub mod visits;

pub use file_part::FILE_PART;
pub use kinds::ALL as KINDS;
pub use notice::batch::adopt_some as adopt_notices;
pub use policy::{ACTIONS, NOTICES, PRINT, VERIFY};

use axum::http::{HeaderMap, Method, header};
use notice::{batch, list, page, pdf};
use web::{App, Jobs, NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    slice: "licence",
    name: "20261128_notice",
    sql: include_str!("../migrations/20261128_notice.sql"),
    sample: include_str!("../migrations/20261128_notice.sample.sql"),
}];

/// Words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "licence", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    errand::routes_of(&list::EXPORT, "/notices/export.xlsx", "/notices/export.csv")
        .get("/notices", &NOTICES, list::page)
        .post("/notices/print", &PRINT, batch::post)
        .get("/notices/{token}", &VERIFY, page::page)
        .get("/facilities/{id}/notice.pdf", &registry::VIEW, pdf::of_facility)
        .api(Method::GET, "/api/v1/notices", &NOTICES, list::api, list::DOC)
        .api(Method::GET, "/api/v1/notices/{token}", &VERIFY, page::api, page::DOC)
}

/// Work beside the requests.
pub fn jobs() -> Jobs {
    batch::jobs().merge(errand::jobs_of(&list::EXPORT))
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry { group: "nav.matters", label: "licence.notices", href: "/notices", action: &NOTICES }]
}

/// The address under which the public reaches this installation, such as `https://tuoyu.example.gov.cn`, as configured;
/// kept in [`web::AppInner::kept`]. It is printed into codes.
#[derive(Clone, Debug, Default)]
pub struct Site(pub Option<String>);

/// The configured address, else that of the request, for addresses that are printed.
pub(crate) fn site(app: &App, headers: &HeaderMap) -> String {
    if let Some(Site(Some(address))) = app.kept.get::<Site>() {
        return address.clone();
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let scheme = if app.settings.secure_cookies { "https" } else { "http" };
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}
