//! The places of the book, numbered so that whatever lies in one of them is a range of numbers.

use db::Read;
use kernel::Day;
use places::{Place, PlaceKind};
use registry::codes::FacilityKind;
use registry::complete::needing_notice;
use registry::store::book::Entry;
use std::collections::HashMap;
use std::ops::Range;
use web::{Error, Result};

/// A district with its streets, towns and zones, by code.
#[derive(Clone, PartialEq, Debug)]
pub struct District {
    pub place: Place,
    pub streets: Vec<Place>,
}

/// Every district and street on a day, and what holds in all of them.
pub struct Tree {
    pub root: Place,
    pub districts: Vec<District>,
    /// The numbers of everything in a place, by its code.
    ranges: HashMap<String, Range<u32>>,
    /// Kinds that may not work without an operation notice.
    needing: Vec<FacilityKind>,
}

impl PartialEq for Tree {
    fn eq(&self, other: &Tree) -> bool {
        self.root == other.root && self.districts == other.districts && self.needing == other.needing
    }
}

impl Tree {
    /// The number of what lies in no place of the tree.
    pub const NOWHERE: u32 = u32::MAX;

    pub async fn read(read: &mut Read, day: Day) -> Result<Tree> {
        let root = places::root(read, day).await?.ok_or_else(|| Error::Internal("no place is loaded".into()))?;
        let mut districts = Vec::new();
        let mut above = HashMap::new();
        for place in places::descendants(read, &root.id, &[PlaceKind::District], day).await? {
            if let Some(parent) = place.parent.clone().filter(|p| *p != root.id && !above.contains_key(p))
                && let Some(found) = places::get(read, &parent, day).await?
            {
                above.insert(parent, found.code);
            }
            let streets = places::children(read, &place.id, day).await?;
            districts.push(District { place, streets });
        }
        let codes: Vec<Option<&str>> =
            districts.iter().map(|d| d.place.parent.as_ref().and_then(|p| above.get(p)).map(String::as_str)).collect();
        let order: Vec<(Option<String>, String)> =
            codes.iter().zip(&districts).map(|(a, d)| (a.map(str::to_owned), d.place.code.clone())).collect();
        let mut numbered: Vec<(Option<String>, District)> =
            order.into_iter().map(|(above, _)| above).zip(districts).collect();
        numbered.sort_by(|a, b| (&a.0, &a.1.place.code).cmp(&(&b.0, &b.1.place.code)));
        let needing = needing_notice(read, &root.id, day).await.map_err(|e| Error::Internal(e.to_string()))?;
        Ok(Tree { needing, ..Tree::of(root, numbered) })
    }

    /// Districts with the code of what lies between them and the root, in the order of both.
    pub fn of(root: Place, districts: Vec<(Option<String>, District)>) -> Tree {
        let (mut ranges, mut next) = (HashMap::<String, Range<u32>>::new(), 0);
        let mut all = Vec::with_capacity(districts.len());
        for (above, mut district) in districts {
            district.streets.sort_by(|a, b| a.code.cmp(&b.code));
            let first = next;
            for street in &district.streets {
                next += 1;
                ranges.insert(street.code.clone(), next..next + 1);
            }
            next += 1;
            ranges.insert(district.place.code.clone(), first..next);
            if let Some(above) = above {
                ranges.entry(above).and_modify(|r| r.end = next).or_insert(first..next);
            }
            all.push(district);
        }
        ranges.insert(root.code.clone(), 0..Tree::NOWHERE);
        Tree { root, districts: all, ranges, needing: Vec::new() }
    }

    /// The numbers of everything in a place; `None`: there is no such place.
    pub fn range(&self, code: &str) -> Option<Range<u32>> {
        self.ranges.get(code).cloned()
    }

    /// The number of the place where an entry lies: that of its street, or the first one of its district.
    pub fn place(&self, entry: &Entry) -> u32 {
        let of = |code: &str| self.ranges.get(code).map(|r| r.start);
        of(&entry.place_code).or_else(|| of(entry.above_code.as_deref()?)).unwrap_or(Tree::NOWHERE)
    }

    /// Whether an operating place of a kind must hold an operation notice.
    pub fn needs_notice(&self, kind: FacilityKind) -> bool {
        self.needing.contains(&kind)
    }

    pub fn street(&self, code: &str) -> Option<(&District, &Place)> {
        let streets = self.districts.iter().flat_map(|d| d.streets.iter().map(move |s| (d, s)));
        streets.into_iter().find(|(_, s)| s.code == code)
    }

    pub fn district(&self, code: &str) -> Option<&District> {
        self.districts.iter().find(|d| d.place.code == code)
    }
}
