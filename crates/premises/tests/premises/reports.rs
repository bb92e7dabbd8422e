//! Reports of the public: taken without a name, merged with suspicions, answered, published without anything of anybody.

use crate::house::{House, STREET, day, house, rooms};
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

async fn report(house: &House, fields: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> crate::house::Answer {
    house.upload("", "/report?region=310109", fields, files).await
}

fn fields<'a>(address: &'a str, phone: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("street", STREET), ("address", address), ("seen", "每天有十个孩子，住在隔壁的李某看到"), ("phone", phone)]
}

async fn id_of(house: &House) -> String {
    let list = house.get("quyang", "/api/v1/reports").await.json();
    list["items"][0]["id"].as_str().unwrap().to_owned()
}

db::both! {
    async fn anybody_reports_and_follows_it_by_its_number(db: Db) {
        let house = house(db).await;
        for page in ["/report", "/report?region=310109", "/report?region=310109&lang=en", "/report/results"] {
            let page = house.get("", page).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert!(!page.body.contains("[premises."), "{}", page.body);
        }
        let wrong = report(&house, &[("street", STREET), ("phone", "12")], &[("files", "a.png", b"GIF89a")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for field in ["address", "seen", "phone", "files"] {
            assert!(wrong.body.contains(&format!("id=\"e-{field}\"")), "{field}: {}", wrong.body);
        }
        let done = report(&house, &fields("曲阳路77号", "13800000000"), &[("files", "门口.png", PNG)]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
        let to = done.headers["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
        let page = house.get("", &to).await;
        assert!(page.body.contains("办理中") && page.body.contains("2022-03-22"), "fifteen working days: {}", page.body);
        assert!(!page.body.contains("李某") && !page.body.contains("曲阳路77号"), "{}", page.body);
        // In small letters and with blanks it is the same number.
        let number = to.rsplit('/').next().unwrap().to_lowercase().replace('-', "+");
        let found = house.get("", &format!("/report/find?number={number}")).await;
        assert_eq!(found.headers["location"], to.as_str());
        assert_eq!(house.get("", "/report/ABCD-EFGH-JKLM").await.status, StatusCode::NOT_FOUND);
        // The street has it on its desk, with words that only it can read.
        assert_eq!(house.desk("quyang").await, ["premises.report"]);
        let id = id_of(&house).await;
        let page = house.get("quyang", &format!("/reports/{id}")).await.body;
        assert!(page.contains("李某") && page.contains("13800000000") && page.contains("门口.png"), "{page}");
        assert_eq!(house.get("quyang", &format!("/reports/{id}/files/1")).await.status, StatusCode::OK);
        assert_eq!(house.get("jingan", &format!("/reports/{id}")).await.status, StatusCode::NOT_FOUND);
        let mut read = house.db.read().await.unwrap();
        let seen: Option<Vec<u8>> = read.one(db::q!("select seen from place_report")).await.unwrap();
        assert!(!String::from_utf8_lossy(&seen.unwrap()).contains("李某"), "sealed");
    }

    async fn what_a_program_fills_in_is_thanked_and_not_kept(db: Db) {
        let house = house(db).await;
        let mut all = fields("曲阳路77号", "");
        all.push(("website", "https://spam.example"));
        let done = report(&house, &all, &[]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER);
        assert_eq!(house.get("quyang", "/api/v1/reports").await.json()["items"].as_array().unwrap().len(), 0);
    }

    async fn a_report_of_an_address_that_matches_nothing_is_a_suspicion_and_joins_one(db: Db) {
        let house = house(db).await;
        house.institution("合法托育园", "曲阳路200号", None, Some(("2021-01-01", "2025-12-31"))).await;
        house.call("quyang", "/api/v1/premises", rooms("曲阳路77号", "小满托育")).await;
        // 1: where rooms are suspected already; 2: somewhere new; 3: a lawful institution.
        for address in ["虹口区曲阳路７７号", "曲阳路88号", "曲阳路200号"] {
            assert_eq!(report(&house, &fields(address, ""), &[]).await.status, StatusCode::SEE_OTHER);
        }
        house.run_jobs().await;
        let all = house.get("quyang", "/api/v1/suspicions").await.json();
        let all = all["items"].as_array().unwrap();
        assert_eq!(all.len(), 2, "{all:?}");
        let of = |address: &str| all.iter().find(|s| s["address"] == address).unwrap_or_else(|| panic!("{address}: {all:?}"));
        let grounds: Vec<&str> = of("曲阳路77号")["grounds"].as_array().unwrap().iter().map(|g| g["ground"].as_str().unwrap()).collect();
        assert_eq!(grounds, ["let", "told"]);
        assert_eq!(of("曲阳路88号")["grounds"][0]["reports"], 1);
        let reports = house.get("quyang", "/api/v1/reports").await.json();
        let lawful = reports["items"].as_array().unwrap().iter().find(|r| r["address"] == "曲阳路200号").unwrap().clone();
        assert!(lawful["suspicion"].is_null());
        // The house of a lawful institution is a place that matches; that of suspected rooms is theirs.
        for address in ["曲阳路200号3楼", "曲阳路77号二楼"] {
            report(&house, &fields(address, ""), &[]).await;
        }
        house.run_jobs().await;
        let all = house.get("quyang", "/api/v1/suspicions").await.json();
        assert_eq!(all["items"].as_array().unwrap().len(), 2, "{all:?}");
        // Another report of the same place is no other suspicion.
        report(&house, &fields("曲阳路88号", ""), &[]).await;
        house.run_jobs().await;
        let all = house.get("quyang", "/api/v1/suspicions").await.json();
        let told = all["items"].as_array().unwrap().iter().find(|s| s["address"] == "曲阳路88号").unwrap().clone();
        assert_eq!(told["grounds"][0]["reports"], 2);
    }

    async fn an_answer_says_what_was_decided_and_is_published_without_anything_of_anybody(db: Db) {
        let house = house(db).await;
        let done = report(&house, &fields("曲阳路88号", "13800000000"), &[]).await;
        let to = done.headers["location"].to_str().unwrap().split('?').next().unwrap().to_owned();
        house.run_jobs().await;
        let id = id_of(&house).await;
        let path = format!("/api/v1/reports/{id}/answer");
        let early = house.call("quyang", &path, json!({"result": "confirmed", "reply": "已停办"})).await;
        assert_eq!(early.json()["fields"][0]["code"], "premises.result", "{}", early.body);
        let s = house.get("quyang", "/api/v1/suspicions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let look = json!({"day": "2022-03-01", "found": "childcare", "decision": "confirmed", "reason": "有", "shown": "某某托育"});
        house.call("quyang", &format!("/api/v1/suspicions/{s}/visit"), look).await;
        let personal = house.call("quyang", &path, json!({"result": "confirmed", "reply": "负责人电话13800000001"})).await;
        assert_eq!(personal.json()["fields"][0]["code"], "premises.personal");
        let answer = house.call("quyang", &path, json!({"result": "confirmed", "reply": "已要求停止收托。"})).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        let second = house.call("centre", &path, json!({"result": "lawful", "reply": "有告知书"})).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        assert!(!house.desk("quyang").await.contains(&"premises.report".to_owned()));
        let page = house.get("", &to).await.body;
        assert!(page.contains("已要求停止收托") && page.contains("确认无证"), "{page}");
        let public = house.get("", "/api/v1/public/reports?region=310109").await.json();
        assert_eq!(public["items"][0], json!({"region": STREET, "month": "2022-03", "result": "confirmed"}));
        let page = house.get("", "/report/results?region=310109").await.body;
        assert!(page.contains("曲阳路街道") && !page.contains("曲阳路88号") && !page.contains("某某托育"), "{page}");
        // Two years after the answer the words are erased; counts stay.
        house.next_day("2024-03-02").await;
        let page = house.get("quyang", &format!("/reports/{id}")).await.body;
        assert!(page.contains("已按保存期限删除") && !page.contains("李某"), "{page}");
    }

    async fn what_came_by_the_hotline_runs_the_same_way_and_is_told_above_when_late(db: Db) {
        let house = house(db).await;
        let body = json!({"via": "hotline", "via_ref": "2022-0301-77", "street": STREET, "address": "曲阳路99号", "seen": "反映有托班"});
        let elsewhere = house.call("jingan", "/api/v1/reports", body.clone()).await;
        assert_eq!(elsewhere.json()["fields"][0]["code"], "premises.street");
        let entered = house.call("centre", "/api/v1/reports", body).await;
        assert_eq!(entered.status, StatusCode::CREATED, "{}", entered.body);
        let suspected = house.get("quyang", "/api/v1/suspicions").await.json();
        assert_eq!(suspected["items"][0]["address"], "曲阳路99号", "compared at once");
        assert!(!house.desk("centre").await.contains(&"premises.report".to_owned()));
        house.next_day("2022-03-23").await;
        assert!(house.desk("centre").await.contains(&"premises.report".to_owned()));
        let list = house.get("quyang", "/reports").await.body;
        assert!(list.contains("2022-0301-77") && list.contains("逾期未答复"), "{list}");
        assert_eq!(house.clock.today(), day("2022-03-23"));
    }
}
