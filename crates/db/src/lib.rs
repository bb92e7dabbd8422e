//! The thin seam between the program and its database: one SQL text, two engines (SQLite in a file, PostgreSQL on a
//! server), an owned `Tx`, group commit on SQLite. README.md shows it in ten minutes, docs/SQL.md has the rules.

pub mod audit;
pub mod backup;
mod blob;
mod connect;
mod error;
mod group;
mod growth;
mod idempotency;
mod job_list;
mod keys;
mod migrate;
mod no_overlap;
mod outbox;
mod postgres;
mod query;
mod read;
mod record;
mod row;
mod sealed;
mod sqlite;
mod sums;
#[cfg(feature = "testing")]
pub mod testing;
mod tx;
mod value;

pub use audit::{
    Anchor, AuditEntry, AuditId, AuditRow, Fault, Report, audit_of_object, audit_of_person, seal_audit, verify_audit,
    verify_audit_with,
};
pub use blob::{BlobRow, Blobs, NewBlob, StoredBlob};
pub use connect::{Config, Db, Engine};
pub use error::{Error, Result};
pub use group::Group;
pub use idempotency::{Once, Stored, forget_answer, forget_answers, once, remember};
pub use job_list::{CALLED_OFF, JobState, call_off, job, job_counts, jobs, try_again};
pub use keys::{Digest32, Keys};
pub use migrate::{MIGRATIONS, Migration, migrate, replay, undeclared_tables};
pub use outbox::{
    Event, Job, JobRow, Ran, Standing, backoff, claim, clear_done, jobs_standing, keep_running_jobs, run_due_jobs,
};
pub use query::{Query, Where};
pub use read::Read;
pub use record::{Record, bulk_text, insert_text};
pub use row::{FromRow, Row};
pub use sealed::{PersonKey, Sealer, erasures};
pub use tx::Tx;
pub use value::{Cell, Column, Value};
