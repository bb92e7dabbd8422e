//! The power to write. A `Tx` is owned, has no lifetime and can also read; dropped without `commit` it never
//! happened. On SQLite it holds the one write connection, so nothing but the database is awaited while it lives.

use crate::{
    Engine, Keys, Query, Read, Record, Result, Value,
    growth::Growth,
    postgres,
    read::{Conn, Side},
};
use sqlx::PgPool;
use std::{
    collections::BTreeMap,
    ops::{Deref, DerefMut},
    sync::Arc,
};

/// The power to write.
#[must_use = "a Tx that is not committed is rolled back"]
pub struct Tx {
    pub(crate) read: Read,
    pub(crate) engine: Engine,
    /// For the digests of audit rows.
    pub(crate) keys: Option<Arc<Keys>>,
    /// The epoch and number of this transaction in the audit, once asked for.
    pub(crate) number: Option<(i64, i64)>,
    /// Where PostgreSQL counts the tables that grew.
    pub(crate) growing: Option<(PgPool, Arc<Growth>)>,
    /// Rows of each table that were inserted in bulk.
    pub(crate) grown: BTreeMap<&'static str, u64>,
}

impl Deref for Tx {
    type Target = Read;
    fn deref(&self) -> &Read {
        &self.read
    }
}
impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Read {
        &mut self.read
    }
}

impl Tx {
    /// A keyed digest of a text by which it can be looked up (see [`Keys::lookup`]); `None` without keys.
    pub fn lookup(&self, text: &str) -> Option<String> {
        self.keys.as_ref().map(|keys| keys.lookup(text))
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Runs a statement that gives no rows; the number of rows it changed.
    pub async fn exec(&mut self, query: Query) -> Result<u64> {
        let done = match self.read.side()? {
            Side::Lite(lite) => lite.exec(&query),
            Side::Pg(conn) => postgres::exec(conn, query).await,
        };
        self.read.note(done)
    }

    /// Inserts one record.
    pub async fn insert<R: Record>(&mut self, record: R) -> Result<u64> {
        self.exec(Query { sql: R::insert_sql(), args: record.values() }).await
    }

    /// Inserts any number of records, all or none.
    pub async fn insert_all<R: Record>(&mut self, records: Vec<R>) -> Result<u64> {
        let done = match self.read.side()? {
            Side::Lite(lite) => lite.insert_all(records),
            Side::Pg(conn) => postgres::insert_all(conn, records).await,
        };
        if let Ok(rows) = done {
            *self.grown.entry(R::TABLE).or_default() += rows;
        }
        self.read.note(done)
    }

    /// Inserts rows by a text for one row (SQLite) or for arrays of columns (PostgreSQL); `nulls` gives the types.
    pub(crate) async fn insert_rows(
        &mut self,
        sql: &'static str,
        nulls: &[Value],
        rows: Vec<Vec<Value>>,
    ) -> Result<u64> {
        let done = match self.read.side()? {
            Side::Lite(lite) => lite.insert_rows(sql, rows),
            Side::Pg(conn) => postgres::insert_rows(conn, sql, nulls, rows).await,
        };
        self.read.note(done)
    }

    /// Runs any number of statements; for migrations and fixtures of this crate, never for values from outside.
    pub(crate) async fn batch(&mut self, sql: &str) -> Result<()> {
        let done = match self.read.side()? {
            Side::Lite(lite) => lite.batch(sql),
            Side::Pg(conn) => postgres::batch(conn, sql).await,
        };
        self.read.note(done)
    }

    /// Returns once the change is durable (on SQLite: once the shared transaction is). After an earlier error it
    /// refuses, so that a swallowed error never looks like success.
    pub async fn commit(self) -> Result<()> {
        if self.read.given_up {
            return Err(crate::Error::GivenUp);
        }
        match self.read.conn {
            Conn::LiteWrite(baton) => baton.commit().await,
            Conn::PgTx(tx) => {
                tx.commit().await?;
                if let Some((pool, growth)) = self.growing {
                    growth.count(&pool, self.grown).await;
                }
                Ok(())
            }
            Conn::LiteRead(_) | Conn::Pg(_) => Err(crate::Error::Closed),
        }
    }
}
