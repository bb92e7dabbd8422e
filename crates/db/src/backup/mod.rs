//! Backup and restore: the whole house in one file, in a format of our own that is the same for both engines, so that
//! a backup is also the way to move from SQLite to PostgreSQL and back (docs/adr/0014). It is taken while the program
//! serves, from one snapshot, and streamed: neither side holds more than one batch of rows or one file of the blobs in
//! memory.
//!
//! The file is a first line `shanyu-backup 1`, then frames: one byte of kind, the length of the payload as a 32-bit
//! big-endian number, the payload.
//!
//! | kind | payload |
//! |--|--|
//! | `H` | JSON: when and by which version it was made, the engine, the steps of the schema with their digests |
//! | `F` | a small file that lies beside the database: its name, a zero byte, its content |
//! | `B` `C` | a file of the blobs: JSON of its digest and size; then its content in pieces |
//! | `M` | JSON: a file of the blobs that has a row and was not found |
//! | `T` `R` `E` | a table: JSON of its name and columns; its rows in the order of its key; JSON of their number and SM3 |
//! | `Z` | JSON: counts, the SM3 of everything but the contents of `R` and `C` (their own digests stand in `E` and `B`), an SM2 signature |
//!
//! Nothing follows `Z`. Each byte is thereby bound by one digest, and the digest by the key file, which never goes into
//! the backup. Rows stand in the order of their keys, so equal records give equal digests on both engines.

mod check;
mod frame;
mod restore;
mod shape;
mod value;
mod write;

pub use check::{Checked, verify_backup};
pub use restore::{Erasure, Restored, read_erasures, repeat_erasures, restore};
pub use write::{Small, Written, backup};

use kernel::Instant;
use serde::{Deserialize, Serialize};

/// The format that this program writes and reads.
pub const FORMAT: u32 = 1;
const FIRST_LINE: &str = "shanyu-backup ";
/// Rows are gathered into frames of about this many bytes.
const BATCH: usize = 256 << 10;
/// No frame is longer: whoever makes up a length does not get memory for it.
const LONGEST: usize = 64 << 20;

/// What the first frame says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// Microseconds since 1970 UTC.
    pub made: i64,
    /// Version of the program.
    pub version: String,
    /// `sqlite` or `postgres`, for the reader; a restore does not ask.
    pub engine: String,
    /// Steps of the schema: name and digest, by name.
    pub steps: Vec<(String, String)>,
}

impl Header {
    /// When the snapshot was taken.
    pub fn made(&self) -> Instant {
        Instant(self.made)
    }
}

/// A table as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TableShape {
    pub name: String,
    /// Name and type; by name, so that a column added later on one engine does not change the digest.
    pub columns: Vec<(String, Type)>,
    /// Columns of the key, by which rows are sorted.
    pub key: Vec<String>,
}

/// The five types of docs/SQL.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Type {
    Int,
    Text,
    Bool,
    Bytes,
    Real,
}

/// Digest and number of rows of one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableCount {
    pub name: String,
    pub rows: u64,
    /// SM3 of the rows, hexadecimal.
    pub sm3: String,
}

#[derive(Serialize, Deserialize)]
struct BlobHead {
    digest: String,
    size: u64,
}

/// What the last frame says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Trailer {
    tables: u64,
    rows: u64,
    blobs: u64,
    sm3: String,
    /// SM2 over the 32 bytes of `sm3`, hexadecimal.
    signature: String,
    public_key: String,
}
