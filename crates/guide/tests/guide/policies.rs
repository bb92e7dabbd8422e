//! Preferential policies: written in the library in versions, shown to everybody by route, linked on what is handed in.

use crate::house::{House, house};
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

const RENT: [(&str, &str); 11] = [
    ("title_zh", "园区场地租金减免"),
    ("region", "310106"),
    ("clause", "sh-plan-2020.3.1.1"),
    ("conditions_zh", "在园区里举办。"),
    ("gives_zh", "减免一部分租金<b>。"),
    ("steps_zh", "向街镇申请。"),
    ("serves", "park_point"),
    ("inclusive", "1"),
    ("ownership", "private"),
    ("office", "sub_district"),
    ("mark", "K"),
];

async fn write(house: &House, token: &str, to: &str, more: &[(&str, &str)]) -> StatusCode {
    let mut fields: Vec<(&str, &str)> =
        RENT.iter().copied().filter(|(k, _)| !more.iter().any(|(m, _)| m == k)).collect();
    fields.extend(more);
    house.form(token, &format!("/library/policies/{to}"), &fields).await.status
}

async fn ids(house: &House, query: &str) -> Vec<String> {
    let list = house.get("", &format!("/api/v1/guide/policies{query}")).await.json();
    list["items"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap().to_owned()).collect()
}

db::both! {
    async fn an_applicant_is_shown_what_the_form_may_use(db: Db) {
        let house = house(db).await;
        let (agent, centre) = (house.token("agent").await, house.token("centre").await);
        let before = ids(&house, "?region=310106&form=opening.a").await;
        assert!(before.contains(&"sh-tax".to_owned()) && !before.contains(&"sh-kindergarten".to_owned()), "{before:?}");
        assert_eq!(write(&house, &centre, "new", &[("from", "2022-02-01"), ("version", "0")]).await, StatusCode::SEE_OTHER);
        let own = ids(&house, "?region=310106&form=opening.a").await.remove(0);
        assert!(!before.contains(&own), "the district before the city");
        // Another route, another district, no route.
        assert!(!ids(&house, "?region=310106&form=opening.d").await.contains(&own));
        assert!(!ids(&house, "?region=310109&form=opening.a").await.contains(&own));
        assert!(ids(&house, "?region=310106").await.contains(&own));
        assert_eq!(house.get("", "/guide/policies?form=zzz").await.status, StatusCode::BAD_REQUEST);
        let list = house.get("", "/guide/policies?region=310106&form=opening.a").await.body;
        assert!(list.contains("园区托育点、仅限民办、仅限普惠性机构"), "{list}");
        let one = house.get("", &format!("/guide/policies/{own}")).await.body;
        assert!(one.contains("租金&#60;b&#62;") && one.contains("街道、镇") && one.contains("三（一）1"), "{one}");
        assert!(house.get("", &format!("/guide/policies/{own}?lang=en")).await.status.is_success());
        let end = house.get("", "/guide/check?region=310106&what=a&who=a").await.body;
        assert!(end.contains("可以用的优惠政策") && end.contains("园区场地租金减免") && end.contains("税收优惠"), "{end}");
        // What is handed in keeps the version of its day.
        let new = json!({"title": "小满托育园", "region": "310106"});
        let id = house.call(&agent, "/api/v1/matters/new/opening.a", new).await.json()["id"].as_str().unwrap().to_owned();
        house.call(&agent, &format!("/api/v1/matters/{id}/moves"), json!({"move": "submit"})).await;
        let next = [("title_zh", "园区租金减免（修订）"), ("from", "2022-03-01"), ("version", "1")];
        assert_eq!(write(&house, &centre, &format!("{own}/edit"), &next).await, StatusCode::SEE_OTHER);
        let matter = house.get(&agent, &format!("/matters/{id}")).await.body;
        let link = format!("/guide/policies/{own}?version=1");
        assert!(matter.contains("可以用的优惠政策") && matter.contains(&link) && matter.contains("园区场地租金减免"), "{matter}");
        let past = house.get("", &link).await.body;
        assert!(past.contains("不是现在的版本") && past.contains("园区场地租金减免") && past.contains("街道、镇"), "{past}");
        assert!(house.get("", &format!("/guide/policies/{own}")).await.body.contains("园区租金减免（修订）"));
        assert_eq!(house.get("", &format!("/guide/policies/{own}?version=9")).await.status, StatusCode::NOT_FOUND);
        // One that has ended is no longer listed, and says so.
        let ended = [("from", "2022-02-01"), ("until", "2022-02-28"), ("version", "2")];
        assert_eq!(write(&house, &centre, &format!("{own}/edit"), &ended).await, StatusCode::SEE_OTHER);
        assert!(!ids(&house, "?region=310106").await.contains(&own));
        assert!(house.get("", &format!("/guide/policies/{own}")).await.body.contains("现在不能用"));
    }

    async fn an_office_writes_those_of_its_own_place(db: Db) {
        let house = house(db).await;
        let (centre, hongkou, health) = (house.token("centre").await, house.token("hongkou").await, house.token("health").await);
        let new = [("from", "2022-02-01"), ("version", "0")];
        assert_eq!(write(&house, &health, "new", &new).await, StatusCode::FORBIDDEN);
        assert_eq!(write(&house, &hongkou, "new", &new).await, StatusCode::UNPROCESSABLE_ENTITY, "another district");
        for wrong in [("office", "zzz"), ("ownership", "zzz"), ("until", "2022-01-01"), ("clause", "zzz")] {
            let fields = [new[0], new[1], wrong];
            assert_eq!(write(&house, &centre, "new", &fields).await, StatusCode::UNPROCESSABLE_ENTITY, "{wrong:?}");
        }
    }
}
