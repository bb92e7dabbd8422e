//! The workflow kernel (办理事项): what somebody brings and an office decides, whatever its kind. A kind is a
//! [`declaration`](Kind): states, moves with who may make them, a clock per state; its form is data of a pack
//! ([`Sheet`]). Everything else is here once: filling in with drafts and rounds, returns with remarks per field,
//! opinions of departments side by side, clocks in working or calendar days with pause and extension, the timeline, the
//! to-do list, escalation, and how long each step takes.
//!
//! Other slices declare kinds and give an [`Effect`], which is called inside the transaction of each move; they have no
//! table, query or page of their own for them. A unit has the turn, never a person: who leaves hands over by leaving.
//! An applicant is a unit as well.

mod act;
mod advance;
mod api;
mod bring;
mod check;
mod clock;
mod daily;
mod declaration;
mod fill;
mod fill_page;
mod form;
mod input;
mod kinds;
mod list;
mod load;
mod model;
mod one;
mod one_parts;
mod opinion;
mod pace_page;
mod pause;
mod policy;
mod rate;
mod remark;
mod rules;
mod seal;
mod seen;
mod silent;
pub mod store;
mod tell;
mod tested;
mod values;
pub mod verb;
mod walk;
pub mod words;

pub use advance::{Making, New, TURN, advance, bring};
pub use check::{Check, Outcome, Tested};
pub use clock::{Due, Pause, Running, taken};
pub use daily::{OVERDUE, Walked, walk};
pub use declaration::{By, Clock, Count, Effect, End, Kind, Move, Moving, Need, Owner, State};
pub use form::{Entry, Section, Sheet, Text, When, read as read_forms};
pub use input::{Choice, Input, fen};
pub use kinds::{Bound, Gate, HandedIn, Kinds, Known, Named};
pub use load::{by_id, whole};
pub use model::{File, Link, Matter, Opinion, Rating, Remark, Step, Value, Verdict, Whole};
pub use opinion::{OPINION, write as write_opinion};
pub use policy::{ACTIONS, BRING, VIEW, seen_about};
pub use rate::BAD;
pub use rules::percentile;
pub use silent::SILENT;
pub use store::after::add_link as link;
pub use store::list::waiting;
pub use tested::tested;
pub use values::Values;
pub use walk::{drawing, faults};

use axum::http::Method;
use db::Read;
use kernel::Actor;
use kernel::kinds::FacilityId;
use policy::{ACT, PACE};
use std::pin::Pin;
use web::{NavEntry, Routes};

/// The tables of this room.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "matter",
        name: "20261128_matter",
        sql: include_str!("../migrations/20261128_matter.sql"),
        sample: include_str!("../migrations/20261128_matter.sample.sql"),
    },
    db::Migration {
        slice: "matter",
        name: "20261130_matter_rated",
        sql: include_str!("../migrations/20261130_matter_rated.sql"),
        sample: include_str!("../migrations/20261130_matter_rated.sample.sql"),
    },
];

/// The words of this room.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "matter", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON.
pub fn routes() -> Routes {
    errand::routes_of(&list::EXPORT, "/matters/export.xlsx", "/matters/export.csv")
        .get("/matters", &VIEW, list::page)
        .get("/matters/new", &BRING, bring::choose)
        .get("/matters/new/{form}", &BRING, bring::page)
        .post("/matters/new/{form}", &BRING, bring::post)
        .get("/matters/pace", &PACE, pace_page::page)
        .get("/matters/{id}", &VIEW, one::page)
        .get("/matters/{id}/fill/{section}", &VIEW, fill_page::page)
        .upload("/matters/{id}/fill/{section}", &ACT, fill::post)
        .get("/matters/{id}/files/{no}", &VIEW, fill::file)
        .post("/matters/{id}/files/{no}/remove", &ACT, fill::remove)
        .post("/matters/{id}/moves", &ACT, act::post)
        .upload("/matters/{id}/opinion", &ACT, opinion::give)
        .get("/matters/{id}/opinions/{no}/file", &VIEW, fill::opinion_file)
        .post("/matters/{id}/clock", &ACT, pause::post)
        .post("/matters/{id}/rating", &ACT, rate::post)
        .post("/matters/{id}/remarks", &ACT, remark::add)
        .post("/matters/{id}/remarks/{no}", &ACT, remark::change)
        .api(Method::GET, "/api/v1/matters", &VIEW, api::list, api::LIST)
        .api(Method::GET, "/api/v1/matters/pace", &PACE, pace_page::api, pace_page::DOC)
        .api(Method::GET, "/api/v1/matters/{id}", &VIEW, api::one, api::ONE)
        .api(Method::POST, "/api/v1/matters/new/{form}", &BRING, bring::post, api::BRING)
        .api(Method::POST, "/api/v1/matters/{id}/fill/{section}", &ACT, fill::post, api::FILL)
        .api(Method::POST, "/api/v1/matters/{id}/moves", &ACT, act::post, api::MOVE)
        .api(Method::POST, "/api/v1/matters/{id}/opinion", &ACT, opinion::give, api::OPINION)
}

/// Work beside the requests.
pub fn jobs() -> web::Jobs {
    errand::jobs_of(&list::EXPORT).daily("matter.clock", daily::job)
}

/// Entries of the left navigation; [`waiting_for`] is the number beside the first.
pub fn nav() -> Vec<NavEntry> {
    vec![
        NavEntry { group: "nav.matters", label: "matter.title", href: "/matters", action: &VIEW },
        NavEntry { group: "nav.matters", label: "matter.pace", href: "/matters/pace", action: &PACE },
    ]
}

/// How much waits for the unit of an actor.
pub fn waiting_for<'a>(
    read: &'a mut Read,
    actor: &'a Actor,
) -> Pin<Box<dyn Future<Output = db::Result<i64>> + Send + 'a>> {
    Box::pin(waiting(read, &actor.unit))
}

/// Matters about an institution, the last changed first.
pub async fn of_facility(read: &mut Read, facility: &FacilityId, limit: i64) -> db::Result<Vec<Matter>> {
    use store::list::{Cut, Within, all};
    read.all(all(Within::Facility(facility, None), Cut::default(), (i64::MAX, ""), limit)).await
}
