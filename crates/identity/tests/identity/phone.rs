//! Signing in with a number and a code: what comes out of each code that could be typed, how often one may ask, what is
//! kept of a number, and how an applicant becomes an institution.

use crate::house::{Answer, House, build, day, house};
use axum::http::StatusCode;
use db::{Db, Value, q};
use identity::phone::{number, sms::Sender};
use kernel::kinds::{AccountId, FacilityId, UnitId};
use kernel::{Day, Mobile, Role};

const NUMBER: &str = "13800131234";

/// Asks for a code; the answer leads to the page where it is typed.
async fn ask(house: &House, number: &str) -> Answer {
    house.form("/apply/sign-in", "", &[("phone", number)]).await
}

/// The code of a ticket, as the demonstration shows it.
async fn code(house: &House, ticket: &str) -> String {
    let page = house.get("/apply/code", ticket).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let after = page.body.split("】验证码 ").nth(1).expect("the message is shown");
    after[..6].to_owned()
}

async fn type_code(house: &House, ticket: &str, code: &str) -> Answer {
    house.form("/apply/code", ticket, &[("code", code)]).await
}

const FIRST: [(&str, &str); 3] = [("name", "张三"), ("district", "310109"), ("agree", "yes")];

/// A new person comes in; the cookie of the session.
async fn come(house: &House, number: &str) -> String {
    let ticket = ask(house, number).await.ticket().to_owned();
    let code = code(house, &ticket).await;
    assert_eq!(type_code(house, &ticket, &code).await.location, "/apply/first");
    let answer = house.form("/apply/first", &ticket, &FIRST).await;
    assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/apply"), "{}", answer.body);
    answer.cookie().to_owned()
}

async fn account(house: &House, text: &str) -> AccountId {
    let mut read = house.db.read().await.unwrap();
    number::account_of(&house.app, &mut read, &Mobile::parse(text).unwrap()).await.unwrap().expect("an account")
}

async fn count(house: &House, sql: &'static str) -> i64 {
    house.db.read().await.unwrap().one(q!(sql)).await.unwrap()
}

/// Every text that stands anywhere in the database.
async fn everything(house: &House) -> String {
    let mut read = house.db.read().await.unwrap();
    let mut out = String::new();
    for sql in [
        "select login || ' ' || name from account",
        "select lookup || ' ' || account from account_phone",
        "select account || ' ' || text || ' ' || digest from consent",
        "select ticket || ' ' || lookup || ' ' || code || ' ' || address || ' ' || sealed_by from phone_code",
        "select id || ' ' || lookup || ' ' || kind || ' ' || sealed_by from sms",
        "select lookup from phone_last",
        "select kind || ' ' || payload || ' ' || coalesce(last_error, '') from job",
        "select action || ' ' || object_kind || ' ' || object || ' ' || purpose from audit",
        "select name_zh || ' ' || name_en || ' ' || aliases from unit",
        "select name || ' ' || unit_name || ' ' || address from session",
        "select person from person_key",
    ] {
        let rows: Vec<String> = read.all(db::Query::raw(sql, Vec::<Value>::new())).await.unwrap();
        out.extend(rows.into_iter().map(|row| row + "\n"));
    }
    let sealed: Vec<Vec<u8>> = read.all(q!("select sealed from sms where sealed is not null")).await.unwrap();
    let more: Vec<Vec<u8>> =
        read.all(q!("select sealed from account_phone union select sealed from phone_code")).await.unwrap();
    for bytes in sealed.into_iter().chain(more) {
        out.push_str(&String::from_utf8_lossy(&bytes));
    }
    out
}

db::both! {
    async fn a_number_and_a_code_make_an_account_once(db: Db) {
        let house = house(db).await;
        let page = house.get("/apply/sign-in?back=%2Fapply%2Fagents", "").await;
        assert!(page.body.contains("name=\"back\" value=\"/apply/agents\"") && page.body.contains("inputmode=\"tel\""));
        let cookie = come(&house, NUMBER).await;
        let posts = house.get("/posts", &cookie).await;
        assert!(posts.status == StatusCode::OK && posts.body.contains("张三") && posts.body.contains("虹口区"), "{}", posts.body);
        let mut deeds = house.audited("identity.phone").await;
        deeds.sort();
        assert_eq!(deeds, ["account opened by number", "code sent", "signed in"]);
        let account = account(&house, NUMBER).await;
        let mut read = house.db.read().await.unwrap();
        let held = identity::posts(&mut read, &account, house.clock.today()).await.unwrap();
        assert_eq!((held.len(), held[0].role, &held[0].place), (1, Role::Applicant, &house.place("310109").await));
        assert_eq!(number::of_account(&house.app, &mut read, &account).await.unwrap().unwrap().as_str(), NUMBER);
        drop(read);
        assert_eq!(count(&house, "select count(*) from consent").await, 1);
        // The next time the same number comes straight in.
        house.wait(3600);
        let ticket = ask(&house, "+86 138 0013 1234").await.ticket().to_owned();
        let code = code(&house, &ticket).await;
        let answer = type_code(&house, &ticket, &code).await;
        assert_eq!(answer.location, "/apply");
        assert!(house.get("/posts", answer.cookie()).await.status == StatusCode::OK);
        assert_eq!(count(&house, "select count(*) from account_phone").await, 1);
    }

    async fn nobody_learns_whether_a_number_is_known(db: Db) {
        let house = house(db).await;
        come(&house, NUMBER).await;
        house.wait(61);
        let mut answers = Vec::new();
        for number in [NUMBER, "13900139000"] {
            let sent = ask(&house, number).await;
            let page = house.get("/apply/code", sent.ticket()).await.body;
            let wrong = type_code(&house, sent.ticket(), "abcdef").await.body;
            let masked = Mobile::parse(number).unwrap().masked();
            let code = code(&house, sent.ticket()).await;
            let alike = |text: &str| {
                let text = text.replace(&masked, "·").replace(&code, "·");
                let mut parts = text.split("name=\"idempotency_key\" value=\"");
                let head = parts.next().unwrap().to_owned();
                parts.fold(head, |all, part| all + &part[32..])
            };
            answers.push((sent.status, sent.location.clone(), alike(&page), alike(&wrong)));
        }
        assert_eq!(answers[0], answers[1]);
        let bad = ask(&house, "12345").await;
        assert!(bad.status == StatusCode::UNPROCESSABLE_ENTITY && bad.body.contains("id=\"e-phone\"") && bad.body.contains("value=\"12345\""));
    }

    async fn a_code_is_guessed_a_few_times_only(db: Db) {
        let house = house(db).await;
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let right = code(&house, &ticket).await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for left in [4, 3, 2, 1] {
            let answer = type_code(&house, &ticket, wrong).await;
            assert!(answer.body.contains(&format!("还可以试 {left} 次")), "{}", answer.body);
        }
        // What cannot be a code costs no try.
        assert!(type_code(&house, &ticket, "12").await.body.contains("6 位数字"));
        assert!(type_code(&house, &ticket, wrong).await.body.contains("已作废"));
        let answer = type_code(&house, &ticket, &right).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains("已作废"));
        assert_eq!(house.audited("identity.phone").await.iter().filter(|w| *w == "wrong code").count(), 6);
    }

    async fn many_guesses_at_once_count_one_by_one(db: Db) {
        let house = house(db).await;
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let right = code(&house, &ticket).await;
        let guesses = (0..12).filter(|n| format!("{n:06}") != right).map(|n| {
            let (house, ticket) = (&house, &ticket);
            async move { type_code(house, ticket, &format!("{n:06}")).await }
        });
        let answers = futures_util::future::join_all(guesses).await;
        assert_eq!(answers.iter().filter(|a| a.body.contains("还可以试")).count(), 4);
        assert!(type_code(&house, &ticket, &right).await.body.contains("已作废"));
    }

    async fn a_code_is_of_use_for_minutes_once_and_where_it_was_asked_for(db: Db) {
        let house = house(db).await;
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let first = code(&house, &ticket).await;
        // In another browser, which asked for another number.
        let other = ask(&house, "13900139000").await.ticket().to_owned();
        assert!(type_code(&house, &other, &first).await.body.contains("验证码不对"));
        assert_eq!(type_code(&house, "", &first).await.location, "/apply/sign-in");
        assert_eq!(type_code(&house, &format!("{}={}", identity::phone::COOKIE, "0".repeat(64)), &first).await.location, "/apply/sign-in");
        house.wait(5 * 60);
        assert!(type_code(&house, &ticket, &first).await.body.contains("已过期"));
        // Another one to the same number, used once.
        let again = house.form("/apply/code/again", &ticket, &[]).await;
        let ticket = again.ticket().to_owned();
        let second = code(&house, &ticket).await;
        house.wait(5 * 60 - 1);
        assert_eq!(type_code(&house, &ticket, &second).await.location, "/apply/first");
        assert!(type_code(&house, &ticket, &second).await.body.contains("已经用过"));
        let cookie = house.form("/apply/first", &ticket, &FIRST).await.cookie().to_owned();
        assert!(type_code(&house, &ticket, &second).await.body.contains("已经用过"));
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::OK);
        // The first page waits half an hour, not longer.
        house.wait(3600);
        let ticket = ask(&house, "13700137000").await.ticket().to_owned();
        let third = code(&house, &ticket).await;
        assert_eq!(type_code(&house, &ticket, &third).await.location, "/apply/first");
        house.wait(30 * 60);
        assert_eq!(house.form("/apply/first", &ticket, &FIRST).await.location, "/apply/sign-in");
    }

    async fn one_a_minute_and_ten_a_day(db: Db) {
        let house = house(db).await;
        for n in 0..10 {
            assert_eq!(ask(&house, NUMBER).await.status, StatusCode::SEE_OTHER, "{n}");
            let soon = ask(&house, NUMBER).await;
            assert!(soon.status == StatusCode::UNPROCESSABLE_ENTITY && soon.body.contains("60 秒后再试"), "{}", soon.body);
            house.wait(60);
        }
        assert!(ask(&house, NUMBER).await.body.contains("今天的验证码次数已用完"));
        assert_eq!(ask(&house, "13900139000").await.status, StatusCode::SEE_OTHER);
        house.wait(24 * 3600);
        assert_eq!(ask(&house, NUMBER).await.status, StatusCode::SEE_OTHER);
    }

    async fn codes_asked_for_at_once_are_one(db: Db) {
        let house = house(db).await;
        let asked = futures_util::future::join_all((0..8).map(|_| ask(&house, NUMBER))).await;
        assert_eq!(asked.iter().filter(|a| a.status == StatusCode::SEE_OTHER).count(), 1);
        assert_eq!(count(&house, "select count(*) from sms").await, 1);
        // The same form sent twice is one code, and both answers lead on.
        let fields = [("phone", "13900139000"), ("idempotency_key", "a-form-key-1")];
        let [one, two] = [house.form("/apply/sign-in", "", &fields).await, house.form("/apply/sign-in", "", &fields).await];
        assert_eq!((one.ticket(), count(&house, "select count(*) from sms").await), (two.ticket(), 2));
    }

    async fn the_same_first_page_sent_twice_makes_one_account(db: Db) {
        let house = house(db).await;
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let code = code(&house, &ticket).await;
        type_code(&house, &ticket, &code).await;
        let unsaid = house.form("/apply/first", &ticket, &[("name", "张三"), ("district", "310109")]).await;
        assert!(unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.body.contains("id=\"e-agree\"") && unsaid.body.contains("value=\"张三\""));
        assert_eq!(count(&house, "select count(*) from account_phone").await, 0);
        let both = futures_util::future::join_all((0..2).map(|_| house.form("/apply/first", &ticket, &FIRST))).await;
        assert!(both.iter().all(|a| a.status == StatusCode::SEE_OTHER), "{}", both[1].body);
        for sql in ["select count(*) from account_phone", "select count(*) from consent", "select count(*) from unit where level = 'applicant'"] {
            assert_eq!(count(&house, sql).await, 1, "{sql}");
        }
    }

    async fn a_closed_account_is_not_let_in(db: Db) {
        let house = house(db).await;
        let cookie = come(&house, NUMBER).await;
        let account = account(&house, NUMBER).await;
        let mut tx = house.db.begin().await.unwrap();
        identity::close_account(&mut tx, &account, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER);
        house.wait(60);
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let code = code(&house, &ticket).await;
        let answer = type_code(&house, &ticket, &code).await;
        assert!(answer.status == StatusCode::UNPROCESSABLE_ENTITY && answer.body.contains("已停用或关闭"), "{}", answer.body);
        assert_eq!(house.audited("identity.phone").await.last().unwrap(), "not let in by number");
    }

    async fn a_number_stands_nowhere_in_the_clear(db: Db) {
        let house = house(db).await;
        let cookie = come(&house, NUMBER).await;
        house.get("/posts", &cookie).await;
        web::flush_seen(&house.app).await.unwrap();
        let all = everything(&house).await;
        assert!(all.contains("code sent") && all.contains("张三"), "the search finds what is there");
        assert!(!all.contains(NUMBER), "{all}");
        // The administrator sees the message of the simulator, its number masked.
        let admin = house.account("admin", false).await;
        house.post_at(&admin, "sh_education", Role::SystemAdmin, "310000").await;
        let admin = house.signed_in("admin").await;
        identity::jobs().run_due(&house.app).await.unwrap();
        let page = house.get("/sms", &admin).await.body;
        assert!(page.contains("138****1234") && page.contains("已发出") && page.contains("】验证码 ") && !page.contains(NUMBER), "{page}");
        // Days later messages and codes are gone, with the key that sealed them.
        house.wait(9 * 24 * 3600);
        identity::jobs().enqueue_day(&house.app, house.clock.today()).await.unwrap();
        identity::jobs().run_due(&house.app).await.unwrap();
        for sql in ["select count(*) from sms", "select count(*) from phone_code", "select count(*) from phone_last",
            "select count(*) from person_key where person like 'phone-codes-%' and wrapped is not null"] {
            assert_eq!(count(&house, sql).await, 0, "{sql}");
        }
        assert_eq!(count(&house, "select count(*) from account_phone").await, 1);
    }

    async fn only_a_demonstration_shows_a_code_and_without_a_sender_there_is_none(db: Db) {
        let house = build(db, false).await;
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let page = house.get("/apply/code", &ticket).await.body;
        assert!(page.contains("138****1234") && !page.contains("演示短信") && !page.contains("】验证码"), "{page}");
        // No browser of somebody else sees it either.
        assert_eq!(house.get("/apply/code", "").await.location, "/apply/sign-in");
        assert_eq!(Sender::default(), Sender::Nobody);
    }

    async fn an_officer_does_not_come_in_by_number(db: Db) {
        let house = house(db).await;
        come(&house, NUMBER).await;
        let account = account(&house, NUMBER).await;
        house.post_at(&account, "ja_education", Role::EducationOfficer, "310106").await;
        house.wait(60);
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let code = code(&house, &ticket).await;
        let answer = type_code(&house, &ticket, &code).await;
        // The longest held post is the officer's, but the number opens that of the applicant.
        let me = house.get("/posts", answer.cookie()).await.body;
        assert!(me.contains("申办经办人"), "{me}");
        let sql = "select role from session order by created desc limit 1";
        assert_eq!(house.db.read().await.unwrap().one::<String>(q!(sql)).await.unwrap(), "applicant");
    }

    async fn a_post_taken_away_on_its_first_day_is_gone_at_once(db: Db) {
        let house = house(db).await;
        let cookie = come(&house, NUMBER).await;
        let account = account(&house, NUMBER).await;
        let mut tx = house.db.begin().await.unwrap();
        let held = identity::posts(&mut tx, &account, house.clock.today()).await.unwrap();
        identity::take_post(&mut tx, &held[0].id, house.clock.today()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER);
        let mut read = house.db.read().await.unwrap();
        assert_eq!(identity::posts(&mut read, &account, house.clock.today()).await.unwrap(), []);
        drop(read);
        // Who has no post begins again, with a unit of their own.
        house.wait(60);
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let code = code(&house, &ticket).await;
        assert_eq!(type_code(&house, &ticket, &code).await.location, "/apply/first");
        assert!(house.get("/apply/first", &ticket).await.body.contains("value=\"张三\""));
        let answer = house.form("/apply/first", &ticket, &FIRST).await;
        assert_eq!(house.get("/posts", answer.cookie()).await.status, StatusCode::OK);
        assert_eq!(count(&house, "select count(*) from account_phone").await, 1);
    }

    async fn an_applicant_becomes_the_office_of_its_institution(db: Db) {
        let house = house(db).await;
        let cookie = come(&house, NUMBER).await;
        let (account, today) = (account(&house, NUMBER).await, house.clock.today());
        let mut tx = house.db.begin().await.unwrap();
        let unit: UnitId = identity::posts(&mut tx, &account, today).await.unwrap()[0].unit.clone();
        let facility = FacilityId::new("f-1");
        house.clock.set(kernel::Instant::start_of(today.plus(30)));
        let (now, day) = (house.clock.now(), house.clock.today());
        for _ in 0..2 {
            identity::settle_applicant(&mut tx, &house.ids, now, &unit, &facility, day).await.unwrap();
        }
        let other = identity::settle_applicant(&mut tx, &house.ids, now, &unit, &FacilityId::new("f-2"), day).await;
        assert!(format!("{other:?}").contains("unit.not_applicant"), "{other:?}");
        let office = identity::office_of(&mut tx, &facility).await.unwrap().unwrap();
        assert_eq!((&office.id, office.level), (&unit, identity::Level::Institution));
        let before = identity::posts(&mut tx, &account, day.plus(-1)).await.unwrap();
        let after = identity::posts(&mut tx, &account, day).await.unwrap();
        assert_eq!((before.len(), before[0].role, before[0].span.until), (1, Role::Applicant, day));
        assert_eq!((after.len(), after[0].role, after[0].facility.clone()), (1, Role::InstitutionHead, Some(facility)));
        assert_eq!((after[0].span.from, after[0].span.until), (day, Day::OPEN));
        tx.commit().await.unwrap();
        // Signed in again with the same number, the person is head of the institution.
        assert_eq!(house.get("/posts", &cookie).await.status, StatusCode::SEE_OTHER);
        let ticket = ask(&house, NUMBER).await.ticket().to_owned();
        let code = code(&house, &ticket).await;
        let answer = type_code(&house, &ticket, &code).await;
        assert!(house.get("/posts", answer.cookie()).await.body.contains("机构负责人"));
    }

    async fn applicants_are_no_offices(db: Db) {
        let house = house(db).await;
        come(&house, NUMBER).await;
        let officer = house.account("li.na", false).await;
        house.post_at(&officer, "hk_childcare_guidance_centre", Role::GuidanceOfficer, "310109").await;
        let officer = house.signed_in("li.na").await;
        assert!(!house.get("/units?q=%E5%BC%A0%E4%B8%89", &officer).await.body.contains("<a href=\"/units/0"));
        let mut read = house.db.read().await.unwrap();
        let unit: String = read.one(q!("select id from unit where level = 'applicant'")).await.unwrap();
        drop(read);
        assert_eq!(house.get(&format!("/units/{unit}"), &officer).await.status, StatusCode::NOT_FOUND);
        assert_eq!(day("2022-11-15"), house.clock.today());
    }
}
