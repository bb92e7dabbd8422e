//! The JSON twins; names, shapes and codes are part of the outside face.

use crate::house::{SECRET, house};
use axum::http::{Method, StatusCode};
use db::Db;

fn body(account: &str, password: &str) -> String {
    serde_json::json!({"account": account, "password": password}).to_string()
}

fn pretty(value: &serde_json::Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

db::both! {
    async fn a_session_from_beginning_to_end(db: Db) {
        let house = house(db).await;
        let (_, officer, admin) = house.wang().await;
        let ids = [(officer.to_string(), "OFFICER"), (admin.to_string(), "ADMIN")];
        let named = |value: &serde_json::Value| ids.iter().fold(pretty(value), |text, (id, name)| text.replace(id, name));

        let mut opened = house.api(Method::POST, "/api/v1/session", "", "", &body("wang", SECRET)).await.json();
        let token = opened["token"].as_str().unwrap().to_owned();
        assert_eq!(token.len(), 64);
        opened["token"] = "TOKEN".into();
        insta::assert_snapshot!("session", named(&opened));
        let me = house.api(Method::GET, "/api/v1/me", &token, "", "").await;
        insta::assert_snapshot!("me", named(&me.json()));

        let wanted = serde_json::json!({"post": admin}).to_string();
        let keyless = house.api(Method::POST, "/api/v1/session/post", &token, "", &wanted).await;
        assert_eq!((keyless.status, keyless.json()["code"].as_str()), (StatusCode::BAD_REQUEST, Some("idempotency.missing")));
        let switched = house.api(Method::POST, "/api/v1/session/post", &token, "key-00000001", &wanted).await;
        insta::assert_snapshot!("switched", named(&switched.json()));
        assert_eq!(house.get("/matrix", &format!("{}={token}", web::session::COOKIE)).await.status, StatusCode::OK);
        let not_mine = house.api(Method::POST, "/api/v1/session/post", &token, "key-00000002", "{\"post\":\"x\"}").await;
        assert_eq!(not_mine.json()["fields"][0]["code"], "post.not_yours");

        let ended = house.api(Method::DELETE, "/api/v1/session", &token, "", "").await;
        assert_eq!((ended.status, ended.body.as_str()), (StatusCode::OK, "{\"ended\":true}"));
        let after = house.api(Method::GET, "/api/v1/me", &token, "", "").await;
        assert_eq!((after.status, after.json()["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("sign_in")));
    }

    async fn refusals_are_problems_with_a_stable_code(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let post = async |body: &str| house.api(Method::POST, "/api/v1/session", "", "", body).await;
        let wrong = post(&body("wang", "wrong")).await;
        let unknown = post(&body("nobody", "wrong")).await;
        assert_eq!((wrong.status, &wrong.body), (StatusCode::UNPROCESSABLE_ENTITY, &unknown.body));
        insta::assert_snapshot!("wrong", pretty(&wrong.json()));
        let empty = post("{}").await.json();
        let fields: Vec<_> = empty["fields"].as_array().unwrap().iter().map(|f| f["field"].as_str().unwrap()).collect();
        assert_eq!((empty["code"].as_str(), &fields[..]), (Some("form.invalid"), &["account", "password"][..]));
        assert_eq!(post("{").await.json()["code"], "json.invalid");
        for (method, path) in [(Method::GET, "/api/v1/me"), (Method::DELETE, "/api/v1/session"), (Method::POST, "/api/v1/session/post")] {
            assert_eq!(house.api(method, path, "no such token", "", "{}").await.status, StatusCode::UNAUTHORIZED);
        }
    }
}

#[test]
fn what_openapi_says_of_it() {
    let api = web::api::openapi(identity::routes().list(), "0");
    let paths: Vec<_> = api["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, ["/api/v1/session", "/api/v1/session/post", "/api/v1/me"]);
    let answer = &api["paths"]["/api/v1/session"]["post"]["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(answer["required"], serde_json::json!(["token", "posts"]));
}
