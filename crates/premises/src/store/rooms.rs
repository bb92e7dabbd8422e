//! SQL of premises, their lettings, history and comparison.

use crate::model::{Letting, Match, Premises, PremisesId, Step};
use db::{FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{FacilityId, MatterId, PlaceId};
use kernel::{Day, Instant};

pub async fn get(read: &mut Read, id: &PremisesId) -> Result<Option<Premises>> {
    read.opt(q!("select * from premises where id = $1", id)).await
}

/// The rooms at an address of a street.
pub async fn at(read: &mut Read, place: &PlaceId, key: &str) -> Result<Option<Premises>> {
    read.opt(q!("select * from premises where place = $1 and address_key = $2", place, key)).await
}

/// Rewrites what the rooms are; `false` when somebody else changed them since `version`.
pub async fn update(tx: &mut Tx, p: &Premises, version: i64) -> Result<bool> {
    let written = tx
        .exec(q!(
            "update premises set place = $3, address = $4, address_key = $5, lon = $6, lat = $7, what = $8, area = $9,
               floor = $10, source = $11, source_ref = $12, note = $13, version = $14, changed = $15
             where home = $1 and id = $2 and version = $16",
            &*p.home,
            &p.id,
            &p.place,
            &*p.address,
            &*p.address_key,
            p.lon,
            p.lat,
            &*p.what,
            p.area,
            &*p.floor,
            &*p.source,
            &*p.source_ref,
            &*p.note,
            p.version,
            p.changed,
            version
        ))
        .await?;
    Ok(written == 1)
}

/// The lettings of rooms, the first first.
pub async fn lettings(read: &mut Read, p: &Premises) -> Result<Vec<Letting>> {
    let sql = "select * from premises_letting where home = $1 and premises = $2 order by from_day, id";
    read.all(q!(sql, &*p.home, &p.id)).await
}

pub async fn update_letting(tx: &mut Tx, l: &Letting) -> Result<()> {
    tx.exec(q!(
        "update premises_letting set from_day = $3, until_day = $4, recorded = $5, lessor_kind = $6, lessor = $7,
           contact = $8, operator = $9, credit_code = $10, purpose = $11, account = $12
         where home = $1 and id = $2",
        &*l.home,
        &*l.id,
        l.from_day,
        l.until_day,
        l.recorded,
        &*l.lessor_kind,
        &*l.lessor,
        l.contact.clone(),
        &*l.operator,
        l.credit_code.clone(),
        &*l.purpose,
        l.account.as_ref()
    ))
    .await?;
    Ok(())
}

/// The last day of a letting becomes the one before `until`.
pub async fn end_letting(tx: &mut Tx, l: &Letting, until: Day, now: Instant) -> Result<()> {
    let sql = "update premises_letting set until_day = $3, recorded = $4 where home = $1 and id = $2";
    tx.exec(q!(sql, &*l.home, &*l.id, until, now)).await?;
    Ok(())
}

/// The history, the newest first.
pub async fn steps(read: &mut Read, p: &Premises) -> Result<Vec<Step>> {
    read.all(q!("select * from premises_step where home = $1 and premises = $2 order by no desc", &*p.home, &p.id))
        .await
}

/// The number of the next line of the history.
pub async fn next_step(read: &mut Read, p: &Premises) -> Result<i64> {
    let sql = "select coalesce(max(no), 0) + 1 from premises_step where home = $1 and premises = $2";
    read.one(q!(sql, &*p.home, &p.id)).await
}

pub async fn found(read: &mut Read, p: &Premises) -> Result<Option<Match>> {
    read.opt(q!("select * from premises_match where home = $1 and premises = $2", &*p.home, &p.id)).await
}

/// Keeps what a comparison gave, where it is another than before.
pub async fn keep_found(tx: &mut Tx, m: &Match) -> Result<()> {
    tx.exec(q!(
        "insert into premises_match (home, premises, outcome, facility, matter, whys, at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (home, premises) do update set outcome = excluded.outcome, facility = excluded.facility,
           matter = excluded.matter, whys = excluded.whys, at = excluded.at",
        &*m.home,
        &m.premises,
        &*m.outcome,
        m.facility.as_ref(),
        m.matter.as_ref(),
        &*m.whys,
        m.at
    ))
    .await?;
    Ok(())
}

/// Rooms with the letting of a day, for the comparison.
#[derive(Clone, PartialEq, Debug)]
pub struct Let {
    pub premises: Premises,
    pub letting: Option<Letting>,
    pub found: Option<Match>,
}

/// All rooms of a place with the letting of a day, by id.
pub async fn below(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<Let>> {
    let rooms: Vec<Premises> = read
        .all(q!(
            "select p.* from place_closure c join premises p on p.place = c.place
             where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 order by p.id",
            place,
            day
        ))
        .await?;
    let lettings: Vec<Letting> = read
        .all(q!(
            "select l.* from place_closure c join premises p on p.place = c.place
               join premises_letting l on l.home = p.home and l.premises = p.id
             where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 and l.from_day <= $2 and l.until_day > $2",
            place,
            day
        ))
        .await?;
    let found: Vec<Match> = read
        .all(q!(
            "select m.* from place_closure c join premises p on p.place = c.place
               join premises_match m on m.home = p.home and m.premises = p.id
             where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2",
            place,
            day
        ))
        .await?;
    let mut lettings: std::collections::HashMap<_, _> =
        lettings.into_iter().map(|l| (l.premises.to_string(), l)).collect();
    let mut found: std::collections::HashMap<_, _> = found.into_iter().map(|m| (m.premises.to_string(), m)).collect();
    let one = |premises: Premises| {
        let (letting, found) = (lettings.remove(premises.id.as_str()), found.remove(premises.id.as_str()));
        Let { premises, letting, found }
    };
    Ok(rooms.into_iter().map(one).collect())
}

/// What a list shows.
#[derive(Clone, Debug)]
pub struct Filter {
    pub within: PlaceId,
    pub day: Day,
    pub outcome: Option<String>,
    pub purpose: Option<String>,
    pub what: Option<String>,
    /// A part of the address, the operator or the lessor.
    pub text: String,
}

/// One line of the list.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    pub id: PremisesId,
    pub place_code: String,
    pub place_name: String,
    pub above_name: Option<String>,
    pub address: String,
    pub what: String,
    pub area: Option<f64>,
    pub floor: String,
    pub source: String,
    pub note: String,
    pub changed: Instant,
    pub lessor_kind: Option<String>,
    pub lessor: Option<String>,
    pub operator: Option<String>,
    pub credit_code: Option<String>,
    pub purpose: Option<String>,
    pub from_day: Option<Day>,
    pub until_day: Option<Day>,
    pub outcome: Option<String>,
    pub facility: Option<FacilityId>,
    pub matter: Option<MatterId>,
}

impl FromRow for Line {
    fn from_row(r: &Row<'_>) -> Result<Line> {
        Ok(Line {
            id: r.get("id")?,
            place_code: r.get("place_code")?,
            place_name: r.get("place_name")?,
            above_name: r.get("above_name")?,
            address: r.get("address")?,
            what: r.get("what")?,
            area: r.get("area")?,
            floor: r.get("floor")?,
            source: r.get("source")?,
            note: r.get("note")?,
            changed: r.get("changed")?,
            lessor_kind: r.get("lessor_kind")?,
            lessor: r.get("lessor")?,
            operator: r.get("operator")?,
            credit_code: r.get("credit_code")?,
            purpose: r.get("purpose")?,
            from_day: r.get("from_day")?,
            until_day: r.get("until_day")?,
            outcome: r.get("outcome")?,
            facility: r.get("facility")?,
            matter: r.get("matter")?,
        })
    }
}

fn filtered(list: &mut Where, f: &Filter) {
    list.arg(f.day).arg(f.day);
    list.filter("c.ancestor = ?")
        .arg(&f.within)
        .filter("c.from_day <= ?")
        .arg(f.day)
        .filter("c.until_day > ?")
        .arg(f.day);
    match f.outcome.as_deref() {
        // Nobody has rooms that are not let.
        Some("not_let") => drop(list.filter("l.id is null")),
        Some(outcome) => drop(list.filter("l.id is not null").filter("m.outcome = ?").arg(outcome)),
        None => {}
    }
    if let Some(purpose) = &f.purpose {
        list.filter("l.purpose = ?").arg(&**purpose);
    }
    if let Some(what) = &f.what {
        list.filter("p.what = ?").arg(&**what);
    }
    if !f.text.is_empty() {
        let plain = f.text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
        list.filter(
            "(lower(p.address) like ? escape '!' or lower(l.operator) like ? escape '!' or lower(l.lessor) like ? escape '!'
              or l.credit_code = ?)",
        );
        let part = format!("%{plain}%");
        list.arg(&*part).arg(&*part).arg(&*part).arg(f.text.to_uppercase());
    }
}

/// A page of the list, the last changed first, before `(changed, id)`.
pub fn page(f: &Filter, before: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new(
        "select p.id, s.code as place_code, s.name as place_name, d.name as above_name, p.address, p.what, p.area,
           p.floor, p.source, p.note, p.changed, l.lessor_kind, l.lessor, l.operator, l.credit_code, l.purpose,
           l.from_day, l.until_day, m.outcome, m.facility, m.matter
         from premises p join place_closure c on c.place = p.place
           left join premises_letting l on l.home = p.home and l.premises = p.id and l.from_day <= ? and l.until_day > ?
           left join premises_match m on m.home = p.home and m.premises = p.id
           left join place_span s on s.place = p.place and s.from_day <= ? and s.until_day > ?
           left join place_span d on d.place = s.parent and d.from_day <= ? and d.until_day > ?",
    );
    list.arg(f.day).arg(f.day).arg(f.day).arg(f.day);
    filtered(&mut list, f);
    list.filter("(p.changed, p.id) < (?, ?)").arg(before.0).arg(before.1);
    list.end("order by p.changed desc, p.id desc limit ?").arg(limit).query()
}

/// How many a list holds.
pub async fn count(read: &mut Read, f: &Filter) -> Result<i64> {
    let mut list = Where::new(
        "select count(*) from premises p join place_closure c on c.place = p.place
           left join premises_letting l on l.home = p.home and l.premises = p.id and l.from_day <= ? and l.until_day > ?
           left join premises_match m on m.home = p.home and m.premises = p.id",
    );
    filtered(&mut list, f);
    read.one(list.query()).await
}

/// How many rooms of a place are let on a day, by what the comparison says of them.
pub async fn by_outcome(read: &mut Read, place: &PlaceId, day: Day) -> Result<Vec<(String, i64)>> {
    read.all(q!(
        "select m.outcome, count(*) from place_closure c join premises p on p.place = c.place
           join premises_letting l on l.home = p.home and l.premises = p.id and l.from_day <= $2 and l.until_day > $2
           join premises_match m on m.home = p.home and m.premises = p.id
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 group by m.outcome order by m.outcome",
        place,
        day
    ))
    .await
}
