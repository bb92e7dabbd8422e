//! Operating support: the figures of a street from files typed here by hand, what lacks, the lists behind the counts,
//! the sheets, and who sees what.

use crate::city::*;
use crate::house::{House, house};
use axum::http::{Method, StatusCode};
use db::Db;
use kernel::{Fen, Id, Instant, Role, Span};
use registry::codes::*;
use registry::extra::Support;
use registry::model::{Capacity, Fee, Inclusive};
use registry::{Change, New};

const PATH: &str = "/ledgers/operating-support";

/// An inclusive institution with 40 full-day places and 30 children, and what it charges a month.
fn inclusive(name: &str, street: &str, yuan: Option<i64>, given: Option<i64>) -> New {
    let mut file = new(FacilityKind::Institution, name, street, "2020-01-01");
    let status = Inclusive { confirmed_by: "区教育局".into(), reason: String::new() };
    file.changes.push(Change::SetInclusive { span: since("2020-01-01"), inclusive: status });
    for (measure, places) in [(Measure::Approved, 40), (Measure::Enrolled, 30)] {
        let capacity = Capacity { measure, mode: Mode::FullDay, band: Band::Senior, places };
        file.changes.push(Change::SetCapacity { span: since("2020-01-01"), capacity });
    }
    if let Some(yuan) = yuan {
        let fee = Fee { mode: Mode::FullDay, fen: Fen(yuan * 100), per: Per::Month };
        file.changes.push(Change::SetFee { span: since("2020-01-01"), fee });
    }
    if let Some(yuan) = given {
        let span = Span::new(day("2022-01-01"), day("2023-01-01")).unwrap();
        let support = Support {
            home: String::new(),
            id: Id::new(format!("s-{street}-{yuan}")),
            facility: Id::new("new"),
            from_day: span.from,
            until_day: span.until,
            recorded: Instant(0),
            kind: SupportKind::Subsidy,
            source: "区教育局".into(),
            fen: Some(Fen(yuan * 100)),
            document: String::new(),
            note: String::new(),
        };
        file.changes.push(Change::AddSupport { support });
    }
    file
}

async fn fill(house: &House) {
    let mut tx = house.db.begin().await.unwrap();
    enter(&mut tx, &house.ids, inclusive("甲托育园", "310109001", Some(2_000), Some(500_000))).await;
    enter(&mut tx, &house.ids, inclusive("乙托育园", "310109002", None, None)).await;
    let facts = "series,place,period_from,period_until,value,unit,source,mark\n\
                 population/under_3,310109001,2021-12-31,2022-01-01,300,person,test,K\n";
    let pack = places::load::Pack { file: "population.csv", text: facts };
    places::load::load_facts(&mut tx, &[pack]).await.unwrap();
    tx.commit().await.unwrap();
}

/// The line of a place or a file in the JSON twin.
async fn item(house: &House, token: &str, query: &str, name: &str) -> serde_json::Value {
    let json = house.api(Method::GET, &format!("/api/v1/operating-support{query}"), token, "", "").await.json();
    let items = json["items"].as_array().unwrap_or_else(|| panic!("{json}")).clone();
    items.into_iter().find(|i| i["name"] == name).unwrap_or_else(|| panic!("{name} is not among them"))
}

db::both! {
    async fn a_street_is_worked_out_and_says_what_it_lacks(db: Db) {
        let house = house(db, 3).await;
        fill(&house).await;
        let token = house.post_at(Role::FinanceOfficer, "310109", None).await;
        // 300 children, a third of whom want a place: 100, of which 40 are there. 40 × 32,000 − 30 × 2,000 × 11 yuan.
        let one = item(&house, &token, "", "虹口区第1街道").await;
        let figures = ["places", "children", "demand", "gap", "inclusive"].map(|k| one[k].as_i64());
        assert_eq!(figures, [40, 300, 100, 60, 1].map(Some));
        let money = ["cost", "income", "support", "given", "difference"].map(|k| one[k].as_i64().unwrap() / 100);
        assert_eq!(money, [1_280_000, 660_000, 620_000, 500_000, -120_000]);
        assert_eq!(one["missing"], serde_json::json!([]));
        // The second knows neither its children nor what is charged; nothing is taken as 0.
        let two = item(&house, &token, "", "虹口区第2街道").await;
        assert_eq!(two["missing"], serde_json::json!(["children", "fee"]));
        for key in ["children", "demand", "gap", "income", "support", "difference"] {
            assert!(two[key].is_null(), "{key}");
        }
        assert_eq!((two["places"].as_i64(), two["given"].as_i64()), (Some(40), Some(0)));
        let page = house.get(PATH, &token).await.body;
        for part in ["缺：3岁以下儿童数", "缺：收费标准（1\u{a0}家）", "128.0", "62.0", "已给少于测算", "另有\u{a0}2\u{a0}个地区算不出"] {
            assert!(page.contains(part), "{part} in {page}");
        }
        // A sign is a word, in the sum as in the lines.
        let sum = page.split("合计").nth(1).unwrap().split("</tr>").next().unwrap();
        assert!(sum.contains("12.0<small") && sum.contains("已给少于测算") && !sum.contains("-12"), "{sum}");
        // The year before nothing was given, and the children of its end were not known.
        let past = item(&house, &token, "?as_of=2021-06-01", "虹口区第1街道").await;
        assert_eq!((past["given"].as_i64(), past["children"].is_null()), (Some(0), true));
    }

    async fn each_count_opens_the_list_that_it_counts(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let token = house.post_at(Role::GuidanceOfficer, "310109", None).await;
        let page = house.get(PATH, &token).await.body;
        let lists: Vec<String> = page
            .split("href=\"")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
            .filter(|href| href.contains("310109001") && !href.starts_with("/library"))
            .collect();
        assert!(lists.iter().any(|href| href.contains("inclusive=yes")), "{lists:?}");
        assert!(lists.iter().any(|href| href.contains("kind=institution")), "{lists:?}");
        for href in &lists {
            let list = house.get(href, &token).await;
            assert_eq!(list.status, StatusCode::OK, "{href}");
            assert!(list.body.contains("甲托育园") && !list.body.contains("乙托育园"), "{href}");
        }
        // A street shows its inclusive facilities, and why: the norms with their pages.
        let street = house.get(&format!("{PATH}?region=310109001"), &token).await.body;
        assert!(street.contains("全日制 40 个，在托 30 人") && street.contains("2000.00 元/月"), "{street}");
        assert!(street.contains("/library/norms/operating.cost?region=310109"), "{street}");
        assert!(street.contains("3.2000") || street.contains("32,000 元/年"), "{street}");
    }

    async fn a_district_has_its_own_norms_and_the_city_its_districts(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let norm = "[[norms]]\nkey = \"operating.cost\"\nfacet = \"ownership=private\"\nplace = \"310109\"\nfrom = \"2022-01-01\"\n\
            until = \"9999-12-31\"\nvalue = \"2000000\"\nunit = \"fen per year\"\ncombine = \"nearest\"\n\
            clause = \"shanyu-design.operating\"\nmark = \"K\"\nnote = \"\"\n";
        let read = |file: &str| {
            std::fs::read_to_string(format!("{}/../../packs/norms/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap()
        };
        let (documents, own) = (read("documents.toml"), format!("{}\n{norm}", read("operating.toml")));
        let mut tx = house.db.begin().await.unwrap();
        let packs = [("documents.toml", &documents), ("operating.toml", &own)];
        let packs = packs.map(|(file, text)| places::load::Pack { file, text });
        places::load::load_norms(&mut tx, &packs).await.unwrap();
        tx.commit().await.unwrap();
        let token = house.post_at(Role::EducationOfficer, "310000", None).await;
        // Streets of the district and the district itself go by the same norm.
        let street = item(&house, &token, "?region=310109", "虹口区第1街道").await;
        assert_eq!(street["cost"].as_i64(), Some(80_000_000));
        let file = item(&house, &token, "?region=310109001", "甲托育园").await;
        assert_eq!((file["cost"].as_i64(), file["support"].as_i64()), (Some(80_000_000), Some(14_000_000)));
        let district = item(&house, &token, "", "虹口区").await;
        assert_eq!(district["cost"].as_i64(), Some(160_000_000));
        assert!(district["support"].is_null());
        // The year before the norm of all held.
        let before = item(&house, &token, "?region=310109&as_of=2021-12-31", "虹口区第1街道").await;
        assert_eq!(before["cost"].as_i64(), Some(128_000_000));
    }

    async fn sheets_and_posts(db: Db) {
        let house = house(db, 2).await;
        fill(&house).await;
        let token = house.post_at(Role::FinanceOfficer, "310109", None).await;
        let csv = house.get(&format!("{PATH}.csv"), &token).await;
        assert_eq!(csv.status, StatusCode::OK);
        let lines: Vec<&str> = csv.body.trim_start_matches('\u{feff}').lines().collect();
        assert!(lines[0].starts_with("code,name,places,children,demand,gap,inclusive,cost"), "{lines:?}");
        assert_eq!(lines.len(), 3, "{lines:?}");
        assert!(lines[1].starts_with("310109001,虹口区第1街道,40,300,100,60,1,1280000"), "{lines:?}");
        let xlsx = house.get(&format!("{PATH}.xlsx"), &token).await;
        assert!(xlsx.bytes.starts_with(b"PK"));
        // Outside the post is not found; a street sees itself; a head sees the own file.
        assert_eq!(house.get(&format!("{PATH}?region=310106"), &token).await.status, StatusCode::NOT_FOUND);
        let street = house.post_at(Role::StreetOfficer, "310109001", None).await;
        let page = house.get(PATH, &street).await.body;
        assert!(page.contains("甲托育园") && !page.contains("乙托育园"));
        let head = house.post_at(Role::InstitutionHead, "310109001", Some("nobody")).await;
        for lang in ["zh", "en"] {
            let page = house.get(&format!("{PATH}?lang={lang}"), &head).await;
            assert_eq!(page.status, StatusCode::OK, "{}", page.body);
            assert!(!page.body.contains("甲托育园") && !page.body.contains("[registry"), "{}", page.body);
        }
    }
}
