//! The SQLite side of the seam: opening connections (WAL, synchronous FULL, foreign keys), binding by number,
//! running statements, and a time limit on each of them.

use crate::{Error, FromRow, Query, Record, Result, Row, Value};
use rusqlite::{Connection, OpenFlags, Statement};
use std::{
    cell::{OnceCell, RefCell},
    collections::HashSet,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::OwnedSemaphorePermit;

/// A connection and the moment at which its statement is stopped.
pub(crate) struct Lite {
    pub conn: Connection,
    /// Pages in the WAL after the last commit.
    frames: Arc<AtomicU32>,
    /// Microseconds after `born`; `u64::MAX` for never.
    deadline: Arc<AtomicU64>,
    born: Instant,
    /// Takes writes: there a statement that is stopped ends the transaction, so none is tried.
    write: bool,
    /// Statements that were not done within [`BRIEF`] once.
    long: RefCell<HashSet<&'static str>>,
}

/// The progress handler is asked after this many steps of the virtual machine (well under a millisecond).
const STEPS: i32 = 20_000;

/// So long a statement may hold the worker thread that asks; a list or a search takes a tenth of it. To give the
/// thread's other tasks away first ([`blocking`]) wakes another thread, which costs more than most statements do.
const BRIEF: Duration = Duration::from_millis(1);

impl Lite {
    pub fn open(path: &Path, write: bool) -> Result<Lite> {
        let mut conn = if write {
            Connection::open(path)?
        } else {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            Connection::open_with_flags(path, flags)?
        };
        conn.busy_timeout(Duration::from_secs(5))?;
        if write {
            // Without auto_vacuum nothing moves rows; the journal is cut back after a long reader let it grow.
            conn.pragma_update(None, "journal_mode", "WAL")?;
            conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
            // What is deleted (a person's key) is overwritten, not only let go.
            conn.pragma_update(None, "secure_delete", true)?;
        }
        // Checkpoints are made by `sums.rs` alone, also not at the end by SQLite.
        conn.pragma_update(None, "wal_autocheckpoint", 0)?;
        conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let frames = Arc::new(AtomicU32::new(0));
        let count = frames.clone();
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
            count.store(pages.unsigned_abs(), Ordering::Relaxed);
            Ok(())
        }))?;
        conn.pragma_update(None, "synchronous", "FULL")?;
        conn.pragma_update(None, "foreign_keys", true)?;
        conn.pragma_update(None, "cache_size", -16_000)?;
        conn.pragma_update(None, "temp_store", "MEMORY")?;
        // Plans do not depend on bound values: otherwise a statement is compiled anew for each of them.
        conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        conn.set_prepared_statement_cache_capacity(256);
        let (deadline, born) = (Arc::new(AtomicU64::new(u64::MAX)), Instant::now());
        let at = deadline.clone();
        conn.progress_handler(
            STEPS,
            Some(move || {
                let deadline = at.load(Ordering::Relaxed);
                deadline != u64::MAX && micros_since(born) > deadline
            }),
        )?;
        Ok(Lite { conn, frames, deadline, born, write, long: RefCell::default() })
    }

    /// Pages in the WAL after the last commit.
    pub fn frames(&self) -> u32 {
        self.frames.load(Ordering::Relaxed)
    }

    /// A statement without values.
    pub fn run(&self, sql: &'static str) -> Result<()> {
        let run = || Ok(self.conn.prepare_cached(sql)?.raw_execute().map(drop)?);
        run().map_err(|e| self.named(e))
    }

    /// Any number of statements, without values.
    pub fn batch(&self, sql: &str) -> Result<()> {
        self.conn.execute_batch(sql).map_err(|e| self.named(e.into()))
    }

    pub fn exec(&self, query: &Query) -> Result<u64> {
        let run = || {
            let mut statement = self.conn.prepare_cached(query.sql)?;
            bind(&mut statement, &query.args)?;
            // A statement with `returning` gives rows and is not for exec; the driver says so.
            Ok(statement.raw_execute()? as u64)
        };
        run().map_err(|e| self.named(e))
    }

    /// A damaged file is named.
    fn named(&self, e: Error) -> Error {
        e.in_file(self.conn.path())
    }

    pub fn each(&self, query: &Query, limit: Duration, row: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        blocking(|| self.rows(query, limit, row))
    }

    fn rows(&self, query: &Query, limit: Duration, row: &mut dyn FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
        let mut walk = || {
            let mut statement = self.conn.prepare_cached(query.sql)?;
            bind(&mut statement, &query.args)?;
            let names = OnceCell::new();
            let mut rows = statement.raw_query();
            while let Some(found) = rows.next()? {
                row(&Row::lite(found, &names))?;
            }
            Ok(())
        };
        self.deadline.store(micros_since(self.born).saturating_add(limit.as_micros() as u64), Ordering::Relaxed);
        let done = walk();
        self.deadline.store(u64::MAX, Ordering::Relaxed);
        done.map_err(|e| self.named(e))
    }

    /// Every row. A reader tries on the spot first; a statement that is not done within [`BRIEF`] is begun anew where it may
    /// take its time, and is known for long from then on.
    pub fn all<T: FromRow>(&self, query: &Query, limit: Duration) -> Result<Vec<T>> {
        let gather = |limit| {
            let mut out = Vec::new();
            self.rows(query, limit, &mut |row| {
                out.push(T::from_row(row)?);
                Ok(())
            })?;
            Ok(out)
        };
        if !self.write && limit > BRIEF && !self.long.borrow().contains(query.sql) {
            match gather(BRIEF) {
                Err(Error::TimedOut) => self.long.borrow_mut().insert(query.sql),
                done => return done,
            };
        }
        blocking(|| gather(limit))
    }

    pub fn insert_all<R: Record>(&self, records: Vec<R>) -> Result<u64> {
        self.insert_each(R::insert_sql(), records.into_iter().map(Record::values))
    }

    pub fn insert_rows(&self, sql: &'static str, rows: Vec<Vec<Value>>) -> Result<u64> {
        self.insert_each(sql, rows.into_iter())
    }

    fn insert_each(&self, sql: &'static str, rows: impl Iterator<Item = Vec<Value>>) -> Result<u64> {
        blocking(|| {
            let mut statement = self.conn.prepare_cached(sql)?;
            let mut inserted = 0;
            for row in rows {
                bind(&mut statement, &row)?;
                inserted += statement.raw_execute()? as u64;
            }
            Ok(inserted)
        })
    }
}

fn micros_since(born: Instant) -> u64 {
    born.elapsed().as_micros() as u64
}

/// SQLite numbers `$3` by the order in which the marks appear, PostgreSQL by their number; so each mark is asked for
/// its name.
fn bind(statement: &mut Statement<'_>, args: &[Value]) -> Result<()> {
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let number = statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let Some(number) = number else { return Err(Error::other("parameters are written $1, $2 ..")) };
        highest = highest.max(number);
        match args.get(number.wrapping_sub(1)) {
            Some(value) => statement.raw_bind_parameter(index, value)?,
            None => return Err(Error::other(format!("no value for ${number}: {} given", args.len()))),
        }
    }
    if highest != args.len() {
        return Err(Error::other(format!("{} values given, {highest} used", args.len())));
    }
    Ok(())
}

/// Runs blocking work without stopping the other tasks of this worker thread, where the runtime can do so.
pub(crate) fn blocking<T>(work: impl FnOnce() -> T) -> T {
    use tokio::runtime::{Handle, RuntimeFlavor};
    match Handle::try_current().map(|handle| handle.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// A reader on loan; it goes back to the pool when dropped, out of any transaction.
pub(crate) struct Reader {
    lite: Option<Lite>,
    pool: Arc<Mutex<Vec<Lite>>>,
    _permit: OwnedSemaphorePermit,
}

impl Reader {
    pub fn take(pool: Arc<Mutex<Vec<Lite>>>, permit: OwnedSemaphorePermit) -> Result<Reader> {
        let lite = pool.lock().map_err(|_| Error::Closed)?.pop().ok_or(Error::Closed)?;
        Ok(Reader { lite: Some(lite), pool, _permit: permit })
    }

    pub fn lite(&mut self) -> &mut Lite {
        self.lite.as_mut().expect("a reader holds its connection until it is dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let Some(lite) = self.lite.take() else { return };
        // The end of a snapshot. It cannot fail in a way that matters: nothing was written.
        if !lite.conn.is_autocommit() {
            let _ = lite.run("rollback");
        }
        if let Ok(mut pool) = self.pool.lock() {
            pool.push(lite);
        }
    }
}
