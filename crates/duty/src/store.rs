//! SQL of self-checks and deficiencies.

use crate::model::{Check, Deficiency, Evidence, Mended};
use db::{BlobRow, Error, FromRow, Read, Result, Row, Tx, Where, q};
use kernel::Day;
use kernel::Instant;
use kernel::kinds::{AccountId, BlobId, DeficiencyId, DutyCheckId, FacilityId, PlaceId};

impl FromRow for Check {
    fn from_row(r: &Row<'_>) -> Result<Check> {
        let points: String = r.get("points")?;
        let wrong = |e: serde_json::Error| Error::Column { column: "points".to_owned(), problem: e.to_string() };
        Ok(Check {
            home: r.get("home")?,
            id: r.get("id")?,
            facility: r.get("facility")?,
            duty: r.get("duty")?,
            day: r.get("day")?,
            points: serde_json::from_str(&points).map_err(wrong)?,
            note: r.get("note")?,
            account: r.get("account")?,
            unit: r.get("unit")?,
            made: r.get("made")?,
        })
    }
}

impl FromRow for Deficiency {
    fn from_row(r: &Row<'_>) -> Result<Deficiency> {
        let mended: Option<Day> = r.get("mended")?;
        let mended = match mended {
            None => None,
            Some(day) => Some(Mended {
                day,
                words: r.get("mend_words")?,
                account: r.get("mend_account")?,
                at: r.get("mend_at")?,
            }),
        };
        Ok(Deficiency {
            home: r.get("home")?,
            id: r.get("id")?,
            check: r.get("duty_check")?,
            facility: r.get("facility")?,
            place: r.get("place")?,
            duty: r.get("duty")?,
            point: r.get("point")?,
            words: r.get("words")?,
            found: r.get("found")?,
            mended,
        })
    }
}

impl FromRow for Evidence {
    fn from_row(r: &Row<'_>) -> Result<Evidence> {
        Ok(Evidence { owner: r.get("owner")?, nr: r.get("nr")?, blob: BlobRow::from_row(r)? })
    }
}

/// What is known of many institutions at once: by facility and duty, the last day of a check and the open deficiencies.
#[derive(Clone, PartialEq, Debug)]
pub struct Known {
    pub facility: FacilityId,
    pub duty: String,
    pub last: Option<Day>,
    pub open: i64,
}

impl FromRow for Known {
    fn from_row(r: &Row<'_>) -> Result<Known> {
        Ok(Known { facility: r.get("facility")?, duty: r.get("duty")?, last: r.get("last")?, open: r.get("open")? })
    }
}

/// Facilities that one statement names; every statement names as many, so that there is one text of it.
const ONCE: usize = 10;

/// See [`Known`]; `of` are of one home.
pub async fn known(read: &mut Read, home: &str, of: &[FacilityId]) -> Result<Vec<Known>> {
    let mut out: Vec<Known> = Vec::new();
    for some in of.chunks(ONCE) {
        let Some(first) = some.first() else { continue };
        let mut checks =
            Where::new("select facility, duty, max(day) as last, cast(0 as bigint) as open from duty_check");
        let mut open =
            Where::new("select facility, duty, cast(null as text) as last, count(*) as open from duty_deficiency");
        for list in [&mut checks, &mut open] {
            list.filter("home = ?").arg(home);
            list.filter("facility in (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
            for n in 0..ONCE {
                list.arg(some.get(n).unwrap_or(first));
            }
        }
        open.filter("mended is null");
        out.extend(read.all::<Known>(checks.end("group by facility, duty").query()).await?);
        for more in read.all::<Known>(open.end("group by facility, duty").query()).await? {
            match out.iter_mut().find(|k| k.facility == more.facility && k.duty == more.duty) {
                Some(there) => there.open = more.open,
                None => out.push(more),
            }
        }
    }
    Ok(out)
}

/// Self-checks of one duty, the newest first, after a day and id.
pub async fn checks(
    read: &mut Read,
    (home, facility): (&str, &FacilityId),
    duty: &str,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Check>> {
    let mut list = Where::new("select * from duty_check");
    list.filter("home = ? and facility = ? and duty = ?").arg(home).arg(facility).arg(duty);
    if !after.0.is_empty() {
        list.filter("(day, id) < (?, ?)").arg(after.0).arg(after.1);
    }
    read.all(list.end("order by day desc, id desc limit ?").arg(limit).query()).await
}

/// Deficiencies of one duty: the open ones first, then the newest.
pub async fn deficiencies(
    read: &mut Read,
    (home, facility): (&str, &FacilityId),
    duty: Option<&str>,
    limit: i64,
) -> Result<Vec<Deficiency>> {
    let mut list = Where::new("select * from duty_deficiency");
    list.filter("home = ? and facility = ?").arg(home).arg(facility);
    if let Some(duty) = duty {
        list.filter("duty = ?").arg(duty);
    } else {
        list.filter("mended is null");
    }
    let order = "order by case when mended is null then 0 else 1 end, found desc, id desc limit ?";
    read.all(list.end(order).arg(limit).query()).await
}

/// Deficiencies of an institution that were found by a day, the newest first.
pub async fn found_by(
    read: &mut Read,
    (home, facility): (&str, &FacilityId),
    day: Day,
    limit: i64,
) -> Result<Vec<Deficiency>> {
    read.all(q!(
        "select * from duty_deficiency where home = $1 and facility = $2 and found <= $3
         order by found desc, id desc limit $4",
        home,
        facility,
        day,
        limit
    ))
    .await
}

/// Days until one on which an institution looked itself, and at how many duties, the newest first.
pub async fn days_of_checks(
    read: &mut Read,
    (home, facility): (&str, &FacilityId),
    day: Day,
    limit: i64,
) -> Result<Vec<(Day, i64)>> {
    read.all(q!(
        "select day, count(distinct duty) from duty_check where home = $1 and facility = $2 and day <= $3
         group by day order by day desc limit $4",
        home,
        facility,
        day,
        limit
    ))
    .await
}

/// What is open in a place and below it, the oldest first, after a day and id.
pub async fn open_within(
    read: &mut Read,
    place: &PlaceId,
    day: Day,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Deficiency>> {
    read.all(q!(
        "select d.* from place_closure c join duty_deficiency d on d.place = c.place and d.mended is null
         where c.ancestor = $1 and c.from_day <= $2 and c.until_day > $2 and (d.found, d.id) > ($3, $4)
         order by d.found, d.id limit $5",
        place,
        day,
        after.0,
        after.1,
        limit
    ))
    .await
}

pub async fn deficiency(read: &mut Read, id: &DeficiencyId) -> Result<Option<Deficiency>> {
    read.opt(q!("select * from duty_deficiency where id = $1", id)).await
}

pub async fn check(read: &mut Read, id: &DutyCheckId) -> Result<Option<Check>> {
    read.opt(q!("select * from duty_check where id = $1", id)).await
}

/// Files of some checks or deficiencies of one home.
pub async fn files(read: &mut Read, home: &str, owner: &str) -> Result<Vec<Evidence>> {
    read.all(q!(
        "select f.owner, f.nr, b.* from duty_file f join blob b on b.home = f.home and b.id = f.file
         where f.home = $1 and f.owner = $2 order by f.nr",
        home,
        owner
    ))
    .await
}

pub async fn add_check(tx: &mut Tx, new: &Check) -> Result<()> {
    let points = serde_json::to_string(&new.points).unwrap_or_default();
    tx.exec(q!(
        "insert into duty_check (home, id, facility, duty, day, points, note, account, unit, made)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        new.home.as_str(),
        &new.id,
        &new.facility,
        new.duty.as_str(),
        new.day,
        points.as_str(),
        new.note.as_str(),
        &new.account,
        &new.unit,
        new.made
    ))
    .await?;
    Ok(())
}

pub async fn add_deficiency(tx: &mut Tx, new: &Deficiency) -> Result<()> {
    tx.exec(q!(
        "insert into duty_deficiency (home, id, duty_check, facility, place, duty, point, words, found)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new.home.as_str(),
        &new.id,
        &new.check,
        &new.facility,
        &new.place,
        new.duty.as_str(),
        new.point.as_str(),
        new.words.as_str(),
        new.found
    ))
    .await?;
    Ok(())
}

/// It is mended, once.
pub async fn mend(tx: &mut Tx, of: &Deficiency, how: &Mended) -> Result<bool> {
    let sql = "update duty_deficiency set mended = $3, mend_words = $4, mend_account = $5, mend_at = $6
               where home = $1 and id = $2 and mended is null";
    let (account, at): (&AccountId, Instant) = (&how.account, how.at);
    Ok(tx.exec(q!(sql, of.home.as_str(), &of.id, how.day, how.words.as_str(), account, at)).await? == 1)
}

pub async fn add_files(tx: &mut Tx, home: &str, owner: &str, blobs: &[BlobId]) -> Result<()> {
    for (nr, blob) in (1i64..).zip(blobs) {
        let sql = "insert into duty_file (home, owner, nr, file) values ($1, $2, $3, $4)";
        tx.exec(q!(sql, home, owner, nr, blob)).await?;
    }
    Ok(())
}
