//! What happens to an institution after it has opened: each grant writes spans from its day on, and the notice follows.

use crate::house::{House, day, house};
use db::Db;
use indicator::{Asked, Tree};
use kernel::Day;
use kernel::kinds::FacilityId;
use matter::Values;
use registry::codes::{Measure, State};

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().copied().collect()
}

async fn verdict(house: &House, token: &str) -> String {
    let page = house.ask(&format!("/notices/{token}")).await.body;
    page.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap().to_owned()
}

/// How many institutions hold a notice on a day, and places per thousand, as the indicators count them.
async fn figures(house: &House, on: Day) -> Vec<String> {
    let mut read = house.db.read().await.unwrap();
    let root = places::root(&mut read, on).await.unwrap().unwrap();
    let mut out = Vec::new();
    for id in ["notified_institutions_total", "places_per_thousand", "toddler_classes_total"] {
        let declaration = registry::INDICATORS.iter().find(|d| d.id == id).unwrap();
        let asked = Asked::on(declaration, on, None);
        let groups = indicator::groups(&mut read, declaration, &asked).await.unwrap();
        let tree = Tree::of(&mut read, on).await.unwrap();
        out.push(format!("{:?}", indicator::evaluate(declaration, &groups, &tree, &asked, &root.id)));
    }
    out
}

async fn closed(house: &House, facility: &FacilityId, on: &str) {
    let settled = values(&[("first_day", on), ("children_placed", "12"), ("prepaid_back", "8000")]);
    house.granted("closing", Some(facility), &settled).await.unwrap();
}

db::both! {
    async fn a_closing_in_2024_leaves_the_end_of_2022_as_it_was(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let token = house.notice(&facility).await.token;
        let (then, later) = (day("2022-12-31"), day("2024-07-01"));
        let before = figures(&house, then).await;
        house.set("2024-06-03");
        let open = figures(&house, later).await;
        closed(&house, &facility, "2024-07-01").await;
        assert_eq!(figures(&house, then).await, before, "the end of 2022");
        assert_ne!(figures(&house, later).await, open, "from its day on it counts no longer");
        let h = house.history(&facility).await;
        assert_eq!((h.state_on(day("2024-06-30")), h.state_on(later)), (Some(State::Operating), Some(State::Closed)));
        assert_eq!((h.places_on(Measure::Approved, then), h.places_on(Measure::Approved, later)), (Some(50), None));
        assert_eq!((h.classes_on(then).count(), h.classes_on(later).count()), (3, 0));
        assert_eq!(verdict(&house, &token).await, "这份告知书有效", "until its day");
        house.set("2024-07-01");
        assert_eq!(verdict(&house, &token).await, "这份告知书已经终止");
    }

    async fn four_ends_of_a_notice_are_four_pages(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let first = house.notice(&facility).await;
        house.set("2022-04-01");
        // Superseded: a change of places prints another notice, to which the old one leads.
        let more = values(&[
            ("first_day", "2022-06-01"), ("last_day", "2023-05-31"), ("name", "小芽托育中心"),
            ("granted_classes_senior", "2"), ("granted_senior", "40"),
        ]);
        house.granted("change", Some(&facility), &more).await.unwrap();
        let second = house.notice(&facility).await;
        assert_eq!(verdict(&house, &first.token).await, "这份告知书有效", "before the day of the change");
        assert_eq!(verdict(&house, &second.token).await, "这份告知书还没有生效");
        house.set("2022-06-01");
        assert_eq!(verdict(&house, &first.token).await, "这份告知书已经换发");
        let page = house.ask(&format!("/notices/{}", first.token)).await.body;
        assert!(page.contains(&format!("/notices/{}", second.token)) && page.contains("310109-2022-0002"), "{page}");
        let page = house.ask(&format!("/notices/{}", second.token)).await.body;
        assert!(page.contains("小芽托育中心") && page.contains("70 个"), "{page}");
        let h = house.history(&facility).await;
        let on = day("2022-06-01");
        assert_eq!((h.places_on(Measure::Approved, on), h.classes_on(on).count()), (Some(70), 4));
        // Expired.
        house.set("2023-06-01");
        assert_eq!(verdict(&house, &second.token).await, "这份告知书已经过期");
        // Revoked, after another opening: a change brings no notice back.
        let anew = values(&[("first_day", "2023-06-05"), ("scope", "全日制托育")]);
        house.granted("change", Some(&facility), &anew).await.unwrap();
        assert_eq!(house.notice(&facility).await, second);
        let mut again = crate::house::filled();
        again.set("first_day", "2023-06-05");
        again.set("name", "小芽托育中心");
        house.granted("opening.for_profit", Some(&facility), &again).await.unwrap();
        let third = house.notice(&facility).await;
        assert_eq!(third.number, "310109-2023-0001", "numbers begin anew with the year");
        house.set("2023-09-01");
        house.granted("revocation", Some(&facility), &values(&[("first_day", "2023-09-01")])).await.unwrap();
        assert_eq!(verdict(&house, &third.token).await, "这份告知书已被撤销");
        assert_eq!(house.history(&facility).await.state_on(day("2023-09-01")), Some(State::Closed));
    }

    async fn a_revocation_ends_also_what_another_notice_was_to_replace(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let first = house.notice(&facility).await;
        house.set("2022-11-01");
        let more = values(&[("first_day", "2023-01-01"), ("name", "小芽托育中心")]);
        house.granted("change", Some(&facility), &more).await.unwrap();
        let second = house.notice(&facility).await;
        house.set("2022-11-20");
        house.granted("revocation", Some(&facility), &values(&[("first_day", "2022-12-01")])).await.unwrap();
        assert_eq!(verdict(&house, &first.token).await, "这份告知书有效", "until its day");
        for on in ["2022-12-01", "2023-01-01"] {
            house.set(on);
            for token in [&first.token, &second.token] {
                assert_eq!(verdict(&house, token).await, "这份告知书已被撤销", "{on}");
            }
        }
    }

    async fn a_change_brings_no_notice_where_none_is_held(db: Db) {
        let house = house(db).await;
        let classes = values(&[
            ("name", "曲阳幼儿园"), ("operator", "虹口区教育局"), ("ownership", "public"), ("street", "310109010"),
            ("address", "曲阳路3号"), ("first_day", "2022-04-01"), ("scope", "在本园开设托班"),
            ("granted_classes_toddler", "2"), ("granted_toddler", "40"), ("granted_mode", "full_day"),
        ]);
        let facility = house.granted("opening.kindergarten_class", None, &classes).await.unwrap().facility.unwrap();
        house.set("2022-09-01");
        house.granted("revocation", Some(&facility), &values(&[("first_day", "2022-09-01")])).await.unwrap();
        let revoked = house.notice(&facility).await;
        house.set("2022-10-01");
        let named = values(&[("first_day", "2022-10-01"), ("name", "曲阳第一幼儿园")]);
        house.granted("change", Some(&facility), &named).await.unwrap();
        assert_eq!(house.history(&facility).await.profile.last().unwrap().value.name, "曲阳第一幼儿园");
        assert_eq!(house.notice(&facility).await, revoked);
        assert!(!house.history(&facility).await.credentials.iter().any(|c| c.until_day > day("2022-10-01")));
    }

    async fn a_notice_is_issued_anew_only_where_it_prints_something_else(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let first = house.notice(&facility).await;
        house.set("2022-05-05");
        let phone = values(&[("first_day", "2022-06-01"), ("phone", "02165439999"), ("fee_full_day", "3300")]);
        house.granted("change", Some(&facility), &phone).await.unwrap();
        assert_eq!(house.history(&facility).await.profile.last().unwrap().value.phone, "02165439999");
        assert_eq!(house.notice(&facility).await, first);
        // Another last day is printed.
        let longer = values(&[("first_day", "2022-06-01"), ("last_day", "2025-05-31")]);
        house.granted("change", Some(&facility), &longer).await.unwrap();
        assert_ne!(house.notice(&facility).await.number, first.number);
    }

    async fn nothing_is_decided_for_days_that_have_passed(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2024-06-03");
        let before = house.history(&facility).await;
        let mut there = crate::house::filled();
        there.set("first_day", "2022-07-01");
        for form in ["closing", "revocation", "withdrawal", "suspension", "resumption", "change", "moving", "succession",
            "opening.for_profit"]
        {
            let refused = house.granted(form, Some(&facility), &there).await.unwrap_err();
            let web::Error::Rule(rule) = refused else { panic!("{form}: {refused:?}") };
            assert_eq!((&*rule.fields[0].field, rule.fields[0].code), ("first_day", "licence.first_day_past"), "{form}");
        }
        assert_eq!(house.history(&facility).await, before);
        there.set("first_day", "2024-06-03");
        house.granted("suspension", Some(&facility), &there).await.unwrap();
    }

    async fn a_move_a_pause_and_another_operator_are_spans(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        house.set("2022-05-05");
        let there = values(&[("first_day", "2022-07-01"), ("street", "310109011"), ("address", "广中路2号"), ("area", "500"), ("tenure", "owned")]);
        house.granted("moving", Some(&facility), &there).await.unwrap();
        house.granted("suspension", Some(&facility), &values(&[("first_day", "2022-08-01")])).await.unwrap();
        house.granted("resumption", Some(&facility), &values(&[("first_day", "2022-09-01")])).await.unwrap();
        let other = values(&[("first_day", "2022-10-01"), ("operator", "新芽托育有限公司"), ("legal_form", "non_profit")]);
        house.granted("succession", Some(&facility), &other).await.unwrap();
        let h = house.history(&facility).await;
        let site = |on: &str| registry::rules::on(&h.site, day(on)).unwrap().value.address.clone();
        assert_eq!((site("2022-06-30").as_str(), site("2022-07-01").as_str()), ("曲阳路1号1层", "广中路2号"));
        let states: Vec<_> = ["2022-07-31", "2022-08-01", "2022-09-01"].map(|on| h.state_on(day(on)).unwrap()).into();
        assert_eq!(states, [State::Operating, State::Suspended, State::Operating]);
        let operator = |on: &str| registry::rules::on(&h.profile, day(on)).unwrap().value.operator.clone();
        assert_eq!((operator("2022-09-30").as_str(), operator("2022-10-01").as_str()), ("小芽托育有限公司", "新芽托育有限公司"));
        let printed = house.notice(&facility).await.printed().unwrap();
        assert!(printed.address.contains("广中路2号") && printed.operator == "新芽托育有限公司", "{printed:?}");
        assert_eq!((printed.places(), printed.modes.len()), (50, 2), "what nothing was said of stays");
    }

    async fn a_kindergarten_that_gives_its_notice_back_goes_on(db: Db) {
        let house = house(db).await;
        let classes = values(&[
            ("name", "曲阳幼儿园"), ("operator", "虹口区教育局"), ("ownership", "public"), ("street", "310109010"),
            ("address", "曲阳路3号"), ("first_day", "2022-04-01"), ("scope", "在本园开设托班"),
            ("granted_classes_toddler", "2"), ("granted_toddler", "40"), ("granted_mode", "full_day"),
        ]);
        let facility = house.granted("opening.kindergarten_class", None, &classes).await.unwrap().facility.unwrap();
        house.set("2022-09-01");
        assert!(house.history(&facility).await.integrated_on(day("2022-09-01")));
        house.granted("withdrawal", Some(&facility), &values(&[("first_day", "2023-01-01")])).await.unwrap();
        let h = house.history(&facility).await;
        let on = day("2023-01-01");
        assert_eq!((h.state_on(on), h.integrated_on(on)), (Some(State::Operating), false));
        assert!(h.integrated_on(day("2022-12-31")));
        house.set("2023-01-01");
        assert_eq!(verdict(&house, &house.notice(&facility).await.token).await, "这份告知书已经终止");
    }

    async fn nobody_ends_the_institution_of_another_district(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        // It moved away in between.
        house.set("2022-05-05");
        let jingan = places::by_code(&mut house.db.read().await.unwrap(), "310106", day("2022-05-05")).await.unwrap().unwrap();
        let site = registry::model::Site { place: jingan.id, address: "长寿路1号".into(), lon: None, lat: None };
        let moved = registry::Change::SetSite { span: kernel::Span::since(day("2022-05-05")), site };
        let stamp = registry::Stamp { now: house.clock.now(), ids: &house.ids, by: "test" };
        let mut tx = house.db.begin().await.unwrap();
        registry::edit(&mut tx, &stamp, &registry::At::any(&facility), vec![moved]).await.unwrap();
        tx.commit().await.unwrap();
        let day_of = values(&[("first_day", "2022-06-01")]);
        let refused = house.granted("revocation", Some(&facility), &day_of).await.unwrap_err();
        assert!(matches!(refused, web::Error::Rule(rule) if rule.code == "licence.elsewhere"));
        assert_eq!(house.history(&facility).await.state_on(day("2022-06-01")), Some(State::Operating));
    }

    async fn a_head_brings_what_concerns_its_own_institution(db: Db) {
        let house = house(db).await;
        let facility = house.opened().await;
        let head = house.token("agent").await;
        let other = FacilityId::new("other");
        for (form, status) in [("suspension", 201), ("closing", 201), ("revocation", 403)] {
            let body = serde_json::json!({"title": "小芽托育园", "facility": other}).to_string();
            let request = axum::http::Request::post(format!("/api/v1/matters/new/{form}"))
                .header("authorization", format!("Bearer {head}"))
                .header("content-type", "application/json")
                .header("idempotency-key", format!("bring-{form}"))
                .body(axum::body::Body::from(body));
            let sent = house.send(request.unwrap()).await;
            assert_eq!(sent.status.as_u16(), status, "{form}: {}", sent.body);
        }
        let matters = matter::of_facility(&mut house.db.read().await.unwrap(), &facility, 10).await.unwrap();
        let mut kinds: Vec<&str> = matters.iter().map(|m| m.short_kind()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["closing", "opening", "suspension"], "about the own one, whatever was sent");
    }
}
