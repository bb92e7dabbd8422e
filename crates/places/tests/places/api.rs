//! The norm over HTTP, as contract.md names its fields.

use crate::{city, day, id};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use db::Db;
use http_body_util::BodyExt;
use kernel::kinds::{AccountId, PostId, UnitId};
use kernel::{Actor, Clock, Ids, Instant, Role};
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt;

struct Site {
    app: web::App,
    router: axum::Router,
}

impl Site {
    async fn new(db: &Db) -> Site {
        city(db).await;
        db::migrate(db, &[indicator::MIGRATIONS, places::MIGRATIONS, web::MIGRATIONS]).await.unwrap();
        web::i18n::install(&[web::MESSAGES, places::MESSAGES]).unwrap();
        let (clock, ids) = (Arc::new(Clock::OnDay(day("2022-11-15"))), Arc::new(Ids::seeded(1)));
        let keys = Arc::new(db::Keys::generate(&ids));
        let app = web::App::new(web::AppInner::new(db.clone(), clock, ids, keys));
        Site { router: places::routes().into_router(app.clone()), app }
    }

    async fn token(&self, role: Role) -> String {
        let actor = Actor {
            account: AccountId::new(role.as_str()),
            name: "测试".to_owned(),
            post: PostId::new("post"),
            unit: UnitId::new("unit"),
            unit_name: "测试".to_owned(),
            role,
            place: id("310109"),
            facility: None,
        };
        let mut tx = self.app.db.begin().await.unwrap();
        let token = web::session::open(&mut tx, &self.app, &actor, Instant(i64::MAX)).await.unwrap();
        tx.commit().await.unwrap();
        token
    }

    async fn get(&self, token: &str, path: &str) -> (StatusCode, Value) {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        let request = request.body(Body::empty()).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

db::both! {
    async fn a_norm_says_value_place_and_clause(db: Db) {
        let site = Site::new(&db).await;
        let token = site.token(Role::StreetOfficer).await;
        let (status, norm) = site.get(&token, "/api/v1/norms/video.retention_days?region=310109&date=2022-11-15").await;
        assert_eq!(status, StatusCode::OK);
        let expected = json!({
            "key": "video.retention_days", "facet": "", "value": 90, "unit": "day", "combine": "strictest",
            "sense": "at_least", "place": null, "valid_from": "2019-10-08", "valid_until": null,
            "clause_id": "nat-management-2019.32", "document_id": "nat-management-2019", "mark": "V2",
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&norm[field], value, "{field}");
        }
        for field in ["document", "clause", "clause_text", "document_number"] {
            assert!(norm[field].as_str().is_some_and(|t| !t.is_empty()), "{field}");
        }
        let (_, norm) = site.get(&token, "/api/v1/norms/video.retention_days?date=2019-01-01").await;
        assert_eq!((&norm["value"], &norm["place"]), (&json!(30), &json!("310000")));
        let (_, norm) = site.get(&token, "/api/v1/norms/child.fever_celsius").await;
        assert_eq!(norm["value"], json!(37.3));
        let (_, norm) = site.get(&token, "/api/v1/norms/credential.reminder_days?lang=en").await;
        assert_eq!(norm["value"], json!("60;30;7"));
        assert!(norm["document"].as_str().is_some_and(|t| t.is_ascii()), "{norm}");
    }

    async fn what_is_missing_is_named(db: Db) {
        let site = Site::new(&db).await;
        let token = site.token(Role::EducationOfficer).await;
        let told = async |path: &str| {
            let (status, body) = site.get(&token, path).await;
            (status.as_u16(), body["code"].as_str().unwrap_or_default().to_owned(), body["detail"].clone())
        };
        let (status, code, detail) = told("/api/v1/norms/class.max_children?lang=en").await;
        assert_eq!((status, code.as_str()), (422, "places.norm.facet"));
        assert!(detail.as_str().is_some_and(|t| t.contains("class.max_children") && t.contains("2022-11-15")), "{detail}");
        let (status, code, detail) = told("/api/v1/norms/video.retention_days?date=2010-01-01").await;
        assert_eq!((status, code.as_str()), (422, "places.norm.missing"));
        assert_eq!(detail, "没有查到 video.retention_days 在 2010-01-01 的数值，请先补充数值依据。");
        assert_eq!(told("/api/v1/norms/no.such").await.0, 404);
        let (status, code, _) = told("/api/v1/norms/video.retention_days?region=310108").await;
        assert_eq!((status, code.as_str()), (400, "places.region"), "闸北 is no more");
        let (status, code, _) = told("/api/v1/norms/video.retention_days?date=2022-13-01").await;
        assert_eq!((status, code.as_str()), (400, "date.invalid"));
    }

    async fn only_those_who_may_look(db: Db) {
        let site = Site::new(&db).await;
        let path = "/api/v1/norms/video.retention_days";
        for role in Role::ALL {
            let token = site.token(role).await;
            let expected = if role == Role::Auditor { StatusCode::FORBIDDEN } else { StatusCode::OK };
            assert_eq!(site.get(&token, path).await.0, expected, "{role:?}");
        }
        assert_eq!(site.get("nobody", path).await.0, StatusCode::UNAUTHORIZED);
    }
}

#[test]
fn every_rule_of_this_slice_has_its_words() {
    let table = web::i18n::merge(&[places::MESSAGES]).unwrap();
    let source = [
        include_str!("../../src/change.rs"),
        include_str!("../../src/api.rs"),
        include_str!("../../src/library/benefits.rs"),
        include_str!("../../src/norm_change.rs"),
        include_str!("../../src/entry.rs"),
        include_str!("../../src/library/entry_form.rs"),
    ]
    .concat();
    let codes: Vec<&str> = source
        .split('"')
        .filter(|t| t.starts_with("places.") && t.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_'))
        .collect();
    assert!(codes.len() > 10);
    for code in codes {
        assert!(table.contains_key(&format!("rule.{code}")), "{code} has no words");
    }
    for action in places::ACTIONS {
        assert!(table.contains_key(&format!("action.{}", action.id)), "{}", action.id);
    }
    let used = |key: &str| source.contains(key.trim_start_matches("rule."));
    let unused: Vec<&String> = table.keys().filter(|key| key.starts_with("rule.") && !used(key)).collect();
    assert!(unused.is_empty(), "rules that nobody says: {unused:?}");
}
