//! What every page and every API answer of the house shares: the request's context with its actor, the guard that
//! checks a declared action before a handler runs, errors as a page or as problem+json, forms, the shell of a page,
//! words in two languages, and the bundled script and style.
//!
//! Flow of a request: [`Routes`] binds each path to an [`kernel::Action`]; the guard finds the session, refuses or
//! puts a [`Cx`] into the request; the handler answers; an [`Error`] becomes a page or a problem in the caller's
//! language. README.md shows a whole use case.

pub mod api;
mod app;
pub mod assets;
mod cx;
pub mod download;
mod error;
pub mod evidence;
pub mod find;
pub mod form;
mod guard;
pub mod i18n;
pub mod jobs;
pub mod limit;
pub mod paging;
pub mod parts;
mod routes;
pub mod scan;
pub mod session;
mod shell;
mod store;
pub mod upload;
mod watch;
mod write;

pub use app::{App, Count, Inner as AppInner, Knobs, NavEntry, Settings};
pub use cx::Cx;
pub use download::{aside, download};
pub use error::{Error, Result};
pub use form::{Form, Invalid};
pub use guard::Cookieless;
pub use i18n::Words;
pub use jobs::Jobs;
pub use paging::{Cursor, PageLinks};
pub use routes::{RouteInfo, Routes};
pub use shell::{Crumb, Flash, NavGroup, NavItem, Shell, page, page_with};
pub use upload::{Upload, Uploads};
pub use watch::flush_seen;
pub use write::{Entry, Reply, WriteKey, Writing};

/// Tables of this room.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration {
        slice: "web",
        name: "20260101_session",
        sql: include_str!("../migrations/20260101_session.sql"),
        sample: include_str!("../migrations/20260101_session.sample.sql"),
    },
    db::Migration {
        slice: "web",
        name: "20261127_session_seen",
        sql: include_str!("../migrations/20261127_session_seen.sql"),
        sample: include_str!("../migrations/20261127_session_seen.sample.sql"),
    },
];

/// Words of this room.
pub const MESSAGES: i18n::Source =
    i18n::Source { slice: "web", zh: include_str!("messages.zh.toml"), en: include_str!("messages.en.toml") };
