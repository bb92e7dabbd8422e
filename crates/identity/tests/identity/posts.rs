//! Several posts, one at a time, over pages; what a role may not see, it does not see.

use crate::house::{SECRET, house};
use axum::http::StatusCode;
use db::Db;
use kernel::Role;

db::both! {
    async fn rights_are_those_of_the_post_in_use(db: Db) {
        let house = house(db).await;
        let (_, officer, admin) = house.wang().await;
        let cookie = house.signed_in("wang").await;
        let page = house.get("/posts", &cookie).await.body;
        assert!(page.contains("静安区教育局") && page.contains("市教委") && page.contains("当前岗位"), "{page}");
        assert_eq!(house.get("/matrix", &cookie).await.status, StatusCode::FORBIDDEN);

        let (csrf, key) = house.hidden("/posts", &cookie).await;
        let fields = [("csrf", csrf.as_str()), ("idempotency_key", key.as_str()), ("post", admin.as_str())];
        let answer = house.form("/posts/switch", &cookie, &fields).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/accounts"), "{}", answer.body);
        let matrix = house.get("/matrix", &cookie).await;
        assert!(matrix.status == StatusCode::OK && matrix.body.contains("identity.own_posts"));
        // The same press again is the same write.
        assert_eq!(house.form("/posts/switch", &cookie, &fields).await.location, "/accounts");
        assert_eq!(house.audited("identity.own_posts").await, ["switched to this post"]);
        // The same key for something else is refused.
        let other = [fields[0], fields[1], ("post", officer.as_str())];
        assert_eq!(house.form("/posts/switch", &cookie, &other).await.status, StatusCode::CONFLICT);
    }

    async fn a_post_of_somebody_else_is_refused(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let li = house.account("li.na", false).await;
        let auditor = house.post_at(&li, "sh_government", Role::Auditor, "310000").await;
        let cookie = house.signed_in("wang").await;
        let (csrf, key) = house.hidden("/posts", &cookie).await;
        for post in [auditor.as_str(), "", "no such post"] {
            let fields = [("csrf", csrf.as_str()), ("idempotency_key", key.as_str()), ("post", post)];
            let answer = house.form("/posts/switch", &cookie, &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{post}");
        }
        assert_eq!(house.get("/matrix", &cookie).await.status, StatusCode::FORBIDDEN);
        assert_eq!(house.audited("identity.own_posts").await, [""; 0]);
    }

    async fn the_auditor_sees_no_units(db: Db) {
        let house = house(db).await;
        let li = house.account("li.na", false).await;
        house.post_at(&li, "sh_government", Role::Auditor, "310000").await;
        let answer = house.try_sign_in("li.na", SECRET).await;
        assert_eq!(answer.location, "/audit");
        assert_eq!(house.get("/units", answer.cookie()).await.status, StatusCode::FORBIDDEN);
    }

    async fn the_matrix_names_every_action_in_words(db: Db) {
        let house = house(db).await;
        let li = house.account("li.na", false).await;
        house.post_at(&li, "sh_government", Role::Auditor, "310000").await;
        let cookie = house.signed_in("li.na").await;
        let page = house.get("/matrix?lang=en", &cookie).await.body;
        for action in identity::ACTIONS {
            assert!(page.contains(action.id), "{}", action.id);
        }
        assert!(page.contains(&format!("{} actions, {} kinds of post", identity::ACTIONS.len(), Role::ALL.len())) && page.contains("no sign-in"), "{page}");
    }
}
