//! What can go wrong between the program and its database, told alike on both engines. A caller decides by the
//! variant; the texts are for logs. After a database error inside a [`crate::Tx`] the transaction is lost on both
//! engines (PostgreSQL does so by itself; on SQLite the `Tx` refuses further statements).

use std::sync::Arc;

pub type Result<T> = std::result::Result<T, Error>;

/// An error of the database, the same on both engines.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// A second row with the same key. `constraint` is `table(column, column)`.
    #[error("a row with the same {constraint} exists")]
    Unique { constraint: String },
    /// The row points to one that is missing, or is still pointed to. SQLite does not say which.
    #[error("a row that is pointed to is missing, or this one is still pointed to")]
    ForeignKey,
    /// A span that overlaps another of the same key; raised by the no-overlap trigger of `table`.
    #[error("overlaps another span in {table}")]
    Overlap { table: String },
    /// A `check` or `not null` failed: the name of the constraint or its condition, or `table.column is null`.
    #[error("refused by the check {constraint}")]
    Check { constraint: String },
    /// [`crate::Read::one`] found no row.
    #[error("not found")]
    NotFound,
    /// Nothing was written; the whole transaction may be tried again (deadlock, serialization, a joint commit that
    /// fell, a busy file).
    #[error("nothing was written, try again: {0}")]
    Retry(Arc<str>),
    /// The statement ran longer than its limit.
    #[error("the statement took too long")]
    TimedOut,
    /// No space left for the database, or its disk takes no writes. Nothing was written; reading goes on.
    #[error("the disk of the database is full")]
    Full,
    /// The database was closed by this program; it does not come back.
    #[error("the database is closed")]
    Closed,
    /// The server of the database is gone for now (it restarts, the network is cut). Whether a commit that was under
    /// way took place is not known: repeat it with its idempotency key.
    #[error("the database server cannot be reached: {0}")]
    Away(Arc<str>),
    /// What stands on the disk cannot be what was written. One sentence for the operator, with the file.
    #[error("{0}")]
    Damaged(Arc<str>),
    /// A statement after an error in the same transaction.
    #[error("the transaction was given up after an earlier error")]
    GivenUp,
    /// A column that does not hold what was asked for.
    #[error("column {column}: {problem}")]
    Column { column: String, problem: String },
    /// The start is refused; the text is one sentence for the operator.
    #[error("{0}")]
    Refused(String),
    /// Anything else.
    #[error("{0}")]
    Other(Arc<str>),
}

impl Error {
    pub(crate) fn other(e: impl std::fmt::Display) -> Error {
        Error::Other(e.to_string().into())
    }

    /// The same, with the file that is damaged.
    pub(crate) fn in_file(self, path: Option<&str>) -> Error {
        match (self, path) {
            (Error::Damaged(why), Some(path)) if !why.contains(path) => {
                let text = format!("the database {path} is damaged ({why}); stop the program and restore a backup");
                Error::Damaged(text.into())
            }
            (e, _) => e,
        }
    }

    /// True when the same transaction may succeed if it is tried again from its beginning.
    pub fn is_retry(&self) -> bool {
        matches!(self, Error::Retry(_))
    }
}

impl From<rusqlite::Error> for Error {
    fn from(e: rusqlite::Error) -> Error {
        use rusqlite::ErrorCode as Code;
        let rusqlite::Error::SqliteFailure(code, text) = &e else { return Error::other(e) };
        let text = text.as_deref().unwrap_or_default();
        match code.code {
            Code::ConstraintViolation => sqlite_constraint(code.extended_code, text),
            Code::DiskFull => Error::Full,
            Code::OperationInterrupted => Error::TimedOut,
            Code::DatabaseBusy | Code::DatabaseLocked => Error::Retry(text.into()),
            Code::DatabaseCorrupt | Code::NotADatabase => Error::Damaged(e.to_string().into()),
            Code::SystemIoFailure if is_read(code.extended_code) => Error::Damaged(e.to_string().into()),
            // A limit on the size of files, a quota, a disk that was made read-only: reading goes on.
            Code::SystemIoFailure | Code::ReadOnly => Error::Full,
            _ => Error::other(e),
        }
    }
}

/// The disk did not give back what should stand there.
fn is_read(extended: i32) -> bool {
    use rusqlite::ffi;
    matches!(
        extended,
        ffi::SQLITE_IOERR_READ | ffi::SQLITE_IOERR_SHORT_READ | ffi::SQLITE_IOERR_DATA | ffi::SQLITE_IOERR_CORRUPTFS
    )
}

fn sqlite_constraint(extended: i32, text: &str) -> Error {
    use rusqlite::ffi;
    let after = |mark: &str| text.split_once(mark).map_or(text, |(_, rest)| rest).to_owned();
    match extended {
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            Error::Unique { constraint: sqlite_columns(&after("failed: ")) }
        }
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::ForeignKey,
        ffi::SQLITE_CONSTRAINT_TRIGGER if text.starts_with("overlap: ") => Error::Overlap { table: after("overlap: ") },
        ffi::SQLITE_CONSTRAINT_NOTNULL => Error::Check { constraint: format!("{} is null", after("failed: ")) },
        _ => Error::Check { constraint: after("failed: ") },
    }
}

/// `t.a, t.b` to `t(a, b)`.
fn sqlite_columns(text: &str) -> String {
    let table = text.split_once('.').map_or("", |(table, _)| table);
    let columns: Vec<_> = text.split(", ").map(|c| c.split_once('.').map_or(c, |(_, column)| column)).collect();
    format!("{table}({})", columns.join(", "))
}

impl From<sqlx::Error> for Error {
    fn from(e: sqlx::Error) -> Error {
        match &e {
            sqlx::Error::Database(d) => match d.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
                Some(d) => postgres_error(d),
                None => Error::other(e),
            },
            sqlx::Error::PoolTimedOut => Error::Retry("no free connection to PostgreSQL".into()),
            sqlx::Error::PoolClosed => Error::Closed,
            sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => Error::Away(e.to_string().into()),
            _ => Error::other(e),
        }
    }
}

fn postgres_error(d: &sqlx::postgres::PgDatabaseError) -> Error {
    let table = d.table().unwrap_or_default();
    match d.code() {
        "23505" => {
            // "Key (a, b)=(1, 2) already exists.", in the language of the server.
            let detail = d.detail().unwrap_or_default();
            let columns = detail.split_once('(').and_then(|(_, rest)| rest.split_once(")=(")).map_or("", |(c, _)| c);
            Error::Unique { constraint: format!("{table}({columns})") }
        }
        "23503" => Error::ForeignKey,
        "23P01" => Error::Overlap { table: d.message().strip_prefix("overlap: ").unwrap_or(table).to_owned() },
        "23502" => Error::Check { constraint: format!("{table}.{} is null", d.column().unwrap_or_default()) },
        "23514" => Error::Check { constraint: d.constraint().unwrap_or_default().to_owned() },
        "40001" | "40P01" | "55P03" => Error::Retry(d.message().into()),
        "57014" => Error::TimedOut,
        "53100" => Error::Full,
        "57P01" | "57P02" | "57P03" | "25P03" | "08000" | "08003" | "08006" => Error::Away(d.message().into()),
        "XX001" | "XX002" => {
            let text = format!("a table of PostgreSQL is damaged ({}); restore a backup", d.message());
            Error::Damaged(text.into())
        }
        "25P02" => Error::GivenUp,
        _ => Error::other(d),
    }
}
