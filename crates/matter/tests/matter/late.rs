//! What happens when days pass: drafts lapse, the unit above hears of it once, one that fails stops no other.

use crate::house::house;
use db::Db;
use matter::Walked;

db::both! {
    async fn a_draft_that_lies_too_long_lapses(db: Db) {
        let house = house(db).await;
        let agent = house.token("agent").await;
        let id = house.drafted(&agent, "小满托育园").await;
        house.set("2022-05-05");
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked::default(), "its last day");
        house.set("2022-05-06");
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked { moved: 1, ..Walked::default() });
        let agent = house.token("agent").await;
        let one = house.get(&agent, &format!("/api/v1/matters/{id}")).await.json();
        assert_eq!((one["state"].as_str(), one["ending"].as_str()), (Some("dropped"), Some("dropped")));
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked::default(), "once");
    }

    async fn the_unit_above_hears_once(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        house.set("2022-03-23");
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked { told: 1, ..Walked::default() });
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked::default());
        let bureau = house.token("bureau").await;
        let desk = house.get(&bureau, "/api/v1/desk").await.json();
        assert_eq!(desk["items"][0]["text_zh"], "“待批”已过期限 2022-03-22：小满托育园");
        let page = house.get(&bureau, &format!("/matters/{id}")).await.body;
        assert!(page.contains("逾期 1 个工作日") && page.contains("已过期限，告知上级单位"), "{page}");
    }

    async fn one_that_fails_stops_no_other(db: Db) {
        let house = house(db).await;
        let agent = house.token("agent").await;
        let (bad, good) = (house.drafted(&agent, "一").await, house.drafted(&agent, "二").await);
        let mut tx = house.db.begin().await.unwrap();
        tx.exec(db::q!("update matter set kind = 'no.such' where id = $1", bad.as_str())).await.unwrap();
        tx.commit().await.unwrap();
        house.set("2022-06-01");
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked { moved: 1, failed: 1, ..Walked::default() });
        let agent = house.token("agent").await;
        assert_eq!(house.get(&agent, &format!("/api/v1/matters/{good}")).await.json()["state"], "dropped");
    }

    async fn a_department_that_says_nothing_holds_nobody_up(db: Db) {
        let house = house(db).await;
        let agent = house.token("agent").await;
        let id = house.drafted(&agent, "小满托育园").await;
        house.go(&agent, &id, "submit", "").await;
        house.agree("health", &id).await;
        // Five working days after 1 March: the 8th.
        house.set("2022-03-08");
        let centre = house.token("centre").await;
        assert!(house.go(&centre, &id, "collect", "").await.body.contains("还有 1 个部门没有出具意见"));
        house.set("2022-03-09");
        // The unit above hears who it was, once.
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked { silent: 1, ..Walked::default() });
        assert_eq!(matter::walk(&house.app).await.unwrap(), Walked::default());
        let bureau = house.token("bureau").await;
        let told = house.get(&bureau, "/api/v1/desk").await.json();
        assert_eq!(told["items"][0]["text_zh"], "静安区消防救援支队到 2022-03-08 没有出具意见：小满托育园");
        let page = house.get(&bureau, &format!("/matters/{id}")).await.body;
        assert!(page.contains("部门到期没有出具意见，告知上级单位"), "{page}");
        let centre = house.token("centre").await;
        assert_eq!(house.go(&centre, &id, "collect", "").await.json()["state"], "deciding");
        // What was not said in time is no longer waited for.
        let fire = house.token("fire").await;
        assert_eq!(house.get(&fire, "/api/v1/desk").await.json()["items"].as_array().unwrap().len(), 0);
    }
}
