//! `verify audit`: walks every home's seals and rows in one snapshot and names what was changed: each row against its
//! keyed digest, each seal against its rows, the chain, its signature, and the anchors kept outside.

use super::{
    AuditId, AuditRow,
    seal::{Anchor, Seal, Tree},
};
use crate::{Db, Keys, Read, Result, q};
use kernel::Instant;

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The row's fields do not fit its digest: it was edited, or made by hand.
    Edited { home: String, id: AuditId },
    /// Two rows stand in each other's place or time.
    Reordered { home: String, ids: [AuditId; 2] },
    /// The seal counted more rows than there are.
    Deleted { home: String, seal: i64, sealed: i64, found: i64 },
    /// There are more rows than the seal counted.
    Added { home: String, seal: i64, sealed: i64, found: i64 },
    /// As many rows as sealed, each with a fitting digest, but not those.
    Replaced { home: String, seal: i64 },
    /// A seal is missing from the chain, or does not follow the one before it.
    SealMissing { home: String, seal: i64 },
    /// A seal's own fields, root or signature were changed.
    SealEdited { home: String, seal: i64 },
    /// An anchor kept outside names a seal that is gone.
    Cut { home: String, seal: i64 },
    /// The seal is not the one that the anchor kept outside names.
    AnchorDiffers { home: String, seal: i64 },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Edited { home, id } => write!(f, "{home}: row {id} was edited"),
            Fault::Reordered { home, ids: [a, b] } => write!(f, "{home}: rows {a} and {b} were reordered"),
            Fault::Deleted { home, seal, sealed, found } => {
                write!(f, "{home}: seal {seal}: rows were deleted ({sealed} sealed, {found} found)")
            }
            Fault::Added { home, seal, sealed, found } => {
                write!(f, "{home}: seal {seal}: rows were added ({sealed} sealed, {found} found)")
            }
            Fault::Replaced { home, seal } => write!(f, "{home}: seal {seal}: other rows than those sealed"),
            Fault::SealMissing { home, seal } => write!(f, "{home}: seal {seal} is missing or does not follow"),
            Fault::SealEdited { home, seal } => write!(f, "{home}: seal {seal} was edited"),
            Fault::Cut { home, seal } => write!(f, "{home}: seal {seal} was kept as an anchor and is gone"),
            Fault::AnchorDiffers { home, seal } => write!(f, "{home}: seal {seal} is not the one kept as an anchor"),
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    pub homes: u64,
    pub seals: u64,
    /// Rows under a seal.
    pub sealed: i64,
    /// Rows after the last seal; their edits are found, their deletion is not.
    pub unsealed: i64,
    pub oldest_unsealed: Option<Instant>,
    /// The first faults, at most [`NAMED`].
    pub faults: Vec<Fault>,
    /// All of them.
    pub fault_count: u64,
}

/// So many faults are named; all are counted.
pub const NAMED: usize = 100;

impl Report {
    pub fn is_clean(&self) -> bool {
        self.fault_count == 0
    }

    fn fault(&mut self, fault: Fault) {
        self.fault_count += 1;
        if self.faults.len() < NAMED {
            self.faults.push(fault);
        }
    }
}

/// Checks the whole audit.
pub async fn verify_audit(db: &Db, keys: &Keys) -> Result<Report> {
    verify_audit_with(db, keys, &[]).await
}

/// Checks the whole audit and the anchors that were kept outside of the database.
pub async fn verify_audit_with(db: &Db, keys: &Keys, anchors: &[Anchor]) -> Result<Report> {
    let mut read = db.snapshot().await?;
    let mut report = Report::default();
    let homes: Vec<String> = read.all(q!("select home from audit union select home from seal order by home")).await?;
    for home in homes {
        report.homes += 1;
        verify_home(&mut read, keys, &home, &mut report).await?;
    }
    for Anchor { home, n, root } in anchors {
        let found = q!("select root from seal where home = $1 and n = $2", home, n);
        let (home, seal) = (home.clone(), *n);
        match read.opt::<Vec<u8>>(found).await? {
            None => report.fault(Fault::Cut { home, seal }),
            Some(found) if found != root => report.fault(Fault::AnchorDiffers { home, seal }),
            Some(_) => {}
        }
    }
    Ok(report)
}

/// Seals are read in pages, so that a check of years stands in little memory.
const PAGE: i64 = 2_000;

async fn verify_home(read: &mut Read, keys: &Keys, home: &str, report: &mut Report) -> Result<()> {
    let mut last: Option<Seal> = None;
    loop {
        let after = last.as_ref().map_or(0, |seal| seal.n);
        let page = q!("select * from seal where home = $1 and n > $2 order by n limit $3", home, after, PAGE);
        let seals: Vec<Seal> = read.all(page).await?;
        if seals.is_empty() {
            break;
        }
        let mut before = last.as_ref().map(|seal| (seal.epoch, seal.hi));
        for seal in &seals {
            verify_seal(keys, last.as_ref(), seal, report);
            last = Some(seal.clone());
        }
        for run in seals.chunk_by(|a, b| a.epoch == b.epoch) {
            // From where the seal before ended, so that rows of a missing seal are looked at too.
            let from = before.filter(|(epoch, _)| *epoch == run[0].epoch).map_or(0, |(_, hi)| hi);
            verify_rows(read, keys, home, from, run, report).await?;
            before = run.last().map(|seal| (seal.epoch, seal.hi));
        }
    }
    verify_tail(read, keys, home, last, report).await
}

fn verify_seal(keys: &Keys, before: Option<&Seal>, seal: &Seal, report: &mut Report) {
    report.seals += 1;
    let (home, n) = (seal.home.clone(), seal.n);
    if seal.expected_root()[..] != seal.root[..] || !keys.verify(&seal.root, &seal.signature) {
        report.fault(Fault::SealEdited { home, seal: n });
        return;
    }
    let follows = match before {
        None => n == 1 && seal.lo == 0 && seal.prev == [0; 32],
        Some(before) => {
            let lo = if before.epoch == seal.epoch { before.hi } else { 0 };
            n == before.n + 1 && seal.lo == lo && seal.prev == before.root
        }
    };
    if !follows {
        let missing = before.map_or(1, |before| before.n + 1);
        report.fault(Fault::SealMissing { home, seal: missing.min(n) });
    }
}

/// The rows of one run of seals of one epoch.
async fn verify_rows(
    read: &mut Read,
    keys: &Keys,
    home: &str,
    from: i64,
    seals: &[Seal],
    report: &mut Report,
) -> Result<()> {
    let (Some(first), Some(last)) = (seals.first(), seals.last()) else { return Ok(()) };
    let rows = q!(
        "select * from audit where home = $1 and epoch = $2 and tx >= $3 and tx < $4 order by tx, id",
        home,
        first.epoch,
        from,
        last.hi
    );
    let (mut at, mut tree, mut broken) = (0, Tree::default(), Vec::new());
    read.each(rows, |row| {
        let row: AuditRow = crate::FromRow::from_row(row)?;
        while at + 1 < seals.len() && row.tx >= seals[at].hi {
            close(&seals[at], std::mem::take(&mut tree), report);
            at += 1;
        }
        tree.push(&row.digest);
        if row.expected(keys)[..] != row.digest[..] {
            broken.push(row);
        }
        Ok(())
    })
    .await?;
    close(&seals[at], tree, report);
    for seal in &seals[at + 1..] {
        close(seal, Tree::default(), report);
    }
    name_broken(keys, home, broken, report);
    Ok(())
}

fn close(seal: &Seal, tree: Tree, report: &mut Report) {
    let (home, n, sealed, found) = (seal.home.clone(), seal.n, seal.row_count, tree.leaves);
    report.sealed += found;
    match found.cmp(&sealed) {
        std::cmp::Ordering::Less => report.fault(Fault::Deleted { home, seal: n, sealed, found }),
        std::cmp::Ordering::Greater => report.fault(Fault::Added { home, seal: n, sealed, found }),
        std::cmp::Ordering::Equal if tree.root()[..] != seal.tree[..] => {
            report.fault(Fault::Replaced { home, seal: n });
        }
        std::cmp::Ordering::Equal => {}
    }
}

/// Two rows that fit their digests once they have exchanged their place (transaction, id) or their time were
/// reordered; all others were edited.
fn name_broken(keys: &Keys, home: &str, mut broken: Vec<AuditRow>, report: &mut Report) {
    // Pairs are tried among a few; more is no reordering but a rewriting.
    const TRIED: usize = 200;
    while let Some(row) = broken.pop() {
        let partner = broken.iter().rev().take(TRIED).position(|other| exchanged(keys, &row, other));
        match partner {
            Some(back) => {
                let other = broken.remove(broken.len() - 1 - back);
                report.fault(Fault::Reordered { home: home.to_owned(), ids: [other.id, row.id] });
            }
            None => report.fault(Fault::Edited { home: home.to_owned(), id: row.id }),
        }
    }
}

fn exchanged(keys: &Keys, a: &AuditRow, b: &AuditRow) -> bool {
    let fits = |row: &AuditRow| row.expected(keys)[..] == row.digest[..];
    let with = |row: &AuditRow, other: &AuditRow, place: bool, time: bool| {
        let mut row = row.clone();
        if place {
            (row.tx, row.epoch) = (other.tx, other.epoch);
        }
        if time {
            row.at = other.at;
        }
        row
    };
    let by_fields = [(true, false), (false, true), (true, true)]
        .iter()
        .any(|(p, t)| fits(&with(a, b, *p, *t)) && fits(&with(b, a, *p, *t)));
    // The whole rows exchanged but for their ids.
    let by_id = fits(&AuditRow { id: b.id.clone(), ..a.clone() }) && fits(&AuditRow { id: a.id.clone(), ..b.clone() });
    by_fields || by_id
}

/// The rows after the last seal.
async fn verify_tail(read: &mut Read, keys: &Keys, home: &str, last: Option<Seal>, report: &mut Report) -> Result<()> {
    let current: i64 = read.one(q!("select coalesce(max(epoch), 1) from audit_epoch")).await?;
    let (epoch, hi, n) = last.map_or((0, 0, 0), |seal| (seal.epoch, seal.hi, seal.n));
    let rows = q!(
        "select * from audit where home = $1 and (epoch > $2 or (epoch = $2 and tx >= $3)) order by epoch, tx, id",
        home,
        epoch,
        hi
    );
    let (mut broken, mut forgotten) = (Vec::new(), 0);
    read.each(rows, |row| {
        let row: AuditRow = crate::FromRow::from_row(row)?;
        report.unsealed += 1;
        report.oldest_unsealed = Some(report.oldest_unsealed.map_or(row.at, |oldest| oldest.min(row.at)));
        // An epoch that has ended was sealed to its end.
        forgotten += i64::from(row.epoch < current);
        if row.expected(keys)[..] != row.digest[..] {
            broken.push(row);
        }
        Ok(())
    })
    .await?;
    if forgotten > 0 {
        report.fault(Fault::Added { home: home.to_owned(), seal: n, sealed: 0, found: forgotten });
    }
    name_broken(keys, home, broken, report);
    Ok(())
}
