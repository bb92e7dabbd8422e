//! annual_disclosure_rate: known answers.

use crate::house::{House, day, house};
use db::Db;
use disclosure::Sources;
use disclosure::publication::{NewCheck, Preparing, Publisher, basics_on, enter_check, prepare, publish};
use disclosure::sources::Found;
use indicator::{Asked, Tree};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Instant, Span};
use registry::Change;
use registry::codes::{FacilityKind::*, State};

async fn publish_on(house: &House, id: &FacilityId, year: i64, on: &str, checked: bool) {
    let mut tx = house.db.begin().await.unwrap();
    let now = Instant::start_of(day(on)).plus_seconds(36_000);
    let basics = basics_on(&mut tx, &house.kept.fields, day(on)).await.unwrap();
    let (entry, basics) = basics.into_iter().find(|(e, _)| e.facility == *id).unwrap();
    if checked {
        let new = NewCheck {
            home: &entry.home,
            facility: id,
            day: day(&format!("{year}-10-10")),
            kind: "routine",
            office: "区托育中心",
            result: Found::Fine,
            note: "",
            document: "",
        };
        enter_check(&mut tx, &house.ids, now, "test", new).await.unwrap();
    }
    let how = Preparing {
        ids: &house.ids,
        now,
        day: day(on),
        by: "test",
        sources: &house.kept.sources,
        evaluations: true,
        reply_days: 0,
    };
    let new = prepare(&mut tx, &how, &entry.home, id, year, basics, None).await.unwrap();
    let unit = UnitId::new("hk_childcare_guidance_centre");
    let who = Publisher { now, by: "test", unit: &unit, name: ("中心", "Centre"), valid_days: 400, synthetic: true };
    publish(&mut tx, &who, &new).await.unwrap();
    tx.commit().await.unwrap();
}

async fn rate(house: &House, region: &str, on: &str) -> (f64, f64) {
    let mut read = house.db.read().await.unwrap();
    let place = places::by_code(&mut read, region, day(on)).await.unwrap().unwrap();
    let declaration = &disclosure::INDICATORS[0];
    let mut asked = Asked::on(declaration, day(on), None);
    let kinds = places::facets(&mut read, "publication.counts", day(on)).await.unwrap();
    let kinds: Vec<&str> = kinds.iter().filter_map(|f| f.strip_prefix("kind=")).collect();
    asked.params = vec![format!(",{},", kinds.join(","))];
    let groups = indicator::groups(&mut read, declaration, &asked).await.unwrap();
    let tree = Tree::of(&mut read, day(on)).await.unwrap();
    let figure = indicator::evaluate(declaration, &groups, &tree, &asked, &place.id);
    (figure.numerator, figure.denominator)
}

db::both! {
    async fn published_in_the_year_with_a_check_of_those_that_operate(db: Db) {
        let house = house(db, Sources::default()).await;
        let a = house.enter(Institution, "甲托育园", "310109009", "2020-03-01", vec![]).await;
        let b = house.enter(Nursery, "乙托儿所", "310109009", "2020-03-01", vec![]).await;
        let c = house.enter(Institution, "丙托育园", "310115004", "2020-03-01", vec![]).await;
        house.enter(Kindergarten, "丁幼儿园", "310109009", "2019-09-01", vec![]).await;
        publish_on(&house, &a, 2020, "2021-03-10", true).await;
        publish_on(&house, &b, 2020, "2021-03-11", false).await;
        publish_on(&house, &c, 2020, "2021-12-31", true).await;
        publish_on(&house, &a, 2021, "2022-01-01", true).await;
        assert_eq!(rate(&house, "310000", "2021-12-31").await, (2.0, 3.0), "one has no check; a kindergarten is not asked");
        assert_eq!(rate(&house, "310109", "2021-12-31").await, (1.0, 2.0));
        assert_eq!(rate(&house, "310000", "2021-03-09").await.0, 0.0);
        assert_eq!(rate(&house, "310000", "2022-06-30").await, (1.0, 3.0), "each year begins anew");
        // What has closed by the day is not asked any more.
        house.edit(&b, vec![Change::SetState { span: Span::since(day("2021-11-01")), state: State::Closed, reason: "停办".into() }]).await;
        assert_eq!(rate(&house, "310000", "2021-12-31").await, (2.0, 2.0));
    }
}
