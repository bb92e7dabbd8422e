//! Lists: stable paging while rows come and go, search, and what a scope shows.

use crate::city::*;
use db::Db;
use kernel::Ids;
use registry::codes::{CredentialKind, FacilityKind, Measure, Mode, State, Verified};
use registry::model::{Capacity, Credential};
use registry::store::list::{self, Filter, Search, Within};
use registry::{At, Batch, Change};

/// A credit code that passes its check.
pub const CODE: &str = "91350100M000100Y43";

async fn many(db: &Db, ids: &Ids, n: usize) {
    let mut tx = db.begin().await.unwrap();
    let mut batch = Batch::new(stamp(ids));
    for i in 0..n {
        let kind = [FacilityKind::Kindergarten, FacilityKind::Institution][i % 2];
        let street = ["310106001", "310109001", "310109002"][i % 3];
        batch.enter(&mut tx, new(kind, &format!("第{i}托育园"), street, "2020-01-01")).await.unwrap();
    }
    batch.close(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
}

fn all() -> Filter {
    Filter::new(Within::Place(place("310000")), day("2022-01-01"))
}

fn names(items: &[list::Item]) -> Vec<&str> {
    items.iter().map(|i| i.name.as_str()).collect()
}

db::both! {
    async fn places_that_differ_from_the_notice_are_listed(db: Db) {
        city(&db, 2).await;
        let ids = Ids::seeded(11);
        let mut tx = db.begin().await.unwrap();
        // Named by the notice, approved: over two modes; one without a notice, one without places.
        let cases = [
            ("甲", Some(40), [25, 15]), ("乙", Some(60), [25, 15]), ("丙", None, [25, 15]), ("丁", Some(40), [0, 0]),
        ];
        for (name, named, approved) in cases {
            let mut file = new(FacilityKind::Institution, name, "310109001", "2020-01-01");
            for (mode, places) in [(Mode::FullDay, approved[0]), (Mode::HalfDay, approved[1])] {
                let capacity = Capacity { measure: Measure::Approved, mode, band: FacilityKind::Institution.bands()[0], places };
                file.changes.extend((places > 0).then(|| Change::SetCapacity { span: since("2020-01-01"), capacity }));
            }
            file.changes.push(Change::AddCredential { credential: Credential {
                home: String::new(), id: ids.new_id(stamp(&ids).now), holder_kind: String::new(), holder: String::new(),
                kind: CredentialKind::OperationNotice, number: format!("{name}号"), issuer: "区教育局".into(),
                from_day: day("2021-01-01"), until_day: day("2022-06-01"), recorded: stamp(&ids).now,
                scope: String::new(), places: named, verified: Verified::Verified, source: "test".into(),
            }});
            enter(&mut tx, &ids, file).await;
        }
        tx.commit().await.unwrap();
        let mut read = db.read().await.unwrap();
        for (on, expected) in [("2020-12-31", vec![]), ("2022-01-01", vec!["乙"]), ("2022-06-01", vec![])] {
            let filter = Filter { differs: true, day: day(on), ..all() };
            let page = list::page(&mut read, &filter, ("", ""), 10).await.unwrap();
            assert_eq!(names(&page), expected, "{on}");
            assert_eq!(list::count(&mut read, &filter).await.unwrap(), expected.len() as i64, "{on}");
            // The page of each file says the same.
            for item in list::page(&mut read, &Filter { day: day(on), ..all() }, ("", ""), 10).await.unwrap() {
                let file = registry::file(&mut read, &item.facility, day(on)).await.unwrap().unwrap();
                assert_eq!(file.differ, expected.contains(&item.name.as_str()).then_some((60, 40)), "{on} {}", item.name);
            }
        }
    }

    async fn pages_are_stable_while_rows_come_and_go(db: Db) {
        city(&db, 2).await;
        let ids = Ids::seeded(5);
        many(&db, &ids, 120).await;
        let mut read = db.read().await.unwrap();
        let mut seen = Vec::new();
        let (mut key, mut id) = (String::new(), String::new());
        for round in 0.. {
            let page = list::page(&mut read, &all(), (&key, &id), 25).await.unwrap();
            let Some(last) = page.last() else { break };
            (key, id) = (last.name_key.clone(), last.facility.to_string());
            seen.extend(page.iter().map(|i| i.name.clone()));
            if round == 1 {
                // One enters before the cursor, one that was not seen yet leaves.
                drop(read);
                let mut tx = db.begin().await.unwrap();
                enter(&mut tx, &ids, new(FacilityKind::Nursery, "安亭托儿所", "310106001", "2020-01-01")).await;
                let gone = list::page(&mut tx, &all(), (&key, &id), 100).await.unwrap().pop().unwrap();
                let closed = Change::SetProfile { span: since("2020-01-01"), profile: profile("阿尔法") };
                registry::edit(&mut tx, &stamp(&ids), &At::any(&gone.facility), vec![closed]).await.unwrap();
                tx.commit().await.unwrap();
                read = db.read().await.unwrap();
            }
        }
        let unique: std::collections::BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), unique.len()), (119, 119), "nothing twice, nothing skipped but what moved away");
        // Numbers in names sort by value.
        assert_eq!(&seen[..3], ["第0托育园", "第1托育园", "第2托育园"]);
        assert_eq!(list::count(&mut read, &all()).await.unwrap(), 121);
    }

    async fn filters_narrow_and_a_scope_shows_its_own_only(db: Db) {
        city(&db, 2).await;
        let ids = Ids::seeded(6);
        many(&db, &ids, 12).await;
        let mut read = db.read().await.unwrap();
        let mut filter = all();
        filter.within = Within::Place(place("310109"));
        assert_eq!(list::count(&mut read, &filter).await.unwrap(), 8);
        filter.kind = Some(FacilityKind::Kindergarten);
        let page = list::page(&mut read, &filter, ("", ""), 50).await.unwrap();
        assert_eq!(names(&page), ["第2托育园", "第4托育园", "第8托育园", "第10托育园"]);
        assert_eq!(page[0].above_name.as_deref(), Some("虹口区"));
        filter.state = Some(State::Closed);
        assert_eq!(list::count(&mut read, &filter).await.unwrap(), 0);
        filter = Filter::new(Within::Facility(page[0].facility.clone()), day("2022-01-01"));
        assert_eq!(names(&list::page(&mut read, &filter, ("", ""), 50).await.unwrap()), ["第2托育园"]);
        filter.day = day("2019-12-31");
        assert_eq!(list::count(&mut read, &filter).await.unwrap(), 0);
        let mut care = all();
        care.care = Some(list::Care::Not);
        assert_eq!(list::count(&mut read, &care).await.unwrap(), 0);
    }

    async fn a_file_is_found_by_part_of_its_name_by_code_and_by_notice(db: Db) {
        city(&db, 2).await;
        let ids = Ids::seeded(7);
        many(&db, &ids, 30).await;
        let mut tx = db.begin().await.unwrap();
        let mut file = new(FacilityKind::Institution, "小满ABC托育园（100%_爱）", "310109001", "2020-01-01");
        let Change::SetProfile { profile, .. } = &mut file.changes[0] else { panic!() };
        profile.credit_code = Some(CODE.to_lowercase());
        let notice = |from: &str, until: &str| Change::AddCredential { credential: Credential {
            home: String::new(), id: ids.new_id(stamp(&ids).now), holder_kind: String::new(), holder: String::new(),
            kind: CredentialKind::OperationNotice, number: "沪虹托告〔2021〕0019号".into(), issuer: "区教育局".into(),
            from_day: day(from), until_day: day(until), recorded: stamp(&ids).now, scope: String::new(), places: Some(60),
            verified: Verified::Verified, source: "test".into(),
        }};
        file.changes.push(notice("2021-01-01", "2022-01-01"));
        file.changes.push(notice("2022-01-01", "9999-12-31"));
        let id = enter(&mut tx, &ids, file).await;
        tx.commit().await.unwrap();
        let mut read = db.read().await.unwrap();
        let found = async |read: &mut db::Read, typed: &str| {
            let mut filter = all();
            filter.day = day("2022-06-01");
            filter.search = list::search(read, typed).await.unwrap();
            let page = list::page(read, &filter, ("", ""), 50).await.unwrap();
            let count = list::count(read, &filter).await.unwrap();
            assert_eq!(page.len() as i64, count, "{typed}");
            page.into_iter().map(|i| i.facility).collect::<Vec<_>>()
        };
        for typed in ["小满", "满ab", "满", "ABC托育园", "100%_爱", "91350100m000100y43", "沪虹托告〔2021〕0019号", " 小满 "] {
            assert_eq!(found(&mut read, typed).await, std::slice::from_ref(&id), "{typed}");
        }
        assert_eq!(found(&mut read, "托育园").await.len(), 31);
        assert_eq!(found(&mut read, "大满").await, []);
        assert_eq!(found(&mut read, "100_爱").await, []);
        assert_eq!(list::search(&mut read, "没有这两").await.unwrap(), Search::Nothing);
        assert_eq!(list::search(&mut read, "  ").await.unwrap(), Search::All);
    }

    async fn a_double_is_listed_apart_and_counts_nowhere(db: Db) {
        city(&db, 1).await;
        let ids = Ids::seeded(8);
        let mut tx = db.begin().await.unwrap();
        let kept = enter(&mut tx, &ids, new(FacilityKind::Institution, "小满", "310109001", "2020-01-01")).await;
        let twin = enter(&mut tx, &ids, new(FacilityKind::Institution, "小满（重）", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let mark = |of: &kernel::kinds::FacilityId| vec![Change::MarkDouble { of: Some(of.clone()) }];
        let mut tx = db.begin().await.unwrap();
        registry::edit(&mut tx, &stamp(&ids), &At::any(&twin), mark(&kept)).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let again = registry::edit(&mut tx, &stamp(&ids), &At::any(&kept), mark(&twin)).await;
        assert!(matches!(again, Err(registry::Error::Rule(_))), "no chain of doubles");
        drop(tx);
        let mut read = db.read().await.unwrap();
        let mut filter = all();
        assert_eq!(names(&list::page(&mut read, &filter, ("", ""), 9).await.unwrap()), ["小满"]);
        filter.doubles = true;
        assert_eq!(names(&list::page(&mut read, &filter, ("", ""), 9).await.unwrap()), ["小满（重）"]);
        assert!(!registry::file(&mut read, &twin, day("2022-01-01")).await.unwrap().unwrap().operating);
    }
}
