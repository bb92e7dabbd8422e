//! Reminders of credentials: each once, at the days of the norm, on the desks of the institution and of its street or
//! district; the nearer one takes the place of the one before; what is renewed is closed. And gaps that are asked for.

use crate::city::*;
use crate::house::{House, house};
use axum::http::StatusCode;
use db::Db;
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Instant, Role};
use registry::codes::{CredentialKind, FacilityKind, State, Verified};
use registry::model::Credential;
use registry::reminder::daily;
use registry::{At, Change};

async fn unit(house: &House, id: &str, level: identity::Level, kind: &str, at: &str, facility: Option<&FacilityId>) {
    let mut tx = house.db.begin().await.unwrap();
    let unit = identity::Unit {
        id: UnitId::new(id),
        name_zh: id.into(),
        name_en: id.into(),
        level,
        place: place(at),
        kind: kind.into(),
        aliases: Vec::new(),
        is_group: false,
        facility: facility.cloned(),
        ended: None,
    };
    identity::create_unit(&mut tx, &unit, day(NOW)).await.unwrap();
    tx.commit().await.unwrap();
}

fn insurance(id: &str, from: &str, until: &str) -> Credential {
    Credential {
        home: String::new(),
        id: kernel::Id::new(id),
        holder_kind: String::new(),
        holder: String::new(),
        kind: CredentialKind::Insurance,
        number: id.into(),
        issuer: "保险公司".into(),
        from_day: day(from),
        until_day: day(until),
        recorded: Instant(0),
        scope: String::new(),
        places: None,
        verified: Verified::Verified,
        source: "test".into(),
    }
}

/// Unit, state and text of every entry of all desks.
async fn desks(house: &House) -> Vec<(String, String, String)> {
    let mut read = house.db.read().await.unwrap();
    read.all(db::q!("select unit, state, text_zh from desk_entry order by unit, text_zh, asked")).await.unwrap()
}

fn open<'d>(desks: &'d [(String, String, String)], unit: &str) -> Vec<&'d str> {
    desks.iter().filter(|d| d.0 == unit && d.1 == "open").map(|d| d.2.as_str()).collect()
}

db::both! {
    async fn each_end_is_told_once_at_each_of_its_days(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        let other = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "大满托育园", "310109001", "2020-01-01")).await;
        for (facility, id) in [(&own, "k1"), (&other, "k2")] {
            // Its last day is 2023-01-14: 61 days from 2022-11-15.
            let credential = insurance(id, "2022-01-15", "2023-01-15");
            registry::edit(&mut tx, &stamp(&house.ids), &At::any(facility), vec![Change::AddCredential { credential }]).await.unwrap();
        }
        tx.commit().await.unwrap();
        unit(&house, "office", identity::Level::Institution, "institution", "310109", Some(&own)).await;
        unit(&house, "bureau", identity::Level::Street, "sub_district", "310109001", None).await;
        let at = |text: &str| Instant::start_of(day(text)).plus_seconds(3600);
        let run = async |on: &str| {
            house.app.clock.set(at(on));
            let done = daily(house.app.clone(), day(on)).await.unwrap();
            (done.sent, done.closed)
        };
        assert_eq!(run("2022-11-15").await, (0, 0), "61 days: not yet");
        assert_eq!(run("2022-11-16").await, (2, 0), "60 days");
        assert_eq!(run("2022-11-16").await, (0, 0), "the same day again");
        assert_eq!(run("2022-11-20").await, (0, 0));
        let now = desks(&house).await;
        assert_eq!(open(&now, "office"), ["小满托育园：责任保险 k1 有效期到 2023-01-14，请及时续办。"]);
        assert_eq!(open(&now, "bureau"), ["有 2 份证照有效期到 2023-01-14，请督促续办。"]);
        assert_eq!(run("2022-12-16").await, (2, 0), "30 days");
        let now = desks(&house).await;
        assert_eq!((open(&now, "office").len(), open(&now, "bureau").len(), now.len()), (1, 1, 4), "{now:?}");
        // Renewed through the page: closed in the same transaction.
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let renewed = [("version", "2"), ("act", "add"), ("kind", "insurance"), ("number", "k1-2"), ("verified", "verified"), ("from", "2023-01-15"), ("until", "2024-01-14")];
        let answer = house.form(&format!("/facilities/{own}/edit/credential"), &token, &renewed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let now = desks(&house).await;
        assert!(open(&now, "office").is_empty(), "{now:?}");
        assert_eq!(open(&now, "bureau").len(), 1, "the other one still ends");
        // And through a sheet or another way: by the next run.
        let mut tx = house.db.begin().await.unwrap();
        let credential = insurance("k2-2", "2023-01-15", "2024-01-15");
        registry::edit(&mut tx, &stamp(&house.ids), &At::any(&other), vec![Change::AddCredential { credential }]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(run("2022-12-17").await, (0, 1));
        assert!(desks(&house).await.iter().all(|d| d.1 == "closed"));
    }

    async fn a_closed_file_is_reminded_of_nothing(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let mut files = Vec::new();
        for name in ["小满托育园", "大满托育园"] {
            let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, name, "310109001", "2020-01-01")).await;
            let credential = insurance(&format!("k-{name}"), "2022-01-15", "2022-12-15");
            registry::edit(&mut tx, &stamp(&house.ids), &At::any(&own), vec![Change::AddCredential { credential }]).await.unwrap();
            files.push(own);
        }
        tx.commit().await.unwrap();
        for (n, own) in files.iter().enumerate() {
            unit(&house, &format!("office{n}"), identity::Level::Institution, "institution", "310109", Some(own)).await;
        }
        unit(&house, "bureau", identity::Level::Street, "sub_district", "310109001", None).await;
        assert_eq!(daily(house.app.clone(), day(NOW)).await.unwrap().sent, 2);
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        // Closed on the page: at once. The street still has the other one to look after.
        let closed = [("version", "2"), ("state", "closed"), ("reason", "停办"), ("from", "2022-11-10")];
        let answer = house.form(&format!("/facilities/{}/edit/state", files[0]), &token, &closed).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        let now = desks(&house).await;
        assert!(open(&now, "office0").is_empty() && open(&now, "office1").len() == 1 && open(&now, "bureau").len() == 1, "{now:?}");
        // Closed by a sheet, from a day to come: on that day.
        let mut tx = house.db.begin().await.unwrap();
        let change = Change::SetState { span: since("2022-11-20"), state: State::Closed, reason: String::new() };
        registry::edit(&mut tx, &stamp(&house.ids), &At::any(&files[1]), vec![change]).await.unwrap();
        tx.commit().await.unwrap();
        let run = async |on: &str| {
            house.app.clock.set(Instant::start_of(day(on)).plus_seconds(3600));
            let done = daily(house.app.clone(), day(on)).await.unwrap();
            (done.sent, done.closed)
        };
        assert_eq!(run("2022-11-19").await, (0, 0));
        assert_eq!(run("2022-11-20").await, (0, 1));
        assert!(desks(&house).await.iter().all(|d| d.1 == "closed"));
    }

    async fn the_list_of_what_ends_leaves_out_what_was_renewed(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::Institution, "小满托育园", "310109001", "2020-01-01")).await;
        let changes = [("a", "2021-01-01", "2022-12-10"), ("b", "2022-12-10", "2023-12-10"), ("c", "2021-06-01", "2022-12-01")];
        let mut all: Vec<Change> = changes.iter().take(2).map(|(id, f, u)| Change::AddCredential { credential: insurance(id, f, u) }).collect();
        all.push(Change::AddCredential { credential: Credential { kind: CredentialKind::FoodLicence, ..insurance("c", "2021-06-01", "2022-12-01") } });
        registry::edit(&mut tx, &stamp(&house.ids), &At::any(&own), all).await.unwrap();
        tx.commit().await.unwrap();
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let page = house.get("/ledgers", &token).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("还剩 16 天") && page.body.contains("食品经营许可证"), "{}", page.body);
        assert!(!page.body.contains("责任保险 "), "{}", page.body);
        let near = house.get("/ledgers?within=7", &token).await.body;
        assert!(near.contains("没有到期的证照"));
        assert_eq!(house.get("/ledgers?within=9", &token).await.status, StatusCode::BAD_REQUEST);
        let past = house.get("/ledgers?within=ended&as_of=2022-11-15", &token).await.body;
        assert!(past.contains("没有到期的证照"));
        let csv = house.get("/ledgers/export.csv", &token).await.body;
        assert!(csv.contains("小满托育园,虹口区 · 虹口区第1街道,食品经营许可证,c,保险公司,2022-11-30"), "{csv}");
        let elsewhere = house.post_at(Role::GuidanceOfficer, "310106", None).await;
        assert!(!house.get("/ledgers", &elsewhere).await.body.contains("小满托育园"));
        let json = house.api(axum::http::Method::GET, "/api/v1/credentials/expiring", &token, "", "").await.json();
        assert_eq!((json["items"][0]["credential"].as_str(), json["items"][0]["last_day"].as_str()), (Some("c"), Some("2022-11-30")));
    }

    async fn the_owner_is_asked_once_and_it_is_done_when_nothing_is_missing(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let own = enter(&mut tx, &house.ids, new(FacilityKind::GuidanceStation, "第一指导站", "310109001", "2020-01-01")).await;
        let mut bare = profile("第一指导站");
        bare.phone.clear();
        let change = Change::SetProfile { span: since("2020-01-01"), profile: bare };
        registry::edit(&mut tx, &stamp(&house.ids), &At::any(&own), vec![change]).await.unwrap();
        tx.commit().await.unwrap();
        let token = house.clerk_at(Role::GuidanceOfficer, "310109").await;
        let path = format!("/facilities/{own}/ask");
        unit(&house, "street", identity::Level::Street, "sub_district", "310109001", None).await;
        let none = house.form(&path, &token, &[("words", "请尽快")]).await;
        assert!(none.status == StatusCode::UNPROCESSABLE_ENTITY && none.body.contains("请至少选一个部分") && none.body.contains(">请尽快</textarea>"));
        let page = house.get(&path, &token).await.body;
        assert!(page.contains("street") && page.contains("基本情况：电话"), "{page}");
        for _ in 0..2 {
            let asked = house.form(&path, &token, &[("part", "base"), ("words", "请尽快"), ("due", "2022-12-01")]).await;
            assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.body);
        }
        assert_eq!(open(&desks(&house).await, "street"), ["请补充《第一指导站》档案。基本情况：电话"]);
        assert!(house.get(&format!("/facilities/{own}"), &token).await.body.contains("已请补充 1 次"));
        let fields = [("version", "2"), ("name", "第一指导站"), ("ownership", "public"), ("legal_form", "department"), ("operator", "街道"), ("phone", "021-2"), ("from", "2020-01-01")];
        let saved = house.form(&format!("/facilities/{own}/edit/profile"), &token, &fields).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
        assert!(open(&desks(&house).await, "street").is_empty());
        let head = house.post_at(Role::InstitutionHead, "310109001", Some(own.as_str())).await;
        assert_eq!(house.get(&path, &head).await.status, StatusCode::FORBIDDEN);
    }
}
