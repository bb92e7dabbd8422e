//! The book of everything that is open today, kept in memory and read anew when records have changed, at most every
//! few seconds: many readers of a public page cost the database one small question each.

use crate::Disclosure;
use crate::fields::Fields;
use crate::near::{self, Spot};
use crate::rights::{self, Right};
use crate::view::{self, Card};
use db::Read;
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant, Lang};
use places::{Place, PlaceKind};
use registry::store::book::{Entry, open};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use web::{Cx, Error, Result, Words};

/// A street, town or zone with what is known of where it lies.
#[derive(Clone, Debug)]
pub struct Street {
    pub place: Place,
    /// The middle of the known positions in it: longitude, latitude. `None`: no position is known.
    pub middle: Option<(f64, f64)>,
}

/// A district with its streets, by code.
#[derive(Clone, Debug)]
pub struct District {
    pub place: Place,
    pub streets: Vec<Street>,
}

/// What is open on a day.
pub struct Book {
    /// The mark of the records it was read at.
    pub mark: i64,
    pub day: Day,
    /// When it was read: said on the pages.
    pub at: Instant,
    /// In the order of names.
    pub entries: Vec<Entry>,
    pub districts: Vec<District>,
    /// The inclusive ones among the entries, as [`near`] looks for them.
    pub spots: Vec<Spot>,
    /// What is said of an entry, in Chinese and in English, once somebody was shown it.
    cards: [Vec<OnceLock<Box<Card>>>; 2],
    by_id: HashMap<FacilityId, usize>,
    /// What families can have, by place, age and language, once it was asked for.
    rights: Mutex<HashMap<RightsOf, Arc<Vec<Right>>>>,
}

type RightsOf = (PlaceId, Option<i64>, Lang);

/// A book that is older than the records is read on for so many seconds, so that a long import does not have it read
/// with each of its steps.
const STALE_SECONDS: i64 = 5;

impl Book {
    /// The number of a facility among the entries.
    pub fn number(&self, id: &str) -> Option<usize> {
        self.by_id.get(&FacilityId::new(id)).copied()
    }

    /// What is said of the entry of a number.
    pub fn card(&self, number: usize, fields: &Fields, lang: Lang) -> &Card {
        let card = || Box::new(view::card(Words(lang), fields, &self.entries[number]));
        self.cards[usize::from(lang == Lang::En)][number].get_or_init(card)
    }

    /// What a family at a place can have; looked up once for each place, age and language.
    pub async fn rights(&self, cx: &Cx, place: &PlaceId, months: Option<i64>) -> Result<Arc<Vec<Right>>> {
        let key = (place.clone(), months, cx.lang);
        if let Some(found) = self.rights.lock().map_err(|_| poisoned())?.get(&key) {
            return Ok(found.clone());
        }
        let mut read = cx.read().await?;
        let found = Arc::new(rights::rights(cx, &mut read, place, months, self.day).await?);
        self.rights.lock().map_err(|_| poisoned())?.insert(key, found.clone());
        Ok(found)
    }

    pub fn street(&self, code: &str) -> Option<(&District, &Street)> {
        let streets = self.districts.iter().flat_map(|d| d.streets.iter().map(move |s| (d, s)));
        streets.into_iter().find(|(_, s)| s.place.code == code)
    }
}

/// The book of today.
pub async fn today(cx: &Cx, kept: &Disclosure) -> Result<Arc<Book>> {
    let (day, now) = (cx.today(), cx.app.clock.now());
    let mut read = cx.read().await?;
    let mark = indicator::mark(&mut read).await?;
    let found = kept.open.lock().map_err(|_| poisoned())?.clone();
    if let Some(book) = found.filter(|b| b.day == day)
        && (book.mark == mark || now.0 - book.at.0 < STALE_SECONDS * 1_000_000)
    {
        return Ok(book);
    }
    let book = Arc::new(read_book(&mut read, mark, day, now).await?);
    *kept.open.lock().map_err(|_| poisoned())? = Some(book.clone());
    Ok(book)
}

fn poisoned() -> Error {
    Error::Internal("the public book: a reader stopped in the middle".into())
}

async fn read_book(read: &mut Read, mark: i64, day: Day, at: Instant) -> Result<Book> {
    let root = places::root(read, day).await?.ok_or_else(|| Error::Internal("no place is loaded".into()))?;
    let entries = open(read, &root.id, day).await?;
    let mut known: HashMap<PlaceId, Vec<(f64, f64)>> = HashMap::new();
    for entry in &entries {
        if let Some(position) = entry.position {
            known.entry(entry.place.clone()).or_default().push(position);
        }
    }
    let mut districts = Vec::new();
    for place in places::descendants(read, &root.id, &[PlaceKind::District], day).await? {
        let below = places::children(read, &place.id, day).await?;
        let street = |place: Place| Street { middle: known.get(&place.id).and_then(|p| middle(p)), place };
        districts.push(District { streets: below.into_iter().map(street).collect(), place });
    }
    districts.sort_by(|a, b| a.place.code.cmp(&b.place.code));
    let by_id = entries.iter().enumerate().map(|(i, e)| (e.facility.clone(), i)).collect();
    let (spots, unsaid) = (near::spots(&entries), || entries.iter().map(|_| OnceLock::new()).collect());
    let cards = [unsaid(), unsaid()];
    Ok(Book { mark, day, at, entries, districts, spots, cards, by_id, rights: Mutex::default() })
}

/// The mean of some positions; streets are so small that the globe is flat on them.
pub fn middle(positions: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = positions.len() as f64;
    let sum = positions.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    (!positions.is_empty()).then(|| (sum.0 / n, sum.1 / n))
}
