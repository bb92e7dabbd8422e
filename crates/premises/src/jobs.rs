//! Work beside the requests: the comparison of each day and after a change, what is late told above, what is old erased.

use crate::policy::IMPORT;
use crate::put::Stamp;
use crate::report;
use crate::seal::Seal;
use crate::store::{reports, suspicions};
use crate::watch::{self, ABOVE};
use crate::{import, list, report_list, suspect, suspicion_list};
use db::{AuditEntry, Job, JobRow, Tx};
use kernel::kinds::{JobId, PlaceId};
use kernel::{Day, Instant};
use matter::Kinds;
use places::{Place, PlaceKind};
use std::sync::Arc;
use web::{App, Error, Jobs, Result};

/// What this slice takes up.
pub fn jobs() -> Jobs {
    Jobs::new()
        .daily("premises.watch", |app: App, _: JobRow| daily(app))
        .on("event:registry.changed", changed)
        .on("premises.compare", compare_home)
        .on("event:premises.reported", reported)
        .on(import::KIND, |app: App, job: JobRow| errand::carry(app, job, &IMPORT, import::write))
        .merge(errand::jobs_of(&list::EXPORT))
        .merge(errand::jobs_of(&suspicion_list::EXPORT))
        .merge(errand::jobs_of(&report_list::EXPORT))
}

fn stamp(app: &App) -> Stamp<'_> {
    Stamp { now: app.clock.now(), ids: &app.ids, keys: &app.keys, by: None }
}

/// The daily job `premises.watch`, district by district.
async fn daily(app: App) -> Result<()> {
    let mut read = app.db.read().await?;
    let day = app.clock.today();
    let Some(root) = places::root(&mut read, day).await? else { return Ok(()) };
    let mut districts = places::descendants(&mut read, &root.id, &[PlaceKind::District], day).await?;
    drop(read);
    if districts.is_empty() {
        districts.push(root);
    }
    // One district that fails stops no other, and not what comes after; the job is tried again for it.
    let mut failed = None;
    for district in &districts {
        if let Err(error) = compare(&app, district).await {
            tracing::error!(district = district.code, ?error, "premises could not be compared");
            failed = Some(error);
        }
    }
    late(&app, day).await?;
    erase(&app).await?;
    failed.map_or(Ok(()), Err)
}

/// Looks once more when somebody else wrote in between.
const LOOKS: usize = 4;

async fn compare(app: &App, district: &Place) -> Result<()> {
    for _ in 1..LOOKS {
        match compare_once(app, district).await {
            Err(Error::Conflict(_)) => {}
            done => return done,
        }
    }
    compare_once(app, district).await
}

async fn compare_once(app: &App, district: &Place) -> Result<()> {
    let kinds: Arc<Kinds> = app.shared()?;
    let stamp = stamp(app);
    let seen = watch::look(&mut app.db.read().await?, district, stamp.now.day()).await?;
    let mut tx = app.db.begin().await?;
    let done = watch::write(&mut tx, &stamp, &kinds.calendar, &seen).await?;
    if done.opened + done.ended > 0 {
        audit(&mut tx, &stamp, &district.home, district.id.as_str()).await?;
        tracing::info!(district = district.code, opened = done.opened, ended = done.ended, "premises compared");
    }
    Ok(tx.commit().await?)
}

/// A row of the audit for what no request did.
pub(crate) async fn audit(tx: &mut Tx, stamp: &Stamp<'_>, home: &str, place: &str) -> Result<()> {
    tx.audit(AuditEntry {
        id: stamp.ids.new_id(stamp.now),
        home: home.to_owned(),
        at: stamp.now,
        account: stamp.account(),
        post: None,
        unit: stamp.unit(),
        action: "premises.compare".to_owned(),
        object_kind: "place".to_owned(),
        object: place.to_owned(),
        persons: Vec::new(),
        purpose: String::new(),
        span_from: None,
        idempotency_key: None,
    })
    .await?;
    Ok(())
}

#[derive(serde::Deserialize)]
struct Changed {
    home: String,
}

/// Changes of so many seconds are compared together.
const TOGETHER: i64 = 5;

/// `event:registry.changed`: files of a home are others now. A sheet of many files tells of them in many events: what
/// changed within some seconds is compared once, when they are over.
async fn changed(app: App, job: JobRow) -> Result<()> {
    let told: Changed = serde_json::from_str(&job.payload).map_err(|e| Error::Internal(e.to_string()))?;
    let part = TOGETHER * 1_000_000;
    let over = Instant((app.clock.now().0 / part + 1) * part);
    let job = Job {
        home: String::new(),
        id: JobId::new(format!("premises.compare:{}:{}", told.home, over.0)),
        kind: "premises.compare".to_owned(),
        payload: told.home,
        run_at: over,
    };
    let mut tx = app.db.begin().await?;
    tx.enqueue_once(job).await?;
    Ok(tx.commit().await?)
}

/// A home is a district.
async fn compare_home(app: App, job: JobRow) -> Result<()> {
    let district = places::by_code(&mut app.db.read().await?, &job.payload, app.clock.today()).await?;
    match district.filter(|place| place.kind == PlaceKind::District) {
        Some(district) => compare(&app, &district).await,
        // A home whose district was merged: the next day finds it.
        None => Ok(()),
    }
}

#[derive(serde::Deserialize)]
struct Reported {
    place: PlaceId,
}

/// `event:premises.reported`.
async fn reported(app: App, job: JobRow) -> Result<()> {
    let told: Reported = serde_json::from_str(&job.payload).map_err(|e| Error::Internal(e.to_string()))?;
    let district = watch::district_of(&mut app.db.read().await?, &told.place, app.clock.today()).await;
    match district {
        Ok(district) => compare(&app, &district).await,
        // The street of a report that was never committed may not exist.
        Err(Error::NotFound) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Things in one transaction.
const PART: i64 = 50;

/// What is late is put on the desk of the office above, once.
async fn late(app: &App, day: Day) -> Result<()> {
    let stamp = stamp(app);
    loop {
        let mut tx = app.db.begin().await?;
        let (slow, waiting) = (suspicions::late(&mut tx, day, PART).await?, reports::late(&mut tx, day, PART).await?);
        if slow.is_empty() && waiting.is_empty() {
            return Ok(());
        }
        for before in &slow {
            let after = crate::model::Suspicion { raised: true, changed: stamp.now, ..before.clone() };
            if !suspicions::update(&mut tx, &after, before.changed).await? {
                return Err(Error::Conflict("premises.changed"));
            }
            suspect::deed(&mut tx, &after, suspect::by_machine(&after, &stamp, "raised")).await?;
            let district = above(&mut tx, &after.place, day).await?;
            if let Some(unit) = watch::office(&mut tx, &district, &ABOVE, day).await? {
                suspect::wait(&mut tx, &stamp, &after, &unit, &after.grounds()).await?;
            }
        }
        for r in &waiting {
            reports::raise(&mut tx, r).await?;
            let district = above(&mut tx, &r.place, day).await?;
            if let Some(unit) = watch::office(&mut tx, &district, &ABOVE, day).await? {
                report::wait(&mut tx, &stamp, r, &unit).await?;
            }
        }
        tx.commit().await?;
    }
}

async fn above(tx: &mut Tx, place: &PlaceId, day: Day) -> Result<PlaceId> {
    Ok(watch::district_of(tx, place, day).await?.id)
}

/// What was written in reports goes when the days of the norm are over.
async fn erase(app: &App) -> Result<()> {
    let (day, now) = (app.clock.today(), app.clock.now());
    let days = places::house_norm(&mut app.db.read().await?, "report.kept_days", day).await;
    let days = days.map_err(|e| Error::Internal(e.to_string()))?;
    let before = Instant::start_of(day.plus(-days));
    loop {
        let mut tx = app.db.begin().await?;
        let old = reports::old(&mut tx, before, PART).await?;
        if old.is_empty() {
            return Ok(());
        }
        for r in &old {
            reports::erase(&mut tx, r).await?;
            Seal::new(&app.keys, &app.ids, &r.home, format!("report/{}", r.id)).erase(&mut tx, now).await?;
        }
        tx.commit().await?;
    }
}
