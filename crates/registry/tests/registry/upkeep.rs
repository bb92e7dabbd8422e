//! What an institution keeps up itself, and the papers of a file.

use crate::city::*;
use crate::house::house;
use axum::http::{Method, StatusCode};
use db::Db;
use kernel::Role;
use registry::codes::{CredentialKind, FacilityKind, Verified};

db::both! {
    async fn an_institution_keeps_up_its_own_part_and_no_other(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        let other = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "别家托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let head = house.post_at(Role::InstitutionHead, "310109001", Some(own.as_str())).await;
        let page = house.get(&format!("/facilities/{own}"), &head).await.body;
        assert!(page.contains("/edit/fee") && !page.contains("/edit/state") && !page.contains("/edit/inclusive"), "{page}");
        let fee = |from: &'static str| [("mode", "full_day"), ("fen", "3200"), ("per", "month"), ("from", from), ("version", "1")];
        let edit = format!("/facilities/{own}/edit/fee");
        let past = house.form(&edit, &head, &fee("2022-11-01")).await;
        assert_eq!(past.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", past.body);
        assert!(past.body.contains("只能登记今天和以后的情况"), "{}", past.body);
        let today = house.now().day().to_string();
        let today: &'static str = Box::leak(today.into_boxed_str());
        assert_eq!(house.form(&edit, &head, &fee(today)).await.status, StatusCode::SEE_OTHER);
        // A paper that it reports waits to be looked at, whatever was sent.
        let paper = [("act", "add"), ("kind", "insurance"), ("number", "ZR1"), ("issuer", "共保体"), ("from", "2022-01-01"),
            ("until", "2022-12-31"), ("verified", "verified"), ("version", "2")];
        let sent = house.form(&format!("/facilities/{own}/edit/credential?act=add"), &head, &paper).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let mut read = house.db.read().await.unwrap();
        let h = registry::store::file::history(&mut read, &own).await.unwrap().unwrap();
        let found = h.credentials.iter().find(|c| c.kind == CredentialKind::Insurance).unwrap();
        assert_eq!((found.verified, found.source.as_str()), (Verified::Unverified, "institution"));
        drop(read);
        for path in [format!("/facilities/{own}/edit/state"), format!("/facilities/{own}/edit/inclusive")] {
            assert_eq!(house.get(&path, &head).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(house.get(&format!("/facilities/{other}/edit/fee"), &head).await.status, StatusCode::NOT_FOUND);
        let notice = paper.map(|(name, value)| if name == "kind" { (name, "operation_notice") } else { (name, value) });
        let refused = house.form(&format!("/facilities/{own}/edit/credential?act=add"), &head, &notice).await;
        assert!(refused.body.contains("由主管部门登记") || refused.status == StatusCode::CONFLICT, "{}", refused.body);
        let mut read = house.db.read().await.unwrap();
        let h = registry::store::file::history(&mut read, &own).await.unwrap().unwrap();
        assert!(h.credentials.iter().all(|c| c.kind != CredentialKind::OperationNotice || c.source != "institution"));
    }

    async fn a_paper_says_how_long_it_holds_and_who_brought_it(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        tx.commit().await.unwrap();
        let head = house.post_at(Role::InstitutionHead, "310109001", Some(own.as_str())).await;
        let path = format!("/facilities/{own}/materials");
        let plan = [("kind", "insurance"), ("title", "责任保险单2022"), ("from", "2022-01-01"), ("last", "2022-01-31")];
        let lie = house.material(&head, &path, &plan, "<html>").await;
        assert_eq!(lie.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", lie.body);
        assert!(lie.body.contains("附件只收") && lie.body.contains("责任保险单2022"), "what was typed is there: {}", lie.body);
        let sent = house.material(&head, &path, &plan, "%PDF-1.7 x").await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        // The office sees what the institution sees, and that it has ended.
        let office = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        for token in [&head, &office] {
            let page = house.get(&path, token).await.body;
            assert!(page.contains("责任保险单2022") && page.contains("已过期") && page.contains("本机构"), "{page}");
            assert!(house.get(&format!("/facilities/{own}"), token).await.body.contains("责任保险单2022"));
        }
        let list = house.api(Method::GET, &format!("/api/v1{path}"), &office, "", "").await.json();
        let one = &list["items"][0];
        assert_eq!((one["valid_until"].as_str(), one["own"].as_bool()), (Some("2022-02-01"), Some(true)), "{list}");
        let file = format!("{path}/{}", one["id"].as_str().unwrap());
        assert_eq!(house.get(&file, &office).await.bytes, b"%PDF-1.7 x");
        let elsewhere = house.post_at(Role::GuidanceOfficer, "310106", None).await;
        assert_eq!(house.get(&file, &elsewhere).await.status, StatusCode::NOT_FOUND);
        // What the office put in, the institution does not take out.
        let lease = [("kind", "site_proof"), ("title", "租赁合同"), ("from", "2022-01-01")];
        assert_eq!(house.material(&office, &path, &lease, "%PDF-1.7 y").await.status, StatusCode::SEE_OTHER);
        let list = house.api(Method::GET, &format!("/api/v1{path}"), &office, "", "").await.json();
        let of = |own: bool| list["items"].as_array().unwrap().iter().find(|m| m["own"] == own).unwrap()["id"].as_str().unwrap().to_owned();
        let out = |id: String| format!("{path}/{id}/withdraw");
        assert_ne!(house.form_from(&path, &out(of(false)), &head, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.form_from(&path, &out(of(true)), &head, &[]).await.status, StatusCode::SEE_OTHER);
        assert!(!house.get(&path, &office).await.body.contains("责任保险单2022"));
    }
}
