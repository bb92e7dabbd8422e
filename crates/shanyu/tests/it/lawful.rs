//! The lawful institutions of the demo city: Hongkou's notices of the day on which it applied to be a demonstration
//! district came from matters, and PD-09 and PD-10 have figures.

use crate::world::World;
use axum::http::{Method, StatusCode};
use db::Db;
use serde_json::json;

db::both! {
    async fn what_an_officer_confirms_is_public(db: Db) {
        let mut world = World::new(db).await;
        let list = "/public/institutions?region=310109";
        assert!(!world.ask(None, Method::GET, list, None).await.body.contains("门牌上的名字"));
        let open = world.get("hongkou", "/api/v1/suspicions?state=open").await.json();
        let id = open["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{open}")).to_owned();
        let body = json!({"day": "2022-11-15", "found": "childcare", "decision": "confirmed", "reason": "看到十名幼儿",
            "shown": "门牌上的名字"});
        let path = format!("/api/v1/suspicions/{id}/visit");
        let said = world.ask(Some("hongkou"), Method::POST, &path, Some(body)).await;
        assert_eq!(said.status, StatusCode::OK, "{}", said.body);
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let page = world.ask(None, Method::GET, list, None).await.body;
        assert!(page.contains("门牌上的名字") && page.contains("未取得告知书"), "{page}");
    }

    async fn hongkous_nineteen_hold_notices_that_came_from_matters(db: Db) {
        let world = World::on(db, "2022-01-31").await;
        let mut read = world.house.db.read().await.unwrap();
        let held: Vec<String> = read
            .all(db::q!(
                "select holder from credential where home = '310109' and kind = 'operation_notice'
                   and from_day <= '2022-01-31' and until_day > '2022-01-31'"
            ))
            .await
            .unwrap();
        assert_eq!(held.len(), 19);
        let granted: Vec<String> = read
            .all(db::q!(
                "select n.facility from notice n join matter m on m.id = n.matter
                 where n.home = '310109' and m.state = 'granted' and m.kind = 'licence.opening'
                   and n.from_day <= '2022-01-31' and n.until_day > '2022-01-31' and n.ended is null"
            ))
            .await
            .unwrap();
        let without: Vec<&String> = held.iter().filter(|facility| !granted.contains(facility)).collect();
        assert!(without.is_empty(), "{without:?}");
        // They went the whole way: departments were asked, somebody looked, some came back once.
        let steps: Vec<(String, i64)> = read
            .all(db::q!(
                "select s.verb, count(*) as n from matter_step s join matter m on m.id = s.matter
                 where m.state = 'granted' group by s.verb"
            ))
            .await
            .unwrap();
        let n = |verb: &str| steps.iter().find(|s| s.0 == verb).map_or(0, |s| s.1);
        assert_eq!((n("submit"), n("consult"), n("visited"), n("grant")), (19, 19, 19, 19), "{steps:?}");
        assert!(n("return") > 0 && n("return") == n("resubmit"), "{steps:?}");
    }
}
