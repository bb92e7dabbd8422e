//! The same submit twice makes one application; two reviewers at once: the second sees what the first did.

use crate::house::house;
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

db::both! {
    async fn the_same_twice_is_once(db: Db) {
        let house = house(db).await;
        let agent = house.token("agent").await;
        let new = json!({"title": "小满托育园", "region": "310106"});
        let mut ids = Vec::new();
        for _ in 0..2 {
            let answer = house.call_keyed(&agent, "/api/v1/matters/new/opening.test", "key-brought-1", new.clone()).await;
            ids.push(answer.json()["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(ids[0], ids[1]);
        let id = house.drafted(&agent, "小满托育园").await;
        let path = format!("/api/v1/matters/{id}/moves");
        for _ in 0..2 {
            let moved = house.call_keyed(&agent, &path, "key-submitted-1", json!({"move": "submit"})).await;
            assert_eq!(moved.json()["state"], "consulting", "{}", moved.body);
        }
        let steps = house.get(&agent, &format!("/api/v1/matters/{id}")).await.json()["steps"].clone();
        assert_eq!(steps.as_array().unwrap().iter().filter(|s| s["verb"] == "submit").count(), 1);
        assert_eq!(house.get(&agent, "/api/v1/matters").await.json()["items"].as_array().unwrap().len(), 2);
    }

    async fn the_second_reviewer_sees_what_the_first_did(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        let (first, second) = (house.token("centre").await, house.token("centre2").await);
        let page = house.get(&second, &format!("/matters/{id}")).await.body;
        let seen = page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(house.go(&first, &id, "refuse", "不符合条件").await.json()["state"], "refused");
        let path = format!("/matters/{id}/moves");
        let late = house.form(&second, &path, &[("move", "refuse"), ("words", "我也要驳回"), ("seen", &seen)]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.body.contains("别人已经办理了这件事项") && late.body.contains("不符合条件"), "{}", late.body);
    }

    async fn two_at_once_are_one_after_the_other(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        let (first, second) = (house.token("centre").await, house.token("centre2").await);
        let (a, b) = tokio::join!(house.go(&first, &id, "refuse", "甲"), house.go(&second, &id, "refuse", "乙"));
        let done = [&a, &b].iter().filter(|answer| answer.status == StatusCode::OK).count();
        assert_eq!(done, 1, "{} / {}", a.body, b.body);
        let steps = house.get(&first, &format!("/api/v1/matters/{id}")).await.json()["steps"].clone();
        assert_eq!(steps.as_array().unwrap().iter().filter(|s| s["verb"] == "refuse").count(), 1);
    }

    async fn an_effect_that_fails_takes_the_move_back(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("坏").await;
        let centre = house.token("centre").await;
        let path = format!("/api/v1/matters/{id}");
        house.call(&centre, &format!("{path}/fill/decision"), json!({"granted_places": "40"})).await;
        let failed = house.go(&centre, &id, "grant", "").await;
        assert_eq!(failed.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", failed.body);
        let one = house.get(&centre, &path).await.json();
        assert_eq!(one["state"], "deciding");
        assert!(one["steps"].as_array().unwrap().iter().all(|s| s["verb"] != "grant"));
        assert_eq!(house.get(&centre, "/api/v1/desk").await.json()["items"].as_array().unwrap().len(), 1, "it still waits");
    }
}
