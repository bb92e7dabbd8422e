//! The city's sentence and what hangs on it: its numbers equal the lights of the API, the map's last frame equals the
//! cockpit, the league adds up to the city, what was stated stands beside a recount, and a reminder reaches the unit
//! that leads, is answered, and shows on the page of the target.

use crate::world::{Answer, World};
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use db::Db;
use serde_json::{Value, json};

const SH: &str = "shanghai-2020-2022";

/// A write of the API with a key of its own.
async fn post(world: &mut World, login: &str, path: &str, key: &str, body: Value) -> Answer {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {}", world.token(login).await))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap();
    world.send(request).await
}

async fn items(world: &mut World, login: &str, path: &str) -> Vec<Value> {
    let answer = world.get(login, path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    answer.json()["items"].as_array().unwrap().clone()
}

/// Keys of the boxes of the reminder's form.
fn boxes(page: &str) -> Vec<String> {
    let form = page.split("id=\"remind\"").nth(1).unwrap_or_default();
    let keys = form.split("name=\"who\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    keys.filter(|k| k != "all").collect()
}

db::both! {
    async fn the_first_figure_opens_the_list_of_what_it_counts(db: Db) {
        let mut world = World::new(db).await;
        for region in ["310000", "310109"] {
            let page = world.get("city", &format!("/plans/{SH}?region={region}")).await.body;
            let key = page.split("<a class=\"key\" href=\"").nth(1).unwrap();
            let href = key.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
            let figure = key.split("<span class=\"fig\">").nth(1).unwrap().split(' ').next().unwrap().to_owned();
            let list = world.get("city", &format!("{href}&count=1")).await.body;
            assert!(list.contains(&format!("共 {figure} 家")), "{region}: {figure} of {href}");
            // Kindergartens without places for under threes are in the register, and are not among them.
            let all = world.get("city", &format!("/facilities?region={region}&care=yes&state=operating&count=1")).await.body;
            assert!(!all.contains(&format!("共 {figure} 家")), "{region}: the city has such kindergartens");
        }
    }

    async fn a_zone_has_a_cockpit(db: Db) {
        let mut world = World::new(db).await;
        // 莘庄工业区: no street, and none below it.
        let page = world.get("city", &format!("/plans/{SH}?region=310112501")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        assert!(page.body.contains("莘庄工业区"), "{}", page.body);
    }

    async fn numbers_of_the_sentence_are_those_of_the_lights(db: Db) {
        let mut world = World::new(db).await;
        for (plan, region) in [(SH, "310000"), (SH, "310109"), ("jingan-2021-2023", "310106")] {
            let targets = items(&mut world, "city", &format!("/api/v1/plans/{plan}/targets?region={region}")).await;
            // A declared value is not counted: its target still waits for records.
            let stands = |t: &Value| if t["declared"] == true { "no_records".to_owned() } else { t["light"].as_str().unwrap().to_owned() };
            let n = |light: &str| targets.iter().filter(|t| stands(t) == light).count();
            let sentence = world.get("city", &format!("/api/v1/plans/{plan}/sentence?region={region}")).await.json();
            let text = sentence["text"].as_str().unwrap().to_owned();
            assert!(text.starts_with(&format!("截至2022年11月15日，{} 项目标中：", targets.len())), "{text}");
            if n("met") > 0 { assert!(text.contains(&format!("达成 {} 项", n("met"))), "{text}"); }
            if n("no_records") > 0 { assert!(text.contains(&format!("{} 项暂无记录", n("no_records"))), "{text}"); }
            let risk = n("at_risk") + n("missed");
            assert!(text.contains(&if risk == 0 { "没有目标有风险".to_owned() } else { format!("{risk} 项有风险") }), "{text}");
            let list = world.get("city", &format!("/plans/targets?plan={plan}&region={region}&light=risk")).await.body;
            assert_eq!(list.matches("<td class=\"id hide-s\">").count(), risk, "the number leads to as many targets");
        }
    }

    async fn the_map_fills_up_to_what_the_cockpit_shows(db: Db) {
        let mut world = World::new(db).await;
        let map = world.get("city", &format!("/api/v1/plans/{SH}/map")).await.json();
        let frames = map["frames"].as_array().unwrap();
        assert_eq!((frames.len(), map["streets"].as_i64().unwrap()), (16, 215));
        let last = frames.last().unwrap();
        assert_eq!(last["day"], "2022-11-15");
        assert_eq!(last["tiles"].as_str().unwrap().len(), 215);
        let page = world.get("city", &format!("/plans/{SH}")).await.body;
        assert!(page.contains(&format!("<span data-covered>{}</span> / 215", last["covered"])), "the same as on the page");
        let first = &frames[0];
        let on = items(&mut world, "city", &format!("/api/v1/plans/{SH}/targets?as_of={}", first["day"].as_str().unwrap())).await;
        let coverage = on.iter().find(|t| t["indicator"] == "inclusive_point_street_coverage").unwrap();
        assert_eq!(coverage["numerator"].as_f64().unwrap_or(0.0), first["covered"].as_f64().unwrap());
    }

    async fn the_league_adds_up_to_the_city(db: Db) {
        let mut world = World::new(db).await;
        for target in ["SH-01", "SH-02", "SH-04"] {
            let whole = items(&mut world, "city", &format!("/api/v1/plans/{SH}/targets")).await;
            let whole = whole.iter().find(|t| t["id"] == target).unwrap()["numerator"].as_f64().unwrap();
            for level in ["district", "street"] {
                let path = format!("/api/v1/plans/{SH}/targets/{target}/league?level={level}");
                let rows = items(&mut world, "city", &path).await;
                assert_eq!(rows.len(), if level == "street" { 215 } else { 16 });
                let sum: f64 = rows.iter().filter_map(|r| r["numerator"].as_f64()).sum();
                assert_eq!(sum, whole, "{target} by {level}");
                let values: Vec<f64> = rows.iter().filter_map(|r| r["value"].as_f64()).collect();
                assert!(values.is_sorted_by(|a, b| a >= b), "{target} by {level}");
                assert!(rows.iter().filter_map(|r| r["rank"].as_i64()).is_sorted());
            }
        }
        let answer = world.get("jingan", &format!("/plans/{SH}/targets/SH-02/league?region=310109")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "another district");
    }

    async fn what_was_stated_stands_beside_a_recount(db: Db) {
        let mut world = World::new(db).await;
        let rows = items(&mut world, "city", "/api/v1/plans/hongkou-demonstration/stated").await;
        let row = rows.iter().find(|r| r["series"] == "baseline/nurseries_total").unwrap();
        assert_eq!((row["stated"].as_f64(), row["from"].as_str()), (Some(4.0), Some("2022-01-31")));
        let path = "/api/v1/indicators/nurseries_total?region=310109&as_of=2022-01-31";
        assert_eq!(row["recorded"], world.get("city", path).await.json()["value"]);
        let without = rows.iter().find(|r| r["series"] == "baseline/online_views_count").unwrap();
        assert!(without["recorded"].is_null(), "no records of this kind");
        let later = items(&mut world, "city", &format!("/api/v1/plans/{SH}/stated")).await;
        let later = later.iter().find(|r| r["series"] == "reference/kindergartens").unwrap();
        assert!(later["recorded"].is_null(), "its day has not come");
    }

    async fn a_reminder_reaches_the_unit_and_its_answer_the_page(db: Db) {
        let mut world = World::new(db).await;
        // A target that another unit of the district leads.
        let targets = items(&mut world, "jingan", "/api/v1/plans/jingan-2021-2023/targets").await;
        let led = targets.iter().filter(|t| t["lead_units"].as_array().unwrap().iter().any(|u| u == "ja_health"));
        let mut page = String::new();
        let mut id = String::new();
        for target in led {
            id = target["id"].as_str().unwrap().to_owned();
            page = world.get("jingan", &format!("/plans/jingan-2021-2023/targets/{id}")).await.body;
            if boxes(&page).contains(&"~ja_health".to_owned()) {
                break;
            }
        }
        assert!(boxes(&page).contains(&"~ja_health".to_owned()), "{id}: {:?}", boxes(&page));
        let path = format!("/api/v1/plans/jingan-2021-2023/targets/{id}/remind");
        let body = json!({"who": "~ja_health", "words": "请于月底前完成"});
        let sent = post(&mut world, "jingan", &path, "remind-key-1", body.clone()).await;
        assert_eq!((sent.status, sent.json()["reminded"].as_i64()), (StatusCode::OK, Some(1)), "{}", sent.body);
        // Once more is a step, not a second entry.
        post(&mut world, "jingan", &path, "remind-key-2", body).await;
        let desk = items(&mut world, "jahealth", "/api/v1/desk").await;
        let all = desk.len();
        let desk: Vec<_> = desk.into_iter().filter(|e| e["kind"].as_str().is_some_and(|k| k.starts_with("plans"))).collect();
        assert_eq!(desk.len(), 1);
        assert!(world.get("jahealth", "/plans").await.body.contains(&format!("<span class=\"count\">{all}</span>")), "the badge");
        let entry = desk[0]["id"].as_str().unwrap().to_owned();
        let answer = json!({"words": "已完成两所"});
        let done = post(&mut world, "jahealth", &format!("/api/v1/desk/{entry}/answer"), "answer-key-1", answer).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let page = world.get("jingan", &format!("/plans/jingan-2021-2023/targets/{id}")).await.body;
        assert!(page.contains("已完成两所") && page.contains("静安区卫生健康委"), "who was reminded and what was answered");
        let tasks = world.get("jingan", "/plans/jingan-2021-2023/tasks").await.body;
        assert!(tasks.contains("催办 1 次，0 次待答复"), "the task shows it");
        for (login, status) in [("jahealth", 403), ("quyang", 403), ("hongkou", 404)] {
            let answer = post(&mut world, login, &path, "remind-key-3", json!({"who": "all"})).await;
            assert_eq!(answer.status.as_u16(), status, "{login}");
        }
        let nobody = post(&mut world, "jingan", &path, "remind-key-4", json!({"who": ""})).await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        // A form without a choice comes back with the error beside the boxes, and its links lead to the page.
        let form = format!("/plans/jingan-2021-2023/targets/{id}/remind");
        let again = world.submit(Some("jingan"), &form).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.body.contains("id=\"e-who\"") && again.body.contains("class=\"error-summary\""), "{}", again.body);
        assert!(!again.body.contains("/remind?part="), "{}", again.body);
    }

    async fn streets_without_cover_lead_to_their_office(db: Db) {
        let mut world = World::new(db).await;
        let targets = items(&mut world, "city", &format!("/api/v1/plans/{SH}/targets?region=310109")).await;
        let mut found = None;
        for target in targets.iter().filter(|t| t["unit"] == "%" && !t["value"].is_null()) {
            let id = target["id"].as_str().unwrap();
            let page = world.get("city", &format!("/plans/{SH}/targets/{id}?region=310109")).await.body;
            let keys = boxes(&page);
            if keys.iter().any(|k| k.starts_with("310109")) {
                found = Some((id.to_owned(), keys));
                break;
            }
        }
        let (id, keys) = found.expect("a street of Hongkou is missing somewhere in the small city");
        let path = format!("/api/v1/plans/{SH}/targets/{id}/remind");
        let sent = post(&mut world, "city", &path, "remind-key-5", json!({"who": "all", "region": "310109"})).await;
        assert_eq!(sent.json()["reminded"].as_i64(), Some(keys.len() as i64), "{}", sent.body);
        let below = items(&mut world, "hongkou", "/api/v1/desk?tab=below").await;
        let below: Vec<_> = below.into_iter().filter(|e| e["kind"].as_str().is_some_and(|k| k.starts_with("plans"))).collect();
        assert_eq!(below.len(), keys.len(), "the district sees what waits in it");
        for key in &keys {
            let (street, unit) = key.split_once('~').unwrap();
            let office = below.iter().find(|e| e["subject"].as_str().unwrap().ends_with(street)).unwrap();
            assert_eq!(office["unit"], unit);
        }
    }

    async fn key_tasks_stand_first(db: Db) {
        let mut world = World::new(db).await;
        let path = "/api/v1/plans/pudong-2021-2023/tasks/7/mark";
        for (login, status) in [("jingan", 403), ("city", 200), ("pudong", 200)] {
            let answer = post(&mut world, login, path, "mark-key-1", json!({"key": "yes"})).await;
            assert_eq!(answer.status.as_u16(), status, "{login}: {}", answer.body);
        }
        let page = world.get("pudong", "/plans/pudong-2021-2023/tasks").await.body;
        assert!(page.find("id=\"task-7\"").unwrap() < page.find("id=\"task-1\"").unwrap());
        assert!(page.contains("2022-12-15 前再跟进一次"), "30 days by norm");
        // The education officer of a district does not mark tasks of the city's plan.
        let answer = post(&mut world, "pudong", &format!("/api/v1/plans/{SH}/tasks/1/mark"), "mark-key-2", json!({"key": "yes"})).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        post(&mut world, "pudong", path, "mark-key-3", json!({"key": "no"})).await;
        let page = world.get("pudong", "/plans/pudong-2021-2023/tasks").await.body;
        assert!(page.find("id=\"task-7\"").unwrap() > page.find("id=\"task-1\"").unwrap());
    }
}
