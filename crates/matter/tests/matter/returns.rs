//! A return: remarks tied to section and field, nothing else may change, the reviewer sees old beside new.

use crate::house::house;
use axum::http::StatusCode;
use db::Db;
use serde_json::json;

const PDF: &[u8] = b"%PDF-1.7 lease, signed";

db::both! {
    async fn after_a_return_only_what_was_remarked_may_change(db: Db) {
        let house = house(db).await;
        let id = house.to_decide("小满托育园").await;
        let (agent, centre) = (house.token("agent").await, house.token("centre").await);
        let (path, page) = (format!("/api/v1/matters/{id}"), format!("/matters/{id}"));
        let bare = house.go(&centre, &id, "return", "").await;
        assert!(bare.body.contains("请先写明哪一项需要修改"), "{}", bare.body);
        let remarks = format!("{page}/remarks");
        let wrong = house.form(&centre, &remarks, &[("at", "base/none"), ("remark", "改")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for (at, remark) in [("base/area", "面积与租约不符"), ("site", "租约未盖章")] {
            let added = house.form(&centre, &remarks, &[("at", at), ("remark", remark)]).await;
            assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.body);
        }
        // While they are being written the applicant does not see them.
        assert!(!house.get(&agent, &page).await.body.contains("面积与租约不符"));
        assert_eq!(house.go(&centre, &id, "return", "请修改").await.json()["state"], "mending");
        let seen = house.get(&agent, &page).await.body;
        assert!(seen.contains("面积与租约不符") && seen.contains(&format!("{page}/fill/site")), "{seen}");
        let fill = house.get(&agent, &format!("{page}/fill/base")).await.body;
        assert!(fill.contains("name=\"area\"") && !fill.contains("name=\"places\""), "{fill}");
        // The server refuses the rest, whatever is sent.
        let sent = json!({"area": "420", "places": "200", "name": "别的名字"});
        assert_eq!(house.call(&agent, &format!("{path}/fill/base"), sent).await.status, StatusCode::OK);
        let values = house.get(&agent, &path).await.json()["values"].clone();
        assert_eq!((&values["area"], &values["places"], &values["name"]), (&json!("420"), &json!("45"), &json!("小满托育园")));
        // Each remark wants a change or a sentence.
        let early = house.go(&agent, &id, "resubmit", "").await;
        assert!(early.body.contains("还有 1 条修改意见没有修改或说明"), "{}", early.body);
        let site = format!("{page}/fill/site");
        assert_eq!(house.form(&agent, &format!("{page}/files/1/remove"), &[]).await.status, StatusCode::SEE_OTHER);
        let sent = house.files(&agent, &site, &[("floor", "2"), ("whole", "1")], &[("lease", "盖章租约.pdf", PDF)]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        assert_eq!(house.go(&agent, &id, "resubmit", "").await.json()["state"], "consulting");
        for department in ["health", "fire"] {
            house.agree(department, &id).await;
        }
        house.go(&centre, &id, "collect", "").await;
        // The reviewer sees what changed, old beside new, and nothing else until it is asked for.
        let review = house.get(&centre, &page).await.body;
        assert!(review.contains("<del>400 平方米</del> <ins>420 平方米</ins>") && review.contains(">盖章租约.pdf</a></ins>"), "{review}");
        // So with papers: the one that was taken out can still be opened.
        assert!(review.contains(&format!("<del><a href=\"{page}/files/1\"")), "{review}");
        assert_eq!(house.get(&centre, &format!("{page}/files/1")).await.status, StatusCode::OK);
        assert!(!review.contains("<dt>托位") && house.get(&centre, &format!("{page}?all=1")).await.body.contains("<dt>托位"));
        let settled = house.form(&centre, &format!("{remarks}/1"), &[("settle", "yes")]).await;
        assert_eq!(settled.status, StatusCode::SEE_OTHER);
        assert!(!house.get(&centre, &page).await.body.contains("面积与租约不符"));
        // Who has not the turn neither remarks nor settles.
        for (at, fields) in [(remarks.clone(), [("at", "site"), ("remark", "x")]), (format!("{remarks}/2"), [("settle", "yes"), ("answer", "x")])] {
            assert_eq!(house.form(&agent, &at, &fields).await.status, StatusCode::FORBIDDEN, "{at}");
        }
    }

    async fn a_draft_is_kept_half_and_wrong(db: Db) {
        let house = house(db).await;
        let agent = house.token("agent").await;
        let new = house.call(&agent, "/api/v1/matters/new/opening.test", json!({"title": "小满", "region": "310106"})).await;
        let id = new.json()["id"].as_str().unwrap().to_owned();
        let fill = format!("/matters/{id}/fill/base");
        let saved = house.form(&agent, &fill, &[("name", " 小满托育园 "), ("area", "４００．５"), ("places", "很多"), ("whole", "1")]).await;
        assert_eq!((saved.status, saved.to.as_str()), (StatusCode::SEE_OTHER, format!("{fill}?done=matter_saved&check=1").as_str()));
        let back = house.get(&agent, &saved.to).await.body;
        assert!(back.contains("value=\"小满托育园\"") && back.contains("value=\"400.5\"") && back.contains("value=\"很多\""), "{back}");
        assert!(back.contains("请填整数") && back.contains("id=\"e-phone\""), "{back}");
        // The automatic saving sends the field being left; the others stay.
        let auto = house.form(&agent, &fill, &[("places", "４５"), ("autosave", "1")]).await;
        assert_eq!(auto.json(), json!({"saved": true, "missing": 1}));
        let values = house.get(&agent, &format!("/api/v1/matters/{id}")).await.json()["values"].clone();
        assert_eq!((&values["places"], &values["name"]), (&json!("45"), &json!("小满托育园")));
    }

    async fn a_file_that_lies_about_its_kind_is_refused_beside_its_field(db: Db) {
        let house = house(db).await;
        let agent = house.token("agent").await;
        let id = house.drafted(&agent, "小满托育园").await;
        let site = format!("/matters/{id}/fill/site");
        for (name, bytes, why) in [("租约.pdf", &b"MZ\x90\x00 a program"[..], "附件只收"), ("租约.pdf", b"<script>", "附件只收")] {
            let refused = house.files(&agent, &site, &[("floor", "3"), ("whole", "1")], &[("lease", name, bytes)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.body.contains(why) && refused.body.contains("id=\"e-lease\"") && refused.body.contains("value=\"3\""), "{}", refused.body);
        }
        let many = house.files(&agent, &site, &[("whole", "1")], &[("lease", "a.pdf", PDF), ("lease", "b.pdf", PDF)]).await;
        assert!(many.body.contains("最多 2 个文件"), "one is there already: {}", many.body);
        let removed = house.form(&agent, &format!("/matters/{id}/files/1/remove"), &[]).await;
        assert_eq!(removed.status, StatusCode::SEE_OTHER, "{}", removed.body);
        let refused = house.go(&agent, &id, "submit", "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the lease is missing now");
        // A material of others is not found.
        let other = house.token("other").await;
        assert_eq!(house.get(&other, &format!("/matters/{id}/files/1")).await.status, StatusCode::NOT_FOUND);
    }
}
