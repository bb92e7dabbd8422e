//! SQL of the ledgers: what many files say of one thing. Each list begins at an index in its own order and is joined
//! with the rows of the place that is looked at; sums go by the places right below it.

use crate::codes::{Bond, CredentialKind, FacilityKind, Gained, Mode, Per, State, Style, SupportKind, Way};
use crate::store::list::Within;
use db::{Read, Result, Where, q};
use kernel::kinds::{CredentialId, FacilityId, PlaceId};
use kernel::{Day, Fen};

/// A row as a ledger shows it, read by the names of its columns.
macro_rules! row { ($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* $field:ident : $type:ty),* $(,)? }) => {
    $(#[$meta])*
    pub struct $name { $($(#[$field_meta])* pub $field: $type),* }
    impl db::FromRow for $name {
        fn from_row(row: &db::Row<'_>) -> Result<$name> {
            Ok($name { $($field: row.get(stringify!($field))?),* })
        }
    }
} }
pub(super) use row;

/// A facility as a ledger names it: its name, its place and the one above.
macro_rules! where_it_lies {
    () => {
        " cross join place_span p left join place_span d on d.place = p.parent and d.from_day <= l.seen and d.until_day > l.seen
          where p.place = l.place and p.from_day <= l.seen and p.until_day > l.seen"
    };
}

pub(super) use where_it_lies;

/// The rows of the place (or the one file) that is looked at, on a day.
pub(super) fn lies_within(list: &mut Where, within: &Within, day: Day) {
    match within {
        Within::Place(place) => list.filter("l.ancestor = ?").arg(place),
        Within::Facility(facility) => list.filter("l.facility = ?").arg(facility).filter("l.ancestor = l.place"),
    };
    list.filter("l.from_day <= ?").arg(day).filter("l.until_day > ?").arg(day).filter("l.doubled = false");
}

row! {
    /// A credential that ends soon, or has ended, and was not renewed.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Ending {
        id: CredentialId,
        home: String,
        kind: CredentialKind,
        number: String,
        issuer: String,
        until_day: Day,
        facility: FacilityId,
        name: String,
        place: PlaceId,
        place_code: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

/// Which credentials: those whose first day without lies in `[from, until)`, as known on a day.
#[derive(Clone, Debug)]
pub struct EndingFilter {
    pub within: Within,
    pub day: Day,
    pub from: Day,
    pub until: Day,
    pub kind: Option<CredentialKind>,
}

/// One page of them, in the order of their ends.
pub fn ending_query(filter: &EndingFilter, after: (&str, &str), limit: i64) -> db::Query {
    let mut list = Where::new(
        "select l.*, p.code as place_code, p.name as place_name, d.code as above_code, d.name as above_name
         from (select c.id, c.home, c.kind, c.number, c.issuer, c.until_day, l.facility, l.name, l.place, cast(? as text) as seen
               from credential c cross join facility_listing l",
    );
    list.arg(filter.day);
    list.filter("c.holder_kind = 'facility'").filter("c.until_day >= ?").arg(filter.from);
    list.filter("c.until_day < ?").arg(filter.until).filter("c.from_day <= ?").arg(filter.day);
    if let Some(kind) = filter.kind {
        list.filter("c.kind = ?").arg(kind);
    }
    list.filter("l.facility = c.holder").filter("l.state in ('operating', 'suspended')");
    lies_within(&mut list, &filter.within, filter.day);
    list.filter(
        "not exists (select 1 from credential r where r.home = c.home and r.holder = c.holder and r.kind = c.kind
           and r.from_day > c.from_day and r.until_day > c.until_day)",
    );
    list.filter("(c.until_day, c.id) > (?, ?)").arg(after.0).arg(after.1);
    list.end("order by c.until_day, c.id limit ?").arg(limit);
    list.end(concat!(") l", where_it_lies!(), " order by l.until_day, l.id"));
    list.query()
}

pub async fn ending(read: &mut Read, filter: &EndingFilter, after: (&str, &str), limit: i64) -> Result<Vec<Ending>> {
    read.all(ending_query(filter, after, limit)).await
}

row! {
    /// Support that was given, with the facility that got it.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Given {
        id: String,
        kind: SupportKind,
        source: String,
        fen: Option<Fen>,
        from_day: Day,
        until_day: Day,
        document: String,
        note: String,
        facility: FacilityId,
        name: String,
        place_code: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

#[derive(Clone, Debug)]
pub struct GivenFilter {
    pub within: Within,
    pub day: Day,
    /// Periods that begin in `[from, until)`.
    pub from: Day,
    pub until: Day,
    pub kind: Option<SupportKind>,
}

/// One page, the newest first.
pub fn given_query(filter: &GivenFilter, after: (&str, &str), limit: i64) -> db::Query {
    let mut list = Where::new(
        "select l.*, p.code as place_code, p.name as place_name, d.code as above_code, d.name as above_name
         from (select s.id, s.kind, s.source, s.fen, s.from_day, s.until_day, s.document, s.note, l.facility, l.name, l.place,
                 cast(? as text) as seen
               from facility_support s cross join facility_listing l",
    );
    list.arg(filter.day);
    list.filter("s.from_day >= ?").arg(filter.from).filter("s.from_day < ?").arg(filter.until);
    if let Some(kind) = filter.kind {
        list.filter("s.kind = ?").arg(kind);
    }
    list.filter("l.facility = s.facility");
    lies_within(&mut list, &filter.within, filter.day);
    if after != ("", "") {
        list.filter("(s.from_day, s.id) < (?, ?)").arg(after.0).arg(after.1);
    }
    list.end("order by s.from_day desc, s.id desc limit ?").arg(limit);
    list.end(concat!(") l", where_it_lies!(), " order by l.from_day desc, l.id desc"));
    list.query()
}

pub async fn given(read: &mut Read, filter: &GivenFilter, after: (&str, &str), limit: i64) -> Result<Vec<Given>> {
    read.all(given_query(filter, after, limit)).await
}

/// Place right below (code, name), kind of support, how many facilities, the sum of money.
pub type SupportSum = (String, String, SupportKind, i64, Fen);

/// Support that began in `[from, until)`, added up by the places right below one; of all kinds of facilities or of one.
pub async fn support_sums(
    read: &mut Read,
    place: &PlaceId,
    day: Day,
    (from, until): (Day, Day),
    kind: Option<FacilityKind>,
) -> Result<Vec<SupportSum>> {
    read.all(q!(
        "select p.code, p.name, s.kind, count(distinct s.facility) as n, cast(coalesce(sum(s.fen), 0) as bigint) as fen
         from place_span p cross join facility_listing l cross join facility_support s
         where p.parent = $1 and p.from_day <= $2 and p.until_day > $2
           and l.ancestor = p.place and l.from_day <= $2 and l.until_day > $2 and l.doubled = false
           and s.home = l.home and s.facility = l.facility and s.from_day >= $3 and s.from_day < $4
           and ($5 = '' or l.kind = $5)
         group by p.code, p.name, s.kind order by p.code, s.kind",
        place,
        day,
        from,
        until,
        kind.map_or("", FacilityKind::as_str)
    ))
    .await
}

row! {
    /// A service with the facility that offers it.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Offered {
        id: String,
        style: Style,
        name: String,
        month_from: i64,
        month_until: i64,
        mode: Mode,
        fen: Option<Fen>,
        per: Option<Per>,
        note: String,
        facility: FacilityId,
        facility_name: String,
        name_key: String,
        place_code: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

#[derive(Clone, Debug)]
pub struct OfferedFilter {
    pub within: Within,
    pub day: Day,
    pub style: Option<Style>,
    pub mode: Option<Mode>,
    /// A child of so many months.
    pub months: Option<i64>,
    /// A part of the service's name.
    pub text: Option<String>,
}

/// One page, in the order of the facilities' names.
pub fn offered_query(filter: &OfferedFilter, after: (&str, &str), limit: i64) -> db::Query {
    let mut list = Where::new(
        "select l.*, p.code as place_code, p.name as place_name, d.code as above_code, d.name as above_name
         from (select s.id, s.style, s.name, s.month_from, s.month_until, s.mode, s.fen, s.per, s.note, l.facility,
                 l.name as facility_name, l.name_key, l.place, cast(? as text) as seen
               from facility_listing l cross join facility_service s",
    );
    list.arg(filter.day);
    lies_within(&mut list, &filter.within, filter.day);
    list.filter("l.state = 'operating'").filter("s.home = l.home").filter("s.facility = l.facility");
    list.filter("s.from_day <= ?").arg(filter.day).filter("s.until_day > ?").arg(filter.day);
    if let Some(style) = filter.style {
        list.filter("s.style = ?").arg(style);
    }
    if let Some(mode) = filter.mode {
        list.filter("s.mode = ?").arg(mode);
    }
    if let Some(months) = filter.months {
        list.filter("s.month_from <= ?").arg(months).filter("s.month_until > ?").arg(months);
    }
    if let Some(text) = &filter.text {
        let plain = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
        list.filter("s.name like ? escape '!'").arg(format!("%{plain}%"));
    }
    list.filter("(l.name_key, s.id) > (?, ?)").arg(after.0).arg(after.1);
    list.end("order by l.name_key, s.id limit ?").arg(limit);
    list.end(concat!(") l", where_it_lies!(), " order by l.name_key, l.id"));
    list.query()
}

pub async fn offered(read: &mut Read, filter: &OfferedFilter, after: (&str, &str), limit: i64) -> Result<Vec<Offered>> {
    read.all(offered_query(filter, after, limit)).await
}

/// A brand with its branches that are open on a day, and their approved places.
pub type Brand = (String, i64, i64);

/// One page of brands, in the order of their names.
pub async fn brands(read: &mut Read, within: &Within, day: Day, after: &str, limit: i64) -> Result<Vec<Brand>> {
    let mut list = Where::new(
        "select c.brand, count(*) as branches, cast(coalesce(sum(l.places), 0) as bigint) as places
         from facility_chain c cross join facility_listing l",
    );
    list.filter("c.brand > ?").arg(after);
    list.filter("c.from_day <= ?").arg(day).filter("c.until_day > ?").arg(day).filter("l.facility = c.facility");
    list.filter("l.state in ('operating', 'suspended')");
    lies_within(&mut list, within, day);
    list.end("group by c.brand order by c.brand limit ?").arg(limit);
    read.all(list.query()).await
}

row! {
    /// A branch of a brand, as it stands on a day.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Branch {
        facility: FacilityId,
        bond: Bond,
        from_day: Day,
        until_day: Day,
        name: String,
        kind: FacilityKind,
        state: Option<State>,
        inclusive: bool,
        places: Option<i64>,
        place_code: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

/// The branches that a brand has or had until a day, in the order of their names; at most `limit`.
pub async fn branches(read: &mut Read, brand: &str, within: &Within, day: Day, limit: i64) -> Result<Vec<Branch>> {
    let mut list = Where::new(
        "select l.*, p.code as place_code, p.name as place_name, d.code as above_code, d.name as above_name
         from (select c.facility, c.bond, c.from_day, c.until_day, l.name, l.name_key, l.kind, l.state, l.inclusive, l.places, l.place,
                 cast(? as text) as seen
               from facility_chain c cross join facility_listing l",
    );
    list.arg(day);
    list.filter("c.brand = ?").arg(brand).filter("c.from_day <= ?").arg(day).filter("l.facility = c.facility");
    lies_within(&mut list, within, day);
    list.end("order by l.name_key, c.facility, c.from_day limit ?").arg(limit);
    list.end(concat!(") l", where_it_lies!(), " order by l.name_key, l.facility, l.from_day"));
    read.all(list.query()).await
}

/// How many facilities ever belonged to a brand, wherever they lie.
pub async fn branches_anywhere(read: &mut Read, brand: &str) -> Result<i64> {
    read.one(q!("select count(distinct facility) from facility_chain where brand = $1", brand)).await
}

/// Place right below (code, name), the path, how many classes.
pub type Gains = (String, String, Gained, i64);

/// Classes whose first day lies in `[from, until)`, by the places right below one (as of `day`) and how they were
/// gained.
pub async fn gains(read: &mut Read, place: &PlaceId, day: Day, from: Day, until: Day) -> Result<Vec<Gains>> {
    read.all(q!(
        "select p.code, p.name, c.gained, count(*) as n
         from class_span s cross join class c cross join facility_listing l cross join place_span p
         where s.from_day >= $3 and s.from_day < $4
           and not exists (select 1 from class_span e where e.home = s.home and e.class = s.class and e.from_day < s.from_day)
           and c.home = s.home and c.id = s.class
           and l.facility = s.facility and l.from_day <= $2 and l.until_day > $2 and l.doubled = false
           and p.place = l.ancestor and p.parent = $1 and p.from_day <= $2 and p.until_day > $2
         group by p.code, p.name, c.gained order by p.code, c.gained",
        place,
        day,
        from,
        until
    ))
    .await
}

row! {
    /// What a kindergarten meant to add or free in a year, and its approved places before and after.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Released {
        id: String,
        way: Way,
        places: i64,
        met: bool,
        note: String,
        facility: FacilityId,
        name: String,
        name_key: String,
        before: Option<i64>,
        after: Option<i64>,
        place_code: String,
        place_name: String,
        above_code: Option<String>,
        above_name: Option<String>,
    }
}

/// One page of a year's plans as of a day, in the order of names; `first` and `last` are the days that are compared.
pub async fn released(
    read: &mut Read,
    (within, day): (&Within, Day),
    year: i64,
    (first, last): (Day, Day),
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Released>> {
    let mut list = Where::new(
        "select l.*, p.code as place_code, p.name as place_name, d.code as above_code, d.name as above_name,
           (select cast(sum(c.places) as bigint) from capacity_span c where c.home = l.home and c.facility = l.facility
              and c.measure = 'approved' and c.from_day <= ? and c.until_day > ?) as before,
           (select cast(sum(c.places) as bigint) from capacity_span c where c.home = l.home and c.facility = l.facility
              and c.measure = 'approved' and c.from_day <= ? and c.until_day > ?) as after
         from (select r.id, r.home, r.way, r.places, r.met, r.note, l.facility, l.name, l.name_key, l.place, cast(? as text) as seen
               from facility_release r cross join facility_listing l",
    );
    list.arg(first).arg(first).arg(last).arg(last).arg(day);
    list.filter("r.year = ?").arg(year).filter("r.from_day <= ?").arg(day).filter("r.until_day > ?").arg(day);
    list.filter("l.facility = r.facility");
    lies_within(&mut list, within, day);
    list.filter("(l.name_key, r.id) > (?, ?)").arg(after.0).arg(after.1);
    list.end("order by l.name_key, r.id limit ?").arg(limit);
    list.end(concat!(") l", where_it_lies!(), " order by l.name_key, l.id"));
    read.all(list.query()).await
}

/// Place right below (code, name), kind, inclusive, fen of one facility.
pub type FeeOf = (String, String, FacilityKind, bool, Fen);

/// What operating facilities charge in a mode and unit, by the places right below one.
pub async fn fees(read: &mut Read, place: &PlaceId, day: Day, mode: Mode, per: Per) -> Result<Vec<FeeOf>> {
    read.all(q!(
        "select p.code, p.name, l.kind, l.inclusive, e.fen
         from place_span p cross join facility_listing l cross join facility_fee e
         where p.parent = $1 and p.from_day <= $2 and p.until_day > $2
           and l.ancestor = p.place and l.from_day <= $2 and l.until_day > $2 and l.doubled = false and l.state = 'operating'
           and e.home = l.home and e.facility = l.facility and e.mode = $3 and e.per = $4
           and e.from_day <= $2 and e.until_day > $2
         order by p.code, e.fen",
        place,
        day,
        mode,
        per
    ))
    .await
}

/// Place right below (code, name), operating facilities with places, their approved places.
pub type PlacesOf = (String, String, i64, i64);

/// Of all kinds of facilities or of one.
pub async fn places_below(
    read: &mut Read,
    place: &PlaceId,
    day: Day,
    kind: Option<FacilityKind>,
) -> Result<Vec<PlacesOf>> {
    read.all(q!(
        "select p.code, p.name, count(*) as n, cast(coalesce(sum(l.places), 0) as bigint) as places
         from place_span p cross join facility_listing l
         where p.parent = $1 and p.from_day <= $2 and p.until_day > $2
           and l.ancestor = p.place and l.from_day <= $2 and l.until_day > $2 and l.doubled = false
           and l.state = 'operating' and l.places > 0 and ($3 = '' or l.kind = $3)
         group by p.code, p.name order by p.code",
        place,
        day,
        kind.map_or("", FacilityKind::as_str)
    ))
    .await
}
