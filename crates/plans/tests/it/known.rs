//! Known answers on a small city, and a light that turns when the pack or a record changes.

use crate::city::{City, approved, day, flag, inclusive, plans, plans_with};
use db::Db;
use indicator::light::Light;
use kernel::Span;
use plans::{Judged, Plans, Sight, judge_one, model::Target};
use registry::{
    Change,
    codes::{Band, FacilityKind::*, Flag, Ownership::*, State},
};

/// Figure and light of a target for a place on a day.
async fn lit(city: &City, plans: &Plans, plan: &str, target: &str, region: &str, on: &str) -> Judged {
    let mut read = city.db.read().await.unwrap();
    let place = places::by_code(&mut read, region, day(on)).await.unwrap().unwrap();
    let sight = Sight::open(plans, &mut read, day(on)).await.unwrap();
    let plan = plans.plan(plan).unwrap();
    let target: &Target = plan.target(target).unwrap();
    judge_one(&sight, &mut read, plan, target, &place).await.unwrap()
}

const SH: &str = "shanghai-2020-2022";
const JA: &str = "jingan-2021-2023";
const HK: &str = "hongkou-demonstration";

db::both! {
    async fn one_inclusive_point_covers_one_street(db: Db) {
        let city = City::empty(&db).await;
        let plans = plans();
        let j = lit(&city, &plans, SH, "SH-02", "310000", "2022-11-15").await;
        assert_eq!((j.verdict.light, j.figure.value), (Light::NoRecords, None), "an empty registry says nothing");
        let a = city.enter(Institution, Private, "甲托育园", "310109009", "2020-03-01", vec![inclusive("2020-03-01", "2023-03-01")]).await;
        city.enter(Institution, Private, "乙托育园", "310109009", "2020-03-01", vec![inclusive("2020-03-01", "2023-03-01")]).await;
        let j = lit(&city, &plans, SH, "SH-02", "310000", "2022-11-15").await;
        assert_eq!((j.figure.numerator, j.figure.denominator, j.verdict.light), (1.0, 215.0, Light::AtRisk));
        let j = lit(&city, &plans, HK, "HK-15", "310109", "2022-11-15").await;
        assert_eq!((j.figure.numerator, j.figure.denominator), (1.0, 8.0));
        // The status ends: the street is not covered any more, and history stays as it was.
        assert_eq!(lit(&city, &plans, SH, "SH-02", "310000", "2023-03-01").await.figure.numerator, 0.0);
        assert_eq!(lit(&city, &plans, SH, "SH-02", "310000", "2020-02-29").await.figure.value, None);
        city.edit(&a, vec![Change::SetState { span: Span::since(day("2021-01-01")), state: State::Closed, reason: "停办".into() }]).await;
        let j = lit(&city, &plans, SH, "SH-02", "310000", "2022-11-15").await;
        assert_eq!(j.figure.numerator, 1.0, "the other point is still there");
        let j = lit(&city, &plans, SH, "SH-01", "310000", "2020-12-31").await;
        assert_eq!((j.figure.value, j.verdict.light), (Some(2.0), Light::Missed), "two of fifty");
    }

    async fn a_file_is_complete_when_it_holds_what_the_norm_asks(db: Db) {
        let city = City::empty(&db).await;
        let plans = plans();
        let complete = |on: &'static str| lit(&city, &plans, "pudong-2021-2023", "PD-09", "310115", on);
        assert_eq!(complete("2022-06-01").await.figure.value, None, "an empty registry says nothing");
        let a = city.enter(Institution, Private, "甲托育园", "310115004", "2021-03-01", vec![]).await;
        city.enter(Institution, Private, "乙托育园", "310115004", "2021-03-01", vec![]).await;
        let j = complete("2022-06-01").await;
        assert_eq!((j.figure.numerator, j.figure.denominator), (0.0, 2.0));
        city.fill(&a, "2022-01-01", "2022-12-01").await;
        let j = complete("2022-06-01").await;
        assert_eq!((j.figure.numerator, j.figure.denominator, j.figure.value), (1.0, 2.0, Some(50.0)));
        assert_eq!(complete("2021-12-31").await.figure.numerator, 0.0, "before the papers");
        assert_eq!(complete("2022-12-01").await.figure.numerator, 0.0, "one of them has ended");
        // A city that asks for less finds more of them complete, at once.
        let less = "name;state";
        let mut tx = db.begin().await.unwrap();
        tx.exec(db::q!("update norm set value = $1 where key = 'file.required' and facet = 'kind=institution'", less)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(complete("2022-06-02").await.figure.value, Some(100.0));
        assert!(registry::batch::listing_faults(&mut db.read().await.unwrap()).await.unwrap().is_empty());
    }

    async fn a_changed_pack_turns_the_light(db: Db) {
        let city = City::empty(&db).await;
        let mut read = db.read().await.unwrap();
        let root = places::root(&mut read, day("2022-12-31")).await.unwrap().unwrap();
        let streets = places::descendants(&mut read, &root.id, &places::STREET_KINDS, day("2022-12-31")).await.unwrap();
        drop(read);
        for (i, street) in streets.iter().take(190).enumerate() {
            city.enter(CommunityPoint, Public, &format!("样例点{i}"), &street.code, "2020-01-01", vec![inclusive("2020-01-01", "2026-01-01")]).await;
        }
        let light = |plans: Plans| { let city = &city; async move { lit(city, &plans, SH, "SH-02", "310000", "2022-12-31").await.verdict.light } };
        assert_eq!(light(plans()).await, Light::Met, "190 / 215 = 88.4 %");
        let file = "plans/shanghai-2020-2022.toml";
        let stricter = plans_with(file, "comparator = \">=\"\nvalue = 85", "comparator = \">=\"\nvalue = 99").unwrap();
        assert_eq!(light(stricter).await, Light::Missed);
    }

    async fn integrated_and_full_coverage(db: Db) {
        let city = City::empty(&db).await;
        let plans = plans();
        city.enter(Kindergarten, Public, "静安一幼", "310106006", "2019-01-01", vec![city.class("2021-09-01")]).await;
        let second = city.enter(Kindergarten, Public, "静安二幼", "310106006", "2019-01-01", vec![]).await;
        city.enter(Kindergarten, Private, "静安三幼", "310106011", "2019-01-01", vec![city.class("2020-09-01")]).await;
        let share = |on: &'static str| lit(&city, &plans, JA, "JA-02", "310106", on);
        assert_eq!(share("2020-12-31").await.figure.numerator, 1.0);
        assert_eq!(share("2021-12-31").await.figure.value.unwrap().round(), 67.0);
        // All public kindergartens of a street must run a class; the second one does not yet.
        assert_eq!(lit(&city, &plans, JA, "JA-03", "310106", "2022-12-31").await.figure.numerator, 0.0);
        city.edit(&second, vec![city.class("2023-02-01")]).await;
        let j = lit(&city, &plans, JA, "JA-03", "310106", "2023-02-01").await;
        assert_eq!((j.figure.numerator, j.figure.denominator), (1.0, 14.0));
        assert_eq!(lit(&city, &plans, JA, "JA-01", "310106", "2021-12-31").await.figure.value, Some(1.0));
        assert_eq!(lit(&city, &plans, JA, "JA-01", "310106", "2023-12-31").await.figure.value, Some(1.0));
    }

    async fn places_notices_stations_and_rooms(db: Db) {
        let city = City::empty(&db).await;
        let plans = plans();
        let rooms = vec![approved(Band::Mixed, 60, "2020-05-01"), city.notice("沪虹托告〔2020〕0001号", "2020-05-01", "2024-05-01")];
        city.enter(Institution, Private, "禾木托育园", "310109011", "2020-05-01", rooms).await;
        let j = lit(&city, &plans, HK, "HK-02", "310109", "2022-11-15").await;
        assert_eq!((j.figure.numerator, j.figure.denominator), (60.0, 757_498.0));
        city.enter(GuidanceStation, Public, "指导站", "310109011", "2019-01-01", vec![]).await;
        assert_eq!(lit(&city, &plans, SH, "SH-06", "310109", "2022-11-15").await.figure.numerator, 1.0);
        city.enter(EcdBase, Public, "发展基地", "310106006", "2021-01-01", vec![flag(Flag::Stage, "accepted", "2021-06-01")]).await;
        assert_eq!(lit(&city, &plans, SH, "SH-08", "310000", "2021-06-01").await.figure.numerator, 1.0);
        assert_eq!(lit(&city, &plans, SH, "SH-08", "310000", "2021-05-31").await.figure.numerator, 0.0);
        assert_eq!(lit(&city, &plans, SH, "SH-09", "310000", "2021-06-01").await.figure.value, Some(1.0));
        city.enter(FriendlyCommunity, Public, "友好社区", "310106006", "2020-01-01", vec![flag(Flag::Stage, "creating", "2020-01-01"), flag(Flag::Stage, "accepted", "2021-03-01")]).await;
        assert_eq!(lit(&city, &plans, JA, "JA-09", "310106", "2021-01-01").await.figure.numerator, 1.0, "in creation counts");
        assert_eq!(lit(&city, &plans, SH, "SH-07", "310000", "2021-12-31").await.figure.value, Some(1.0));
    }
}
