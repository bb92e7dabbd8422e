//! Pages and JSON: who sees what, what may be done, and that it is done once.

use crate::house::{House, house};
use axum::http::StatusCode;
use db::Db;

async fn id_of(house: &House, unit: &str, subject: &str, due: &str) -> String {
    house.ask(unit, subject, due).await.unwrap().id().to_string()
}

db::both! {
    async fn asked_answered_returned_closed_with_person_and_time(db: Db) {
        let house = house(db).await;
        let id = id_of(&house, "ja_education", "一个街镇", "2022-11-20").await;
        let (jingan, city) = (house.token("jingan").await, house.token("city").await);
        let page = house.get(&jingan, "/desk").await;
        assert!(page.body.contains("请办理 一个街镇") && page.body.contains("还剩 5 天"), "{}", page.body);
        assert!(page.body.contains("<span class=\"count\">1</span>"), "the badge");
        // An empty answer comes back beside the field.
        let empty = house.form(&jingan, &format!("/desk/{id}/answer"), "key-00000001", "").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.body.contains("id=\"e-words\""));
        for _ in 0..2 {
            // The same key twice is one answer.
            let done = house.form(&jingan, &format!("/desk/{id}/answer"), "key-00000002", "已约谈<b>").await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        }
        assert!(!house.get(&jingan, "/desk").await.body.contains("class=\"count\""), "nothing waits any more");
        let mine = house.get(&city, &format!("/desk/{id}")).await.body;
        assert!(mine.contains("已约谈&lt;b&gt;") || mine.contains("已约谈&#60;b&#62;"), "{mine}");
        assert!(mine.contains("静安区教育局"));
        let done = house.form(&city, &format!("/desk/{id}/return"), "key-00000003", "请写明完成时间").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        assert!(house.get(&jingan, "/desk").await.body.contains("请办理 一个街镇"), "back on the desk");
        house.form(&jingan, &format!("/desk/{id}/answer"), "key-00000004", "十二月底前").await;
        let done = house.form(&city, &format!("/desk/{id}/close"), "key-00000005", "").await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let one = house.get(&city, &format!("/api/v1/desk/{id}")).await.json();
        let verbs: Vec<&str> = one["steps"].as_array().unwrap().iter().map(|s| s["verb"].as_str().unwrap()).collect();
        assert_eq!(verbs, ["asked", "answered", "returned", "answered", "closed"]);
        assert_eq!(one["state"], "closed");
        let again = house.form(&city, &format!("/desk/{id}/close"), "key-00000006", "").await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "closed already");
    }

    async fn late_ones_stand_first_and_pages_follow_one_another(db: Db) {
        let house = house(db).await;
        for (subject, due) in [("c", "2022-12-03"), ("a", "2022-11-01"), ("b", "2022-11-20")] {
            id_of(&house, "ja_education", subject, due).await;
        }
        let jingan = house.token("jingan").await;
        let body = house.get(&jingan, "/desk").await.body;
        let at = |s: &str| body.find(&format!("请办理 {s}")).unwrap();
        assert!(at("a") < at("b") && at("b") < at("c"));
        assert!(body.contains("逾期 14 天"));
        let mut seen = Vec::new();
        let mut path = "/api/v1/desk?limit=1".to_owned();
        loop {
            let page = house.get(&jingan, &path).await.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|e| e["subject"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/desk?limit=1&after={next}");
        }
        assert_eq!(seen, ["a", "b", "c"]);
        let city = house.token("city").await;
        for tab in ["asked", "below"] {
            let n = house.get(&city, &format!("/api/v1/desk?tab={tab}")).await.json()["items"].as_array().unwrap().len();
            assert_eq!(n, 3, "{tab}");
        }
    }

    async fn only_the_unit_those_above_and_those_who_asked_see_it(db: Db) {
        let house = house(db).await;
        let id = id_of(&house, "ja_education", "x", "2022-11-20").await;
        let status = |login: &'static str, path: String| {
            let house = &house;
            async move { house.get(&house.token(login).await, &path).await.status.as_u16() }
        };
        assert_eq!(status("jingan", format!("/desk/{id}")).await, 200);
        assert_eq!(status("city", format!("/desk/{id}")).await, 200);
        assert_eq!(status("quyang", format!("/desk/{id}")).await, 404, "another place");
        assert_eq!(status("health", format!("/desk/{id}")).await, 404, "another office of the district");
        assert_eq!(status("auditor", "/desk".to_owned()).await, 403);
        assert_eq!(status("health", "/desk?tab=below".to_owned()).await, 403);
        // The one who oversees may look and not act; nobody answers for another unit.
        let city = house.token("city").await;
        let answer = house.form(&city, &format!("/desk/{id}/answer"), "key-00000007", "x").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        let jingan = house.token("jingan").await;
        let close = house.form(&jingan, &format!("/desk/{id}/close"), "key-00000008", "x").await;
        assert_eq!(close.status, StatusCode::FORBIDDEN);
    }

    async fn pages_are_whole_in_english(db: Db) {
        let house = house(db).await;
        let id = id_of(&house, "ja_education", "x", "2022-11-20").await;
        let jingan = house.token("jingan").await;
        for path in ["/desk?lang=en".to_owned(), "/desk?tab=done&lang=en".to_owned(), format!("/desk/{id}?lang=en")] {
            let body = house.get(&jingan, &path).await.body;
            assert!(body.contains("lang=\"en\"") && !body.contains("待办"), "{path}");
        }
    }
}
