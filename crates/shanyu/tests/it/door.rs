//! The door: everybody of the demonstration is entered with one press and begins where something is due; a folder with
//! real data has no door.

use crate::world::World;
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::Db;
use std::sync::Arc;

/// What stands on a person's first page and waits for them.
const DUE: &[(&str, &[&str])] = &[
    ("city", &["light missed", "light at_risk"]),
    ("jingan", &["light missed", "light at_risk"]),
    ("hongkou", &["light missed", "light at_risk", "light no_records"]),
    ("pudong", &["light missed", "light at_risk"]),
    ("quyang", &["请核对本街道的机构名单"]),
    ("jahealth", &["请核对本单位牵头的任务"]),
    ("jamarket", &["请抽查托育机构的营业执照"]),
    ("jafinance", &["请核对普惠性机构的收费"]),
    ("secadmin", &["陆文"]),
];

async fn press(world: &World, account: &str, cookie: &str) -> (StatusCode, String, String) {
    let mut request = Request::post("/door").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let mut body = format!("account={account}");
    if !cookie.is_empty() {
        request = request.header(header::COOKIE, cookie);
        let page = open(world, "/door", cookie).await;
        let secret = page.1.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        body.push_str(&format!("&csrf={}", secret.unwrap_or_default()));
    }
    let answer = world.send(request.body(Body::from(body)).unwrap()).await;
    let text = |name| answer.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let cookie = text(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
    (answer.status, text(header::LOCATION), cookie)
}

async fn open(world: &World, path: &str, cookie: &str) -> (StatusCode, String) {
    let answer = world.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap()).await;
    (answer.status, answer.body)
}

db::both! {
    async fn each_person_begins_where_something_is_due(db: Db) {
        let mut world = World::new(db).await;
        let page = world.ask(None, Method::GET, "/", None).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("演示数据"));
        for account in world.accounts.clone() {
            let login = account.account.as_str();
            assert!(page.body.contains(&format!("value=\"{login}\"")), "{login} has a card");
            let (status, to, cookie) = press(&world, login, "").await;
            assert_eq!(status, StatusCode::SEE_OTHER, "{login}");
            let (status, body) = open(&world, &to, &cookie).await;
            assert_eq!(status, StatusCode::OK, "{login} at {to}");
            if let Some((_, due)) = DUE.iter().find(|(who, _)| *who == login) {
                assert!(due.iter().any(|word| body.contains(word)), "{login} finds nothing to do at {to}");
            }
            assert!(body.contains("href=\"/door\""), "{login} can be somebody else");
        }
    }

    async fn being_somebody_else_ends_the_session_before_and_is_audited(db: Db) {
        let world = World::new(db).await;
        let (_, _, first) = press(&world, "city", "").await;
        let (status, _, second) = press(&world, "jingan", &first).await;
        assert_eq!(status, StatusCode::SEE_OTHER);
        assert_eq!(open(&world, "/plans", &first).await.0, StatusCode::SEE_OTHER, "the first session is over");
        let (_, body) = open(&world, "/plans", &second).await;
        assert!(body.contains("静安区"));
        let mut read = world.house.db.read().await.unwrap();
        let audited: i64 = read.one(db::q!("select count(*) from audit where purpose = 'entered the demonstration'")).await.unwrap();
        assert_eq!(audited, 2);
        drop(read);
        assert_eq!(press(&world, "nobody", "").await.0, StatusCode::NOT_FOUND);
    }

    async fn real_data_has_no_door(db: Db) {
        let mut real = World::new(db).await;
        let clock = Arc::new(kernel::Clock::OnDay(crate::world::TODAY.parse().unwrap()));
        let router = shanyu::house::routes(&real.house).into_router(real.house.app(clock, false));
        real.router = router;
        for (method, path) in [(Method::GET, "/door"), (Method::POST, "/door")] {
            let form = Request::builder().method(method.clone()).uri(path)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from("account=city")).unwrap();
            let answer = real.send(form).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
            assert!(!answer.headers.contains_key(header::SET_COOKIE));
        }
        let first = real.send(Request::get("/").body(Body::empty()).unwrap()).await;
        assert_eq!(first.headers[header::LOCATION], "/sign-in");
    }
}
