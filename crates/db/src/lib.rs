//! The thin seam between the program and its database: one SQL text, two engines (SQLite in a file, PostgreSQL on a
//! server), an owned `Tx`, group commit on SQLite. README.md shows it in ten minutes, docs/SQL.md has the rules.

mod connect;
mod error;
mod group;
mod migrate;
mod no_overlap;
mod postgres;
mod query;
mod read;
mod record;
mod row;
mod sqlite;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;

pub use connect::{Config, Db, Engine};
pub use error::{Error, Result};
pub use group::Group;
pub use migrate::{MIGRATIONS, Migration, migrate, replay, undeclared_tables};
pub use query::{Query, Where};
pub use read::Read;
pub use record::{Record, bulk_text, insert_text};
pub use row::{FromRow, Row};
pub use tx::Tx;
pub use value::{Cell, Column, Value};
