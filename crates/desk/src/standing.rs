//! How the entries about many things stand, for a list of these things.

use crate::store;
use db::Read;
use kernel::Instant;

/// The entries about one thing, added up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// As [`crate::Ask::about`] named it.
    pub about: String,
    pub open: i64,
    /// Open ones and others.
    pub all: i64,
    /// The last step of any of them.
    pub changed: Instant,
}

/// All things below a name that ends with `/`, such as `shanghai-2020-2022/`; those without an entry are not there.
pub async fn standing(read: &mut Read, prefix: &str) -> db::Result<Vec<Standing>> {
    let until = format!("{}0", prefix.trim_end_matches('/'));
    store::standing(read, prefix, &until).await
}
