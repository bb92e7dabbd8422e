//! The files of a place as another list compares itself with them: where they lie, who runs them, whether they operate
//! and until when a notice holds.

use crate::codes::{FacilityKind, State};
use db::{FromRow, Read, Result, Row, Where};
use kernel::Day;
use kernel::kinds::{FacilityId, PlaceId};

/// A file that gives or may give care, on a day.
#[derive(Clone, PartialEq, Debug)]
pub struct Lawful {
    pub facility: FacilityId,
    pub kind: FacilityKind,
    pub name: String,
    pub operator: String,
    pub credit_code: Option<String>,
    /// `None`: no state is recorded for the day.
    pub state: Option<State>,
    /// The first day of that state.
    pub state_since: Option<Day>,
    /// Street or town, and its home.
    pub place: PlaceId,
    pub home: String,
    pub address: String,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    /// The end (half-open) of the notice that began last, until the day looked at; refuted ones do not count.
    pub notice_until: Option<Day>,
}

impl FromRow for Lawful {
    fn from_row(r: &Row<'_>) -> Result<Lawful> {
        Ok(Lawful {
            facility: r.get("facility")?,
            kind: r.get("kind")?,
            name: r.get("name")?,
            operator: r.get("operator")?,
            credit_code: r.get("credit_code")?,
            state: r.get("state")?,
            state_since: r.get("state_since")?,
            place: r.get("place")?,
            home: r.get("home")?,
            address: r.get("address")?,
            lon: r.get("lon")?,
            lat: r.get("lat")?,
            notice_until: r.get("notice_until")?,
        })
    }
}

/// All of them in a place on a day, by id. For a district; a city is walked district by district.
pub async fn below(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Lawful>> {
    let mut list = Where::new(
        "select l.facility, l.kind, l.name, p.operator, p.credit_code, l.state, t.from_day as state_since, s.place,
           l.home, s.address, s.lon, s.lat,
           (select max(c.until_day) from credential c where c.home = l.home and c.holder = l.facility
              and c.kind = 'operation_notice' and c.verified <> 'refuted' and c.from_day <= l.looked) as notice_until
         from (select f.*, cast(? as text) as looked from facility_listing f",
    );
    list.arg(day);
    list.filter("f.ancestor = ?").arg(place).filter("f.from_day <= ?").arg(day).filter("f.until_day > ?").arg(day);
    list.filter("f.doubled = ?").arg(false);
    const { assert!(FacilityKind::CARE == 8) };
    list.filter("f.kind in (?, ?, ?, ?, ?, ?, ?, ?)");
    for kind in FacilityKind::ALL.iter().filter(|k| k.gives_care()) {
        list.arg(*kind);
    }
    list.end(
        ") l join facility_profile p on p.home = l.home and p.facility = l.facility and p.from_day <= l.looked
              and p.until_day > l.looked
            join facility_site s on s.home = l.home and s.facility = l.facility and s.from_day <= l.looked
              and s.until_day > l.looked
            left join facility_state t on t.home = l.home and t.facility = l.facility and t.from_day <= l.looked
              and t.until_day > l.looked
         order by l.facility",
    );
    read.all(list.query()).await
}
