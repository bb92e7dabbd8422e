//! What the public sees: without signing in, without a cookie, without script, small, kept by whoever stands between,
//! and never more than the setting says.

use crate::world::{Answer, World};
use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use db::Db;
use disclosure::Disclosure;
use std::sync::Arc;

async fn open(world: &mut World, path: &str) -> Answer {
    world.ask(None, Method::GET, path, None).await
}

/// When each of the first institutions was changed last, as the public is told.
async fn updated(world: &mut World) -> std::collections::BTreeMap<String, String> {
    let list = open(world, "/api/v1/public/institutions?state=all&limit=200").await.json();
    let of = |item: &serde_json::Value| [&item["id"], &item["updated"]].map(|v| v.as_str().unwrap().to_owned());
    list["items"].as_array().unwrap().iter().map(of).map(|[id, at]| (id, at)).collect()
}

const PAGES: &[&str] = &[
    "/near",
    "/near?street=310109010&age=22",
    "/near?street=310109010&age=22&lang=en",
    "/near?at=%E6%9B%B2%E9%98%B3",
    "/near?at=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA%E5%9C%B0%E6%96%B9",
    "/near?street=310151200&age=3&size=elder",
    "/public/institutions",
    "/public/institutions?region=310109&inclusive=yes&mode=full_day&lang=en",
    "/public/institutions?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA",
    "/public/institutions?state=all&free=yes",
    "/public/map",
    "/public/map?region=310115&lang=en",
    "/public/map?region=310109010",
    "/public/data",
    "/public/data?lang=en",
];

/// Bytes of a page with its style; there is no script.
const MOST_BYTES: usize = 150 * 1024;

db::both! {
    async fn what_is_private_is_kept_from_departments_too(db: Db) {
        let mut world = World::new(db).await;
        let list = world.get("jahealth", "/api/v1/institutions?limit=200").await.json();
        let mut found = None;
        for item in list["items"].as_array().unwrap() {
            let at = format!("/api/v1/facilities/{}", item["id"].as_str().unwrap());
            let phone = world.get("jahealth", &at).await.json()["profile"]["phone"].as_str().unwrap_or_default().to_owned();
            if !phone.is_empty() {
                found = Some((at, phone));
                break;
            }
        }
        let (at, phone) = found.expect("one with a telephone");
        let page = at.replace("/api/v1", "");
        assert!(world.get("jahealth", &page).await.body.contains(&phone), "shared with departments");
        let (name, pack) = world.house.packs.file("disclosure.toml").unwrap();
        let shut = pack.replacen("field = \"phone\"\nlevel = \"public\"", "field = \"phone\"\nlevel = \"private\"", 1);
        world.house.disclosure = Arc::new(Disclosure::read(&name, &shut).unwrap());
        world.open_again();
        assert_eq!(world.get("jahealth", &at).await.json()["profile"]["phone"], "");
        for path in [page.clone(), format!("{page}/print"), format!("{page}/timeline"), format!("{page}/changes?since=2015-01-01")] {
            assert!(!world.get("jahealth", &path).await.body.contains(&phone), "{path}");
        }
        assert_eq!(world.get("jingan", &at).await.json()["profile"]["phone"], phone, "whoever is in charge sees it");
    }

    async fn public_pages_need_nothing_and_leave_nothing(db: Db) {
        let mut world = World::new(db).await;
        let style = open(&mut world, &web::assets::url("app.css")).await.body.len();
        let one = open(&mut world, "/api/v1/public/institutions?limit=1").await.json();
        let one = format!("/public/institutions/{}", one["items"][0]["id"].as_str().unwrap());
        let published = open(&mut world, "/api/v1/public/institutions?limit=200").await.json();
        let published = published["items"].as_array().unwrap().iter().find_map(|i| i["publication"].as_str());
        let published = format!("/public/publications/{}", published.unwrap());
        for path in PAGES.iter().copied().chain([one.as_str(), published.as_str()]) {
            let page = open(&mut world, path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            assert!(!page.headers.contains_key(header::SET_COOKIE), "{path} sets a cookie");
            assert!(page.headers[header::CACHE_CONTROL].to_str().unwrap().starts_with("public"), "{path}");
            assert!(!page.body.contains("<script"), "{path} has a script");
            assert!(page.body.len() + style <= MOST_BYTES, "{path}: {} bytes", page.body.len() + style);
            let word = if path.contains("lang=en") { "Demonstration data" } else { "演示数据" };
            assert!(page.body.contains(word), "{path} says that it is synthetic");
            let key = page.body.split('[').skip(1).find(|rest| {
                let key = rest.split(']').next().unwrap_or_default();
                key.contains('.') && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'_')
            });
            assert!(key.is_none(), "{path}: a key without text: {key:?}");
        }
    }

    async fn a_page_that_has_not_changed_is_not_sent_again(db: Db) {
        let mut world = World::new(db).await;
        let path = "/near?street=310109010&age=22";
        let first = open(&mut world, path).await;
        let tag = first.headers[header::ETAG].clone();
        let again = world.send(Request::get(path).header(header::IF_NONE_MATCH, &tag).body(Body::empty()).unwrap()).await;
        assert_eq!((again.status, again.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
        assert_eq!(again.headers[header::ETAG], tag);
        let other = open(&mut world, "/near?street=310109010&age=23").await;
        assert_ne!(other.headers[header::ETAG], tag, "another address is another page");
        // What does not touch the register leaves the page as it is; a change of one file is another page.
        let mut tx = world.house.db.begin().await.unwrap();
        indicator::touch(&mut tx, "310109", "x").await.unwrap();
        tx.commit().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert_eq!(open(&mut world, path).await.headers[header::ETAG], tag);
        // A kindergarten that is suspended has no class for the youngest and is none of the book any more.
        let one = open(&mut world, "/api/v1/public/institutions?kind=institution&limit=1").await.json();
        let id = kernel::kinds::FacilityId::new(one["items"][0]["id"].as_str().unwrap());
        let (ids, now) = (kernel::Ids::seeded(9), world.clock.now());
        let stamp = registry::Stamp { now, ids: &ids, by: "test" };
        let mut tx = world.house.db.begin().await.unwrap();
        let state = registry::codes::State::Suspended;
        let change = registry::Change::SetState { span: kernel::Span::since(now.day()), state, reason: "样例".into() };
        let before = updated(&mut world).await;
        registry::edit(&mut tx, &stamp, &registry::At::any(&id), vec![change]).await.unwrap();
        tx.commit().await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let changed = open(&mut world, path).await;
        assert_ne!(changed.headers[header::ETAG], tag);
        // An institution was changed when it was changed, whatever happens to the others.
        let after = updated(&mut world).await;
        let one = open(&mut world, &format!("/api/v1/public/institutions/{id}")).await.json();
        assert_eq!(one["updated"], now.to_string());
        for (of, at) in before.iter().filter(|(of, _)| of.as_str() != id.as_str()) {
            assert!(after.get(of).is_none_or(|now| now == at), "{of}");
        }
        assert!(before.values().collect::<std::collections::BTreeSet<_>>().len() > 1, "not one time for all: {before:?}");
    }

    async fn the_nearest_inclusive_places_and_what_a_family_can_have(db: Db) {
        let mut world = World::new(db).await;
        let page = open(&mut world, "/near?street=310109010&age=22").await.body;
        assert_eq!(page.matches("<article class=\"place\">").count(), 3);
        assert!(page.contains("直线距离") && page.contains("曲阳路街道"));
        assert!(page.contains("每年免费科学育儿指导 10 次"), "Hongkou's own clause goes before the city's: {page}");
        assert!(page.contains("下一次在满 24 个月时"));
        let elsewhere = open(&mut world, "/near?street=310106011&age=22").await.body;
        assert!(elsewhere.contains("每年免费科学育儿指导 6 次"));
        let near = open(&mut world, "/api/v1/public/institutions?region=310109&inclusive=true&limit=200").await.json();
        assert!(near["items"].as_array().unwrap().iter().all(|i| i["inclusive"] == true && i["region"].as_str().unwrap().starts_with("310109")));
    }

    async fn only_what_is_public_leaves(db: Db) {
        let mut world = World::new(db).await;
        let list = open(&mut world, "/api/v1/public/institutions?limit=200").await.json();
        let items = list["items"].as_array().unwrap();
        assert!(items.len() > 20);
        for item in items {
            assert_eq!((&item["operator"], &item["enrolled"]), (&serde_json::Value::Null, &serde_json::Value::Null));
            let open = item["kind"] != "kindergarten" || item["places"].is_number();
            assert!(open, "a kindergarten without a toddler class takes no child under three: {item}");
        }
        let with_phone = items.iter().find(|i| i["phone"].is_string()).unwrap();
        let (id, phone) = (with_phone["id"].as_str().unwrap().to_owned(), with_phone["phone"].as_str().unwrap().to_owned());
        let path = format!("/public/institutions/{id}");
        assert!(open(&mut world, &path).await.body.contains(&phone));
        // The setting shuts the telephone: page and JSON lose it.
        let pack = world.house.packs.file("disclosure.toml").unwrap().1;
        let shut = pack.replacen("field = \"phone\"\nlevel = \"public\"", "field = \"phone\"\nlevel = \"shared\"", 1);
        world.house.disclosure = Arc::new(Disclosure::read("disclosure.toml", &shut).unwrap());
        let app = world.house.app(Arc::new(kernel::Clock::OnDay(crate::world::TODAY.parse().unwrap())), true);
        world.router = shanyu::house::routes(&world.house).into_router(app);
        assert!(!open(&mut world, &path).await.body.contains(&phone));
        assert!(open(&mut world, &format!("/api/v1/public/institutions/{id}")).await.json()["phone"].is_null());
        for path in ["/public/institutions/nobody", "/api/v1/public/institutions/nobody"] {
            assert_eq!(open(&mut world, path).await.status, StatusCode::NOT_FOUND);
        }
        for path in ["kind=x", "mode=x", "inclusive=x", "fee_max=x"] {
            let answer = open(&mut world, &format!("/api/v1/public/institutions?{path}")).await;
            assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str().unwrap().to_owned()), (400, "filter.choice".to_owned()));
        }
    }

    async fn the_public_list_turns_its_pages(db: Db) {
        let mut world = World::new(db).await;
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = open(&mut world, &format!("/api/v1/public/institutions?limit=40{after}")).await.json();
            seen.extend(page["items"].as_array().unwrap().iter().map(|i| i["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        let whole = open(&mut world, "/api/v1/public/institutions?limit=200").await.json()["items"].as_array().unwrap().len();
        let unique: std::collections::BTreeSet<_> = seen.iter().collect();
        assert!(unique.len() == seen.len() && seen.len() >= whole.min(200));
    }
}
