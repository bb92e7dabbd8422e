//! Asking from another slice: once while it is open, to a unit that can act, closed when the cause is gone.

use crate::house::house;
use db::Db;
use desk::{Asked, State, Verb};
use kernel::kinds::UnitId;

db::both! {
    async fn a_unit_has_a_thing_on_its_desk_once(db: Db) {
        let house = house(db).await;
        let Asked::New(first) = house.ask("ja_education", "a", "2022-12-01").await.unwrap() else { panic!("new") };
        assert_eq!(house.ask("ja_education", "a", "2022-12-05").await.unwrap(), Asked::Already(first.clone()));
        assert!(matches!(house.ask("ja_education", "b", "2022-12-01").await.unwrap(), Asked::New(_)));
        assert!(matches!(house.ask("hk_quyang", "a", "2022-12-01").await.unwrap(), Asked::New(_)));
        // A reminder is a step of what is there.
        let city = house.actor("city").await;
        let mut tx = house.db.begin().await.unwrap();
        desk::urge(&mut tx, &first, &city, "再催一次", house.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let told = desk::told(&mut house.db.read().await.unwrap(), &first).await.unwrap().unwrap();
        let verbs: Vec<Verb> = told.steps.iter().map(|s| s.verb).collect();
        assert_eq!(verbs, [Verb::Asked, Verb::Urged]);
        assert_eq!(told.entry.due, Some("2022-12-01".parse().unwrap()), "what was asked first stands");
    }

    async fn many_who_ask_at_once_leave_one_entry(db: Db) {
        let house = std::sync::Arc::new(house(db).await);
        let tasks: Vec<_> = (0..8).map(|_| {
            let house = house.clone();
            tokio::spawn(async move { house.ask("ja_education", "same", "2022-12-01").await })
        }).collect();
        let mut new = 0;
        for task in tasks {
            new += usize::from(matches!(task.await.unwrap().unwrap(), Asked::New(_)));
        }
        assert_eq!(new, 1);
        let unit = UnitId::new("ja_education");
        assert_eq!(desk::store::waiting(&mut house.db.read().await.unwrap(), &unit).await.unwrap(), 1);
    }

    async fn groups_and_strangers_are_refused(db: Db) {
        let house = house(db).await;
        for unit in ["hk_streets", "nobody"] {
            let error = house.ask(unit, "a", "2022-12-01").await.unwrap_err();
            assert!(format!("{error:?}").contains("desk.no_unit"), "{error:?}");
        }
    }

    async fn when_the_cause_is_gone_all_are_closed(db: Db) {
        let house = house(db).await;
        let one = house.ask("ja_education", "a", "2022-12-01").await.unwrap();
        house.ask("hk_quyang", "a", "2022-12-01").await.unwrap();
        house.ask("hk_quyang", "b", "2022-12-01").await.unwrap();
        let mut tx = house.db.begin().await.unwrap();
        let n = desk::close(&mut tx, "test.plain", "thing", "a", None, "已经办到", house.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(n, 2);
        let mut read = house.db.read().await.unwrap();
        let told = desk::told(&mut read, one.id()).await.unwrap().unwrap();
        assert_eq!(told.entry.state, State::Closed);
        assert_eq!(told.steps.last().unwrap().words, "已经办到");
        // The page of the thing shows what units of a place were asked.
        let today = house.clock.today();
        for (code, n) in [("310000", 3), ("310109", 2), ("310106", 1), ("310101", 0)] {
            let place = places::by_code(&mut read, code, today).await.unwrap().unwrap().id;
            assert_eq!(desk::about(&mut read, "thing", &place, today, 50).await.unwrap().len(), n, "{code}");
        }
    }

    async fn migrations_bear_used_tables_and_every_table_says_why(db: Db) {
        db::replay(&db, &[places::MIGRATIONS, web::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS]).await.unwrap();
        assert_eq!(db::undeclared_tables(&db).await.unwrap(), [""; 0]);
    }

    async fn the_tables_grow_and_the_badge_reads_one_index(db: Db) {
        let house = house(db).await;
        let mut tx = house.db.begin().await.unwrap();
        let word = if tx.engine() == db::Engine::Sqlite { "explain query plan" } else { "explain" };
        if word == "explain" {
            return; // a small table is read whole by choice there
        }
        let sql = "explain query plan select count(*) from desk_entry where unit = $1 and state = 'open'";
        let plan: Vec<(i64, i64, i64, String)> = tx.all(db::q!(sql, "u")).await.unwrap();
        assert!(plan.iter().all(|p| p.3.contains("USING COVERING INDEX desk_entry")), "{plan:?}");
    }
}
