//! An empty city begins: the code from the console makes the first four people, once; a sheet lights up the own
//! figures; nothing synthetic is there.

use crate::world::{Answer, empty_house};
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use db::Db;
use http_body_util::BodyExt;
use kernel::Clock;
use shanyu::house::House;
use std::sync::Arc;
use tower::ServiceExt;

const DAY: &str = "2022-11-15";

struct Empty {
    house: House,
    router: Router,
    code: String,
    _folder: tempfile::TempDir,
}

async fn empty(db: Db) -> Empty {
    let (house, folder) = empty_house(db).await;
    let clock = Arc::new(Clock::OnDay(DAY.parse().unwrap()));
    let mut read = house.db.read().await.unwrap();
    let place = places::by_code(&mut read, "310109", clock.today()).await.unwrap().unwrap().id;
    drop(read);
    let code =
        identity::first_start::print_code(&house.db, &house.ids, clock.now(), Some(&place)).await.unwrap().unwrap();
    let router = shanyu::house::routes(&house).into_router(house.app(clock, false));
    Empty { house, router, code, _folder: folder }
}

impl Empty {
    async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    async fn get(&self, path: &str, cookie: &str) -> Answer {
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await
    }

    async fn first(&self, code: &str, logins: [&str; 4]) -> Answer {
        let mut body = format!("code={code}");
        for (seat, login) in ["admin", "security", "audit", "officer"].into_iter().zip(logins) {
            body.push_str(&format!(
                "&{seat}_login={login}&{seat}_name=someone&{seat}_password=harbor-lantern-meadow-{seat}x"
            ));
        }
        let form = Request::post("/first").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(form.body(Body::from(body)).unwrap()).await
    }
}

db::both! {
    async fn the_code_makes_the_first_people_and_no_others(db: Db) {
        let empty = empty(db).await;
        assert_eq!(empty.get("/", "").await.headers[header::LOCATION], "/first");
        assert!(empty.get("/first", "").await.body.contains("虹口区"));
        let people = ["keeper", "guard", "reader", "worker"];
        let wrong = empty.first("0000-0000-0000", people).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("启动码不对"));
        let same = empty.first(&empty.code, ["keeper", "guard", "keeper", "worker"]).await;
        assert_eq!(same.status, StatusCode::UNPROCESSABLE_ENTITY, "four people, not three");
        let made = empty.first(&empty.code, people).await;
        assert_eq!((made.status, made.headers[header::LOCATION].to_str().unwrap()), (StatusCode::SEE_OTHER, "/start"));
        let cookie = made.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let start = empty.get("/start", &cookie).await;
        assert_eq!(start.status, StatusCode::OK, "{}", start.body);
        assert!(start.body.contains("已完成 1 / 4 步") && start.body.contains("虹口区"), "{}", start.body);
        assert!(!start.body.contains("演示数据"));
        for path in ["/plans", "/facilities", "/facilities/import"] {
            assert_eq!(empty.get(path, &cookie).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(empty.get("/first", "").await.status, StatusCode::NOT_FOUND);
        assert_eq!(empty.first(&empty.code, ["another", "one", "more", "again"]).await.status, StatusCode::NOT_FOUND);
        assert_eq!(empty.get("/", "").await.headers[header::LOCATION], "/sign-in");
        let again = identity::first_start::print_code(&empty.house.db, &empty.house.ids, kernel::Instant(1), None).await.unwrap();
        assert_eq!(again, None, "no other code once there are people");
    }

    async fn a_code_that_was_guessed_at_is_void(db: Db) {
        let empty = empty(db).await;
        for n in 0..5 {
            let code = format!("0000-0000-000{n}");
            assert_eq!(empty.first(&code, ["keeper", "guard", "reader", "worker"]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let right = empty.first(&empty.code, ["keeper", "guard", "reader", "worker"]).await;
        assert_eq!(right.status, StatusCode::UNPROCESSABLE_ENTITY, "void after five wrong ones");
        let next = identity::first_start::print_code(&empty.house.db, &empty.house.ids, kernel::Instant(1), None).await.unwrap();
        assert_eq!(empty.first(&next.unwrap(), ["keeper", "guard", "reader", "worker"]).await.status, StatusCode::SEE_OTHER);
    }

    async fn an_empty_city_holds_nothing_that_demo_makes(db: Db) {
        let empty = empty(db).await;
        let mut read = empty.house.db.read().await.unwrap();
        for table in [
            "facility", "facility_profile", "facility_site", "facility_state", "facility_inclusive", "facility_fee", "facility_flag",
            "class", "class_span", "capacity_span", "credential", "facility_listing", "facility_gram", "facility_find", "facility_key",
            "account", "post", "import_run",
        ] {
            let text: &'static str = format!("select count(*) from {table}").leak();
            let rows: i64 = read.one(db::Query::raw(text, Vec::new())).await.unwrap();
            assert_eq!(rows, 0, "{table}");
        }
    }
}
