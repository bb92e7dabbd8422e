//! A naive twin of registry, places and indicators, for tests: a list of events per facility, replayed day by day, and
//! figures counted from what the catalogue (packs/indicators.toml) says in words. It shares no code with the rules of
//! spans, with the closure of places or with any SQL; only the words of the closed lists are the same.

mod figures;

use crate::city::{day, text};
use kernel::Day;
use registry::codes::{Band, FacilityKind, Flag, Mode, Ownership, State};

/// The days that are lived through.
const FIRST: &str = "2017-01-01";
const LAST: &str = "2024-06-30";

/// Number of a place in [`Naive`].
pub type At = usize;

/// What became true of a facility from one day until another; a later event wins over an earlier one.
#[derive(Clone, Copy, Debug)]
pub enum What {
    Site(At),
    State(State),
    Owner(Ownership),
    Inclusive(bool),
    /// The class with this number, below 64, is open.
    Class(usize, bool),
    Flag(Flag, Option<&'static str>),
    Approved(Mode, Band, Option<u16>),
    /// The notice with this number, below 64, is valid.
    Notice(usize, bool),
    Double(bool),
    /// Where it lay at the first place, it lies at the second.
    Follow(At, At),
}

#[derive(Debug)]
struct Event {
    from: Day,
    until: Day,
    what: What,
}

/// What is true of a facility on one day.
#[derive(Clone, Copy, Default, Debug)]
pub struct Now {
    pub place: Option<At>,
    pub state: Option<State>,
    pub owner: Option<Ownership>,
    pub inclusive: bool,
    /// One bit per class.
    pub classes: u64,
    flags: [Option<&'static str>; 6],
    approved: [[Option<u16>; 5]; 3],
    /// One bit per notice.
    pub notices: u64,
    pub double: bool,
}

fn bit(bits: &mut u64, n: usize, on: bool) {
    assert!(n < 64);
    *bits = if on { *bits | 1 << n } else { *bits & !(1 << n) };
}

impl Now {
    pub fn flag(&self, flag: Flag) -> Option<&'static str> {
        self.flags[flag as usize]
    }

    /// Approved places over all modes and kinds of class.
    pub fn approved(&self) -> i64 {
        self.approved.iter().flatten().flatten().map(|n| i64::from(*n)).sum()
    }

    fn take(&mut self, what: What) {
        match what {
            What::Site(place) => self.place = Some(place),
            What::State(state) => self.state = Some(state),
            What::Owner(owner) => self.owner = Some(owner),
            What::Inclusive(on) => self.inclusive = on,
            What::Class(n, open) => bit(&mut self.classes, n, open),
            What::Flag(flag, value) => self.flags[flag as usize] = value,
            What::Approved(mode, band, places) => self.approved[mode as usize][band as usize] = places,
            What::Notice(n, valid) => bit(&mut self.notices, n, valid),
            What::Double(is) => self.double = is,
            What::Follow(old, new) if self.place == Some(old) => self.place = Some(new),
            What::Follow(..) => {}
        }
    }
}

struct Facility {
    kind: FacilityKind,
    events: Vec<Event>,
    /// One entry per day from FIRST on.
    life: Vec<Now>,
    /// The first days on which something was true.
    firsts: Firsts,
}

#[derive(Default)]
struct Firsts {
    state: Option<Day>,
    operating: Option<Day>,
    notice: Option<Day>,
    accepted: Option<Day>,
    classes: Vec<Day>,
}

/// What a place was from one day until another.
struct PlaceRow {
    id: At,
    parent: Option<At>,
    kind: String,
    central: bool,
    from: Day,
    until: Day,
}

pub struct Naive {
    first: Day,
    facilities: Vec<Facility>,
    /// Code of each place.
    codes: Vec<String>,
    rows: Vec<PlaceRow>,
    /// District, day from which the figure stands, residents.
    people: Vec<(At, Day, f64)>,
}

impl Naive {
    /// The places and residents of the packs; no facility.
    pub fn new() -> Naive {
        let lines = |name: &str| -> Vec<Vec<String>> {
            let body = text(name);
            let lines = body.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).skip(1);
            lines.map(|l| l.split(',').map(str::to_owned).collect()).collect()
        };
        let (codes, rows, people) = Default::default();
        let mut naive = Naive { first: day(FIRST), facilities: Vec::new(), codes, rows, people };
        for cells in lines("divisions/places.csv") {
            let parent = Some(cells[2].as_str()).filter(|p| !p.is_empty()).map(|p| naive.at(p));
            let (kind, central) = (cells[3].clone(), cells[4].split(';').any(|f| f == "central"));
            let (id, from, until) = (naive.at(&cells[0]), day(&cells[5]), day(&cells[6]));
            naive.rows.push(PlaceRow { id, parent, kind, central, from, until });
        }
        for cells in lines("facts/population.csv").into_iter().filter(|c| c[0] == "population/resident") {
            let fact = (naive.at(&cells[1]), day(&cells[2]), cells[4].parse().unwrap());
            naive.people.push(fact);
        }
        naive
    }

    /// The number of the place with a code.
    pub fn at(&mut self, code: &str) -> At {
        if let Some(n) = self.codes.iter().position(|c| c == code) {
            return n;
        }
        self.codes.push(code.to_owned());
        self.codes.len() - 1
    }

    pub fn code(&self, place: At) -> &str {
        &self.codes[place]
    }

    pub fn add(&mut self, kind: FacilityKind) -> usize {
        self.facilities.push(Facility { kind, events: Vec::new(), life: Vec::new(), firsts: Firsts::default() });
        self.facilities.len() - 1
    }

    pub fn note(&mut self, facility: usize, from: Day, until: Day, what: What) {
        let facility = &mut self.facilities[facility];
        facility.events.push(Event { from, until, what });
        facility.life.clear();
    }

    /// A place ends; the day is the first without it.
    pub fn end_place(&mut self, place: At, on: Day) {
        let row = self.rows.iter_mut().find(|p| p.id == place && p.from < on && on < p.until);
        row.expect("the place is there on that day").until = on;
    }

    pub fn add_street(&mut self, place: At, parent: At, from: Day) {
        let (kind, parent, until) = ("street".to_owned(), Some(parent), Day::OPEN);
        self.rows.push(PlaceRow { id: place, parent, kind, central: false, from, until });
    }

    /// Lives through every day again where something was noted.
    pub fn replay(&mut self) {
        let mut days = vec![self.first];
        while *days.last().unwrap() < day(LAST) {
            days.push(days.last().unwrap().next());
        }
        for f in self.facilities.iter_mut().filter(|f| f.life.is_empty()) {
            for day in &days {
                let mut now = Now::default();
                f.events.iter().filter(|e| e.from <= *day && *day < e.until).for_each(|e| now.take(e.what));
                f.life.push(now);
            }
            let first = |holds: &dyn Fn(&Now) -> bool| f.life.iter().position(holds).map(|n| days[n]);
            f.firsts = Firsts {
                state: first(&|n| n.state.is_some()),
                operating: first(&|n| n.state == Some(State::Operating)),
                notice: first(&|n| n.notices != 0),
                accepted: first(&|n| n.flag(Flag::Stage) == Some("accepted")),
                classes: (0..64).filter_map(|class| first(&|n| n.classes >> class & 1 == 1)).collect(),
            };
        }
    }

    /// What is true of a facility on a day; [`Naive::replay`] goes before.
    pub fn now(&self, facility: usize, day: Day) -> &Now {
        &self.facilities[facility].life[usize::try_from(self.first.until(day)).unwrap()]
    }
}
