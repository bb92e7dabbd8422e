//! Units: the offices that lead and cooperate. A group unit (各街镇) means other units or places on a day; [`expand`]
//! says which, [`groups_of`] the other way round, so that a street finds the tasks that the plans give to all streets.

use crate::model::{GroupRule, Member, Unit};
use crate::store::units;
use db::{Read, Tx};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Day, RuleViolation};
use places::{Place, STREET_KINDS};
use std::collections::{BTreeMap, BTreeSet};

/// A unit by its id.
pub async fn unit(read: &mut Read, id: &UnitId) -> db::Result<Option<Unit>> {
    units::get(read, id).await
}

/// The name of a unit as pages print it, with its district: 静安区教育局. Both languages; `None` when it does not exist.
pub async fn unit_name(read: &mut Read, id: &UnitId, day: Day) -> db::Result<Option<(String, String)>> {
    let Some(unit) = units::get(read, id).await? else { return Ok(None) };
    Ok(Some(name_with_place(read, &unit, day).await?))
}

/// The same for a unit at hand, recorded or not.
pub async fn name_with_place(read: &mut Read, unit: &Unit, day: Day) -> db::Result<(String, String)> {
    let place = places::get(read, &unit.place, day).await?.map(|place| place.name).unwrap_or_default();
    Ok((crate::rules::full_name(&unit.name_zh, &place), unit.name_en.clone()))
}

/// The office that answers for a place: the one that is recorded there, of the first of `kinds` that has one; otherwise
/// the one that each street, town and district has by law ([`record_office`] records it); otherwise that of the next
/// place above. `None` when there is none on the way up.
pub async fn office_at(read: &mut Read, place: &Place, kinds: &[&str], day: Day) -> db::Result<Option<Unit>> {
    for up in places::path(read, &place.id, day).await?.iter().rev() {
        let here = units::offices_of(read, &up.id).await?;
        for kind in kinds {
            if let Some(found) = here.iter().find(|u| u.kind == *kind && !u.is_group) {
                return Ok(Some(found.clone()));
            }
        }
        if let Some(lawful) = crate::rules::lawful_office(up) {
            return Ok(Some(lawful));
        }
    }
    Ok(None)
}

/// Records an office that [`office_at`] gave, if it is not recorded yet.
pub async fn record_office(tx: &mut Tx, office: &Unit, day: Day) -> web::Result<()> {
    if units::get(tx, &office.id).await?.is_some() { Ok(()) } else { create_unit(tx, office, day).await }
}

/// The office of a facility, where its head and staff have their posts; `None` when it has none.
pub async fn office_of(read: &mut Read, facility: &FacilityId) -> db::Result<Option<Unit>> {
    units::of_facility(read, facility).await
}

/// Which of some facilities have an office.
pub async fn with_office(read: &mut Read, of: &[FacilityId]) -> db::Result<BTreeSet<FacilityId>> {
    units::with_office(read, of).await
}

/// What a unit means on a day: itself, or for a group those that it names and those that its rule yields. A group
/// whose text lists nobody gives an empty list, and so does a unit that does not exist.
pub async fn expand(read: &mut Read, unit: &UnitId, day: Day) -> db::Result<Vec<Member>> {
    let Some(unit) = units::get(read, unit).await? else { return Ok(Vec::new()) };
    if !unit.is_group {
        return Ok(vec![Member::Unit(unit)]);
    }
    let mut members: Vec<Member> = units::members(read, &unit.id, day).await?.into_iter().map(Member::Unit).collect();
    match units::rule(read, &unit.id).await? {
        None | Some(GroupRule::Unlisted) => {}
        Some(GroupRule::Facilities { kind, of }) => members.push(Member::Facilities { kind, of }),
        Some(GroupRule::Streets { of }) => {
            let mut offices: BTreeMap<_, _> = units::street_offices(read, &of, day).await?.into_iter().collect();
            let streets = places::descendants(read, &of, &STREET_KINDS, day).await?;
            members.extend(streets.into_iter().map(|place| {
                let unit = offices.remove(&place.id);
                Member::Street { place, unit }
            }));
        }
    }
    Ok(members)
}

/// The groups that mean a unit on a day, by name or as a street; tasks of these are also tasks of the unit. Groups of
/// facilities are not among them: the registry knows what a facility is on a day.
pub async fn groups_of(read: &mut Read, unit: &Unit, day: Day) -> db::Result<Vec<Unit>> {
    let mut groups = units::groups_naming(read, &unit.id, day).await?;
    if unit.level == crate::Level::Street && unit.kind == STREET_OFFICE && !unit.is_group {
        groups.extend(units::groups_of_streets(read, &unit.place, day).await?);
    }
    groups.sort_by(|a, b| a.id.cmp(&b.id));
    groups.dedup_by(|a, b| a.id == b.id);
    Ok(groups)
}

/// The kind of the office of a street or town itself.
pub const STREET_OFFICE: &str = "sub_district";

/// Records a unit that no pack brings: the office of a street, or of an institution.
///
/// Errors: `unit.exists`; `unit.place` when the place does not exist on the day; `unit.facility` when an institution's
/// office names no facility, or another one does.
pub async fn create_unit(tx: &mut Tx, new: &Unit, day: Day) -> web::Result<()> {
    if units::get(tx, &new.id).await?.is_some() {
        return Err(RuleViolation::field("id", "unit.exists").into());
    }
    if places::get(tx, &new.place, day).await?.is_none() {
        return Err(RuleViolation::field("place", "unit.place").into());
    }
    if (new.level == crate::Level::Institution) != new.facility.is_some() {
        return Err(RuleViolation::field("facility", "unit.facility").into());
    }
    units::put(tx, new).await?;
    Ok(())
}

/// Gives a unit another name from a day on, which is not after today; the name before is kept with its days.
///
/// Errors: `unit.rename_day` before the last renaming or after today; `unit.same_name`; `unit.ended`.
pub(crate) async fn rename_unit(tx: &mut Tx, unit: &Unit, zh: &str, en: &str, on: Day, today: Day) -> web::Result<()> {
    let since = units::former_names(tx, &unit.id).await?.first().map_or(Day::MIN, |name| name.until);
    if unit.ended.is_some() {
        return Err(RuleViolation::new("unit.ended").into());
    }
    if on > today || on <= since {
        return Err(RuleViolation::field("on", "unit.rename_day").into());
    }
    if (unit.name_zh.as_str(), unit.name_en.as_str()) == (zh, en) {
        return Err(RuleViolation::field("name_zh", "unit.same_name").into());
    }
    Ok(units::rename(tx, unit, since, zh, en, on).await?)
}

/// Lets the office of a facility be called what the facility is called; `since` is the first day of that name, `None`
/// where the facility never had another one: the name before was a slip then, and is not kept. `false` when it is
/// called so already, or is no more.
pub async fn follow_facility(tx: &mut Tx, office: &Unit, name_zh: &str, since: Option<Day>) -> db::Result<bool> {
    if office.ended.is_some() || office.name_zh == name_zh {
        return Ok(false);
    }
    // What was never translated follows; a translation stays until somebody gives another.
    let name_en = if office.name_en == office.name_zh { name_zh } else { &office.name_en };
    let last = units::former_names(tx, &office.id).await?.first().map_or(Day::MIN, |name| name.until);
    match since.filter(|on| *on > last) {
        Some(on) => units::rename(tx, office, last, name_zh, name_en, on).await?,
        None => units::correct_name(tx, &office.id, name_zh, name_en).await?,
    }
    Ok(true)
}

/// The offices of facilities, in the order of their ids, after one; those that are no more are left out.
pub async fn facility_offices(read: &mut Read, after: &UnitId, limit: i64) -> db::Result<Vec<Unit>> {
    units::of_facilities(read, after, limit).await
}

/// Ends a unit: `on` is the first day on which it is no more.
///
/// Errors: `unit.ended` already; `unit.has_posts` while somebody holds a post there on that day or later.
pub(crate) async fn end_unit(tx: &mut Tx, unit: &Unit, on: Day) -> web::Result<()> {
    if unit.ended.is_some() {
        return Err(RuleViolation::new("unit.ended").into());
    }
    if units::posts_from(tx, &unit.id, on).await? > 0 {
        return Err(RuleViolation::field("on", "unit.has_posts").into());
    }
    Ok(units::end(tx, &unit.id, on).await?)
}
