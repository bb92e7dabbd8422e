//! SQL of the operating support: places by kind, inclusive facilities by mode with what is enrolled and charged, and
//! what was given to each.

use super::ledger::{lies_within, row};
use crate::codes::{FacilityKind, Mode, Ownership, Per};
use crate::store::list::Within;
use db::{Read, Result, Where, q};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Fen};

/// Place right below (code), kind, operating facilities, their approved places, how many of them have none recorded. A
/// baby house has no fixed places (packs/norms/design.toml, 普惠性托育点的计法), so it lacks none.
pub type SupplyOf = (String, FacilityKind, i64, i64, i64);

/// Facilities that operate on a day and give care, by the places right below one and by kind; a kindergarten is one
/// with a class.
pub async fn supply(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<SupplyOf>> {
    read.all(q!(
        "select p.code, l.kind, count(*) as n, cast(coalesce(sum(l.places), 0) as bigint) as places,
                count(*) filter (where l.places is null and l.kind <> 'baby_house') as unrecorded
         from place_span p cross join facility_listing l cross join facility_kind k
         where p.parent = $1 and p.from_day <= $2 and p.until_day > $2
           and l.ancestor = p.place and l.from_day <= $2 and l.until_day > $2 and l.doubled = false
           and l.state = 'operating' and (l.kind <> 'kindergarten' or l.integrated)
           and k.code = l.kind and k.gives_care
         group by p.code, l.kind, k.sort order by p.code, k.sort, l.kind",
        place,
        day
    ))
    .await
}

row! {
    /// One mode of an inclusive facility; without a mode no places are recorded.
    #[derive(Clone, PartialEq, Debug)]
    pub struct InclusiveMode {
        /// The code of the place right below the one that is looked at; empty where facilities are asked for.
        below: String,
        facility: FacilityId,
        name: String,
        kind: FacilityKind,
        ownership: Ownership,
        mode: Option<Mode>,
        places: Option<i64>,
        enrolled: Option<i64>,
        fen: Option<Fen>,
        per: Option<Per>,
    }
}

/// The columns and the joins of both statements; `$below` is the place by which they go.
macro_rules! modes {
    ($below:literal, $from:literal) => {
        concat!(
            "select ",
            $below,
            " as below, l.facility, l.name, l.kind, l.ownership, c.mode,
               cast(sum(case when c.measure = 'approved' then c.places end) as bigint) as places,
               cast(sum(case when c.measure = 'enrolled' then c.places end) as bigint) as enrolled, e.fen, e.per
             from ",
            $from,
            " left join capacity_span c on c.home = l.home and c.facility = l.facility
                 and c.measure in ('approved', 'enrolled') and c.from_day <= ? and c.until_day > ?
               left join facility_fee e on e.home = l.home and e.facility = l.facility and e.mode = c.mode
                 and e.from_day <= ? and e.until_day > ?"
        )
    };
}

fn finish(mut list: Where, order: &'static str) -> db::Query {
    list.filter("l.state = 'operating'").filter("l.inclusive");
    list.end(order);
    list.query()
}

/// Inclusive facilities that operate on a day, by the places right below one, each in all its modes.
pub async fn inclusive_below(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<InclusiveMode>> {
    let mut list = Where::new(modes!("p.code", "place_span p cross join facility_listing l"));
    list.arg(day).arg(day).arg(day).arg(day);
    list.filter("p.parent = ?").arg(place).filter("p.from_day <= ?").arg(day).filter("p.until_day > ?").arg(day);
    list.filter("l.ancestor = p.place").filter("l.from_day <= ?").arg(day).filter("l.until_day > ?").arg(day);
    list.filter("l.doubled = false");
    read.all(finish(
        list,
        "group by p.code, l.facility, l.name, l.name_key, l.kind, l.ownership, c.mode, e.fen, e.per
         order by p.code, l.name_key, l.facility, c.mode nulls first, e.per nulls first",
    ))
    .await
}

/// The same facility by facility within a place, or of one facility.
pub async fn inclusive_within(read: &mut Read, within: &Within, day: Day) -> Result<Vec<InclusiveMode>> {
    let mut list = Where::new(modes!("''", "facility_listing l"));
    list.arg(day).arg(day).arg(day).arg(day);
    lies_within(&mut list, within, day);
    read.all(finish(
        list,
        "group by l.facility, l.name, l.name_key, l.kind, l.ownership, c.mode, e.fen, e.per
         order by l.name_key, l.facility, c.mode nulls first, e.per nulls first",
    ))
    .await
}

/// Money of support that began in `[from, until)`, by facility.
pub async fn given_within(
    read: &mut Read,
    within: &Within,
    day: Day,
    (from, until): (Day, Day),
) -> Result<Vec<(FacilityId, Fen)>> {
    let mut list = Where::new(
        "select l.facility, cast(coalesce(sum(s.fen), 0) as bigint) as fen
         from facility_listing l cross join facility_support s",
    );
    lies_within(&mut list, within, day);
    list.filter("s.home = l.home").filter("s.facility = l.facility");
    list.filter("s.from_day >= ?").arg(from).filter("s.from_day < ?").arg(until);
    list.end("group by l.facility order by l.facility");
    read.all(list.query()).await
}
