//! A hundred notices in one document, printed beside the requests.

use crate::house::{Answer, House, SITE, day, house};
use crate::opening::codes;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use db::Db;
use kernel::Span;
use registry::codes::{CredentialKind, FacilityKind, LegalForm, Ownership, State, Verified};
use registry::model::{Credential, Profile, Site};
use registry::{Change, New, Stamp};

fn known(n: usize, place: &kernel::kinds::PlaceId, ids: &kernel::Ids, now: kernel::Instant) -> New {
    let span = Span::since(day("2021-09-01"));
    let profile = Profile {
        name: format!("样例托育园{n}"),
        name_key: String::new(),
        ownership: Ownership::Private,
        legal_form: LegalForm::ForProfit,
        operator: format!("样例公司{n}"),
        credit_code: None,
        phone: String::new(),
    };
    let credential = Credential {
        home: String::new(),
        id: ids.new_id(now),
        holder_kind: String::new(),
        holder: String::new(),
        kind: CredentialKind::OperationNotice,
        number: format!("虹托告字〔2021〕{n:03}号"),
        issuer: "虹口区教育局".into(),
        from_day: day("2021-09-01"),
        until_day: day("2024-09-01"),
        recorded: now,
        scope: "3岁以下幼儿托育服务".into(),
        places: None,
        verified: Verified::Verified,
        source: "test".into(),
    };
    let site = Site { place: place.clone(), address: format!("曲阳路{n}号"), lon: None, lat: None };
    let changes = vec![
        Change::SetProfile { span, profile },
        Change::SetSite { span, site },
        Change::SetState { span, state: State::Operating, reason: String::new() },
        Change::AddCredential { credential },
    ];
    New { kind: FacilityKind::Institution, changes }
}

/// Files with a notice that was never printed here.
async fn enter(house: &House, many: usize) {
    let mut tx = house.db.begin().await.unwrap();
    let street = places::by_code(&mut tx, "310109010", day("2022-03-01")).await.unwrap().unwrap().id;
    let now = house.clock.now();
    let stamp = Stamp { now, ids: &house.ids, by: "test" };
    for n in 1..=many {
        registry::enter(&mut tx, &stamp, known(n, &street, &house.ids, now)).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn print(house: &House, token: &str) -> Answer {
    let page = house.get(token, "/notices").await.body;
    let secret = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let request = Request::post("/notices/print")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("csrf={secret}&idempotency_key=print-0001")))
        .unwrap();
    house.send(request).await
}

db::both! {
    async fn a_hundred_notices_are_one_document_with_a_code_on_each_page(db: Db) {
        let house = house(db).await;
        enter(&house, 100).await;
        let token = house.token("centre").await;
        let sent = print(&house, &token).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.body);
        let page = sent.headers[header::LOCATION].to_str().unwrap().to_owned();
        let began = std::time::Instant::now();
        let ran = licence::jobs().merge(errand::jobs()).run_due(&house.app).await.unwrap();
        assert_eq!((ran.failed, ran.given_up), (0, 0));
        println!("a hundred notices: {} ms", began.elapsed().as_millis());
        let told = house.get(&token, &format!("/api/v1{page}")).await.body;
        assert!(told.contains("\"done\""), "{told}");
        let pdf = house.get(&token, &format!("{page}/file/result")).await;
        assert!(pdf.bytes.starts_with(b"%PDF"), "{}", pdf.body);
        // A page each: the hundredth is the last one.
        let read = codes(&pdf.bytes, 99, 105);
        assert_eq!(read.len(), 2, "{read:?}");
        assert!(read.iter().all(|code| code.starts_with(&format!("{SITE}/notices/"))), "{read:?}");
        let asked = house.ask(read[1].strip_prefix(SITE).unwrap()).await.body;
        assert!(asked.contains("这份告知书有效") && asked.contains("虹托告字〔2021〕100号"), "{asked}");
        // What is printed once keeps its code.
        let stamp = Stamp { now: house.clock.now(), ids: &house.ids, by: "test" };
        let mut tx = house.db.begin().await.unwrap();
        let hongkou = places::by_code(&mut tx, "310109", day("2022-03-01")).await.unwrap().unwrap().id;
        assert_eq!(licence::adopt_notices(&mut tx, &stamp, &hongkou, 200).await.unwrap(), 0);
    }

    async fn what_does_not_fit_into_one_document_is_printed_into_the_next(db: Db) {
        let house = house(db).await;
        enter(&house, 7).await;
        let mut tx = house.db.begin().await.unwrap();
        tx.exec(db::q!("update norm set value = '3' where key = 'licence.print_pages'")).await.unwrap();
        tx.commit().await.unwrap();
        let token = house.token("centre").await;
        assert_eq!(print(&house, &token).await.status, StatusCode::SEE_OTHER);
        let jobs = licence::jobs().merge(errand::jobs());
        for _ in 0..4 {
            let ran = jobs.run_due(&house.app).await.unwrap();
            assert_eq!((ran.failed, ran.given_up), (0, 0));
        }
        let told = house.get(&token, "/api/v1/errands").await.body;
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let mut errands: Vec<_> = told["items"].as_array().unwrap().iter().collect();
        errands.sort_by_key(|errand| errand["title"].as_str().unwrap().to_owned());
        let titles: Vec<_> = errands.iter().map(|errand| errand["title"].as_str().unwrap()).collect();
        assert_eq!(titles.len(), 3, "{told}");
        assert!(titles[1].contains("第 2 份，编号 虹托告字〔2021〕003号 之后"), "{titles:?}");
        let mut printed = Vec::new();
        for errand in errands {
            assert_eq!(errand["state"], "done", "{errand}");
            let pdf = house.get(&token, &format!("/errands/{}/file/result", errand["id"].as_str().unwrap())).await;
            printed.push(codes(&pdf.bytes, 1, 9).len());
        }
        assert_eq!(printed, [3, 3, 1]);
    }
}
