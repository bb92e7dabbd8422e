//! What waits for a unit (待办). Another slice asks inside its own transaction ([`ask`]); the unit answers with a
//! sentence and, where it shows something, with files; whoever asked closes or returns it; every step stays with person
//! and time.
//!
//! An entry is on a unit's desk once per kind and subject while it is open, so asking is safe to repeat. Entries that
//! nobody asked for (a date was reached) are done when they are answered, or when the cause is gone ([`close`]).
//! [`about`] gives all entries of one thing, for the page of that thing.

mod api;
mod ask;
mod list;
mod model;
mod names;
mod norms;
mod one;
mod policy;
mod rules;
mod standing;
mod step;
pub mod store;

pub use ask::{Ask, Asked, Told, about, ask, ask_there, close, put_off, told, urge};
pub use list::{due, light};
pub use model::{Entry, State, Step, Verb};
pub use names::Names;
pub use norms::{KIND as NORM_CHANGE, jobs};
pub use policy::{ACTIONS, sees};
pub use standing::{Standing, standing};
pub use store::open_subjects;

use axum::http::Method;
use db::Read;
use kernel::Actor;
use policy::{ANSWER, VIEW};
use std::pin::Pin;
use web::{NavEntry, Routes};

/// The tables of this slice.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "desk",
        name: "20261127_desk",
        sql: include_str!("../migrations/20261127_desk.sql"),
        sample: include_str!("../migrations/20261127_desk.sample.sql"),
    },
    db::Migration {
        slice: "desk",
        name: "20261128_desk_file",
        sql: include_str!("../migrations/20261128_desk_file.sql"),
        sample: include_str!("../migrations/20261128_desk_file.sample.sql"),
    },
    db::Migration {
        slice: "desk",
        name: "20261128_desk_there",
        sql: include_str!("../migrations/20261128_desk_there.sql"),
        sample: include_str!("../migrations/20261128_desk_there.sample.sql"),
    },
];

/// The words of this slice.
pub const MESSAGES: web::i18n::Source =
    web::i18n::Source { slice: "desk", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };

/// Pages and JSON of this slice.
pub fn routes() -> Routes {
    errand::routes_of(&list::EXPORT, "/desk/export.xlsx", "/desk/export.csv")
        .get("/desk", &VIEW, list::page)
        .get("/desk/{id}", &VIEW, one::page)
        .get("/desk/{id}/files/{no}/{nr}", &VIEW, one::file)
        .upload("/desk/{id}/answer", &ANSWER, step::answer)
        .upload("/desk/{id}/return", &ANSWER, step::give_back)
        .upload("/desk/{id}/close", &ANSWER, step::finish)
        .api(Method::GET, "/api/v1/desk", &VIEW, api::list, api::LIST)
        .api(Method::GET, "/api/v1/desk/{id}", &VIEW, api::one, api::ONE)
        .api(Method::POST, "/api/v1/desk/{id}/answer", &ANSWER, step::answer, api::STEP)
        .api(Method::POST, "/api/v1/desk/{id}/return", &ANSWER, step::give_back, api::STEP)
        .api(Method::POST, "/api/v1/desk/{id}/close", &ANSWER, step::finish, api::STEP)
}

/// Entries of the left navigation; [`waiting`] is the number beside it.
pub fn nav() -> Vec<NavEntry> {
    vec![NavEntry { group: "", label: "desk.title", href: "/desk", action: &VIEW }]
}

/// How much waits for the unit of an actor.
pub fn waiting<'a>(read: &'a mut Read, actor: &'a Actor) -> Pin<Box<dyn Future<Output = db::Result<i64>> + Send + 'a>> {
    Box::pin(store::waiting(read, &actor.unit))
}
