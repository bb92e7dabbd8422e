//! The only place with SQL of this slice.

use crate::notice::model::{Asked, Filed, Notice, NoticeId};
use db::{FromRow, Query, Read, Result, Row, Tx, Where, q};
use kernel::kinds::{CredentialId, FacilityId, PlaceId};
use kernel::{Day, Instant};
use registry::codes::Verified;

impl FromRow for Filed {
    fn from_row(r: &Row<'_>) -> Result<Filed> {
        let refuted = r.get::<Option<Verified>>("paper_verified")? == Some(Verified::Refuted);
        let until: Option<Day> = r.get("paper_until")?;
        Ok(Filed { until: until.filter(|_| !refuted), closed: r.get("closed_since")? })
    }
}

impl FromRow for Asked {
    fn from_row(r: &Row<'_>) -> Result<Asked> {
        Ok(Asked { notice: Notice::from_row(r)?, filed: Filed::from_row(r)? })
    }
}

/// The next number of a district in a year.
pub async fn next_number(tx: &mut Tx, place: &PlaceId, year: i64) -> Result<i64> {
    tx.one(q!(
        "insert into notice_number_of (place, year, last) values ($1, $2, 1)
         on conflict (place, year) do update set last = notice_number_of.last + 1 returning last",
        place,
        year
    ))
    .await
}

pub async fn by_token(read: &mut Read, token: &str) -> Result<Option<Notice>> {
    read.opt(q!("select * from notice where token = $1", token)).await
}

pub async fn by_id(read: &mut Read, id: &NoticeId, home: &str) -> Result<Option<Notice>> {
    read.opt(q!("select * from notice where home = $1 and id = $2", home, id)).await
}

/// The notice of a facility that nothing has ended, the last issued first.
pub async fn in_force(read: &mut Read, facility: &FacilityId) -> Result<Option<Notice>> {
    read.opt(q!(
        "select * from notice where facility = $1 and ended is null order by issued desc, id desc limit 1",
        facility
    ))
    .await
}

/// The one that nothing has ended, else the last one that was issued to a facility.
pub async fn last_of(read: &mut Read, facility: &FacilityId) -> Result<Option<Notice>> {
    read.opt(q!(
        "select * from notice where facility = $1
         order by case when ended is null then 0 else 1 end, issued desc, id desc limit 1",
        facility
    ))
    .await
}

/// Every notice that was issued to a facility with what the file says of it on a day, the last issued first.
pub async fn of_facility(read: &mut Read, facility: &FacilityId, day: Day) -> Result<Vec<Asked>> {
    read.all(q!(
        "select n.*, p.until_day as paper_until, p.verified as paper_verified, s.from_day as closed_since from notice n
         left join credential p on p.home = n.home and p.id = n.credential
         left join facility_state s on s.home = n.home and s.facility = n.facility and s.state = 'closed'
           and s.from_day <= $2 and s.until_day > $2
         where n.facility = $1 order by n.issued desc, n.id desc",
        facility,
        day
    ))
    .await
}

/// What the file says of a notice on a day.
pub async fn filed(read: &mut Read, notice: &Notice, day: Day) -> Result<Filed> {
    read.one(q!(
        "select p.until_day as paper_until, p.verified as paper_verified, s.from_day as closed_since from notice n
         left join credential p on p.home = n.home and p.id = n.credential
         left join facility_state s on s.home = n.home and s.facility = n.facility and s.state = 'closed'
           and s.from_day <= $3 and s.until_day > $3
         where n.home = $1 and n.id = $2",
        &notice.home,
        &notice.id,
        day
    ))
    .await
}

/// Ends whatever would be in force for a facility on a day or later: also what another notice was to take the place of
/// on a day after that.
pub async fn end(
    tx: &mut Tx,
    facility: &FacilityId,
    on: Day,
    ending: &str,
    replaced_by: Option<&NoticeId>,
) -> Result<u64> {
    tx.exec(q!(
        "update notice set ended = $2, ending = $3, replaced_by = $4
         where facility = $1 and (ended is null or ended > $2)",
        facility,
        on,
        ending,
        replaced_by
    ))
    .await
}

/// Which notices a list shows.
#[derive(Clone, Copy, Debug)]
pub enum Within<'a> {
    Everywhere,
    /// Issued by the districts of a place on a day.
    Place(&'a PlaceId, Day),
}

/// A page of notices with what the files say of them on a day, the last issued first.
pub fn list(within: Within<'_>, day: Day, before: (Instant, &str), limit: i64) -> Query {
    let mut list = Where::new(
        "select n.*, p.until_day as paper_until, p.verified as paper_verified, s.from_day as closed_since from notice n
         left join credential p on p.home = n.home and p.id = n.credential",
    );
    list.end(
        "left join facility_state s on s.home = n.home and s.facility = n.facility and s.state = 'closed'
           and s.from_day <= ? and s.until_day > ?",
    );
    list.arg(day).arg(day);
    if let Within::Place(place, day) = within {
        list.end(
            "join place_closure c on c.ancestor = ? and c.place = n.place and c.from_day <= ? and c.until_day > ?",
        );
        list.arg(place).arg(day).arg(day);
    }
    list.filter("(n.issued, n.id) < (?, ?)").arg(before.0).arg(before.1);
    list.end("order by n.issued desc, n.id desc limit ?").arg(limit);
    list.query()
}

/// Files of a place that hold a notice on a day which was never printed here, with that credential.
pub async fn unprinted(
    read: &mut Read,
    place: &PlaceId,
    day: Day,
    limit: i64,
) -> Result<Vec<(FacilityId, CredentialId)>> {
    read.all(q!(
        "select l.facility, c.id from facility_listing l
         join credential c on c.holder_kind = 'facility' and c.holder = l.facility and c.kind = 'operation_notice'
         where l.ancestor = $1 and l.from_day <= $2 and l.until_day > $2 and l.doubled = false and l.state = 'operating'
           and c.from_day <= $2 and c.until_day > $2 and c.verified <> 'refuted'
           and not exists (select 1 from notice n where n.facility = l.facility and n.ended is null)
         order by l.facility, c.from_day desc, c.id limit $3",
        place,
        day,
        limit
    ))
    .await
}

/// Notices in force of the institutions of a place on a day, by themselves and by their files, by number.
pub async fn valid(read: &mut Read, place: &PlaceId, day: Day, after: &str, limit: i64) -> Result<Vec<Notice>> {
    read.all(q!(
        "select n.* from notice n
         join place_closure c on c.ancestor = $1 and c.place = n.place and c.from_day <= $2 and c.until_day > $2
         join credential p on p.home = n.home and p.id = n.credential and p.until_day > $2 and p.verified <> 'refuted'
         where n.from_day <= $2 and n.until_day > $2 and (n.ended is null or n.ended > $2) and n.number > $3
           and not exists (select 1 from facility_state s where s.home = n.home and s.facility = n.facility
             and s.state = 'closed' and s.from_day <= $2 and s.until_day > $2)
         order by n.number limit $4",
        place,
        day,
        after,
        limit
    ))
    .await
}
