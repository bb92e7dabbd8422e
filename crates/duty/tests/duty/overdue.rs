//! What is overdue waits on the desk of the institution once, and goes when it is recorded or no longer asked for.

use crate::house::{House, day, house};
use db::Db;
use duty::daily;
use kernel::Span;
use registry::codes::State;
use registry::{At, Change, Stamp};
use serde_json::json;

async fn open(house: &House) -> Vec<String> {
    let mut read = house.app.db.read().await.unwrap();
    let sql = "select subject from desk_entry where unit = 'office' and kind = 'duty.overdue' and state = 'open' order by subject";
    read.all(db::q!(sql)).await.unwrap()
}

async fn run(house: &House, on: &str) -> (u64, u64) {
    house.set(on);
    let told = daily(house.app.clone(), day(on)).await.unwrap();
    (told.asked, told.closed)
}

db::both! {
    async fn an_overdue_self_check_is_asked_for_once(db: Db) {
        let house = house(db).await;
        // Since the first of September: daily, weekly and monthly ones are late in November, yearly ones are not.
        let late = ["certified", "children_data", "fire", "guard", "health_watch", "publicity", "staffing", "video"];
        assert_eq!(run(&house, "2022-11-15").await, (8, 0));
        assert_eq!(open(&house).await, late);
        assert_eq!(run(&house, "2022-11-16").await, (0, 0), "once while it is open");
        let head = house.token("head").await;
        let desk = house.get(&head, "/desk").await.body;
        assert!(desk.contains("消防安全检查") && desk.contains("/duties/fire/check"), "{desk}");
        // Recorded: gone at once. The next period makes it due again.
        let api = format!("/api/v1/facilities/{}/duties/fire/checks", house.own);
        let fine = json!({"day": "2022-11-16", "point.exits": "fine", "point.equipment": "fine", "point.power": "fine"});
        assert_eq!(house.call(&head, &api, &house.key(), fine).await.status.as_u16(), 201);
        assert!(!open(&house).await.contains(&"fire".to_owned()));
        assert_eq!(run(&house, "2022-12-31").await, (0, 0), "by the end of December");
        assert_eq!(run(&house, "2023-01-01").await.0, 6, "fire of December, and what is done once a year");
        assert!(open(&house).await.contains(&"fire".to_owned()));
    }

    async fn what_does_not_operate_is_not_asked(db: Db) {
        let house = house(db).await;
        assert_eq!(run(&house, "2022-11-15").await.0, 8);
        let mut tx = house.app.db.begin().await.unwrap();
        let stamp = Stamp { now: house.app.clock.now(), ids: &house.app.ids, by: "test" };
        let closed = Span::new(day("2022-11-16"), day("2023-03-01")).unwrap();
        let change = Change::SetState { span: closed, state: State::Suspended, reason: "装修".into() };
        registry::edit(&mut tx, &stamp, &At::any(&house.own), vec![change]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(run(&house, "2022-11-16").await, (0, 8));
        assert!(open(&house).await.is_empty());
        // It opens again: the count begins anew.
        assert_eq!(run(&house, "2023-03-01").await, (0, 0));
        assert_eq!(run(&house, "2023-03-02").await.0, 3, "what is done on each open day");
    }
}
