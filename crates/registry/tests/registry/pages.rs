//! Pages and JSON: who sees what, forms that come back, two editors, and the past.

use crate::city::*;
use crate::house::{House, house};
use axum::http::{Method, StatusCode};
use db::Db;
use kernel::Role;
use kernel::kinds::FacilityId;
use registry::codes::FacilityKind;

async fn two(house: &House) -> (FacilityId, FacilityId) {
    let mut tx = house.db.begin().await.unwrap();
    let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
    let other =
        enter(&mut tx, &house.ids, new(FacilityKind::Kindergarten, "静安幼儿园", "310106001", "2020-01-01")).await;
    tx.commit().await.unwrap();
    (own, other)
}

db::both! {
    async fn the_list_of_those_that_give_care_says_so_and_keeps_to_it(db: Db) {
        let house = house(db, 2).await;
        two(&house).await;
        let mut tx = house.db.begin().await.unwrap();
        enter(&mut tx, &house.ids, new(FacilityKind::GuidanceStation, "第一指导站", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let care = house.get("/facilities?care=yes&state=operating", &token).await.body;
        assert!(care.contains("小满托育园") && care.contains("静安幼儿园") && !care.contains("第一指导站"), "{care}");
        // A chip that takes it away, and both forms keep it.
        assert!(care.contains("提供照护的机构<") && care.contains("href=\"/facilities?state=operating\""), "{care}");
        assert_eq!(care.matches("<input type=\"hidden\" name=\"care\" value=\"yes\">").count(), 2, "{care}");
        let places = house.get("/facilities?care=places", &token).await.body;
        assert!(places.contains("小满托育园") && places.contains("有托位的机构<"), "{places}");
        assert!(!places.contains("静安幼儿园"), "no toddler places: {places}");
        let others = house.get("/facilities?care=no", &token).await.body;
        assert!(!others.contains("小满托育园") && others.contains("第一指导站") && others.contains("不提供照护的场所<"));
        let sheet = house.get("/facilities/export.csv?care=yes", &token).await.body;
        assert!(sheet.contains("小满托育园") && !sheet.contains("第一指导站"));
    }

    async fn a_post_sees_its_place_and_is_told_so_elsewhere(db: Db) {
        let house = house(db, 2).await;
        let (own, other) = two(&house).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let list = house.get("/facilities", &token).await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.body.contains("小满托育园") && !list.body.contains("静安幼儿园"));
        let file = house.get(&format!("/facilities/{own}"), &token).await;
        assert_eq!(file.status, StatusCode::OK);
        for part in ["小满托育园", "正常运营", "依法开展托育服务告知书", "虹口区第1街道", "更正"] {
            assert!(file.body.contains(part), "{part} in {}", file.body);
        }
        for path in [format!("/facilities/{other}"), "/facilities/nobody".into(), "/facilities?region=310106".into()] {
            let answer = house.get(&path, &token).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert!(answer.body.contains("不在您岗位的范围内"), "{path}");
        }
        let api = house.api(Method::GET, &format!("/api/v1/institutions/{other}"), &token, "", "").await;
        assert_eq!((api.status, api.json()["code"].as_str().unwrap()), (StatusCode::NOT_FOUND, "not_found"));
        let head = house.post_at(Role::InstitutionHead, "310109001", Some(own.as_str())).await;
        let list = house.get("/facilities", &head).await.body;
        assert!(list.contains("小满托育园") && !list.contains("静安幼儿园") && !list.contains("新增机构"));
        assert_eq!(house.get(&format!("/facilities/{own}/edit/state"), &head).await.status, StatusCode::FORBIDDEN);
        let auditor = house.post_at(Role::Auditor, "310000", None).await;
        assert_eq!(house.get("/facilities", &auditor).await.status, StatusCode::FORBIDDEN);
        assert_eq!(house.get("/facilities", "").await.status, StatusCode::SEE_OTHER);
    }

    async fn a_file_leads_to_who_looked_at_it_where_that_is_shown(db: Db) {
        let house = house(db, 2).await;
        let (own, _) = two(&house).await;
        let (file, link) = (format!("/facilities/{own}"), format!("href=\"/audit/of/facility/{own}\""));
        let head = house.post_at(Role::InstitutionHead, "310109001", Some(own.as_str())).await;
        assert!(house.get(&file, &head).await.body.contains(&link));
        // An office sees the file, not the audit.
        let office = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        assert!(!house.get(&file, &office).await.body.contains("/audit/of/"));
    }

    async fn a_correction_is_saved_and_the_past_stays(db: Db) {
        let house = house(db, 2).await;
        let (own, _) = two(&house).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let path = format!("/facilities/{own}/edit/state");
        let bad = house.form(&path, &token, &[("version", "1"), ("state", "planned"), ("from", "2022-06-01"), ("reason", "试")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.body.contains("开办后不能回到筹备") && bad.body.contains("value=\"2022-06-01\"") && bad.body.contains(">试</textarea>"));
        let fields = [("version", "1"), ("state", "suspended"), ("from", "2022-06-01"), ("until", "2022-06-30"), ("reason", "装修")];
        let good = house.form(&path, &token, &fields).await;
        assert_eq!((good.status, good.location.as_str()), (StatusCode::SEE_OTHER, format!("/facilities/{own}?done=registry_changed").as_str()));
        let past = house.get(&format!("/facilities/{own}?as_of=2022-06-30"), &token).await.body;
        assert!(past.contains("暂停运营") && past.contains("is-past") && past.contains("这是 2022-06-30 的情况"));
        let today = house.get(&format!("/facilities/{own}"), &token).await.body;
        assert!(today.contains("class=\"light met\">正常运营") && !today.contains("is-past") && today.contains("装修"));
        let listed = house.get("/facilities?as_of=2022-06-15&state=suspended", &token).await.body;
        assert!(listed.contains("小满托育园") && listed.contains(&format!("/facilities/{own}?as_of=2022-06-15")));
        assert_eq!(house.get(&format!("/facilities/{own}?as_of=2023-01-01"), &token).await.status, StatusCode::BAD_REQUEST);
        let audit: Vec<String> = house.db.read().await.unwrap()
            .all(db::q!("select object from audit where action = 'registry.keep'")).await.unwrap();
        assert_eq!(audit, [own.to_string()]);
    }

    async fn the_second_editor_sees_theirs_beside_mine(db: Db) {
        let house = house(db, 2).await;
        let (own, _) = two(&house).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let path = format!("/facilities/{own}/edit/profile");
        let fields = |name: &'static str, version: &'static str| {
            vec![("version", version), ("name", name), ("ownership", "private"), ("legal_form", "for_profit"),
                 ("operator", "样例公司"), ("from", "2022-01-01")]
        };
        assert_eq!(house.form(&path, &token, &fields("大满托育园", "1")).await.status, StatusCode::SEE_OTHER);
        let late = house.form(&path, &token, &fields("中满托育园", "1")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for part in ["大满托育园", "中满托育园", "别人先改了", "name=\"version\" value=\"2\""] {
            assert!(late.body.contains(part), "{part} in {}", late.body);
        }
        let today = house.get(&format!("/facilities/{own}"), &token).await.body;
        assert!(today.contains("<h1>大满托育园</h1>"));
        assert_eq!(house.form(&path, &token, &fields("中满托育园", "2")).await.status, StatusCode::SEE_OTHER);
        let api = house.api(Method::POST, &format!("/api/v1/facilities/{own}/changes/state"), &token, "key-000001",
            r#"{"version": 1, "state": "closed", "from": "2022-10-01"}"#).await;
        assert_eq!((api.status, api.json()["code"].as_str().unwrap()), (StatusCode::CONFLICT, "conflict.changed"));
    }

    async fn two_sessions_and_one_file_field_by_field(db: Db) {
        let house = house(db, 2).await;
        let (own, _) = two(&house).await;
        let quick = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let slow = house.clerk_at(Role::EducationOfficer, "310000").await;
        let path = format!("/facilities/{own}/edit/profile");
        // Both open the form; what stood there goes along.
        let page = house.get(&path, &slow).await.body;
        assert!(page.contains("name=\"was.name\" value=\"小满托育园\"") && page.contains("name=\"was.phone\" value=\"021-1\""));
        let typed = |name: &'static str, operator: &'static str, phone: &'static str| {
            vec![("version", "1"), ("name", name), ("ownership", "private"), ("legal_form", "for_profit"), ("operator", operator),
                 ("phone", phone), ("from", "2022-01-01"), ("was.name", "小满托育园"), ("was.ownership", "private"),
                 ("was.legal_form", "for_profit"), ("was.operator", "样例公司"), ("was.phone", "021-1")]
        };
        let first = house.form(&path, &quick, &typed("大满托育园", "新公司", "021-1")).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        // The slow one changed the name as well, and the phone alone; the operator was never touched.
        let late = house.form(&path, &slow, &typed("中满托育园", "样例公司", "021-2")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        for part in [
            "两人都改了",
            "name=\"pick.name\" value=\"mine\" checked",
            "name=\"pick.operator\" value=\"theirs\" checked",
            "name=\"pick.phone\" value=\"mine\" checked",
            "name=\"theirs.name\" value=\"大满托育园\"",
            "name=\"was.name\" value=\"大满托育园\"",
            "name=\"version\" value=\"2\"",
            "王老师：基本情况",
        ] {
            assert!(late.body.contains(part), "{part} in {}", late.body);
        }
        // What both left alone is not asked about.
        assert!(!late.body.contains("pick.ownership"));
        let mut again = typed("中满托育园", "样例公司", "021-2");
        again[0].1 = "2";
        again.extend([("pick.name", "mine"), ("pick.operator", "theirs"), ("theirs.operator", "新公司"), ("pick.phone", "mine"), ("theirs.phone", "021-1")]);
        assert_eq!(house.form(&path, &slow, &again).await.status, StatusCode::SEE_OTHER);
        let file = registry::file(&mut house.db.read().await.unwrap(), &own, day(NOW)).await.unwrap().unwrap();
        let p = file.profile.unwrap().value;
        assert_eq!((p.name.as_str(), p.operator.as_str(), p.phone.as_str()), ("中满托育园", "新公司", "021-2"));
        // Somebody who changed another part does not stand in the way of what was typed.
        let state = format!("/facilities/{own}/edit/state");
        let other = [("version", "2"), ("state", "operating"), ("was.state", "operating"), ("reason", "续办"), ("was.reason", ""), ("from", "2022-05-01")];
        let elsewhere = house.form(&state, &quick, &other).await;
        assert_eq!(elsewhere.status, StatusCode::CONFLICT);
        assert!(elsewhere.body.contains("pick.reason") && elsewhere.body.contains(">续办</textarea>"), "{}", elsewhere.body);
    }

    async fn the_file_says_what_is_missing_who_changed_it_and_what_differs(db: Db) {
        let house = house(db, 2).await;
        let (own, school) = two(&house).await;
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let file = house.get(&format!("/facilities/{own}"), &token).await.body;
        // Asked by the norm of its kind; `new` gives name, place, position, phone and operator.
        for part in ["还缺：统一社会信用代码", "还缺：依法开展托育服务告知书", "2022-11-15 系统 更新", "还缺：房屋"] {
            assert!(file.contains(part), "{part} in {file}");
        }
        let path = format!("/facilities/{school}/edit/class");
        let opened = [("version", "1"), ("act", "open"), ("class_name", "托一班"), ("band", "toddler"), ("gained", "expansion"), ("mode", "full_day"), ("from", "2021-09-01")];
        assert_eq!(house.form(&path, &token, &opened).await.status, StatusCode::SEE_OTHER);
        let path = format!("/facilities/{school}/edit/building");
        for (version, stage, due, from) in [("2", "planned", "2019-06-30", "2018-01-01"), ("3", "handed_over", "2019-06-30", "2019-08-01")] {
            let fields = [("version", version), ("building", stage), ("due", due), ("unit", "区教育局"), ("from", from)];
            assert_eq!(house.form(&path, &token, &fields).await.status, StatusCode::SEE_OTHER);
        }
        let page = house.get(&format!("/facilities/{school}"), &token).await.body;
        // One file, two roles with their days; the handover came later than promised.
        for part in ["学前教育（幼儿园）", "2020-01-01 起", "托育服务", "2021-09-01 起", "晚于计划"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        let changes = house.get(&format!("/facilities/{school}/changes?since=2021-08-31&until=2021-09-01"), &token).await.body;
        assert!(changes.contains("<ins>托班 · 全日制 · 挖潜扩班 · 2021-09-01 起</ins>"), "{changes}");
        assert!(!changes.contains("静安幼儿园</ins>"), "what did not change is not told");
        let json = house.api(Method::GET, &format!("/api/v1/facilities/{school}/changes?since=2019-12-31"), &token, "", "").await.json();
        let told: Vec<&str> = json["changes"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap()).collect();
        assert!(told.contains(&"名称") && told.contains(&"托一班"), "{told:?}");
        let wrong = house.get(&format!("/facilities/{school}/changes?since=2022-01-01&until=2021-01-01"), &token).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
        // Page by page, each event once.
        let mut path = format!("/facilities/{school}/timeline?limit=2");
        let mut seen = 0;
        loop {
            let page = house.get(&path, &token).await.body;
            seen += page.matches("<td class=\"day\"").count();
            let Some(at) = page.find("after=") else { break };
            let cursor = page[at + 6..].split(['"', '&']).next().unwrap().to_owned();
            path = format!("/facilities/{school}/timeline?limit=2&after={cursor}");
        }
        let all = house.get(&format!("/facilities/{school}/timeline"), &token).await.body;
        assert_eq!((seen, all.matches("<td class=\"day\"").count()), (6, 6));
        let print = house.get(&format!("/facilities/{school}/print"), &token).await.body;
        assert!(print.contains("打印时间 2022-11-15 09:00") && print.contains("托一班"));
    }

    async fn a_file_is_entered_with_faults_at_their_fields(db: Db) {
        let house = house(db, 2).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let bad = house.form("/facilities/new", &token, &[("name", "小满<托育园>"), ("credit_code", "91310109MA1G500000"), ("lon", "x"), ("from", "2022-13-01")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        for part in ["小满&lt;托育园&gt;", "校验位不对", "e-lon", "e-from", "e-region", "e-file_kind"] {
            assert!(bad.body.contains(part), "{part} in {}", bad.body);
        }
        let fields = [
            ("file_kind", "institution"), ("name", "小满托育园"), ("ownership", "private"), ("legal_form", "for_profit"),
            ("credit_code", "91310109MA1G50000C"), ("region", "310109001"), ("address", "样例路1号"),
            ("lon", "121.48"), ("lat", "31.27"), ("state", "operating"), ("from", "2022-03-01"),
        ];
        let (csrf, key) = house.hidden("/facilities/new", &token).await;
        let body = |key: &str, more: &[(&str, &str)]| {
            let mut body = form_urlencoded::Serializer::new(String::new());
            body.append_pair("csrf", &csrf).append_pair("idempotency_key", key).extend_pairs(fields).extend_pairs(more);
            body.finish()
        };
        let kind = "application/x-www-form-urlencoded";
        let first = house.post("/facilities/new", &token, kind, body(&key, &[])).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER, "{}", first.body);
        // A double click is one file.
        let again = house.post("/facilities/new", &token, kind, body(&key, &[])).await;
        assert_eq!((again.status, &again.location), (first.status, &first.location));
        let other = house.post("/facilities/new", &token, kind, body("another-key-1", &[])).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.body.contains("使用同一信用代码的档案"));
        let sure = house.post("/facilities/new", &token, kind, body("another-key-2", &[("same_code", "yes")])).await;
        assert_eq!(sure.status, StatusCode::SEE_OTHER);
        let n: i64 = house.db.read().await.unwrap().one(db::q!("select count(*) from facility")).await.unwrap();
        assert_eq!(n, 2);
        // Outside of the post.
        let street = [("region", "310106001")];
        let outside = house.form("/facilities/new", &token, &[&fields[..5], &fields[6..], &street].concat()).await;
        assert!(outside.status == StatusCode::UNPROCESSABLE_ENTITY && outside.body.contains("不在您岗位的范围内"), "{}", outside.body);
    }

    async fn a_form_takes_a_street_as_a_sheet_does(db: Db) {
        let house = house(db, 2).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let enter = async |name: &str, region: &str| {
            let fields = [
                ("file_kind", "institution"), ("name", name), ("ownership", "private"), ("legal_form", "for_profit"),
                ("region", region), ("address", "样例路1号"), ("state", "operating"), ("from", "2022-03-01"),
            ];
            house.form("/facilities/new", &token, &fields).await
        };
        // In full, short, below its district, by its code.
        let mut file = String::new();
        for (n, region) in ["虹口区第1街道", "虹口区第1", "虹口区·虹口区第1街道", "310109001"].into_iter().enumerate() {
            let entered = enter(&format!("小满{n}"), region).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{region}: {}", entered.body);
            file = entered.location.split('?').next().unwrap().to_owned();
            let id = file.rsplit('/').next().unwrap();
            let told = house.get(&format!("/api/v1/facilities/{id}"), &token).await.json();
            assert_eq!(told["site"]["region"], "310109001", "{region}");
        }
        for (region, said) in [("静安区第1", "不在您岗位的范围内"), ("没有这个街道", "请填写街镇全称")] {
            let refused = enter("小满", region).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(said), "{region}: {}", refused.body);
        }
        // Whoever keeps a file may say that it moved to another district.
        let moved = [("version", "1"), ("region", "静安区第2"), ("address", "样例路9号"), ("from", "2022-09-01")];
        let moved = house.form(&format!("{file}/edit/site"), &token, &moved).await;
        assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.body);
        let all = house.post_at(Role::EducationOfficer, "310000", None).await;
        let told = house.get(&format!("/api/v1{file}"), &all).await.json();
        assert_eq!(told["site"]["region"], "310106002");
    }

    async fn json_lists_institutions_and_pages_them(db: Db) {
        let house = house(db, 2).await;
        let (own, other) = two(&house).await;
        let mut tx = house.db.begin().await.unwrap();
        enter(&mut tx, &house.ids, new(FacilityKind::GuidanceStation, "指导站", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let ids = |json: &serde_json::Value| -> Vec<String> {
            json["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()).collect()
        };
        let first = house.api(Method::GET, "/api/v1/institutions?limit=1", &token, "", "").await.json();
        assert_eq!(ids(&first), [other.to_string()]);
        let next = format!("/api/v1/institutions?limit=1&after={}", first["next"].as_str().unwrap());
        let second = house.api(Method::GET, &next, &token, "", "").await.json();
        assert_eq!((ids(&second), second["next"].is_null()), (vec![own.to_string()], true));
        let all = house.api(Method::GET, "/api/v1/facilities?region=310109&as_of=2021-01-01", &token, "", "").await.json();
        assert_eq!(ids(&all).len(), 2);
        let none = house.api(Method::GET, "/api/v1/institutions?kind=guidance_station", &token, "", "").await.json();
        assert_eq!(ids(&none).len(), 0);
        let wrong = house.api(Method::GET, "/api/v1/institutions?kind=x", &token, "", "").await;
        assert_eq!((wrong.status, wrong.json()["code"].as_str().unwrap()), (StatusCode::BAD_REQUEST, "filter.choice"));
        let file = house.api(Method::GET, &format!("/api/v1/institutions/{own}?as_of=2021-01-01"), &token, "", "").await.json();
        assert_eq!(file["profile"]["name"], "小满托育园");
        assert_eq!((&file["operating"], &file["site"]["region"]), (&true.into(), &"310109001".into()));
        let made = house.api(Method::POST, &format!("/api/v1/facilities/{own}/changes/fee"), &token, "key-000001",
            r#"{"version": 1, "mode": "full_day", "fen": "3000", "per": "month", "from": "2022-01-01"}"#).await;
        assert_eq!((made.status, &made.json()["version"]), (StatusCode::OK, &2.into()));
        let again = house.api(Method::POST, &format!("/api/v1/facilities/{own}/changes/fee"), &token, "key-000001",
            r#"{"version": 1, "mode": "full_day", "fen": "3000", "per": "month", "from": "2022-01-01"}"#).await;
        assert_eq!((again.status, again.json()), (StatusCode::OK, made.json()));
    }

    async fn every_aspect_has_a_form_and_does_its_work(db: Db) {
        let house = house(db, 2).await;
        let (own, twin) = two(&house).await;
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let mut version = 1;
        let mut post = async |aspect: &str, fields: &[(&str, &str)]| {
            let path = format!("/facilities/{own}/edit/{aspect}");
            let typed = version.to_string();
            let fields: Vec<(&str, &str)> = [("version", typed.as_str())].into_iter().chain(fields.iter().copied()).collect();
            let answer = house.form(&path, &token, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{aspect}: {}", answer.body);
            version += 1;
        };
        let from = ("from", "2021-09-01");
        post("site", &[("region", "静安区第2街道"), ("address", "新址2号"), ("from", "2022-05-01")]).await;
        post("class", &[("act", "open"), ("class_name", "托大一班"), ("band", "senior"), ("gained", "new"), ("mode", "full_day"), from]).await;
        let mut read = house.db.read().await.unwrap();
        let class = registry::file(&mut read, &own, day(NOW)).await.unwrap().unwrap().classes[0].class.id.to_string();
        post("class", &[("act", "mode"), ("class", &class), ("mode", "hourly"), ("from", "2022-03-01")]).await;
        post("class", &[("act", "correct"), ("class", &class), ("class_name", "托大二班"), ("band", "senior"), ("gained", "expansion")]).await;
        post("capacity", &[("measure", "approved"), ("mode", "full_day"), ("band", "senior"), ("places", "20"), from]).await;
        post("credential", &[("act", "add"), ("kind", "operation_notice"), ("number", "沪虹托告〔2021〕0019号"), ("verified", "verified"), from, ("until", "2022-12-31")]).await;
        post("inclusive", &[("act", "confirm"), ("confirmed_by", "区教育局"), from]).await;
        post("fee", &[("mode", "full_day"), ("fen", "3,000"), ("per", "month"), from]).await;
        post("flag", &[("flag", "built"), ("value", "new"), from]).await;
        post("flag", &[("flag", "host"), ("value", "kindergarten"), from]).await;
        let file = registry::file(&mut read, &own, day(NOW)).await.unwrap().unwrap();
        assert_eq!((file.classes[0].class.name.as_str(), file.classes[0].mode.as_str()), ("托大二班", "hourly"));
        assert_eq!((file.capacity.len(), file.credentials.len(), file.fees[0].value.fen.0, file.flags.len()), (1, 1, 300_000, 2));
        assert_eq!((file.site.unwrap().value.place, file.home.as_str()), (place("310106002"), "310109"));
        post("premises", &[("tenure", "rented"), ("supplier", "样例公司"), ("area", "320"), ("independent", "no"), from]).await;
        post("chain", &[("act", "set"), ("brand", "小满"), ("bond", "direct"), from]).await;
        post("support", &[("act", "give"), ("support_kind", "subsidy"), ("source", "虹口区第1街道"), ("amount", "50,000"), from, ("until", "2022-08-31")]).await;
        post("service", &[("act", "offer"), ("service_name", "周末半日托"), ("style", "menu"), ("month_from", "24"), ("month_until", "36"), ("mode", "half_day"), from]).await;
        let file = registry::file(&mut read, &own, day(NOW)).await.unwrap().unwrap();
        assert_eq!((file.support[0].fen.unwrap().0, file.premises.as_ref().unwrap().value.area), (5_000_000, Some(320)));
        post("service", &[("act", "end_service"), ("service", file.services[0].id.as_str()), ("from", "2022-06-01")]).await;
        post("support", &[("act", "remove_support"), ("support", file.support[0].id.as_str())]).await;
        post("chain", &[("act", "clear"), ("from", "2022-06-01")]).await;
        post("double", &[("doubles", &format!("/facilities/{twin}?as_of=2022-01-01"))]).await;
        post("double", &[("doubles", "")]).await;
        post("credential", &[("act", "end"), ("credential", file.credentials[0].id.as_str()), ("from", "2022-10-01")]).await;
        post("class", &[("act", "close"), ("class", &class), ("from", "2022-11-01")]).await;
        post("inclusive", &[("act", "withdraw"), ("from", "2022-11-01")]).await;
        post("fee", &[("mode", "full_day"), ("fen", ""), ("from", "2022-11-01")]).await;
        post("capacity", &[("measure", "approved"), ("mode", "full_day"), ("band", "senior"), ("places", ""), ("from", "2022-11-01")]).await;
        post("flag", &[("flag", "built"), ("value", ""), ("from", "2022-11-01")]).await;
        let file = registry::file(&mut read, &own, day(NOW)).await.unwrap().unwrap();
        assert!(file.classes.is_empty() && file.fees.is_empty() && file.capacity.is_empty() && file.inclusive.is_none());
        assert_eq!((file.flags.len(), file.lapsed.len(), file.version), (1, 1, version));
        // In English the same page has no Chinese of ours.
        let page = house.get(&format!("/facilities/{own}?lang=en&events=all"), &token).await;
        assert!(page.body.contains("What happened") && !page.body.contains("[registry"));
        let timeline = house.get(&format!("/facilities/{own}/timeline?lang=en"), &token).await;
        assert!(timeline.body.contains("Inclusive status ended") && timeline.body.contains("Service ended") && !timeline.body.contains("[registry"));
        assert!(registry::listing_faults(&mut read).await.unwrap().is_empty());
    }

    async fn every_form_is_drawn_in_both_languages(db: Db) {
        let house = house(db, 2).await;
        let (own, other) = two(&house).await;
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let mut pages = vec!["/facilities/new".to_owned(), "/facilities/import".into(), "/facilities?count=1".into()];
        for file in [&own, &other] {
            for view in ["", "/timeline", "/timeline?part=base&year=2020", "/changes", "/changes?since=2019-12-31", "/print"] {
                pages.push(format!("/facilities/{file}{view}"));
            }
            for act in ["give", "remove_support"] {
                pages.push(format!("/facilities/{file}/edit/support?act={act}"));
            }
            for act in ["offer", "end_service", "remove_service"] {
                pages.push(format!("/facilities/{file}/edit/service?act={act}"));
            }
            for act in ["set", "clear"] {
                pages.push(format!("/facilities/{file}/edit/chain?act={act}"));
            }
            for aspect in ["state", "profile", "site", "capacity", "fee", "flag", "double", "premises"] {
                pages.push(format!("/facilities/{file}/edit/{aspect}?x=1"));
            }
            for act in ["open", "mode", "close", "correct", "remove"] {
                pages.push(format!("/facilities/{file}/edit/class?act={act}"));
            }
            for act in ["add", "end", "remove_credential"] {
                pages.push(format!("/facilities/{file}/edit/credential?act={act}"));
            }
            for act in ["confirm", "withdraw"] {
                pages.push(format!("/facilities/{file}/edit/inclusive?act={act}"));
            }
        }
        for page in pages {
            for lang in ["zh", "en"] {
                let path = format!("{page}{}lang={lang}", if page.contains('?') { "&" } else { "?" });
                let answer = house.get(&path, &token).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}");
                let unknown = answer.body.find("[registry").map(|at| &answer.body[at..at + 40]);
                assert_eq!(unknown, None, "{path}");
                assert!(!answer.body.contains("style=") && !answer.body.contains("<script>"), "{path}");
            }
        }
        for aspect in ["agreement", "release", "building"] {
            let path = format!("/facilities/{other}/edit/{aspect}");
            assert_eq!(house.get(&path, &token).await.status, StatusCode::OK);
            let path = format!("/facilities/{own}/edit/{aspect}");
            assert_eq!(house.get(&path, &token).await.status, StatusCode::NOT_FOUND);
        }
        // What a kind cannot have has no form.
        let mut tx = house.db.begin().await.unwrap();
        let station = enter(&mut tx, &house.ids, new(FacilityKind::GuidanceStation, "指导站", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        assert_eq!(house.get(&format!("/facilities/{station}/edit/class"), &token).await.status, StatusCode::NOT_FOUND);
    }
}
