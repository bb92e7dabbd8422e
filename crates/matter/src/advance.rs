//! Bringing a matter and moving it on, inside the caller's transaction: state, clock, whose turn it is, the desk of
//! that unit, the departments that are asked, the timeline, and how long the state before took.

use crate::clock::{Due, Pause, Running, taken};
use crate::declaration::{Clock, Kind, Move, Moving, Owner, State};
use crate::form::Sheet;
use crate::kinds::Kinds;
use crate::model::{Matter, Step};
use crate::store::{pace, parts, row};
use crate::values::Values;
use crate::{opinion, verb, words};
use db::Tx;
use identity::Unit;
use kernel::kinds::{FacilityId, PlaceId, UnitId};
use kernel::{Actor, Day, Instant, Month, RuleViolation, WorkCalendar};
use places::Place;
use web::{App, Error, Result};

/// Word of the desk: `todo.matter.turn`.
pub const TURN: &str = "matter.turn";

/// What somebody brings.
#[derive(Debug)]
pub struct New<'a> {
    pub kind: &'static Kind,
    pub sheet: &'a Sheet,
    /// Where it is decided: the district, mostly.
    pub place: &'a Place,
    pub applicant: &'a UnitId,
    pub facility: Option<&'a FacilityId>,
    pub title: &'a str,
}

/// Brings a matter; it stands in the first state of its kind.
///
/// Errors: `matter.no_unit` when nobody is there to act, and those of clocks.
pub async fn bring(app: &App, tx: &mut Tx, new: New<'_>, by: Option<&Actor>) -> Result<Matter> {
    let (kinds, now) = (Kinds::of(app)?, app.clock.now());
    let today = now.day();
    let year = i64::from(today.year());
    let no = row::next_number(tx, &new.place.home, new.kind.id, year).await?;
    let mut matter = Matter {
        home: new.place.home.clone(),
        id: app.ids.new_id(now),
        number: String::new(),
        kind: new.kind.id.to_owned(),
        form: new.sheet.version(),
        place: new.place.id.clone(),
        applicant: new.applicant.clone(),
        facility: new.facility.cloned(),
        title: new.title.to_owned(),
        state: new.kind.first.id.to_owned(),
        turn: None,
        round: 0,
        since: today,
        days: 0,
        more: 0,
        due: Day::OPEN,
        opened: now,
        changed: now,
        ending: None,
        ended: None,
    };
    matter.number = format!("{}-{}-{year}-{no:04}", new.place.code, matter.short_kind());
    enter(tx, &mut matter, new.kind.first, new.sheet, &kinds.calendar, now).await?;
    row::insert(tx, &matter).await?;
    note(tx, &matter, verb::OPENED, "", by, "", now).await?;
    wait(app, tx, &matter, new.kind, by, now).await?;
    opinion::ask_all(app, tx, &matter, new.kind.first, new.sheet, &kinds.calendar, now).await?;
    Ok(matter)
}

/// A move that is to be made; its needs were looked at by the caller.
#[derive(Debug)]
pub struct Making<'a> {
    pub kind: &'static Kind,
    pub sheet: &'a Sheet,
    pub before: &'a Matter,
    pub pauses: &'a [Pause],
    pub step: &'static Move,
    pub values: &'a Values,
    pub by: Option<&'a Actor>,
    pub words: &'a str,
}

/// Moves a matter on.
///
/// Errors: `matter.changed` when somebody else was faster; whatever the effect of the kind says.
pub async fn advance(app: &App, tx: &mut Tx, making: Making<'_>) -> Result<Matter> {
    let Making { kind, sheet, before, pauses, step, values, by, words } = making;
    let (kinds, now) = (Kinds::of(app)?, app.clock.now());
    let from = kind.state(&before.state).ok_or_else(|| Error::Internal(format!("no state {}", before.state)))?;
    let mut matter = before.clone();
    matter.changed = now.max(Instant(before.changed.0 + 1));
    // What went back to the applicant is filled in anew beside what stood there.
    if from.owner != Owner::Applicant && step.to.owner == Owner::Applicant {
        matter.round += 1;
    }
    enter(tx, &mut matter, step.to, sheet, &kinds.calendar, now).await?;
    if let Some(effect) = kind.effect {
        effect(Moving { app, tx, matter: &mut matter, step, values, by, words }).await?;
    }
    if !row::update(tx, &matter, before.changed).await? {
        return Err(Error::Conflict("matter.changed"));
    }
    kinds.begun(app, tx, kind, from.id, &matter).await?;
    if let Some(open) = pauses.iter().find(|pause| pause.until == Day::OPEN) {
        // One that would begin tomorrow never did.
        parts::resume(tx, before, now.day().max(open.from)).await?;
    }
    keep_pace(tx, before, from, pauses, &kinds.calendar, now.day()).await?;
    note(tx, &matter, step.id, &before.state, by, words, now).await?;
    let subject = before.id.as_str();
    desk::close(tx, TURN, subject, subject, by, words, now).await?;
    wait(app, tx, &matter, kind, by, now).await?;
    if !matches!(step.to.owner, Owner::Opinions(_)) || from.id != step.to.id {
        opinion::close_all(tx, before, by, now).await?;
    }
    if from.id != step.to.id {
        opinion::ask_all(app, tx, &matter, step.to, sheet, &kinds.calendar, now).await?;
    }
    Ok(matter)
}

/// Sets state, turn and clock for a state that is entered today.
async fn enter(
    tx: &mut Tx,
    matter: &mut Matter,
    to: &'static State,
    sheet: &Sheet,
    calendar: &WorkCalendar,
    now: Instant,
) -> Result<()> {
    let today = now.day();
    matter.state = to.id.to_owned();
    (matter.since, matter.days, matter.more, matter.due) = (today, 0, 0, Day::OPEN);
    matter.turn = owner(tx, matter, to, today).await?;
    if let Owner::Nobody(end) = to.owner {
        (matter.ending, matter.ended) = (Some(end), Some(now));
    }
    if let Some(clock) = &to.clock {
        matter.days = days_of(tx, clock.norm, sheet, &matter.place, today).await?;
        matter.due = due(calendar, matter, clock, &[])?.day();
    }
    Ok(())
}

/// The unit that has to act in a state; recorded where it is one that each place has by law.
async fn owner(tx: &mut Tx, matter: &Matter, state: &State, day: Day) -> Result<Option<UnitId>> {
    let kinds = match state.owner {
        Owner::Nobody(_) => return Ok(None),
        Owner::Applicant => return Ok(Some(matter.applicant.clone())),
        Owner::Unit(kinds) | Owner::Opinions(kinds) => kinds,
    };
    let unit = unit_at(tx, &matter.place, kinds, day).await?;
    Ok(Some(unit.ok_or_else(|| RuleViolation::new("matter.no_unit"))?.id))
}

/// The unit of a place, or of the next one above, that is of the first of these kinds that has one there.
pub(crate) async fn unit_at(tx: &mut Tx, place: &PlaceId, kinds: &[&str], day: Day) -> Result<Option<Unit>> {
    let place = places::get(tx, place, day).await?.ok_or(Error::NotFound)?;
    let Some(unit) = identity::office_at(tx, &place, kinds, day).await? else { return Ok(None) };
    // The way up ends at the office that a district has by law; it is another kind than was asked for.
    if !kinds.contains(&unit.kind.as_str()) {
        return Ok(None);
    }
    identity::record_office(tx, &unit, day).await?;
    Ok(Some(unit))
}

/// Days of a clock: the norm of this form where there is one, else the one of all forms.
pub(crate) async fn days_of(tx: &mut Tx, norm: &str, sheet: &Sheet, place: &PlaceId, day: Day) -> Result<i64> {
    let own = places::norm(tx, norm, &sheet.facet(), place, day).await;
    let found = match own {
        Err(places::NormError::Missing { .. }) => places::norm(tx, norm, "", place, day).await,
        found => found,
    };
    found.and_then(|norm| norm.whole()).map_err(|e| match e {
        places::NormError::Db(e) => e.into(),
        other => {
            tracing::error!(%other, "a clock without its norm");
            RuleViolation::new("matter.no_norm").with(norm).into()
        }
    })
}

/// How the clock of a matter's state stands, given its pauses.
///
/// Errors: `kernel.calendar.year_not_loaded`.
pub fn due(calendar: &WorkCalendar, matter: &Matter, clock: &Clock, pauses: &[Pause]) -> Result<Due> {
    let whole = |n: i64| u32::try_from(n).unwrap_or(0);
    let running = Running {
        from: matter.since,
        days: whole(matter.days),
        count: clock.count,
        more: whole(matter.more),
        pauses: pauses.iter().filter(|pause| pause.until > matter.since).copied().collect(),
    };
    Ok(running.due(calendar).map_err(RuleViolation::from)?)
}

/// One line of the timeline.
pub(crate) async fn note(
    tx: &mut Tx,
    matter: &Matter,
    verb: &str,
    from: &str,
    by: Option<&Actor>,
    words: &str,
    at: Instant,
) -> Result<()> {
    let step = Step {
        no: 0,
        at,
        verb: verb.to_owned(),
        from: from.to_owned(),
        to: matter.state.clone(),
        account: by.map(|actor| actor.account.clone()),
        unit: by.map(|actor| actor.unit.clone()),
        words: words.to_owned(),
    };
    Ok(row::add_step(tx, matter, &step).await?)
}

/// Puts it on the desk of the unit that has to act.
async fn wait(app: &App, tx: &mut Tx, matter: &Matter, kind: &Kind, by: Option<&Actor>, now: Instant) -> Result<()> {
    let Some(turn) = &matter.turn else { return Ok(()) };
    let text = |lang| format!("{}：{}", words::state(web::Words(lang), kind, &matter.state), matter.title);
    let ask = desk::Ask {
        unit: turn,
        kind: TURN,
        about: matter.id.as_str(),
        subject: matter.id.as_str(),
        href: &format!("/matters/{}", matter.id),
        text_zh: &text(kernel::Lang::Zh),
        text_en: &text(kernel::Lang::En),
        due: Some(matter.due).filter(|due| *due != Day::OPEN),
        from: by,
        words: "",
        at: now,
    };
    desk::ask_there(tx, &app.ids, ask).await?;
    Ok(())
}

/// Adds the stay that ends today to the histogram of its unit. Applicants are not measured.
async fn keep_pace(
    tx: &mut Tx,
    before: &Matter,
    from: &State,
    pauses: &[Pause],
    calendar: &WorkCalendar,
    today: Day,
) -> Result<()> {
    let (Some(unit), false) = (&before.turn, from.owner == Owner::Applicant) else { return Ok(()) };
    let days = taken(before.since, today, pauses, calendar).map_err(RuleViolation::from)?;
    let stay = pace::Stay {
        kind: before.kind.clone(),
        state: from.id.to_owned(),
        unit: unit.clone(),
        days: i64::from(days),
        stays: 1,
    };
    Ok(pace::add(tx, &before.home, &stay, &Month::of(today).to_string()).await?)
}
