//! Grouped rows kept in memory between requests. An entry carries the mark of change under which it was computed and
//! is never served under another one, so a kept figure equals a recount by construction; a test proves it.

use crate::{Asked, Declaration, Groups, Tree, evaluate, store};
use db::{Read, Result};
use kernel::Day;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

/// Entries kept; one is about 20 KB for a city.
const ROOM: usize = 2_000;

/// Kept groups and trees.
#[derive(Default)]
pub struct Kept(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    mark: i64,
    groups: HashMap<(&'static str, Asked), Arc<Groups>>,
    trees: HashMap<Day, Arc<Tree>>,
    texts: HashMap<String, String>,
}

impl Kept {
    /// The mark of this moment; entries of an older one are dropped. Call once per request and pass it on.
    pub async fn refresh(&self, read: &mut Read) -> Result<i64> {
        let mark = store::mark(read).await?;
        let mut inner = self.0.lock().expect("kept figures are never poisoned");
        if inner.mark != mark {
            *inner = Inner { mark, ..Inner::default() };
        }
        Ok(mark)
    }

    /// Grouped rows, from memory when nothing changed since `mark`.
    pub async fn groups(
        &self,
        read: &mut Read,
        mark: i64,
        declaration: &Declaration,
        asked: &Asked,
    ) -> Result<Arc<Groups>> {
        let key = (declaration.id, Asked { facets: Vec::new(), ..asked.clone() });
        if let Some(found) = self.0.lock().expect("kept figures are never poisoned").groups.get(&key) {
            return Ok(found.clone());
        }
        let fresh = Arc::new(evaluate::groups(read, declaration, asked).await?);
        let mut inner = self.0.lock().expect("kept figures are never poisoned");
        if inner.mark == mark {
            if inner.groups.len() >= ROOM {
                inner.groups.clear();
            }
            inner.groups.insert(key, fresh.clone());
        }
        Ok(fresh)
    }

    /// What was kept under a name with [`Kept::keep_text`], such as the norms behind a figure.
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.lock().expect("kept figures are never poisoned").texts.get(name).cloned()
    }

    /// Keeps a small text until something changes.
    pub fn keep_text(&self, mark: i64, name: String, text: String) {
        let mut inner = self.0.lock().expect("kept figures are never poisoned");
        if inner.mark == mark {
            if inner.texts.len() >= ROOM {
                inner.texts.clear();
            }
            inner.texts.insert(name, text);
        }
    }

    /// The tree of a day, from memory when nothing changed since `mark`.
    pub async fn tree(&self, read: &mut Read, mark: i64, day: Day) -> Result<Arc<Tree>> {
        if let Some(found) = self.0.lock().expect("kept figures are never poisoned").trees.get(&day) {
            return Ok(found.clone());
        }
        let fresh = Arc::new(Tree::of(read, day).await?);
        let mut inner = self.0.lock().expect("kept figures are never poisoned");
        if inner.mark == mark {
            if inner.trees.len() >= ROOM {
                inner.trees.clear();
            }
            inner.trees.insert(day, fresh.clone());
        }
        Ok(fresh)
    }
}
