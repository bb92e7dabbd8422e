//! SQL of matters.

pub mod after;
pub mod list;
pub mod pace;
pub mod parts;
pub mod rated;
pub mod row;
pub mod sites;

use db::Error;

pub(crate) fn unknown(column: &str, value: &str) -> Error {
    Error::Other(format!("matter: {column} {value:?} is not known").into())
}
