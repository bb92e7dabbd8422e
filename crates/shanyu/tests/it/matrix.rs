//! Who may do what, executed: each route × each demo account × own / same street / other district over HTTP. The
//! result is a snapshot that people review; it is the same on both engines.

use crate::world::World;
use axum::http::Method;
use db::Db;
use shanyu::house;
use std::fmt::Write as _;

/// What stands for a path's parameters, and the region of a list, by how far it lies from the account.
struct Near {
    facility: String,
    region: String,
}

/// The path of a route with its parameters filled.
fn path(route: &str, near: &Near, frozen: &str) -> String {
    let id = match route {
        r if r.contains("facilities") || r.contains("institutions") => near.facility.as_str(),
        r if r.contains("indicators") => "inclusive_point_street_coverage",
        r if r.contains("units") => "ja_education",
        r if r.contains("frozen") => frozen,
        _ => "none",
    };
    let filled = route
        .replace("{plan}", "shanghai-2020-2022")
        .replace("{target}", "SH-02")
        .replace("{aspect}", "state")
        .replace("{brand}", "nobody")
        .replace("{key}", "light.pace")
        .replace("{no}", "1")
        .replace("{name}", "session.hours")
        .replace("{kind}", "facility")
        .replace("{home}", "-")
        .replace("{at}", "0")
        .replace("{token}", "none")
        .replace("{post}", "none")
        .replace("{duty}", "none")
        .replace("{member}", "none")
        .replace("{id}", id);
    if route.contains("facilities")
        || route.contains("institutions")
        || route.contains("plans")
        || route.contains("ledgers")
        || route.contains("credentials")
        || route.contains("indicators")
    {
        format!("{filled}?region={}", near.region)
    } else {
        filled
    }
}

db::both! {
    async fn every_route_for_every_account(db: Db) {
        let mut world = World::new(db).await;
        let routes: Vec<_> = house::routes(&world.house).list().to_vec();
        let city = "city";
        let answer = world.ask(Some(city), Method::POST, "/api/v1/plans/shanghai-2020-2022/targets/SH-02/freeze", Some(serde_json::json!({}))).await;
        assert_eq!(answer.status.as_u16(), 201, "{}", answer.body);
        let frozen = answer.json()["id"].as_str().unwrap().to_owned();
        // The head's own facility in its street, another one of the district, one of another district.
        let own = world.get("yuanzhang", "/api/v1/institutions").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let mut near = vec![Near { facility: own, region: "310109010".to_owned() }];
        for region in ["310109", "310106"] {
            let list = world.get(city, &format!("/api/v1/institutions?region={region}&limit=3")).await.json();
            let facility = list["items"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned();
            near.push(Near { facility, region: region.to_owned() });
        }
        let accounts: Vec<String> = world.accounts.iter().map(|a| a.account.clone()).collect();
        let mut out = String::from("route: for each account the answers for its own street, another street of the district, another district\n");
        for route in &routes {
            // Ending the session would end the rest of the test.
            if matches!(route.path, "/sign-out" | "/posts/switch") || (route.path == "/api/v1/session" && route.method == Method::DELETE) {
                continue;
            }
            let _ = write!(out, "\n{} {}  [{}]\n", route.method, route.path, route.action.id);
            for login in std::iter::once(None).chain(accounts.iter().map(Some)) {
                let mut row = Vec::new();
                let login = login.map(String::as_str);
                let form = route.method == Method::POST && !route.path.starts_with("/api/");
                for n in &near {
                    let path = path(route.path, n, &frozen);
                    let answer = if form { world.submit(login, &path).await } else { world.ask(login, route.method.clone(), &path, None).await };
                    row.push(answer.status.as_u16().to_string());
                }
                let _ = writeln!(out, "  {:<22} {}", login.unwrap_or("nobody"), row.join(" "));
            }
        }
        insta::with_settings!({prepend_module_to_snapshot => false, snapshot_path => "snapshots"}, {
            insta::assert_snapshot!("matrix", out);
        });
    }
}
