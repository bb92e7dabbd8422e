//! Errands that run in this process: how far they are, and whether they shall stop. Work that holds the one write
//! connection cannot write its progress, and its owner's wish to stop could not be written either; so both stand here
//! first. Ids are never used twice, so one list serves all houses of a process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

#[derive(Debug, Default)]
pub(crate) struct Live {
    done: AtomicI64,
    total: AtomicI64,
    stop: AtomicBool,
}

static RUNNING: Mutex<BTreeMap<String, Arc<Live>>> = Mutex::new(BTreeMap::new());

fn running() -> std::sync::MutexGuard<'static, BTreeMap<String, Arc<Live>>> {
    RUNNING.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// Stands in the list until it is dropped.
#[derive(Debug)]
pub(crate) struct Standing {
    id: String,
    pub live: Arc<Live>,
}

pub(crate) fn enter(id: &str) -> Standing {
    let live = Arc::new(Live::default());
    running().insert(id.to_owned(), live.clone());
    Standing { id: id.to_owned(), live }
}

impl Drop for Standing {
    fn drop(&mut self) {
        running().remove(&self.id);
    }
}

impl Live {
    /// Notes how far; `false` when it shall stop.
    pub(crate) fn at(&self, done: i64, total: i64) -> bool {
        self.done.store(done, Relaxed);
        self.total.store(total, Relaxed);
        !self.stop.load(Relaxed)
    }
}

/// Done and total of an errand that runs here.
pub(crate) fn progress(id: &str) -> Option<(i64, i64)> {
    running().get(id).map(|live| (live.done.load(Relaxed), live.total.load(Relaxed)))
}

pub(crate) fn stop(id: &str) {
    if let Some(live) = running().get(id) {
        live.stop.store(true, Relaxed);
    }
}
