//! Source control of premises (源头监管) and likely unlicensed operation. A register of rooms that are let or lent, each
//! letting a span; a comparison of them with the register of institutions and the applications in progress ([`rules`],
//! pure); a list of places that probably give childcare without a notice, opened and ended by the comparison, looked at
//! by the street; and what the public reports, with a number to follow it by.
//!
//! [`confirmed_unlawful`] is what the public register may show of it.

mod address;
mod change;
mod form;
mod import;
mod import_page;
mod jobs;
mod list;
mod model;
mod one;
mod parts;
mod policy;
mod public;
mod put;
mod report;
mod report_list;
mod report_one;
mod report_public;
pub mod rules;
mod scene;
mod seal;
pub mod store;
mod suspect;
mod suspicion_list;
mod suspicion_one;
mod visit;
mod watch;

pub use form::citations;
pub use jobs::jobs;
pub use model::{
    Ground, Letting, Match, Premises, PremisesId, Report, ReportId, Suspicion, SuspicionId, Unlawful, Why,
};
pub use policy::ACTIONS;
pub use public::confirmed_unlawful;
pub use put::{Lease, Rooms, Stamp, end, enter, let_on};
pub use report::{NewReport, answer as answer_report, take as take_report};
pub use visit::{Visit, settle};
pub use watch::{Done, run as compare_district};

use axum::http::Method;
use policy::{EDIT, IMPORT, LOOK, REPORT, REPORTS, SUSPICIONS, VIEW};
use web::{NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    slice: "premises",
    name: "20261129_premises",
    sql: include_str!("../migrations/20261129_premises.sql"),
    sample: include_str!("../migrations/20261129_premises.sample.sql"),
}];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "premises", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    errand::routes_of(&list::EXPORT, "/premises/export.xlsx", "/premises/export.csv")
        .get("/premises", &VIEW, list::page)
        .get("/premises/new", &EDIT, change::new_page)
        .post("/premises/new", &EDIT, change::new_post)
        .get("/premises/import", &IMPORT, import_page::page)
        .upload("/premises/import", &IMPORT, import_page::upload)
        .get("/premises/import/{id}", &IMPORT, import_page::one)
        .post("/premises/import/{id}/write", &IMPORT, import_page::write)
        .get("/premises/{id}", &VIEW, one::page)
        .get("/premises/{id}/edit", &EDIT, change::edit_page)
        .post("/premises/{id}/edit", &EDIT, change::edit_post)
        .get("/premises/{id}/letting", &EDIT, change::let_page)
        .post("/premises/{id}/letting", &EDIT, change::let_post)
        .get("/premises/{id}/end", &EDIT, change::end_page)
        .post("/premises/{id}/end", &EDIT, change::end_post)
        .get("/suspicions", &SUSPICIONS, suspicion_list::page)
        .get("/suspicions/{id}", &SUSPICIONS, suspicion_one::page)
        .upload("/suspicions/{id}/visit", &LOOK, visit::post)
        .get("/suspicions/{id}/files/{no}", &SUSPICIONS, suspicion_one::file)
        .get("/report", &REPORT, report_public::page)
        .upload("/report", &REPORT, report_public::post)
        .get("/report/find", &REPORT, report_public::find)
        .get("/report/results", &REPORT, report_public::results)
        .get("/report/{token}", &REPORT, report_public::state)
        .get("/reports", &REPORTS, report_list::page)
        .get("/reports/new", &REPORTS, report_list::new_page)
        .post("/reports/new", &REPORTS, report_list::new_post)
        .get("/reports/{id}", &REPORTS, report_one::page)
        .get("/reports/{id}/files/{no}", &REPORTS, report_one::file)
        .post("/reports/{id}/answer", &REPORTS, report_one::answer)
        .api(Method::GET, "/api/v1/premises", &VIEW, list::api, list::DOC)
        .api(Method::POST, "/api/v1/premises", &EDIT, change::new_post, change::DOC)
        .api(Method::GET, "/api/v1/premises/{id}", &VIEW, one::api, one::DOC)
        .api(Method::GET, "/api/v1/suspicions", &SUSPICIONS, suspicion_list::api, suspicion_list::DOC)
        .api(Method::GET, "/api/v1/suspicions/{id}", &SUSPICIONS, suspicion_one::api, suspicion_one::DOC)
        .api(Method::POST, "/api/v1/suspicions/{id}/visit", &LOOK, visit::post, visit::DOC)
        .api(Method::GET, "/api/v1/reports", &REPORTS, report_list::api, report_list::LIST)
        .api(Method::POST, "/api/v1/reports", &REPORTS, report_list::new_post, report_list::ENTER)
        .api(Method::GET, "/api/v1/reports/{id}", &REPORTS, report_one::api, report_one::ONE)
        .api(Method::POST, "/api/v1/reports/{id}/answer", &REPORTS, report_one::answer, report_one::ANSWER)
        .api(Method::GET, "/api/v1/public/reports", &REPORT, report_public::results_api, report_public::RESULTS)
        .api(Method::GET, "/api/v1/public/reports/{token}", &REPORT, report_public::state_api, report_public::STATE)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    let entry = |label, href, action| NavEntry { group: "premises.nav", label, href, action };
    vec![
        entry("premises.title", "/premises", &VIEW),
        entry("premises.suspicions", "/suspicions", &SUSPICIONS),
        entry("premises.reports", "/reports", &REPORTS),
    ]
}
