//! The four tests of every declaration, on a city that changed at random, for 4 dates and 17 places.

use crate::city::{City, approved, day, flag, inclusive, plans};
use db::Db;
use indicator::{Asked, Declaration, Fold, Groups, Kept, Level, Part, Tree};
use kernel::{Day, Period, Span, kinds::FacilityId};
use plans::{Plans, params};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use registry::{
    Change,
    codes::{Band, FacilityKind, FacilityKind::*, Flag, Ownership, State},
};
use std::collections::HashSet;

const DATES: [&str; 4] = ["2019-06-30", "2020-12-31", "2022-11-15", "2023-12-31"];

/// A hundred facilities of all kinds with random lives.
async fn grown(db: &Db) -> (City, Vec<FacilityId>) {
    let city = City::empty(db).await;
    let mut rng = rand_chacha::ChaCha12Rng::seed_from_u64(11);
    let mut read = db.read().await.unwrap();
    let root = places::root(&mut read, day("2022-12-31")).await.unwrap().unwrap();
    let streets = places::descendants(&mut read, &root.id, &places::STREET_KINDS, day("2022-12-31")).await.unwrap();
    drop(read);
    let kinds: [FacilityKind; 12] = [
        Kindergarten,
        Kindergarten,
        Kindergarten,
        Nursery,
        Institution,
        CommunityPoint,
        GuidanceStation,
        FriendlyCommunity,
        EcdBase,
        PlayRoom,
        ParentChildPoint,
        BabyHouse,
    ];
    let mut ids = Vec::new();
    for i in 0..110 {
        let kind = kinds[i % kinds.len()];
        let from = day("2018-06-01").plus(rng.random_range(0..1500)).to_string();
        let later = day(&from).plus(rng.random_range(30..500)).to_string();
        let mut more = Vec::new();
        if matches!(kind, Kindergarten | Nursery) && rng.random_bool(0.6) {
            more.push(city.class(&later));
        }
        if kind.gives_care() {
            let band = if kind == Kindergarten { Band::Toddler } else { Band::Mixed };
            more.push(approved(band, rng.random_range(10..80), &from));
            if rng.random_bool(0.5) {
                more.push(inclusive(&later, &day(&later).plus(1095).to_string()));
            }
            more.push(city.notice(&format!("告{i}"), &from, "2023-06-01"));
        }
        match kind {
            Kindergarten if rng.random_bool(0.4) => {
                more.push(flag(Flag::Built, ["new", "rebuilt", "extended"].choose(&mut rng).unwrap(), &from));
                more.push(flag(Flag::Expandable, ["yes", "no"].choose(&mut rng).unwrap(), &later));
            }
            FriendlyCommunity | EcdBase => {
                more.push(flag(Flag::Stage, "creating", &from));
                more.push(flag(Flag::Stage, "accepted", &later));
                if kind == EcdBase {
                    more.push(flag(Flag::Tier, "1", &later));
                }
            }
            PlayRoom => more.push(flag(Flag::Host, "community_health", &from)),
            _ => {}
        }
        if rng.random_bool(0.2) {
            let span = Span::since(day(&later).plus(200));
            more.push(Change::SetState { span, state: State::Suspended, reason: "装修".into() });
        }
        let ownership = if rng.random_bool(0.6) { Ownership::Public } else { Ownership::Private };
        let street = streets.choose(&mut rng).unwrap();
        let id = city.enter(kind, ownership, &format!("样例{i}"), &street.code, &from, more).await;
        if kind == Institution {
            city.fill(&id, &later, "2023-06-01").await;
        }
        ids.push(id);
    }
    (city, ids)
}

async fn asked(read: &mut db::Read, plans: &Plans, declaration: &Declaration, on: Day) -> Asked {
    let plan = plans.plan("shanghai-2020-2022").unwrap();
    let mut asked = Asked::on(declaration, on, Some(plan.span));
    if let Period::Plan(_) = asked.period {
        // A plan-long figure before the plan asks about nothing.
        asked.period = Period::Plan(Span { from: plan.span.from.min(on), until: plan.span.until });
    }
    let root = places::root(read, on).await.unwrap().unwrap();
    asked.params = params(read, declaration, &root.id, on).await.unwrap();
    asked
}

/// City, districts.
async fn seventeen(read: &mut db::Read, on: Day) -> Vec<places::Place> {
    let root = places::root(read, on).await.unwrap().unwrap();
    let mut all = places::children(read, &root.id, on).await.unwrap();
    all.push(root);
    assert_eq!(all.len(), 17);
    all
}

db::both! {
    async fn evidence_is_numerator_and_denominator(db: Db) {
        let (_city, _) = grown(&db).await;
        let plans = plans();
        let mut read = db.read().await.unwrap();
        for declaration in registry::INDICATORS {
            let mut seen = 0.0;
            for on in DATES.map(day) {
                let asked = asked(&mut read, &plans, declaration, on).await;
                let groups = indicator::groups(&mut read, declaration, &asked).await.unwrap();
                let tree = Tree::of(&mut read, on).await.unwrap();
                for place in seventeen(&mut read, on).await {
                    let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place.id);
                    let rows = indicator::evidence_all(&mut read, declaration, &asked, &place.id, Part::Numerator).await.unwrap();
                    let sum: f64 = match declaration.fold { Fold::Rate { .. } => rows.iter().map(|r| r.amount).sum(), _ => rows.len() as f64 };
                    assert_eq!(sum, figure.numerator, "{} {on} {}", declaration.id, place.name);
                    assert!(rows.iter().all(|r| r.meets));
                    let rows = indicator::evidence_all(&mut read, declaration, &asked, &place.id, Part::Denominator).await.unwrap();
                    let sum: f64 = match declaration.fold { Fold::Rate { .. } => rows.iter().map(|r| r.amount).sum(), _ => rows.len() as f64 };
                    if groups.recorded {
                        assert_eq!(sum, figure.denominator, "{} {on} {}", declaration.id, place.name);
                    }
                    let units: std::collections::HashSet<_> = rows.iter().map(|r| &r.unit).collect();
                    assert_eq!(units.len(), rows.len(), "{}: a unit stands once", declaration.id);
                    seen += figure.numerator;
                }
            }
            assert!(seen > 0.0, "{}: the test city must have something that counts", declaration.id);
        }
    }

    async fn streets_sum_to_districts_and_to_the_city(db: Db) {
        let (_city, _) = grown(&db).await;
        let plans = plans();
        let mut read = db.read().await.unwrap();
        for declaration in registry::INDICATORS {
            for on in DATES.map(day) {
                let asked = asked(&mut read, &plans, declaration, on).await;
                let groups = indicator::groups(&mut read, declaration, &asked).await.unwrap();
                let tree = Tree::of(&mut read, on).await.unwrap();
                let by_place = indicator::by_place(declaration, &groups, &tree, &asked);
                let root = places::root(&mut read, on).await.unwrap().unwrap();
                let sum = |places: &[places::Place]| places.iter().filter_map(|p| by_place.get(p.id.as_str())).fold((0.0, 0.0), |a, f| (a.0 + f.numerator, a.1 + f.denominator));
                let whole = indicator::evaluate(declaration, &groups, &tree, &asked, &root.id);
                let districts = places::children(&mut read, &root.id, on).await.unwrap();
                assert_eq!(sum(&districts), (whole.numerator, whole.denominator), "{} {on}", declaration.id);
                if declaration.level == Level::Street {
                    for district in districts {
                        let of = indicator::evaluate(declaration, &groups, &tree, &asked, &district.id);
                        let streets = places::descendants(&mut read, &district.id, &places::PlaceKind::ALL, on).await.unwrap();
                        let streets: Vec<_> = streets.into_iter().filter(|s| s.id != district.id).collect();
                        assert_eq!(sum(&streets), (of.numerator, of.denominator), "{} {on} {}", declaration.id, district.name);
                    }
                }
            }
        }
    }

    async fn kept_rows_equal_a_recount_after_every_change(db: Db) {
        let (city, ids) = grown(&db).await;
        let plans = plans();
        let kept = Kept::default();
        let on = day("2022-11-15");
        let mut rng = rand_chacha::ChaCha12Rng::seed_from_u64(5);
        for _ in 0..12 {
            let id = ids.choose(&mut rng).unwrap();
            let from = day("2019-01-01").plus(rng.random_range(0..1400));
            let state = if rng.random_bool(0.5) { State::Closed } else { State::Operating };
            city.edit(id, vec![Change::SetState { span: Span::since(from), state, reason: "更正".into() }]).await;
            let mut read = db.read().await.unwrap();
            let mark = kept.refresh(&mut read).await.unwrap();
            for declaration in registry::INDICATORS {
                let asked = asked(&mut read, &plans, declaration, on).await;
                for _ in 0..2 {
                    let from_memory: std::sync::Arc<Groups> = kept.groups(&mut read, mark, declaration, &asked).await.unwrap();
                    let recount = indicator::groups(&mut read, declaration, &asked).await.unwrap();
                    assert_eq!(sorted(&from_memory), sorted(&recount), "{}", declaration.id);
                }
            }
        }
    }

    async fn emptied_tables_say_no_records(db: Db) {
        let city = City::empty(&db).await;
        let plans = plans();
        let mut read = city.db.read().await.unwrap();
        for declaration in registry::INDICATORS {
            for on in DATES.map(day) {
                let asked = asked(&mut read, &plans, declaration, on).await;
                let groups = indicator::groups(&mut read, declaration, &asked).await.unwrap();
                let tree = Tree::of(&mut read, on).await.unwrap();
                for place in seventeen(&mut read, on).await {
                    let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place.id);
                    assert_eq!(figure.value, None, "{} {on}", declaration.id);
                    assert!(indicator::evidence_all(&mut read, declaration, &asked, &place.id, Part::Denominator).await.unwrap().is_empty());
                }
            }
        }
    }

    async fn removing_one_row_moves_value_list_and_total_together(db: Db) {
        let (city, ids) = grown(&db).await;
        let plans = plans();
        let other = city.enter(GuidancePoint, Ownership::Public, "另一份", "310109009", "2018-01-01", vec![]).await;
        for declaration in registry::INDICATORS {
            let mut removed = 0;
            for on in DATES.map(day) {
                let before = counts(&db, &plans, declaration, on).await;
                let Some(row) = before.rows.iter().find(|r| r.amount > 0.0) else { continue };
                // What the row was made of: its own file, or every file that lies in the place.
                let gone = match declaration.unit {
                    indicator::UnitKind::Place => lying_in(&db, &ids, &row.unit, on).await,
                    _ => vec![FacilityId::new(declaration.linked(&row.unit))],
                };
                for id in &gone {
                    city.edit(id, vec![Change::MarkDouble { of: Some(other.clone()) }]).await;
                }
                let after = counts(&db, &plans, declaration, on).await;
                assert!(after.rows.iter().all(|r| r.unit != row.unit), "{} {on}: the row left the list", declaration.id);
                for ((place, inside, was), (_, _, is)) in before.places.iter().zip(&after.places) {
                    let holds = inside.contains(&row.place);
                    let told = format!("{} {on} {place}", declaration.id);
                    assert_eq!(is.1 as f64, is.0, "{told}: list and value");
                    assert!(if holds { is.0 < was.0 } else { is.0 <= was.0 }, "{told}: {} then {}", was.0, is.0);
                }
                for id in &gone {
                    city.edit(id, vec![Change::MarkDouble { of: None }]).await;
                }
                removed += 1;
            }
            assert!(removed > 0, "{}: there was something to remove", declaration.id);
        }
    }
}

/// The numerator of an indicator at the 17 places, by value and by list (amounts where they are weighed).
struct Counts {
    rows: Vec<indicator::EvidenceRow>,
    /// Name, the places that lie in it, value and sum of the list.
    places: Vec<(String, HashSet<String>, (f64, i64))>,
}

async fn counts(db: &Db, plans: &Plans, declaration: &Declaration, on: Day) -> Counts {
    let mut read = db.read().await.unwrap();
    let asked = asked(&mut read, plans, declaration, on).await;
    let groups = indicator::groups(&mut read, declaration, &asked).await.unwrap();
    let tree = Tree::of(&mut read, on).await.unwrap();
    let root = places::root(&mut read, on).await.unwrap().unwrap();
    let rows = indicator::evidence_all(&mut read, declaration, &asked, &root.id, Part::Numerator).await.unwrap();
    let mut places = Vec::new();
    for place in seventeen(&mut read, on).await {
        let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place.id);
        let inside: HashSet<String> =
            rows.iter().map(|r| r.place.clone()).filter(|p| tree.within(p, &place.id)).collect();
        let list = rows.iter().filter(|r| inside.contains(&r.place));
        let sum: f64 = match declaration.fold {
            Fold::Rate { .. } => list.map(|r| r.amount).sum(),
            _ => list.count() as f64,
        };
        places.push((place.name, inside, (figure.numerator, sum as i64)));
    }
    Counts { rows, places }
}

/// The files whose site on a day lies in a place.
async fn lying_in(db: &Db, ids: &[FacilityId], place: &str, on: Day) -> Vec<FacilityId> {
    let mut read = db.read().await.unwrap();
    let tree = Tree::of(&mut read, on).await.unwrap();
    let mut out = Vec::new();
    for id in ids {
        let Some(history) = registry::store::file::history(&mut read, id).await.unwrap() else { continue };
        let site = registry::rules::on(&history.site, on).map(|held| held.value.place.clone());
        if site.is_some_and(|s| tree.within(s.as_str(), &kernel::kinds::PlaceId::new(place))) {
            out.push(id.clone());
        }
    }
    out
}

fn sorted(groups: &Groups) -> Vec<String> {
    let mut all: Vec<String> = groups.units.iter().chain(&groups.due).map(|g| format!("{g:?}")).collect();
    all.sort();
    all
}
