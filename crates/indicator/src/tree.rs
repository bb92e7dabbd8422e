//! Roll-up: which places add to which on one day. Read once per day from `place_closure`; a sum is then a walk over a
//! few hundred pairs.

use kernel::{Day, kinds::PlaceId};
use std::collections::HashMap;

/// Ancestors of each place on one day, itself included.
#[derive(Debug, Default)]
pub struct Tree {
    pub(crate) above: HashMap<String, Vec<String>>,
}

impl Tree {
    /// The tree of a day.
    pub async fn of(read: &mut db::Read, day: Day) -> db::Result<Tree> {
        let mut tree = Tree::default();
        for (ancestor, place) in crate::store::closure(read, day).await? {
            tree.above.entry(place).or_default().push(ancestor);
        }
        Ok(tree)
    }

    /// Whether `place` lies in `ancestor` or is it.
    pub fn within(&self, place: &str, ancestor: &PlaceId) -> bool {
        self.above.get(place).is_some_and(|a| a.iter().any(|x| x == ancestor.as_str()))
    }

    /// The place and everything above it.
    pub fn above(&self, place: &str) -> &[String] {
        self.above.get(place).map_or(&[], Vec::as_slice)
    }
}
