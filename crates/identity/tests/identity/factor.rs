//! The second factor over HTTP, and sessions: setting up, the code at sign-in, never twice, recovery codes, the reset
//! by two persons, the roles that must have one; idle time and one's own sessions.

use crate::house::{House, SECRET, house};
use axum::http::{Method, StatusCode};
use db::Db;
use kernel::Role;
use totp_rs::{Algorithm, Builder, Secret};

/// What the app on the phone shows, from the secret as the page spells it.
fn code(page: &str, house: &House, steps: i64) -> String {
    let secret = page.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_secret(secret)
        .build()
        .unwrap();
    totp.generate((house.clock.now().0 / 1_000_000 + steps * 30) as u64).to_string()
}

impl House {
    /// Sets up a second factor; the page with the secret, and the recovery codes.
    async fn set_up(&self, cookie: &str) -> (String, Vec<String>) {
        let begun = self.press("/second-factor", "/second-factor/begin", cookie, &[]).await;
        assert_eq!(begun.location, "/second-factor", "{}", begun.body);
        let page = self.get("/second-factor", cookie).await.body;
        assert!(page.contains("<svg") && page.contains("<path") && !page.contains("style="), "a picture to scan");
        let now = code(&page, self, 0);
        let done = self.press("/second-factor", "/second-factor/confirm", cookie, &[("totp", &now)]).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
        let codes = done.body.split("class=\"secret\">").nth(1).unwrap().split("</p>").next().unwrap();
        (page, codes.split("<br>").map(|c| c.trim().to_owned()).collect())
    }

    async fn with_code(&self, login: &str, code: &str) -> crate::house::Answer {
        self.form("/sign-in", "", &[("account", login), ("password", SECRET), ("totp", code)]).await
    }
}

db::both! {
    async fn a_code_is_asked_for_and_taken_once(db: Db) {
        let house = house(db).await;
        let (_, cookie) = house.person("wang", "ja_education", Role::EducationOfficer, "310106").await;
        let other = house.signed_in("wang").await;
        house.press("/second-factor", "/second-factor/begin", &cookie, &[]).await;
        let wrong = house.press("/second-factor", "/second-factor/confirm", &cookie, &[("totp", "000000")]).await;
        assert!(wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.body.contains("id=\"e-totp\""));
        house.signed_in("wang").await;
        let (page, codes) = house.set_up(&cookie).await;
        assert_eq!(codes.len(), 10);
        assert_eq!(house.get("/posts", &other).await.status, StatusCode::SEE_OTHER, "other sessions end");
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::OK);
        assert!(!house.get("/second-factor", &cookie).await.body.contains(&codes[0]), "shown once");

        assert!(house.try_sign_in("wang", SECRET).await.body.contains("id=\"e-totp\""));
        assert!(!house.try_sign_in("wang", "wrong").await.body.contains("id=\"e-totp\""), "only who knows the password learns it");
        let used = code(&page, &house, 0);
        assert_eq!(house.with_code("wang", &used).await.status, StatusCode::UNPROCESSABLE_ENTITY, "the code of the confirmation is used");
        house.wait(30);
        let fresh = code(&page, &house, 0);
        assert_eq!(house.with_code("wang", &fresh).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.with_code("wang", &fresh).await.status, StatusCode::UNPROCESSABLE_ENTITY, "never twice");
        house.wait(60);
        let early = code(&page, &house, 1);
        assert_eq!(house.with_code("wang", &early).await.status, StatusCode::SEE_OTHER, "a phone that goes ahead");
        assert_eq!(house.with_code("wang", &code(&page, &house, 3)).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // A recovery code works once, however it is typed.
        let typed = codes[3].to_uppercase().replace('-', " ");
        assert_eq!(house.with_code("wang", &typed).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.with_code("wang", &typed).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The secret is nowhere in plain.
        let sealed: Vec<u8> = house.db.read().await.unwrap().one(db::q!("select secret from second_factor")).await.unwrap();
        assert!(sealed.len() > 20 + 12);

        house.wait(60);
        let body = |code: &str| serde_json::json!({"account": "wang", "password": SECRET, "totp": code}).to_string();
        let missing = serde_json::json!({"account": "wang", "password": SECRET}).to_string();
        let refused = house.api(Method::POST, "/api/v1/session", "", "", &missing).await;
        assert_eq!((refused.status.as_u16(), refused.json()["code"].as_str().unwrap()), (422, "signin.code"));
        let opened = house.api(Method::POST, "/api/v1/session", "", "", &body(&code(&page, &house, 0))).await;
        assert_eq!(opened.status, StatusCode::OK, "{}", opened.body);
    }

    async fn guessing_codes_locks_the_account(db: Db) {
        let house = house(db).await;
        let (_, cookie) = house.person("wang", "ja_education", Role::EducationOfficer, "310106").await;
        let (page, _) = house.set_up(&cookie).await;
        house.wait(60);
        for guess in ["111111", "222222", "333333", "444444", "555555"] {
            house.with_code("wang", guess).await;
        }
        let right = code(&page, &house, 0);
        assert!(house.with_code("wang", &right).await.body.contains("账号或密码不对"));
        // The security administrator lifts the lock-out; the system administrator may not.
        let [(_, system), (_, security), _] = house.three().await;
        let list = house.get("/accounts?q=wang", &security).await.body;
        assert!(list.contains("已锁定"));
        // After the account come the sheets of the list.
        let link = list.split("href=\"/accounts/").filter(|rest| !rest.starts_with("export")).last().unwrap();
        let page_of = format!("/accounts/{}", link.split('"').next().unwrap());
        let unlock = format!("{page_of}/unlock");
        assert_eq!(house.press(&page_of, &unlock, &system, &[]).await.status, StatusCode::FORBIDDEN);
        assert_eq!(house.press(&page_of, &unlock, &security, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.with_code("wang", &right).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_role_that_needs_one_does_nothing_before(db: Db) {
        let house = house(db).await;
        house.three().await;
        let mut tx = house.db.begin().await.unwrap();
        tx.exec(db::q!("update setting set value = 'auditor system_admin' where name = 'factor.roles'")).await.unwrap();
        tx.commit().await.unwrap();
        let cookie = house.signed_in("system").await;
        assert_eq!(house.get("/accounts", &cookie).await.location, "/second-factor");
        let page = house.get("/second-factor", &cookie).await;
        assert!(page.status == StatusCode::OK && page.body.contains("设置好以后才能继续"));
        let token = cookie.split('=').nth(1).unwrap();
        let held = house.api(Method::GET, "/api/v1/me", token, "", "").await;
        assert_eq!((held.status.as_u16(), held.json()["code"].as_str().unwrap()), (403, "first"));
        house.set_up(&cookie).await;
        assert_eq!(house.get("/accounts", &cookie).await.status, StatusCode::OK);
        // An officer is not asked.
        let (_, officer) = house.person("li.na", "ja_education", Role::EducationOfficer, "310106").await;
        assert_eq!(house.get("/units", &officer).await.status, StatusCode::OK);
    }

    async fn two_persons_reset_a_second_factor(db: Db) {
        let house = house(db).await;
        let [(_, system), (_, security), _] = house.three().await;
        let (account, cookie) = house.person("wang", "ja_education", Role::EducationOfficer, "310106").await;
        house.set_up(&cookie).await;
        let reset = format!("/accounts/{account}/factor-reset");
        let asked = house.press(&reset, &reset, &system, &[("reason", "手机丢失")]).await;
        assert_eq!(asked.location, "/approvals?done=asked", "{}", asked.body);
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let list = house.get("/approvals", &security).await.body;
        assert!(list.contains("手机丢失"));
        let id = list.split("/approvals/").find_map(|p| p.split_once("/approve")).unwrap().0.to_owned();
        // Refused first, asked for again, agreed to.
        let refuse = format!("/approvals/{id}/refuse");
        assert_eq!(house.press(&refuse, &refuse, &security, &[("remark", "请本人来")]).await.location, "/approvals?done=refused");
        assert!(house.get("/approvals?state=done", &system).await.body.contains("请本人来"));
        house.press(&reset, &reset, &system, &[("reason", "手机丢失")]).await;
        let list = house.get("/approvals", &security).await.body;
        let id = list.split("/approvals/").find_map(|p| p.split_once("/approve")).unwrap().0.to_owned();
        assert_eq!(house.press("/approvals", &format!("/approvals/{id}/approve"), &security, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER, "its sessions end");
        house.signed_in("wang").await;
    }

    async fn a_session_that_is_not_used_ends(db: Db) {
        let house = house(db).await;
        let (_, cookie) = house.person("wang", "ja_education", Role::EducationOfficer, "310106").await;
        identity::apply_settings(&house.app).await.unwrap();
        for _ in 0..4 {
            house.wait(59 * 60);
            assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::OK);
            web::flush_seen(&house.app).await.unwrap();
        }
        house.wait(60 * 60);
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER);
    }

    async fn ones_own_sessions(db: Db) {
        let house = house(db).await;
        let (_, here) = house.person("wang", "ja_education", Role::EducationOfficer, "310106").await;
        let there = house.signed_in("wang").await;
        let page = house.get("/sessions", &here).await.body;
        assert!(page.contains("/sessions/end-others") && page.contains("这一个"), "{page}");
        let ended = house.press("/sessions", "/sessions/end-others", &here, &[]).await;
        assert_eq!(ended.location, "/sessions?done=sessions", "{}", ended.body);
        assert_eq!(house.get("/posts", &there).await.status, StatusCode::SEE_OTHER);
        assert!(!house.get("/sessions", &here).await.body.contains("/sessions/end-others"));
    }
}
