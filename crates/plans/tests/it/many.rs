//! A city of many facilities, made quickly: one batch over the use cases, with kinds in the shares of a real city and
//! a few years of life in each file. For plans of queries and for times.

use crate::city::{City, approved, day, flag, inclusive};
use kernel::{Day, Ids, Instant, Span};
use places::Place;
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha12Rng;
use registry::codes::{self, Band, FacilityKind, FacilityKind::*, Flag, LegalForm, Mode, Ownership, State};
use registry::model::{Profile, Site};
use registry::{Batch, Change, New, Stamp};

/// Of a hundred facilities.
const SHARES: [(FacilityKind, usize); 12] = [
    (Kindergarten, 42),
    (Nursery, 2),
    (Institution, 13),
    (CommunityPoint, 7),
    (BabyHouse, 6),
    (GuidanceStation, 6),
    (GuidancePoint, 10),
    (ChildServiceCentre, 3),
    (FriendlyCommunity, 3),
    (EcdBase, 1),
    (PlayRoom, 2),
    (ParentChildPoint, 5),
];

/// Enters `n` facilities.
pub async fn fill(city: &City, n: usize) {
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    let mut read = city.db.read().await.unwrap();
    let root = places::root(&mut read, day("2022-12-31")).await.unwrap().unwrap();
    let streets = places::descendants(&mut read, &root.id, &places::STREET_KINDS, day("2022-12-31")).await.unwrap();
    drop(read);
    let ids = Ids::seeded(4);
    let kinds: Vec<FacilityKind> = SHARES.iter().flat_map(|(kind, share)| vec![*kind; *share]).collect();
    let mut tx = city.db.begin().await.unwrap();
    let mut batch = Batch::new(Stamp { now: Instant::start_of(day("2023-12-31")), ids: &ids, by: "test" });
    for i in 0..n {
        let kind = kinds[i * 37 % 100];
        batch.enter(&mut tx, New { kind, changes: life(city, &mut rng, &streets, kind, i) }).await.unwrap();
    }
    batch.close(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// What is written down of one facility.
fn life(city: &City, rng: &mut ChaCha12Rng, streets: &[Place], kind: FacilityKind, i: usize) -> Vec<Change> {
    let from = day("2016-01-01").plus(rng.random_range(0..2500));
    let later = |rng: &mut ChaCha12Rng| from.plus(rng.random_range(100..700));
    let ownership = if rng.random_bool(0.6) { Ownership::Public } else { Ownership::Private };
    let profile = Profile {
        name: format!("样例第{i}所"),
        name_key: String::new(),
        ownership,
        legal_form: LegalForm::Other,
        operator: String::new(),
        credit_code: None,
        phone: String::new(),
    };
    let site = |rng: &mut ChaCha12Rng| {
        let place = streets.choose(rng).unwrap().id.clone();
        Site { place, address: "样例路1号".into(), lon: Some(121.4), lat: Some(31.2) }
    };
    let span = Span::since(from);
    let mut all = vec![
        Change::SetProfile { span, profile: profile.clone() },
        Change::SetSite { span, site: site(rng) },
        Change::SetState { span: Span::since(from.plus(-200)), state: State::Planned, reason: String::new() },
        Change::SetState { span, state: State::Operating, reason: String::new() },
    ];
    if rng.random_bool(0.15) {
        let span = Span { from: later(rng), until: Day::OPEN };
        all.push(Change::SetProfile { span, profile: Profile { operator: "另一家".into(), ..profile } });
    }
    if rng.random_bool(0.08) {
        all.push(Change::SetSite { span: Span::since(later(rng)), site: site(rng) });
    }
    if rng.random_bool(0.1) {
        let end = later(rng);
        all.push(Change::SetState { span: Span::since(end), state: State::Suspended, reason: "装修".into() });
        let state = if rng.random_bool(0.5) { State::Operating } else { State::Closed };
        all.push(Change::SetState { span: Span::since(end.plus(90)), state, reason: String::new() });
    }
    if kind.gives_care() {
        for n in 0..rng.random_range(0..4) {
            let class = city.class(&later(rng).to_string());
            if let (Change::OpenClass { class, gained, span, .. }, Some(kind)) = (class, kind.bands().last().copied()) {
                all.push(Change::OpenClass { class, name: format!("{n}班"), kind, gained, span, mode: Mode::FullDay });
            }
        }
        let band = if kind == Kindergarten { Band::Toddler } else { Band::Mixed };
        all.push(approved(band, rng.random_range(10..80), &from.to_string()));
        if rng.random_bool(0.5) {
            let begin = later(rng);
            all.push(inclusive(&begin.to_string(), &begin.plus(1095).to_string()));
        }
    }
    if kind == Institution {
        let (one, two) = (from.to_string(), from.plus(1095).to_string());
        all.push(city.notice(&format!("告{i}"), &one, &two));
        all.push(city.notice(&format!("续{i}"), &two, "2028-01-01"));
    }
    for trait_ in Flag::ALL.iter().copied().filter(|f| f.suits(kind) && *f != codes::Flag::Exception) {
        let wanted = if trait_ == Flag::Host { kind == PlayRoom } else { rng.random_bool(0.5) };
        if wanted {
            all.push(flag(trait_, trait_.values().choose(rng).unwrap(), &from.to_string()));
        }
        if trait_ == Flag::Stage {
            all.push(flag(Flag::Stage, "accepted", &later(rng).to_string()));
        }
    }
    all
}
