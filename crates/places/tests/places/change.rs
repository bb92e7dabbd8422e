//! The use cases that change the tree, and what they refuse.

use crate::{city, codes, day, id};
use db::{Db, Tx};
use kernel::kinds::PlaceId;
use kernel::{Day, RuleViolation, Span};
use places::change::{self, ChangeError, Part};
use places::{Attributes, Flags, PlaceKind, STREET_KINDS, Share};

fn street(code: &str, name: &str, district: &str) -> Attributes {
    Attributes {
        code: code.to_owned(),
        name: name.to_owned(),
        kind: PlaceKind::Street,
        flags: Flags::parse("central").unwrap(),
        parent: Some(id(district)),
        mark: "K".to_owned(),
    }
}

fn part(code: &str, name: &str, num: i64, den: i64) -> Part {
    let share = Share::new(num, den).unwrap();
    Part { code: code.to_owned(), name: name.to_owned(), kind: PlaceKind::Street, flags: Flags::default(), share }
}

fn violation<T: std::fmt::Debug>(result: Result<T, ChangeError>) -> RuleViolation {
    match result {
        Err(ChangeError::Rule(violation)) => violation,
        other => panic!("no rule said no: {other:?}"),
    }
}

async fn streets(tx: &mut Tx, under: &str, on: Day) -> i64 {
    places::count(tx, &id(under), &STREET_KINDS, on).await.unwrap()
}

db::both! {
    async fn a_street_splits_inside_a_plan_year(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let (old, on) = (id("310106012"), day("2022-07-01"));
        let before = on.plus(-1);
        let (was, all) = (streets(&mut tx, "310106", before).await, streets(&mut tx, "310000", before).await);
        let parts = [part("310106901", "东石二街道", 2, 5), part("310106902", "西石二街道", 3, 5)];
        let new = change::split(&mut tx, &old, on, &parts, None, "静府〔2022〕样例").await.unwrap();
        assert_eq!(new, [id("310106901"), id("310106902")]);
        assert_eq!(streets(&mut tx, "310106", before).await, was);
        assert_eq!(streets(&mut tx, "310106", on).await, was + 1);
        assert_eq!(streets(&mut tx, "310000", on).await, all + 1);
        assert_eq!(places::get(&mut tx, &old, on).await.unwrap(), None);
        assert!(places::within(&mut tx, &id("310106"), &old, before).await.unwrap());
        assert!(!places::within(&mut tx, &id("310106"), &new[0], before).await.unwrap());
        let half = places::get(&mut tx, &new[1], on).await.unwrap().unwrap();
        assert_eq!((half.name.as_str(), half.home.as_str()), ("西石二街道", "310106"));
        let became = places::successors(&mut tx, &old).await.unwrap();
        assert_eq!(became.iter().map(|s| (s.share.num(), s.share.den())).collect::<Vec<_>>(), [(2, 5), (3, 5)]);

        // A part carved out of a street that lives on.
        let rest = Share::new(3, 4);
        let carved = [part("310106903", "新街道", 1, 4)];
        let carved = change::split(&mut tx, &new[0], day("2022-10-01"), &carved, rest, "样例").await.unwrap();
        assert!(places::get(&mut tx, &new[0], day("2022-10-01")).await.unwrap().is_some());
        let became = places::successors(&mut tx, &new[0]).await.unwrap();
        assert_eq!(became.iter().map(|s| &s.new).collect::<Vec<_>>(), [&new[0], &carved[0]]);
        tx.commit().await.unwrap();
        crate::random::same_as_walk(&mut db.read().await.unwrap(), day("2022-11-15")).await;
    }

    async fn a_split_must_add_up(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let (old, on) = (id("310106012"), day("2022-07-01"));
        let halves = [part("310106901", "东", 1, 2), part("310106902", "西", 1, 2)];
        let refused = change::split(&mut tx, &old, on, &halves, Share::new(1, 10), "样例").await;
        assert_eq!(violation(refused).code, "places.shares");
        assert_eq!(violation(change::split(&mut tx, &old, on, &[], None, "样例").await).code, "places.shares");
        let taken = [part("310106901", "东", 1, 2), part("310106013", "西", 1, 2)];
        let refused = violation(change::split(&mut tx, &old, on, &taken, None, "样例").await);
        assert_eq!((refused.code, &refused.values[1]), ("places.code.taken", &"静安寺街道 310106013".to_owned()));
        let gone = violation(change::split(&mut tx, &id("310108"), on, &halves, None, "样例").await);
        assert_eq!(gone.code, "places.not_there");
    }

    async fn two_districts_merge(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let (old, into, on) = (id("310109"), id("310110"), day("2023-05-01"));
        let before = on.plus(-1);
        let (a, b) = (streets(&mut tx, "310109", before).await, streets(&mut tx, "310110", before).await);
        // A street that is to be renamed later keeps that name, and moves with both spans.
        change::rename(&mut tx, &id("310109009"), "新曲阳路街道", day("2024-01-01")).await.unwrap();
        change::merge(&mut tx, &old, &into, on, "国函〔2023〕样例").await.unwrap();
        assert_eq!(streets(&mut tx, "310110", on).await, a + b);
        assert_eq!(streets(&mut tx, "310109", before).await, a);
        assert_eq!(streets(&mut tx, "310109", on).await, 0);
        let path = places::path(&mut tx, &id("310109009"), day("2024-06-01")).await.unwrap();
        assert_eq!(codes(&path), ["310000", "310110", "310109009"]);
        assert_eq!(path[2].name, "新曲阳路街道");
        let became = places::successors(&mut tx, &old).await.unwrap();
        assert_eq!((&became[0].new, became[0].share), (&into, Share::WHOLE));
        tx.commit().await.unwrap();
        let mut read = db.read().await.unwrap();
        for on in [before, on, day("2024-06-01")] {
            crate::random::same_as_walk(&mut read, on).await;
        }
    }

    async fn the_past_is_corrected_and_a_place_comes_back(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        // 彭浦镇 is said to have lain in 静安 already in 2015.
        let town = id("310106101");
        let spans = places::spans(&mut tx, &town).await.unwrap();
        let mut attributes = spans[0].attributes.clone();
        attributes.parent = Some(id("310106"));
        let year = Span::new(day("2015-01-01"), day("2015-11-04")).unwrap();
        change::correct(&mut tx, &town, year, attributes).await.unwrap();
        assert!(places::within(&mut tx, &id("310108"), &town, day("2014-12-31")).await.unwrap());
        assert!(places::within(&mut tx, &id("310106"), &town, day("2015-01-01")).await.unwrap());
        assert_eq!(streets(&mut tx, "310108", day("2015-11-03")).await, 8);

        // A zone that the records carry too long, and back again.
        let zone = id("310115402");
        change::end(&mut tx, &zone, day("2020-01-01"), &[(id("310115"), Share::WHOLE)], "样例").await.unwrap();
        assert_eq!(places::get(&mut tx, &zone, day("2020-01-01")).await.unwrap(), None);
        let last = places::spans(&mut tx, &zone).await.unwrap().pop().unwrap();
        change::correct(&mut tx, &zone, Span::since(day("2021-01-01")), last.attributes).await.unwrap();
        for (on, there) in [("2019-12-31", true), ("2020-06-01", false), ("2021-01-01", true)] {
            assert_eq!(places::get(&mut tx, &zone, day(on)).await.unwrap().is_some(), there, "{on}");
            assert_eq!(places::within(&mut tx, &id("310115"), &zone, day(on)).await.unwrap(), there, "{on}");
        }
        let before_2000 = Span::new(day("1990-01-01"), day("2005-01-01")).unwrap();
        change::withdraw(&mut tx, &zone, before_2000).await.unwrap();
        assert_eq!(places::get(&mut tx, &zone, day("2004-12-31")).await.unwrap(), None);
        change::flag(&mut tx, &zone, Flags::parse("industrial").unwrap(), day("2022-01-01")).await.unwrap();
        assert!(places::get(&mut tx, &zone, day("2022-01-01")).await.unwrap().unwrap().flags.has("industrial"));
        assert!(!places::get(&mut tx, &zone, day("2021-12-31")).await.unwrap().unwrap().flags.has("industrial"));
        tx.commit().await.unwrap();
        let mut read = db.read().await.unwrap();
        for on in ["2014-12-31", "2015-06-01", "2020-06-01", "2022-01-01"] {
            crate::random::same_as_walk(&mut read, day(on)).await;
        }
    }

    async fn what_would_break_the_tree_is_refused(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let (now, open) = (day("2022-01-01"), Span::since(day("2022-01-01")));
        let (hongkou, city, a_street) = (id("310109"), id("310000"), id("310109009"));
        let enter = async |tx: &mut Tx, attributes| violation(change::enter(tx, attributes, open).await);

        let refused = enter(&mut tx, street("31010990", "短", "310109")).await;
        assert_eq!(refused.fields[0].code, "places.code.form");
        assert_eq!(enter(&mut tx, street("310109901", " ", "310109")).await.fields[0].code, "places.name.empty");
        let refused = enter(&mut tx, street("310109009", "重码", "310109")).await;
        assert_eq!((refused.code, refused.values[2].as_str()), ("places.code.taken", "2022-01-01"));
        assert_eq!(enter(&mut tx, street("310108901", "迟到", "310108")).await.code, "places.parent.missing");
        let root = Attributes { parent: None, ..street("310001", "第二个市", "310109") };
        assert_eq!(enter(&mut tx, root).await.code, "places.root.second");

        let refused = violation(change::move_under(&mut tx, &hongkou, &a_street, now).await);
        assert_eq!(refused.code, "places.cycle");
        let refused = violation(change::move_under(&mut tx, &city, &city, now).await);
        assert_eq!(refused.code, "places.cycle");
        let refused = violation(change::move_under(&mut tx, &a_street, &id("310108"), now).await);
        assert_eq!((refused.code, refused.values[2].as_str()), ("places.parent.missing", "2022-01-01"));
        let refused = violation(change::end(&mut tx, &hongkou, now, &[], "样例").await);
        assert_eq!((refused.code, refused.values[1].as_str()), ("places.children", "8"));
        let refused = violation(change::withdraw(&mut tx, &hongkou, open).await);
        assert_eq!(refused.code, "places.parent.missing");
        let refused = violation(change::withdraw(&mut tx, &a_street, Span::since(Day::MIN)).await);
        assert_eq!(refused.code, "places.never");
        let refused = violation(change::rename(&mut tx, &a_street, "早", day("1999-01-01")).await);
        assert_eq!(refused.code, "places.not_there");
        let refused = violation(change::rename(&mut tx, &PlaceId::new("nowhere"), "无", now).await);
        assert_eq!(refused.code, "places.unknown");
        let refused = violation(change::renumber(&mut tx, &a_street, "310109010", now).await);
        assert_eq!(refused.code, "places.code.taken");
        // Nothing of all this was written.
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        assert_eq!(streets(&mut tx, "310000", now).await, 215);
        assert!(crate::load(&mut tx).await.iter().all(|done| done.written == 0));
    }

    async fn a_code_that_is_free_again_makes_another_place(db: Db) {
        city(&db).await;
        let mut tx = db.begin().await.unwrap();
        let on = day("2022-07-01");
        let parts = [part("310106012", "石门二路街道", 1, 2), part("310106902", "西石二街道", 1, 2)];
        let new = change::split(&mut tx, &id("310106012"), on, &parts, None, "样例").await.unwrap();
        assert_eq!(new[0].as_str(), "p310106012.2");
        let holder = |place: Option<places::Place>| place.map(|p| p.id.into_string());
        let before = places::by_code(&mut tx, "310106012", on.plus(-1)).await.unwrap();
        let after = places::by_code(&mut tx, "310106012", on).await.unwrap();
        assert_eq!((holder(before).as_deref(), holder(after).as_deref()), (Some("p310106012"), Some("p310106012.2")));
    }
}
