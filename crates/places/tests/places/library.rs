//! The pages of the library over HTTP: what is found, and what a clause says of who cites it.

use crate::{city, day, id};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use db::Db;
use http_body_util::BodyExt;
use kernel::kinds::{AccountId, PostId, UnitId};
use kernel::{Actor, Clock, Ids, Instant, Role};
use places::{Citation, Citations, RestsOn};
use std::sync::Arc;
use tower::ServiceExt;

/// What the cited page needs: offices have it, administrators have not.
static OFFICES_ONLY: kernel::Action =
    kernel::Action::new("test.view", &[(Role::StreetOfficer, kernel::Reach::OwnPlace)]);

struct Site {
    router: axum::Router,
    token: String,
}

impl Site {
    async fn new(db: &Db) -> Site {
        Site::of(db, Role::StreetOfficer).await
    }

    async fn of(db: &Db, role: Role) -> Site {
        city(db).await;
        db::migrate(db, &[indicator::MIGRATIONS, places::MIGRATIONS, web::MIGRATIONS]).await.unwrap();
        web::i18n::install(&[web::MESSAGES, places::MESSAGES]).unwrap();
        let (clock, ids) = (Arc::new(Clock::OnDay(day("2022-11-15"))), Arc::new(Ids::seeded(1)));
        let keys = Arc::new(db::Keys::generate(&ids));
        let mut inner = web::AppInner::new(db.clone(), clock, ids, keys);
        inner.finders = places::finders();
        let app = web::App::new(inner);
        let actor = Actor {
            account: AccountId::new("a"),
            name: "测试".to_owned(),
            post: PostId::new("post"),
            unit: UnitId::new("unit"),
            unit_name: "测试".to_owned(),
            role,
            place: id("310109009"),
            facility: None,
        };
        let mut tx = app.db.begin().await.unwrap();
        let token = web::session::open(&mut tx, &app, &actor, Instant(i64::MAX)).await.unwrap();
        tx.commit().await.unwrap();
        let citation = Citation {
            rests_on: RestsOn::Clause("nat-setting-2019.19".into()),
            kind: "field",
            zh: "班型栏目".into(),
            en: "Kind of class".into(),
            href: "/facilities".into(),
            action: &OFFICES_ONLY,
        };
        let find = web::Routes::new()
            .get("/find", &web::find::FIND, web::find::page)
            .get("/find/list", &web::find::FIND, web::find::list)
            .api(axum::http::Method::GET, "/api/v1/find", &web::find::FIND, web::find::list_api, web::find::DOC);
        let routes = places::routes().merge(find).with(Citations::new([citation]));
        Site { router: routes.into_router(app), token }
    }

    async fn get(&self, path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }
}

db::both! {
    async fn two_characters_find_documents_clauses_and_norms(db: Db) {
        let site = Site::new(&db).await;
        // 录像, 托班, 静安; `%` and `_` are characters, not patterns.
        let (status, body) = site.get("/library?q=%E5%BD%95%E5%83%8F").await;
        assert_eq!(status, StatusCode::OK);
        assert!(body.contains("/library/norms/video.retention_days"), "{body}");
        let (_, body) = site.get("/library?q=%E6%89%98%E7%8F%AD").await;
        assert!(body.contains("/library/clauses/shanyu-design.toddler"), "{body}");
        let (_, body) = site.get("/library?q=%E9%9D%99%E5%AE%89").await;
        assert!(body.contains("/library/documents/ja-plan-2021"), "{body}");
        let (_, body) = site.get("/library?q=%25_%25").await;
        assert!(body.contains("没有找到"), "{body}");
        let (status, _) = site.get("/library?kind=none").await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }

    async fn a_clause_says_who_cites_it(db: Db) {
        let site = Site::new(&db).await;
        let (status, body) = site.get("/library/clauses/nat-setting-2019.19").await;
        assert_eq!(status, StatusCode::OK);
        assert!(body.contains("href=\"/facilities\">班型栏目") && body.contains("/library/norms/class.max_children"), "{body}");
        let (_, json) = site.get("/api/v1/clauses/nat-setting-2019.19/citations").await;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let kinds: Vec<&str> = json["items"].as_array().unwrap().iter().filter_map(|i| i["kind"].as_str()).collect();
        assert!(kinds.contains(&"field") && kinds.contains(&"norm"), "{json}");
        assert_eq!(site.get("/library/clauses/none").await.0, StatusCode::NOT_FOUND);
    }

    async fn who_may_not_open_a_page_is_not_led_to_it(db: Db) {
        let site = Site::of(&db, Role::SystemAdmin).await;
        for path in ["/library/clauses/nat-setting-2019.19", "/library/norms/class.max_children"] {
            let (status, body) = site.get(path).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(!body.contains("href=\"/facilities\""), "{body}");
        }
        let (_, body) = site.get("/library/clauses/nat-setting-2019.19").await;
        assert!(body.contains("班型栏目"), "it is told of: {body}");
        // The library itself is open to the administrator.
        assert!(body.contains("href=\"/library/norms/class.max_children\""), "{body}");
    }

    async fn the_box_finds_norms_documents_and_clauses(db: Db) {
        let site = Site::new(&db).await;
        let ask = async |text: &str| {
            let query: String = text.bytes().map(|b| format!("%{b:02X}")).collect();
            let (_, body) = site.get(&format!("/api/v1/find?q={query}")).await;
            let found: serde_json::Value = serde_json::from_str(&body).unwrap();
            let groups = found["items"].as_array().unwrap().iter();
            let items = groups.flat_map(|g| g["items"].as_array().unwrap().clone());
            items.map(|i| i["href"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert!(ask("录像").await.contains(&"/library/norms/video.retention_days".to_owned()));
        assert!(ask("video.retention").await.contains(&"/library/norms/video.retention_days".to_owned()));
        assert!(ask("沪府办发〔2020〕6号").await.contains(&"/library/documents/sh-plan-2020".to_owned()));
        assert!(ask("托班").await.contains(&"/library/clauses/shanyu-design.toddler".to_owned()));
        assert!(ask("录").await.is_empty(), "one character stands everywhere");
        assert!(ask("%_").await.is_empty(), "characters, not patterns");
        // The number of a document means that document and opens it.
        let (status, _) = site.get("/find?q=%E6%B2%AA%E5%BA%9C%E5%8A%9E%E5%8F%91%E3%80%942020%E3%80%956%E5%8F%B7").await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        let (_, body) = site.get("/find/list?q=%E5%BD%95%E5%83%8F").await;
        assert!(body.contains("数值和口径"), "{body}");
    }

    async fn a_norm_says_what_decides_and_why(db: Db) {
        let site = Site::new(&db).await;
        let (_, body) = site.get("/library/norms/video.retention_days?region=310109&date=2022-11-15").await;
        assert!(body.contains("在虹口区，2022年11月15日生效的是") && body.contains("<b>90\u{a0}天</b>"), "{body}");
        assert!(body.contains("取最严"), "{body}");
        let (_, body) = site.get("/library/norms/inclusive.counts?facet=kind%3Dbaby_house&lang=en").await;
        assert!(body.contains("<b>no</b>") || body.contains("<b>No</b>"), "{body}");
        let (_, body) = site.get("/library/norms/video.retention_days?date=2010-01-01").await;
        assert!(body.contains("没有有效的数值"), "{body}");
        assert_eq!(site.get("/library/norms/none").await.0, StatusCode::NOT_FOUND);
    }

    async fn documents_as_json(db: Db) {
        let site = Site::new(&db).await;
        let (_, body) = site.get("/api/v1/documents?kind=plan&limit=2").await;
        let page: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = page["next"].as_str().unwrap();
        let (_, body) = site.get(&format!("/api/v1/documents?kind=plan&limit=2&after={next}")).await;
        let rest: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((rest["items"].as_array().unwrap().len(), rest["next"].is_null()), (2, true));
        let (_, body) = site.get("/api/v1/documents/sh-plan-2020").await;
        let one: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert!(one["number"] == "沪府办发〔2020〕6号" && !one["clauses"].as_array().unwrap().is_empty(), "{one}");
    }

    async fn policies_are_found_by_those_who_can_use_them(db: Db) {
        let site = Site::new(&db).await;
        let ids = async |query: &str| {
            let (_, body) = site.get(&format!("/api/v1/policies?{query}")).await;
            let list: serde_json::Value = serde_json::from_str(&body).unwrap();
            let ids = list["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned());
            ids.collect::<Vec<_>>()
        };
        assert_eq!(ids("serves=worker").await, ["hk-training", "sh-training"]);
        assert_eq!(ids("serves=worker&region=310106").await, ["sh-training"], "that of Hongkou is for Hongkou");
        let inclusive = ids("serves=institution&inclusive=yes&region=310109").await;
        assert!(inclusive.contains(&"sh-premises".to_owned()) && !inclusive.contains(&"pd-cost".to_owned()), "{inclusive:?}");
        let others = ids("serves=institution&inclusive=no&region=310115").await;
        assert!(!others.contains(&"sh-premises".to_owned()) && !others.contains(&"pd-cost".to_owned()), "{others:?}");
        assert!(ids("serves=family").await.is_empty(), "the subsidy of 2025 does not hold in 2022");
        let (status, body) = site.get("/library/policies?serves=kindergarten").await;
        assert!(status == StatusCode::OK && body.contains("减免房租"), "{body}");
        let (_, body) = site.get("/library/clauses/sh-plan-2020.4.2").await;
        assert!(body.contains("税收优惠") && body.contains("优惠政策"), "{body}");
        // A street officer may look, not write.
        assert_eq!(site.get("/library/policies/new").await.0, StatusCode::FORBIDDEN);
    }
}
