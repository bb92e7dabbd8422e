//! An institution is the first responsible subject (第一责任主体): what it answers for, how often it looks itself, what it
//! found and how that was mended. The duties are a pack ([`Duties`]); a self-check is due by the end of each of its periods
//! (rules.rs); one whose day has passed waits on the desk of the institution (daily.rs). Its head records, offices see it
//! within their place and ask.

mod ask_page;
mod check_page;
mod cited;
mod daily;
mod declaration;
mod deficiency_page;
mod list_page;
mod model;
mod one_page;
mod own_page;
mod parts;
mod policy;
mod record;
mod rules;
mod standing;
pub mod store;

pub use cited::citations;
pub use daily::{Told, daily};
pub use declaration::{Duties, Duty, Every, Point, Text};
pub use model::{Check, Deficiency, Evidence, Found, Mended};
pub use policy::ACTIONS;
pub use record::{By, New, mend, record};
pub use rules::{State, due, state};
pub use standing::{Standing, standing};

use axum::http::Method;
use policy::{ASK, LIST, RECORD, VIEW};
use web::{Jobs, NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    slice: "duty",
    name: "20261129_duty",
    sql: include_str!("../migrations/20261129_duty.sql"),
    sample: include_str!("../migrations/20261129_duty.sample.sql"),
}];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "duty", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// The page of an institution's duties, as its file leads to it.
pub fn file_link() -> registry::FileLink {
    registry::FileLink {
        label: "duty.title",
        end: "duties",
        action: &VIEW,
        of: registry::codes::FacilityKind::gives_care,
    }
}

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    Routes::new()
        .get("/duties", &RECORD, own_page::own)
        .get("/duties/all", &LIST, list_page::all)
        .get("/duties/open", &LIST, list_page::open)
        .get("/duties/deficiencies/{id}", &VIEW, deficiency_page::page)
        .upload("/duties/deficiencies/{id}/mend", &RECORD, deficiency_page::mend)
        .get("/duties/files/{owner}/{nr}", &VIEW, one_page::file)
        .get("/facilities/{id}/duties", &VIEW, own_page::page)
        .get("/facilities/{id}/duties/ask", &ASK, ask_page::page)
        .post("/facilities/{id}/duties/ask", &ASK, ask_page::post)
        .get("/facilities/{id}/duties/{duty}", &VIEW, one_page::page)
        .get("/facilities/{id}/duties/{duty}/check", &RECORD, check_page::page)
        .upload("/facilities/{id}/duties/{duty}/check", &RECORD, check_page::post)
        .api(Method::GET, "/api/v1/duties", &LIST, list_page::api_all, list_page::ALL)
        .api(Method::GET, "/api/v1/deficiencies", &LIST, list_page::api_open, list_page::OPEN)
        .api(Method::GET, "/api/v1/facilities/{id}/duties", &VIEW, own_page::api, own_page::DOC)
        .api(Method::POST, "/api/v1/facilities/{id}/duties/{duty}/checks", &RECORD, check_page::post, check_page::DOC)
        .api(Method::POST, "/api/v1/deficiencies/{id}/mend", &RECORD, deficiency_page::mend, deficiency_page::DOC)
}

/// Each day: what is overdue waits on the desks of institutions.
pub fn jobs() -> Jobs {
    Jobs::new().daily("duty.overdue", async |app: web::App, job: db::JobRow| {
        let day = job.payload.parse().map_err(|_| web::Error::Internal(format!("no day: {}", job.payload)))?;
        let told = daily(app, day).await?;
        tracing::info!(asked = told.asked, closed = told.closed, "overdue self-checks");
        Ok(())
    })
}

/// Entries of the left navigation: the own duties for heads, the list for offices.
pub fn nav() -> Vec<NavEntry> {
    vec![
        NavEntry { group: "nav.institutions", label: "duty.title", href: "/duties", action: &RECORD },
        NavEntry { group: "nav.institutions", label: "duty.all", href: "/duties/all", action: &LIST },
    ]
}
