//! The one state of the server: the database, the clock, the source of ids, the keys and what the binary collected
//! from the slices. Cheap to clone.

use crate::limit::{Buckets, PerMinute};
use kernel::{Action, Actor, Clock, Ids, Instant};
use std::{
    collections::BTreeMap,
    ops::Deref,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

/// State of the server; dereferences to [`Inner`].
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub db: db::Db,
    pub clock: Arc<Clock>,
    pub ids: Arc<Ids>,
    pub keys: Arc<db::Keys>,
    /// Where uploaded files are kept; `None` where only pages without files are served.
    pub blobs: Option<db::Blobs>,
    /// Who looks through files that come from outside; `None`: nobody.
    pub scanner: Option<crate::scan::Scanner>,
    pub settings: Settings,
    /// Entries of the left navigation in order; each is shown to those who may open it.
    pub nav: Vec<NavEntry>,
    /// The number beside an entry of the navigation, by its address; asked for once per page.
    pub counts: Vec<(&'static str, Count)>,
    /// Values that a slice keeps for the life of the program, each by its type; see [`Inner::shared`].
    pub kept: axum::http::Extensions,
    /// What the box on top of every page asks, in order.
    pub finders: Vec<crate::find::Finder>,
    /// Who looked at what since the last flush; see `watch.rs`.
    pub(crate) seen: Mutex<Vec<db::AuditEntry>>,
    /// Sessions that were used since the last flush, by digest.
    pub(crate) used: Mutex<BTreeMap<String, Instant>>,
    pub(crate) buckets: Buckets,
    knobs: RwLock<Knobs>,
}

/// What settings decide about every request; they may change while the server runs. Without them nothing is limited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Knobs {
    /// A session that was not used for so many seconds has ended.
    pub idle_seconds: Option<i64>,
    /// Writes before signing in, from one address.
    pub sign_in: Option<PerMinute>,
    /// Calls of the API with one token.
    pub token: Option<PerMinute>,
    /// Calls of the API from one address.
    pub address: Option<PerMinute>,
    /// Files from one account.
    pub upload: Option<PerMinute>,
}

/// What the configuration decides about pages and sessions.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The folder was made by `demo`: every page says 演示数据.
    pub synthetic: bool,
    /// Cookies only over TLS.
    pub secure_cookies: bool,
    /// A proxy of ours stands in front: the last entry of `X-Forwarded-For` is the caller's address.
    pub behind_proxy: bool,
}

/// An entry of the left navigation.
#[derive(Clone, Debug)]
pub struct NavEntry {
    /// Message key of the group above it; `""` for none.
    pub group: &'static str,
    pub label: &'static str,
    pub href: &'static str,
    pub action: &'static Action,
}

/// Counts what waits for an actor; a look at one index, because every page asks.
pub type Count = for<'a> fn(&'a mut db::Read, &'a Actor) -> Pin<Box<dyn Future<Output = db::Result<i64>> + Send + 'a>>;

impl App {
    pub fn new(inner: Inner) -> App {
        App(Arc::new(inner))
    }
}

impl Inner {
    pub fn new(db: db::Db, clock: Arc<Clock>, ids: Arc<Ids>, keys: Arc<db::Keys>) -> Inner {
        Inner {
            db,
            clock,
            ids,
            keys,
            blobs: None,
            scanner: None,
            settings: Settings::default(),
            nav: Vec::new(),
            counts: Vec::new(),
            finders: Vec::new(),
            kept: axum::http::Extensions::new(),
            seen: Mutex::default(),
            used: Mutex::default(),
            buckets: Buckets::default(),
            knobs: RwLock::default(),
        }
    }

    /// What the settings say now.
    pub fn knobs(&self) -> Knobs {
        *self.knobs.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes changed settings; from the next request on they hold.
    pub fn turn(&self, knobs: Knobs) {
        *self.knobs.write().unwrap_or_else(PoisonError::into_inner) = knobs;
    }
}

impl Inner {
    /// A value that the binary put into [`Inner::kept`].
    ///
    /// Errors: it was forgotten, which every request of the slice shows.
    pub fn shared<T: Clone + Send + Sync + 'static>(&self) -> crate::Result<T> {
        let found = self.kept.get::<T>().cloned();
        found.ok_or_else(|| crate::Error::Internal(format!("{} was not handed over", std::any::type_name::<T>())))
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
