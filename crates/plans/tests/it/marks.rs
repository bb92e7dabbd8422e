//! Key tasks: marked once, taken away, marked again; and the tables of this slice.

use crate::city::MIGRATIONS;
use db::Db;
use kernel::{Id, Instant};
use plans::store;

db::both! {
    async fn a_task_is_marked_once_and_its_history_stays(db: Db) {
        db::migrate(&db, MIGRATIONS).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for sql in [
            "insert into place (id, home) values ('p', '310000')",
            "insert into unit (id, name_zh, name_en, level, place, kind, aliases, is_group, facility) values ('u', '甲', 'A', 'city', 'p', 'education', '', false, null)",
            "insert into account (id, login, name, password, failed, locked_until, demo, closed, created) values ('a', 'abc', '甲', '', 0, 0, false, false, 0)",
        ] {
            tx.exec(db::Query::raw(sql, vec![])).await.unwrap();
        }
        let (account, unit) = (Id::new("a"), Id::new("u"));
        let by = (&account, &unit);
        assert!(store::mark(&mut tx, "plan", 3, Instant(1), by).await.unwrap());
        assert!(!store::mark(&mut tx, "plan", 3, Instant(2), by).await.unwrap(), "marked already");
        assert!(store::mark(&mut tx, "plan", 1, Instant(2), by).await.unwrap());
        let marked = |list: Vec<(i64, Instant, kernel::kinds::UnitId)>| list.into_iter().map(|(no, at, _)| (no, at.0)).collect::<Vec<_>>();
        assert_eq!(marked(store::key_tasks(&mut tx, "plan").await.unwrap()), [(1, 2), (3, 1)]);
        assert!(store::unmark(&mut tx, "plan", 3, Instant(5)).await.unwrap());
        assert!(!store::unmark(&mut tx, "plan", 3, Instant(6)).await.unwrap());
        assert!(store::mark(&mut tx, "plan", 3, Instant(7), by).await.unwrap());
        assert_eq!(marked(store::key_tasks(&mut tx, "plan").await.unwrap()), [(1, 2), (3, 7)]);
        let whole: i64 = tx.one(db::q!("select count(*) from key_task where plan = $1", "plan")).await.unwrap();
        assert_eq!(whole, 3, "what was once marked stays in the history");
    }

    async fn migrations_bear_used_tables_and_every_table_says_why(db: Db) {
        db::replay(&db, MIGRATIONS).await.unwrap();
        assert_eq!(db::undeclared_tables(&db).await.unwrap(), [""; 0]);
    }
}
