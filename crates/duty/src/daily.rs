//! The daily job `duty.overdue`: a self-check whose day has passed waits on the desk of the institution once, until it
//! is recorded or no longer asked for. Institutions without an office of their own have no desk; offices see them in
//! the list.

use crate::declaration::Duties;
use crate::rules::State;
use crate::standing::{Standing, standing};
use db::Tx;
use desk::Ask;
use kernel::kinds::{FacilityId, UnitId};
use kernel::{Day, Ids, Instant, Lang};
use registry::History;
use std::sync::Arc;
use web::{App, Result, Words};

/// Word of the desk: `todo.duty.overdue`.
pub const KIND: &str = "duty.overdue";

/// Offices in one look.
const PART: i64 = 100;

/// What a run did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Told {
    pub asked: u64,
    pub closed: u64,
}

pub(crate) fn about(facility: &FacilityId) -> String {
    format!("duties/{facility}")
}

/// Looks at every institution that has an office.
pub async fn daily(app: App, day: Day) -> Result<Told> {
    let duties = app.shared::<Arc<Duties>>()?;
    // One institution that fails stops no other; the job is tried again for it.
    let (mut told, mut after, mut failed) = (Told::default(), UnitId::new(""), None);
    loop {
        let offices = identity::facility_offices(&mut app.db.read().await?, &after, PART).await?;
        let Some(last) = offices.last() else { return failed.map_or(Ok(told), Err) };
        after = last.id.clone();
        for office in &offices {
            let Some(facility) = &office.facility else { continue };
            match look(&app, &duties, office, facility, day).await {
                Ok(one) => told = Told { asked: told.asked + one.asked, closed: told.closed + one.closed },
                Err(error) => {
                    tracing::error!(%facility, ?error, "duties could not be looked at");
                    failed = Some(error);
                }
            }
        }
    }
}

/// One institution, in a transaction of its own where there is something to write.
async fn look(app: &App, duties: &Duties, office: &identity::Unit, facility: &FacilityId, day: Day) -> Result<Told> {
    let mut read = app.db.read().await?;
    let Some(h) = registry::store::file::history(&mut read, facility).await? else { return Ok(Told::default()) };
    let all = standing(&mut read, duties, &h, day).await?;
    let waiting = desk::open_subjects(&mut read, KIND, &about(facility), &office.place, day).await?;
    drop(read);
    let overdue: Vec<&Standing> = all.iter().filter(|s| s.state == State::Overdue).collect();
    let gone: Vec<&String> = waiting.iter().filter(|id| !overdue.iter().any(|s| s.duty.id == **id)).collect();
    if overdue.iter().all(|s| waiting.contains(&s.duty.id)) && gone.is_empty() {
        return Ok(Told::default());
    }
    let (now, mut told) = (app.clock.now(), Told::default());
    let mut tx = app.db.begin().await?;
    for standing in overdue {
        told.asked += u64::from(ask(&mut tx, &app.ids, (&h, &office.id), standing, now).await?);
    }
    for id in gone {
        told.closed += settle(&mut tx, facility, id, now).await?;
    }
    tx.commit().await?;
    Ok(told)
}

/// Whether it was not there before.
async fn ask(
    tx: &mut Tx,
    ids: &Ids,
    (h, office): (&History, &UnitId),
    standing: &Standing<'_>,
    now: Instant,
) -> Result<bool> {
    let text = |words: Words| {
        let due = standing.due.map(|day| day.to_string()).unwrap_or_default();
        words.tf("duty.overdue_text", &[&standing.duty.name.of(words.0), &due])
    };
    let new = Ask {
        unit: office,
        kind: KIND,
        about: &about(&h.facility.id),
        subject: &standing.duty.id,
        href: &format!("/facilities/{}/duties/{}/check", h.facility.id, standing.duty.id),
        text_zh: &text(Words(Lang::Zh)),
        text_en: &text(Words(Lang::En)),
        due: standing.due,
        from: None,
        words: "",
        at: now,
    };
    Ok(matches!(desk::ask_there(tx, ids, new).await?, desk::Asked::New(_)))
}

/// Closes what waits for a self-check that was recorded, or is no longer asked for.
pub(crate) async fn settle(tx: &mut Tx, facility: &FacilityId, duty: &str, now: Instant) -> Result<u64> {
    Ok(desk::close(tx, KIND, &about(facility), duty, None, "", now).await? as u64)
}
