//! What is due goes on the desk of the guidance centre once: from the first day after the year on until nothing of it
//! is left to be published.

use crate::publication::prepare::kinds;
use crate::store;
use db::Tx;
use desk::Ask;
use kernel::kinds::PlaceId;
use kernel::{Day, Instant, Lang};
use places::{Place, PlaceKind};
use registry::store::list::Within;
use web::{App, Error, Result, Words};

/// Word of the desk: `todo.publication.due`.
pub const DUE: &str = "publication.due";

/// Whom it is asked of.
const OFFICES: [&str; 2] = ["guidance_centre", "education"];

/// The last day on which the year before is to be public: norm `publication.due_month_day`, `03-31`.
///
/// Errors: where the norm is missing or no day.
pub async fn due_day(read: &mut db::Read, place: &PlaceId, day: Day) -> Result<Day> {
    let norm = places::norm(read, "publication.due_month_day", "", place, day).await;
    let norm = norm.map_err(|e| Error::Internal(e.to_string()))?;
    let due = format!("{:04}-{}", day.year(), norm.value).parse();
    due.map_err(|_| Error::Internal(format!("norm publication.due_month_day: {:?} is no month and day", norm.value)))
}

/// The daily job `publication.due`.
pub async fn daily(app: App, day: Day) -> Result<()> {
    let mut read = app.db.read().await?;
    let Some(root) = places::root(&mut read, day).await? else { return Ok(()) };
    let districts = places::descendants(&mut read, &root.id, &[PlaceKind::District], day).await?;
    let (kinds, year) = (kinds(&mut read, day).await?, i64::from(day.year()) - 1);
    drop(read);
    // One district that fails stops no other; the job is tried again for it.
    let mut failed = None;
    for district in &districts {
        if let Err(error) = one(&app, &root, district, day, (year, &kinds)).await {
            tracing::error!(district = district.code, ?error, "yearly publication could not be looked at");
            failed = Some(error);
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn one(app: &App, root: &Place, district: &Place, day: Day, (year, kinds): (i64, &str)) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let within = Within::Place(district.id.clone());
    let due = store::Due { within: &within, root: &root.id, day, year, kinds };
    let (all, _, public, _) = store::tally(&mut tx, &due).await?;
    if all > public {
        ask(&mut tx, app, district, day, year, all - public).await?;
    } else {
        settle(&mut tx, &within, &root.id, year, kinds, app.clock.now()).await?;
    }
    Ok(tx.commit().await?)
}

async fn ask(tx: &mut Tx, app: &App, district: &Place, day: Day, year: i64, left: i64) -> Result<()> {
    let Some(office) = identity::office_at(tx, district, &OFFICES, day).await? else { return Ok(()) };
    identity::record_office(tx, &office, day).await?;
    let last = due_day(tx, &district.id, day).await?;
    let text = |lang| Words(lang).tf("publication.todo_due", &[&year, &left, &last]);
    let new = Ask {
        unit: &office.id,
        kind: DUE,
        about: &about(&district.id),
        subject: &year.to_string(),
        href: &format!("/publications?year={year}"),
        text_zh: &text(Lang::Zh),
        text_en: &text(Lang::En),
        due: Some(last),
        from: None,
        words: "",
        at: app.clock.now(),
    };
    desk::ask_there(tx, &app.ids, new).await.map(drop)
}

fn about(district: &PlaceId) -> String {
    format!("publications/{district}")
}

/// Takes it from the desk when everything of a place is public.
pub(crate) async fn settle(
    tx: &mut Tx,
    within: &Within,
    root: &PlaceId,
    year: i64,
    kinds: &str,
    now: Instant,
) -> Result<()> {
    let Within::Place(place) = within else { return Ok(()) };
    let due = store::Due { within, root, day: now.day(), year, kinds };
    let (all, _, public, _) = store::tally(tx, &due).await?;
    if all <= public {
        desk::close(tx, DUE, &about(place), &year.to_string(), None, "", now).await?;
    }
    Ok(())
}
