//! A norm from proposal to light, and a declared value from report to hollow light, over HTTP by the people of the
//! demo city.

use crate::world::World;
use axum::http::{Method, StatusCode};
use db::Db;
use serde_json::{Value, json};

impl World {
    async fn send_json(
        &mut self,
        login: &str,
        method: Method,
        path: &str,
        key: &str,
        body: Value,
    ) -> (StatusCode, Value) {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token(login).await))
            .body(axum::body::Body::from(body.to_string()))
            .unwrap();
        let answer = self.send(request).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap_or(Value::Null))
    }

    /// The light and value of a target for Hongkou on a day.
    async fn hongkou(&mut self, target: &str, on: &str) -> (Value, Value) {
        let path = format!("/api/v1/plans/hongkou-demonstration/targets?region=310109&as_of={on}");
        let list = self.get("city", &path).await.json();
        let one = list["items"].as_array().unwrap().iter().find(|t| t["id"] == target).unwrap().clone();
        (one["light"].clone(), one["value"].clone())
    }
}

/// No kind of facility counts as an inclusive point in Hongkou any more, from a day on.
fn proposal(from: &str) -> Value {
    json!({"facet": "kind=community_point", "region": "310109", "value": "0", "from": from,
        "clause": "shanyu-design.inclusive", "mark": "K", "reason": "样例"})
}

db::both! {
    async fn a_norm_is_previewed_proposed_and_decided_by_another(db: Db) {
        let mut world = World::new(db).await;
        let query = "facet=kind%3Dcommunity_point&region=310109&value=0&from=2022-11-01";
        let seen = world.get("hongkou", &format!("/api/v1/norms/inclusive.counts/preview?{query}")).await.json();
        assert!(seen["checked"].as_i64().unwrap() > 0, "{seen}");
        let path = "/api/v1/norms/inclusive.counts/changes";
        let (status, made) = world.send_json("hongkou", Method::POST, path, "norm-key-01", proposal("2022-11-01")).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        let (before, earlier) = (world.hongkou("HK-15", "2022-11-15").await, world.hongkou("HK-15", "2022-10-31").await);
        // The page of the change shows the same list; its proposer may not decide, a street officer may not at all.
        let page = world.get("city", &format!("/library/changes/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("/approve"), "{}", page.body);
        assert!(!world.get("hongkou", &format!("/library/changes/{id}")).await.body.contains("/approve\""));
        let approve = format!("/api/v1/norm-changes/{id}/approve");
        assert_eq!(world.send_json("quyang", Method::POST, &approve, "norm-key-02", json!({})).await.0, StatusCode::FORBIDDEN);
        assert_eq!(world.send_json("hongkou", Method::POST, &approve, "norm-key-03", json!({})).await.0, StatusCode::FORBIDDEN);
        assert_eq!(world.send_json("pudong", Method::POST, &approve, "norm-key-04", json!({})).await.0, StatusCode::NOT_FOUND);
        let (status, done) = world.send_json("city", Method::POST, &approve, "norm-key-05", json!({})).await;
        assert_eq!((status, done["state"].as_str()), (StatusCode::OK, Some("approved")), "{done}");
        // The same key is the same answer; another one comes too late.
        assert_eq!(world.send_json("city", Method::POST, &approve, "norm-key-05", json!({})).await.0, StatusCode::OK);
        assert_eq!(world.send_json("city", Method::POST, &approve, "norm-key-06", json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let after = world.hongkou("HK-15", "2022-11-15").await;
        let moved = seen["moved"].as_array().unwrap().iter().find(|m| m["target"] == "HK-15");
        match moved {
            Some(m) => assert_eq!((&after.0, &after.1), (&m["after"]["light"], &m["after"]["value"])),
            None => assert_eq!(after, before),
        }
        assert_eq!(world.hongkou("HK-15", "2022-10-31").await, earlier, "before its day nothing moves");
        let norm = world.get("city", "/api/v1/norms/inclusive.counts?facet=kind%3Dcommunity_point&region=310109&date=2022-11-01").await.json();
        assert_eq!((norm["value"].as_i64(), norm["valid_from"].as_str()), (Some(0), Some("2022-11-01")), "{norm}");
        let norm = world.get("city", "/api/v1/norms/inclusive.counts?facet=kind%3Dcommunity_point&region=310106&date=2022-11-01").await.json();
        assert_eq!(norm["value"].as_i64(), Some(1), "elsewhere it stays");
    }

    async fn a_list_of_words_is_changed_with_words_that_are_known(db: Db) {
        let mut world = World::new(db).await;
        let path = "/api/v1/norms/file.required/changes";
        let body = |value: &str| {
            json!({"facet": "kind=institution", "region": "all", "value": value, "from": "2022-12-01",
                "clause": "shanyu-design.file", "mark": "K", "reason": "样例"})
        };
        let list = "name;state;operator;credit_code;phone:open;address;position:open;premises:open;class:open;\
            approved:classes;operation_notice:open;registration:open;fire_proof:open;health_report:open;\
            food_licence:classes;insurance:open;fee:classes;confirmed_by:inclusive";
        for (value, code) in [
            (format!("{list};swimming_pool"), "plans.unknown_word"),
            (format!("{list};service:tomorrow"), "plans.unknown_word"),
            ("name;name".to_owned(), "places.norm_change.words"),
        ] {
            let (status, told) = world.send_json("city", Method::POST, path, "norm-key-21", body(&value)).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
            assert_eq!((told["fields"][0]["field"].as_str(), told["fields"][0]["code"].as_str()), (Some("value"), Some(code)), "{told}");
            if code.ends_with("unknown_word") {
                let word = value.rsplit(';').next().unwrap();
                assert!(told["fields"][0].to_string().contains(word), "{told}");
            }
        }
        let (status, made) = world.send_json("city", Method::POST, path, "norm-key-22", body(list)).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }

    async fn a_proposal_outside_ones_place_is_refused_at_its_field(db: Db) {
        let mut world = World::new(db).await;
        let path = "/api/v1/norms/inclusive.counts/changes";
        let mut body = proposal("2022-11-01");
        body["region"] = json!("310106");
        let (status, told) = world.send_json("hongkou", Method::POST, path, "norm-key-11", body.clone()).await;
        assert_eq!((status, told["fields"][0]["field"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("region")), "{told}");
        body["region"] = json!("all");
        assert_eq!(world.send_json("hongkou", Method::POST, path, "norm-key-12", body).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        let mut body = proposal("2022-11-01");
        body["value"] = json!("maybe");
        let (_, told) = world.send_json("hongkou", Method::POST, path, "norm-key-13", body).await;
        assert_eq!(told["fields"][0]["code"], "places.norm_change.flag", "{told}");
    }

    async fn a_declared_value_is_confirmed_by_another_and_shown_apart(db: Db) {
        let mut world = World::new(db).await;
        let list = "/api/v1/plans/jingan-2021-2023/targets";
        let target = |list: &Value| list["items"].as_array().unwrap().iter().find(|t| t["id"] == "JA-13").unwrap().clone();
        let before = target(&world.get("jingan", list).await.json());
        assert_eq!((before["light"].as_str(), before["declared"].as_bool()), (Some("no_records"), Some(false)));
        let form = world.get("jingan", "/plans/jingan-2021-2023/targets/JA-13/declare").await;
        assert_eq!(form.status, StatusCode::OK, "{}", form.body);
        let id = world.declare("jingan", "JA-13", "3", "2022-11-10", b"%PDF-1.4 sample").await.unwrap();
        let waiting = target(&world.get("jingan", list).await.json());
        assert_eq!(waiting["declared"], false, "not before it is confirmed");
        let confirm = format!("/api/v1/plans/jingan-2021-2023/declared/{id}/confirm");
        assert_eq!(world.send_json("jingan", Method::POST, &confirm, "decl-key-01", json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(world.send_json("hongkou", Method::POST, &confirm, "decl-key-02", json!({})).await.0, StatusCode::NOT_FOUND);
        assert_eq!(world.send_json("city", Method::POST, &confirm, "decl-key-03", json!({})).await.0, StatusCode::OK);
        let after = target(&world.get("jingan", list).await.json());
        assert_eq!((after["declared"].as_bool(), after["value"].as_f64()), (Some(true), Some(3.0)), "{after}");
        assert_ne!(after["light"], "no_records");
        let page = world.get("jingan", "/plans/jingan-2021-2023?region=310106").await.body;
        assert!(page.contains("hollow"), "the cockpit shows it hollow");
        let early = target(&world.get("jingan", &format!("{list}?as_of=2022-11-09")).await.json());
        assert_eq!(early["declared"], false, "before its day it says nothing");
        let evidence = world.get("jingan", &format!("/plans/jingan-2021-2023/declared/{id}/evidence")).await;
        assert_eq!((evidence.status, evidence.body.as_str()), (StatusCode::OK, "%PDF-1.4 sample"));
        assert!(evidence.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let sheet = world.get("jingan", "/plans/jingan-2021-2023/declared.csv").await;
        assert!(sheet.body.contains("JA-13") && sheet.body.contains("已确认"), "{}", sheet.body);
        let pages = ["/plans/jingan-2021-2023/declared".to_owned(), format!("/plans/jingan-2021-2023/declared/{id}")];
        for page in pages {
            let answer = world.get("jingan", &page).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert!(answer.body.contains("已确认"), "{page}: {}", answer.body);
        }
    }

    async fn what_cannot_be_declared_is_told_at_its_field(db: Db) {
        let mut world = World::new(db).await;
        let told = world.declare("jingan", "JA-13", "many", "2022-11-10", b"%PDF-1.4").await.unwrap_err();
        assert!(told.contains("e-value"), "{told}");
        let told = world.declare("jingan", "JA-13", "3", "2022-12-10", b"%PDF-1.4").await.unwrap_err();
        assert!(told.contains("e-day"), "{told}");
        let told = world.declare("jingan", "JA-13", "3", "2022-11-10", b"<script>").await.unwrap_err();
        assert!(told.contains("e-file"), "{told}");
        // Records decide where there are some; a unit that does not lead a target has nothing to say of it.
        assert!(world.declare("jingan", "JA-02", "60", "2022-11-10", b"%PDF-1.4").await.is_err());
        assert!(world.declare("jafinance", "JA-13", "3", "2022-11-10", b"%PDF-1.4").await.is_err());
    }
}

impl World {
    /// Reports a value by the form; the id of what was kept, or the page that came back.
    async fn declare(
        &mut self,
        login: &str,
        target: &str,
        value: &str,
        on: &str,
        file: &[u8],
    ) -> Result<String, String> {
        let page = self.get(login, "/posts").await.body;
        let secret =
            page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let mut body = Vec::new();
        let key = format!("declare-{target}-{}", on.replace('-', ""));
        for (name, text) in [("csrf", secret), ("idempotency_key", &key), ("value", value), ("day", on), ("note", "")] {
            body.extend(
                format!("--cut\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").into_bytes(),
            );
        }
        body.extend(b"--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n");
        body.extend(file);
        body.extend(b"\r\n--cut--\r\n");
        let request = axum::http::Request::post(format!("/plans/jingan-2021-2023/targets/{target}/declare"))
            .header("content-type", "multipart/form-data; boundary=cut")
            .header("authorization", format!("Bearer {}", self.token(login).await))
            .body(axum::body::Body::from(body))
            .unwrap();
        let answer = self.send(request).await;
        match answer.status {
            StatusCode::SEE_OTHER => {
                let to = answer.headers["location"].to_str().unwrap().to_owned();
                Ok(to.rsplit('/').next().unwrap().split('?').next().unwrap().to_owned())
            }
            _ => Err(answer.body),
        }
    }
}

#[test]
fn every_norm_of_the_packs_has_a_name_in_both_languages() {
    web::i18n::install(shanyu::house::MESSAGES).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/norms");
    let mut nameless = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for key in text.lines().filter_map(|line| line.strip_prefix("key = \"")?.strip_suffix('"')) {
            let name = format!("norm.{key}");
            let named = [kernel::Lang::Zh, kernel::Lang::En].iter().all(|lang| web::Words(*lang).find(&name).is_some());
            if !named && !nameless.contains(&name) {
                nameless.push(name);
            }
        }
    }
    assert_eq!(nameless, [""; 0]);
}
