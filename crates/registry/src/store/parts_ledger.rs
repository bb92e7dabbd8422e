//! SQL of the ledgers of parts that a file holds for a span: agreements, rooms, beneficiaries. One walk along the names of
//! the facilities of a place, each joined with its part of the day.

use super::ledger::{lies_within, row, where_it_lies};
use crate::codes::{Beneficiary, Tenure};
use crate::store::list::Within;
use db::{Query, Read, Result, Where};
use kernel::Day;
use kernel::kinds::FacilityId;

row! {
    /// An agreement on toddler places.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Agreed {
        id: String,
        from_day: Day,
        until_day: Day,
        partner: String,
        agreed: i64,
        note: String,
        facility: FacilityId,
        name: String,
        name_key: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

row! {
    /// The rooms of a facility.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Housed {
        id: String,
        from_day: Day,
        until_day: Day,
        tenure: Tenure,
        supplier: String,
        area: Option<i64>,
        outdoor: Option<i64>,
        floors: String,
        independent: bool,
        note: String,
        facility: FacilityId,
        name: String,
        name_key: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

row! {
    /// For whom an employer or a park offers care.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Offers {
        id: String,
        from_day: Day,
        until_day: Day,
        host: String,
        beneficiary: Beneficiary,
        children: i64,
        note: String,
        facility: FacilityId,
        name: String,
        name_key: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

macro_rules! part_of {
    ($columns:literal, $table:literal) => {
        concat!(
            "select l.*, p.code as place_code, p.name as place_name, d.code as above_code, d.name as above_name
             from (select x.id, x.from_day, x.until_day, ",
            $columns,
            ", l.facility, l.name, l.name_key, l.place, cast(? as text) as seen from facility_listing l cross join ",
            $table,
            " x"
        )
    };
}

/// One page of a part as of a day, in the order of the facilities' names, after `(name key, id)`.
fn part(start: &'static str, (within, day): (&Within, Day), after: (&str, &str), limit: i64) -> Query {
    let mut list = Where::new(start);
    list.arg(day);
    lies_within(&mut list, within, day);
    list.filter("x.home = l.home").filter("x.facility = l.facility");
    list.filter("x.from_day <= ?").arg(day).filter("x.until_day > ?").arg(day);
    list.filter("(l.name_key, x.id) > (?, ?)").arg(after.0).arg(after.1);
    list.end("order by l.name_key, x.id limit ?").arg(limit);
    list.end(concat!(") l", where_it_lies!(), " order by l.name_key, l.id"));
    list.query()
}

pub async fn agreed(read: &mut Read, of: (&Within, Day), after: (&str, &str), limit: i64) -> Result<Vec<Agreed>> {
    read.all(part(part_of!("x.partner, x.places as agreed, x.note", "facility_agreement"), of, after, limit)).await
}

pub async fn housed(read: &mut Read, of: (&Within, Day), after: (&str, &str), limit: i64) -> Result<Vec<Housed>> {
    let columns =
        part_of!("x.tenure, x.supplier, x.area, x.outdoor, x.floors, x.independent, x.note", "facility_premises");
    read.all(part(columns, of, after, limit)).await
}

pub async fn offers(read: &mut Read, of: (&Within, Day), after: (&str, &str), limit: i64) -> Result<Vec<Offers>> {
    read.all(part(part_of!("x.host, x.beneficiary, x.children, x.note", "facility_welfare"), of, after, limit)).await
}
