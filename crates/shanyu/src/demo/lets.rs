//! Rooms that are let for childcare in the demo city, and what people reported: some tens of rows in each of three
//! districts, most of them those of institutions, a few that nobody answers for. All of it goes through the use cases of
//! the slice, and the comparison opens what is suspected.

use super::decisions::{Person, person};
use super::frame::{HONGKOU, JINGAN, PUDONG, day};
use crate::{Done, Stop, house::House};
use db::AuditEntry;
use kernel::kinds::PlaceId;
use kernel::{Day, Instant};
use places::Place;
use premises::{Lease, NewReport, Rooms, Stamp, Visit};
use registry::codes::State;
use registry::store::lawful::{self, Lawful};

const CHILDCARE: &str = "childcare";

/// District, who enters there, rooms of institutions.
const DISTRICTS: [(&str, &str, usize); 3] = [(JINGAN, "jingan", 14), (HONGKOU, "hongkou", 14), (PUDONG, "pudong", 10)];

/// Rooms without an institution: what they are, sign, months since they were let, purpose.
const ALONE: [(&str, &str, i32, &str); 6] = [
    ("shop", "小脚丫成长空间", 5, "childcare"),
    ("office", "启萌亲子会馆", 3, "childcare"),
    ("residential", "阳光宝贝之家", 2, "childcare"),
    ("shop", "巧虎屋早教", 8, "early_education"),
    ("office", "新芽感统训练", 6, "training"),
    ("community_house", "邻里妈妈帮", 1, "unclear"),
];

fn refused(why: impl std::fmt::Debug) -> Stop {
    Stop::Refused(format!("demo: premises: {why:?}"))
}

/// Adds them; nothing before the districts began to look.
pub async fn add(house: &House, today: Day) -> Done {
    if today < day(2021, 6, 1) {
        return Ok(());
    }
    for (n, (code, login, most)) in DISTRICTS.into_iter().enumerate() {
        let by = person(house, login, today).await?;
        let mut tx = house.db.begin().await?;
        let Some(district) = places::by_code(&mut tx, code, today).await? else { continue };
        let morning = Instant::start_of(today).plus_seconds(9 * 3600);
        let stamp = stamp(house, &by, morning);
        let files = lawful::below(&mut tx, &district.id, today).await?;
        for (nth, file) in rented(&files).into_iter().take(most).enumerate() {
            let (rooms, lease) = of(file, nth, today);
            enter(&mut tx, &stamp, rooms, lease).await?;
        }
        let streets = places::children(&mut tx, &district.id, today).await?;
        for (nth, alone) in ALONE.into_iter().enumerate() {
            let Some(street) = street(&streets, n + nth) else { continue };
            let (rooms, lease) = nobody(&street.id, alone, n, nth, today);
            enter(&mut tx, &stamp, rooms, lease).await?;
        }
        premises::compare_district(&mut tx, &stamp, &house.kinds.calendar, &district).await.map_err(refused)?;
        audit(house, &mut tx, &by, "premises.import", &district, morning).await?;
        tx.commit().await?;
        told(house, &by, &district, &streets, n, today).await?;
    }
    Ok(())
}

fn stamp<'a>(house: &'a House, by: &'a Person, now: Instant) -> Stamp<'a> {
    Stamp { now, ids: &house.ids, keys: &house.keys, by: Some((&by.account.id, &by.unit)) }
}

fn street(streets: &[Place], n: usize) -> Option<&Place> {
    let real: Vec<&Place> = streets.iter().filter(|s| s.kind.is_street()).collect();
    real.get((n * 3 + 1) % real.len().max(1)).copied()
}

async fn enter(tx: &mut db::Tx, stamp: &Stamp<'_>, rooms: Rooms, lease: Lease) -> Done {
    match premises::enter(tx, stamp, rooms, lease).await {
        Ok(_) => Ok(()),
        // Two files may lie at one address: the rooms are entered once.
        Err(web::Error::Rule(rule)) if rule.fields.iter().any(|f| f.code == "premises.known") => Ok(()),
        Err(other) => Err(refused(other)),
    }
}

/// Files that rent: private ones that operate, and a closed one or two.
fn rented(files: &[Lawful]) -> Vec<&Lawful> {
    use registry::codes::FacilityKind::{CommunityPoint, Institution, ParkPoint};
    let kind = |f: &&Lawful| matches!(f.kind, Institution | ParkPoint | CommunityPoint);
    let closed = files.iter().filter(kind).filter(|f| f.state == Some(State::Closed)).take(2);
    closed.chain(files.iter().filter(kind).filter(|f| f.state == Some(State::Operating))).collect()
}

fn of(file: &Lawful, nth: usize, today: Day) -> (Rooms, Lease) {
    let (what, lessor_kind, lessor) = match nth % 3 {
        0 => ("shop", "company", "沪邻商业管理有限公司"),
        1 => ("park", "park", "新城科技园运营有限公司"),
        _ => ("community_house", "street", "社区事务受理服务中心"),
    };
    let rooms = Rooms {
        place: file.place.clone(),
        address: file.address.clone(),
        lon: file.lon,
        lat: file.lat,
        what: what.to_owned(),
        area: Some(260.0 + 35.0 * nth as f64),
        floor: "1".to_owned(),
        source: if nth.is_multiple_of(2) { "street" } else { "property" }.to_owned(),
        source_ref: String::new(),
        note: String::new(),
    };
    let lease = Lease {
        from: file.state_since.unwrap_or(today).plus(-60).min(today.plus(-90)),
        until: Day::OPEN,
        lessor_kind: lessor_kind.to_owned(),
        lessor: lessor.to_owned(),
        contact: "招商部 021-55550100".to_owned(),
        operator: file.operator.clone(),
        credit_code: file.credit_code.clone(),
        purpose: CHILDCARE.to_owned(),
    };
    (rooms, lease)
}

fn nobody(street: &PlaceId, alone: (&str, &str, i32, &str), district: usize, nth: usize, today: Day) -> (Rooms, Lease) {
    let (what, operator, months, purpose) = alone;
    let road = ["安远路", "长寿支路", "四平支路", "民星路", "金桥路", "博山路"][(district + nth) % 6];
    let rooms = Rooms {
        place: street.clone(),
        address: format!("{road}{}号{}楼", 188 + 14 * nth + district, 1 + nth % 3),
        lon: None,
        lat: None,
        what: what.to_owned(),
        area: Some(120.0 + 22.5 * nth as f64),
        floor: (1 + nth % 3).to_string(),
        source: ["grid", "property", "street"][nth % 3].to_owned(),
        source_ref: String::new(),
        note: "演示数据".to_owned(),
    };
    let lease = Lease {
        from: today.plus_months(-months),
        until: today.plus_months(24 - months),
        lessor_kind: if what == "residential" { "person" } else { "property" }.to_owned(),
        lessor: if what == "residential" { String::new() } else { "邻安物业服务有限公司".to_owned() },
        contact: "物业前台 021-55550123".to_owned(),
        operator: operator.to_owned(),
        credit_code: None,
        purpose: purpose.to_owned(),
    };
    (rooms, lease)
}

/// Two reports of each district, one answered; one suspicion confirmed, one guided.
async fn told(house: &House, by: &Person, district: &Place, streets: &[Place], n: usize, today: Day) -> Done {
    let noon = Instant::start_of(today).plus_seconds(12 * 3600);
    let calendar = &house.kinds.calendar;
    let mut tx = house.db.begin().await?;
    let by_office = stamp(house, by, noon);
    let open = premises::store::suspicions::below(&mut tx, &district.id, today).await?;
    let mut open = open.into_iter().filter(|s| s.ended.is_none() && s.facility.is_none());
    if let Some(before) = open.next() {
        let visit = Visit {
            day: today,
            found: "childcare",
            decision: "confirmed",
            reason: "现场有3岁以下婴幼儿，未能出示告知书，已要求停止收托。".to_owned(),
            shown: before.name.clone(),
        };
        premises::settle(&mut tx, &by_office, calendar, &before, &visit).await.map_err(refused)?;
    }
    if let Some(before) = open.next() {
        let visit = Visit {
            day: today,
            found: "childcare",
            decision: "guided",
            reason: "场地条件基本具备，愿意申办，已告知自查和材料。".to_owned(),
            shown: String::new(),
        };
        premises::settle(&mut tx, &by_office, calendar, &before, &visit).await.map_err(refused)?;
    }
    let public = Stamp { by: None, ..stamp(house, by, noon.plus_seconds(-7200)) };
    let reports = [
        ("page", "", "车站北路66号2楼", "工作日早上有家长抱着一岁多的孩子进去，门口没有告知书。"),
        ("hotline", "演示-0001", "广灵支路120号", "反映有托班收费后停课。"),
    ];
    for (nth, (via, via_ref, address, seen)) in reports.into_iter().enumerate() {
        let Some(street) = street(streets, n + nth + 2) else { continue };
        let new = NewReport {
            place: street.id.clone(),
            address: address.to_owned(),
            seen: seen.to_owned(),
            phone: String::new(),
            via: via.to_owned(),
            via_ref: via_ref.to_owned(),
        };
        let report = premises::take_report(&mut tx, &public, calendar, new).await.map_err(refused)?;
        if nth == 1 {
            let reply = "到场核查，该处为教培机构办公室，没有收托婴幼儿；收费问题已转市场监管部门。";
            premises::answer_report(&mut tx, &by_office, &report, "not_found", reply).await.map_err(refused)?;
        }
    }
    premises::compare_district(&mut tx, &public, calendar, district).await.map_err(refused)?;
    audit(house, &mut tx, by, "premises.look", district, noon).await?;
    tx.commit().await?;
    Ok(())
}

async fn audit(house: &House, tx: &mut db::Tx, by: &Person, action: &str, district: &Place, now: Instant) -> Done {
    tx.audit(AuditEntry {
        id: house.ids.new_id(now),
        home: district.home.clone(),
        at: now,
        account: Some(by.account.id.clone()),
        post: Some(by.post.clone()),
        unit: Some(by.unit.clone()),
        action: action.to_owned(),
        object_kind: "place".to_owned(),
        object: district.id.to_string(),
        persons: Vec::new(),
        purpose: "demo".to_owned(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}
