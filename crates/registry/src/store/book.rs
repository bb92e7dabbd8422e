//! SQL of the book: what is known on a day of every place of care that is open, read whole by a few walks. The public
//! pages are made from it; which of it they show is not decided here.

use crate::codes::{Band, CredentialKind, FacilityKind, LegalForm, Measure, Mode, Ownership, Per};
use db::{FromRow, Read, Result, Row, q};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Fen};
use std::collections::HashMap;

/// A place of care that is open on the day.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub facility: FacilityId,
    pub name: String,
    pub name_key: String,
    pub kind: FacilityKind,
    pub ownership: Ownership,
    pub legal_form: LegalForm,
    pub inclusive: bool,
    pub integrated: bool,
    pub operator: String,
    pub credit_code: Option<String>,
    pub phone: String,
    pub address: String,
    /// Degrees, WGS-84: longitude and latitude.
    pub position: Option<(f64, f64)>,
    pub place: PlaceId,
    pub place_code: String,
    pub place_name: String,
    pub above_code: Option<String>,
    pub above_name: Option<String>,
    pub fees: Vec<(Mode, Fen, Per)>,
    pub places: Vec<(Measure, Mode, Band, i64)>,
    /// Number, first day, first day no longer, who issued it.
    pub notice: Option<(String, Day, Day, String)>,
}

impl FromRow for Entry {
    fn from_row(r: &Row<'_>) -> Result<Entry> {
        let (lon, lat): (Option<f64>, Option<f64>) = (r.get("lon")?, r.get("lat")?);
        Ok(Entry {
            facility: r.get("facility")?,
            name: r.get("name")?,
            name_key: r.get("name_key")?,
            kind: r.get("kind")?,
            ownership: r.get("ownership")?,
            legal_form: r.get("legal_form")?,
            inclusive: r.get("inclusive")?,
            integrated: r.get("integrated")?,
            operator: r.get("operator")?,
            credit_code: r.get("credit_code")?,
            phone: r.get("phone")?,
            address: r.get("address")?,
            position: lon.zip(lat),
            place: r.get("place")?,
            place_code: r.get("place_code")?,
            place_name: r.get("place_name")?,
            above_code: r.get("above_code")?,
            above_name: r.get("above_name")?,
            fees: Vec::new(),
            places: Vec::new(),
            notice: None,
        })
    }
}

/// Everything open in a place on a day that gives care, in the order of names. A kindergarten without a toddler class
/// takes no child under three and is left out.
pub async fn open(read: &mut Read, within: &PlaceId, day: Day) -> Result<Vec<Entry>> {
    let text = "select l.facility, l.name, l.name_key, l.kind, l.ownership, l.legal_form, l.inclusive, l.integrated,
           m.operator, m.credit_code, m.phone, s.address, s.lon, s.lat, l.place, p.code as place_code,
           p.name as place_name, d.code as above_code, d.name as above_name
         from facility_listing l
         join facility_profile m on m.home = l.home and m.facility = l.facility and m.from_day <= $2 and m.until_day > $2
         join facility_site s on s.home = l.home and s.facility = l.facility and s.from_day <= $2 and s.until_day > $2
         join place_span p on p.place = l.place and p.from_day <= $2 and p.until_day > $2
         left join place_span d on d.place = p.parent and d.from_day <= $2 and d.until_day > $2
         where l.ancestor = $1 and l.from_day <= $2 and l.until_day > $2 and l.state = 'operating'
           and l.doubled = false and (l.kind <> 'kindergarten' or l.integrated)
         order by l.name_key, l.facility";
    let all: Vec<Entry> = read.all(q!(text, within, day)).await?;
    let mut book: Vec<Entry> = all.into_iter().filter(|e| e.kind.gives_care()).collect();
    let at: HashMap<FacilityId, usize> = book.iter().enumerate().map(|(i, e)| (e.facility.clone(), i)).collect();
    for (facility, mode, fen, per) in fees(read, within, day).await? {
        if let Some(i) = at.get(&facility) {
            book[*i].fees.push((mode, fen, per));
        }
    }
    for (facility, measure, mode, band, n) in places(read, within, day).await? {
        if let Some(i) = at.get(&facility) {
            book[*i].places.push((measure, mode, band, n));
        }
    }
    for (holder, number, from, until, issuer) in notices(read, within, day).await? {
        if let Some(i) = at.get(&holder) {
            book[*i].notice = Some((number, from, until, issuer));
        }
    }
    Ok(book)
}

async fn fees(read: &mut Read, within: &PlaceId, day: Day) -> Result<Vec<(FacilityId, Mode, Fen, Per)>> {
    let text = "select f.facility, f.mode, f.fen, f.per from facility_listing l
         join facility_fee f on f.home = l.home and f.facility = l.facility and f.from_day <= $2 and f.until_day > $2
         where l.ancestor = $1 and l.from_day <= $2 and l.until_day > $2 and l.state = 'operating'
         order by f.facility, f.mode";
    read.all(q!(text, within, day)).await
}

type Places = (FacilityId, Measure, Mode, Band, i64);

async fn places(read: &mut Read, within: &PlaceId, day: Day) -> Result<Vec<Places>> {
    let text = "select c.facility, c.measure, c.mode, c.band, c.places from facility_listing l
         join capacity_span c on c.home = l.home and c.facility = l.facility and c.from_day <= $2 and c.until_day > $2
         where l.ancestor = $1 and l.from_day <= $2 and l.until_day > $2 and l.state = 'operating'
         order by c.facility, c.measure, c.mode, c.band";
    read.all(q!(text, within, day)).await
}

type Notice = (FacilityId, String, Day, Day, String);

async fn notices(read: &mut Read, within: &PlaceId, day: Day) -> Result<Vec<Notice>> {
    let text = "select c.holder, c.number, c.from_day, c.until_day, c.issuer from facility_listing l
         join credential c on c.home = l.home and c.holder = l.facility and c.kind = $3
           and c.from_day <= $2 and c.until_day > $2
         where l.ancestor = $1 and l.from_day <= $2 and l.until_day > $2 and l.state = 'operating'
           and c.verified <> 'refuted'
         order by c.holder, c.from_day";
    read.all(q!(text, within, day, CredentialKind::OperationNotice)).await
}
