//! Who brings matters (申办方): people come in with their phone number (`identity::phone`), say which organisation they
//! act for and show it, and let others act with them. The guidance centre of the district confirms an organisation on
//! its desk; until then everything can be filled in and nothing handed in ([`may_submit`]).
//!
//! An applicant is a unit of the district; its agents are posts there. A credit code is bound once in a district: whoever
//! comes second is not told who is bound, and asks to be let in.

mod agents;
mod api;
mod bind;
mod claim_page;
mod claims_list;
mod decide;
mod demo;
mod door;
mod form_page;
mod invite;
mod join;
mod model;
mod organisation_page;
mod policy;
mod rules;
mod standing;
mod store;
mod tell;

pub use demo::demo_organisation;
pub use model::{Claim, ClaimState, KINDS};
pub use policy::{ACTIONS, DECIDE, DOOR, OWN, REVIEW};
pub use standing::{Standing, may_submit, standing};

use axum::http::Method;
use policy::INVITED;
use web::{NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[db::Migration {
    slice: "applicant",
    name: "20261128_applicant",
    sql: include_str!("../migrations/20261128_applicant.sql"),
    sample: include_str!("../migrations/20261128_applicant.sample.sql"),
}];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source = web::i18n::Source {
    slice: "applicant",
    zh: include_str!("messages.zh.toml"),
    en: include_str!("messages.en.toml"),
};

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    Routes::new()
        .get("/apply", &DOOR, door::page)
        .get("/apply/organisation", &OWN, organisation_page::page)
        .upload("/apply/organisation", &OWN, bind::submit)
        .upload("/apply/join", &OWN, join::ask)
        .get("/apply/agents", &OWN, agents::page)
        .post("/apply/agents/{post}/end", &OWN, agents::end)
        .post("/apply/agents/{post}/first", &OWN, agents::hand_over)
        .post("/apply/invites/new", &OWN, invite::submit)
        .post("/apply/invites/{id}/withdraw", &OWN, invite::withdraw)
        .post("/apply/invites/{id}/accept", &INVITED, invite::accept)
        .post("/apply/invites/{id}/decline", &INVITED, invite::decline)
        .get("/apply/joins/{id}", &OWN, join::page)
        .post("/apply/joins/{id}/decide", &OWN, join::decide)
        .get("/applicants", &REVIEW, claims_list::list)
        .get("/applicants/{id}", &REVIEW, claim_page::page)
        .get("/applicants/{id}/file", &REVIEW, claim_page::file)
        .post("/applicants/{id}/confirm", &DECIDE, decide::confirm)
        .post("/applicants/{id}/refuse", &DECIDE, decide::refuse)
        .get("/applicants/joins/{id}", &DECIDE, join::page)
        .post("/applicants/joins/{id}/decide", &DECIDE, join::decide)
        .api(Method::GET, "/api/v1/applicants", &REVIEW, api::list, api::LIST)
        .api(Method::GET, "/api/v1/applicants/{id}", &REVIEW, api::one, api::ONE)
        .api(Method::POST, "/api/v1/applicants/{id}/confirm", &DECIDE, decide::confirm, api::DECISION)
        .api(Method::POST, "/api/v1/applicants/{id}/refuse", &DECIDE, decide::refuse, api::DECISION)
}

/// The entry of those who bring matters: where their day begins.
pub fn own_nav() -> Vec<NavEntry> {
    vec![
        NavEntry { group: "", label: "applicant.nav.door", href: "/apply", action: &OWN },
        NavEntry { group: "", label: "applicant.nav.agents", href: "/apply/agents", action: &OWN },
    ]
}

/// The entry of the offices that deal with them.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry { group: "", label: "applicant.nav.list", href: "/applicants", action: &REVIEW }]
}
