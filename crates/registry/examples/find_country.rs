//! What one search of the box costs in a country of 150,000 files, in milliseconds of CPU: of this process on SQLite,
//! of this process and of the server's on PostgreSQL (where `TEST_DATABASE_URL` names one). Files are written straight
//! into the tables that the box reads.
//!
//!     cargo run --release -p registry --example find_country [FILES]

use db::{Db, Engine, Keys, Query};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Ids, Instant};
use registry::codes::{FacilityKind, LegalForm, Ownership, State};
use registry::listing::ListingRow;
use registry::model::Facility;
use registry::store::list::Within;
use registry::{find, look_up, name};
use std::sync::Arc;

db::record! { struct Gram in "facility_gram" { gram: String, facility: FacilityId } }
db::record! { struct Text in "facility_find" { home: String, facility: FacilityId, text: String } }
db::record! { struct Key in "facility_key" { kind: String, key: String, facility: FacilityId } }

/// Provinces, districts in each, streets in each of those.
const PROVINCES: usize = 31;
const DISTRICTS: usize = 10;
const STREETS: usize = 12;

const SYLLABLES: [char; 40] = [
    '安', '宝', '辰', '达', '恩', '芳', '光', '禾', '嘉', '康', '乐', '萌', '宁', '培', '启', '仁', '思', '童', '小',
    '晓', '馨', '星', '雅', '阳', '亦', '益', '悠', '育', '元', '悦', '云', '知', '之', '芝', '智', '竹', '卓', '子',
    '满', '芒',
];
const ENDINGS: [(&str, FacilityKind); 6] = [
    ("托育园", FacilityKind::Institution),
    ("幼儿园", FacilityKind::Kindergarten),
    ("社区宝宝屋", FacilityKind::BabyHouse),
    ("托育中心", FacilityKind::Institution),
    ("托儿所", FacilityKind::Nursery),
    ("科学育儿指导站", FacilityKind::GuidanceStation),
];

fn day() -> Day {
    "2022-11-15".parse().expect("a day")
}

fn pick<T>(of: &[T], n: usize) -> &T {
    &of[n % of.len()]
}

async fn fill(db: &Db, keys: &Keys, files: usize) {
    db::migrate(db, &[places::MIGRATIONS, indicator::MIGRATIONS, registry::MIGRATIONS]).await.expect("tables");
    let mut tx = db.begin().await.expect("a transaction");
    registry::seed(&mut tx).await.expect("kinds");
    let mut csv = String::from("code,name,parent,kind,flags,from,until,mark,note\n");
    let mut put = |code: &str, name: String, parent: &str, kind: &str| {
        csv.push_str(&format!("{code},{name},{parent},{kind},,2000-01-01,9999-12-31,V,\n"));
    };
    put("100000", "全国".into(), "", "country");
    let mut streets = Vec::new();
    for p in 0..PROVINCES {
        let province = format!("{}0000", 11 + p);
        let two = |n: usize| format!("{}{}", pick(&SYLLABLES, n * 7), pick(&SYLLABLES, n * 11 + 3));
        put(&province, format!("{}市", two(p)), "100000", "city");
        for d in 0..DISTRICTS {
            let district = format!("{}01{:02}", 11 + p, d + 1);
            put(&district, format!("{}区", two(p * 31 + d)), &province, "district");
            for s in 0..STREETS {
                let street = format!("{district}{:03}", s + 1);
                put(&street, format!("{}路街道", two(p * 131 + d * 17 + s)), &district, "street");
                streets.push((street, district.clone(), province.clone(), two(p * 31 + d)));
            }
        }
    }
    places::load::load_divisions(&mut tx, places::load::Pack { file: "places.csv", text: &csv }).await.expect("places");
    tx.commit().await.expect("places");
    let place = |code: &str| PlaceId::new(format!("p{code}"));
    for part in (0..files).collect::<Vec<_>>().chunks(5000) {
        let (mut rows, mut grams, mut texts, mut listed, mut short) = (vec![], vec![], vec![], vec![], vec![]);
        for n in part {
            let (street, district, province, called) = pick(&streets, n * 7919);
            let (ending, kind) = pick(&ENDINGS, n * 13 + n / 5);
            let word: String =
                [n * 3 + n / 40, n * 17 + n / 1600, n / 7].map(|i| *pick(&SYLLABLES, i)).iter().collect();
            let name = format!("{called}{word}{ending}");
            let address = format!("{}{}路{}号", pick(&SYLLABLES, n / 3), pick(&SYLLABLES, n / 11), n % 997 + 1);
            let id = FacilityId::new(format!("f{n:08}"));
            let facility = Facility {
                home: district.clone(),
                id: id.clone(),
                kind: *kind,
                version: 1,
                created: Instant(0),
                doubles: None,
            };
            rows.push(facility);
            let mut all = name::grams(&name);
            all.extend(name::grams(&address));
            all.extend([&name, &address].iter().filter_map(|t| t.chars().next_back()).map(String::from));
            grams.extend(all.into_iter().map(|gram| Gram { gram, facility: id.clone() }));
            texts.push(Text { home: district.clone(), facility: id.clone(), text: format!("{name}\n{address}") });
            short.push(Key { kind: "initials".into(), key: name::initials(&name), facility: id.clone() });
            let tail = format!("{:04}", n * 6151 % 10_000);
            short.push(Key { kind: "phone".into(), key: keys.lookup(&format!("phone:{tail}")), facility: id.clone() });
            for above in ["100000", province.as_str(), district.as_str(), street.as_str()] {
                listed.push(ListingRow {
                    facility: id.clone(),
                    ancestor: place(above),
                    from_day: "2020-01-01".parse().expect("a day"),
                    until_day: "9999-12-31".parse().expect("a day"),
                    home: district.clone(),
                    kind: *kind,
                    name: name.clone(),
                    name_key: name::key(&name),
                    ownership: Ownership::Private,
                    legal_form: LegalForm::ForProfit,
                    state: Some(State::Operating),
                    doubled: false,
                    inclusive: n % 3 == 0,
                    integrated: *kind == FacilityKind::Kindergarten && n % 2 == 0,
                    place: place(street),
                    places: Some(60),
                });
            }
        }
        let mut tx = db.begin().await.expect("a transaction");
        tx.insert_all(rows).await.expect("files");
        tx.insert_all(grams).await.expect("pieces");
        tx.insert_all(texts).await.expect("texts");
        tx.insert_all(short).await.expect("keys");
        tx.insert_all(listed).await.expect("lists");
        tx.commit().await.expect("files");
    }
}

/// CPU seconds of a process so far, from /proc (ticks of 10 ms).
fn cpu(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let field = |n: usize| after.split_whitespace().nth(n).and_then(|t| t.parse::<f64>().ok()).unwrap_or_default();
    (field(11) + field(12)) / 100.0
}

const TYPED: [&str; 19] = [
    "小满",
    "托育",
    "托班",
    "消防",
    "告知书",
    "宝宝屋",
    "幼儿园",
    "满",
    "安宝辰",
    "小满托育园",
    "悦云 宝宝屋",
    "xmty",
    "ty",
    "1234",
    "55551234",
    "芒竹路",
    "没有这个",
    "育儿指导站 小满",
    "沪虹托告〔2021〕0019号",
];

async fn measure(db: Db, files: usize) {
    let keys = Arc::new(Keys::generate(&Ids::seeded(1)));
    let db = db.with_keys(keys.clone());
    let engine = db.engine();
    fill(&db, &keys, files).await;
    if engine == Engine::Postgres {
        let mut tx = db.begin().await.expect("a transaction");
        tx.exec(Query::raw("analyze", Vec::new())).await.expect("statistics");
        tx.commit().await.expect("statistics");
    }
    let mut read = db.read().await.expect("a connection");
    let backend = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => {
            let pid: i64 =
                read.one(Query::raw("select cast(pg_backend_pid() as bigint)", vec![])).await.expect("a pid");
            Some(pid.to_string())
        }
    };
    let scopes = [("country", "100000"), ("city", "410000"), ("district", "410101"), ("street", "410101001")];
    println!("== {engine:?}, {files} files: CPU ms of one search (answers)");
    println!("{:<28}{}", "", scopes.map(|s| format!("{:>18}", s.0)).concat());
    for typed in TYPED {
        let mut line = String::new();
        for (_, code) in scopes {
            let within = Within::Place(PlaceId::new(format!("p{code}")));
            let asked = find::asked(typed);
            let mut found = look_up(&mut read, &keys, &asked, &within, day(), 6).await.expect("answers").len();
            let (mut times, spent) = (0u32, || cpu("self") + backend.as_deref().map_or(0.0, cpu));
            let before = spent();
            // Long enough for the ticks of /proc.
            while times < 20 || (spent() - before < 0.3 && times < 3000) {
                found = look_up(&mut read, &keys, &asked, &within, day(), 6).await.expect("answers").len();
                times += 1;
            }
            let each = (spent() - before) * 1e3 / f64::from(times);
            line.push_str(&format!("{:>18}", format!("{each:.2} ({found})")));
        }
        println!("{typed:<20}{line}");
    }
}

fn main() {
    let files = std::env::args().nth(1).map_or(150_000, |n| n.parse().expect("a number of files"));
    db::testing::on_both(async |db| measure(db, files).await);
}
