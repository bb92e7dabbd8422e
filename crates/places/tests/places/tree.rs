//! What the tree answers: Shanghai as it was on a day, before and after the three mergers, and who may see what.

use crate::{city, codes, day, id, load};
use db::{Db, Error, q};
use kernel::Scope;
use kernel::kinds::{FacilityId, PlaceId};
use places::load::Loaded;
use places::{Filter, PlaceKind, STREET_KINDS};

async fn count(db: &Db, ancestor: &str, kinds: &[PlaceKind], on: &str) -> i64 {
    places::count(&mut db.read().await.unwrap(), &id(ancestor), kinds, day(on)).await.unwrap()
}

db::both! {
    async fn shanghai_has_16_districts_and_234_units_of_which_215_count(db: Db) {
        city(&db).await;
        for on in ["2019-01-01", "2022-11-15", "2023-12-31"] {
            assert_eq!(count(&db, "310000", &[PlaceKind::District], on).await, 16);
            assert_eq!(count(&db, "310000", &STREET_KINDS, on).await, 215);
            assert_eq!(count(&db, "310000", &[PlaceKind::Zone], on).await, 19);
            assert_eq!(count(&db, "310000", &[], on).await, 1 + 16 + 234);
        }
        assert_eq!(count(&db, "310115", &STREET_KINDS, "2022-11-15").await, 36, "36 of 36 streets of Pudong");
        let mut read = db.read().await.unwrap();
        let root = places::root(&mut read, day("2022-11-15")).await.unwrap().unwrap();
        assert_eq!((root.code.as_str(), root.kind, root.parent), ("310000", PlaceKind::City, None));
        let districts = places::children(&mut read, &root.id, day("2022-11-15")).await.unwrap();
        assert_eq!(districts.len(), 16);
        assert_eq!(districts[0].name, "黄浦区");
        let streets =
            places::descendants(&mut read, &id("310109"), &STREET_KINDS, day("2022-11-15")).await.unwrap();
        assert_eq!(streets.len(), 8);
        assert!(streets.iter().all(|s| s.home == "310109" && s.flags.has("central")));
    }

    async fn three_mergers_move_the_streets_on_their_day(db: Db) {
        city(&db).await;
        // Old district, new one, first day without the old, a street that went over, streets that went over.
        let mergers = [
            ("310119", "310115", "2009-08-09", "310115132", 13),
            ("310103", "310101", "2011-06-08", "310101022", 4),
            ("310108", "310106", "2015-11-04", "310106019", 9),
        ];
        for (old, new, on, street, moved) in mergers {
            let (before, after) = (day(on).plus(-1), day(on));
            let before_text = before.to_string();
            assert_eq!(count(&db, old, &STREET_KINDS, &before_text).await, moved);
            assert_eq!(count(&db, old, &[], on).await, 0);
            let grown = count(&db, new, &STREET_KINDS, on).await - count(&db, new, &STREET_KINDS, &before_text).await;
            assert_eq!(grown, moved);

            let mut read = db.read().await.unwrap();
            assert!(places::within(&mut read, &id(old), &id(street), before).await.unwrap());
            assert!(!places::within(&mut read, &id(new), &id(street), before).await.unwrap());
            assert!(!places::within(&mut read, &id(old), &id(street), after).await.unwrap());
            assert!(places::within(&mut read, &id(new), &id(street), after).await.unwrap());
            assert!(places::within(&mut read, &id("310000"), &id(street), before).await.unwrap());
            let path = places::path(&mut read, &id(street), before).await.unwrap();
            assert_eq!(codes(&path), ["310000", old, street]);
            let path = places::path(&mut read, &id(street), after).await.unwrap();
            assert_eq!(codes(&path), ["310000", new, street]);
            // Rows of the street keep living where they were born.
            assert_eq!(path[2].home, old);

            assert_eq!(places::by_code(&mut read, old, after).await.unwrap(), None);
            assert_eq!(places::by_code(&mut read, old, before).await.unwrap().unwrap().id, id(old));
            let became = places::successors(&mut read, &id(old)).await.unwrap();
            assert_eq!(became.len(), 1);
            assert_eq!((&became[0].new, became[0].on), (&id(new), after));
            assert_eq!(places::predecessors(&mut read, &id(new)).await.unwrap(), became);
        }
        assert_eq!(count(&db, "310000", &[PlaceKind::District], "2009-08-08").await, 19);
        assert_eq!(count(&db, "310000", &[PlaceKind::District], "2011-06-07").await, 18);
        assert_eq!(count(&db, "310000", &[PlaceKind::District], "2015-11-03").await, 17);
    }

    async fn a_renamed_town_is_one_place(db: Db) {
        city(&db).await;
        let mut read = db.read().await.unwrap();
        let town = id("310115145");
        let names = [("2009-08-08", "芦潮港镇"), ("2012-09-18", "芦潮港镇"), ("2012-09-19", "南汇新城镇")];
        for (on, name) in names {
            assert_eq!(places::get(&mut read, &town, day(on)).await.unwrap().unwrap().name, name);
        }
        assert_eq!(places::get(&mut read, &town, day("1999-12-31")).await.unwrap(), None);
        let parents: Vec<_> =
            places::spans(&mut read, &town).await.unwrap().into_iter().map(|s| s.attributes.parent).collect();
        assert_eq!(parents, [Some(id("310119")), Some(id("310115")), Some(id("310115"))]);
    }

    async fn loading_twice_is_one_load(db: Db) {
        db::migrate(&db, &[places::MIGRATIONS]).await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for done in load(&mut tx).await {
            assert!(done.read > 0 && done.written >= done.read, "{done:?}");
        }
        for done in load(&mut tx).await {
            assert_eq!(done, Loaded { read: done.read, written: 0 });
        }
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        for done in load(&mut tx).await {
            assert_eq!(done.written, 0);
        }
    }

    async fn lists_come_page_by_page(db: Db) {
        city(&db).await;
        let mut read = db.read().await.unwrap();
        let (city, on) = (id("310000"), day("2022-11-15"));
        let mut seen: Vec<PlaceId> = Vec::new();
        let mut after: Option<PlaceId> = None;
        let mut pages = 0;
        loop {
            let filter =
                Filter { under: &city, kinds: &STREET_KINDS, day: on, text: None, after: after.as_ref(), limit: 50 };
            let page = places::list(&mut read, &filter).await.unwrap();
            seen.extend(page.items.into_iter().map(|p| p.id));
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let all = places::descendants(&mut read, &city, &STREET_KINDS, on).await.unwrap();
        assert_eq!((pages, seen.len()), (5, 215));
        assert_eq!(seen, all.into_iter().map(|p| p.id).collect::<Vec<_>>());

        let mut find = async |text: &str| {
            let filter = Filter { under: &city, kinds: &[], day: on, text: Some(text), after: None, limit: 50 };
            let found = places::list(&mut read, &filter).await.unwrap().items;
            found.into_iter().map(|p| p.name).collect::<Vec<_>>()
        };
        assert_eq!(find("南京").await, ["南京东路街道", "南京西路街道"]);
        assert_eq!(find("310109").await.len(), 9);
        assert_eq!(find("%").await, Vec::<String>::new());
        assert_eq!(find("_").await, Vec::<String>::new());
        assert_eq!(find("' or 1 = 1 --").await, Vec::<String>::new());
    }

    async fn a_scope_covers_its_place_and_what_lies_in_it(db: Db) {
        city(&db).await;
        let mut read = db.read().await.unwrap();
        let now = day("2022-11-15");
        let hongkou = Scope::Place(id("310109"));
        let facility = Scope::Facility(FacilityId::new("f"));
        let cases = [
            (&Scope::Everything, "310000", true),
            (&hongkou, "310109", true),
            (&hongkou, "310109009", true),
            (&hongkou, "310000", false),
            (&hongkou, "310106", false),
            (&hongkou, "310106012", false),
            (&facility, "310109009", false),
            (&Scope::Nothing, "310109009", false),
        ];
        for (scope, place, covered) in cases {
            assert_eq!(places::covers(&mut read, scope, &id(place), now).await.unwrap(), covered, "{scope:?} {place}");
        }
        // A post in 静安 did not reach the streets of 闸北 before the merger.
        let jingan = Scope::Place(id("310106"));
        for (on, covered) in [("2015-11-03", false), ("2015-11-04", true)] {
            assert_eq!(places::covers(&mut read, &jingan, &id("310106019"), day(on)).await.unwrap(), covered);
        }
        let mut narrow = async |scope: &Scope, asked: Option<&str>| {
            let asked = asked.map(id);
            places::narrow(&mut read, scope, asked.as_ref(), now).await.unwrap().map(PlaceId::into_string)
        };
        assert_eq!(narrow(&Scope::Everything, None).await.as_deref(), Some("p310000"));
        assert_eq!(narrow(&Scope::Everything, Some("310106")).await.as_deref(), Some("p310106"));
        assert_eq!(narrow(&hongkou, None).await.as_deref(), Some("p310109"));
        assert_eq!(narrow(&hongkou, Some("310000")).await.as_deref(), Some("p310109"));
        assert_eq!(narrow(&hongkou, Some("310109009")).await.as_deref(), Some("p310109009"));
        assert_eq!(narrow(&hongkou, Some("310106")).await, None);
        assert_eq!(narrow(&Scope::Everything, Some("310103")).await, None, "卢湾 is no more");
        assert_eq!(narrow(&Scope::Nothing, Some("310109")).await, None);
    }

    async fn plain_sql_cannot_make_spans_overlap(db: Db) {
        city(&db).await;
        let insert = "insert into place_span (place, from_day, until_day, code, name, parent, kind, flags, mark) \
                      values ($1, $2, $3, '310109', '虹口区', 'p310000', 'district', '', 'V')";
        for (from, until) in [("2020-01-01", "2020-01-02"), ("1990-01-01", "1993-01-02"), ("1900-01-01", "9999-12-31")] {
            let mut tx = db.begin().await.unwrap();
            let refused = tx.exec(q!(insert, id("310109"), from, until)).await.unwrap_err();
            assert_eq!(refused, Error::Overlap { table: "place_span".to_owned() });
        }
        let mut tx = db.begin().await.unwrap();
        let widen = "update place_span set until_day = '2010-01-01' where place = $1 and from_day = '2000-01-01'";
        let refused = tx.exec(q!(widen, id("310115132"))).await.unwrap_err();
        assert_eq!(refused, Error::Overlap { table: "place_span".to_owned() });
        drop(tx);

        let mut tx = db.begin().await.unwrap();
        let fine = tx.exec(q!(insert, id("310109"), "1980-01-01", "1993-01-01")).await;
        assert_eq!(fine, Ok(1), "neighbours are no overlap");
        let refused = tx.exec(q!(insert, id("310109"), "1970-01-01", "1970-01-01")).await.unwrap_err();
        assert!(matches!(refused, Error::Check { .. }), "{refused:?}");
        drop(tx);

        let norm = "insert into norm (id, key, facet, place, from_day, until_day, value, unit, clause, mark, note) \
                    select 'twin', key, facet, place, '2030-01-01', '2030-01-02', '1', unit, clause, mark, note \
                    from norm where key = 'video.retention_days' and place = ''";
        let mut tx = db.begin().await.unwrap();
        assert_eq!(tx.exec(q!(norm)).await.unwrap_err(), Error::Overlap { table: "norm".to_owned() });
    }

    async fn the_closure_of_the_packs_is_that_of_their_spans(db: Db) {
        city(&db).await;
        for on in ["2000-01-01", "2009-08-09", "2012-01-01", "2023-12-31"] {
            crate::random::same_as_walk(&mut db.read().await.unwrap(), day(on)).await;
        }
    }
}
