//! Opening a database by its URL, and the three ways in: `read`, `snapshot`, `begin`. SQLite has one writer and some
//! readers, and a lock file beside the database that keeps a second process out; PostgreSQL has a pool.

use crate::{
    Error, Group, Keys, Read, Result, Tx,
    group::{Grant, writer},
    growth::Growth,
    postgres,
    read::Conn,
    sqlite::{Lite, Reader, blocking},
    sums::Sums,
};
use sqlx::postgres::PgPool;
use std::{
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot},
    task::JoinHandle,
};

/// Where the database is and how it is used.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`.
    pub url: String,
    /// The folder of blobs; `None` where no blobs are kept.
    pub data_dir: Option<PathBuf>,
    /// Read connections (SQLite).
    pub readers: usize,
    /// Connections in all (PostgreSQL).
    pub connections: u32,
    /// How writers share a commit (SQLite).
    pub group: Group,
    /// How long one statement may take.
    pub read_limit: Duration,
    /// The same inside [`Db::snapshot`], for reports and checks.
    pub report_limit: Duration,
}

impl Config {
    pub fn new(url: impl Into<String>) -> Config {
        Config {
            url: url.into(),
            data_dir: None,
            readers: 4,
            connections: 10,
            group: Group::default(),
            read_limit: Duration::from_secs(30),
            report_limit: Duration::from_secs(1800),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database. Cloning shares it.
#[derive(Clone)]
pub struct Db {
    pub(crate) kind: Kind,
    pub(crate) config: Arc<Config>,
    keys: Option<Arc<Keys>>,
    growth: Arc<Growth>,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Lite(Arc<LiteDb>),
    Pg(PgPool),
}

pub(crate) struct LiteDb {
    readers: Arc<Mutex<Vec<Lite>>>,
    permits: Arc<Semaphore>,
    /// Taken out by `close`.
    queue: Mutex<Option<mpsc::Sender<Grant>>>,
    task: Mutex<Option<JoinHandle<()>>>,
    /// `None` beside another process, which has them.
    sums: Option<Arc<Mutex<Sums>>>,
    /// Why nothing is read or written any more.
    damaged: OnceLock<Error>,
}

/// Up to this size the whole file is checked at each start; beyond it only after an unclean end of up to eight times
/// this size, else by `Db::integrity`.
const CHECKED_AT_START: u64 = 64 << 20;

impl Db {
    /// Opens the database; the parent folder of a SQLite file is made when missing.
    ///
    /// # Errors
    /// [`Error::Refused`] with one sentence for the operator: in use by another process, damaged, out of reach, of
    /// the wrong collation.
    pub async fn connect(config: &Config) -> Result<Db> {
        let kind = if let Some(path) = config.url.strip_prefix("sqlite:") {
            Kind::Lite(Arc::new(open_lite(Path::new(path.trim_start_matches("//")), config)?))
        } else if config.url.starts_with("postgres://") || config.url.starts_with("postgresql://") {
            Kind::Pg(postgres::connect(config).await?)
        } else {
            return Err(Error::Refused("the database URL must begin with sqlite: or postgres://".to_owned()));
        };
        Ok(Db { kind, config: Arc::new(config.clone()), keys: None, growth: Arc::default() })
    }

    /// Opens a database that another process may be serving, for reading only: no lock is taken, nothing can be
    /// written. Where nobody serves, the lock is taken after all, so that what a crash left is cleared up first.
    pub async fn connect_beside(config: &Config) -> Result<Db> {
        let path = match config.url.strip_prefix("sqlite:").map(|path| Path::new(path.trim_start_matches("//"))) {
            Some(path) if path.exists() => path,
            Some(path) => return Err(Error::Refused(format!("there is no database {}", path.display()))),
            None => return Db::connect(config).await,
        };
        match lock_beside(path) {
            Ok(lock) => {
                drop(lock);
                Db::connect(config).await
            }
            Err(_) => {
                let refused = |e| Error::Refused(format!("the database {} cannot be opened: {e}", path.display()));
                let readers = vec![Lite::open(path, false).map_err(refused)?];
                let lite = LiteDb {
                    permits: Arc::new(Semaphore::new(readers.len())),
                    readers: Arc::new(Mutex::new(readers)),
                    queue: Mutex::new(None),
                    task: Mutex::new(None),
                    sums: None,
                    damaged: OnceLock::new(),
                };
                let (kind, config) = (Kind::Lite(Arc::new(lite)), Arc::new(config.clone()));
                Ok(Db { kind, config, keys: None, growth: Arc::default() })
            }
        }
    }

    /// The same database with the keys that the audit needs; see [`Keys::open`].
    pub fn with_keys(&self, keys: Arc<Keys>) -> Db {
        Db { keys: Some(keys), ..self.clone() }
    }

    /// The keys, where they were given.
    pub fn keys(&self) -> Option<&Arc<Keys>> {
        self.keys.as_ref()
    }

    /// The folder of blobs and of the key file.
    pub fn data_dir(&self) -> Option<&Path> {
        self.config.data_dir.as_deref()
    }

    pub fn engine(&self) -> Engine {
        match self.kind {
            Kind::Lite(_) => Engine::Sqlite,
            Kind::Pg(_) => Engine::Postgres,
        }
    }

    /// One connection to read with; each statement sees what is committed by then.
    pub async fn read(&self) -> Result<Read> {
        let conn = match &self.kind {
            Kind::Lite(lite) => Conn::LiteRead(lite.reader().await?),
            Kind::Pg(pool) => Conn::Pg(pool.acquire().await?),
        };
        Ok(Read { conn, limit: self.config.read_limit, given_up: false })
    }

    /// One connection whose statements all see the same moment; for reports, exports and checks.
    pub async fn snapshot(&self) -> Result<Read> {
        let limit = self.config.report_limit;
        let conn = match &self.kind {
            Kind::Lite(lite) => {
                let mut reader = lite.reader().await?;
                reader.lite().run("begin deferred")?;
                // The moment is that of the first read.
                reader.lite().all::<i64>(&crate::q!("select count(*) from sqlite_master"), limit)?;
                Conn::LiteRead(reader)
            }
            Kind::Pg(pool) => {
                let mut tx = pool.begin_with("begin isolation level repeatable read read only").await?;
                // A select, not a `set local`: the moment of the snapshot is that of the first one.
                let limit = format!("select set_config('statement_timeout', '{}', true)", limit.as_millis());
                postgres::batch(&mut tx, &limit).await?;
                Conn::PgTx(tx)
            }
        };
        Ok(Read { conn, limit, given_up: false })
    }

    /// Begins a transaction. On SQLite it waits for its turn with the one write connection.
    pub async fn begin(&self) -> Result<Tx> {
        let conn = match &self.kind {
            Kind::Lite(lite) => {
                lite.sound()?;
                let queue = lite.queue.lock().map_err(|_| Error::Closed)?.clone().ok_or(Error::Closed)?;
                let (grant, granted) = oneshot::channel();
                queue.send(grant).await.map_err(|_| Error::Closed)?;
                Conn::LiteWrite(granted.await.map_err(|_| Error::Closed)??)
            }
            Kind::Pg(pool) => Conn::PgTx(pool.begin().await?),
        };
        let read = Read { conn, limit: self.config.read_limit, given_up: false };
        let growing = match &self.kind {
            Kind::Lite(_) => None,
            Kind::Pg(pool) => Some((pool.clone(), self.growth.clone())),
        };
        let (grown, keys) = (BTreeMap::new(), self.keys.clone());
        Ok(Tx { read, engine: self.engine(), keys, number: None, growing, grown })
    }

    /// A transaction as a closure: `db.write(async |tx| { .. }).await`. The only way out with `Ok` is through a
    /// durable commit.
    pub async fn write<T, E, F>(&self, work: F) -> std::result::Result<T, E>
    where
        E: From<Error>,
        F: AsyncFnOnce(&mut Tx) -> std::result::Result<T, E>,
    {
        let mut tx = self.begin().await?;
        let out = work(&mut tx).await?;
        tx.commit().await?;
        Ok(out)
    }

    /// Ends the database: waits for what is being written, then lets the file and its lock go.
    pub async fn close(&self) {
        match &self.kind {
            Kind::Lite(lite) => {
                if let Ok(mut queue) = lite.queue.lock() {
                    queue.take();
                }
                let task = lite.task.lock().ok().and_then(|mut task| task.take());
                lite.permits.close();
                if let Ok(mut readers) = lite.readers.lock() {
                    readers.clear();
                }
                if let Some(task) = task {
                    let _ = task.await;
                }
            }
            Kind::Pg(pool) => pool.close().await,
        }
    }

    /// Compares every page of the SQLite file with what was written, a little at a time; for a task that runs now and
    /// then. After damage was found nothing is read or written any more ([`Error::Damaged`]): no figure is better than
    /// a wrong one. PostgreSQL has checksums of its own.
    pub async fn scrub(&self) -> Result<()> {
        let Kind::Lite(lite) = &self.kind else { return Ok(()) };
        let Some(sums) = &lite.sums else { return Ok(()) };
        let mut at = 0;
        loop {
            let piece = blocking(|| {
                let sums = sums.lock().map_err(|_| Error::Closed)?;
                if at < sums.pages() { sums.piece(at).map(Some) } else { Ok(None) }
            });
            match piece {
                Ok(Some(next)) => at = next,
                Ok(None) => return Ok(()),
                Err(e) => {
                    if matches!(e, Error::Damaged(_)) {
                        let _ = lite.damaged.set(e.clone());
                    }
                    return Err(e);
                }
            }
            tokio::task::yield_now().await;
        }
    }

    /// Reads the whole SQLite file for damage (PostgreSQL has tools of its own).
    pub async fn integrity(&self) -> Result<()> {
        self.scrub().await?;
        if let Kind::Lite(lite) = &self.kind {
            let mut reader = lite.reader().await?;
            check_pages(reader.lite(), self.config.report_limit)?;
        }
        Ok(())
    }
}

impl LiteDb {
    fn sound(&self) -> Result<()> {
        self.damaged.get().map_or(Ok(()), |e| Err(e.clone()))
    }

    async fn reader(&self) -> Result<Reader> {
        self.sound()?;
        let permit = self.permits.clone().acquire_owned().await.map_err(|_| Error::Closed)?;
        Reader::take(self.readers.clone(), permit)
    }
}

fn open_lite(path: &Path, config: &Config) -> Result<LiteDb> {
    let shown = path.display();
    let refused = |e: &dyn std::fmt::Display| Error::Refused(format!("the database {shown} cannot be opened: {e}"));
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| refused(&e))?;
    }
    let lock = lock_beside(path)?;
    let unclean = file_size(&beside(path, "-wal")) > 0;
    let size = file_size(path);
    let known = Sums::check(path).map_err(|e| Error::Refused(e.to_string()))?;
    let unopened = |e: Error| match e.in_file(path.to_str()) {
        Error::Damaged(why) => Error::Refused(why.to_string()),
        e => refused(&e),
    };
    let lite = Lite::open(path, true).map_err(unopened)?;
    if size <= CHECKED_AT_START || (unclean && size <= 8 * CHECKED_AT_START) {
        check_pages(&lite, config.report_limit).map_err(|e| refused(&e))?;
    }
    let readers = (0..config.readers.max(1)).map(|_| Lite::open(path, false)).collect::<Result<Vec<_>>>();
    let readers = readers.map_err(unopened)?;
    let mut sums = match known {
        Some(sums) => sums,
        None => Sums::take(path).map_err(|e| refused(&e))?,
    };
    sums.at_start(&lite);
    let sums = Arc::new(Mutex::new(sums));
    let (queue, grants) = mpsc::channel(1024);
    let permits = Arc::new(Semaphore::new(readers.len()));
    let task = tokio::spawn(writer(lite, grants, config.group, sums.clone(), lock));
    Ok(LiteDb {
        readers: Arc::new(Mutex::new(readers)),
        permits,
        queue: Mutex::new(Some(queue)),
        task: Mutex::new(Some(task)),
        sums: Some(sums),
        damaged: OnceLock::new(),
    })
}

/// The lock falls with the process, however it ends; the file itself stays.
fn lock_beside(path: &Path) -> Result<File> {
    let name = beside(path, ".lock");
    let file = File::options().create(true).truncate(false).write(true).open(&name);
    let file = file.map_err(|e| Error::Refused(format!("{} cannot be written: {e}", name.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(_) => Err(Error::Refused(format!("the database {} is in use by another shanyu process", path.display()))),
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn file_size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |m| m.len())
}

fn check_pages(lite: &Lite, limit: Duration) -> Result<()> {
    let damaged = |why: &str| Error::Refused(format!("it is damaged ({why}); restore a backup"));
    match lite.all::<String>(&crate::q!("pragma integrity_check(1)"), limit) {
        Ok(found) if found == ["ok"] => Ok(()),
        Ok(found) => Err(damaged(found.first().map_or("no answer", String::as_str))),
        Err(Error::Damaged(why)) => Err(damaged(&why)),
        Err(e) => Err(e),
    }
}
