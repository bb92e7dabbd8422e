//! What is said about persons is sealed with a key of the thing that it is said of; dropping the key erases it.

use db::{Keys, Read, Sealer, Tx};
use kernel::{Ids, Instant};
use std::sync::Arc;

/// Seals and opens one thing's words.
pub struct Seal {
    sealer: Sealer,
    home: String,
    subject: String,
}

impl Seal {
    /// `subject` such as `premises/ID`.
    pub fn new(keys: &Arc<Keys>, ids: &Arc<Ids>, home: &str, subject: String) -> Seal {
        Seal { sealer: Sealer::new(keys.clone(), ids.clone()), home: home.to_owned(), subject }
    }

    /// A text as it is kept; nothing for an empty one.
    pub async fn keep(&self, tx: &mut Tx, plain: &str, now: Instant) -> db::Result<Option<Vec<u8>>> {
        if plain.is_empty() {
            return Ok(None);
        }
        let key = match self.sealer.person(tx, &self.home, &self.subject).await {
            Ok(key) => key,
            Err(db::Error::NotFound) => self.sealer.new_person(tx, &self.home, &self.subject, now).await?,
            Err(other) => return Err(other),
        };
        self.sealer.seal_text(&key, plain).map(Some)
    }

    /// The text; empty where there is none or it was erased.
    pub async fn open(&self, read: &mut Read, sealed: Option<&[u8]>) -> db::Result<String> {
        let Some(sealed) = sealed else { return Ok(String::new()) };
        match self.sealer.person(read, &self.home, &self.subject).await {
            Ok(key) => self.sealer.open_text(&key, sealed),
            Err(db::Error::NotFound) => Ok(String::new()),
            Err(other) => Err(other),
        }
    }

    /// Drops the key.
    pub async fn erase(&self, tx: &mut Tx, now: Instant) -> db::Result<bool> {
        self.sealer.erase(tx, &self.home, &self.subject, now).await
    }
}
