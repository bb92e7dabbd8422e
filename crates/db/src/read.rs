//! The power to read. A `Read` holds one connection, so that a page takes one and asks it many times; dropped, the
//! connection goes back. It has no lifetime: it can be kept in a struct and passed down as `&mut Read`.

use crate::{Error, FromRow, Query, Result, Row, group::Baton, postgres, sqlite::Reader};
use sqlx::{PgConnection, Postgres, pool::PoolConnection};
use std::time::Duration;

/// The power to read.
pub struct Read {
    pub(crate) conn: Conn,
    /// How long one statement may take.
    pub(crate) limit: Duration,
    /// An error inside a transaction ends it: see [`Error::GivenUp`].
    pub(crate) given_up: bool,
}

pub(crate) enum Conn {
    LiteRead(Reader),
    LiteWrite(Baton),
    Pg(PoolConnection<Postgres>),
    PgTx(sqlx::Transaction<'static, Postgres>),
}

/// The connection of the moment, for the engine at hand. Exclusive, so that the futures can move between threads.
pub(crate) enum Side<'c> {
    Lite(&'c mut crate::sqlite::Lite),
    Pg(&'c mut PgConnection),
}

impl Read {
    /// Every row.
    pub async fn all<T: FromRow>(&mut self, query: Query) -> Result<Vec<T>> {
        let limit = self.limit;
        let found = match self.side()? {
            Side::Lite(lite) => lite.all(&query, limit),
            Side::Pg(conn) => postgres::all(conn, query).await,
        };
        self.note(found)
    }

    /// The first row, if there is one.
    pub async fn opt<T: FromRow>(&mut self, query: Query) -> Result<Option<T>> {
        Ok(self.all(query).await?.into_iter().next())
    }

    /// The first row; [`Error::NotFound`] if there is none.
    pub async fn one<T: FromRow>(&mut self, query: Query) -> Result<T> {
        self.opt(query).await?.ok_or(Error::NotFound)
    }

    /// Hands over each row as it comes, for results that should not stand in memory. An error of the closure ends
    /// the walk.
    pub async fn each(&mut self, query: Query, mut row: impl FnMut(&Row<'_>) -> Result<()> + Send) -> Result<()> {
        let limit = self.limit;
        let done = match self.side()? {
            Side::Lite(lite) => lite.each(&query, limit, &mut row),
            Side::Pg(conn) => postgres::each(conn, query, &mut row).await,
        };
        self.note(done)
    }

    pub(crate) fn side(&mut self) -> Result<Side<'_>> {
        if self.given_up {
            return Err(Error::GivenUp);
        }
        Ok(match &mut self.conn {
            Conn::LiteRead(reader) => Side::Lite(reader.lite()),
            Conn::LiteWrite(baton) => Side::Lite(baton.lite()?),
            Conn::Pg(conn) => Side::Pg(conn),
            Conn::PgTx(tx) => Side::Pg(tx),
        })
    }

    /// Remembers that a transaction is lost. Errors that no database made (a missing row, a column of another type)
    /// do not count.
    pub(crate) fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        let lost = matches!(&result, Err(e) if !matches!(e, Error::NotFound | Error::Column { .. }));
        if lost && matches!(self.conn, Conn::LiteWrite(_) | Conn::PgTx(_)) {
            self.given_up = true;
        }
        result
    }
}
