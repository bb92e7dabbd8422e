//! The sealer: every second it takes what was committed since the last seal, builds for each home a Merkle tree over
//! the rows in the order (transaction, id), and signs it together with the seal before it. The boundary is neither an
//! id nor a time, because a late commit has low ones: on PostgreSQL it is the oldest transaction still open, on SQLite
//! the last one.

use crate::{Db, Digest32, Engine, Error, Keys, Read, Result, q};
use kernel::{Clock, Instant};
use sm3::{Digest, Sm3};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

crate::record! {
    /// One seal of one home.
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Seal in "seal" {
        home: String,
        /// From 1, without a gap.
        n: i64,
        epoch: i64,
        /// Transactions `lo <= tx < hi`.
        lo: i64,
        hi: i64,
        row_count: i64,
        /// The root of the seal before; 32 zeros for the first.
        prev: Vec<u8>,
        tree: Vec<u8>,
        root: Vec<u8>,
        at: Instant,
        signature: Vec<u8>,
    }
}

impl Seal {
    /// The root that the seal should have: it binds everything else in it.
    pub fn expected_root(&self) -> Digest32 {
        let mut sm3 = Sm3::new();
        sm3.update((self.home.len() as u32).to_be_bytes());
        sm3.update(&self.home);
        for number in [self.n, self.epoch, self.lo, self.hi, self.row_count, self.at.0] {
            sm3.update(number.to_be_bytes());
        }
        sm3.update(&self.prev);
        sm3.update(&self.tree);
        sm3.finalize().into()
    }
}

/// A Merkle tree that is built as the leaves come: at most one waiting node per level. A leaf is `SM3(0, digest)`, a
/// node `SM3(1, left, right)`; a node without a neighbour moves up as it is.
#[derive(Default)]
pub(crate) struct Tree {
    waiting: Vec<Option<Digest32>>,
    pub leaves: i64,
}

impl Tree {
    pub fn push(&mut self, digest: &[u8]) {
        self.leaves += 1;
        let mut node: Digest32 = Sm3::new().chain_update([0]).chain_update(digest).finalize().into();
        for level in &mut self.waiting {
            match level.take() {
                None => {
                    *level = Some(node);
                    return;
                }
                Some(left) => node = parent(&left, &node),
            }
        }
        self.waiting.push(Some(node));
    }

    /// The root; that of no leaves is the digest of nothing.
    pub fn root(&self) -> Digest32 {
        let mut nodes = self.waiting.iter().flatten();
        let first = nodes.next().copied().unwrap_or_else(|| Sm3::digest([]).into());
        nodes.fold(first, |right, left| parent(left, &right))
    }
}

fn parent(left: &Digest32, right: &Digest32) -> Digest32 {
    Sm3::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// What one pass of the sealer did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sealed {
    pub seals: u64,
    pub rows: i64,
}

/// Seals what was committed and is not sealed; called every second. Two processes may call it: one of them finds its
/// work done ([`Error::Unique`] is taken for that).
///
/// # Errors
/// [`Error::Refused`] when PostgreSQL's transaction numbers lie below the last seal: the database was restored into
/// another cluster and [`start_epoch`] must be called.
pub async fn seal_audit(db: &Db, keys: &Keys, now: Instant) -> Result<Sealed> {
    // One moment for all of it: with two sealers the second one then meets the key of the first one's seals, instead of
    // counting rows that were sealed between its statements.
    let mut read = db.snapshot().await?;
    let epoch = current_epoch(&mut read).await?;
    let lo = last_boundary(&mut read, epoch).await?;
    let hi = boundary(db, &mut read, epoch).await?;
    if hi < lo {
        let text = "the numbers of transactions lie below the last seal: this database was restored into another \
                    PostgreSQL; start a new epoch of the audit";
        return Err(Error::Refused(text.to_owned()));
    }
    let seals = gather(&mut read, keys, epoch, lo, hi, now).await?;
    drop(read);
    write(db, seals).await
}

/// Seals every second until it is dropped; a pass that fails is logged and the next one tries again. Warns when the
/// seals are more than ten seconds behind: some transaction is held open.
pub async fn keep_sealing(db: Db, keys: Arc<Keys>, clock: Arc<Clock>) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(e) = seal_audit(&db, &keys, clock.now()).await {
            tracing::error!("the audit could not be sealed: {e}");
            if e == Error::Closed {
                return;
            }
        }
        let behind = match db.read().await {
            Ok(mut read) => lag(&mut read).await.ok().and_then(|lag| lag.oldest),
            Err(_) => None,
        };
        let seconds = behind.map_or(0, |oldest| (clock.now().0 - oldest.0) / 1_000_000);
        if seconds > 10 {
            tracing::warn!(seconds, "the seals of the audit are behind; a transaction is held open");
        }
    }
}

async fn write(db: &Db, seals: Vec<Seal>) -> Result<Sealed> {
    let done = Sealed { seals: seals.len() as u64, rows: seals.iter().map(|seal| seal.row_count).sum() };
    if seals.is_empty() {
        return Ok(done);
    }
    let mut tx = db.begin().await?;
    match tx.insert_all(seals).await {
        Ok(_) => tx.commit().await.map(|()| done),
        Err(Error::Unique { .. }) => Ok(Sealed::default()),
        Err(e) => Err(e),
    }
}

async fn current_epoch(read: &mut Read) -> Result<i64> {
    read.one(q!("select coalesce(max(epoch), 1) from audit_epoch")).await
}

/// Everything below is sealed, in every home.
async fn last_boundary(read: &mut Read, epoch: i64) -> Result<i64> {
    read.one(q!("select coalesce(max(hi), 0) from seal where epoch = $1", epoch)).await
}

/// Below it every transaction has ended.
async fn boundary(db: &Db, read: &mut Read, epoch: i64) -> Result<i64> {
    match db.engine() {
        // One writer: what can be seen is committed, and what comes later has a higher number.
        Engine::Sqlite => {
            let sql = "select max((select coalesce(max(tx) + 1, 0) from audit where epoch = $1),
                                  (select coalesce(max(hi), 0) from seal where epoch = $1))";
            read.one(q!(sql, epoch)).await
        }
        Engine::Postgres => {
            read.one(q!("select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)")).await
        }
    }
}

/// One signed seal for each home that has rows in `lo..hi`.
async fn gather(read: &mut Read, keys: &Keys, epoch: i64, lo: i64, hi: i64, now: Instant) -> Result<Vec<Seal>> {
    let mut trees: BTreeMap<String, Tree> = BTreeMap::new();
    let rows = q!(
        "select home, digest from audit where epoch = $1 and tx >= $2 and tx < $3 order by home, tx, id",
        epoch,
        lo,
        hi
    );
    read.each(rows, |row| {
        let (home, digest): (String, Vec<u8>) = (row.at(0)?, row.at(1)?);
        trees.entry(home).or_default().push(&digest);
        Ok(())
    })
    .await?;
    let mut seals = Vec::with_capacity(trees.len());
    for (home, tree) in trees {
        let last = q!("select n, epoch, hi, root from seal where home = $1 order by n desc limit 1", &home);
        let last: Option<(i64, i64, i64, Vec<u8>)> = read.opt(last).await?;
        let (n, from, prev) = match last {
            Some((n, e, hi, root)) => (n + 1, if e == epoch { hi } else { 0 }, root),
            None => (1, 0, vec![0; 32]),
        };
        let (row_count, tree) = (tree.leaves, tree.root().to_vec());
        let mut seal = Seal {
            home,
            n,
            epoch,
            lo: from,
            hi,
            row_count,
            prev,
            tree,
            root: Vec::new(),
            at: now,
            signature: Vec::new(),
        };
        seal.root = seal.expected_root().to_vec();
        seal.signature = keys.sign(&seal.root);
        seals.push(seal);
    }
    Ok(seals)
}

/// Begins a new epoch after a restore: what the old one left unsealed is sealed first. Nothing else may write
/// meanwhile.
pub async fn start_epoch(db: &Db, keys: &Keys, reason: &str, now: Instant) -> Result<i64> {
    let mut read = db.snapshot().await?;
    let epoch = current_epoch(&mut read).await?;
    let lo = last_boundary(&mut read, epoch).await?;
    let last: i64 = read.one(q!("select coalesce(max(tx), 0) from audit where epoch = $1", epoch)).await?;
    let seals = gather(&mut read, keys, epoch, lo, last.max(lo - 1) + 1, now).await?;
    drop(read);
    write(db, seals).await?;
    let next = epoch + 1;
    let begin = "insert into audit_epoch (epoch, reason, at) values ($1, $2, $3)";
    db.write::<_, Error, _>(async |tx| tx.exec(q!(begin, next, reason, now)).await).await?;
    Ok(next)
}

/// How far the sealer is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lag {
    pub rows: i64,
    /// When the oldest row without a seal was written.
    pub oldest: Option<Instant>,
}

/// Rows that are not sealed yet, for the operator's page and its alarm.
pub async fn lag(read: &mut Read) -> Result<Lag> {
    let epoch = current_epoch(read).await?;
    let lo = last_boundary(read, epoch).await?;
    let sql = "select count(*), min(at) from audit where epoch = $1 and tx >= $2";
    let (rows, oldest): (i64, Option<Instant>) = read.one(q!(sql, epoch, lo)).await?;
    Ok(Lag { rows, oldest })
}

/// The newest seal of a home, to be kept outside of the database (a file on another disk, a printed report, a
/// neighbour), one line each: `home n root`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub home: String,
    pub n: i64,
    pub root: Digest32,
}

impl std::fmt::Display for Anchor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.home, self.n, hex::encode(self.root))
    }
}

impl std::str::FromStr for Anchor {
    type Err = String;
    fn from_str(line: &str) -> std::result::Result<Anchor, String> {
        let read = || {
            let mut parts = line.split_whitespace();
            let (home, n, root) = (parts.next()?, parts.next()?.parse().ok()?, hex::decode(parts.next()?).ok()?);
            parts.next().is_none().then_some(())?;
            Some(Anchor { home: home.to_owned(), n, root: root.try_into().ok()? })
        };
        read().ok_or_else(|| format!("not an anchor: {line}"))
    }
}

/// The newest seal of each home.
pub async fn anchors(read: &mut Read) -> Result<Vec<Anchor>> {
    let sql = "select s.home, s.n, s.root from seal s
                where s.n = (select max(n) from seal l where l.home = s.home) order by s.home";
    let found: Vec<(String, i64, Vec<u8>)> = read.all(q!(sql)).await?;
    let anchor = |(home, n, root): (String, i64, Vec<u8>)| Some(Anchor { home, n, root: root.try_into().ok()? });
    Ok(found.into_iter().filter_map(anchor).collect())
}
