//! Why nothing was changed. Use cases answer with this; pages turn it into a form that comes back, sheets into a row.

use kernel::RuleViolation;

/// Why a use case did nothing. The caller drops the transaction.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error("no such file")]
    NotFound,
    /// Somebody else changed the file in between; `version` is the present one.
    #[error("the file was changed in between, it has version {version} now")]
    Conflict { version: i64 },
    /// A rule said no.
    #[error("{0}")]
    Rule(#[from] RuleViolation),
    #[error("{0}")]
    Db(#[from] db::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;
impl From<Error> for web::Error {
    fn from(e: Error) -> web::Error {
        match e {
            Error::NotFound => web::Error::NotFound,
            Error::Conflict { .. } => web::Error::Conflict("conflict.changed"),
            Error::Rule(rule) => rule.into(),
            Error::Db(e) => e.into(),
        }
    }
}
