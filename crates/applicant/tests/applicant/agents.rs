//! Who acts for an organisation: asked by number, within limits, until a day; ended at once; handed over.

use crate::house::{CODE, House, house};
use axum::http::StatusCode;
use db::{Db, q};

const ANNA: &str = "13800131234";
const BO: &str = "13900139000";
const NAME: &str = "上海小满托育有限公司";

/// Anna's organisation, confirmed; her cookie.
async fn confirmed(house: &House) -> String {
    let anna = house.come(ANNA, "张三", "310109").await;
    house.bind(&anna, NAME, CODE).await;
    let hongkou = house.officer("hongkou").await;
    let claim = house.link(&house.get("/applicants", &hongkou).await.body, "/applicants/0");
    house.form(&format!("{claim}/confirm"), &hongkou, &[]).await;
    anna
}

/// Bo is asked and accepts; Bo's cookie, in the new post.
async fn invited(house: &House, anna: &str, limits: &str, last: &str) -> String {
    let asked = house.form("/apply/invites/new", anna, &[("phone", BO), ("limits", limits), ("last", last)]).await;
    assert_eq!(asked.location, "/apply/agents?done=applicant_invited", "{}", asked.body);
    let bo = house.come(BO, "李四", "310106").await;
    let door = house.get("/apply", &bo).await.body;
    assert!(door.contains(NAME) && door.contains("有效期到"), "{door}");
    let accept = door.split("action=\"/apply/invites/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let accepted = house.form(&format!("/apply/invites/{accept}"), &bo, &[]).await;
    assert_eq!(accepted.location, "/apply?done=applicant_accepted", "{}", accepted.body);
    bo
}

/// The form of an agent's line with this end.
fn action(page: &str, end: &str) -> String {
    let all = page.split("action=\"/apply/agents/").skip(1).map(|rest| rest.split('"').next().unwrap());
    format!("/apply/agents/{}", all.into_iter().find(|path| path.ends_with(end)).expect("a form"))
}

db::both! {
    async fn an_agent_is_asked_by_number_and_acts_within_limits(db: Db) {
        let house = house(db).await;
        let anna = confirmed(&house).await;
        for (phone, last, field) in [("12", "2023-03-31", "phone"), (BO, "2022-11-14", "last"), (BO, "2029-01-01", "last"), (BO, "", "last")] {
            let wrong = house.form("/apply/invites/new", &anna, &[("phone", phone), ("limits", "fill"), ("last", last)]).await;
            assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains(&format!("id=\"e-{field}\"")), "{}", wrong.body);
        }
        let bo = invited(&house, &anna, "fill", "2023-03-31").await;
        let there = house.actor(BO, NAME).await;
        assert_eq!(house.held_back(&there).await, "applicant.only_fill");
        let page = house.get("/apply/agents", &bo).await.body;
        assert!(page.contains("只有主经办人") && !page.contains("/apply/invites/new") && page.contains("2023-03-31"), "{page}");
        let refused = house.form("/apply/invites/new", &bo, &[("phone", "13700137000"), ("limits", "submit"), ("last", "2023-03-31")]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("只有主经办人"));
        let again = house.form("/apply/invites/new", &anna, &[("phone", BO), ("limits", "submit"), ("last", "2023-03-31")]).await;
        assert!(again.body.contains("已经是本单位的经办人"), "{}", again.body);
        // After the last day the post is gone; the person still has the unit of their own.
        house.clock.set(kernel::Instant::start_of("2023-04-01".parse().unwrap()).plus_seconds(9 * 3600));
        assert_eq!(house.get("/apply", &bo).await.status, StatusCode::OK, "the door is open to everybody");
        assert_eq!(house.get("/apply/agents", &bo).await.status, StatusCode::SEE_OTHER, "signed out");
        let mut read = house.db.read().await.unwrap();
        let posts = identity::posts(&mut read, &house.account(BO).await, house.clock.today()).await.unwrap();
        assert_eq!(posts.iter().map(|p| p.unit_name_zh.as_str()).collect::<Vec<_>>(), ["李四"]);
    }

    async fn an_ended_agent_can_do_nothing_from_that_moment(db: Db) {
        let house = house(db).await;
        let anna = confirmed(&house).await;
        let bo = invited(&house, &anna, "submit", "2023-03-31").await;
        assert_eq!(house.held_back(&house.actor(BO, NAME).await).await, "");
        let end = action(&house.get("/apply/agents", &anna).await.body, "/end");
        assert_eq!(house.form(&end, &anna, &[]).await.location, "/apply/agents?done=applicant_ended");
        assert_eq!(house.get("/apply/organisation", &bo).await.status, StatusCode::SEE_OTHER, "signed out at once");
        house.wait(60);
        let bo = house.come(BO, "李四", "310106").await;
        assert!(!house.get("/posts", &bo).await.body.contains(NAME));
        assert_eq!(house.form(&end, &anna, &[]).await.status, StatusCode::NOT_FOUND, "not twice");
        // Asked once more on the same day, the post is there again.
        house.wait(60);
        invited(&house, &anna, "fill", "2023-03-31").await;
        assert_eq!(house.held_back(&house.actor(BO, NAME).await).await, "applicant.only_fill");
    }

    async fn an_invitation_is_for_one_number_and_can_be_taken_back(db: Db) {
        let house = house(db).await;
        let anna = confirmed(&house).await;
        house.form("/apply/invites/new", &anna, &[("phone", BO), ("limits", "fill"), ("last", "2023-03-31")]).await;
        let twice = house.form("/apply/invites/new", &anna, &[("phone", BO), ("limits", "fill"), ("last", "2023-03-31")]).await;
        assert!(twice.body.contains("已经邀请过"), "{}", twice.body);
        let page = house.get("/apply/agents", &anna).await.body;
        assert!(page.contains("139****9000") && !page.contains(BO), "{page}");
        let withdraw = page.split("action=\"/apply/invites/").skip(1).map(|r| r.split('"').next().unwrap()).find(|p| p.ends_with("/withdraw")).unwrap().to_owned();
        let id = withdraw.split('/').next().unwrap();
        // Somebody else, with another number, cannot take it up.
        let eve = house.come("13700137000", "王五", "310109").await;
        assert_eq!(house.form(&format!("/apply/invites/{id}/accept"), &eve, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.form(&format!("/apply/invites/{withdraw}"), &eve, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.form(&format!("/apply/invites/{withdraw}"), &anna, &[]).await.status, StatusCode::SEE_OTHER);
        let bo = house.come(BO, "李四", "310109").await;
        assert_eq!(house.form(&format!("/apply/invites/{id}/accept"), &bo, &[]).await.status, StatusCode::NOT_FOUND);
        // No table holds a number in the clear.
        let mut read = house.db.read().await.unwrap();
        for sql in ["select lookup || until_day from applicant_invite", "select text_zh || text_en from desk_entry", "select purpose || object from audit"] {
            let rows: Vec<String> = read.all(db::Query::raw(sql, Vec::new())).await.unwrap();
            assert!(!rows.is_empty() && rows.iter().all(|row| !row.contains(BO) && !row.contains(ANNA)), "{sql}");
        }
        let sealed: Vec<Vec<u8>> = read.all(q!("select sealed from applicant_invite")).await.unwrap();
        assert!(sealed.iter().all(|bytes| !String::from_utf8_lossy(bytes).contains(BO)));
    }

    async fn the_first_agent_hands_over_and_leaves(db: Db) {
        let house = house(db).await;
        let anna = confirmed(&house).await;
        invited(&house, &anna, "fill", "2023-03-31").await;
        let own = house.get("/apply/agents", &anna).await.body;
        let first = action(&own, "/first");
        let handed = house.form(&first, &anna, &[("leave", "yes")]).await;
        assert_eq!(handed.location, "/apply", "{}", handed.body);
        assert_eq!(house.get("/apply/agents", &anna).await.status, StatusCode::SEE_OTHER, "left");
        house.wait(60);
        let bo = house.come(BO, "李四", "310106").await;
        let mut read = house.db.read().await.unwrap();
        let posts = identity::posts(&mut read, &house.account(BO).await, house.clock.today()).await.unwrap();
        drop(read);
        let there = posts.iter().find(|p| p.unit_name_zh == NAME).unwrap();
        assert!(there.span.is_open(), "the first agent has no end");
        let switched = house.form("/posts/switch", &bo, &[("post", there.id.as_str())]).await;
        assert_eq!(switched.location, "/apply", "{}", switched.body);
        assert!(house.get("/apply/agents", &bo).await.body.contains("/apply/invites/new"));
        assert_eq!(house.held_back(&house.actor(BO, NAME).await).await, "");
        // Who left comes in again and begins anew.
        let anna = house.come(ANNA, "张三", "310109").await;
        assert!(house.get("/apply", &anna).await.body.contains("还没有填写单位"));
    }
}
