//! The JSON face: contract.md holds, errors are problems with a stable code, and the document describes every route.

use crate::world::World;
use axum::http::{Method, StatusCode};
use db::Db;
use serde_json::json;

db::both! {
    async fn plans_targets_and_evidence(db: Db) {
        let mut world = World::new(db).await;
        let city = "city";
        let plans = world.get(city, "/api/v1/plans").await.json();
        let ids: Vec<&str> = plans["items"].as_array().unwrap().iter().map(|p| p["id"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 4);
        let list = world.get(city, "/api/v1/plans/shanghai-2020-2022/targets?as_of=2022-11-15").await.json();
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 29);
        let lights = ["met", "on_course", "at_risk", "missed", "not_due", "no_records", "tracked"];
        for item in items {
            assert!(lights.contains(&item["light"].as_str().unwrap()), "{item}");
        }
        let coverage = items.iter().find(|i| i["id"] == "SH-02").unwrap();
        assert_eq!(coverage["denominator"], 215.0);
        let path = "/api/v1/indicators/inclusive_point_street_coverage/evidence?part=missing&limit=200&as_of=2022-11-15";
        let missing = world.get(city, path).await.json();
        let (n, d) = (coverage["numerator"].as_f64().unwrap(), coverage["denominator"].as_f64().unwrap());
        assert_eq!(missing["items"].as_array().unwrap().len() as f64 + n, d);
    }

    async fn a_frozen_figure_names_what_changed(db: Db) {
        let mut world = World::new(db).await;
        let city = "city";
        let path = "/api/v1/plans/shanghai-2020-2022/targets/SH-04/freeze";
        let body = json!({"region": "310109", "note": "季报"});
        let first = world.ask(Some(city), Method::POST, path, Some(body.clone())).await;
        assert_eq!(first.status, StatusCode::CREATED);
        let again = world.ask(Some(city), Method::POST, path, Some(body)).await;
        assert_eq!(first.body, again.body, "the same key is one write");
        let other = world.ask(Some(city), Method::POST, path, Some(json!({"region": "310106"}))).await;
        assert_eq!((other.status, other.json()["code"].as_str().unwrap().to_owned()), (StatusCode::CONFLICT, "idempotency.conflict".to_owned()));
        let page = format!("/frozen/{}", first.json()["id"].as_str().unwrap());
        let same = world.get(city, &page).await;
        assert_eq!(same.status, StatusCode::OK);
        assert!(same.body.contains("没有不同"), "{}", same.body);
    }

    async fn what_cannot_be_answered_is_a_problem(db: Db) {
        let mut world = World::new(db).await;
        let city = "city";
        let jingan = "jingan";
        let code = |a: &crate::world::Answer| a.json()["code"].as_str().unwrap().to_owned();
        let a = world.get(city, "/api/v1/plans/nowhere").await;
        assert_eq!((a.status.as_u16(), code(&a)), (404, "not_found".into()));
        assert_eq!(a.headers["content-type"], "application/problem+json");
        let a = world.get(city, "/api/v1/plans/shanghai-2020-2022/targets?as_of=2023-01-01").await;
        assert_eq!((a.status.as_u16(), code(&a)), (400, "date.future".into()));
        let a = world.get(city, "/api/v1/plans/shanghai-2020-2022/targets?as_of=2022-02-30").await;
        assert_eq!((a.status.as_u16(), code(&a)), (400, "date.invalid".into()));
        let a = world.get(jingan, "/api/v1/plans/shanghai-2020-2022/targets?region=310109").await;
        assert_eq!((a.status.as_u16(), code(&a)), (404, "not_found".into()), "another district shows nothing");
        let a = world.ask(None, Method::GET, "/api/v1/plans", None).await;
        assert_eq!((a.status.as_u16(), code(&a)), (401, "sign_in".into()));
        let a = world.ask(Some(jingan), Method::PUT, "/api/v1/plans", None).await;
        assert_eq!(a.status.as_u16(), 405);
    }

    async fn the_document_describes_every_json_route(db: Db) {
        let mut world = World::new(db).await;
        let document = world.ask(None, Method::GET, "/api/v1/openapi.json", None).await.json();
        for route in shanyu::house::routes(&world.house).list() {
            if route.path.starts_with("/api/") {
                let found = &document["paths"][route.path][route.method.as_str().to_lowercase()];
                assert_eq!(found["x-action"], route.action.id, "{} {}", route.method, route.path);
            }
        }
    }
}
