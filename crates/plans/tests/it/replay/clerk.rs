//! The clerk: draws edits of the city, does them through the use cases, and tells the twin what they mean.

use crate::city::{City, day};
use crate::naive::{At, Naive, What};
use kernel::{Day, Ids, Instant, Span, kinds::*};
use places::{Share, change::Part as Street};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha12Rng;
use registry::codes::{FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, State, Verified};
use registry::model::{Capacity, Credential, Fee, FlagSpan, Inclusive, Profile, Site};
use registry::{At as Which, Change, codes};

/// Streets of four districts, a zone, and a district where the street is not known.
#[rustfmt::skip]
const STREETS: [&str; 13] = [
    "310106006", "310106011", "310106012", "310109009", "310109010", "310109011", "310109014", "310115004", "310115005",
    "310115007", "310120104", "310115501", "310109",
];
pub const MERGED: (&str, &str, &str) = ("310109010", "310109011", "2021-07-01");
pub const SPLIT: (&str, &str) = ("310115005", "2022-04-10");
pub const PARTS: [&str; 2] = ["310115905", "310115906"];

/// A facility of the city and of its twin.
pub struct File {
    pub id: FacilityId,
    kind: FacilityKind,
    pub twin: usize,
    pub classes: Vec<ClassId>,
    pub notices: Vec<(CredentialId, Day, Day)>,
}

/// An act, and what it means day by day.
type Act = (Change, Vec<(Day, Day, What)>);

pub struct Clerk {
    city: City,
    pub twin: Naive,
    pub files: Vec<File>,
    pub rng: ChaCha12Rng,
    ids: Ids,
}

pub fn place(code: &str) -> PlaceId {
    PlaceId::new(format!("p{code}"))
}

impl Clerk {
    pub fn new(city: City, seed: u64) -> Clerk {
        let rng = ChaCha12Rng::seed_from_u64(seed);
        Clerk { city, twin: Naive::new(), files: Vec::new(), rng, ids: Ids::seeded(9) }
    }

    fn span(&mut self) -> Span {
        let from = day("2017-06-01").plus(self.rng.random_range(0..2400));
        let until = if self.rng.random_bool(0.45) { Day::OPEN } else { from.plus(self.rng.random_range(20..700)) };
        Span { from, until }
    }

    /// Something of a sheet that may be put down for a file.
    fn act(&mut self, at: usize) -> Act {
        loop {
            if let Some(act) = self.try_act(at) {
                return act;
            }
        }
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list.choose(&mut self.rng).unwrap().clone()
    }

    /// `None` where the drawn act does not fit the file.
    fn try_act(&mut self, at: usize) -> Option<Act> {
        let span = self.span();
        let all = |what| vec![(span.from, span.until, what)];
        let kind = self.files[at].kind;
        let class = (0..self.files[at].classes.len()).collect::<Vec<_>>().choose(&mut self.rng).copied();
        let notice = (0..self.files[at].notices.len()).collect::<Vec<_>>().choose(&mut self.rng).copied();
        let bands = kind.bands();
        let text = String::from;
        Some(match self.rng.random_range(0..20) {
            0..4 => {
                let state = self.pick(State::ALL);
                // Two reasons, so that one state may stand in two rows.
                let reason = self.pick(&["", "更正"]).to_owned();
                (Change::SetState { span, state, reason }, all(What::State(state)))
            }
            4..7 => {
                let code = self.pick(&STREETS);
                let site = Site { place: place(code), address: text("样例路2号"), lon: None, lat: None };
                let what = What::Site(self.twin.at(code));
                (Change::SetSite { span, site }, all(what))
            }
            7 if kind.gives_care() => {
                let inclusive = Inclusive { confirmed_by: text("区教育局"), reason: String::new() };
                (Change::SetInclusive { span, inclusive }, all(What::Inclusive(true)))
            }
            8 => (Change::EndInclusive { span }, all(What::Inclusive(false))),
            9 if !bands.is_empty() => self.open_class(at, span),
            10 => {
                let n = class?;
                let (class, mode) = (self.files[at].classes[n].clone(), self.pick(Mode::ALL));
                (Change::SetClassMode { class, span, mode }, all(What::Class(n, true)))
            }
            11 => {
                let n = class?;
                let class = self.files[at].classes[n].clone();
                (Change::CloseClass { class, on: span.from }, vec![(span.from, Day::OPEN, What::Class(n, false))])
            }
            12 => {
                let n = class?;
                let class = self.files[at].classes[n].clone();
                if self.rng.random_bool(0.7) {
                    let (name, kind, gained) = (text("托二班"), self.pick(bands), Gained::New);
                    (Change::CorrectClass { class, name, kind, gained }, Vec::new())
                } else {
                    // A class that is no more can be opened no more: its number is kept, but never drawn again.
                    (Change::RemoveClass { class }, vec![(Day::MIN, Day::OPEN, What::Class(n, false))])
                }
            }
            13 if !bands.is_empty() => {
                let (measure, mode, band) = (
                    self.pick(&[Measure::Approved, Measure::Approved, Measure::Enrolled]),
                    self.pick(Mode::ALL),
                    self.pick(bands),
                );
                let counts = measure == Measure::Approved;
                if self.rng.random_bool(0.7) {
                    let places = self.rng.random_range(0..90);
                    let capacity = Capacity { measure, mode, band, places };
                    let what = What::Approved(mode, band, Some(places as u16));
                    (Change::SetCapacity { span, capacity }, if counts { all(what) } else { Vec::new() })
                } else {
                    let what = What::Approved(mode, band, None);
                    (Change::EndCapacity { span, measure, mode, band }, if counts { all(what) } else { Vec::new() })
                }
            }
            14..17 => {
                let flag = self.pick(Flag::ALL);
                if !flag.suits(kind) {
                    return None;
                }
                if self.rng.random_bool(0.75) {
                    // Often the same value again, for another reason.
                    let value = if self.rng.random_bool(0.5) { flag.values()[0] } else { self.pick(flag.values()) };
                    let reason = self.pick(&["场地", "用房"]).to_owned();
                    let change = FlagSpan { flag, value: value.to_owned(), reason };
                    (Change::SetFlag { span, flag: change }, all(What::Flag(flag, Some(value))))
                } else {
                    (Change::EndFlag { span, flag }, all(What::Flag(flag, None)))
                }
            }
            17 => match (self.rng.random_range(0..4), notice) {
                (0, Some(n)) => {
                    let (credential, from, until) = self.files[at].notices[n].clone();
                    let on = from.plus(self.rng.random_range(1..from.until(until).clamp(2, 900)));
                    (Change::EndCredential { credential, on }, vec![(on, Day::OPEN, What::Notice(n, false))])
                }
                (1, Some(n)) => {
                    let credential = self.files[at].notices[n].0.clone();
                    (Change::RemoveCredential { credential }, vec![(Day::MIN, Day::OPEN, What::Notice(n, false))])
                }
                _ => self.notice(at, span),
            },
            18 => {
                let ownership = self.pick(Ownership::ALL);
                (Change::SetProfile { span, profile: profile(at, ownership) }, all(What::Owner(ownership)))
            }
            19 if self.rng.random_bool(0.5) => {
                let other = self.rng.random_range(0..self.files.len());
                let of = self.rng.random_bool(0.4).then(|| self.files[other].id.clone()).filter(|_| other != at);
                let what = What::Double(of.is_some());
                (Change::MarkDouble { of }, vec![(Day::MIN, Day::OPEN, what)])
            }
            19 => {
                let fee = Fee { mode: Mode::FullDay, fen: kernel::Fen(300_000), per: codes::Per::Month };
                (Change::SetFee { span, fee }, Vec::new())
            }
            _ => return None,
        })
    }

    fn open_class(&mut self, at: usize, span: Span) -> Act {
        let class: ClassId = self.ids.new_id(Instant::start_of(span.from));
        let (n, kind) = (self.files[at].classes.len(), self.pick(self.files[at].kind.bands()));
        self.files[at].classes.push(class.clone());
        let change =
            Change::OpenClass { class, name: "托一班".into(), kind, gained: Gained::New, span, mode: Mode::FullDay };
        (change, vec![(span.from, span.until, What::Class(n, true))])
    }

    fn notice(&mut self, at: usize, span: Span) -> Act {
        let id: CredentialId = self.ids.new_id(Instant::start_of(span.from));
        let n = self.files[at].notices.len();
        self.files[at].notices.push((id.clone(), span.from, span.until));
        let verified = self.pick(Verified::ALL);
        let credential = Credential {
            home: String::new(),
            number: format!("沪托告{id}"),
            id,
            holder_kind: String::new(),
            holder: String::new(),
            kind: codes::CredentialKind::OperationNotice,
            issuer: "区教育局".into(),
            from_day: span.from,
            until_day: span.until,
            recorded: Instant::start_of(span.from),
            scope: String::new(),
            places: None,
            verified,
            source: "test".into(),
        };
        // What was looked at and refuted is no notice.
        (
            Change::AddCredential { credential },
            vec![(span.from, span.until, What::Notice(n, verified != Verified::Refuted))],
        )
    }

    fn note(&mut self, at: usize, meaning: Vec<(Day, Day, What)>) {
        let twin = self.files[at].twin;
        meaning.into_iter().for_each(|(from, until, what)| self.twin.note(twin, from, until, what));
    }

    /// Enters a facility, with a few things about it.
    pub async fn enter(&mut self, kind: FacilityKind) {
        let at = self.files.len();
        let (twin, id) = (self.twin.add(kind), FacilityId::new(""));
        self.files.push(File { id, kind, twin, classes: Vec::new(), notices: Vec::new() });
        // Many begin shortly before the merger and the split, and where these happen.
        let late = day("2021-01-01").plus(self.rng.random_range(0..470));
        let (from, street) = match self.rng.random_range(0..4) {
            0 => (late, MERGED.0),
            1 => (late, SPLIT.0),
            _ => (self.span().from, self.pick(&STREETS)),
        };
        let ownership = self.pick(Ownership::ALL);
        let site = self.twin.at(street);
        let born = [What::Site(site), What::State(State::Operating), What::Owner(ownership)];
        self.note(at, born.map(|what| (from, Day::OPEN, what)).to_vec());
        let mut more = Vec::new();
        let begun = |clerk: &mut Clerk| Span::since(from.plus(clerk.rng.random_range(0..400)));
        if !kind.bands().is_empty() {
            let span = begun(self);
            more.push(self.open_class(at, span));
            let span = begun(self);
            more.push(self.notice(at, span));
            let span = begun(self);
            let inclusive = Inclusive { confirmed_by: "区教育局".into(), reason: String::new() };
            more.push((Change::SetInclusive { span, inclusive }, vec![(span.from, span.until, What::Inclusive(true))]));
        }
        for flag in Flag::ALL.iter().copied().filter(|f| f.suits(kind)) {
            let (span, value) = (begun(self), self.pick(flag.values()));
            let change = FlagSpan { flag, value: value.to_owned(), reason: "场地".into() };
            more.push((
                Change::SetFlag { span, flag: change },
                vec![(span.from, span.until, What::Flag(flag, Some(value)))],
            ));
        }
        let (changes, meanings): (Vec<Change>, Vec<_>) = more.into_iter().unzip();
        let name = format!("样例{at}");
        self.files[at].id = self.city.enter(kind, ownership, &name, street, &from.to_string(), changes).await;
        self.note(at, meanings.concat());
    }

    /// One edit of one to three acts, all or nothing; false where a rule refused it.
    pub async fn edit(&mut self) -> bool {
        let at = self.rng.random_range(0..self.files.len());
        let kept = (self.files[at].classes.clone(), self.files[at].notices.clone());
        let acts: Vec<Act> = (0..self.rng.random_range(1..=3)).map(|_| self.act(at)).collect();
        let (changes, meanings): (Vec<Change>, Vec<_>) = acts.into_iter().unzip();
        let mut tx = self.city.db.begin().await.unwrap();
        match registry::edit(&mut tx, &self.city.stamp(), &Which::any(&self.files[at].id), changes).await {
            Ok(_) => {
                tx.commit().await.unwrap();
                self.note(at, meanings.concat());
                true
            }
            Err(registry::Error::Rule(rule)) => {
                // The file is as before, also the numbers of what would have been new.
                (self.files[at].classes, self.files[at].notices) = kept;
                let why = rule.fields[0].code;
                let may = [
                    "registry.state.order",
                    "registry.class.not_open",
                    "registry.class.unknown",
                    "registry.site.place",
                    "registry.credential.end",
                    "registry.credential.unknown",
                    "registry.double.chain",
                ];
                assert!(may.contains(&why), "{rule}");
                false
            }
            Err(e) => panic!("{e}"),
        }
    }

    pub async fn merge(&mut self) {
        let (old, into, on) = (MERGED.0, MERGED.1, day(MERGED.2));
        let mut tx = self.city.db.begin().await.unwrap();
        places::change::merge(&mut tx, &place(old), &place(into), on, "样例").await.unwrap();
        let moved = registry::follow_merger(&mut tx, &self.city.stamp(), &place(old), &place(into), on).await.unwrap();
        registry::relist(&mut tx, &[place(old), place(into)]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(moved > 1);
        let (old, into) = (self.twin.at(old), self.twin.at(into));
        self.twin.end_place(old, on);
        (0..self.files.len()).for_each(|at| self.note(at, vec![(on, Day::OPEN, What::Follow(old, into))]));
    }

    /// The street ends; whoever lies there is pointed to one of its parts by hand, but one file is forgotten.
    pub async fn split(&mut self) {
        let (old, on) = (SPLIT.0, day(SPLIT.1));
        let mut tx = self.city.db.begin().await.unwrap();
        split_in_two(&mut tx).await;
        tx.commit().await.unwrap();
        let (gone, district) = (self.twin.at(old), self.twin.at(&old[..6]));
        let parts = PARTS.map(|code| self.twin.at(code));
        self.twin.end_place(gone, on);
        parts.iter().for_each(|part| self.twin.add_street(*part, district, on));
        self.twin.replay();
        let there: Vec<usize> = (0..self.files.len()).filter(|at| self.lies(*at, on) == Some(gone)).collect();
        assert!(there.len() > 2, "{there:?}");
        for (n, at) in there.into_iter().enumerate().skip(1) {
            let last = day("2024-06-30");
            let mut until = on;
            while until < last && self.lies(at, until) == Some(gone) {
                until = until.next();
            }
            let span = Span { from: on, until: if until == last { Day::OPEN } else { until } };
            let (code, part) = (PARTS[n % 2], parts[n % 2]);
            let site = Site { place: place(code), address: "样例路3号".into(), lon: None, lat: None };
            self.city.edit(&self.files[at].id, vec![Change::SetSite { span, site }]).await;
            self.note(at, vec![(span.from, span.until, What::Site(part))]);
        }
    }

    fn lies(&self, at: usize, day: Day) -> Option<At> {
        self.twin.now(self.files[at].twin, day).place
    }
}

/// Splits a street into two new ones, on a day inside a plan year.
pub async fn split_in_two(tx: &mut db::Tx) {
    let (kind, share) = (places::PlaceKind::Street, Share::new(1, 2).unwrap());
    let part = |code: &str| Street { code: code.into(), name: code.into(), kind, flags: Default::default(), share };
    let parts = PARTS.map(part);
    places::change::split(tx, &place(SPLIT.0), day(SPLIT.1), &parts, None, "样例").await.unwrap();
    registry::relist(tx, &[place(SPLIT.0)]).await.unwrap();
}

fn profile(n: usize, ownership: Ownership) -> Profile {
    Profile {
        name: format!("样例{n}"),
        name_key: String::new(),
        ownership,
        legal_form: LegalForm::Other,
        operator: "另一家".into(),
        credit_code: None,
        phone: String::new(),
    }
}
