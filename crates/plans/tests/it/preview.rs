//! What a preview shows is what a recount gives after the approval, and before its day a norm moves nothing.

use crate::city::{City, day, inclusive, plans};
use db::Db;
use indicator::light::{Light, Verdict};
use kernel::{
    Day, Instant, Span,
    kinds::{AccountId, ClauseId, NormChangeId},
};
use places::norm_change::{self, By, Proposal};
use plans::{Plans, Sight, judge_one, preview::preview};
use registry::codes::{FacilityKind::*, Ownership::*};
use std::collections::BTreeMap;

type Lights = BTreeMap<(String, String, String), (Verdict, Option<f64>)>;

/// Every light of every plan for its own place and, where asked of each, for the places below.
async fn lights(db: &Db, plans: &Plans, on: Day) -> Lights {
    let mut read = db.read().await.unwrap();
    let sight = Sight::open(plans, &mut read, on).await.unwrap();
    let mut out = Lights::new();
    for plan in &plans.plans {
        let top = places::by_code(&mut read, &plan.place, on).await.unwrap().unwrap();
        let below = places::descendants(&mut read, &top.id, &places::PlaceKind::ALL, on).await.unwrap();
        for target in &plan.targets {
            for place in std::iter::once(&top).chain(below.iter().filter(|p| target.each && p.id != top.id)) {
                let judged = judge_one(&sight, &mut read, plan, target, place).await.unwrap();
                let key = (plan.id.clone(), target.id.clone(), place.code.clone());
                out.insert(key, (judged.verdict, judged.figure.value));
            }
        }
    }
    out
}

fn by(account: &str) -> By {
    By { account: AccountId::new(account), name: account.to_owned(), unit: "样例".to_owned(), at: Instant(1) }
}

fn proposal(key: &str, facet: &str, value: &str, from: &str) -> Proposal {
    Proposal {
        key: key.to_owned(),
        facet: facet.to_owned(),
        place: None,
        span: Span::since(day(from)),
        value: value.to_owned(),
        clause: ClauseId::new("shanyu-design.inclusive"),
        mark: "K".to_owned(),
        note: String::new(),
        reason: "样例".to_owned(),
    }
}

/// A small city: baby houses and points in Hongkou and Jing'an, all inclusive.
async fn built(db: &Db) -> City {
    let city = City::empty(db).await;
    let span = || vec![inclusive("2020-01-01", "2026-01-01")];
    for (i, street) in
        ["310109009", "310109010", "310109011", "310109014", "310109016", "310109017", "310109018"].iter().enumerate()
    {
        let kind = if i < 5 { BabyHouse } else { Institution };
        city.enter(kind, Private, &format!("样例{i}"), street, "2020-01-01", span()).await;
    }
    for street in ["310106006", "310106011"] {
        city.enter(Institution, Private, "样例托育园", street, "2021-03-01", span()).await;
    }
    city
}

/// Previews on a day, approves, counts again on that day and on others; the differences must be those of the preview.
async fn held(db: &Db, plans: &Plans, n: usize, p: Proposal, on: &str) -> usize {
    let on = day(on);
    let earlier = p.span.from.plus(-1).min(on);
    let (before, long_before) = (lights(db, plans, on).await, lights(db, plans, earlier).await);
    let change = NormChangeId::new(format!("c{n}"));
    let mut read = db.read().await.unwrap();
    let supposed = norm_change::suppose(&mut read, &change, &p).await.unwrap();
    let seen = preview(plans, &mut read, &supposed, on).await.unwrap();
    drop(read);
    assert_eq!(before, lights(db, plans, on).await, "looking changes nothing");
    let mut tx = db.begin().await.unwrap();
    norm_change::propose(&mut tx, &change, &p, &by("a")).await.unwrap();
    norm_change::approve(&mut tx, &change, &by("b"), "[]", "").await.unwrap();
    tx.commit().await.unwrap();
    let after = lights(db, plans, on).await;
    let moved: Lights = after.iter().filter(|(k, v)| before[*k] != **v).map(|(k, v)| (k.clone(), v.clone())).collect();
    let foreseen: Lights = seen
        .moved
        .iter()
        .map(|m| {
            let key = (m.plan.clone(), m.target.clone(), m.place.code.clone());
            (key, (m.after.verdict.clone(), m.after.figure.value))
        })
        .collect();
    assert_eq!(moved, foreseen, "{p:?}");
    assert_eq!(long_before, lights(db, plans, earlier).await, "before its day nothing moves");
    moved.len()
}

db::both! {
    async fn a_preview_is_what_happens(db: Db) {
        let city = built(&db).await;
        let plans = plans();
        let houses = proposal("inclusive.counts", "kind=baby_house", "1", "2022-06-01");
        assert!(held(&db, &plans, 1, houses, "2022-11-15").await > 0, "streets with a baby house are covered");
        let institutions = proposal("inclusive.counts", "kind=institution", "0", "2022-03-01");
        assert!(held(&db, &plans, 2, institutions, "2022-12-31").await > 0);
        let pace = proposal("light.pace", "", "0.05", "2022-01-01");
        held(&db, &plans, 3, pace, "2022-02-01").await;
        // For one district only; the city's own light stays.
        let mut own = proposal("inclusive.counts", "kind=institution", "1", "2023-01-01");
        own.place = Some(city.place("310109").await);
        held(&db, &plans, 4, own, "2023-06-01").await;
        // A norm of which no light knows.
        let mut video = proposal("video.retention_days", "", "120", "2022-06-01");
        video.clause = ClauseId::new("nat-management-2019.32");
        assert_eq!(held(&db, &plans, 5, video, "2022-11-15").await, 0);
    }

    async fn a_preview_of_a_day_before_its_own_is_empty(db: Db) {
        built(&db).await;
        let plans = plans();
        let p = proposal("inclusive.counts", "kind=baby_house", "1", "2022-06-01");
        let mut read = db.read().await.unwrap();
        let supposed = norm_change::suppose(&mut read, &NormChangeId::new("c"), &p).await.unwrap();
        let seen = preview(&plans, &mut read, &supposed, day("2022-05-31")).await.unwrap();
        assert!(seen.checked > 0 && seen.moved.is_empty(), "{:?}", seen.moved);
        let seen = preview(&plans, &mut read, &supposed, day("2022-06-01")).await.unwrap();
        let of = |target: &str| seen.moved.iter().find(|m| m.target == target).map(|m| (m.before.figure.numerator, m.after.figure.numerator));
        assert_eq!(of("HK-15"), Some((2.0, 7.0)));
        assert!(seen.moved.iter().any(|m| m.turns() || m.before.verdict.light == Light::AtRisk));
    }
}
