//! Signing in by page: where it leads, what is alike for everybody who may not, the lock-out and its end.

use crate::house::{SECRET, build, day, house};
use axum::http::{Method, StatusCode};
use db::Db;
use kernel::{Instant, Role, Span};
use web::limit::PerMinute;

db::both! {
    async fn it_opens_a_session_and_leads_to_the_first_page_of_the_post(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let page = house.get("/sign-in", "").await;
        assert!(page.status == StatusCode::OK && page.body.contains("autocomplete=\"current-password\""));
        let answer = house.try_sign_in(" Wang ", SECRET).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/units"));
        let units = house.get("/units", answer.cookie()).await;
        assert!(units.status == StatusCode::OK && units.body.contains("王老师"), "{}", units.body);
        assert_eq!(house.audited("identity.sign_in").await, ["signed in"]);
        // Signed in already: the form is not shown again.
        let again = house.get("/sign-in?back=%2Fposts", answer.cookie()).await;
        assert_eq!((again.status, again.location.as_str()), (StatusCode::SEE_OTHER, "/posts"));
    }

    async fn it_leads_back_to_a_page_of_ours_only(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let asked = house.get("/units?level=city", "").await;
        assert_eq!(asked.location, "/sign-in?back=%2Funits%3Flevel%3Dcity");
        let page = house.get(&asked.location, "").await;
        assert!(page.body.contains("name=\"back\" value=\"/units?level=city\""), "{}", page.body);
        for (back, to) in [("/units?level=city", "/units?level=city"), ("//evil.example", "/units"), ("/\\evil", "/units")] {
            let fields = [("account", "wang"), ("password", SECRET), ("back", back)];
            assert_eq!(house.form("/sign-in", "", &fields).await.location, to);
        }
    }

    async fn whoever_may_not_gets_the_same_answer(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let closed = house.account("closed", false).await;
        house.post_at(&closed, "ja_education", Role::EducationOfficer, "310106").await;
        let mut tx = house.db.begin().await.unwrap();
        identity::close_account(&mut tx, &closed, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();

        let mut answers = Vec::new();
        for (account, password) in [("wang", "wrong"), ("nobody", SECRET), ("closed", SECRET), ("不是账号", "x")] {
            let answer = house.try_sign_in(account, password).await;
            assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains(account));
            answers.push(answer.body.replace(account, "·"));
        }
        for _ in 0..5 {
            house.try_sign_in("wang", "wrong").await;
        }
        answers.push(house.try_sign_in("wang", SECRET).await.body.replace("wang", "·"));
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:#?}");
        let why = house.audited("identity.sign_in").await;
        let [wrong, unknown, closed] = ["wrong password", "no such account", "closed account"];
        assert_eq!(why, [wrong, unknown, closed, unknown, wrong, wrong, wrong, wrong, "locked account", "locked account"]);
    }

    async fn a_lock_out_ends_by_the_clock(db: Db) {
        let house = house(db).await;
        house.wang().await;
        for _ in 0..4 {
            house.try_sign_in("wang", "wrong").await;
        }
        // A success in between starts the count again.
        house.signed_in("wang").await;
        for _ in 0..5 {
            house.try_sign_in("wang", "wrong").await;
        }
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        house.wait(15 * 60 - 1);
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        house.wait(1);
        house.signed_in("wang").await;
    }

    async fn many_guesses_at_once_count_one_by_one(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let guesses = (0..12).map(|_| house.try_sign_in("wang", "wrong"));
        futures_util::future::join_all(guesses).await;
        let why = house.audited("identity.sign_in").await;
        let count = |what: &str| why.iter().filter(|w| *w == what).count();
        assert_eq!((count("wrong password"), count("locked account")), (5, 7));
        assert_eq!(house.try_sign_in("wang", SECRET).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn a_demo_account_works_in_the_demo_only(db: Db) {
        let house = build(db, false).await;
        let demo = house.account("demo", true).await;
        house.post_at(&demo, "ja_education", Role::EducationOfficer, "310106").await;
        let answer = house.try_sign_in("demo", SECRET).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains("演示账号"));
        // Whoever does not know the password does not learn that it is one.
        assert!(!house.try_sign_in("demo", "wrong").await.body.contains("演示账号"));
        assert_eq!(house.audited("identity.sign_in").await, ["demo account on real data", "wrong password"]);
    }

    async fn without_a_post_there_is_nothing_to_do(db: Db) {
        let house = house(db).await;
        let account = house.account("li.na", false).await;
        assert!(house.try_sign_in("li.na", SECRET).await.body.contains("没有岗位"));
        let future = Span::since(house.clock.today().next());
        house.try_post(&account, "ja_education", Role::EducationOfficer, "310106", future).await.unwrap();
        assert!(house.try_sign_in("li.na", SECRET).await.body.contains("没有岗位"));
        house.wait(24 * 3600);
        house.signed_in("li.na").await;
    }

    async fn a_session_ends_after_its_hours_or_with_the_post(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let cookie = house.signed_in("wang").await;
        house.wait(12 * 3600 - 1);
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::OK);
        house.wait(1);
        assert_eq!(house.get("/posts", &cookie).await.location, "/sign-in?back=%2Fposts");

        let li = house.account("li.na", false).await;
        let until_tonight = Span::new(day("2020-01-01"), house.clock.today().next()).unwrap();
        house.try_post(&li, "ja_education", Role::EducationOfficer, "310106", until_tonight).await.unwrap();
        let cookie = house.signed_in("li.na").await;
        let midnight = Instant::start_of(house.clock.today().next());
        house.clock.set(Instant(midnight.0 - 1));
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::OK);
        house.clock.set(midnight);
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER);
    }

    async fn what_was_left_empty_is_said_at_the_field(db: Db) {
        let house = house(db).await;
        let answer = house.form("/sign-in", "", &[("account", "wang"), ("password", "")]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("value=\"wang\"") && answer.body.contains("id=\"e-password\""));
        assert!(!answer.body.contains("id=\"e-account\""));
        assert_eq!(house.audited("identity.sign_in").await, [""; 0]);
    }

    async fn a_flood_from_one_address_is_slowed_down(db: Db) {
        let house = house(db).await;
        house.wang().await;
        house.app.turn(web::Knobs { sign_in: Some(PerMinute(3)), token: Some(PerMinute(2)), ..Default::default() });
        for _ in 0..3 {
            assert_eq!(house.sign_in_from("203.0.113.7", SECRET).await.status, StatusCode::SEE_OTHER);
        }
        let slowed = house.sign_in_from("203.0.113.7", SECRET).await;
        assert_eq!((slowed.status, slowed.wait), (StatusCode::TOO_MANY_REQUESTS, Some(20)));
        assert!(slowed.body.contains("请 20 秒后再试"), "{}", slowed.body);
        assert_eq!(house.sign_in_from("203.0.113.8", SECRET).await.status, StatusCode::SEE_OTHER);
        house.wait(20);
        let fine = house.sign_in_from("203.0.113.7", SECRET).await;
        assert_eq!(fine.status, StatusCode::SEE_OTHER);

        let token = fine.cookie().split('=').nth(1).unwrap().to_owned();
        let ask = async || house.api(Method::GET, "/api/v1/me", &token, "", "").await;
        assert_eq!((ask().await.status, ask().await.status), (StatusCode::OK, StatusCode::OK));
        let slowed = ask().await;
        assert_eq!((slowed.status, slowed.wait), (StatusCode::TOO_MANY_REQUESTS, Some(30)));
        assert_eq!(slowed.json()["code"], "slow_down");
        // Where somebody signed in from stands with the session.
        assert!(house.get("/sessions", fine.cookie()).await.body.contains("203.0.113.7"));
    }

    async fn signing_out_ends_the_session_at_the_server(db: Db) {
        let house = house(db).await;
        house.wang().await;
        let cookie = house.signed_in("wang").await;
        let forged = house.form("/sign-out", &cookie, &[("csrf", "guessed")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
        let (csrf, _) = house.hidden("/posts", &cookie).await;
        let answer = house.form("/sign-out", &cookie, &[("csrf", &csrf)]).await;
        assert_eq!((answer.location.as_str(), answer.cookie()), ("/sign-in", "shanyu_session="));
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER);
        // Once more, as from a page that stood open: no error.
        assert_eq!(house.form("/sign-out", &cookie, &[("csrf", &csrf)]).await.location, "/sign-in");
        assert_eq!(house.audited("identity.sign_out").await, ["signed out"]);
    }
}
