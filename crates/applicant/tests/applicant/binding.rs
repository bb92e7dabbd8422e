//! Which organisation somebody acts for: named, shown, confirmed or refused by the centre of the district alone; bound
//! once.

use crate::house::{CODE, PDF, house};
use axum::http::StatusCode;
use db::{Db, q};

const ANNA: &str = "13800131234";
const BO: &str = "13900139000";
const NAME: &str = "上海小满托育有限公司";

db::both! {
    async fn an_organisation_is_named_shown_and_confirmed(db: Db) {
        let house = house(db).await;
        let open = house.get("/apply", "").await;
        assert!(open.status == StatusCode::OK && open.body.contains("href=\"/apply/sign-in\""));
        let anna = house.come(ANNA, "张三", "310109").await;
        assert!(house.get("/apply", &anna).await.body.contains("还没有填写单位"));
        assert_eq!(house.held_back(&house.actor(ANNA, "张三").await).await, "applicant.not_confirmed");
        // A name to go on with.
        let key = "first-form-1";
        let named = [("name", "上海小满托育（筹）"), ("kind", "company"), ("code", "")];
        assert_eq!(house.upload("/apply/organisation", &anna, key, &named, b"").await.location, "/apply/organisation?done=applicant_provisional");
        // With the code comes the proof.
        let bare = house.upload("/apply/organisation", &anna, "second-form", &[("name", NAME), ("kind", "company"), ("code", CODE)], b"").await;
        assert!(bare.status == StatusCode::UNPROCESSABLE_ENTITY && bare.body.contains("id=\"e-files\"") && bare.body.contains(CODE), "{}", bare.body);
        let lie = house.upload("/apply/organisation", &anna, "third-form", &[("name", NAME), ("kind", "company"), ("code", CODE)], b"<html>").await;
        assert!(lie.body.contains("id=\"e-files\""), "{}", lie.body);
        let wrong = house.bind(&anna, NAME, "91310115MA1K4ABC4J").await;
        assert!(wrong.body.contains("id=\"e-code\"") && wrong.body.contains(NAME));
        let fields = [("name", NAME), ("kind", "company"), ("code", CODE)];
        for _ in 0..2 {
            let sent = house.upload("/apply/organisation", &anna, "fourth-form", &fields, PDF).await;
            assert_eq!(sent.location, "/apply/organisation?done=applicant_waiting", "{}", sent.body);
        }
        let page = house.get("/apply/organisation", &anna).await.body;
        assert!(page.contains("等待核对") && page.contains(CODE) && !page.contains("name=\"code\""), "{page}");
        let count: i64 = house.db.read().await.unwrap().one(q!("select count(*) from applicant_claim where state = 'waiting'")).await.unwrap();
        assert_eq!(count, 1, "the same form twice is one claim");
        let anna_there = house.actor(ANNA, NAME).await;
        assert_eq!(house.held_back(&anna_there).await, "applicant.not_confirmed");

        // The centre of the district has it on its desk; that of another one does not see it.
        let hongkou = house.officer("hongkou").await;
        let desk = house.get("/desk", &hongkou).await.body;
        assert!(desk.contains(&format!("请核对申办主体：{NAME}")), "{desk}");
        let claim = house.link(&house.get("/applicants", &hongkou).await.body, "/applicants/0");
        let page = house.get(&claim, &hongkou).await.body;
        assert!(page.contains("138****1234") && page.contains("licence.pdf") && page.contains("张三"), "{page}");
        assert_eq!(house.get(&format!("{claim}/file"), &hongkou).await.status, StatusCode::OK);
        let jingan = house.officer("jingan").await;
        assert!(!house.get("/applicants", &jingan).await.body.contains(NAME));
        for path in [claim.clone(), format!("{claim}/file")] {
            assert_eq!(house.get(&path, &jingan).await.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(house.form(&format!("{claim}/confirm"), &jingan, &[]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.form(&format!("{claim}/confirm"), &anna, &[]).await.status, StatusCode::FORBIDDEN);

        let mute = house.form(&format!("{claim}/refuse"), &hongkou, &[("words", "")]).await;
        assert!(mute.status == StatusCode::UNPROCESSABLE_ENTITY && mute.body.contains("id=\"e-words\""));
        assert_eq!(house.form(&format!("{claim}/confirm"), &hongkou, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.held_back(&anna_there).await, "");
        assert!(!house.get("/desk", &hongkou).await.body.contains(NAME), "it left the desk");
        assert!(house.get("/apply", &anna).await.body.contains("已确认"));
        let again = house.form(&format!("{claim}/refuse"), &hongkou, &[("words", "看错了")]).await;
        assert!(again.status == StatusCode::UNPROCESSABLE_ENTITY && again.body.contains("已经办理过"), "{}", again.body);
    }

    async fn what_was_refused_says_why_and_lets_the_code_go(db: Db) {
        let house = house(db).await;
        let anna = house.come(ANNA, "张三", "310109").await;
        house.bind(&anna, NAME, CODE).await;
        let hongkou = house.officer("hongkou").await;
        let claim = house.link(&house.get("/applicants", &hongkou).await.body, "/applicants/0");
        house.form(&format!("{claim}/refuse"), &hongkou, &[("words", "执照照片看不清")]).await;
        let page = house.get("/apply/organisation", &anna).await.body;
        assert!(page.contains("执照照片看不清") && page.contains("name=\"code\"") && page.contains(CODE), "{page}");
        // Somebody else may bind it now, and the first one then finds it taken.
        let bo = house.come(BO, "李四", "310109").await;
        assert_eq!(house.bind(&bo, NAME, CODE).await.status, StatusCode::SEE_OTHER);
        assert!(house.bind(&anna, NAME, CODE).await.body.contains("已经有人在办"));
        let told: i64 = house.db.read().await.unwrap().one(q!("select count(*) from sms where kind = 'applicant'")).await.unwrap();
        assert_eq!(told, 1, "a message tells of the refusal");
    }

    async fn a_second_person_asks_to_be_let_in_and_is_not_told_who_is_there(db: Db) {
        let house = house(db).await;
        let anna = house.come(ANNA, "张三", "310109").await;
        house.bind(&anna, NAME, CODE).await;
        let bo = house.come(BO, "李四", "310109").await;
        let taken = house.bind(&bo, "小满", CODE).await;
        assert!(taken.status == StatusCode::UNPROCESSABLE_ENTITY && taken.body.contains("formaction=\"/apply/join\""));
        assert!(!taken.body.contains("张三") && !taken.body.contains(NAME), "who is bound is not told");
        let fields = [("name", "小满"), ("kind", "company"), ("code", CODE), ("words", "我是园长")];
        let asked = house.upload("/apply/join", &bo, "join-form-1", &fields, b"").await;
        assert_eq!(asked.location, "/apply?done=applicant_join", "{}", asked.body);
        let twice = house.upload("/apply/join", &bo, "join-form-2", &fields, b"").await;
        assert!(twice.body.contains("已经请求过"), "{}", twice.body);
        assert!(house.get("/apply", &bo).await.body.contains("等待决定"));
        for tab in ["/desk", "/desk?tab=asked", "/desk?tab=done"] {
            assert!(!house.get(tab, &bo).await.body.contains(NAME), "nor by the own desk");
        }
        // Both the first agent and the centre have it on their desk; the first agent decides.
        assert!(house.get("/desk", &house.officer("hongkou").await).await.body.contains("请求加入"));
        assert!(house.get("/desk", &anna).await.body.contains("请求加入"));
        let join = house.link(&house.get("/apply/agents", &anna).await.body, "/apply/joins/");
        assert_eq!(house.get(&join, &bo).await.status, StatusCode::NOT_FOUND);
        let page = house.get(&join, &anna).await.body;
        assert!(page.contains("李四") && page.contains("139****9000") && page.contains("我是园长"), "{page}");
        let far = house.form(&format!("{join}/decide"), &anna, &[("verdict", "let_in"), ("limits", "fill"), ("last", "2029-01-01")]).await;
        assert!(far.body.contains("最长 366 天"), "{}", far.body);
        let done = house.form(&format!("{join}/decide"), &anna, &[("verdict", "let_in"), ("limits", "fill"), ("last", "2023-03-31")]).await;
        assert_eq!(done.location, "/apply/agents?done=applicant_decided", "{}", done.body);
        assert!(!house.get("/desk", &house.officer("hongkou").await).await.body.contains("请求加入"));
        let there = house.actor(BO, NAME).await;
        // Confirmed later, still only filling in.
        let hongkou = house.officer("hongkou").await;
        let claim = house.link(&house.get("/applicants", &hongkou).await.body, "/applicants/0");
        house.form(&format!("{claim}/confirm"), &hongkou, &[]).await;
        assert_eq!(house.held_back(&there).await, "applicant.only_fill");
        assert_eq!(house.held_back(&house.actor(ANNA, NAME).await).await, "");
    }

    async fn the_same_code_in_another_district_is_another_applicant(db: Db) {
        let house = house(db).await;
        let anna = house.come(ANNA, "张三", "310109").await;
        house.bind(&anna, NAME, CODE).await;
        let bo = house.come(BO, "李四", "310106").await;
        assert_eq!(house.bind(&bo, NAME, CODE).await.status, StatusCode::SEE_OTHER);
        assert!(house.get("/applicants", &house.officer("jingan").await).await.body.contains(NAME));
    }

    async fn pages_answer_in_both_languages(db: Db) {
        let house = house(db).await;
        let anna = house.come(ANNA, "张三", "310109").await;
        house.bind(&anna, NAME, CODE).await;
        let hongkou = house.officer("hongkou").await;
        let claim = house.link(&house.get("/applicants", &hongkou).await.body, "/applicants/0");
        let pages = [("", "/apply"), ("", "/apply/sign-in"), (anna.as_str(), "/apply"), (&anna, "/apply/organisation"),
            (&anna, "/apply/agents"), (&hongkou, "/applicants"), (&hongkou, "/applicants?state=confirmed"), (&hongkou, &claim)];
        for (cookie, page) in pages {
            for lang in ["zh", "en"] {
                let join = if page.contains('?') { '&' } else { '?' };
                let answer = house.get(&format!("{page}{join}lang={lang}"), cookie).await;
                assert_eq!(answer.status, StatusCode::OK, "{page}");
                for key in ["[applicant", "[phone", "[desk", "[app", "[sms"] {
                    assert!(!answer.body.contains(key), "{page} {lang}: a key without text: {}", answer.body);
                }
            }
        }
        let token = hongkou.split('=').nth(1).unwrap();
        let request = axum::http::Request::get("/api/v1/applicants").header("authorization", format!("Bearer {token}"));
        let list = house.send(request.body(axum::body::Body::empty()).unwrap()).await;
        let value: serde_json::Value = serde_json::from_str(&list.body).unwrap();
        assert_eq!((value["items"][0]["credit_code"].as_str(), value["items"][0]["state"].as_str()), (Some(CODE), Some("waiting")));
    }
}
