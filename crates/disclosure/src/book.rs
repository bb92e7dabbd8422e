//! The book of every place of care, kept in memory: a base that was read whole, with an index of words, and beside it
//! the few lines that changed since. A change of one file costs one line, however long the book is; everything else is
//! shared with the edition before. When there are too many changed lines, both become a new base.

use crate::events::{self, Event, What};
use crate::fields::Fields;
use crate::index::Index;
use crate::line::{Facts, Line};
use crate::list::Wanted;
use crate::near::{self, Spot};
use crate::rights::{self, Right};
use crate::sources::Unlawful;
use crate::tree::{District, Tree};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Instant, Lang};
use registry::store::book::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use web::{Cx, Error, Result};

/// Lines that were read together, in the order of names.
pub struct Base {
    lines: Vec<Arc<Line>>,
    facts: Vec<Facts>,
    index: Index,
    by_id: HashMap<FacilityId, usize>,
    spots: Vec<Spot>,
    /// The youngest first.
    events: Vec<Event>,
}

impl Base {
    /// Lines in any order.
    pub fn new(mut lines: Vec<Arc<Line>>) -> Base {
        lines.sort_by(|a, b| a.key().cmp(&b.key()));
        Base {
            facts: lines.iter().map(|l| l.facts).collect(),
            index: Index::of(lines.iter().map(|l| l.text.as_str())),
            by_id: lines.iter().enumerate().map(|(n, l)| (l.entry.facility.clone(), n)).collect(),
            spots: near::spots(lines.iter().map(|l| &**l).enumerate()),
            events: events::of(lines.iter().map(|l| &**l).enumerate()),
            lines,
        }
    }
}

/// Positions that are known in a street: their sums and how many.
pub type Sums = HashMap<PlaceId, (f64, f64, f64)>;

/// What families can have, by place, age and language, once it was asked for.
type RightsOf = Mutex<HashMap<(PlaceId, Option<i64>, Lang), Arc<Vec<Right>>>>;

/// An edition of the book. A line has a number: below the length of the base those of the base, then the loose ones.
pub struct Book {
    pub day: Day,
    /// When it was read: said on the pages.
    pub at: Instant,
    /// The mark of the records at which its content changed last.
    pub mark: i64,
    pub tree: Arc<Tree>,
    pub unlawful: Arc<Vec<Unlawful>>,
    base: Arc<Base>,
    /// Lines of the base that no longer hold.
    gone: HashSet<usize>,
    /// What holds in their place, in the order of names.
    loose: Vec<Arc<Line>>,
    spots: Vec<Spot>,
    events: Vec<Event>,
    sums: Arc<Sums>,
    rights: Arc<RightsOf>,
}

/// Loose lines that are looked through one by one with every question, at least and per line of the base.
const LOOSE: (usize, usize) = (500, 100);

impl Book {
    /// The first edition of a day.
    pub fn new(day: Day, at: Instant, mark: i64, tree: Arc<Tree>, base: Base) -> Book {
        let mut sums = Sums::new();
        base.lines.iter().for_each(|line| count(&mut sums, line, 1.0));
        Book {
            day,
            at,
            mark,
            tree,
            unlawful: Arc::default(),
            base: Arc::new(base),
            gone: HashSet::new(),
            loose: Vec::new(),
            spots: Vec::new(),
            events: Vec::new(),
            sums: Arc::new(sums),
            rights: Arc::default(),
        }
    }

    /// The next edition: `dropped` are the files that changed, `lines` what holds of them now, without those that are
    /// no longer in the book.
    pub fn next(&self, at: Instant, mark: i64, dropped: &[FacilityId], lines: Vec<Arc<Line>>) -> Book {
        let mut sums = Sums::clone(&self.sums);
        let (mut gone, mut dropped_now): (HashSet<usize>, HashSet<FacilityId>) =
            (self.gone.clone(), dropped.iter().cloned().collect());
        dropped_now.extend(lines.iter().map(|l| l.entry.facility.clone()));
        for id in &dropped_now {
            if let Some(number) = self.number_of(id) {
                count(&mut sums, self.line(number), -1.0);
            }
            gone.extend(self.base.by_id.get(id));
        }
        lines.iter().for_each(|line| count(&mut sums, line, 1.0));
        let mut loose: Vec<Arc<Line>> =
            self.loose.iter().filter(|l| !dropped_now.contains(&l.entry.facility)).cloned().chain(lines).collect();
        loose.sort_by(|a, b| a.key().cmp(&b.key()));
        let first = self.base.lines.len();
        let numbered = || loose.iter().enumerate().map(|(n, l)| (first + n, &**l));
        Book {
            day: self.day,
            at,
            mark,
            tree: self.tree.clone(),
            unlawful: self.unlawful.clone(),
            base: self.base.clone(),
            spots: near::spots(numbered()),
            events: events::of(numbered()),
            gone,
            loose,
            sums: Arc::new(sums),
            rights: self.rights.clone(),
        }
    }

    /// The same edition over a base of all its lines, where too many of them are loose.
    pub fn merged(self) -> Book {
        if self.loose.len().max(self.gone.len()) <= LOOSE.0.max(self.base.lines.len() / LOOSE.1) {
            return self;
        }
        let kept = self.base.lines.iter().enumerate().filter(|(n, _)| !self.gone.contains(n)).map(|(_, l)| l.clone());
        let base = Arc::new(Base::new(kept.chain(self.loose).collect()));
        Book { base, gone: HashSet::new(), loose: Vec::new(), spots: Vec::new(), events: Vec::new(), ..self }
    }

    /// The same with what is said elsewhere of unlawful places.
    pub fn told(mut self, unlawful: Arc<Vec<Unlawful>>) -> Book {
        self.unlawful = unlawful;
        self
    }

    /// Forgets what norms say: they may have changed.
    pub fn without_rights(mut self) -> Book {
        self.rights = Arc::default();
        self
    }

    /// The line of a number that this edition gave.
    pub fn line(&self, number: usize) -> &Arc<Line> {
        let first = self.base.lines.len();
        if number < first { &self.base.lines[number] } else { &self.loose[number - first] }
    }

    pub fn entry(&self, number: usize) -> &Entry {
        &self.line(number).entry
    }

    /// How many lines hold.
    pub fn len(&self) -> usize {
        self.base.lines.len() - self.gone.len() + self.loose.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a facility, by what stands in an address.
    pub fn number(&self, id: &str) -> Option<usize> {
        self.number_of(&FacilityId::new(id))
    }

    pub fn number_of(&self, id: &FacilityId) -> Option<usize> {
        if let Some(at) = self.loose.iter().position(|l| l.entry.facility == *id) {
            return Some(self.base.lines.len() + at);
        }
        self.base.by_id.get(id).copied().filter(|n| !self.gone.contains(n))
    }

    /// Every line that holds, in no order.
    pub fn lines(&self) -> impl Iterator<Item = &Arc<Line>> {
        let base = self.base.lines.iter().enumerate().filter(|(n, _)| !self.gone.contains(n)).map(|(_, l)| l);
        base.chain(&self.loose)
    }

    /// The numbers of what is looked for, in the order of names, after a key.
    pub fn find<'a>(
        &'a self,
        wanted: &'a Wanted,
        after: Option<(&str, &FacilityId)>,
    ) -> impl Iterator<Item = usize> + 'a {
        let from = |lines: &[Arc<Line>]| after.map_or(0, |after| lines.partition_point(|l| l.key() <= after));
        let base = &*self.base;
        let words = wanted.words();
        let old = base.index.walk(words, from(&base.lines) as u32).map(|n| n as usize);
        let old = old.filter(move |n| {
            wanted.fits(&base.facts[*n]) && !self.gone.contains(n) && holds(words, &base.lines[*n].text)
        });
        let first = base.lines.len();
        let new = self.loose.iter().enumerate().skip(from(&self.loose));
        let new = new.filter(move |(_, l)| wanted.fits(&l.facts) && holds(words, &l.text)).map(move |(n, _)| first + n);
        let (mut old, mut new) = (old.peekable(), new.peekable());
        std::iter::from_fn(move || match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if self.line(*b).key() < self.line(*a).key() => new.next(),
            (Some(_), _) => old.next(),
            (None, _) => new.next(),
        })
    }

    /// The inclusive places that are open, as [`near`] looks for them.
    pub fn spots(&self) -> impl Iterator<Item = &Spot> {
        self.base.spots.iter().filter(|s| !self.gone.contains(&s.entry)).chain(&self.spots)
    }

    /// What happened to places of care, the youngest first, after one that was seen.
    pub fn events(&self, after: Option<(Day, What, &FacilityId)>) -> impl Iterator<Item = &Event> {
        let rest = |all: &'_ [Event]| after.map_or(0, |seen| all.partition_point(|e| self.moment(e) >= seen));
        let old = self.base.events[rest(&self.base.events)..].iter().filter(|e| !self.gone.contains(&e.number));
        let (mut old, mut new) = (old.peekable(), self.events[rest(&self.events)..].iter().peekable());
        std::iter::from_fn(move || match (old.peek(), new.peek()) {
            (Some(a), Some(b)) if self.moment(b) > self.moment(a) => new.next(),
            (Some(_), _) => old.next(),
            (None, _) => new.next(),
        })
    }

    fn moment(&self, e: &Event) -> (Day, What, &FacilityId) {
        (e.day, e.what, &self.entry(e.number).facility)
    }

    /// The middle of the known positions in a street: longitude, latitude. `None`: no position is known.
    pub fn middle(&self, street: &PlaceId) -> Option<(f64, f64)> {
        let (lon, lat, n) = self.sums.get(street)?;
        (*n >= 1.0).then(|| (lon / n, lat / n))
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

    pub fn districts(&self) -> &[District] {
        &self.tree.districts
    }

    /// A line made as those of this book are.
    pub fn write(&self, entry: Entry, shown: Option<crate::publication::Shown>, fields: &Fields) -> Arc<Line> {
        Arc::new(Line::new(entry, shown, fields, &self.tree))
    }
}

fn holds(words: &[String], text: &str) -> bool {
    words.iter().all(|word| text.contains(word.as_str()))
}

fn count(sums: &mut Sums, line: &Line, n: f64) {
    if let Some((lon, lat)) = line.entry.position {
        let sum = sums.entry(line.entry.place.clone()).or_default();
        *sum = (sum.0 + n * lon, sum.1 + n * lat, sum.2 + n);
    }
}

pub(crate) fn poisoned() -> Error {
    Error::Internal("the public book: a reader stopped in the middle".into())
}

/// The mean of some positions; streets are so small that the globe is flat on them.
pub fn middle(positions: &[(f64, f64)]) -> Option<(f64, f64)> {
    let n = positions.len() as f64;
    let sum = positions.iter().fold((0.0, 0.0), |s, p| (s.0 + p.0, s.1 + p.1));
    (!positions.is_empty()).then(|| (sum.0 / n, sum.1 / n))
}
