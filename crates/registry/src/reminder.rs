//! Calling the end of a credential to mind: at the days of the norm (60, 30 and 7 days before), the institution is asked
//! on its desk for each credential, its street or district for all that end on one day together. Each is told once; a
//! nearer reminder takes the place of the one before; what is renewed, or belongs to a closed facility, is closed.

use crate::complete::reminder_days;
use crate::store::ledger::{self, Ending, EndingFilter};
use crate::store::list::Within;
use crate::store::reminders::{self, Reminder};
use db::{Read, Tx};
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Day, Ids, Instant, Lang};
use web::{App, Error, Result, Words};

/// Word of the desk: `todo.registry.credential`.
pub const KIND: &str = "registry.credential";
/// Word of the desk: `todo.registry.credentials`.
pub const BUNDLE: &str = "registry.credentials";

/// Whom the administration sends: the office of the street, else the education bureau or guidance centre above it.
pub const OFFICES: [&str; 3] = [identity::STREET_OFFICE, "education", "guidance_centre"];

/// Credentials in one transaction, so small that another writer would hardly wait.
const PART: i64 = 25;

/// What a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reminded {
    pub sent: u64,
    pub closed: u64,
}

/// The daily job `registry.reminders`: closes what is settled, then tells what ends.
pub async fn daily(app: App, day: Day) -> Result<Reminded> {
    let mut read = app.db.read().await?;
    let Some(root) = places::root(&mut read, day).await? else { return Ok(Reminded::default()) };
    let days = reminder_days(&mut read, &root.id, day).await.map_err(|e| Error::Internal(e.to_string()))?;
    drop(read);
    let now = app.clock.now();
    let mut done = Reminded { closed: settle_all(&app, now).await?, sent: 0 };
    let Some(most) = days.first() else { return Ok(done) };
    let within = Within::Place(root.id);
    let filter = EndingFilter { within, day, from: day.next(), until: day.plus(*most).next(), kind: None };
    let mut after = (String::new(), String::new());
    loop {
        let mut tx = app.db.begin().await?;
        let rows = ledger::ending(&mut tx, &filter, (&after.0, &after.1), PART).await?;
        let Some(last) = rows.last() else { break };
        after = (last.until_day.to_string(), last.id.to_string());
        for row in &rows {
            done.sent += u64::from(tell(&mut tx, &app.ids, row, &days, day, now).await?);
        }
        tx.commit().await?;
    }
    let mut tx = app.db.begin().await?;
    for (office, days, until, n) in reminders::bundles(&mut tx, Instant::start_of(day)).await? {
        tell_office(&mut tx, &app.ids, &office, days, until, n, now).await?;
    }
    tx.commit().await?;
    Ok(done)
}

/// The reminder whose turn it is: the nearest of the norm's days that has been reached. Pure.
fn turn(days: &[i64], left: i64) -> Option<i64> {
    days.iter().copied().filter(|n| left <= *n).min()
}

async fn tell(tx: &mut Tx, ids: &Ids, row: &Ending, days: &[i64], day: Day, now: Instant) -> Result<bool> {
    let Some(n) = turn(days, day.until(row.until_day)) else { return Ok(false) };
    let place = places::get(tx, &row.place, day).await?.ok_or(Error::NotFound)?;
    let office = identity::office_at(tx, &place, &OFFICES, day).await?;
    if let Some(office) = &office {
        identity::record_office(tx, office, day).await?;
    }
    let reminder = Reminder {
        home: row.home.clone(),
        facility: row.facility.clone(),
        credential: row.id.clone(),
        days: n,
        until_day: row.until_day,
        at: now,
        office: office.map(|u| u.id.to_string()).unwrap_or_default(),
        closed: None,
    };
    if !reminders::note(tx, &reminder).await? {
        return Ok(false);
    }
    for before in reminders::earlier(tx, &reminder).await? {
        close(tx, &before, now).await?;
    }
    if let Some(own) = identity::office_of(tx, &row.facility).await? {
        let text = |words: Words| {
            let last = row.until_day.plus(-1);
            words.tf("registry.reminder.one", &[&row.name, &words.t(row.kind.key()), &row.number, &last])
        };
        let new = desk::Ask {
            unit: &own.id,
            kind: KIND,
            about: &about(&row.facility),
            subject: &subject(&reminder),
            href: &format!("/facilities/{}#credentials", row.facility),
            text_zh: &text(Words(Lang::Zh)),
            text_en: &text(Words(Lang::En)),
            due: Some(row.until_day.plus(-1)),
            from: None,
            words: "",
            at: now,
        };
        desk::ask(tx, ids, new).await?;
    }
    Ok(true)
}

async fn tell_office(
    tx: &mut Tx,
    ids: &Ids,
    office: &UnitId,
    days: i64,
    until: Day,
    n: i64,
    now: Instant,
) -> Result<()> {
    let last = until.plus(-1);
    let text = |words: Words| words.tf("registry.reminder.many", &[&n, &last]);
    let new = desk::Ask {
        unit: office,
        kind: BUNDLE,
        about: &bundle_about(office.as_str()),
        subject: &bundle(until, days),
        href: &format!("/ledgers?within={days}"),
        text_zh: &text(Words(Lang::Zh)),
        text_en: &text(Words(Lang::En)),
        due: Some(last),
        from: None,
        words: "",
        at: now,
    };
    desk::ask(tx, ids, new).await.map(drop)
}

fn about(facility: &FacilityId) -> String {
    format!("facility/{facility}")
}

fn subject(r: &Reminder) -> String {
    format!("{}/{}/{}", r.credential, r.until_day, r.days)
}

fn bundle_about(office: &str) -> String {
    format!("credentials/{office}")
}

fn bundle(until: Day, days: i64) -> String {
    format!("{until}/{days}")
}

/// Closes a reminder on the desks where it lies; that of the office when nothing of its bundle is left.
async fn close(tx: &mut Tx, r: &Reminder, now: Instant) -> Result<()> {
    reminders::close(tx, r, now).await?;
    desk::close(tx, KIND, &about(&r.facility), &subject(r), None, "", now).await?;
    if !r.office.is_empty() && reminders::open_of(tx, &r.office, r.until_day, r.days).await? == 0 {
        let subject = bundle(r.until_day, r.days);
        desk::close(tx, BUNDLE, &bundle_about(&r.office), &subject, None, "", now).await?;
    }
    Ok(())
}

/// Closes the reminders of a file whose cause is gone; in the transaction of its change.
pub async fn settle(tx: &mut Tx, facility: &FacilityId, now: Instant) -> Result<u64> {
    let gone = reminders::settled(tx, Some(facility), now.day(), ("", ""), 200).await?;
    for reminder in &gone {
        close(tx, reminder, now).await?;
    }
    Ok(gone.len() as u64)
}

async fn settle_all(app: &App, now: Instant) -> Result<u64> {
    let mut closed = 0;
    loop {
        let mut tx = app.db.begin().await?;
        // What is closed is not found again: the first ones are always the next.
        let gone = reminders::settled(&mut tx, None, now.day(), ("", ""), PART).await?;
        if gone.is_empty() {
            return Ok(closed);
        }
        for reminder in &gone {
            close(&mut tx, reminder, now).await?;
        }
        tx.commit().await?;
        closed += gone.len() as u64;
    }
}

/// The office that a file's owner is asked through: its own, else the one of its street or district.
pub async fn owner(
    read: &mut Read,
    facility: &FacilityId,
    place: Option<&kernel::kinds::PlaceId>,
    day: Day,
) -> Result<Option<identity::Unit>> {
    if let Some(own) = identity::office_of(read, facility).await? {
        return Ok(Some(own));
    }
    let Some(place) = place else { return Ok(None) };
    match places::get(read, place, day).await? {
        Some(place) => Ok(identity::office_at(read, &place, &OFFICES, day).await?),
        None => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_reminder_that_was_reached_has_its_turn() {
        let turn = |left| turn(&[60, 30, 7], left);
        let told: Vec<_> = [61, 60, 31, 30, 8, 7, 1].into_iter().map(turn).collect();
        assert_eq!(told, [None, Some(60), Some(60), Some(30), Some(30), Some(7), Some(7)]);
    }
}
