//! The use cases of accounts and posts: what they refuse, and that sessions end with what they rest on.

use crate::house::{House, SECRET, day, house};
use axum::http::StatusCode;
use db::Db;
use identity::{Login, NewAccount, NewPost, Password};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Role, Span};
use web::Error;

/// The code of a refusal, or that of its first field.
fn code<T: std::fmt::Debug>(result: web::Result<T>) -> &'static str {
    match result {
        Err(Error::Rule(rule)) => rule.fields.first().map_or(rule.code, |field| field.code),
        other => panic!("refused by no rule: {other:?}"),
    }
}

async fn open(house: &House, cookie: &str) -> bool {
    house.get("/posts", cookie).await.status == StatusCode::OK
}

db::both! {
    async fn an_ended_post_ends_the_sessions(db: Db) {
        let house = house(db).await;
        let (_, officer, _) = house.wang().await;
        let (one, two) = (house.signed_in("wang").await, house.signed_in("wang").await);
        let li = house.account("li.na", false).await;
        house.post_at(&li, "ja_education", Role::EducationOfficer, "310106").await;
        let other = house.signed_in("li.na").await;

        let mut tx = house.db.begin().await.unwrap();
        identity::end_post(&mut tx, &officer, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((open(&house, &one).await, open(&house, &two).await, open(&house, &other).await), (false, false, true));
        // The other post remains; the next session begins in it.
        let cookie = house.signed_in("wang").await;
        assert_eq!(house.get("/matrix", &cookie).await.status, StatusCode::OK);
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(code(identity::end_post(&mut tx, &officer, house.clock.today()).await), "post.end");
    }

    async fn a_closed_account_is_out_at_once(db: Db) {
        let house = house(db).await;
        let (account, officer, _) = house.wang().await;
        // Another system administrator remains.
        let other = house.account("zhou", false).await;
        house.post_at(&other, "sh_education", Role::SystemAdmin, "310000").await;
        let cookie = house.signed_in("wang").await;
        let since_today = Span::since(house.clock.today());
        house.try_post(&account, "sh_health", Role::DepartmentOfficer, "310000", since_today).await.unwrap();
        let mut tx = house.db.begin().await.unwrap();
        identity::close_account(&mut tx, &account, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(!open(&house, &cookie).await);
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);

        let mut read = house.db.read().await.unwrap();
        assert_eq!(identity::posts(&mut read, &account, house.clock.today().next()).await.unwrap(), []);
        let before = identity::posts(&mut read, &account, day("2022-11-14")).await.unwrap();
        assert_eq!((before.len(), &before[0].id), (2, &officer));
        let again = house.try_post(&account, "sh_health", Role::DepartmentOfficer, "310000", since_today).await;
        assert_eq!(code(again), "post.closed");
    }

    async fn what_accounts_and_posts_must_not_be(db: Db) {
        let house = house(db).await;
        let (account, ..) = house.wang().await;
        let always = Span::since(day("2020-01-01"));
        let post = async |unit: &str, role, place: &str, span| house.try_post(&account, unit, role, place, span).await;
        assert_eq!(code(post("ja_education", Role::EducationOfficer, "310109", always).await), "post.place");
        assert_eq!(code(post("ja_education", Role::EducationOfficer, "310000", always).await), "post.place");
        assert_eq!(code(post("ja_streets", Role::StreetOfficer, "310106", always).await), "post.group");
        assert_eq!(code(post("ja_education", Role::InstitutionHead, "310106", always).await), "post.facility");
        let later = Span::since(day("2023-01-01"));
        assert_eq!(code(post("ja_education", Role::EducationOfficer, "310106", later).await), "post.exists");
        // A street of the district is within its reach.
        post("ja_education", Role::EducationOfficer, "310106006", always).await.unwrap();
        assert!(matches!(post("no_such_unit", Role::Auditor, "310000", always).await, Err(Error::NotFound)));

        let facility = Some(FacilityId::new("f1"));
        let place = house.place("310106").await;
        let head = NewPost {
            account: account.clone(), unit: UnitId::new("ja_education"), role: Role::Auditor, place, facility, span: always,
        };
        let mut tx = house.db.begin().await.unwrap();
        assert_eq!(code(identity::give_post(&mut tx, &house.ids, house.clock.now(), head).await), "post.facility");

        let login = Login::parse("wang").unwrap();
        let hash = identity::hash_password(&Password::parse(SECRET, &login).unwrap(), [1; 16]).await.unwrap();
        let mut new = NewAccount { login, name: "另一位".into(), password: hash, demo: false };
        let taken = identity::create_account(&mut tx, &house.ids, house.clock.now(), new.clone()).await;
        assert_eq!(code(taken), "account.login_taken");
        new.login = Login::parse("zhang").unwrap();
        new.name = "  ".into();
        let nameless = identity::create_account(&mut tx, &house.ids, house.clock.now(), new).await;
        assert_eq!(code(nameless), "account.name");
    }

    async fn ones_own_password(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let cookie = house.signed_in("wang").await;
        let elsewhere = house.signed_in("wang").await;
        let (csrf, key) = house.hidden("/password", &cookie).await;
        let change = async |old: &str, new: &str, again: &str| {
            let fields = [("csrf", csrf.as_str()), ("idempotency_key", key.as_str()), ("old", old), ("password", new),
                ("again", again)];
            house.form("/password", &cookie, &fields).await
        };
        let new = "another long sentence";
        for (old, password, again, says) in [
            (SECRET, "short", "short", "至少 12 个字符"),
            (SECRET, "wang and the others", "wang and the others", "不要包含账号"),
            (SECRET, new, "another long sentense", "不一样"),
            ("wrong", new, new, "现在的密码不对"),
        ] {
            let answer = change(old, password, again).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains(says), "{says}: {}", answer.body);
        }
        assert_eq!(change(SECRET, new, new).await.location, "/sign-in?done=password");
        assert!(!open(&house, &cookie).await && !open(&house, &elsewhere).await);
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.try_sign_in("wang", new).await.status, StatusCode::SEE_OTHER);
        assert_eq!(house.audited("identity.own_password").await, ["wrong password", "changed the password"]);
    }

    async fn guessing_at_the_old_password_locks_as_well(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let cookie = house.signed_in("wang").await;
        let (csrf, _) = house.hidden("/password", &cookie).await;
        let new = "another long sentence";
        for _ in 0..5 {
            let fields = [("csrf", csrf.as_str()), ("old", "wrong"), ("password", new), ("again", new)];
            house.form("/password", &cookie, &fields).await;
        }
        let fields = [("csrf", csrf.as_str()), ("old", SECRET), ("password", new), ("again", new)];
        assert_eq!(house.form("/password", &cookie, &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
