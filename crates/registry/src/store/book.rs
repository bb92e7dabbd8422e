//! SQL of the book: what is known on a day of every place of care that ever opened, read whole by a few walks, or anew
//! for some files only. The public pages are made from it; which of it they show is not decided here.

use crate::codes::{Band, CredentialKind, FacilityKind, LegalForm, Measure, Mode, Ownership, Per, State};
use db::{FromRow, Query, Read, Result, Row, Where};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Day, Fen, Instant};
use std::collections::HashMap;

/// A place of care on the day: open, suspended or closed.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry {
    pub home: String,
    pub facility: FacilityId,
    pub name: String,
    pub name_key: String,
    pub kind: FacilityKind,
    pub ownership: Ownership,
    pub legal_form: LegalForm,
    pub inclusive: bool,
    pub integrated: bool,
    /// Operating, suspended or closed.
    pub state: State,
    /// The first day of that state.
    pub since: Day,
    /// The first day on which it ever operated; `None`: it never did.
    pub opened: Option<Day>,
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
    /// The notice that holds: number, first day, first day no longer, who issued it.
    pub notice: Option<Noted>,
    /// The last one that no longer holds, where none does.
    pub past_notice: Option<Noted>,
    /// When something in its file was changed last, or when it was entered.
    pub changed: Instant,
}

/// Number, first day, first day no longer, who issued it.
pub type Noted = (String, Day, Day, String);

impl Entry {
    /// Takes children on the day: it operates, and a kindergarten has a class for them.
    pub fn open(&self) -> bool {
        self.state == State::Operating && (self.kind != FacilityKind::Kindergarten || self.integrated)
    }
}

impl FromRow for Entry {
    fn from_row(r: &Row<'_>) -> Result<Entry> {
        let (lon, lat): (Option<f64>, Option<f64>) = (r.get("lon")?, r.get("lat")?);
        Ok(Entry {
            home: r.get("home")?,
            facility: r.get("facility")?,
            name: r.get("name")?,
            name_key: r.get("name_key")?,
            kind: r.get("kind")?,
            ownership: r.get("ownership")?,
            legal_form: r.get("legal_form")?,
            inclusive: r.get("inclusive")?,
            integrated: r.get("integrated")?,
            state: r.get("state")?,
            since: r.get("since")?,
            opened: r.get("opened")?,
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
            past_notice: None,
            changed: r.get("changed")?,
        })
    }
}

/// Files that one statement names at most; every such statement names as many.
pub const ONCE: usize = 50;
const NAMED: &str = "l.facility in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

/// A kindergarten that never had a class for children under three is none of this; one that had one stays.
const CARE: &str = "(l.kind <> 'kindergarten' or l.integrated or exists (select 1 from class_span cs
    where cs.home = l.home and cs.facility = l.facility and cs.until_day <= ?))";
const STATES: &str = "l.state in ('operating', 'suspended', 'closed') and l.doubled = false";

const ENTRIES: &str = "select l.home, l.facility, l.name, l.name_key, l.kind, l.ownership, l.legal_form, l.inclusive,
       l.integrated, l.state, st.from_day as since,
       (select min(b.from_day) from facility_state b
         where b.home = l.home and b.facility = l.facility and b.state = 'operating') as opened,
       m.operator, m.credit_code, m.phone, s.address, s.lon, s.lat, l.place, p.code as place_code,
       p.name as place_name, d.code as above_code, d.name as above_name,
       coalesce((select max(e.at) from facility_edit e where e.home = l.home and e.facility = l.facility),
         (select f.created from facility f where f.home = l.home and f.id = l.facility)) as changed
     from facility_listing l
     join facility_state st on st.home = l.home and st.facility = l.facility and st.from_day <= ? and st.until_day > ?
     join facility_profile m on m.home = l.home and m.facility = l.facility and m.from_day <= ? and m.until_day > ?
     join facility_site s on s.home = l.home and s.facility = l.facility and s.from_day <= ? and s.until_day > ?
     join place_span p on p.place = l.place and p.from_day <= ? and p.until_day > ?
     left join place_span d on d.place = p.parent and d.from_day <= ? and d.until_day > ?";
const FEES: &str = "select f.facility, f.mode, f.fen, f.per from facility_listing l
     join facility_fee f on f.home = l.home and f.facility = l.facility and f.from_day <= ? and f.until_day > ?";
const PLACES: &str = "select c.facility, c.measure, c.mode, c.band, c.places from facility_listing l
     join capacity_span c on c.home = l.home and c.facility = l.facility and c.from_day <= ? and c.until_day > ?";
const NOTICES: &str = "select c.holder, c.number, c.from_day, c.until_day, c.issuer from facility_listing l
     join credential c on c.home = l.home and c.holder = l.facility and c.from_day <= ? and c.kind = ?
       and c.verified <> 'refuted'";

/// Which files are read, on which day.
#[derive(Clone, Copy)]
struct Asked<'a> {
    within: &'a PlaceId,
    day: Day,
    /// `None`: all.
    named: Option<&'a [FacilityId]>,
}

impl Asked<'_> {
    fn query(&self, mut list: Where, order: &'static str) -> Query {
        list.filter("l.ancestor = ?").arg(self.within);
        if let Some(named) = self.named {
            list.filter(NAMED);
            for at in 0..ONCE {
                list.arg(named.get(at).map_or("", FacilityId::as_str));
            }
        }
        list.filter("l.from_day <= ? and l.until_day > ?").arg(self.day).arg(self.day);
        list.filter(STATES).filter(CARE).arg(self.day);
        list.end(order).query()
    }

    /// A walk whose table of spans is cut by the day.
    fn spans(&self, start: &'static str, order: &'static str) -> Query {
        let mut list = Where::new(start);
        list.arg(self.day).arg(self.day);
        self.query(list, order)
    }
}

/// Everything in a place on a day that gives care or gave it, in the order of names and ids (by bytes).
pub async fn whole(read: &mut Read, within: &PlaceId, day: Day) -> Result<Vec<Entry>> {
    let mut book = entries(read, Asked { within, day, named: None }).await?;
    book.sort_by(|a, b| (&a.name_key, &a.facility).cmp(&(&b.name_key, &b.facility)));
    Ok(book)
}

/// The same as far as it takes children on the day.
pub async fn open(read: &mut Read, within: &PlaceId, day: Day) -> Result<Vec<Entry>> {
    Ok(whole(read, within, day).await?.into_iter().filter(Entry::open).collect())
}

/// The whole book for some files; one that is not in it is left out.
pub async fn some(read: &mut Read, within: &PlaceId, day: Day, files: &[FacilityId]) -> Result<Vec<Entry>> {
    let mut book = Vec::with_capacity(files.len());
    for named in files.chunks(ONCE) {
        book.extend(entries(read, Asked { within, day, named: Some(named) }).await?);
    }
    book.sort_by(|a, b| (&a.name_key, &a.facility).cmp(&(&b.name_key, &b.facility)));
    Ok(book)
}

async fn entries(read: &mut Read, asked: Asked<'_>) -> Result<Vec<Entry>> {
    let mut list = Where::new(ENTRIES);
    for _ in 0..10 {
        list.arg(asked.day);
    }
    let all: Vec<Entry> = read.all(asked.query(list, "order by l.name_key, l.facility")).await?;
    let mut book: Vec<Entry> = all.into_iter().filter(|e| e.kind.gives_care()).collect();
    let at: HashMap<FacilityId, usize> = book.iter().enumerate().map(|(i, e)| (e.facility.clone(), i)).collect();
    let fees: Vec<(FacilityId, Mode, Fen, Per)> = read.all(asked.spans(FEES, "order by f.facility, f.mode")).await?;
    for (facility, mode, fen, per) in fees {
        if let Some(i) = at.get(&facility) {
            book[*i].fees.push((mode, fen, per));
        }
    }
    let places: Vec<(FacilityId, Measure, Mode, Band, i64)> =
        read.all(asked.spans(PLACES, "order by c.facility, c.measure, c.mode, c.band")).await?;
    for (facility, measure, mode, band, n) in places {
        if let Some(i) = at.get(&facility) {
            book[*i].places.push((measure, mode, band, n));
        }
    }
    let mut list = Where::new(NOTICES);
    list.arg(asked.day).arg(CredentialKind::OperationNotice);
    let notices: Vec<(FacilityId, String, Day, Day, String)> =
        read.all(asked.query(list, "order by c.holder, c.from_day, c.until_day")).await?;
    for (holder, number, from, until, issuer) in notices {
        let Some(entry) = at.get(&holder).map(|i| &mut book[*i]) else { continue };
        let noted = Some((number, from, until, issuer));
        if until > asked.day {
            entry.notice = noted;
        } else {
            entry.past_notice = noted;
        }
    }
    for entry in &mut book {
        if entry.notice.is_some() {
            entry.past_notice = None;
        }
    }
    Ok(book)
}
