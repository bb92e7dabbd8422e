//! Entering and changing files on both engines.

use crate::city::*;
use db::Db;
use kernel::{Ids, kinds::ClassId};
use registry::codes::{Band, FacilityKind, Gained, Mode, State};
use registry::{At, Change, Error};

db::both! {
    async fn a_file_is_entered_and_read_as_of_any_day(db: Db) {
        city(&db, 3).await;
        let ids = Ids::seeded(1);
        let mut tx = db.begin().await.unwrap();
        let mut file = new(FacilityKind::Kindergarten, "曲阳第一幼儿园", "310109002", "2019-09-01");
        let class = ClassId::new("c1");
        file.changes.push(Change::OpenClass {
            class: class.clone(), name: "托一班".into(), kind: Band::Toddler, gained: Gained::New,
            span: since("2021-09-01"), mode: Mode::FullDay,
        });
        let id = enter(&mut tx, &ids, file).await;
        tx.commit().await.unwrap();

        let mut tx = db.begin().await.unwrap();
        let at = At { facility: id.clone(), version: Some(1) };
        let closed = Change::SetState { span: span("2022-02-01", "2022-05-01"), state: State::Suspended, reason: "装修".into() };
        assert_eq!(registry::edit(&mut tx, &stamp(&ids), &at, vec![closed]).await.unwrap(), 2);
        tx.commit().await.unwrap();

        let mut read = db.read().await.unwrap();
        let on = async |read: &mut db::Read, d: &str| registry::file(read, &id, day(d)).await.unwrap().unwrap();
        let before = on(&mut read, "2019-08-31").await;
        assert!(before.profile.is_none() && !before.operating && before.events.is_empty());
        let open = on(&mut read, "2021-09-01").await;
        assert!(open.operating && open.integrated && open.classes[0].class.id == class);
        assert_eq!(open.home, "310109");
        let suspended = on(&mut read, "2022-04-30").await;
        assert!(!suspended.operating && !suspended.integrated);
        assert!(on(&mut read, "2022-05-01").await.integrated);
        assert_eq!(registry::listing_faults(&mut read).await.unwrap(), []);
        assert_eq!(indicator::mark(&mut read).await.unwrap(), 2);
        let events: Vec<String> = read.all(db::q!("select payload from event order by id")).await.unwrap();
        assert_eq!(events.len(), 2);
    }

    async fn a_second_editor_is_told_and_loses_nothing(db: Db) {
        city(&db, 1).await;
        let ids = Ids::seeded(2);
        let mut tx = db.begin().await.unwrap();
        let id = enter(&mut tx, &ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let seen = At { facility: id.clone(), version: Some(1) };
        let rename = |name: &str| vec![Change::SetProfile { span: since("2022-01-01"), profile: profile(name) }];
        let mut tx = db.begin().await.unwrap();
        registry::edit(&mut tx, &stamp(&ids), &seen, rename("甲")).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let second = registry::edit(&mut tx, &stamp(&ids), &seen, rename("乙")).await;
        assert!(matches!(second, Err(Error::Conflict { version: 2 })), "{second:?}");
        drop(tx);
        let mut read = db.read().await.unwrap();
        let file = registry::file(&mut read, &id, day("2022-11-01")).await.unwrap().unwrap();
        assert_eq!((file.profile.unwrap().value.name.as_str(), file.version), ("甲", 2));
        drop(read);
        let mut tx = db.begin().await.unwrap();
        let nobody = At { facility: kernel::Id::new("nobody"), version: None };
        assert!(matches!(registry::edit(&mut tx, &stamp(&ids), &nobody, vec![]).await, Err(Error::NotFound)));
    }

    async fn two_editors_at_the_same_moment_do_not_both_win(db: Db) {
        city(&db, 1).await;
        let ids = Ids::seeded(3);
        let mut tx = db.begin().await.unwrap();
        let id = enter(&mut tx, &ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let seen = At { facility: id, version: Some(1) };
        let mut tasks = Vec::new();
        for n in 0..8u64 {
            let (db, seen) = (db.clone(), seen.clone());
            tasks.push(tokio::spawn(async move {
                let ids = Ids::seeded(100 + n);
                let mut tx = db.begin().await.unwrap();
                let rename = vec![Change::SetProfile { span: since("2022-01-01"), profile: profile(&format!("第{n}")) }];
                let done = registry::edit(&mut tx, &stamp(&ids), &seen, rename).await;
                if done.is_ok() {
                    tx.commit().await.unwrap();
                }
                done.is_ok()
            }));
        }
        let mut winners = 0;
        for task in tasks {
            winners += usize::from(task.await.unwrap());
        }
        assert_eq!(winners, 1);
    }

    async fn plain_sql_cannot_make_spans_overlap(db: Db) {
        city(&db, 1).await;
        let ids = Ids::seeded(4);
        let mut tx = db.begin().await.unwrap();
        let id = enter(&mut tx, &ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        for (table, columns, values) in [
            ("facility_state", "state, reason", "'closed', ''"),
            ("facility_site", "place, address", "'p310109001', 'x'"),
            ("facility_profile", "name, name_key, ownership, legal_form, operator, phone", "'x', 'x', 'public', 'other', '', ''"),
        ] {
            let text = format!(
                "insert into {table} (home, id, facility, from_day, until_day, recorded, {columns})
                 values ('310109', 'x', $1, '2021-01-01', '2021-02-01', 0, {values})"
            );
            let mut tx = db.begin().await.unwrap();
            let refused = tx.exec(db::Query::raw(text.leak(), vec![db::Column::bind(&id)])).await;
            assert_eq!(refused, Err(db::Error::Overlap { table: table.to_owned() }));
        }
    }

    async fn the_tables_are_made_with_rows_in_them_and_say_what_they_are_for(db: Db) {
        let slices = [places::MIGRATIONS, web::MIGRATIONS, indicator::MIGRATIONS, identity::MIGRATIONS, desk::MIGRATIONS, registry::MIGRATIONS];
        db::replay(&db, &slices).await.unwrap();
        assert_eq!(db::undeclared_tables(&db).await.unwrap(), Vec::<String>::new());
        let mut read = db.read().await.unwrap();
        let file = registry::file(&mut read, &kernel::Id::new("f1"), day("2022-01-01")).await.unwrap().unwrap();
        assert!(file.operating && file.inclusive.is_some() && file.classes.len() == 1 && file.credentials.len() == 1);
    }
}
