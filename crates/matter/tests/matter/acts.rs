//! From a draft to a decision: who may do what when, whose desk it lies on, and what is kept of it.

use crate::house::{day, house};
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

db::both! {
    async fn from_a_draft_to_a_decision(db: Db) {
        let house = house(db).await;
        let (agent, centre, health) = (house.token("agent").await, house.token("centre").await, house.token("health").await);
        let id = house.drafted(&agent, "小满托育园").await;
        let path = format!("/api/v1/matters/{id}");
        let one = house.get(&agent, &path).await.json();
        assert_eq!((one["state"].as_str(), one["number"].as_str()), (Some("draft"), Some("310106-opening-2022-0001")));
        // Sixty days of the calendar from 1 March: 30 April is a holiday (30 April to 4 May), the 5th of May works.
        assert_eq!(one["due"], "2022-05-05");
        assert_eq!(house.go(&agent, &id, "submit", "").await.json()["state"], "consulting");
        // It is on the desks of both departments and of the centre; there is no tobacco office to ask.
        for (token, todo) in [(&centre, "征求部门意见：小满托育园"), (&health, "请出具意见：试办，小满托育园")] {
            let desk = house.get(token, "/api/v1/desk").await.json();
            assert_eq!(desk["items"][0]["text_zh"], todo);
            assert_eq!(desk["items"][0]["href"], format!("/matters/{id}"));
        }
        let page = house.get(&centre, &format!("/matters/{id}")).await.body;
        assert!(page.contains("本地没有可以征求意见的部门") && page.contains("等待意见"), "{page}");
        // Not before they have answered, or their five working days have passed.
        let early = house.go(&centre, &id, "collect", "").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(early.body.contains("还有 2 个部门没有出具意见"), "{}", early.body);
        // A refusal needs a reason, an agreement does not.
        let opinion = format!("{path}/opinion");
        let bare = house.call(&health, &opinion, json!({"verdict": "disagree"})).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bare.body);
        house.agree("health", &id).await;
        let again = house.call(&health, &opinion, json!({"verdict": "disagree", "words": "又不同意"})).await;
        assert_eq!(again.status, StatusCode::CONFLICT, "an opinion is given once: {}", again.body);
        assert_eq!(house.get(&health, "/api/v1/desk").await.json()["items"].as_array().unwrap().len(), 0);
        // Sessions do not last over days.
        house.set("2022-03-03");
        let (agent, centre) = (house.token("agent").await, house.token("centre").await);
        house.agree("fire", &id).await;
        assert_eq!(house.go(&centre, &id, "collect", "").await.json()["state"], "deciding");
        // The district promises fifteen working days where the norm of all says twenty.
        assert_eq!(house.get(&centre, &path).await.json()["due"], "2022-03-24");
        // The office's own section comes first.
        let bare = house.go(&centre, &id, "grant", "").await;
        assert!(bare.body.contains("办理单位填写的部分还缺 1 项"), "{}", bare.body);
        let places = json!({"granted_places": "40"});
        assert_eq!(house.call(&agent, &format!("{path}/fill/decision"), places.clone()).await.status, StatusCode::CONFLICT);
        assert_eq!(house.call(&centre, &format!("{path}/fill/decision"), places).await.status, StatusCode::OK);
        let granted = house.go(&centre, &id, "grant", "同意开办").await;
        assert_eq!(granted.json()["state"], "granted", "{}", granted.body);
        let one = house.get(&agent, &path).await.json();
        assert_eq!((one["ending"].as_str(), one["turn"].as_str(), one["due"].as_str()), (Some("granted"), None, None));
        let verbs: Vec<&str> = one["steps"].as_array().unwrap().iter().map(|s| s["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["opened", "submit", "nobody_to_ask", "opinion_agree", "opinion_agree", "collect", "grant"]);
        assert_eq!(house.get(&centre, "/api/v1/desk").await.json()["items"].as_array().unwrap().len(), 0, "nothing waits");
        // How was it? Once; a bad one needs a reason and goes to the bureau above.
        let rating = format!("/matters/{id}/rating");
        assert_eq!(house.form(&centre, &rating, &[("stars", "5")]).await.status, StatusCode::FORBIDDEN);
        let bare = house.form(&agent, &rating, &[("stars", "1")]).await;
        assert!(bare.body.contains("请写明不满意的原因"), "{}", bare.body);
        let rated = house.form(&agent, &rating, &[("stars", "1"), ("words", "等了太久")]).await;
        assert_eq!(rated.status, StatusCode::SEE_OTHER, "{}", rated.body);
        assert_eq!(house.form(&agent, &rating, &[("stars", "5")]).await.status, StatusCode::CONFLICT);
        // What is summed is what a count of the ratings gives; the refused ones are not in it.
        let mut read = house.db.read().await.unwrap();
        let summed = matter::store::rated::ratings(&mut read, Some("310106"), "2022-01", "2023-01").await.unwrap();
        let counted: i64 = read.one(db::q!("select count(*) from matter_rating where stars = 1")).await.unwrap();
        let one = matter::store::rated::Rated { kind: "test.opening".to_owned(), stars: 1, ratings: counted };
        assert_eq!((summed, counted), (vec![one], 1));
        assert_eq!(matter::store::rated::ratings(&mut read, Some("310109"), "2022-01", "2023-01").await.unwrap(), []);
        drop(read);
        let bureau = house.token("bureau").await;
        let desk = house.get(&bureau, "/api/v1/desk").await.json();
        assert_eq!(desk["items"][0]["text_zh"], "1 星差评：小满托育园，等了太久");
        // Nothing more can be done, and it says so.
        let late = house.go(&agent, &id, "withdraw", "").await;
        assert!(late.body.contains("现在可以办的：没有"), "{}", late.body);
    }

    async fn who_is_not_concerned_sees_nothing(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        for (login, sees) in [
            ("agent", true), ("agent2", true), ("centre2", true), ("bureau", true), ("city", true), ("health", true),
            ("other", false), ("market", false), ("hongkou", false),
        ] {
            let token = house.token(login).await;
            let expected = if sees { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(house.get(&token, &format!("/matters/{id}")).await.status, expected, "{login}");
            assert_eq!(house.get(&token, &format!("/api/v1/matters/{id}")).await.status, expected, "{login}");
            assert_eq!(house.get(&token, &format!("/matters/{id}/files/1")).await.status, expected, "{login}");
            let list = house.get(&token, "/api/v1/matters").await.json();
            let listed = list["items"].as_array().unwrap().iter().any(|m| m["id"] == id.as_str());
            // A department finds it among those it was asked about, not among those of the place.
            assert_eq!(listed, sees && login != "health", "{login}");
        }
        // A move belongs to a unit that has the turn, in a role of the move.
        for login in ["agent", "health", "bureau", "city"] {
            let token = house.token(login).await;
            let refused = house.go(&token, &id, "refuse", "不行").await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{login}: {}", refused.body);
            assert!(refused.body.contains("matter.move_not_yours"), "{login}: {}", refused.body);
        }
    }

    async fn a_person_is_masked_for_those_who_need_not_know(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        let (agent, centre, health) = (house.token("agent").await, house.token("centre").await, house.token("health").await);
        for (token, phone) in [(&agent, "13800001234"), (&centre, "13800001234"), (&health, "138****1234")] {
            let one = house.get(token, &format!("/api/v1/matters/{id}")).await.json();
            assert_eq!(one["values"]["phone"], phone);
            assert!(house.get(token, &format!("/matters/{id}")).await.body.contains(phone));
        }
        // In the database it stands sealed.
        let mut read = house.db.read().await.unwrap();
        let plain: i64 = read.one(db::q!("select count(*) from matter_value where value = '13800001234'")).await.unwrap();
        let sealed: i64 = read.one(db::q!("select count(*) from matter_value where sealed is not null")).await.unwrap();
        assert_eq!((plain, sealed), (0, 2), "the phone and the contact's mobile");
    }

    async fn a_clock_that_was_stopped_today_holds_nobody_up(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        let centre = house.token("centre").await;
        let clock = format!("/matters/{id}/clock");
        house.form(&centre, &clock, &[("act", "pause"), ("words", "等待消防检测报告")]).await;
        let desk = house.get(&centre, "/api/v1/desk").await.json();
        assert_eq!(desk["items"][0]["due"], serde_json::Value::Null, "the desk stands still as well: {desk}");
        let refused = house.go(&centre, &id, "refuse", "面积不够").await;
        assert_eq!(refused.json()["state"], "refused", "{}", refused.body);
        let agent = house.token("agent").await;
        let desk = house.get(&agent, "/api/v1/desk").await.json();
        let told = desk["items"][0]["text_zh"].as_str().unwrap_or_default();
        assert!(told.starts_with("试办“小满托育园”") && told.ends_with("不予同意"), "{desk}");
        // And by a short message to the number of the form, where it was filled in.
        assert_eq!(house.messages().await, 1);
        let without = house.drafted_with(&agent, "没有号码的", "").await;
        house.go(&agent, &without, "withdraw", "").await;
        assert_eq!(house.messages().await, 1, "nobody is told of what they did themselves");
    }

    async fn who_is_asked_again_answers_again(db: Db) {
        let house = house(db).await;
        let (agent, centre) = (house.token("agent").await, house.token("centre").await);
        let id = house.drafted(&agent, "小满托育园").await;
        house.go(&agent, &id, "submit", "").await;
        house.agree("fire", &id).await;
        house.say("health", &id, "mend").await;
        house.go(&centre, &id, "collect", "").await;
        let places = json!({"granted_places": "40"});
        house.call(&centre, &format!("/api/v1/matters/{id}/fill/decision"), places).await;
        let early = house.go(&centre, &id, "grant", "").await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "health wants something mended: {}", early.body);
        let health = house.token("health").await;
        let asked = |list: serde_json::Value| list["items"].as_array().unwrap().len();
        assert_eq!(asked(house.get(&health, "/api/v1/matters?tab=asked").await.json()), 0);
        house.go(&centre, &id, "ask_again", "已整改").await;
        let list = house.get(&health, "/api/v1/matters?tab=asked").await.json();
        assert_eq!(list["items"][0]["due"], "2022-03-08", "the day of the opinion: {list}");
        assert_eq!(asked(list), 1, "once");
        house.agree("health", &id).await;
        house.agree("fire", &id).await;
        house.go(&centre, &id, "collect", "").await;
        let page = house.get(&centre, &format!("/matters/{id}")).await.body;
        assert!(page.contains("征求）"), "what was said before stays to be read: {page}");
        assert_eq!(house.go(&centre, &id, "grant", "").await.json()["state"], "granted");
        let page = house.get(&health, "/matters?tab=asked").await.body;
        assert!(!page.contains("小满托育园"), "what was said is waited for no more: {page}");
    }

    async fn the_clock_stands_still_and_is_extended_once(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        let centre = house.token("centre").await;
        let (path, clock) = (format!("/api/v1/matters/{id}"), format!("/matters/{id}/clock"));
        assert_eq!(house.get(&centre, &path).await.json()["due"], "2022-03-22");
        assert_eq!(house.form(&centre, &clock, &[("act", "pause")]).await.status, StatusCode::UNPROCESSABLE_ENTITY, "why?");
        let paused = house.form(&centre, &clock, &[("act", "pause"), ("words", "等待消防检测报告")]).await;
        assert_eq!(paused.status, StatusCode::SEE_OTHER, "{}", paused.body);
        assert_eq!(house.get(&centre, &path).await.json()["due"], serde_json::Value::Null);
        house.set("2022-03-31");
        let centre = house.token("centre").await;
        assert_eq!(matter::walk(&house.app).await.unwrap(), matter::Walked::default(), "what stands still is not late");
        house.form(&centre, &clock, &[("act", "resume")]).await;
        // Nothing was used up before the pause: fifteen working days after 31 March, over 清明 (3 to 5 April).
        assert_eq!(house.get(&centre, &path).await.json()["due"], "2022-04-22");
        house.form(&centre, &clock, &[("act", "extend"), ("words", "案情复杂")]).await;
        // Ten more: 24 April and 7 May are days of work, 30 April to 4 May and 8 May are off.
        assert_eq!(house.get(&centre, &path).await.json()["due"], "2022-05-09");
        let twice = house.form(&centre, &clock, &[("act", "extend"), ("words", "再延")]).await;
        assert!(twice.body.contains("期限已经延长过一次"), "{}", twice.body);
        let agent = house.token("agent").await;
        let foreign = house.form(&agent, &clock, &[("act", "resume")]).await;
        assert!(foreign.body.contains("计时只能由现在承办的单位调整"), "{}", foreign.body);
    }

    async fn how_long_steps_take_is_kept_as_they_end(db: Db) {
        let house = house(db).await;
        for (begun, name) in [("2022-03-01", "一"), ("2022-03-02", "二"), ("2022-03-08", "三")] {
            house.set(begun);
            let id = house.to_decide(name).await;
            house.set(if name == "三" { "2022-03-29" } else { "2022-03-10" });
            let centre = house.token("centre").await;
            assert_eq!(house.go(&centre, &id, "refuse", "不符合条件").await.json()["state"], "refused");
        }
        let bureau = house.token("bureau").await;
        let paces = house.get(&bureau, "/api/v1/matters/pace").await.json();
        let deciding = paces["items"].as_array().unwrap().iter().find(|p| p["state"] == "deciding").unwrap().clone();
        // 2-4 and 7-10 March: 7; 3, 4 and 7-10 March: 6; 9-11, 14-18, 21-25 and 28, 29 March: 15.
        assert_eq!((&deciding["stays"], &deciding["median"], &deciding["p90"]), (&json!(3), &json!(7), &json!(15)));
        assert_eq!(deciding["unit"], "ja_childcare_guidance_centre");
        let page = house.get(&bureau, "/matters/pace").await.body;
        assert!(page.contains("待批") && page.contains("出具部门意见"), "{page}");
        // The year after, none of it ended within twelve months.
        house.set("2023-06-01");
        let bureau = house.token("bureau").await;
        assert_eq!(house.get(&bureau, "/api/v1/matters/pace").await.json()["items"].as_array().unwrap().len(), 0);
    }

    async fn what_is_brought_asks_for_what_it_needs(db: Db) {
        let house = house(db).await;
        let (agent, health) = (house.token("agent").await, house.token("health").await);
        let page = house.get(&agent, "/matters/new").await.body;
        assert!(page.contains("试办托育机构") && page.contains("许可（草案）") && !page.contains("/matters/new/opening.later"), "{page}");
        let page = house.get(&agent, "/matters/new/opening.test").await.body;
        assert!(page.contains("租赁合同") && page.contains("卫生健康"), "{page}");
        let bare = house.form(&agent, "/matters/new/opening.test", &[("title", "")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.body.contains("f-title") && bare.body.contains("f-region"), "{}", bare.body);
        let new = |form: &'static str| house.call(&agent, form, json!({"title": "x", "region": "310106"}));
        assert_eq!(new("/api/v1/matters/new/opening.later").await.status, StatusCode::CONFLICT, "a draft of a form");
        assert_eq!(new("/api/v1/matters/new/no.such").await.status, StatusCode::NOT_FOUND);
        let foreign = house.call(&health, "/api/v1/matters/new/opening.test", json!({"title": "x", "region": "310106"})).await;
        assert_eq!(foreign.status, StatusCode::FORBIDDEN);
        // Too few square metres for the places: it cannot be submitted, and the clause stands beside it.
        let id = house.drafted(&agent, "小满托育园").await;
        let path = format!("/api/v1/matters/{id}");
        house.call(&agent, &format!("{path}/fill/base"), json!({"places": "51"})).await;
        let refused = house.go(&agent, &id, "submit", "").await;
        assert!(refused.body.contains("还有 1 项没有填好或不符合"), "{}", refused.body);
        let page = house.get(&agent, &format!("/matters/{id}")).await.body;
        assert!(page.contains("不符合，不能提交") && page.contains("场地面积"), "{page}");
        assert_eq!(house.get(&agent, &path).await.json()["due"], day("2022-05-05").to_string());
    }
}
