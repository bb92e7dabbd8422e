//! The audit as the auditor reads it: filters, pages, details, export, the check; and what others may see of it.

use crate::house::{House, house};
use axum::http::StatusCode;
use db::Db;
use db::audit::search::{About, Deed, Search, search};
use kernel::kinds::{AccountId, UnitId};
use kernel::{Instant, Role};

async fn rows(house: &House, cookie: &str, query: &str) -> usize {
    let page = house.get(&format!("/audit{query}"), cookie).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    page.body.matches("href=\"/audit/rows/").count()
}

db::both! {
    async fn who_looked_and_who_changed(db: Db) {
        let house = house(db).await;
        let [(system_id, system), _, (_, audit)] = house.three().await;
        assert_eq!(house.get("/audit", &system).await.status, StatusCode::FORBIDDEN);
        for path in ["/units", "/units/ja_education", "/units/ja_education?as_of=2022-11-01", "/units/ja_health"] {
            house.get(path, &system).await;
        }
        web::flush_seen(&house.app).await.unwrap();
        assert_eq!(rows(&house, &audit, "?account=system&deed=look&object=/units/ja_education").await, 2);
        assert_eq!(rows(&house, &audit, "?kind=unit&object=ja_education").await, 2);
        assert_eq!(rows(&house, &audit, "?deed=look&object=/units").await, 4);
        assert_eq!(rows(&house, &audit, "?account=system&deed=change").await, 1, "signed in");
        assert_eq!(rows(&house, &audit, &format!("?account={system_id}")).await, 5);
        assert_eq!(rows(&house, &audit, "?action=identity.sign_in").await, 3);
        assert_eq!(rows(&house, &audit, "?unit=sh_education&action=identity.units").await, 4);
        assert_eq!(rows(&house, &audit, "?from=2022-11-16").await, 0);
        assert_eq!(rows(&house, &audit, "?until=2022-11-14").await, 0);
        assert!(rows(&house, &audit, "?from=2022-11-15&until=2022-11-15").await >= 7);
        for bad in ["?account=%2F%2F", "?deed=x", "?kind=x&object=y", "?object=units", "?from=tomorrow"] {
            assert_eq!(house.get(&format!("/audit{bad}"), &audit).await.status, StatusCode::BAD_REQUEST, "{bad}");
        }
        // By pages: each row once, in order.
        let mut next = Some("/audit?limit=3&action=identity.units".to_owned());
        let mut seen = Vec::new();
        while let Some(path) = next {
            let page = house.get(&path, &audit).await.body;
            seen.extend(page.split("href=\"/audit/rows/").skip(1).map(|p| p.split('"').next().unwrap().to_owned()));
            next = page.split("href=\"").map(|p| p.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
                .find(|href| href.contains("after=")).filter(|_| page.contains("下一页"));
        }
        assert_eq!(seen.len(), 4);
        let row = house.get(&format!("/audit/rows/{}", seen[0]), &audit).await;
        assert!(row.status == StatusCode::OK && row.body.contains("/units/ja_health") && row.body.contains("链上位置"));
        // Reading it is recorded.
        web::flush_seen(&house.app).await.unwrap();
        let why = house.audited("identity.audit").await;
        assert!(why.len() >= 10, "{why:?}");
    }

    async fn the_check_names_what_was_changed(db: Db) {
        let house = house(db).await;
        let [_, _, (_, audit)] = house.three().await;
        db::seal_audit(&house.db, &house.keys, house.clock.now()).await.unwrap();
        let finished = async || {
            house.press("/audit/check", "/audit/check", &audit, &[]).await;
            for _ in 0..100 {
                let page = house.get("/audit/check", &audit).await.body;
                if !page.contains("hx-trigger") {
                    return page;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            panic!("the check does not end");
        };
        assert!(finished().await.contains("没有问题"));
        let mut tx = house.db.begin().await.unwrap();
        tx.exec(db::q!("update audit set purpose = 'nothing' where action = 'identity.sign_in' and purpose = 'signed in'")).await.unwrap();
        tx.commit().await.unwrap();
        let page = finished().await;
        assert!(page.contains("发现问题") && page.contains("was edited"), "{page}");
    }

    async fn everybody_sees_who_looked_at_them(db: Db) {
        let house = house(db).await;
        let [(_, system), _, (audit_id, audit)] = house.three().await;
        let (wang, cookie) = house.person("wang", "ja_education", Role::EducationOfficer, "310106").await;
        house.get(&format!("/accounts/{wang}"), &system).await;
        web::flush_seen(&house.app).await.unwrap();
        let mine = house.get(&format!("/audit/of/account/{wang}"), &cookie).await;
        assert!(mine.status == StatusCode::OK && mine.body.contains("system") && !mine.body.contains("/audit/export"), "{}", mine.body);
        assert_eq!(house.get(&format!("/audit/of/account/{audit_id}"), &cookie).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.get("/audit/of/facility/f1", &cookie).await.status, StatusCode::NOT_FOUND);
        assert_eq!(house.get("/audit/of/facility/f1", &audit).await.location, "/audit?kind=facility&object=f1");
    }

    async fn no_list_of_the_audit_walks_the_table(db: Db) {
        let house = house(db).await;
        let from = Some(Instant::start_of(house.clock.today()));
        let base = Search::default();
        let facility = About::Object { kind: "facility".into(), id: "f1".into(), pages: vec!["/facilities/f1".into()] };
        let searches = [
            base.clone(),
            Search { from, until: from, ..base.clone() },
            Search { account: Some(AccountId::new("a")), ..base.clone() },
            Search { unit: Some(UnitId::new("u")), ..base.clone() },
            Search { action: Some("identity.units".into()), ..base.clone() },
            Search { about: Some(facility), ..base.clone() },
            Search { about: Some(About::Page("/units/u".into())), deed: Some(Deed::Look), ..base },
        ];
        for s in searches {
            let plan = db::testing::plan(&house.db, search(&s, (Instant(i64::MAX), "~"), 51)).await;
            let walks = plan.iter().filter(|step| {
                let step = step.trim();
                // Both engines name an index where they use one.
                (step.starts_with("SCAN audit") && !step.contains("INDEX")) || step.contains("Seq Scan on audit")
            });
            assert_eq!(walks.count(), 0, "{s:?}: {plan:#?}");
            if s.about.is_some() {
                assert!(plan.iter().any(|step| step.contains("audit_by_object")), "{plan:#?}");
            }
        }
        for state in ["due", "given_up", "done"] {
            let plan = db::testing::plan(&house.db, db::jobs(state, (Instant(i64::MAX), "~", "~"), 51)).await;
            assert!(plan.iter().any(|step| step.contains("job_by_state") || step.contains("job_due")), "{plan:#?}");
        }
    }
}
