//! Writing what was looked at, in steps of one transaction.

use super::{Counts, Examined, Job, KIND};
use crate::Result;
use crate::batch::{At, Batch, Stamp};
use crate::store::runs;
use db::Tx;
use kernel::kinds::FacilityId;

/// A sheet being written. Nothing holds before the caller commits.
pub struct Run<'a> {
    batch: Batch<'a>,
    examined: &'a Examined,
    next: usize,
    /// This very file was brought in before: nothing is written.
    pub repeated: bool,
    /// The first files that were entered or changed.
    pub touched: Vec<FacilityId>,
}

/// So many files are named on the page of the result.
const NAMED: usize = 50;

impl<'a> Run<'a> {
    /// Begins to write the rows without a fault; the caller has decided whether a sheet with faults may be written.
    pub async fn begin(tx: &mut Tx, stamp: Stamp<'a>, examined: &'a Examined, file_name: &str) -> Result<Run<'a>> {
        let run = runs::Run {
            id: stamp.ids.new_id(stamp.now),
            kind: KIND.to_owned(),
            digest: examined.digest.clone(),
            file: file_name.chars().take(200).collect(),
            rows: examined.jobs.len() as i64,
            at: stamp.now,
            account: stamp.by.to_owned(),
        };
        let repeated = !runs::begin(tx, run).await?;
        Ok(Run { batch: Batch::new(stamp), examined, next: 0, repeated, touched: Vec::new() })
    }

    /// Writes up to `most` further rows; `false` when none is left.
    ///
    /// Errors: [`crate::Error::Rule`] when a rule says no now, for somebody changed something in between; the caller
    /// drops the transaction.
    pub async fn step(&mut self, tx: &mut Tx, most: usize) -> Result<bool> {
        if self.repeated {
            return Ok(false);
        }
        let until = (self.next + most).min(self.examined.jobs.len());
        for (_, job) in &self.examined.jobs[self.next..until] {
            let touched = match job.clone() {
                Job::Enter(new) => self.batch.enter(tx, new).await?,
                Job::Edit(id, changes) => {
                    self.batch.edit(tx, &At::any(&id), changes).await?;
                    id
                }
                Job::Same => continue,
            };
            if self.touched.len() < NAMED {
                self.touched.push(touched);
            }
        }
        self.next = until;
        Ok(until < self.examined.jobs.len())
    }

    /// How many rows were written, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.examined.jobs.len())
    }

    /// Writes what is left and tells what changed; then the caller commits.
    pub async fn finish(self, tx: &mut Tx) -> Result<Counts> {
        let counts = self.examined.counts();
        if self.repeated {
            return Ok(Counts { rows: counts.rows, same: counts.rows, ..Counts::default() });
        }
        self.batch.close(tx).await?;
        Ok(counts)
    }
}

/// All of it at once: for the command line. Every row or none.
pub async fn run(tx: &mut Tx, stamp: &Stamp<'_>, examined: &Examined, file_name: &str) -> Result<Counts> {
    let mut run = Run::begin(tx, *stamp, examined, file_name).await?;
    while run.step(tx, 1_000).await? {}
    run.finish(tx).await
}
