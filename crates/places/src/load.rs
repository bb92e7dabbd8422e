//! Reading the packs that people edit: divisions and successors (CSV), documents, clauses and norms (TOML), facts
//! (CSV). A wrong pack is refused whole, with file, line or key, and reason. Loading is an import: what a pack names
//! becomes what the pack says, everything else stays; loading the same pack again writes nothing.

mod divisions;
mod facts;
mod norms;
mod table;

pub use divisions::{load_divisions, load_successors};
pub use facts::load_facts;
pub use norms::{Difference, load_norms, norm_differences};

use crate::model::Place;
use db::Read;
use kernel::Day;

/// A file of a pack: its name, for errors, and its text.
#[derive(Clone, Copy, Debug)]
pub struct Pack<'a> {
    /// Such as `divisions/places.csv`.
    pub file: &'a str,
    pub text: &'a str,
}

/// What a load did. Nothing written means that all of it was there before.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Loaded {
    /// Entries of the pack.
    pub read: u64,
    /// Rows inserted, changed or taken away.
    pub written: u64,
}

/// Why a pack was refused. The transaction has to be dropped: parts of the pack may have been written in it.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// `at` is `line 12`, or `line 12, norms video.retention`.
    #[error("{file}: {at}: {reason}")]
    Pack { file: String, at: String, reason: String },
    #[error(transparent)]
    Db(#[from] db::Error),
}

impl LoadError {
    fn new(file: &str, at: impl Into<String>, reason: impl Into<String>) -> LoadError {
        LoadError::Pack { file: file.to_owned(), at: at.into(), reason: reason.into() }
    }
}

/// The trust marks of `packs/README.md`.
fn is_mark(text: &str) -> bool {
    matches!(text, "V" | "V2" | "K")
}

/// The place that a pack means by a code on a day.
async fn place_of(read: &mut Read, code: &str, day: Day) -> Result<Result<Place, String>, db::Error> {
    let found = crate::store::tree::by_code(read, code, day).await?;
    Ok(found.ok_or_else(|| format!("no place has the code {code} on {day}")))
}
