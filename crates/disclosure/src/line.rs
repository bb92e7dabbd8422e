//! One place of care in the book: what is recorded of it, what is looked for in it, and what was said of it.

use crate::fields::{Field, Fields};
use crate::publication::Shown;
use crate::tree::Tree;
use crate::view::{self, Card, free, modes_of};
use kernel::kinds::FacilityId;
use kernel::{Instant, Lang};
use registry::codes::{FacilityKind, Mode, State};
use registry::store::book::Entry;
use std::sync::OnceLock;
use web::Words;

/// How a place of care stands on the day of the book, as the public is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Standing {
    /// It takes children.
    Open,
    /// For the time being it takes none.
    Suspended,
    /// It takes none any more.
    Closed,
}

impl Standing {
    pub const ALL: [Standing; 3] = [Standing::Open, Standing::Suspended, Standing::Closed];

    /// The code in addresses and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Suspended => "suspended",
            Standing::Closed => "closed",
        }
    }

    pub fn parse(text: &str) -> Option<Standing> {
        Standing::ALL.into_iter().find(|s| s.as_str() == text)
    }

    pub fn of(entry: &Entry) -> Standing {
        match entry.state {
            State::Operating if entry.open() => Standing::Open,
            State::Suspended => Standing::Suspended,
            _ => Standing::Closed,
        }
    }
}

/// What is compared when places are looked for, in twenty bytes: a walk along 150,000 of them is a walk through three
/// megabytes. A field that is not public is not in it, so that it can neither narrow nor be guessed.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Facts {
    /// Number of its place in the tree, [`Tree::NOWHERE`] where that is not in it.
    pub place: u32,
    /// Fen of the cheapest fee; the highest number where none is known.
    pub fee: u32,
    pub free: bool,
    pub inclusive: bool,
    pub standing: Standing,
    /// `None`: not public.
    pub kind: Option<FacilityKind>,
    /// Bit n: the n-th mode of [`Mode::ALL`].
    pub modes: u8,
}

impl Facts {
    fn of(entry: &Entry, fields: &Fields, tree: &Tree) -> Facts {
        let bit = |mode: &Mode| Mode::ALL.iter().position(|m| m == mode).map_or(0, |n| 1_u8 << n);
        let fee = || entry.fees.iter().filter_map(|f| u32::try_from(f.1.0).ok()).min();
        Facts {
            place: tree.place(entry),
            fee: fields.show(Field::Fee, fee).flatten().unwrap_or(u32::MAX),
            free: entry.open() && fields.show(Field::FreePlaces, || free(entry)).flatten().is_some_and(|n| n > 0),
            inclusive: fields.show(Field::Inclusive, || entry.inclusive).unwrap_or_default(),
            standing: Standing::of(entry),
            kind: fields.show(Field::Kind, || entry.kind),
            modes: fields.show(Field::Modes, || modes_of(entry).iter().map(bit).sum()).unwrap_or_default(),
        }
    }
}

/// A line of the book.
pub struct Line {
    pub entry: Entry,
    /// What was published of it last.
    pub shown: Option<Shown>,
    pub facts: Facts,
    /// May not work without an operation notice.
    pub needs_notice: bool,
    /// What of it may be looked for by words, in small letters.
    pub text: String,
    /// What is said of it, in Chinese and in English, once somebody was shown it.
    cards: [OnceLock<Box<Card>>; 2],
}

impl Line {
    pub fn new(entry: Entry, shown: Option<Shown>, fields: &Fields, tree: &Tree) -> Line {
        let name = fields.show(Field::Name, || entry.name.as_str()).unwrap_or_default();
        let address = fields.show(Field::Address, || entry.address.as_str()).unwrap_or_default();
        let text = format!("{name}\n{address}").to_lowercase();
        let (facts, needs_notice) = (Facts::of(&entry, fields, tree), tree.needs_notice(entry.kind));
        Line { facts, needs_notice, text, shown, entry, cards: Default::default() }
    }

    /// Where it stands in the order of names.
    pub fn key(&self) -> (&str, &FacilityId) {
        (&self.entry.name_key, &self.entry.facility)
    }

    pub fn standing(&self) -> Standing {
        self.facts.standing
    }

    /// When something that is shown of it changed last: its file, its publication, or what was said of that.
    pub fn updated(&self) -> Instant {
        let published = self.shown.as_ref().map(|shown| shown.at.max(Instant(shown.said)));
        published.unwrap_or(self.entry.changed).max(self.entry.changed)
    }

    pub fn card(&self, fields: &Fields, lang: Lang) -> &Card {
        let card = || Box::new(view::card(Words(lang), fields, self));
        self.cards[usize::from(lang == Lang::En)].get_or_init(card)
    }
}
