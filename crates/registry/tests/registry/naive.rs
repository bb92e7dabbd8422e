//! Seven hundred random changes, back-dated ones, re-openings, moves over borders and a merger of streets among them;
//! then files and lists of fifty random days equal a naive replay that keeps one value per day.

use crate::city::*;
use db::Db;
use kernel::kinds::{ClassId, FacilityId};
use kernel::{Day, Ids, Span};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use registry::codes::{Band, Beneficiary, Bond, FacilityKind, Flag, Gained, Measure, Mode, Per, Stage, State};
use registry::codes::{Style, SupportKind, Tenure, Way};
use registry::extra::{Agreement, Building, Chain, Extra, Premises, Release, Service, ServiceId, Support};
use registry::extra::{SupportId, Welfare};
use registry::model::{Capacity, Fee, FlagSpan, Inclusive};
use registry::store::list::{Filter, Within};
use registry::{At, Change, Error};
use std::collections::BTreeMap;

/// Days of the window; an open end reaches its end.
const DAYS: usize = 1200;

fn first() -> Day {
    day("2019-06-01")
}

/// One file as a table of days.
#[derive(Clone, Default)]
struct Table {
    name: Vec<Option<usize>>,
    street: Vec<Option<String>>,
    state: Vec<Option<(State, usize)>>,
    inclusive: Vec<Option<usize>>,
    fee: BTreeMap<Mode, Vec<Option<i64>>>,
    expandable: Vec<Option<bool>>,
    approved: BTreeMap<(Mode, Band), Vec<Option<i64>>>,
    classes: BTreeMap<ClassId, Vec<Option<Mode>>>,
    /// Premises, chain, agreement, welfare, building, places added, places freed: a number that stands for the value.
    extra: BTreeMap<usize, Vec<Option<i64>>>,
    /// Days on which a service is offered.
    services: BTreeMap<ServiceId, Vec<Option<()>>>,
    /// Days since which support is known.
    support: BTreeMap<SupportId, usize>,
}

struct Window {
    span: Span,
    from: usize,
    until: usize,
}

fn window(rng: &mut StdRng) -> Window {
    let from = rng.random_range(0..DAYS);
    let until = if rng.random_bool(0.4) { DAYS } else { (from + rng.random_range(1..400)).min(DAYS) };
    let end = if until == DAYS { Day::OPEN } else { first().plus(until as i64) };
    Window { span: Span::new(first().plus(from as i64), end).unwrap(), from, until }
}

fn fresh<T: Clone>() -> Vec<Option<T>> {
    vec![None; DAYS]
}

const STREETS: [&str; 5] = ["310106001", "310106002", "310109001", "310109002", "310115001"];
const BANDS: [Band; 2] = [Band::Toddler, Band::Senior];

/// Makes a random change, and the same in a copy of the table; `None` in its place: the rules must refuse.
fn change(rng: &mut StdRng, ids: &Ids, kind: FacilityKind, t: &Table) -> (Change, Option<Table>) {
    let (w, mut next) = (window(rng), t.clone());
    let days = w.from..w.until;
    let span = w.span;
    let change = match rng.random_range(0..18) {
        0 => {
            let n = rng.random_range(0..4);
            next.name[days].fill(Some(n));
            Change::SetProfile { span, profile: profile(&format!("第{n}托育园")) }
        }
        1 | 2 => {
            let street = STREETS[rng.random_range(0..STREETS.len())];
            next.street[days].fill(Some(street.to_owned()));
            Change::SetSite { span, site: site(street) }
        }
        3..=5 => {
            let state = State::ALL[rng.random_range(0..4)];
            let reason = rng.random_range(0..2usize);
            next.state[days].fill(Some((state, reason)));
            let follows = next.state.windows(2).all(|pair| match (pair[0], pair[1]) {
                (Some((before, _)), Some((after, _))) => before == after || after.may_follow(before),
                _ => true,
            });
            let change = Change::SetState { span, state, reason: format!("r{reason}") };
            return (change, follows.then_some(next));
        }
        6 => {
            let n = rng.random_range(0..3);
            if n == 2 {
                next.inclusive[days].fill(None);
                Change::EndInclusive { span }
            } else {
                next.inclusive[days].fill(Some(n));
                Change::SetInclusive {
                    span,
                    inclusive: Inclusive { confirmed_by: format!("局{n}"), reason: String::new() },
                }
            }
        }
        7 => {
            let mode = Mode::ALL[rng.random_range(0..3)];
            let row = next.fee.entry(mode).or_insert_with(fresh);
            if rng.random_bool(0.3) {
                row[days].fill(None);
                Change::EndFee { span, mode }
            } else {
                let fen = rng.random_range(1..4) * 100_000;
                row[days].fill(Some(fen));
                Change::SetFee { span, fee: Fee { mode, fen: kernel::Fen(fen), per: Per::Month } }
            }
        }
        8 => {
            let yes = rng.random_bool(0.5);
            next.expandable[days].fill(Some(yes));
            let value = if yes { "yes" } else { "no" }.to_owned();
            let change =
                Change::SetFlag { span, flag: FlagSpan { flag: Flag::Expandable, value, reason: String::new() } };
            return (change, (kind == FacilityKind::Kindergarten).then_some(next));
        }
        9 => {
            let (mode, band) = (Mode::ALL[rng.random_range(0..2)], BANDS[rng.random_range(0..2)]);
            let row = next.approved.entry((mode, band)).or_insert_with(fresh);
            if rng.random_bool(0.3) {
                row[days].fill(None);
                return (Change::EndCapacity { span, measure: Measure::Approved, mode, band }, Some(next));
            }
            let places = rng.random_range(0..5) * 10;
            row[days].fill(Some(places));
            let capacity = Capacity { measure: Measure::Approved, mode, band, places };
            return (Change::SetCapacity { span, capacity }, kind.bands().contains(&band).then_some(next));
        }
        10 => {
            let (band, mode) = (BANDS[rng.random_range(0..2)], Mode::ALL[rng.random_range(0..3)]);
            let class: ClassId = ids.new_id(stamp(ids).now);
            let mut row = fresh();
            row[days].fill(Some(mode));
            next.classes.insert(class.clone(), row);
            let change =
                Change::OpenClass { class, name: "一班".into(), kind: band, gained: Gained::New, span, mode };
            return (change, kind.bands().contains(&band).then_some(next));
        }
        11..=13 => return extra_change(rng, kind, t, w),
        14 => return service_change(rng, ids, t, w),
        _ => return class_change(rng, t, w),
    };
    (change, Some(next))
}

/// The value that a number stands for, of each of the seven spans.
fn extra(which: usize, n: i64) -> Extra {
    let note = String::new();
    match which {
        0 => Extra::Premises(Premises {
            tenure: Tenure::Rented,
            supplier: String::new(),
            area: Some(n),
            outdoor: None,
            floors: String::new(),
            independent: true,
            note,
        }),
        1 => Extra::Chain(Chain { brand: format!("品牌{n}"), bond: Bond::Direct }),
        2 => Extra::Agreement(Agreement { partner: "局".into(), places: n, note }),
        3 => Extra::Welfare(Welfare { host: "园".into(), beneficiary: Beneficiary::Staff, children: n, note }),
        4 => Extra::Building(Building { stage: Stage::ALL[n as usize], due: None, unit: String::new(), note }),
        n5 => {
            let way = if n5 == 5 { Way::Added } else { Way::Freed };
            Extra::Release(Release { year: 2021, way, places: n, met: true, note })
        }
    }
}

fn extra_change(rng: &mut StdRng, kind: FacilityKind, t: &Table, w: Window) -> (Change, Option<Table>) {
    let (which, n, mut next) = (rng.random_range(0..7), rng.random_range(1..4i64), t.clone());
    let extra = extra(which, n);
    let row = next.extra.entry(which).or_insert_with(fresh);
    if rng.random_bool(0.3) {
        row[w.from..w.until].fill(None);
        return (Change::EndExtra { span: w.span, of: extra.key() }, Some(next));
    }
    row[w.from..w.until].fill(Some(n));
    let suits = extra.key().suits(kind);
    assert_eq!(suits, which < 2 || (which != 3 && kind == FacilityKind::Kindergarten));
    (Change::SetExtra { span: w.span, extra }, suits.then_some(next))
}

fn service_change(rng: &mut StdRng, ids: &Ids, t: &Table, w: Window) -> (Change, Option<Table>) {
    let (mut next, now) = (t.clone(), stamp(ids).now);
    let known = t.services.keys().nth(rng.random_range(0..t.services.len().max(1))).cloned();
    match (rng.random_range(0..4), known) {
        (0, Some(service)) => {
            next.services.remove(&service);
            (Change::RemoveService { service }, Some(next))
        }
        (1, Some(service)) => {
            let row = next.services.get_mut(&service).unwrap();
            let inside = row[w.from].is_some() && w.from > 0 && row[w.from - 1].is_some();
            row[w.from..].fill(None);
            (Change::EndService { service, on: w.span.from }, inside.then_some(next))
        }
        (2, _) => {
            let id: SupportId = ids.new_id(now);
            next.support.insert(id.clone(), w.from);
            let support = Support {
                home: String::new(),
                id,
                facility: kernel::Id::new(""),
                from_day: w.span.from,
                until_day: w.span.until,
                recorded: now,
                kind: SupportKind::Premises,
                source: "街道".into(),
                fen: None,
                document: String::new(),
                note: String::new(),
            };
            (Change::AddSupport { support }, Some(next))
        }
        _ => {
            let id: ServiceId = ids.new_id(now);
            let mut row = fresh();
            row[w.from..w.until].fill(Some(()));
            next.services.insert(id.clone(), row);
            let service = Service {
                home: String::new(),
                id,
                facility: kernel::Id::new(""),
                from_day: w.span.from,
                until_day: w.span.until,
                recorded: now,
                style: Style::Menu,
                name: "周末托".into(),
                month_from: 12,
                month_until: 36,
                mode: Mode::HalfDay,
                fen: None,
                per: None,
                note: String::new(),
            };
            (Change::AddService { service }, Some(next))
        }
    }
}

fn class_change(rng: &mut StdRng, t: &Table, w: Window) -> (Change, Option<Table>) {
    let mut next = t.clone();
    if t.classes.is_empty() {
        let class = ClassId::new("nobody");
        return (Change::RemoveClass { class }, None);
    }
    let class = t.classes.keys().nth(rng.random_range(0..t.classes.len())).unwrap().clone();
    let row = next.classes.get_mut(&class).unwrap();
    match rng.random_range(0..6) {
        0 => {
            next.classes.remove(&class);
            (Change::RemoveClass { class }, Some(next))
        }
        1 | 2 => {
            let open = row[w.from..].iter().any(Option::is_some);
            row[w.from..].fill(None);
            (Change::CloseClass { class, on: w.span.from }, open.then_some(next))
        }
        _ => {
            let mode = Mode::ALL[rng.random_range(0..3)];
            row[w.from..w.until].fill(Some(mode));
            (Change::SetClassMode { class, span: w.span, mode }, Some(next))
        }
    }
}

async fn replay(db: Db, seed: u64) {
    city(&db, 2).await;
    let (mut rng, ids) = (StdRng::seed_from_u64(seed), Ids::seeded(seed));
    let mut files: BTreeMap<FacilityId, (FacilityKind, Table)> = BTreeMap::new();
    let kinds = [FacilityKind::Kindergarten, FacilityKind::Nursery, FacilityKind::Institution];
    for n in 0..12 {
        let kind = kinds[n % 3];
        let mut tx = db.begin().await.unwrap();
        let id = enter(&mut tx, &ids, new(kind, "第0托育园", STREETS[n % 5], "2019-06-01")).await;
        tx.commit().await.unwrap();
        let mut table = Table {
            name: vec![Some(0); DAYS],
            street: vec![Some(STREETS[n % 5].to_owned()); DAYS],
            state: vec![Some((State::Operating, 9)); DAYS],
            inclusive: fresh(),
            expandable: fresh(),
            ..Table::default()
        };
        // `new` writes an empty reason.
        table.state.fill(Some((State::Operating, 9)));
        files.insert(id, (kind, table));
    }
    let keys: Vec<FacilityId> = files.keys().cloned().collect();
    let mut refused = 0;
    for step in 0..700 {
        if step == 350 {
            merger(&db, &ids, &mut files).await;
        }
        let id = &keys[rng.random_range(0..keys.len())];
        let (kind, table) = files[id].clone();
        let (change, next) = change(&mut rng, &ids, kind, &table);
        // After the merger the old street cannot be entered from its end on; the naive replay knows as little.
        if let Change::SetSite { span, site } = &change
            && step >= 350
            && site.place == place(STREETS[3])
            && span.until > merged()
        {
            continue;
        }
        let mut tx = db.begin().await.unwrap();
        let done = registry::edit(&mut tx, &stamp(&ids), &At::any(id), vec![change.clone()]).await;
        match (done, next) {
            (Ok(_), Some(next)) => {
                tx.commit().await.unwrap();
                files.insert(id.clone(), (kind, next));
            }
            (Err(Error::Rule(_)), None) => refused += 1,
            (done, next) => panic!("step {step}: {change:?}: {done:?}, the replay says {}", next.is_some()),
        }
    }
    assert!(refused > 20, "some changes must have been refused");
    let mut read = db.read().await.unwrap();
    assert_eq!(registry::listing_faults(&mut read).await.unwrap(), []);
    for _ in 0..50 {
        let n = rng.random_range(0..DAYS);
        compare(&mut read, &files, n).await;
    }
    // Read together, as sheets are written, each file is what it is alone, in the order asked for.
    let mut asked: Vec<FacilityId> = keys.iter().rev().cloned().collect();
    asked.insert(3, FacilityId::new("nobody"));
    let mut alone = Vec::new();
    for id in &asked {
        alone.extend(registry::store::file::history(&mut read, id).await.unwrap());
    }
    assert_eq!(registry::store::many::histories(&mut read, &asked).await.unwrap(), alone);
}

fn merged() -> Day {
    day("2021-07-01")
}

/// 310109002 becomes part of 310109001.
async fn merger(db: &Db, ids: &Ids, files: &mut BTreeMap<FacilityId, (FacilityKind, Table)>) {
    let (old, into, on) = (place(STREETS[3]), place(STREETS[2]), merged());
    let mut tx = db.begin().await.unwrap();
    places::change::merge(&mut tx, &old, &into, on, "批复").await.unwrap();
    registry::follow_merger(&mut tx, &stamp(ids), &old, &into, on).await.unwrap();
    registry::relist(&mut tx, &[old, into]).await.unwrap();
    tx.commit().await.unwrap();
    let at = first().until(on) as usize;
    for (_, table) in files.values_mut() {
        for street in table.street[at..].iter_mut().flatten() {
            if street == STREETS[3] {
                *street = STREETS[2].to_owned();
            }
        }
    }
}

async fn compare(read: &mut db::Read, files: &BTreeMap<FacilityId, (FacilityKind, Table)>, n: usize) {
    let on = first().plus(n as i64);
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (id, (kind, t)) in files {
        let file = registry::file(read, id, on).await.unwrap().unwrap();
        let said = format!("{id} on {on}");
        assert_eq!(
            file.profile.as_ref().map(|p| p.value.name.clone()),
            t.name[n].map(|n| format!("第{n}托育园")),
            "{said}"
        );
        assert_eq!(file.site.as_ref().map(|s| s.value.place.clone()), t.street[n].as_deref().map(place), "{said}");
        assert_eq!(file.state.as_ref().map(|s| s.value.state), t.state[n].map(|s| s.0), "{said}");
        assert_eq!(
            file.inclusive.as_ref().map(|i| i.value.confirmed_by.clone()),
            t.inclusive[n].map(|n| format!("局{n}")),
            "{said}"
        );
        let fees: Vec<(Mode, i64)> = file.fees.iter().map(|f| (f.value.mode, f.value.fen.0)).collect();
        let wanted: Vec<(Mode, i64)> = t.fee.iter().filter_map(|(m, days)| Some((*m, days[n]?))).collect();
        assert_eq!(fees, wanted, "{said}");
        let flag = file.flags.iter().find(|f| f.value.flag == Flag::Expandable).map(|f| f.value.value == "yes");
        assert_eq!(flag, t.expandable[n], "{said}");
        let places: i64 = file.capacity.iter().map(|c| c.value.places).sum();
        let wanted: Vec<i64> = t.approved.values().filter_map(|days| days[n]).collect();
        assert_eq!((file.capacity.len(), places), (wanted.len(), wanted.iter().sum()), "{said}");
        let mut classes: Vec<(ClassId, Mode)> = file.classes.iter().map(|c| (c.class.id.clone(), c.mode)).collect();
        classes.sort();
        let wanted: Vec<(ClassId, Mode)> = t.classes.iter().filter_map(|(c, d)| Some((c.clone(), d[n]?))).collect();
        assert_eq!(classes, wanted, "{said}");
        compare_extras(&file, t, n, &said);
        let operating = t.state[n].is_some_and(|s| s.0 == State::Operating);
        assert_eq!(file.operating, operating, "{said}");
        // Every class of a kindergarten is a toddler class.
        assert_eq!(file.integrated, operating && *kind == FacilityKind::Kindergarten && !wanted.is_empty(), "{said}");
        if let (Some(_), Some(street)) = (t.name[n], &t.street[n]) {
            let line = format!(
                "{id} {:?} {} {}",
                file.state.map(|s| s.value.state),
                file.inclusive.is_some(),
                file.integrated
            );
            for above in [street.clone(), street[..6].to_owned(), "310000".to_owned()] {
                listed.entry(above).or_default().push(line.clone());
            }
        }
    }
    for code in STREETS.iter().copied().chain(["310106", "310109", "310115", "310000"]) {
        let filter = Filter::new(Within::Place(place(code)), on);
        let page = registry::store::list::page(read, &filter, ("", ""), 100).await.unwrap();
        let mut lines: Vec<String> =
            page.iter().map(|i| format!("{} {:?} {} {}", i.facility, i.state, i.inclusive, i.integrated)).collect();
        lines.sort();
        assert_eq!(lines, listed.remove(code).unwrap_or_default(), "{code} on {on}");
    }
}

fn compare_extras(file: &registry::File, t: &Table, n: usize, said: &str) {
    let mut there: Vec<Extra> = Vec::new();
    there.extend(file.premises.iter().map(|h| Extra::Premises(h.value.clone())));
    there.extend(file.chain.iter().map(|h| Extra::Chain(h.value.clone())));
    there.extend(file.agreement.iter().map(|h| Extra::Agreement(h.value.clone())));
    there.extend(file.welfare.iter().map(|h| Extra::Welfare(h.value.clone())));
    there.extend(file.building.iter().map(|h| Extra::Building(h.value.clone())));
    for way in [Way::Added, Way::Freed] {
        let of = |h: &&registry::rules::Held<Release>| h.value.way == way;
        there.extend(file.releases.iter().filter(of).map(|h| Extra::Release(h.value.clone())));
    }
    let wanted: Vec<Extra> = t.extra.iter().filter_map(|(which, days)| Some(extra(*which, days[n]?))).collect();
    assert_eq!(there, wanted, "{said}");
    let mut services: Vec<ServiceId> = file.services.iter().map(|s| s.id.clone()).collect();
    services.sort();
    let wanted: Vec<ServiceId> =
        t.services.iter().filter(|(_, days)| days[n].is_some()).map(|(id, _)| id.clone()).collect();
    assert_eq!(services, wanted, "{said}");
    let mut support: Vec<SupportId> = file.support.iter().map(|s| s.id.clone()).collect();
    support.sort();
    let wanted: Vec<SupportId> = t.support.iter().filter(|(_, from)| **from <= n).map(|(id, _)| id.clone()).collect();
    assert_eq!(support, wanted, "{said}");
}

db::both! {
    async fn files_and_lists_equal_a_naive_replay(db: Db) {
        replay(db, 11).await;
    }

    async fn and_with_another_seed(db: Db) {
        replay(db, 12).await;
    }
}
