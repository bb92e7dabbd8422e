//! Each day: what the clock does by itself, and telling the unit above where days have passed, also of departments that
//! were asked and said nothing ([`crate::silent`]). Every matter has a
//! transaction of its own, so that one that fails stops no other; failures are counted and said in the log.

use crate::advance::{Making, advance, note, unit_at};
use crate::declaration::Move;
use crate::kinds::{Bound, Kinds};
use crate::model::{Matter, Whole};
use crate::store::{list, row};
use crate::tell::{self, Made};
use crate::{load, silent, verb, words};
use db::JobRow;
use identity::phone::sms::Ready;
use kernel::kinds::UnitId;
use kernel::{Actor, Instant, Lang};
use web::{App, Error, Result, Words};

/// Word of the desk: `todo.matter.overdue`.
pub const OVERDUE: &str = "matter.overdue";
/// The word of the audit.
pub(crate) const TOLD: &str = "the unit above was told";
/// Matters of one walk.
pub(crate) const PAGE: i64 = 200;

/// What a day's walk did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// Moved on by the clock.
    pub moved: u64,
    /// The unit above was told.
    pub told: u64,
    /// Departments that said nothing in time, of which it was told.
    pub silent: u64,
    pub failed: u64,
}

pub(crate) async fn job(app: App, _: JobRow) -> Result<()> {
    let walked = walk(&app).await?;
    let silent = walked.silent;
    tracing::info!(
        moved = walked.moved,
        told = walked.told,
        silent,
        failed = walked.failed,
        "matters whose day has passed"
    );
    // The others were done; this says that some were not, and the job is tried again.
    if walked.failed > 0 { Err(Error::Internal(format!("{} matters failed", walked.failed))) } else { Ok(()) }
}

/// Goes through all matters whose day has passed. May run twice on a day: what was done is not done again.
pub async fn walk(app: &App) -> Result<Walked> {
    let (today, mut walked) = (app.clock.today(), Walked::default());
    let mut after = (String::new(), String::new());
    loop {
        let mut read = app.db.read().await?;
        let late = list::late(&mut read, today, (&after.0, &after.1), PAGE).await?;
        drop(read);
        let Some(last) = late.last() else { break };
        after = (last.due.to_string(), last.id.to_string());
        for matter in late {
            match one(app, &matter).await {
                Ok(Did::Moved) => walked.moved += 1,
                Ok(Did::Told) => walked.told += 1,
                Ok(Did::Nothing) => {}
                Err(error) => {
                    tracing::error!(matter = %matter.id, ?error, "a matter whose day has passed");
                    walked.failed += 1;
                }
            }
        }
    }
    silent::walk(app, &mut walked).await?;
    Ok(walked)
}

enum Did {
    Moved,
    Told,
    Nothing,
}

async fn one(app: &App, matter: &Matter) -> Result<Did> {
    let kinds = Kinds::of(app)?;
    let bound = kinds.of_matter(matter)?;
    let ready = tell::ready(app).await?;
    let mut tx = app.db.begin().await?;
    let whole = load::whole(app, &mut tx, matter.clone()).await?;
    let did = match bound.kind.by_clock(&matter.state) {
        Some(step) => moved(app, &mut tx, ready.as_ref(), &whole, bound, step).await?,
        None => told(app, &mut tx, &whole, bound).await?,
    };
    let purpose = match did {
        Did::Nothing => return Ok(did),
        Did::Moved => "moved on by the clock",
        Did::Told => TOLD,
    };
    audit(app, &mut tx, matter, purpose).await?;
    tx.commit().await?;
    Ok(did)
}

async fn moved(
    app: &App,
    tx: &mut db::Tx,
    ready: Option<&Ready>,
    whole: &Whole,
    bound: Bound<'_>,
    step: &'static Move,
) -> Result<Did> {
    let values = whole.now();
    let making = Making {
        kind: bound.kind,
        sheet: bound.sheet,
        before: &whole.matter,
        pauses: &whole.pauses,
        step,
        values: &values,
        by: None,
        words: "",
    };
    let after = match advance(app, tx, making).await {
        Ok(after) => after,
        // Somebody moved it on in between.
        Err(Error::Conflict("matter.changed")) => return Ok(Did::Nothing),
        Err(other) => return Err(other),
    };
    let (from, to) = (bound.state, step.to);
    tell::told(app, tx, ready, &Made { kind: bound.kind, from, to, matter: &after, values: &values, by: None }).await?;
    Ok(Did::Moved)
}

/// The unit above hears of it once per state.
async fn told(app: &App, tx: &mut db::Tx, whole: &Whole, bound: Bound<'_>) -> Result<Did> {
    let (matter, now) = (&whole.matter, app.clock.now());
    let since = Instant::start_of(matter.since);
    let before = |step: &crate::model::Step| step.verb == verb::OVERDUE && step.to == matter.state && step.at >= since;
    let above = unit_at(tx, &matter.place, bound.kind.above, now.day()).await?;
    let (Some(above), false) = (above, whole.steps.iter().any(before)) else { return Ok(Did::Nothing) };
    if !row::touch(tx, matter, now).await? {
        return Ok(Did::Nothing);
    }
    let said = |w: Words| {
        w.tf("matter.overdue_text", &[&words::state(w, bound.kind, &matter.state), &matter.due, &matter.title])
    };
    let about = About { kind: OVERDUE, subject: format!("{}/{}", matter.id, matter.state), said: &said };
    tell_above(app, tx, matter, &above.id, about).await?;
    let nobody: Option<&Actor> = None;
    note(tx, matter, verb::OVERDUE, &matter.state, nobody, "", now).await?;
    Ok(Did::Told)
}

/// What the unit above is told.
pub(crate) struct About<'a> {
    /// Word of the desk.
    pub kind: &'static str,
    pub subject: String,
    pub said: &'a (dyn Fn(Words) -> String + Sync),
}

pub(crate) async fn tell_above(
    app: &App,
    tx: &mut db::Tx,
    matter: &Matter,
    above: &UnitId,
    about: About<'_>,
) -> Result<()> {
    let ask = desk::Ask {
        unit: above,
        kind: about.kind,
        about: matter.id.as_str(),
        subject: &about.subject,
        href: &format!("/matters/{}", matter.id),
        text_zh: &(about.said)(Words(Lang::Zh)),
        text_en: &(about.said)(Words(Lang::En)),
        due: None,
        from: None,
        words: "",
        at: app.clock.now(),
    };
    desk::ask(tx, &app.ids, ask).await?;
    Ok(())
}

pub(crate) async fn audit(app: &App, tx: &mut db::Tx, matter: &Matter, purpose: &str) -> Result<()> {
    let now = app.clock.now();
    let entry = db::AuditEntry {
        id: app.ids.new_id(now),
        home: matter.home.clone(),
        at: now,
        account: None,
        post: None,
        unit: None,
        action: "matter.clock".to_owned(),
        object_kind: "matter".to_owned(),
        object: matter.id.to_string(),
        persons: Vec::new(),
        purpose: purpose.to_owned(),
        span_from: None,
        idempotency_key: None,
    };
    tx.audit(entry).await?;
    Ok(())
}
