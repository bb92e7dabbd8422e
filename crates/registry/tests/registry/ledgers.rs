//! Ledgers: sums that agree with their rows, filters, pages, exports, the past, and what a post may see.

use crate::city::*;
use crate::house::{House, house};
use axum::http::{Method, StatusCode};
use db::Db;
use kernel::kinds::FacilityId;
use kernel::{Fen, Id, Instant, Role};
use registry::Change;
use registry::codes::*;
use registry::extra::{Agreement, Chain, Extra, Premises, Release, Service, Support, Welfare};
use registry::model::{Capacity, Fee};

fn support(id: &str, from: &str, until: &str, kind: SupportKind, yuan: i64) -> Change {
    let support = Support {
        home: String::new(),
        id: Id::new(id),
        facility: Id::new("new"),
        from_day: day(from),
        until_day: day(until),
        recorded: Instant(0),
        kind,
        source: "虹口区教育局".into(),
        fen: Some(Fen(yuan * 100)),
        document: String::new(),
        note: String::new(),
    };
    Change::AddSupport { support }
}

fn service(id: &str, name: &str, style: Style, months: (i64, i64)) -> Change {
    let service = Service {
        home: String::new(),
        id: Id::new(id),
        facility: Id::new("new"),
        from_day: day("2021-01-01"),
        until_day: kernel::Day::OPEN,
        recorded: Instant(0),
        style,
        name: name.into(),
        month_from: months.0,
        month_until: months.1,
        mode: Mode::HalfDay,
        fen: Some(Fen(12_000)),
        per: Some(Per::Day),
        note: String::new(),
    };
    Change::AddService { service }
}

fn chain(brand: &str) -> Change {
    Change::SetExtra {
        span: since("2020-01-01"),
        extra: Extra::Chain(Chain { brand: brand.into(), bond: Bond::Direct }),
    }
}

fn fee(yuan: i64) -> Change {
    let fee = Fee { mode: Mode::FullDay, fen: Fen(yuan * 100), per: Per::Month };
    Change::SetFee { span: since("2021-01-01"), fee }
}

fn places(from: &str, places: i64) -> Change {
    let capacity = Capacity { measure: Measure::Approved, mode: Mode::FullDay, band: Band::Toddler, places };
    Change::SetCapacity { span: since(from), capacity }
}

async fn fill(house: &House) -> Vec<FacilityId> {
    let mut tx = house.db.begin().await.unwrap();
    let mut out = Vec::new();
    let mut put = async |kind, name: &str, street: &str, changes: Vec<Change>| {
        let mut file = new(kind, name, street, "2020-01-01");
        file.changes.extend(changes);
        out.push(enter(&mut tx, &house.ids, file).await);
    };
    use FacilityKind::*;
    put(
        Institution,
        "小满托育园（甲店）",
        "310109001",
        vec![
            support("s1", "2021-01-01", "2022-01-01", SupportKind::Subsidy, 50_000),
            support("s2", "2022-01-01", "2023-01-01", SupportKind::Subsidy, 60_000),
            support("s3", "2022-03-01", "2023-01-01", SupportKind::Rent, 10_000),
            service("m1", "周末半日托", Style::Menu, (24, 36)),
            chain("小满"),
            fee(3000),
        ],
    )
    .await;
    put(
        Institution,
        "小满托育园（乙店）",
        "310109002",
        vec![
            support("s4", "2022-01-01", "2023-01-01", SupportKind::Subsidy, 40_000),
            service("m2", "分龄适应班", Style::Graded, (12, 24)),
            chain("小满"),
            fee(5000),
        ],
    )
    .await;
    put(
        Institution,
        "小满托育园（静安店）",
        "310106001",
        vec![chain("小满"), support("s5", "2022-01-01", "2023-01-01", SupportKind::Subsidy, 7)],
    )
    .await;
    let class = |id: &str, from: &str, gained| Change::OpenClass {
        class: Id::new(id),
        name: id.to_owned(),
        kind: Band::Toddler,
        gained,
        span: since(from),
        mode: Mode::FullDay,
    };
    let release = Release { year: 2022, way: Way::Freed, places: 20, met: true, note: String::new() };
    put(
        Kindergarten,
        "曲阳幼儿园",
        "310109001",
        vec![
            class("c1", "2021-09-01", Gained::New),
            class("c2", "2022-09-01", Gained::Expansion),
            places("2021-09-01", 20),
            places("2022-09-01", 40),
            Change::SetExtra { span: since("2022-03-01"), extra: Extra::Release(release) },
        ],
    )
    .await;
    tx.commit().await.unwrap();
    out
}

db::both! {
    async fn agreements_rooms_and_benefits_are_told_with_their_files(db: Db) {
        let house = house(db, 2).await;
        let mut tx = house.db.begin().await.unwrap();
        let mut put = async |kind, name: &str, extra: Extra| {
            let mut file = new(kind, name, "310109001", "2020-01-01");
            file.changes.push(Change::SetExtra { span: span("2021-01-01", "2022-07-01"), extra });
            enter(&mut tx, &house.ids, file).await;
        };
        let note = String::new;
        let agreement = Agreement { partner: "虹口区教育局".into(), places: 25, note: note() };
        put(FacilityKind::Kindergarten, "曲阳民办幼儿园", Extra::Agreement(agreement)).await;
        let rooms = Premises {
            tenure: Tenure::Rented, supplier: "样例物业".into(), area: Some(620), outdoor: None, floors: "1-2层".into(),
            independent: false, note: note(),
        };
        put(FacilityKind::Institution, "小满托育园", Extra::Premises(rooms)).await;
        let welfare =
            Welfare { host: "样例医院".into(), beneficiary: Beneficiary::ALL[0], children: 18, note: note() };
        put(FacilityKind::EmployerPoint, "医院托育点", Extra::Welfare(welfare)).await;
        tx.commit().await.unwrap();
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let elsewhere = house.post_at(Role::GuidanceOfficer, "310106", None).await;
        for (ledger, name, what) in [
            ("agreements", "曲阳民办幼儿园", "虹口区教育局,25,"),
            ("premises", "小满托育园", "样例物业,620,"),
            ("welfare", "医院托育点", "样例医院,"),
        ] {
            let at = format!("/ledgers/{ledger}");
            let page = house.get(&format!("{at}?as_of=2022-06-30"), &token).await.body;
            assert!(page.contains(name) && !page.contains("[registry"), "{ledger}: {page}");
            let sheet = house.get(&format!("{at}.csv?as_of=2022-06-30"), &token).await.body;
            assert!(sheet.contains(name) && sheet.contains(what) && sheet.contains("2022-06-30"), "{sheet}");
            let workbook = house.get(&format!("{at}.xlsx?as_of=2022-06-30"), &token).await;
            assert!(workbook.bytes.starts_with(b"PK"), "{ledger}");
            for later in ["2022-07-01", "2020-12-31"] {
                let page = house.get(&format!("{at}?as_of={later}"), &token).await.body;
                assert!(!page.contains(name), "{ledger} {later}");
            }
            assert!(!house.get(&format!("{at}.csv?as_of=2022-06-30"), &elsewhere).await.body.contains(name));
        }
    }

    async fn sums_agree_with_their_rows(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let page = house.get("/ledgers/support", &token).await;
        assert_eq!(page.status, StatusCode::OK);
        // 60,000 + 10,000 in the first street, 40,000 in the second; 2021 and Jing'an are not among them.
        for part in ["70,000.00", "40,000.00", "110,000.00"] {
            assert!(page.body.contains(part), "{part} in {}", page.body);
        }
        assert!(!page.body.contains("50,000.00") && !page.body.contains("静安店"));
        let json = house.api(Method::GET, "/api/v1/support?year=2022", &token, "", "").await.json();
        let sum: i64 = json["items"].as_array().unwrap().iter().map(|i| i["fen"].as_i64().unwrap()).sum();
        assert_eq!(sum, 11_000_000);
        let rent = house.api(Method::GET, "/api/v1/support?kind=rent", &token, "", "").await.json();
        assert_eq!(rent["items"].as_array().unwrap().len(), 1);
        // As of a day before the rent was reduced it was not known.
        let past = house.get("/ledgers/support?as_of=2022-02-01", &token).await.body;
        assert!(past.contains("100,000.00") && !past.contains("110,000.00"), "{past}");
        let csv = house.get("/ledgers/support.csv?year=2022", &token).await.body;
        assert_eq!(csv.lines().count(), 4, "{csv}");
        assert_eq!(house.get("/ledgers/support?year=x", &token).await.status, StatusCode::BAD_REQUEST);
        // Page by page, each once.
        let first = house.api(Method::GET, "/api/v1/support?year=2022&limit=2", &token, "", "").await.json();
        let next = format!("/api/v1/support?year=2022&limit=2&after={}", first["next"].as_str().unwrap());
        let second = house.api(Method::GET, &next, &token, "", "").await.json();
        assert_eq!((second["items"].as_array().unwrap().len(), second["next"].is_null()), (1, true));
    }

    async fn services_are_found_by_style_and_age(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let token = house.post_at(Role::StreetOfficer, "310109001", None).await;
        let own = house.get("/ledgers/services", &token).await.body;
        assert!(own.contains("周末半日托") && !own.contains("分龄适应班"), "{own}");
        let city = house.post_at(Role::EducationOfficer, "310000", None).await;
        let names = async |query: &str| -> Vec<String> {
            let json = house.api(Method::GET, &format!("/api/v1/services?{query}"), &city, "", "").await.json();
            json["items"].as_array().unwrap().iter().map(|i| i["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(names("").await.len(), 2);
        assert_eq!(names("style=graded").await, ["分龄适应班"]);
        assert_eq!(names("months=24").await, ["周末半日托"]);
        assert_eq!(names("months=36").await, [""; 0]);
        assert_eq!(names("find=%E5%91%A8%E6%9C%AB").await, ["周末半日托"]);
        assert_eq!(names("as_of=2020-12-31").await, [""; 0]);
        assert!(house.get("/ledgers/services.csv", &city).await.body.contains("分龄适应班,小满托育园（乙店）"));
    }

    async fn a_brand_is_one_page_and_says_what_lies_elsewhere(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let list = house.get("/ledgers/chains", &token).await.body;
        assert!(list.contains("/ledgers/chains/%E5%B0%8F%E6%BB%A1"), "{list}");
        let brand = house.get("/ledgers/chains/%E5%B0%8F%E6%BB%A1", &token).await;
        assert_eq!(brand.status, StatusCode::OK);
        for part in ["开办中的 2 家机构", "甲店", "乙店", "另有 1 家不在您岗位的范围内", "减免租金"] {
            assert!(brand.body.contains(part), "{part} in {}", brand.body);
        }
        assert!(!brand.body.contains("静安店"));
        assert_eq!(house.get("/ledgers/chains/nobody", &token).await.status, StatusCode::NOT_FOUND);
        let city = house.post_at(Role::EducationOfficer, "310000", None).await;
        let json = house.api(Method::GET, "/api/v1/chains", &city, "", "").await.json();
        assert_eq!(json["items"][0]["branches"], 3);
        assert_eq!(house.get("/ledgers/chains.csv", &city).await.body.lines().count(), 4);
    }

    async fn growth_and_fees_by_place(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        let growth = house.get("/ledgers/growth?region=310109", &token).await.body;
        for part in ["挖潜扩班", "腾出学位", "曲阳幼儿园", "data-label=\"年初托位\">20<", "data-label=\"现在托位\">40<"] {
            assert!(growth.contains(part), "{part} in {growth}");
        }
        // The class of 2021 was gained in another way; nothing was meant then.
        let before = house.get("/ledgers/growth?region=310109&year=2021", &token).await.body;
        assert!(before.contains("新建") && !before.contains("曲阳幼儿园</a>"), "{before}");
        let fees = house.get("/ledgers/fees?region=310109", &token).await.body;
        assert!(fees.contains("3,000–3,000，1 家") && fees.contains("5,000–5,000，1 家"), "{fees}");
        let city = house.get("/ledgers/fees", &token).await.body;
        assert!(city.contains("3,000–5,000，2 家"), "{city}");
        // Of one kind, places and support are those of that kind too.
        let of = async |kind: &str| {
            house.get(&format!("/ledgers/fees.csv?region=310109&kind={kind}"), &token).await.body
        };
        let (institutions, kindergartens) = (of("institution").await, of("kindergarten").await);
        let ends = |sheet: &str, with: &str| sheet.lines().any(|line| line.trim_end().ends_with(with));
        assert!(ends(&institutions, ",0,70000") && !institutions.contains(",40,"), "{institutions}");
        assert!(ends(&kindergartens, ",40,0") && !kindergartens.contains("70000"), "{kindergartens}");
        for csv in ["growth", "fees"] {
            let sheet = house.get(&format!("/ledgers/{csv}.csv?region=310109"), &token).await;
            assert_eq!(sheet.status, StatusCode::OK);
            assert!(sheet.body.lines().count() > 1, "{}", sheet.body);
        }
        let head = house.post_at(Role::InstitutionHead, "310109001", Some("nobody")).await;
        for path in ["", "/support", "/services", "/chains", "/growth", "/fees", "/fees?mode=hourly", "/agreements", "/premises", "/welfare"] {
            for lang in ["zh", "en"] {
                let page = house.get(&format!("/ledgers{path}{}lang={lang}", if path.contains('?') { '&' } else { '?' }), &token).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                assert!(!page.body.contains("[registry"), "{path} {lang}");
            }
            let own = house.get(&format!("/ledgers{path}"), &head).await;
            assert_eq!(own.status, StatusCode::OK, "{path}: {}", own.body);
        }
    }
}
