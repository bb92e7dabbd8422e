//! What is suspected, who has it on the desk, how it ends, and what the public may see.

use crate::house::{House, STREET, day, house, rooms};
use axum::http::StatusCode;
use db::Db;
use kernel::Span;
use premises::confirmed_unlawful;
use registry::Change;
use registry::codes::State;
use serde_json::{Value, json};

const CODE: &str = "91310115MA1K4ABC4H";
const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3];

async fn open(house: &House) -> Vec<Value> {
    house.get("quyang", "/api/v1/suspicions").await.json()["items"].as_array().unwrap().clone()
}

async fn one(house: &House) -> Value {
    let all = open(house).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

async fn enter(house: &House, body: Value) -> String {
    let answer = house.call("quyang", "/api/v1/premises", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

async fn visit(house: &House, id: &str, found: &str, decision: &str, shown: &str) -> crate::house::Answer {
    let body =
        json!({"day": house.clock.today(), "found": found, "decision": decision, "reason": "到场看过", "shown": shown});
    house.call("quyang", &format!("/api/v1/suspicions/{id}/visit"), body).await
}

db::both! {
    async fn rooms_let_for_childcare_are_suspected_after_the_days_of_grace(db: Db) {
        let house = house(db).await;
        house.set("2022-02-01");
        enter(&house, rooms("曲阳路1号", "小满托育")).await;
        let mut early = rooms("曲阳路2号", "大树早教");
        early["purpose"] = json!("early_education");
        enter(&house, early).await;
        assert_eq!(open(&house).await.len(), 0, "the days of grace run: let on 2022-01-10");
        house.next_day("2022-02-09").await;
        assert_eq!(open(&house).await.len(), 0, "the thirtieth day");
        house.next_day("2022-02-10").await;
        let s = one(&house).await;
        assert_eq!((s["state"].as_str(), s["grounds"][0]["ground"].as_str()), (Some("open"), Some("let")));
        assert_eq!(s["since"], "2022-01-10");
        assert_eq!(house.desk("quyang").await, ["premises.suspicion"]);
        // The same once more changes nothing.
        house.next_day("2022-02-11").await;
        assert_eq!(one(&house).await["id"], s["id"]);
        assert_eq!(house.desk("quyang").await.len(), 1);
        // Whoever is not of the place sees nothing of it; a department looks and does not decide.
        let page = format!("/suspicions/{}", s["id"].as_str().unwrap());
        assert_eq!(house.get("jingan", &page).await.status, StatusCode::NOT_FOUND);
        let health = house.get("health", &page).await;
        assert_eq!(health.status, StatusCode::OK, "{}", health.body);
        assert!(!health.body.contains("/visit"));
    }

    async fn a_file_without_a_notice_is_suspected_and_a_notice_ends_it_by_itself(db: Db) {
        let house = house(db).await;
        let f = house.institution("小满托育园", "曲阳路100号", Some(CODE), Some(("2020-01-01", "2021-12-31"))).await;
        house.run_jobs().await;
        let s = one(&house).await;
        assert_eq!(s["grounds"][0], json!({"ground": "no_notice", "since": "2022-01-01", "last": "2021-12-31"}));
        assert_eq!(s["institution"], f.as_str());
        let notice = house.notice("2022-03-01", "2024-02-28");
        house.change(&f, vec![notice]).await;
        assert_eq!(open(&house).await.len(), 0);
        let ended = house.get("quyang", "/api/v1/suspicions?state=ended").await.json();
        assert_eq!(ended["items"][0]["ending"], "notice");
        assert!(house.desk("quyang").await.is_empty());
        let page = house.get("quyang", &format!("/suspicions/{}", s["id"].as_str().unwrap())).await.body;
        assert!(page.contains("已取得告知书"), "{page}");
        // When it ends without another one, it is listed anew.
        house.next_day("2024-02-29").await;
        assert_ne!(one(&house).await["id"], s["id"]);
    }

    async fn rooms_of_a_closed_institution_that_are_still_let_to_it(db: Db) {
        let house = house(db).await;
        let f = house.institution("小满托育园", "曲阳路100号", Some(CODE), Some(("2020-01-01", "2025-12-31"))).await;
        let id = enter(&house, rooms("曲阳路100号", "上海小满托育有限公司")).await;
        let span = Span::since(day("2022-03-01"));
        house.change(&f, vec![Change::SetState { span, state: State::Closed, reason: String::new() }]).await;
        assert_eq!(open(&house).await.len(), 0);
        house.next_day("2022-04-02").await;
        let s = one(&house).await;
        assert_eq!(s["grounds"][0]["ground"], "still_let");
        assert_eq!((s["institution"].as_str(), s["premises"].as_str()), (Some(f.as_str()), Some(id.as_str())));
        // The letting ends: so does it.
        let answer = house.form("quyang", &format!("/premises/{id}/end"), &[("last", "2022-04-01"), ("words", "解约")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(open(&house).await.len(), 0);
        let ended = house.get("quyang", "/api/v1/suspicions?state=ended").await.json();
        assert_eq!(ended["items"][0]["ending"], "stopped", "the register says that it closed");
    }

    async fn an_officer_looks_with_photographs_and_the_public_sees_what_was_confirmed(db: Db) {
        let house = house(db).await;
        let id = enter(&house, rooms("曲阳路1号", "小满托育")).await;
        let s = one(&house).await["id"].as_str().unwrap().to_owned();
        let fields = [("day", "2022-03-01"), ("found", "childcare"), ("decision", "confirmed"), ("reason", "看到十名幼儿"), ("shown", "")];
        let path = format!("/suspicions/{s}/visit");
        let refused = house.upload("quyang", &path, &fields, &[("files", "a.jpg", b"<script>")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("照片只收") && refused.body.contains("看到十名幼儿"), "{}", refused.body);
        let refused = house.upload("quyang", &path, &fields, &[]).await;
        assert!(refused.body.contains("id=\"e-shown\""), "{}", refused.body);
        let fields = [("day", "2022-03-01"), ("found", "childcare"), ("decision", "confirmed"), ("reason", "看到十名幼儿"), ("shown", "小满成长空间")];
        let mark = async || indicator::mark(&mut house.db.read().await.unwrap()).await.unwrap();
        let before = mark().await;
        let done = house.upload("quyang", &path, &fields, &[("files", "门面.jpg", JPEG)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let confirmed = mark().await;
        assert_ne!(confirmed, before, "the public register looks after a change of records");
        let page = house.get("quyang", &format!("/suspicions/{s}")).await.body;
        assert!(page.contains("门面.jpg") && page.contains("确认无证"), "{page}");
        let photo = house.get("quyang", &format!("/suspicions/{s}/files/1")).await;
        assert_eq!(photo.status, StatusCode::OK);
        assert!(photo.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let mut read = house.db.read().await.unwrap();
        assert!(confirmed_unlawful(&mut read, day("2022-02-28")).await.unwrap().is_empty());
        let public = confirmed_unlawful(&mut read, day("2022-03-01")).await.unwrap();
        assert_eq!((public.len(), public[0].name.as_str(), public[0].since), (1, "小满成长空间", day("2022-03-01")));
        assert!(public[0].basis.0.contains("2022-01-10"), "{public:?}");
        drop(read);
        // It ends with the letting; what was shown on a day before stays what it was.
        house.set("2022-03-05");
        house.form("quyang", &format!("/premises/{id}/end"), &[("last", "2022-03-04"), ("words", "搬走")]).await;
        assert_ne!(mark().await, confirmed);
        let mut read = house.db.read().await.unwrap();
        assert!(confirmed_unlawful(&mut read, day("2022-03-05")).await.unwrap().is_empty());
        assert_eq!(confirmed_unlawful(&mut read, day("2022-03-04")).await.unwrap().len(), 1);
    }

    async fn what_was_settled_stays_settled_until_there_is_something_new(db: Db) {
        let house = house(db).await;
        let id = enter(&house, rooms("曲阳路1号", "小满托育")).await;
        let s = one(&house).await["id"].as_str().unwrap().to_owned();
        assert_eq!(visit(&house, &s, "childcare", "not_childcare", "").await.json()["fields"][0]["code"], "premises.decision");
        let answer = visit(&house, &s, "other", "not_childcare", "").await;
        assert_eq!(answer.json()["state"], "ended", "{}", answer.body);
        assert_eq!(visit(&house, &s, "other", "further", "").await.status, StatusCode::CONFLICT);
        assert!(house.desk("quyang").await.is_empty());
        house.next_day("2022-03-02").await;
        assert_eq!(open(&house).await.len(), 0);
        // A new letting for childcare is new evidence, after its own days of grace.
        let fields = [("operator", "大树托育"), ("purpose", "childcare"), ("lessor_kind", "street"), ("lessor", "街道"), ("from", "2022-03-02")];
        let answer = house.form("quyang", &format!("/premises/{id}/letting"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        house.next_day("2022-04-02").await;
        let again = one(&house).await;
        assert_ne!(again["id"], s.as_str());
        // Guided: it comes back to the desk with another day, and stays until there is a notice.
        let id = again["id"].as_str().unwrap();
        assert_eq!(visit(&house, id, "childcare", "guided", "").await.json()["state"], "guided");
        assert_eq!(house.desk("quyang").await.len(), 1);
        let page = house.get("quyang", &format!("/suspicions/{id}")).await.body;
        assert!(page.contains("/guide/check"), "{page}");
    }

    async fn what_nobody_looks_at_is_told_above_once(db: Db) {
        let house = house(db).await;
        enter(&house, rooms("曲阳路1号", "小满托育")).await;
        assert!(house.desk("centre").await.is_empty());
        // Ten working days after 2022-03-01 are 2022-03-15.
        house.next_day("2022-03-15").await;
        assert!(house.desk("centre").await.is_empty());
        house.next_day("2022-03-16").await;
        house.next_day("2022-03-17").await;
        assert_eq!(house.desk("centre").await, ["premises.suspicion"]);
        let s = one(&house).await;
        let page = house.get("centre", &format!("/suspicions/{}", s["id"].as_str().unwrap())).await.body;
        assert_eq!(page.matches("已提请上级单位").count(), 1);
        let list = house.get("centre", &format!("/suspicions?region={STREET}")).await.body;
        assert!(list.contains("class=\"late\""), "{list}");
    }
}
