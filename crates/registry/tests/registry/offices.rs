//! The office of an institution is called what the institution is called.

use crate::city::*;
use crate::house::{House, house};
use db::Db;
use kernel::Instant;
use kernel::kinds::{FacilityId, UnitId};
use registry::codes::FacilityKind;
use registry::{At, Change};

async fn office(house: &House, facility: &FacilityId, name: &str) {
    let mut tx = house.db.begin().await.unwrap();
    let unit = identity::Unit {
        id: UnitId::new("office"),
        name_zh: name.into(),
        name_en: "Xiaoman Childcare".into(),
        level: identity::Level::Institution,
        place: place("310109001"),
        kind: "institution".into(),
        aliases: Vec::new(),
        is_group: false,
        facility: Some(facility.clone()),
        ended: None,
    };
    identity::create_unit(&mut tx, &unit, day(NOW)).await.unwrap();
    tx.commit().await.unwrap();
}

async fn rename(house: &House, facility: &FacilityId, name: &str, from: &str) {
    let mut tx = house.db.begin().await.unwrap();
    let change = Change::SetProfile { span: since(from), profile: profile(name) };
    registry::edit(&mut tx, &stamp(&house.ids), &At::any(facility), vec![change]).await.unwrap();
    tx.commit().await.unwrap();
    house.work().await;
}

/// The name of the office, and those before with their last day.
async fn names(house: &House) -> (String, Vec<(String, String)>) {
    let mut read = house.db.read().await.unwrap();
    let unit = identity::unit(&mut read, &UnitId::new("office")).await.unwrap().unwrap();
    assert_eq!(unit.name_en, "Xiaoman Childcare");
    let former = db::q!("select name_zh, until_day from unit_name where unit = 'office' order by until_day");
    (unit.name_zh, read.all(former).await.unwrap())
}

db::both! {
    async fn an_office_follows_the_name_of_its_institution(db: Db) {
        let house = house(db, 1).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        office(&house, &own, "小满托育园").await;
        house.work().await;
        assert_eq!(names(&house).await, ("小满托育园".into(), vec![]));
        // Renamed: the name before is kept with its last day.
        rename(&house, &own, "大满托育园", "2022-06-01").await;
        let before = vec![("小满托育园".to_owned(), "2022-06-01".to_owned())];
        assert_eq!(names(&house).await, ("大满托育园".into(), before.clone()));
        // A name of next month is not the name yet; on its day it is, though nothing was written that day.
        rename(&house, &own, "圆满托育园", "2022-12-01").await;
        assert_eq!(names(&house).await.0, "大满托育园");
        house.set_clock(Instant::start_of(day("2022-12-01")).plus_seconds(3600));
        registry::jobs().enqueue_day(&house.app, day("2022-12-01")).await.unwrap();
        house.work().await;
        let (name, former) = names(&house).await;
        assert_eq!((name.as_str(), former.len()), ("圆满托育园", 2));
        // Other changes leave it alone, and what was done stands in the audit.
        let mut read = house.db.read().await.unwrap();
        let rows: i64 = read.one(db::q!("select count(*) from audit where action = 'registry.office_names'")).await.unwrap();
        assert_eq!(rows, 2);
    }

    async fn a_slip_in_the_name_leaves_no_former_name(db: Db) {
        let house = house(db, 1).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小蛮托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        office(&house, &own, "小蛮托育园").await;
        rename(&house, &own, "小满托育园", "2020-01-01").await;
        assert_eq!(names(&house).await, ("小满托育园".into(), vec![]));
    }
}
