//! Who works here: the units of the administration, accounts, and posts (an account at a unit in a role for a span).
//!
//! A person signs in with an account and works in one post at a time; what may be seen and done is decided by the
//! post's role and place, never by the account. Units come from `packs/units.toml`; a group unit (各街镇) means other
//! units on a day, [`expand`] says which. [`matrix`] prints which role may do what, from the same constants that the
//! guard of every route checks. Other slices use units and the use cases of accounts; nobody reads these tables.

mod accounts;
mod api;
mod load;
mod matrix_page;
mod model;
mod own_password;
mod password;
mod policy;
mod rules;
mod sign_in;
mod sign_out;
mod store;
mod switch_post;
mod unit_pages;
mod units;

pub use accounts::{
    NewAccount, NewPost, account, change_password, close_account, create_account, end_post, give_post, person_name,
    posts,
};
pub use load::load_units;
pub use model::{Account, GroupRule, Level, Login, Member, Post, Unit};
pub use password::{Hashed, hash as hash_password};
pub use policy::{ACTIONS, AllActions, MATRIX, MatrixRow, OWN_PASSWORD, OWN_POSTS, SIGN_IN, SIGN_OUT, UNITS};
pub use policy::{matrix, matrix_text};
pub use rules::{MIN_PASSWORD, Password};
pub use sign_in::landing;
pub use units::{
    STREET_OFFICE, create_unit, expand, groups_of, name_with_place, office_at, office_of, record_office, unit,
    unit_name,
};

use axum::http::Method;
use web::{NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "identity",
        name: "20260102_identity",
        sql: include_str!("../migrations/20260102_identity.sql"),
        sample: include_str!("../migrations/20260102_identity.sample.sql"),
    },
    db::Migration {
        slice: "identity",
        name: "20260102_unit_group",
        sql: include_str!("../migrations/20260102_unit_group.sql"),
        sample: include_str!("../migrations/20260102_unit_group.sample.sql"),
    },
    db::Migration {
        slice: "identity",
        name: "20261127_unit_facility",
        sql: include_str!("../migrations/20261127_unit_facility.sql"),
        sample: include_str!("../migrations/20261127_unit_facility.sample.sql"),
    },
];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "identity", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice. `GET /matrix` needs [`AllActions`], which the binary hands over when it has merged
/// the routes of all slices.
pub fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", &SIGN_IN, sign_in::page)
        .post("/sign-in", &SIGN_IN, sign_in::submit)
        .post("/sign-out", &SIGN_OUT, sign_out::submit)
        .get("/posts", &OWN_POSTS, switch_post::page)
        .post("/posts/switch", &OWN_POSTS, switch_post::submit)
        .get("/password", &OWN_PASSWORD, own_password::page)
        .post("/password", &OWN_PASSWORD, own_password::submit)
        .get("/units", &UNITS, unit_pages::list)
        .get("/units/{id}", &UNITS, unit_pages::one)
        .get("/matrix", &MATRIX, matrix_page::page)
        .api(Method::POST, "/api/v1/session", &SIGN_IN, api::session, api::SIGN_IN)
        .api(Method::DELETE, "/api/v1/session", &OWN_POSTS, api::end, api::END)
        .api(Method::POST, "/api/v1/session/post", &OWN_POSTS, api::switch, api::SWITCH)
        .api(Method::GET, "/api/v1/me", &OWN_POSTS, api::me, api::ME)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![
        NavEntry { group: "identity.nav", label: "units.title", href: "/units", action: &UNITS },
        NavEntry { group: "identity.nav", label: "matrix.title", href: "/matrix", action: &MATRIX },
    ]
}
