//! Who works here: the units of the administration, accounts, and posts (an account at a unit in a role for a span).
//!
//! A person signs in with an account and works in one post at a time; what may be seen and done is decided by the
//! post's role and place, never by the account. Units come from `packs/units.toml`; a group unit (各街镇) means other
//! units on a day, [`expand`] says which. [`matrix`] prints which role may do what, from the same constants that the
//! guard of every route checks. Other slices use units and the use cases of accounts; nobody reads these tables.

mod account_page;
mod accounts;
mod accounts_list;
mod api;
mod applicants;
mod approvals;
mod audit_check;
mod audit_page;
mod backup;
mod demo_door;
pub mod first_start;
mod form_page;
mod jobs_page;
mod load;
mod matrix_page;
mod model;
mod own_password;
mod own_sessions;
mod password;
pub mod phone;
mod policy;
mod post_forms;
mod purpose;
mod rights;
mod rules;
mod search;
mod second_factor;
mod settings;
mod settings_page;
mod sign_in;
mod sign_out;
mod store;
mod switch_post;
mod totp;
mod unit_forms;
mod unit_pages;
mod units;
mod welcome;

pub use accounts::{
    NewAccount, NewPost, account, actor, change_password, close_account, create_account, end_post, give_post,
    person_name, posts, take_post,
};
pub use applicants::{
    APPLICANT, Branch, agents_of, give_agent, name_applicant, open_applicant, open_branch, settle_applicant,
};
pub use approvals::{ask_for_post, open_approvals};
pub use audit_page::audit_of;
pub use audit_page::{Names, wanted as audit_search};
pub use backup::LastBackup;
pub use demo_door::{DemoPerson, demo_people, enter_as};
pub use load::load_units;
pub use matrix_page::{MatrixGroup, MatrixLine, MatrixSheet, matrix_sheet};
pub use model::{Account, GroupRule, Level, Login, Member, Post, Unit};
pub use password::{Hashed, hash as hash_password};
pub use policy::{ACTIONS, AllActions, FIRST, MATRIX, MatrixRow, OWN_PASSWORD, OWN_POSTS, SIGN_IN, SIGN_OUT, UNITS};
pub use policy::{AUDIT, AUDIT_OF_OWN, matrix, matrix_text};
pub use rights::{POWERFUL, compatible};
pub use rules::{MIN_PASSWORD, Password};
pub use search::finder;
pub use settings::{Settings, apply_settings, demo_settings, load_settings};
pub use sign_in::landing;
pub use store::units::{Listed, Selection, count as count_units, select as select_units};
pub use unit_pages::wanted as unit_search;
pub use units::{
    STREET_OFFICE, create_unit, expand, facility_offices, follow_facility, groups_of, name_with_place, office_at,
    office_of, record_office, unit, unit_name, with_office,
};

use axum::http::Method;
use policy::{
    ACCOUNT_EDIT, ACCOUNTS, APPROVALS, APPROVE, FACTOR_RESET, JOBS, OWN_FACTOR, OWN_SESSIONS, PHONE, POSTS_GIVE,
    SETTINGS, SETTINGS_EDIT, SMS, UNIT_EDIT, UNLOCK, WELCOME,
};
use web::{Jobs, NavEntry, Routes};

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
    db::Migration {
        slice: "identity",
        name: "20261127_admin",
        sql: include_str!("../migrations/20261127_admin.sql"),
        sample: include_str!("../migrations/20261127_admin.sample.sql"),
    },
    db::Migration {
        slice: "identity",
        name: "20261127_first_start",
        sql: include_str!("../migrations/20261127_first_start.sql"),
        sample: include_str!("../migrations/20261127_first_start.sample.sql"),
    },
    db::Migration {
        slice: "identity",
        name: "20261128_phone",
        sql: include_str!("../migrations/20261128_phone.sql"),
        sample: include_str!("../migrations/20261128_phone.sample.sql"),
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
        .get("/first", &FIRST, first_start::page)
        .post("/first", &FIRST, first_start::submit)
        .post("/sign-out", &SIGN_OUT, sign_out::submit)
        .get("/posts", &OWN_POSTS, switch_post::page)
        .post("/posts/switch", &OWN_POSTS, switch_post::submit)
        .get("/password", &OWN_PASSWORD, own_password::page)
        .post("/password", &OWN_PASSWORD, own_password::submit)
        .get("/units", &UNITS, unit_pages::list)
        .get("/units/{id}", &UNITS, unit_pages::one)
        .get("/matrix", &MATRIX, matrix_page::page)
        .get("/matrix.csv", &MATRIX, matrix_page::csv)
        .get("/sessions", &OWN_SESSIONS, own_sessions::page)
        .post("/sessions/end-others", &OWN_SESSIONS, own_sessions::end_others)
        .get("/second-factor", &OWN_FACTOR, second_factor::page)
        .post("/second-factor/begin", &OWN_FACTOR, second_factor::begin)
        .post("/second-factor/confirm", &OWN_FACTOR, second_factor::confirm)
        .get("/welcome/{token}", &WELCOME, welcome::page)
        .post("/welcome/{token}", &WELCOME, welcome::submit)
        .merge(phone_routes())
        .merge(unit_routes())
        .merge(account_routes())
        .merge(house_routes())
        .api(Method::POST, "/api/v1/session", &SIGN_IN, api::session, api::SIGN_IN)
        .api(Method::DELETE, "/api/v1/session", &OWN_POSTS, api::end, api::END)
        .api(Method::POST, "/api/v1/session/post", &OWN_POSTS, api::switch, api::SWITCH)
        .api(Method::GET, "/api/v1/me", &OWN_POSTS, api::me, api::ME)
}

fn phone_routes() -> Routes {
    Routes::new()
        .get("/apply/sign-in", &PHONE, phone::number_form)
        .post("/apply/sign-in", &PHONE, phone::number_submit)
        .get("/apply/code", &PHONE, phone::code)
        .post("/apply/code", &PHONE, phone::code_submit)
        .post("/apply/code/again", &PHONE, phone::again)
        .get("/apply/first", &PHONE, phone::first)
        .post("/apply/first", &PHONE, phone::first_submit)
        .get("/sms", &SMS, phone::sms_list)
}

/// Work beside the requests.
pub fn jobs() -> Jobs {
    phone::sms::jobs()
}

fn unit_routes() -> Routes {
    Routes::new()
        .get("/units/new", &UNIT_EDIT, unit_forms::new_page)
        .post("/units/new", &UNIT_EDIT, unit_forms::new)
        .get("/units/{id}/rename", &UNIT_EDIT, unit_forms::rename_page)
        .post("/units/{id}/rename", &UNIT_EDIT, unit_forms::rename)
        .get("/units/{id}/end", &UNIT_EDIT, unit_forms::end_page)
        .post("/units/{id}/end", &UNIT_EDIT, unit_forms::end)
        .get("/units/{id}/duties/new", &UNIT_EDIT, unit_forms::duty_page)
        .post("/units/{id}/duties/new", &UNIT_EDIT, unit_forms::duty)
        .post("/units/{id}/duties/{duty}/end", &UNIT_EDIT, unit_forms::duty_end)
        .get("/units/{id}/members/new", &UNIT_EDIT, unit_forms::member_page)
        .post("/units/{id}/members/new", &UNIT_EDIT, unit_forms::member)
        .post("/units/{id}/members/{member}/end", &UNIT_EDIT, unit_forms::member_end)
}

fn account_routes() -> Routes {
    Routes::new()
        .get("/accounts", &ACCOUNTS, accounts_list::list)
        .get("/accounts/new", &ACCOUNT_EDIT, accounts_list::new_page)
        .post("/accounts/new", &ACCOUNT_EDIT, accounts_list::new)
        .get("/accounts/{id}", &ACCOUNTS, account_page::page)
        .post("/accounts/{id}/link", &ACCOUNT_EDIT, account_page::link)
        .post("/accounts/{id}/suspend", &ACCOUNT_EDIT, account_page::suspend)
        .post("/accounts/{id}/resume", &ACCOUNT_EDIT, account_page::resume)
        .get("/accounts/{id}/close", &ACCOUNT_EDIT, account_page::close_page)
        .post("/accounts/{id}/close", &ACCOUNT_EDIT, account_page::close)
        .post("/accounts/{id}/unlock", &UNLOCK, account_page::unlock)
        .get("/accounts/{id}/factor-reset", &FACTOR_RESET, account_page::reset_page)
        .post("/accounts/{id}/factor-reset", &FACTOR_RESET, account_page::reset)
        .get("/accounts/{id}/posts/new", &POSTS_GIVE, post_forms::give_page)
        .post("/accounts/{id}/posts/new", &POSTS_GIVE, post_forms::give)
        .get("/accounts/{id}/posts/{post}/end", &POSTS_GIVE, post_forms::end_page)
        .post("/accounts/{id}/posts/{post}/end", &POSTS_GIVE, post_forms::end)
        .get("/accounts/{id}/posts/{post}/deputy", &POSTS_GIVE, post_forms::deputy_page)
        .post("/accounts/{id}/posts/{post}/deputy", &POSTS_GIVE, post_forms::deputy)
        .get("/accounts/{id}/hand-over", &POSTS_GIVE, post_forms::hand_over_page)
        .post("/accounts/{id}/hand-over", &POSTS_GIVE, post_forms::hand_over)
        .get("/approvals", &APPROVALS, approvals::list)
        .post("/approvals/{id}/approve", &APPROVE, approvals::approve)
        .get("/approvals/{id}/refuse", &APPROVE, approvals::refuse_page)
        .post("/approvals/{id}/refuse", &APPROVE, approvals::refuse)
        .post("/approvals/{id}/withdraw", &APPROVALS, approvals::withdraw)
}

fn house_routes() -> Routes {
    Routes::new()
        .get("/settings", &SETTINGS, settings_page::list)
        .get("/settings/{name}", &SETTINGS, settings_page::one)
        .get("/settings/{name}/change", &SETTINGS_EDIT, settings_page::change_page)
        .post("/settings/{name}/change", &SETTINGS_EDIT, settings_page::change)
        .get("/jobs", &JOBS, jobs_page::list)
        .post("/jobs/{home}/{id}/again", &JOBS, jobs_page::again)
        .post("/jobs/{home}/{id}/off", &JOBS, jobs_page::off)
        .get("/audit", &AUDIT, audit_page::list)
        .get("/audit/rows/{at}/{id}", &AUDIT, audit_page::row)
        .get("/audit/check", &AUDIT, audit_check::page)
        .post("/audit/check", &AUDIT, audit_check::begin)
        .get("/audit/of/{kind}/{id}", &AUDIT_OF_OWN, audit_page::of)
}

/// Entries of the left navigation.
pub fn nav() -> Vec<NavEntry> {
    vec![
        NavEntry { group: "identity.nav", label: "audit.title", href: "/audit", action: &AUDIT },
        NavEntry { group: "identity.nav", label: "account.title", href: "/accounts", action: &ACCOUNTS },
        NavEntry { group: "identity.nav", label: "approval.title", href: "/approvals", action: &APPROVALS },
        NavEntry { group: "identity.nav", label: "units.title", href: "/units", action: &UNITS },
        NavEntry { group: "identity.nav", label: "matrix.title", href: "/matrix", action: &MATRIX },
        NavEntry { group: "identity.nav", label: "setting.title", href: "/settings", action: &SETTINGS },
        NavEntry { group: "identity.nav", label: "job.title", href: "/jobs", action: &JOBS },
        NavEntry { group: "identity.nav", label: "sms.title", href: "/sms", action: &SMS },
    ]
}
