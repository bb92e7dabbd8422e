//! Bringing in a sheet of institutions. First everything is looked at without writing, and every fault is named by its
//! cell; what is written is written in one transaction: the whole sheet, or, where that was asked for, its rows without
//! a fault. The same file a second time is one write. A row whose id or credit code is known, or without them its name
//! and street, changes what differs, from `changed_on` (today when empty) on.

mod columns;
pub(crate) mod pages;
mod row;
mod settled;
mod template;
mod work;
mod write;

pub use columns::{Columns, IGNORED, Recognised, known, recognise};
pub use pages::{TRY_KIND, WRITE_KIND};
pub use template::template_page;
pub use write::{Run, run};

use crate::Result;
use crate::batch::{New, Stamp};
use crate::change::Change;
use crate::sheet::{self, Fault, SheetRow};
use crate::store::runs;
use ::sheet::{Grid, Head, Line};
use db::Read;
use kernel::Scope;
use kernel::kinds::FacilityId;
use row::{Looker, Stop};
use sm3::{Digest, Sm3};
use std::collections::{BTreeMap, BTreeSet};

/// The kind of run in the table of imports.
pub const KIND: &str = "institutions";

/// What is to be done for one row.
#[derive(Clone, Debug)]
pub enum Job {
    Enter(New),
    Edit(FacilityId, Vec<Change>),
    /// The records say so already.
    Same,
}

/// A file that was opened: the sheet with the heading that is known best.
#[derive(Clone, Debug)]
pub struct Opened {
    pub grid: Grid,
    pub head: Head,
    /// SM3 of the file.
    pub digest: String,
}

/// Opens a file. Takes CPU of up to a second.
///
/// Errors: one fault of the file as a whole.
pub fn open(bytes: &[u8]) -> std::result::Result<Opened, Fault> {
    let grids = ::sheet::read(bytes, &sheet::limits()).map_err(|e| {
        let code = match e {
            ::sheet::Error::Empty => "registry.sheet.empty",
            ::sheet::Error::Encoding => "registry.sheet.encoding",
            ::sheet::Error::Old => "registry.sheet.old",
            ::sheet::Error::Locked => "registry.sheet.locked",
            ::sheet::Error::TooLarge("lines") => return Fault::new(1, "", "registry.sheet.too_long").with(sheet::MOST),
            ::sheet::Error::TooLarge(_) => "registry.sheet.too_large",
            ::sheet::Error::Broken(_) | ::sheet::Error::Write(_) => "registry.sheet.broken",
        };
        Fault::new(1, "", code)
    })?;
    let found =
        grids.into_iter().filter_map(|grid| Head::find(&grid, known).map(|head| (head.score(known), grid, head)));
    // The first of the best: a book's sheets of notes know fewer names.
    let best = found.reduce(|best, other| if other.0 > best.0 { other } else { best });
    let (_, grid, head) = best.ok_or_else(|| Fault::new(1, "", "registry.sheet.empty"))?;
    Ok(Opened { grid, head, digest: hex::encode(Sm3::digest(bytes)) })
}

impl Opened {
    /// The lines of data; a line of sums is none.
    pub fn rows(&self) -> impl Iterator<Item = &Line> {
        let sums = |l: &&Line| {
            let first = l.cells.first().map(|(_, c)| ::sheet::text::tight(&c.text));
            !matches!(first.as_deref(), Some("合计" | "总计" | "小计"))
        };
        self.head.rows(&self.grid).iter().filter(sums)
    }
}

/// A sheet that was looked at.
#[derive(Debug)]
pub struct Examined {
    pub digest: String,
    /// By line: rows without a fault.
    pub jobs: Vec<(usize, Job)>,
    pub faults: Vec<Fault>,
    /// Rows with something in them.
    pub rows: usize,
    /// This very file was brought in before.
    pub repeated: bool,
    /// Rows that mean a file by its name and street: whoever confirms should see which.
    pub matched: Vec<Matched>,
}

/// A row that has no key of the file that it means.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Matched {
    pub line: usize,
    pub file: FacilityId,
    pub name: String,
}

/// How many rows did what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Counts {
    pub rows: usize,
    pub entered: usize,
    pub changed: usize,
    pub same: usize,
    /// Rows with a fault.
    #[serde(default)]
    pub faulty: usize,
}

impl Examined {
    pub fn counts(&self) -> Counts {
        let faulty: BTreeSet<usize> = self.faults.iter().map(|f| f.line).collect();
        let mut out = Counts { rows: self.rows, faulty: faulty.len(), ..Counts::default() };
        for (_, job) in &self.jobs {
            match job {
                Job::Enter(_) => out.entered += 1,
                Job::Edit(..) => out.changed += 1,
                Job::Same => out.same += 1,
            }
        }
        out
    }
}

/// Looks at a sheet in steps, without writing anything.
pub struct Look<'a> {
    looker: Looker<'a>,
    rows: Vec<SheetRow>,
    /// Lines with a fault in a cell.
    wrong: BTreeSet<usize>,
    next: usize,
    out: Examined,
}

impl<'a> Look<'a> {
    /// `scope` is what the importing post may touch.
    pub async fn new(
        read: &mut Read,
        stamp: Stamp<'a>,
        opened: &Opened,
        columns: &Columns,
        scope: &'a Scope,
    ) -> Result<Look<'a>> {
        let repeated = runs::known(read, KIND, &opened.digest).await?;
        let mut faults = Vec::new();
        let width = opened.head.columns.last().map_or(0, |(c, _)| c + 1);
        let mut rows = Vec::new();
        if !columns.keyed() {
            let line = opened.grid.lines.get(opened.head.lines.start).map_or(1, |l| l.number as usize);
            faults.push(Fault::new(line, "credit_code", "registry.sheet.no_key"));
        } else {
            for line in opened.rows() {
                // A comma too many shifts what follows: such a row is not guessed at.
                match line.cells.iter().find(|(c, _)| *c >= width) {
                    Some((column, _)) => {
                        let fault = Fault::new(line.number as usize, "", "registry.sheet.columns");
                        faults.push(fault.with(width).with(column + 1));
                    }
                    None => rows.push(sheet::row(line, columns, &mut faults)),
                }
            }
        }
        let wrong = faults.iter().map(|f| f.line).collect();
        let count = opened.rows().count();
        let out = Examined {
            digest: opened.digest.clone(),
            jobs: Vec::new(),
            faults,
            rows: count,
            repeated,
            matched: Vec::new(),
        };
        Ok(Look { looker: Looker::new(stamp, scope), rows, wrong, next: 0, out })
    }

    /// Looks at up to `most` further rows; `false` when none is left.
    ///
    /// Errors: of the database; faults are values.
    pub async fn step(&mut self, read: &mut Read, most: usize) -> Result<bool> {
        let until = (self.next + most).min(self.rows.len());
        for row in &self.rows[self.next..until] {
            if self.wrong.contains(&row.line) {
                continue;
            }
            match self.looker.job(read, row).await {
                Ok(job) => self.out.jobs.push((row.line, job)),
                Err(Stop::Fault(found)) => self.out.faults.extend(found),
                Err(Stop::Db(e)) => return Err(e.into()),
            }
        }
        self.next = until;
        Ok(until < self.rows.len())
    }

    /// How many rows were looked at, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.rows.len())
    }

    /// What was found.
    pub fn finish(mut self) -> Examined {
        self.out.faults.extend(twice(&self.rows));
        self.out.faults.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
        let wrong: BTreeSet<usize> = self.out.faults.iter().map(|f| f.line).collect();
        self.out.jobs.retain(|(line, _)| !wrong.contains(line));
        self.out.matched = std::mem::take(&mut self.looker.matched);
        self.out.matched.retain(|m| !wrong.contains(&m.line));
        self.out
    }
}

/// Opens and looks at a file with its columns as they are recognised: for the command line. A column that is not known
/// is a fault.
pub async fn examine(read: &mut Read, stamp: &Stamp<'_>, bytes: &[u8], scope: &Scope) -> Result<Examined> {
    let opened = match open(bytes) {
        Ok(opened) => opened,
        Err(fault) => {
            let digest = hex::encode(Sm3::digest(bytes));
            return Ok(Examined {
                digest,
                jobs: Vec::new(),
                faults: vec![fault],
                rows: 0,
                repeated: false,
                matched: Vec::new(),
            });
        }
    };
    let (columns, faults) = Columns::strict(&opened);
    let mut look = Look::new(read, *stamp, &opened, &columns, scope).await?;
    while look.step(read, 1_000).await? {}
    let mut examined = look.finish();
    if !faults.is_empty() {
        examined.faults.splice(0..0, faults);
        examined.jobs.clear();
    }
    Ok(examined)
}

/// Keys that stand twice in a sheet.
fn twice(rows: &[SheetRow]) -> Vec<Fault> {
    let mut seen: BTreeMap<(&'static str, String), usize> = BTreeMap::new();
    let mut faults = Vec::new();
    for row in rows {
        let notice = row.notice.as_ref().map(|n| n.number.clone());
        let keys = [
            ("id", row.id.as_ref().map(|i| i.to_string())),
            ("credit_code", row.credit_code.clone()),
            ("notice_number", notice),
        ];
        for (column, key) in keys.into_iter().filter_map(|(c, k)| Some((c, k?))) {
            match seen.get(&(column, key.clone())) {
                Some(first) => faults.push(Fault::new(row.line, column, "registry.sheet.same_row").with(first)),
                None => drop(seen.insert((column, key), row.line)),
            }
        }
    }
    faults
}
