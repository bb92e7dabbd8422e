//! The yearly publications of the city: for each year that has ended, results of checks, what was prepared from the
//! records of that February, and what was published by the end of March; for most institutions, not for all. All of it
//! goes through the use cases of the slice.

use super::frame::day;
use crate::{Done, Stop, house::House};
use db::{AuditEntry, Tx};
use disclosure::publication::{
    Evaluation, NewCheck, Preparing, Publisher, basics_on, enter_check, enter_evaluation, prepare, publish,
};
use disclosure::sources::Found;
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Day, Instant};
use places::Place;
use registry::codes::FacilityKind;
use std::collections::BTreeMap;

/// The first year of which something is published.
const FIRST: i16 = 2020;
/// Of a thousand institutions so many are published, in Pudong and elsewhere: its plan asks for it.
const PUBLISHED: (u64, u64) = (965, 840);
/// And so many of those have a check on record.
const CHECKED: u64 = 930;

/// An office that publishes, as it is printed.
struct Office {
    unit: UnitId,
    name: (String, String),
}

/// Adds them; how many.
pub async fn add(house: &House, today: Day) -> Done<usize> {
    let mut done = 0;
    for year in FIRST.. {
        let (seen, public) = (day(year + 1, 2, 20), day(year + 1, 3, 20));
        if public > today {
            return Ok(done);
        }
        done += of_year(house, i64::from(year), seen, public).await?;
    }
    Ok(done)
}

fn refused(e: impl std::fmt::Debug) -> Stop {
    Stop::Refused(format!("demo: publications: {e:?}"))
}

async fn of_year(house: &House, year: i64, seen: Day, public: Day) -> Done<usize> {
    let mut read = house.db.read().await?;
    let open = basics_on(&mut read, &house.disclosure.fields, seen).await.map_err(refused)?;
    let root = places::root(&mut read, seen).await?.ok_or_else(|| refused("no city"))?;
    let mut days = [0; 2];
    for (at, key) in ["publication.reply_days", "publication.valid_days"].iter().enumerate() {
        days[at] = places::norm(&mut read, key, "", &root.id, seen).await.and_then(|n| n.whole()).map_err(refused)?;
    }
    let mut districts: BTreeMap<String, Vec<_>> = BTreeMap::new();
    for (entry, basics) in open {
        let counts = !matches!(entry.kind, FacilityKind::Kindergarten);
        if counts && entry.opened.is_some_and(|d| i64::from(d.year()) <= year) {
            districts.entry(entry.home.clone()).or_default().push((entry, basics));
        }
    }
    drop(read);
    let mut done = 0;
    for (home, of) in districts {
        let mut tx = house.db.begin().await?;
        let Some(place) = places::by_code(&mut tx, &home, seen).await? else { continue };
        let office = office(&mut tx, &place, seen).await?;
        for (entry, basics) in of {
            let chance = chance(&entry.facility, year);
            let most = if home == "310115" { PUBLISHED.0 } else { PUBLISHED.1 };
            if chance % 1000 >= most {
                continue;
            }
            if chance / 1000 % 1000 < CHECKED {
                check(house, &mut tx, &entry.home, &entry.facility, year, entry.opened, &office, chance).await?;
            }
            if (chance / 17).is_multiple_of(9) {
                evaluate(house, &mut tx, &entry.home, &entry.facility, year, entry.opened, chance).await?;
            }
            let how = Preparing {
                ids: &house.ids,
                now: Instant::start_of(seen).plus_seconds(9 * 3600),
                day: seen,
                by: "demo",
                sources: &house.disclosure.sources,
                evaluations: house.disclosure.fields.evaluations(),
                reply_days: days[0],
            };
            let new =
                prepare(&mut tx, &how, &entry.home, &entry.facility, year, basics, None).await.map_err(refused)?;
            let who = Publisher {
                now: Instant::start_of(public.plus(-(chance as i64 % 9))).plus_seconds(10 * 3600),
                by: "demo",
                unit: &office.unit,
                name: (&office.name.0, &office.name.1),
                valid_days: days[1],
                synthetic: true,
            };
            publish(&mut tx, &who, &new).await.map_err(refused)?;
            done += 1;
        }
        audit(house, &mut tx, &home, place.id.as_str(), public).await?;
        tx.commit().await?;
    }
    Ok(done)
}

/// A number that is the same for an institution and a year in every city of a seed.
fn chance(facility: &FacilityId, year: i64) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ year.unsigned_abs();
    let mixed = facility.as_str().bytes().fold(start, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 16
}

async fn office(tx: &mut Tx, place: &Place, day: Day) -> Done<Office> {
    let unit = identity::office_at(tx, place, &["guidance_centre", "education"], day).await?;
    let unit = unit.ok_or_else(|| refused(&place.code))?;
    identity::record_office(tx, &unit, day).await.map_err(refused)?;
    let name = identity::name_with_place(tx, &unit, day).await?;
    Ok(Office { unit: unit.id, name })
}

#[expect(clippy::too_many_arguments, reason = "one check of one institution, with what decides its result")]
async fn check(
    house: &House,
    tx: &mut Tx,
    home: &str,
    facility: &FacilityId,
    year: i64,
    opened: Option<Day>,
    office: &Office,
    chance: u64,
) -> Done {
    let of_year = day(year as i16, 3, 1).plus((chance / 7 % 280) as i64);
    let on = opened.map_or(of_year, |d| of_year.max(d));
    let (result, note) = match chance / 11 % 20 {
        0 => (Found::ToMend, "活动室一处防护垫破损，待更换"),
        1..=3 => (Found::Mended, "晨检记录不完整，已补齐并培训"),
        _ => (Found::Fine, ""),
    };
    let kinds = disclosure::publication::CHECK_KINDS;
    let new = NewCheck {
        home,
        facility,
        day: on,
        kind: kinds[(chance / 13) as usize % kinds.len()],
        office: &office.name.0,
        result,
        note,
        document: "",
    };
    let now = Instant::start_of(on).plus_seconds(16 * 3600);
    enter_check(tx, &house.ids, now, "demo", new).await.map_err(refused)?;
    Ok(())
}

/// One of nine was evaluated by the end of the year, by nobody real.
async fn evaluate(
    house: &House,
    tx: &mut Tx,
    home: &str,
    facility: &FacilityId,
    year: i64,
    opened: Option<Day>,
    chance: u64,
) -> Done {
    let on = day(year as i16, 12, 10);
    if opened.is_some_and(|opened| opened > on) {
        return Ok(());
    }
    let new = Evaluation {
        day: on,
        scheme: "托育机构质量评价方案（演示）".to_owned(),
        evaluator: "演示评价中心".to_owned(),
        result: ["优秀", "良好", "合格"][(chance / 19 % 3) as usize].to_owned(),
        note: String::new(),
    };
    let now = Instant::start_of(on).plus_seconds(16 * 3600);
    enter_evaluation(tx, &house.ids, (home, facility), (now, "demo"), new, "").await.map_err(refused)?;
    Ok(())
}

async fn audit(house: &House, tx: &mut Tx, home: &str, place: &str, on: Day) -> Done {
    let at = Instant::start_of(on).plus_seconds(10 * 3600);
    tx.audit(AuditEntry {
        id: house.ids.new_id(at),
        home: home.to_owned(),
        at,
        account: None,
        post: None,
        unit: None,
        action: disclosure::PUBLISH.id.to_owned(),
        object_kind: "place".to_owned(),
        object: place.to_owned(),
        persons: Vec::new(),
        purpose: "demo".to_owned(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}
