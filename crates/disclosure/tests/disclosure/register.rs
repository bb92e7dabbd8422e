//! The register: it follows decisions, says what is closed, and gives itself to other programs.

use crate::house::{House, day, house};
use axum::http::{StatusCode, header};
use db::{Db, Read};
use disclosure::Sources;
use disclosure::sources::{NoticeSeen, NoticeStanding, Told, Unlawful};
use kernel::kinds::FacilityId;
use kernel::{Day, Span};
use registry::Change;
use registry::codes::{FacilityKind::*, State};
use std::time::{Duration, Instant};

async fn names(house: &House, query: &str) -> Vec<String> {
    let answer = house.open(&format!("/api/v1/public/institutions?limit=200{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
    let items = answer.json()["items"].as_array().unwrap().clone();
    items.iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
}

fn closed(from: &str) -> Change {
    Change::SetState { span: Span::since(day(from)), state: State::Closed, reason: "停办".into() }
}

fn unlawful(_: &mut Read, on: Day) -> Told<'_, Vec<Unlawful>> {
    let one = Unlawful {
        name: "某某早教中心".into(),
        address: "四川北路9号".into(),
        place_code: "310109014".into(),
        place_name: "四川北路街道".into(),
        since: day("2022-02-01"),
        basis: ("上海市3岁以下幼儿托育机构管理暂行办法".into(), "Interim measures".into()),
    };
    Box::pin(async move { Ok(if on >= one.since { vec![one] } else { Vec::new() }) })
}

fn revoked<'a>(_: &'a mut Read, _: &'a FacilityId, _: Day) -> Told<'a, Option<NoticeSeen>> {
    let seen = NoticeSeen {
        number: "310109-2021-0001".into(),
        standing: NoticeStanding::Revoked,
        until: day("2022-02-10"),
        href: "/notices/ABC".into(),
    };
    Box::pin(async move { Ok(Some(seen)) })
}

db::both! {
    async fn a_decision_is_public_within_a_second_and_the_rest_stays_as_it_is(db: Db) {
        let house = house(db, Sources::default()).await;
        for n in 0..30 {
            house.enter(Institution, &format!("甲{n:02}托育园"), "310109009", "2021-03-01", vec![]).await;
        }
        assert_eq!(names(&house, "").await.len(), 30);
        let before = disclosure::follow::on(&house.app, &house.kept, house.clock.today()).await.unwrap();
        let one = house.enter(Institution, "乙托育园", "310115004", "2022-02-01", vec![]).await;
        let began = Instant::now();
        while names(&house, "&q=%E4%B9%99").await.is_empty() {
            assert!(began.elapsed() < Duration::from_secs(1), "a second has passed");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let after = disclosure::follow::on(&house.app, &house.kept, house.clock.today()).await.unwrap();
        assert_eq!((before.len(), after.len()), (30, 31));
        for old in before.lines() {
            let new = after.line(after.number_of(&old.entry.facility).unwrap());
            assert!(std::sync::Arc::ptr_eq(old, new), "{} was read anew", old.entry.name);
        }
        // It moves in the order of names, leaves a district, closes: always one line.
        house.edit(&one, vec![closed("2022-02-10")]).await;
        house.wait().await;
        assert!(names(&house, "&q=%E4%B9%99").await.is_empty());
        assert_eq!(names(&house, "&q=%E4%B9%99&state=closed").await, ["乙托育园"]);
        assert_eq!(names(&house, "&region=310115&state=all").await, ["乙托育园"]);
        let all = names(&house, "&state=all").await;
        assert_eq!(all.len(), 31);
        // A page of the middle goes on where it ended, old and new lines together.
        let first = house.open("/api/v1/public/institutions?limit=10&state=all").await.json();
        let next = first["next"].as_str().unwrap().to_owned();
        let second = names(&house, &format!("&state=all&after={next}")).await;
        assert_eq!(all[10..], second);
    }

    async fn many_changes_become_a_new_base_and_nothing_is_lost(db: Db) {
        let house = house(db, Sources::default()).await;
        house.enter(Institution, "甲托育园", "310109009", "2021-03-01", vec![]).await;
        assert_eq!(names(&house, "").await.len(), 1);
        for n in 0..600 {
            house.enter(Institution, &format!("丙{n:03}托育园"), "310115004", "2021-03-01", vec![]).await;
            if n % 200 == 0 {
                house.wait().await;
                names(&house, "").await;
            }
        }
        house.wait().await;
        let book = disclosure::follow::on(&house.app, &house.kept, house.clock.today()).await.unwrap();
        assert_eq!(book.len(), 601);
        assert_eq!(names(&house, "&q=%E4%B8%99599").await, ["丙599托育园"]);
        assert_eq!(names(&house, "&q=%E7%94%B2").await, ["甲托育园"]);
    }

    async fn what_is_closed_stays_at_its_address_and_invites_nobody(db: Db) {
        let house = house(db, Sources { notice: Some(revoked), unlawful: Some(unlawful), checks: vec![] }).await;
        let notice = house.notice("310109-2021-0001", "2021-03-01", "2022-02-10");
        let id = house.enter(Institution, "小满托育园", "310109009", "2021-03-01", vec![notice]).await;
        let suspended = house.enter(Institution, "小暑托育园", "310109009", "2021-03-01", vec![]).await;
        house.edit(&id, vec![closed("2022-02-10")]).await;
        house.edit(&suspended, vec![Change::SetState {
            span: Span::since(day("2022-01-05")), state: State::Suspended, reason: "装修".into(),
        }]).await;
        let page = house.open(&format!("/public/institutions/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("2022-02-10 起已停止开办") && page.body.contains("已于 2022-02-10 被撤销"), "{}", page.body);
        assert!(page.body.contains("/notices/ABC"));
        assert!(!page.body.contains("tel:") && !page.body.contains("现有空余"), "an invitation: {}", page.body);
        let page = house.open(&format!("/public/institutions/{suspended}?lang=en")).await.body;
        assert!(page.contains("Suspended since 2022-01-05") && !page.contains("tel:"), "{page}");
        assert!(names(&house, "").await.is_empty(), "the list shows what is open");
        let list = house.open("/public/institutions?state=all").await.body;
        assert!(list.contains("小满托育园") && list.contains("小暑托育园"));
        assert!(list.contains("某某早教中心") && list.contains("未取得告知书"), "{list}");
        assert!(!house.open("/public/institutions?region=310115").await.body.contains("某某早教中心"));
    }

    async fn a_kindergarten_is_listed_while_it_has_a_class_for_the_youngest(db: Db) {
        let house = house(db, Sources::default()).await;
        house.enter(Kindergarten, "某一幼儿园", "310109009", "2019-09-01", vec![]).await;
        let class = house.ids.new_id(house.clock.now());
        let open = Change::OpenClass {
            class: kernel::kinds::ClassId::clone(&class),
            name: "托大班".into(),
            kind: registry::codes::Band::Toddler,
            gained: registry::codes::Gained::New,
            span: Span::since(day("2020-09-01")),
            mode: registry::codes::Mode::FullDay,
        };
        let second = house.enter(Kindergarten, "某二幼儿园", "310109009", "2019-09-01", vec![open]).await;
        assert_eq!(names(&house, "&state=all").await, ["某二幼儿园"]);
        house.edit(&second, vec![Change::CloseClass { class, on: day("2022-02-01") }]).await;
        house.wait().await;
        assert!(names(&house, "").await.is_empty());
        let page = house.open(&format!("/public/institutions/{second}")).await;
        assert!(page.status == StatusCode::OK && page.body.contains("不接收 3 岁以下幼儿"), "{}", page.body);
    }

    async fn filters_narrow_and_words_find(db: Db) {
        let house = house(db, Sources::default()).await;
        house.enter(Institution, "曲阳托育园", "310109010", "2021-03-01", vec![house.inclusive("2021-04-01")]).await;
        house.enter(BabyHouse, "凉城宝宝屋", "310109017", "2021-03-01", vec![]).await;
        house.enter(Institution, "张江托育园", "310115004", "2021-03-01", vec![]).await;
        assert_eq!(names(&house, "&region=310109").await.len(), 2);
        assert_eq!(names(&house, "&region=310109010").await, ["曲阳托育园"]);
        assert_eq!(names(&house, "&region=310000").await.len(), 3);
        assert_eq!(names(&house, "&inclusive=true").await, ["曲阳托育园"]);
        assert_eq!(names(&house, "&kind=baby_house").await, ["凉城宝宝屋"]);
        assert_eq!(names(&house, "&q=%E6%89%98%E8%82%B2%E5%9B%AD%20%E5%BC%A0%E6%B1%9F").await, ["张江托育园"]);
        assert_eq!(names(&house, "&q=%E5%BC%A0").await, ["张江托育园"], "one character");
        assert_eq!(names(&house, "&fee_max=2999").await.len(), 0);
        assert_eq!(names(&house, "&fee_max=3000&mode=full_day").await.len(), 3);
        assert_eq!(names(&house, "&free=true").await.len(), 0, "all places are taken");
        for wrong in ["state=x", "free=x", "kind=x", "fee_max=-1"] {
            assert_eq!(house.open(&format!("/api/v1/public/institutions?{wrong}")).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        assert_eq!(house.open("/public/institutions?region=999999").await.status, StatusCode::NOT_FOUND);
        let map = house.open("/public/map?region=310109").await.body;
        assert!(map.contains("曲阳托育园") && !map.contains("张江托育园") && map.contains("class=\"spot\""), "{map}");
        assert!(house.open("/public/map").await.body.contains("class=\"bubble\""));
    }

    async fn the_register_is_given_to_other_programs(db: Db) {
        let house = house(db, Sources::default()).await;
        let notice = house.notice("310109-2021-0001", "2021-05-01", "9999-12-31");
        let id = house.enter(Institution, "曲阳,托育园", "310109010", "2021-03-01", vec![notice]).await;
        for n in 0..60 {
            house.enter(Institution, &format!("甲{n:02}托育园"), "310109009", "2020-03-01", vec![]).await;
        }
        let csv = house.open("/public/institutions.csv?limit=10").await;
        assert_eq!((csv.status, csv.headers[header::CONTENT_TYPE].to_str().unwrap()), (StatusCode::OK, "text/csv; charset=utf-8"));
        let next = csv.headers[header::LINK].to_str().unwrap().to_owned();
        assert!(next.starts_with("</public/institutions.csv?limit=10&after=") && next.ends_with("; rel=\"next\""), "{next}");
        assert_eq!(csv.body.lines().count(), 11);
        assert!(csv.body.trim_start_matches('\u{feff}').starts_with("id,name,state,since,kind"), "{}", csv.body);
        assert!(!csv.headers.contains_key(header::SET_COOKIE));
        let whole = house.open("/public/institutions.csv").await;
        assert!(whole.body.contains("\"曲阳,托育园\"") && !whole.headers.contains_key(header::LINK));
        let json = house.open("/public/institutions.json").await;
        assert_eq!(json.json()["items"].as_array().unwrap().len(), 61);
        // The youngest first: granted, opened, then the sixty of the year before, over two pages without a double.
        let (mut ids, mut path) = (Vec::new(), "/public/institutions.atom".to_owned());
        loop {
            let feed = house.open(&path).await;
            assert_eq!(feed.status, StatusCode::OK, "{}", feed.body);
            ids.extend(feed.body.split("<entry>\n<id>").skip(1).map(|e| e.split('<').next().unwrap().to_owned()));
            let Some(next) = feed.headers.get(header::LINK) else { break };
            path = next.to_str().unwrap().split(['<', '>']).nth(1).unwrap().to_owned();
        }
        assert_eq!(ids.len(), 62);
        assert_eq!(ids[0], format!("tag:shanyu,2026:institution/{id}/notice_granted/2021-05-01"));
        assert_eq!(ids[1], format!("tag:shanyu,2026:institution/{id}/opened/2021-03-01"));
        let unique: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        // What has not changed is not sent again.
        let first = house.open("/public/institutions.atom").await;
        let again = axum::http::Request::get("/public/institutions.atom")
            .header(header::IF_NONE_MATCH, &first.headers[header::ETAG])
            .body(axum::body::Body::empty())
            .unwrap();
        assert_eq!(house.send(again).await.status, StatusCode::NOT_MODIFIED);
        assert_eq!(house.open("/public/data").await.status, StatusCode::OK);
        assert_eq!(house.open("/public/institutions.atom?after=zz").await.status, StatusCode::BAD_REQUEST);
    }
}
