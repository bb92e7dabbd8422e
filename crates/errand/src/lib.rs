//! Long work that a person leaves to be done: bringing in a sheet, giving out a long list. An errand is left in a
//! transaction ([`leave`]), runs as a job beside the requests with the rights that its owner has then ([`carry`]), says
//! how far it is, can be stopped, and keeps its file for some days. Its end is written in the transaction of the work
//! itself ([`Task::end`]), so that work is done once or not at all, whatever fails in between.
//!
//! Lists that are given out are declared as a [`List`]; short ones are answered at once, long ones become an errand.

mod export;
mod live;
mod model;
mod pages;
mod store;
mod task;

pub use export::{Boxed, List, Pen, jobs_of, routes_of, sheets, stream_rows};
pub use model::{Errand, File, New, Outcome, Part, State};
pub use pages::progress;
pub use store::{file, find};
pub use task::{Task, begin, carry, clear, leave, stop};

use axum::http::Method;
use kernel::{Action, Reach::Everywhere, Role::*};
use web::{Jobs, NavEntry, Routes};

/// See, stop and fetch one's own errands, nobody else's.
pub static OWN: Action = Action::new(
    "errand.own",
    &[
        (SystemAdmin, Everywhere),
        (EducationOfficer, Everywhere),
        (GuidanceOfficer, Everywhere),
        (StreetOfficer, Everywhere),
        (DepartmentOfficer, Everywhere),
        (FinanceOfficer, Everywhere),
        (InstitutionHead, Everywhere),
        (Auditor, Everywhere),
    ],
);

/// Tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    slice: "errand",
    name: "20261127_errand",
    sql: include_str!("../migrations/20261127_errand.sql"),
    sample: include_str!("../migrations/20261127_errand.sample.sql"),
}];

/// Words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "errand", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    Routes::new()
        .get("/errands", &OWN, pages::list)
        .get("/errands/{id}", &OWN, pages::one)
        .post("/errands/{id}/stop", &OWN, pages::stop)
        .get("/errands/{id}/file/{part}", &OWN, pages::file)
        .api(Method::GET, "/api/v1/errands", &OWN, pages::list_api, pages::LIST)
        .api(Method::GET, "/api/v1/errands/{id}", &OWN, pages::one_api, pages::ONE)
}

/// Work beside the requests: expired errands go each day.
pub fn jobs() -> Jobs {
    Jobs::new().daily("errand.clear", clear)
}

/// Entry of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry { group: "errand.nav", label: "errand.title", href: "/errands", action: &OWN }]
}
