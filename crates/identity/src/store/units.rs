//! SQL of units and of what a group unit means.

use super::unknown;
use crate::model::{GroupRule, Level, Unit};
use db::{FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{FacilityId, PlaceId, UnitId};
use kernel::{Day, Id};
use std::collections::BTreeSet;

macro_rules! unit_columns {
    () => {
        "u.id, u.name_zh, u.name_en, u.level, u.place, u.kind, u.aliases, u.is_group, u.facility, u.ended"
    };
}

impl FromRow for Unit {
    fn from_row(r: &Row<'_>) -> Result<Unit> {
        let level: String = r.get("level")?;
        let aliases: String = r.get("aliases")?;
        Ok(Unit {
            id: r.get("id")?,
            name_zh: r.get("name_zh")?,
            name_en: r.get("name_en")?,
            level: Level::parse(&level).ok_or_else(|| unknown("level", &level))?,
            place: r.get("place")?,
            kind: r.get("kind")?,
            aliases: aliases.split(';').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            is_group: r.get("is_group")?,
            facility: r.get::<Option<String>>("facility")?.map(Id::new),
            ended: r.get("ended")?,
        })
    }
}

/// Framed by `;`, so that one name can be looked for whole.
fn framed(aliases: &[String]) -> String {
    if aliases.is_empty() { String::new() } else { format!(";{};", aliases.join(";")) }
}

pub async fn get(read: &mut Read, unit: &UnitId) -> Result<Option<Unit>> {
    read.opt(q!(concat!("select ", unit_columns!(), " from unit u where u.id = $1"), unit)).await
}

/// Units with this id, name or alias; two at most, enough to know that it is not one.
pub async fn named(read: &mut Read, typed: &str) -> Result<Vec<Unit>> {
    let sql = concat!(
        "select ",
        unit_columns!(),
        " from unit u where u.id = $1 or u.name_zh = $1 or lower(u.name_en) = $2 or u.aliases like $3 escape '!'",
        " order by u.id limit 2"
    );
    let part = typed.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    read.all(q!(sql, typed, typed.to_ascii_lowercase(), format!("%;{part};%"))).await
}

/// Writes a unit as it stands here; `false` when it stood so before.
pub async fn put(tx: &mut Tx, unit: &Unit) -> Result<bool> {
    let mut unit = unit.clone();
    if let Some(known) = get(tx, &unit.id).await? {
        // A unit that was renamed or ended here keeps that, whatever a pack says.
        unit.ended = known.ended;
        if !former_names(tx, &unit.id).await?.is_empty() {
            (unit.name_zh, unit.name_en) = (known.name_zh.clone(), known.name_en.clone());
        }
        if known == unit {
            return Ok(false);
        }
    }
    tx.exec(q!(
        "insert into unit (id, name_zh, name_en, level, place, kind, aliases, is_group, facility)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level,
           place = excluded.place, kind = excluded.kind, aliases = excluded.aliases, is_group = excluded.is_group,
           facility = excluded.facility",
        &unit.id,
        &unit.name_zh,
        &unit.name_en,
        unit.level.as_str(),
        &unit.place,
        &unit.kind,
        framed(&unit.aliases),
        unit.is_group,
        unit.facility.as_ref()
    ))
    .await?;
    Ok(true)
}

/// A name that a unit had before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FormerName {
    pub name_zh: String,
    pub name_en: String,
    pub from: Day,
    pub until: Day,
}

impl FromRow for FormerName {
    fn from_row(r: &Row<'_>) -> Result<FormerName> {
        Ok(FormerName {
            name_zh: r.get("name_zh")?,
            name_en: r.get("name_en")?,
            from: r.get("from_day")?,
            until: r.get("until_day")?,
        })
    }
}

/// The names before, the latest first.
pub async fn former_names(read: &mut Read, unit: &UnitId) -> Result<Vec<FormerName>> {
    let sql = "select name_zh, name_en, from_day, until_day from unit_name where unit = $1 order by from_day desc";
    read.all(q!(sql, unit)).await
}

/// Another name from a day on; what it was called before is kept.
pub async fn rename(tx: &mut Tx, unit: &Unit, since: Day, name_zh: &str, name_en: &str, on: Day) -> Result<()> {
    tx.exec(q!(
        "insert into unit_name (unit, name_zh, name_en, from_day, until_day) values ($1, $2, $3, $4, $5)",
        &unit.id,
        &unit.name_zh,
        &unit.name_en,
        since,
        on
    ))
    .await?;
    tx.exec(q!("update unit set name_zh = $2, name_en = $3 where id = $1", &unit.id, name_zh, name_en)).await?;
    Ok(())
}

/// The name as it should have been written.
pub async fn correct_name(tx: &mut Tx, unit: &UnitId, name_zh: &str, name_en: &str) -> Result<()> {
    tx.exec(q!("update unit set name_zh = $2, name_en = $3 where id = $1", unit, name_zh, name_en)).await?;
    Ok(())
}

/// Offices of facilities, by id.
pub async fn of_facilities(read: &mut Read, after: &UnitId, limit: i64) -> Result<Vec<Unit>> {
    let sql = concat!(
        "select ",
        unit_columns!(),
        " from unit u where u.facility is not null and u.ended is null and u.id > $1 order by u.id limit $2"
    );
    read.all(q!(sql, after, limit)).await
}

/// Makes an applicant the office of its institution.
pub async fn settle(tx: &mut Tx, unit: &UnitId, facility: &FacilityId) -> Result<()> {
    let sql = "update unit set level = 'institution', kind = 'institution', facility = $2
               where id = $1 and level = 'applicant'";
    tx.exec(q!(sql, unit, facility)).await?;
    Ok(())
}

pub async fn end(tx: &mut Tx, unit: &UnitId, on: Day) -> Result<()> {
    tx.exec(q!("update unit set ended = $2 where id = $1", unit, on)).await?;
    Ok(())
}

/// Posts at a unit that are held on a day or later.
pub async fn posts_from(read: &mut Read, unit: &UnitId, day: Day) -> Result<i64> {
    read.one(q!("select count(*) from post where unit = $1 and until_day > $2", unit, day)).await
}

/// Something a unit has to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Duty {
    pub id: String,
    pub duty: String,
    /// Document and clause, as printed.
    pub basis: String,
    pub from: Day,
    pub until: Day,
}

impl FromRow for Duty {
    fn from_row(r: &Row<'_>) -> Result<Duty> {
        Ok(Duty {
            id: r.get("id")?,
            duty: r.get("duty")?,
            basis: r.get("basis")?,
            from: r.get("from_day")?,
            until: r.get("until_day")?,
        })
    }
}

/// The duties of a unit on a day.
pub async fn duties(read: &mut Read, unit: &UnitId, day: Day) -> Result<Vec<Duty>> {
    let sql = "select id, duty, basis, from_day, until_day from unit_duty
               where unit = $1 and from_day <= $2 and until_day > $2 order by from_day, id";
    read.all(q!(sql, unit, day)).await
}

pub async fn add_duty(tx: &mut Tx, unit: &UnitId, d: &Duty) -> Result<()> {
    let sql = "insert into unit_duty (unit, id, duty, basis, from_day, until_day) values ($1, $2, $3, $4, $5, $6)";
    tx.exec(q!(sql, unit, &d.id, &d.duty, &d.basis, d.from, d.until)).await?;
    Ok(())
}

/// Ends a duty; one that would never have held is taken away. False when there is none that holds.
pub async fn end_duty(tx: &mut Tx, unit: &UnitId, id: &str, on: Day) -> Result<bool> {
    let never = "delete from unit_duty where unit = $1 and id = $2 and from_day >= $3";
    let ended = "update unit_duty set until_day = $3 where unit = $1 and id = $2 and until_day > $3";
    Ok(tx.exec(q!(never, unit, id, on)).await? + tx.exec(q!(ended, unit, id, on)).await? > 0)
}

/// Makes a unit a member of a group from a day on; false when it is one then.
pub async fn add_member(tx: &mut Tx, group: &UnitId, member: &UnitId, on: Day) -> Result<bool> {
    let held: i64 = tx
        .one(q!(
            "select count(*) from unit_member where grp = $1 and member = $2 and until_day > $3",
            group,
            member,
            on
        ))
        .await?;
    if held > 0 {
        return Ok(false);
    }
    let sql = "insert into unit_member (grp, member, from_day, until_day) values ($1, $2, $3, $4)";
    tx.exec(q!(sql, group, member, on, Day::OPEN)).await?;
    Ok(true)
}

/// Ends a membership; false when there is none.
pub async fn end_member(tx: &mut Tx, group: &UnitId, member: &UnitId, on: Day) -> Result<bool> {
    let never = "delete from unit_member where grp = $1 and member = $2 and from_day >= $3";
    let ended = "update unit_member set until_day = $3 where grp = $1 and member = $2 and until_day > $3";
    Ok(tx.exec(q!(never, group, member, on)).await? + tx.exec(q!(ended, group, member, on)).await? > 0)
}

/// Rule, kind of facility, place.
type RuleRow = (String, String, Option<String>);

pub async fn rule(read: &mut Read, group: &UnitId) -> Result<Option<GroupRule>> {
    let row: Option<RuleRow> =
        read.opt(q!("select rule, facility, place from unit_group where unit = $1", group)).await?;
    row.map(|(rule, facility, place)| match (rule.as_str(), place.map(PlaceId::new)) {
        ("streets", Some(of)) => Ok(GroupRule::Streets { of }),
        ("facilities", Some(of)) => Ok(GroupRule::Facilities { kind: facility, of }),
        ("unlisted", _) => Ok(GroupRule::Unlisted),
        _ => Err(unknown("rule", &rule)),
    })
    .transpose()
}

/// Writes, changes or (with `None`) takes away the rule of a unit; `false` when it stood so before.
pub async fn put_rule(tx: &mut Tx, unit: &UnitId, new: Option<&GroupRule>) -> Result<bool> {
    if rule(tx, unit).await?.as_ref() == new {
        return Ok(false);
    }
    tx.exec(q!("delete from unit_group where unit = $1", unit)).await?;
    let (rule, facility, place) = match new {
        None => return Ok(true),
        Some(GroupRule::Streets { of }) => ("streets", "", Some(of)),
        Some(GroupRule::Facilities { kind, of }) => ("facilities", kind.as_str(), Some(of)),
        Some(GroupRule::Unlisted) => ("unlisted", "", None),
    };
    tx.exec(q!(
        "insert into unit_group (unit, rule, facility, place) values ($1, $2, $3, $4)",
        unit,
        rule,
        facility,
        place
    ))
    .await?;
    Ok(true)
}

/// Members that are named one by one, on a day.
pub async fn members(read: &mut Read, group: &UnitId, day: Day) -> Result<Vec<Unit>> {
    let sql = concat!(
        "select ",
        unit_columns!(),
        " from unit_member m join unit u on u.id = m.member",
        " where m.grp = $1 and m.from_day <= $2 and m.until_day > $2 order by u.place, u.id"
    );
    read.all(q!(sql, group, day)).await
}

/// The office of a facility; the first one where several say so.
pub async fn of_facility(read: &mut Read, facility: &FacilityId) -> Result<Option<Unit>> {
    let text = concat!("select ", unit_columns!(), " from unit u where u.facility = $1 order by u.id limit 1");
    read.opt(q!(text, facility)).await
}

/// Facilities that one statement names; every statement names as many, so that there is one text of it.
const ONCE: usize = 10;

/// Which of some facilities have an office.
pub async fn with_office(read: &mut Read, of: &[FacilityId]) -> Result<BTreeSet<FacilityId>> {
    let mut out = BTreeSet::new();
    for some in of.chunks(ONCE) {
        let mut list = Where::new("select facility from unit");
        list.filter("facility in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        for n in 0..ONCE {
            list.arg(some.get(n).unwrap_or(&some[0]));
        }
        out.extend(read.all::<FacilityId>(list.query()).await?);
    }
    Ok(out)
}

/// The units of a place itself, not of those below it.
pub async fn offices_of(read: &mut Read, place: &PlaceId) -> Result<Vec<Unit>> {
    read.all(q!(concat!("select ", unit_columns!(), " from unit u where u.place = $1 order by u.id"), place)).await
}

/// Groups that name the unit as a member on a day.
pub async fn groups_naming(read: &mut Read, unit: &UnitId, day: Day) -> Result<Vec<Unit>> {
    let sql = concat!(
        "select ",
        unit_columns!(),
        " from unit_member m join unit u on u.id = m.grp",
        " where m.member = $1 and m.from_day <= $2 and m.until_day > $2 order by u.id"
    );
    read.all(q!(sql, unit, day)).await
}

/// Groups of streets that a place belongs to on a day.
pub async fn groups_of_streets(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Unit>> {
    let sql = concat!(
        "select ",
        unit_columns!(),
        " from place_closure c join unit_group g on g.place = c.ancestor and g.rule = 'streets'",
        " join unit u on u.id = g.unit",
        " where c.place = $1 and c.from_day <= $2 and c.until_day > $2 and c.kind in ('street', 'town', 'township')",
        " order by u.id"
    );
    read.all(q!(sql, place, day)).await
}

/// The offices of streets and towns in a place, as (street, unit): the first by id where one has several.
pub async fn street_offices(read: &mut Read, of: &PlaceId, day: Day) -> Result<Vec<(PlaceId, UnitId)>> {
    read.all(q!(
        "select u.place, min(u.id) from place_closure c join unit u on u.place = c.place
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2
           and u.level = 'street' and u.kind = 'sub_district' and not u.is_group
         group by u.place order by u.place",
        of,
        day
    ))
    .await
}

/// A line of the list: the unit, and name and code of its place on the day (empty when the place is no more).
pub struct Listed {
    pub unit: Unit,
    pub place_name: String,
    pub place_code: String,
}

impl FromRow for Listed {
    fn from_row(r: &Row<'_>) -> Result<Listed> {
        let unit = Unit::from_row(r)?;
        let text = |name| -> Result<String> { Ok(r.get::<Option<String>>(name)?.unwrap_or_default()) };
        Ok(Listed { unit, place_name: text("place_name")?, place_code: text("place_code")? })
    }
}

/// What the list of units is narrowed by.
#[derive(Clone)]
pub struct Selection<'a> {
    pub day: Day,
    /// Units of this place and of everything under it.
    pub under: Option<PlaceId>,
    pub level: Option<Level>,
    pub kind: Option<&'a str>,
    /// A part of a name, in either language, or of an alias.
    pub text: Option<&'a str>,
}

/// A page of the list, by place and id, after a unit.
pub fn select(s: &Selection<'_>, after: (&str, &str), limit: i64) -> Query {
    let mut list = Where::new(concat!(
        "select ",
        unit_columns!(),
        ", s.name as place_name, s.code as place_code from unit u",
        " left join place_span s on s.place = u.place and s.from_day <= ? and s.until_day > ?"
    ));
    list.arg(s.day).arg(s.day);
    list.filter("(u.place, u.id) > (?, ?)").arg(after.0).arg(after.1);
    narrow(&mut list, s);
    list.end("order by u.place, u.id limit ?").arg(limit).query()
}

/// How many there are in all.
pub fn count(s: &Selection<'_>) -> Query {
    let mut list = Where::new("select count(*) from unit u");
    narrow(&mut list, s);
    list.query()
}

fn narrow(list: &mut Where, s: &Selection<'_>) {
    // Who brings matters is no office: often a person by name, seen by those who deal with their matters.
    list.filter("u.level <> 'applicant'");
    if let Some(under) = &s.under {
        list.filter(
            "u.place in (select place from place_closure where ancestor = ? and from_day <= ? and until_day > ?)",
        );
        list.arg(under).arg(s.day).arg(s.day);
    }
    if let Some(level) = s.level {
        list.filter("u.level = ?").arg(level.as_str());
    }
    if let Some(kind) = s.kind {
        list.filter("u.kind = ?").arg(kind);
    }
    if let Some(text) = s.text {
        list.filter(
            "(u.name_zh like ? escape '!' or lower(u.name_en) like ? escape '!' or u.aliases like ? escape '!')",
        );
        let part = format!("%{}%", text.replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        list.arg(&part).arg(part.to_lowercase()).arg(&part);
    }
}

/// The unit of a kind that works for a place itself; the first by id.
pub async fn of_kind(read: &mut Read, place: &PlaceId, kind: &str) -> Result<Option<UnitId>> {
    let text = "select id from unit where place = $1 and kind = $2 and not is_group order by id limit 1";
    read.opt(q!(text, place, kind)).await
}

/// The kinds that there are, for the filter.
pub async fn kinds(read: &mut Read) -> Result<Vec<String>> {
    read.all(q!("select distinct kind from unit where level <> 'applicant' order by kind")).await
}
