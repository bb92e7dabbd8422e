//! Lists of matters. Each walks along one index, the most urgent or the newest first.

use super::row::columns;
use crate::model::Matter;
use db::{Query, Read, Result, Where, q};
use kernel::Day;
use kernel::kinds::{FacilityId, MatterId, PlaceId, UnitId};
use std::collections::BTreeSet;

/// What a list is cut to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cut<'a> {
    pub kind: Option<&'a str>,
    pub state: Option<&'a str>,
}

impl Cut<'_> {
    fn onto(self, list: &mut Where) {
        if let Some(kind) = self.kind {
            list.filter("m.kind = ?").arg(kind);
        }
        if let Some(state) = self.state {
            list.filter("m.state = ?").arg(state);
        }
    }
}

/// Where a list of all matters looks.
#[derive(Clone, Copy, Debug)]
pub enum Within<'a> {
    Everywhere,
    /// Decided at this place or below it on a day.
    Place(&'a PlaceId, Day),
    /// About this institution; where a unit is named only what was handed in or brought by it.
    Facility(&'a FacilityId, Option<&'a UnitId>),
    /// Brought by this unit.
    Unit(&'a UnitId),
}

/// Matters in which a unit has to act, the most urgent first, after `(due, id)`.
pub fn turn(unit: &UnitId, cut: Cut<'_>, after: (&str, &str), limit: i64) -> Query {
    let mut list = Where::new(concat!("select ", columns!(), " from matter m"));
    list.filter("m.turn = ?").arg(unit).filter("(m.due, m.id) > (?, ?)").arg(after.0).arg(after.1);
    cut.onto(&mut list);
    list.end("order by m.due, m.id limit ?").arg(limit).query()
}

/// An opinion that was asked for last and is not given; of a matter that goes on (`m`).
macro_rules! awaited {
    () => {
        "o.verdict is null and m.turn is not null and not exists (select 1 from matter_opinion later
           where later.home = o.home and later.matter = o.matter and later.round > o.round)"
    };
}

/// Matters in which a unit is asked for its opinion and has not given it, the most urgent first: due on the day of the
/// opinion.
pub fn asked(unit: &UnitId, cut: Cut<'_>, after: (&str, &str), limit: i64) -> Query {
    let mut list = Where::new(concat!(
        "select ",
        columns!("o.due"),
        " from matter_opinion o join matter m on m.home = o.home and m.id = o.matter"
    ));
    list.filter("o.unit = ?").arg(unit).filter(awaited!());
    list.filter("(o.due, m.id) > (?, ?)").arg(after.0).arg(after.1);
    cut.onto(&mut list);
    list.end("order by o.due, m.id limit ?").arg(limit).query()
}

/// All matters of a part of the house, the last changed first, before `(changed, id)`.
pub fn all(within: Within<'_>, cut: Cut<'_>, before: (i64, &str), limit: i64) -> Query {
    let mut list = match within {
        Within::Place(place, day) => {
            let mut list =
                Where::new(concat!("select ", columns!(), " from matter m join place_closure c on c.place = m.place"));
            list.filter("c.ancestor = ?").arg(place).filter("c.from_day <= ?").arg(day);
            list.filter("c.until_day > ?").arg(day);
            list
        }
        Within::Facility(facility, unit) => {
            let mut list = Where::new(concat!("select ", columns!(), " from matter m"));
            list.filter("m.facility = ?").arg(facility);
            if let Some(unit) = unit {
                // `Whole::handed_in`, as a condition: a draft that was dropped was never handed in.
                list.filter(
                    "(m.applicant = ? or (select count(*) from matter_step s where s.home = m.home and s.matter = m.id
                      and s.from_state <> '' and s.from_state <> s.to_state) > case when m.turn is null then 1 else 0 end)",
                );
                list.arg(unit);
            }
            list
        }
        Within::Unit(unit) => {
            let mut list = Where::new(concat!("select ", columns!(), " from matter m"));
            list.filter("m.applicant = ?").arg(unit);
            list
        }
        Within::Everywhere => Where::new(concat!("select ", columns!(), " from matter m")),
    };
    list.filter("(m.changed, m.id) < (?, ?)").arg(before.0).arg(before.1);
    cut.onto(&mut list);
    list.end("order by m.changed desc, m.id desc limit ?").arg(limit).query()
}

/// Matters about an institution that a unit was asked for an opinion on.
pub async fn asked_about(read: &mut Read, facility: &FacilityId, unit: &UnitId) -> Result<BTreeSet<MatterId>> {
    let ids: Vec<MatterId> = read
        .all(q!(
            "select o.matter from matter m join matter_opinion o on o.home = m.home and o.matter = m.id
             where m.facility = $1 and o.unit = $2",
            facility,
            unit
        ))
        .await?;
    Ok(ids.into_iter().collect())
}

/// How many matters wait for a unit: its turns and opinions.
pub async fn waiting(read: &mut Read, unit: &UnitId) -> Result<i64> {
    read.one(q!(
        concat!(
            "select (select count(*) from matter where turn = $1)
           + (select count(*) from matter_opinion o join matter m on m.home = o.home and m.id = o.matter
              where o.unit = $1 and ",
            awaited!(),
            ")"
        ),
        unit
    ))
    .await
}

/// Open matters whose day has passed, the longest first, after `(due, id)`.
pub async fn late(read: &mut Read, today: Day, after: (&str, &str), limit: i64) -> Result<Vec<Matter>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from matter m where m.turn is not null and m.due < $1 and (m.due, m.id) > ($2, $3) order by m.due, m.id limit $4"
    );
    read.all(q!(sql, today, after.0, after.1, limit)).await
}

/// Matters with an opinion whose day has passed without a word, after `(home, matter)`.
pub async fn late_opinions(read: &mut Read, today: Day, after: (&str, &str), limit: i64) -> Result<Vec<Matter>> {
    let sql = concat!(
        "select ",
        columns!(),
        " from matter m where m.turn is not null and (m.home, m.id) > ($2, $3)
            and exists (select 1 from matter_opinion o where o.home = m.home and o.matter = m.id and o.due < $1 and ",
        awaited!(),
        ")
          order by m.home, m.id limit $4"
    );
    read.all(q!(sql, today, after.0, after.1, limit)).await
}
