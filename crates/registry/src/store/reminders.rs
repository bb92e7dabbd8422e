//! SQL of reminders: which end of which credential was told, and whether its cause is gone.

use db::{Read, Result, Tx, q};
use kernel::kinds::{CredentialId, FacilityId, UnitId};
use kernel::{Day, Instant};

db::record! {
    /// A reminder that was sent.
    #[derive(Clone, PartialEq, Debug)]
    pub struct Reminder in "credential_reminder" {
        home: String,
        facility: FacilityId,
        credential: CredentialId,
        /// Days before the end: one of those of the norm.
        days: i64,
        until_day: Day,
        at: Instant,
        /// Whoever of the administration was told as well; empty: nobody.
        office: String,
        closed: Option<Instant>,
    }
}

/// Notes a reminder; `false` when it was sent before.
pub async fn note(tx: &mut Tx, r: &Reminder) -> Result<bool> {
    let done = tx
        .exec(q!(
            "insert into credential_reminder (home, facility, credential, days, until_day, at, office, closed)
             values ($1, $2, $3, $4, $5, $6, $7, null) on conflict (home, credential, days, until_day) do nothing",
            &r.home,
            &r.facility,
            &r.credential,
            r.days,
            r.until_day,
            r.at,
            &r.office
        ))
        .await?;
    Ok(done == 1)
}

/// Open reminders of a credential with more days than these: the nearer one takes their place.
pub async fn earlier(read: &mut Read, r: &Reminder) -> Result<Vec<Reminder>> {
    read.all(q!(
        "select * from credential_reminder where facility = $1 and credential = $2 and closed is null and days > $3
         order by days",
        &r.facility,
        &r.credential,
        r.days
    ))
    .await
}

/// Office, days, end, how many credentials: what was noted for offices since a moment.
pub async fn bundles(read: &mut Read, since: Instant) -> Result<Vec<(UnitId, i64, Day, i64)>> {
    read.all(q!(
        "select office, days, until_day, count(*) as n from credential_reminder
         where at >= $1 and office <> '' and closed is null group by office, days, until_day order by office, until_day, days",
        since
    ))
    .await
}

/// Open reminders of an office for an end.
pub async fn open_of(read: &mut Read, office: &str, until: Day, days: i64) -> Result<i64> {
    read.one(q!(
        "select count(*) from credential_reminder where office = $1 and until_day = $2 and days = $3 and closed is null",
        office,
        until,
        days
    ))
    .await
}

/// Open reminders whose cause is gone on a day: the credential was renewed, given another end, or taken away, or its
/// facility is closed. Of one facility, or after a credential in the order of facilities.
pub async fn settled(
    read: &mut Read,
    facility: Option<&FacilityId>,
    day: Day,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Reminder>> {
    let mut list = db::Where::new("select r.* from credential_reminder r");
    list.filter("r.closed is null");
    match facility {
        Some(facility) => list.filter("r.facility = ?").arg(facility),
        None => list.filter("(r.facility, r.credential) > (?, ?)").arg(after.0).arg(after.1),
    };
    list.filter(
        "(not exists (select 1 from credential c where c.home = r.home and c.id = r.credential and c.until_day = r.until_day)
          or exists (select 1 from credential c cross join credential n
            where c.home = r.home and c.id = r.credential and n.home = c.home and n.holder = c.holder and n.kind = c.kind
              and n.from_day > c.from_day and n.until_day > c.until_day)
          or exists (select 1 from facility_state s where s.home = r.home and s.facility = r.facility
            and s.state = 'closed' and s.from_day <= ? and s.until_day > ?))",
    );
    list.arg(day).arg(day);
    list.end("order by r.facility, r.credential, r.days limit ?").arg(limit);
    read.all(list.query()).await
}

pub async fn close(tx: &mut Tx, r: &Reminder, at: Instant) -> Result<()> {
    tx.exec(q!(
        "update credential_reminder set closed = $5 where home = $1 and credential = $2 and days = $3 and until_day = $4",
        &r.home,
        &r.credential,
        r.days,
        r.until_day,
        at
    ))
    .await
    .map(drop)
}
