//! A self-check is recorded point by point; what it finds is open until it is mended; offices see it and ask.

use crate::house::house;
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

db::both! {
    async fn what_a_head_finds_is_open_until_it_is_mended(db: Db) {
        let house = house(db).await;
        let (head, centre) = (house.token("head").await, house.token("centre").await);
        let own = house.get(&head, "/duties").await;
        assert!(own.body.contains("违法犯罪记录查询") && own.body.contains("《中华人民共和国未成年人保护法（2020年修订）》第六十二条"), "{}", own.body);
        assert!(!own.body.contains("每周食谱"), "not in force in 2022");
        let (file, check) = (format!("/facilities/{}", house.own), format!("/facilities/{}/duties/fire/check", house.own));
        let form = house.get(&head, &check).await.body;
        assert!(form.contains("疏散通道"), "{form}");
        let watch = house.get(&head, &format!("{file}/duties/video/check")).await.body;
        assert!(watch.contains("不少于 90"), "the norm of the place: {watch}");
        // Every point is answered, and a problem has its words.
        let half = [("day", "2022-11-15"), ("point.exits", "deficient"), ("point.equipment", "fine")];
        let answer = house.form(&head, &check, &check, &half).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("f-words.exits") && answer.body.contains("f-point.power"), "{}", answer.body);
        assert!(answer.body.contains("value=\"deficient\" checked"), "what was typed comes back");
        let mut whole = vec![("words.exits", "后门堆了纸箱"), ("point.power", "apart"), ("note", "与保安一起看")];
        whole.extend(half);
        let text = house.upload(&head, &check, &check, &whole, b"#!/bin/sh").await;
        assert_eq!(text.status, StatusCode::UNPROCESSABLE_ENTITY, "no evidence");
        let done = house.upload(&head, &check, &check, &whole, JPEG).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let own = house.get(&head, "/duties").await.body;
        assert!(own.contains("后门堆了纸箱") && own.contains("1 个问题待整改") && own.contains("2022-12-31"), "{own}");
        let one = house.get(&centre, &format!("{file}/duties/fire")).await.body;
        assert!(one.contains("发现 1 个问题") && one.contains("a.jpg") && one.contains("与保安一起看"), "{one}");
        let href = one.split("href=\"/duties/files/").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(house.get(&centre, &format!("/duties/files/{href}")).await.status, StatusCode::OK);
        // The office sees it among all, and cannot mend it.
        let open = house.get(&centre, "/api/v1/deficiencies").await.json();
        let id = open["items"][0]["id"].as_str().unwrap().to_owned();
        let page = format!("/duties/deficiencies/{id}");
        assert!(house.get(&centre, "/duties/open").await.body.contains("后门堆了纸箱"));
        assert!(house.get(&centre, &page).await.body.contains("由机构负责人登记"));
        let mend = [("day", "2022-11-15"), ("words", "已清空并划线")];
        let (api, key) = (format!("/api/v1/deficiencies/{id}/mend"), house.key());
        assert_eq!(house.call(&centre, &api, &key, json!({"day": "2022-11-15", "words": "x"})).await.status, StatusCode::FORBIDDEN);
        let early = [("day", "2022-11-14"), ("words", "已清空")];
        assert_eq!(house.form(&head, &page, &format!("{page}/mend"), &early).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.upload(&head, &page, &format!("{page}/mend"), &mend, JPEG).await.status, StatusCode::SEE_OTHER);
        assert!(house.get(&centre, &page).await.body.contains("已清空并划线"));
        assert_eq!(house.get(&centre, "/api/v1/deficiencies").await.json()["items"].as_array().unwrap().len(), 0);
        assert_eq!(house.call(&head, &api, &key, json!({"day": "2022-11-15", "words": "x"})).await.status, StatusCode::CONFLICT);
        let mut read = house.app.db.read().await.unwrap();
        let rows: i64 = read.one(db::q!("select count(*) from audit where action = 'duty.record'")).await.unwrap();
        assert_eq!(rows, 2, "each write once in the audit");
    }

    async fn the_same_key_is_one_self_check(db: Db) {
        let house = house(db).await;
        let head = house.token("head").await;
        let (api, key) = (format!("/api/v1/facilities/{}/duties/children_data/checks", house.own), house.key());
        let body = json!({"day": "2022-11-10", "point.reported": "fine"});
        for _ in 0..2 {
            let answer = house.call(&head, &api, &key, body.clone()).await;
            assert_eq!((answer.status, answer.json()["deficient"].as_i64()), (StatusCode::CREATED, Some(0)), "{}", answer.body);
        }
        let mut read = house.app.db.read().await.unwrap();
        assert_eq!(read.one::<i64>(db::q!("select count(*) from duty_check")).await.unwrap(), 1);
        for wrong in [json!({"day": "2022-11-16", "point.reported": "fine"}), json!({"day": "2019-12-31", "point.reported": "fine"}), json!({"day": "2022-11-10"}), json!({"day": "2022-11-10", "point.reported": "good"})] {
            let answer = house.call(&head, &api, &house.key(), wrong).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
        }
        let other = format!("/api/v1/facilities/{}/duties/children_data/checks", house.other);
        assert_eq!(house.call(&head, &other, &house.key(), body.clone()).await.status, StatusCode::NOT_FOUND);
        let unknown = format!("/api/v1/facilities/{}/duties/zzz/checks", house.own);
        assert_eq!(house.call(&head, &unknown, &house.key(), body).await.status, StatusCode::NOT_FOUND);
        let duties = house.get(&head, &format!("/api/v1/facilities/{}/duties", house.own)).await.json();
        let mine = duties["items"].as_array().unwrap().iter().find(|d| d["id"] == "children_data").unwrap();
        assert_eq!((mine["last"].as_str(), mine["state"].as_str()), (Some("2022-11-10"), Some("done")));
    }

    async fn each_sees_its_own_place(db: Db) {
        let house = house(db).await;
        let (head, centre, jingan) = (house.token("head").await, house.token("centre").await, house.token("jingan").await);
        let health = house.token("health").await;
        let duties = |of: &kernel::kinds::FacilityId| format!("/facilities/{of}/duties");
        assert_eq!(house.get(&head, &duties(&house.own)).await.status, StatusCode::OK);
        for (who, path) in [(&head, duties(&house.other)), (&jingan, duties(&house.own)), (&jingan, format!("{}/fire", duties(&house.own)))] {
            assert_eq!(house.get(who, &path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(house.get(&head, "/duties/all").await.status, StatusCode::FORBIDDEN);
        assert_eq!(house.get(&centre, "/duties").await.status, StatusCode::FORBIDDEN);
        let names = |body: String| (body.contains("小满托育园"), body.contains("大满托育园"));
        assert_eq!(names(house.get(&centre, "/duties/all").await.body), (true, true));
        assert_eq!(names(house.get(&jingan, "/duties/all").await.body), (false, false));
        // One after the other, by cursor.
        let first = house.get(&centre, "/api/v1/duties?limit=1").await.json();
        let next = first["next"].as_str().unwrap();
        let second = house.get(&centre, &format!("/api/v1/duties?limit=1&after={next}")).await.json();
        assert_ne!(first["items"][0]["facility"], second["items"][0]["facility"]);
        assert_eq!(second["next"], json!(null));
        assert!(first["items"][0]["overdue"].as_i64().unwrap() > 0, "never looked since September");
        let enrolled = [&first, &second].map(|page| page["items"][0]["enrolled"].as_bool().unwrap());
        assert_eq!(enrolled.iter().filter(|e| **e).count(), 1, "one of them has an office");
        assert!(house.get(&centre, "/duties/all?kind=kindergarten").await.body.contains("没有符合条件的机构"));
        // Asking puts it on the desk of the institution; asking again is an urging.
        let ask = format!("{}/ask", duties(&house.own));
        assert_eq!(house.get(&health, &ask).await.status, StatusCode::FORBIDDEN);
        for words in ["请补做消防自查", "请尽快"] {
            let sent = house.form(&centre, &ask, &ask, &[("words", words), ("due", "2022-11-20")]).await;
            assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        }
        assert!(house.get(&head, "/desk").await.body.contains("小满托育园：请按要求自查、整改。"));
        let page = house.get(&head, "/duties").await.body;
        assert!(page.contains("请尽快"), "{page}");
        let past = house.form(&centre, &ask, &ask, &[("words", "x"), ("due", "2022-11-01")]).await;
        assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
