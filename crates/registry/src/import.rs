//! Bringing in a sheet of institutions. First everything is looked at without writing, and every fault is named by
//! line and column; only a sheet without a fault is written, in one transaction. The same file a second time is one
//! write. A row whose id or credit code is known changes what differs, from `changed_on` (today when empty) on.

mod row;

use crate::Result;
use crate::batch::{At, Batch, New, Stamp};
use crate::change::Change;
use crate::sheet::{self, Fault, Sheet, SheetRow};
use crate::store::runs;
use db::{Read, Tx};
use kernel::Scope;
use kernel::kinds::FacilityId;
use row::{Looker, Stop};
use sm3::{Digest, Sm3};
use std::collections::{BTreeMap, BTreeSet};

/// What is to be done for one row.
#[derive(Clone, Debug)]
pub enum Job {
    Enter(New),
    Edit(FacilityId, Vec<Change>),
    /// The records say so already.
    Same,
}

/// A sheet that was looked at.
#[derive(Debug)]
pub struct Examined {
    pub sheet: Sheet,
    /// By line; empty when there are faults.
    pub jobs: Vec<(usize, Job)>,
    pub faults: Vec<Fault>,
    pub digest: String,
    /// This very file was brought in before.
    pub repeated: bool,
}

/// How many rows did what.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Counts {
    pub rows: usize,
    pub entered: usize,
    pub changed: usize,
    pub same: usize,
}

impl Examined {
    pub fn counts(&self) -> Counts {
        let mut out = Counts { rows: self.sheet.raw.len(), ..Counts::default() };
        for (_, job) in &self.jobs {
            match job {
                Job::Enter(_) => out.entered += 1,
                Job::Edit(..) => out.changed += 1,
                Job::Same => out.same += 1,
            }
        }
        out
    }

    /// The rejected rows as a sheet of their own, each with what is wrong.
    pub fn rejected(&self, say: impl Fn(&Fault) -> String) -> String {
        let mut by_line: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for fault in &self.faults {
            by_line.entry(fault.line).or_default().push(say(fault));
        }
        let mut out = String::from("\u{feff}");
        let mut heading = self.sheet.heading.clone();
        heading.push("#".to_owned());
        sheet::csv_line(&mut out, &heading);
        for (line, said) in by_line {
            if let Some(raw) = self.sheet.raw.get(&line) {
                let mut cells = raw.clone();
                cells.resize(self.sheet.heading.len(), String::new());
                cells.push(said.join("；"));
                sheet::csv_line(&mut out, &cells);
            }
        }
        out
    }
}

/// Looks at a sheet without writing anything.
///
/// `scope` is what the importing post may touch. Faults are values; an error is one of the database.
pub async fn examine(read: &mut Read, stamp: &Stamp<'_>, bytes: &[u8], scope: &Scope) -> Result<Examined> {
    let digest = hex::encode(Sm3::digest(bytes));
    let repeated = runs::known(read, KIND, &digest).await?;
    let Some(text) = sheet::decode(bytes) else {
        let faults = vec![Fault::new(1, "", "registry.sheet.encoding")];
        return Ok(Examined { sheet: Sheet::default(), jobs: Vec::new(), faults, digest, repeated });
    };
    let mut sheet = sheet::parse(&text);
    let mut faults = std::mem::take(&mut sheet.faults);
    let mut looker = Looker::new(*stamp, scope);
    let mut jobs = Vec::with_capacity(sheet.rows.len());
    let wrong: BTreeSet<usize> = faults.iter().map(|f| f.line).collect();
    for row in sheet.rows.iter().filter(|r| !wrong.contains(&r.line)) {
        match looker.job(read, row).await {
            Ok(job) => jobs.push((row.line, job)),
            Err(Stop::Fault(found)) => faults.extend(found),
            Err(Stop::Db(e)) => return Err(e.into()),
        }
    }
    faults.extend(twice(&sheet.rows));
    faults.sort_by(|a, b| (a.line, &a.column).cmp(&(b.line, &b.column)));
    if !faults.is_empty() {
        jobs.clear();
    }
    Ok(Examined { sheet, jobs, faults, digest, repeated })
}

/// The kind of run in the table of imports.
pub const KIND: &str = "institutions";

/// Writes a sheet that was looked at: every row or none. A file that was brought in before changes nothing.
///
/// Errors: [`crate::Error::Rule`] when a rule says no now, for somebody changed something in between; the caller drops the
/// transaction.
pub async fn run(tx: &mut Tx, stamp: &Stamp<'_>, examined: &Examined, file_name: &str) -> Result<Counts> {
    let id = stamp.ids.new_id(stamp.now);
    let rows = examined.sheet.raw.len() as i64;
    let run = runs::Run {
        id,
        kind: KIND.to_owned(),
        digest: examined.digest.clone(),
        file: file_name.chars().take(200).collect(),
        rows,
        at: stamp.now,
        account: stamp.by.to_owned(),
    };
    if !runs::begin(tx, run).await? {
        return Ok(Counts { rows: examined.sheet.raw.len(), same: examined.sheet.raw.len(), ..Counts::default() });
    }
    let mut batch = Batch::new(*stamp);
    for (_, job) in &examined.jobs {
        match job.clone() {
            Job::Enter(new) => drop(batch.enter(tx, new).await?),
            Job::Edit(id, changes) => drop(batch.edit(tx, &At::any(&id), changes).await?),
            Job::Same => {}
        }
    }
    batch.close(tx).await?;
    Ok(examined.counts())
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
