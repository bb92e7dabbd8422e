//! Entering, correcting, letting on and ending; who sees what.

use crate::house::{House, STREET, house, rooms};
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

const CODE: &str = "91310115MA1K4ABC4H";

async fn enter(house: &House, address: &str, operator: &str) -> String {
    let answer = house.call("quyang", "/api/v1/premises", rooms(address, operator)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}

db::both! {
    async fn rooms_are_entered_once_found_and_seen_in_their_place(db: Db) {
        let house = house(db).await;
        let id = enter(&house, "曲阳路１号2楼", "小满托育").await;
        // The same address in another writing is the same rooms.
        let again = house.call("quyang", "/api/v1/premises", rooms("虹口区曲阳路1号二层", "别家")).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(again.json()["fields"][0]["code"], "premises.known");
        let one = house.get("quyang", &format!("/api/v1/premises/{id}")).await.json();
        assert_eq!((one["region"].as_str(), one["lettings"][0]["operator"].as_str()), (Some(STREET), Some("小满托育")));
        assert_eq!(one["outcome"], "unmatched");
        for (login, seen) in [("quyang", true), ("centre", true), ("city", true), ("jingan", false)] {
            let page = house.get(login, &format!("/premises/{id}")).await;
            assert_eq!(page.status == StatusCode::OK, seen, "{login}");
            let list = house.get(login, "/api/v1/premises").await.json();
            assert_eq!(list["items"].as_array().unwrap().len(), usize::from(seen), "{login}");
        }
        assert_eq!(house.get("health", "/premises").await.status, StatusCode::FORBIDDEN);
        assert_eq!(house.get("", "/premises").await.status, StatusCode::SEE_OTHER);
        let page = house.get("quyang", &format!("/premises/{id}")).await.body;
        assert!(page.contains("021-55550123") && page.contains("没有对应机构"), "{page}");
        // The contact is nowhere but sealed.
        let mut read = house.db.read().await.unwrap();
        let plain: Vec<String> = read.all(db::q!("select lessor from premises_letting")).await.unwrap();
        assert_eq!(plain, ["邻安物业"]);
        let sealed: Option<Vec<u8>> = read.one(db::q!("select contact from premises_letting")).await.unwrap();
        assert!(!String::from_utf8_lossy(&sealed.unwrap()).contains("55550123"));
    }

    async fn a_form_comes_back_with_what_is_wrong_beside_its_field(db: Db) {
        let house = house(db).await;
        let wrong = json!({"region": "310106012", "address": "", "what": "castle", "area": "big", "source": "street",
            "operator": "甲", "credit_code": "123", "purpose": "childcare", "lessor_kind": "person", "lessor": "张三",
            "from": "2022-05-01", "until": "2022-04-01", "lon": "121.4"});
        let answer = house.call("centre", "/api/v1/premises", wrong.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.json()["fields"][0]["code"], "registry.enter.outside", "{}", answer.body);
        let mut wrong = wrong;
        wrong["region"] = json!(STREET);
        let fields = house.call("centre", "/api/v1/premises", wrong).await.json();
        let codes: Vec<_> = fields["fields"].as_array().unwrap().iter()
            .map(|f| format!("{} {}", f["field"].as_str().unwrap(), f["code"].as_str().unwrap())).collect();
        for expected in ["address form.required", "what form.choice", "area premises.number", "lat premises.both",
                         "lessor premises.lessor_person", "until premises.before"] {
            assert!(codes.iter().any(|c| c == expected), "{expected} in {codes:?}");
        }
        assert!(codes.iter().any(|c| c.starts_with("credit_code ")), "{codes:?}");
        let page = house.upload("centre", "/premises/import", &[], &[]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "an import without a file");
    }

    async fn the_next_letting_ends_the_one_before_and_history_stays(db: Db) {
        let house = house(db).await;
        let id = enter(&house, "曲阳路1号", "小满托育").await;
        let fields = [("operator", "大树托育"), ("purpose", "training"), ("lessor_kind", "property"), ("lessor", "邻安物业"),
            ("from", "2022-02-01")];
        let answer = house.form("quyang", &format!("/premises/{id}/letting"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let one = house.get("quyang", &format!("/api/v1/premises/{id}")).await.json();
        assert_eq!(one["lettings"][0]["last_day"], "2022-01-31");
        assert_eq!(one["lettings"][1]["operator"], "大树托育");
        assert_eq!(one["outcome"], "not_needed", "whoever gives lessons needs no notice");
        let early = [("operator", "x"), ("purpose", "training"), ("lessor_kind", "street"), ("lessor", "街道"), ("from", "2022-02-01")];
        let answer = house.form("quyang", &format!("/premises/{id}/letting"), &early).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("必须") || answer.body.contains("不能早于"), "{}", answer.body);
        let answer = house.form("quyang", &format!("/premises/{id}/end"), &[("last", "2022-02-28"), ("words", "搬走")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let page = house.get("quyang", &format!("/premises/{id}")).await.body;
        assert!(page.contains("未出租") && page.contains("大树托育 搬走"), "{page}");
        let list = house.get("quyang", "/api/v1/premises?outcome=not_let").await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    async fn a_correction_by_the_second_of_two_is_refused(db: Db) {
        let house = house(db).await;
        let id = enter(&house, "曲阳路1号", "小满托育").await;
        let page = house.get("quyang", &format!("/premises/{id}/edit")).await.body;
        assert!(page.contains("name=\"version\" value=\"1\"") && page.contains("021-55550123"), "{page}");
        let body = rooms("曲阳路1号3楼", "小满托育园");
        let mut fields: Vec<(&str, &str)> = body.as_object().unwrap().iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
        fields.push(("version", "1"));
        let first = house.form("quyang", &format!("/premises/{id}/edit"), &fields).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        let second = house.form("centre", &format!("/premises/{id}/edit"), &fields).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        let one = house.get("quyang", &format!("/api/v1/premises/{id}")).await.json();
        assert_eq!((one["version"].as_i64(), one["address"].as_str()), (Some(2), Some("曲阳路1号3楼")));
        // A key sent twice is one write.
        let body = rooms("曲阳路9号", "小满");
        let first = house.call_keyed("quyang", "/api/v1/premises", "key-of-one-write", body.clone()).await;
        let second = house.call_keyed("quyang", "/api/v1/premises", "key-of-one-write", body).await;
        assert_eq!(first.json()["id"], second.json()["id"]);
    }

    async fn the_comparison_names_what_fits_and_by_which_rule(db: Db) {
        let house = house(db).await;
        let lawful = house.institution("小满托育园", "曲阳路100号", Some(CODE), Some(("2021-01-01", "2023-12-31"))).await;
        let mut by_code = rooms("别的路5号", "随便什么名称");
        by_code["credit_code"] = json!(CODE);
        let cases = [
            (by_code, "credit_code"),
            (rooms("上海市虹口区曲阳路１００号", "别的名称"), "address"),
            (rooms("曲阳路100号3楼", "上海小满教育科技有限公司"), "door"),
        ];
        for (body, rule) in cases {
            let id = house.call("quyang", "/api/v1/premises", body).await.json()["id"].as_str().unwrap().to_owned();
            let one = house.get("quyang", &format!("/api/v1/premises/{id}")).await.json();
            assert_eq!((one["outcome"].as_str(), one["rules"][0]["rule"].as_str()), (Some("licensed"), Some(rule)), "{one}");
            assert_eq!(one["institution"], lawful.as_str());
        }
        let list = house.get("quyang", "/premises?outcome=licensed&q=小满").await.body;
        assert!(list.contains("曲阳路100号3楼") && list.contains("合法运营"), "{list}");
        for lang in ["zh", "en"] {
            for page in ["/premises", "/premises/new", "/premises/import", "/suspicions", "/reports", "/reports/new"] {
                let answer = house.get("centre", &format!("{page}?lang={lang}")).await;
                assert_eq!(answer.status, StatusCode::OK, "{page}: {}", answer.body);
                assert!(!answer.body.contains("[premises.") && !answer.body.contains("style="), "{page} {lang}");
            }
        }
    }

    async fn the_list_goes_out_as_a_sheet(db: Db) {
        let house = house(db).await;
        enter(&house, "曲阳路1号", "小满托育").await;
        enter(&house, "曲阳路2号", "大树托育").await;
        let csv = house.get("quyang", "/premises/export.csv?q=大树").await;
        assert_eq!(csv.status, StatusCode::OK);
        assert!(csv.body.contains("region") && csv.body.contains("大树托育") && !csv.body.contains("小满"), "{}", csv.body);
        let page = house.get("quyang", "/api/v1/premises?limit=1").await.json();
        let next = page["next"].as_str().unwrap();
        let second = house.get("quyang", &format!("/api/v1/premises?limit=1&after={next}")).await.json();
        assert_ne!(page["items"][0]["id"], second["items"][0]["id"]);
        assert!(second["next"].is_null());
    }
}
