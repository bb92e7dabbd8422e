//! Asking, reminding and closing from other slices, inside their transaction. Audit and commit stay with the caller.

use crate::model::{Entry, State, Step, Verb};
use crate::{rules, store};
use db::{Read, Tx};
use kernel::kinds::{DeskId, PlaceId, UnitId};
use kernel::{Actor, Day, Ids, Instant, RuleViolation};
use web::Result;

/// What a unit is asked to do.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Whose to-do it becomes. A group stands for others: ask each of them.
    pub unit: &'a UnitId,
    /// Such as `plans.remind`; the slice that asks has its word under `todo.<kind>`.
    pub kind: &'static str,
    /// What all entries about one thing share, such as `shanghai-2020-2022/SH-02`.
    pub about: &'a str,
    /// The one thing asked for; while it is open, the unit has it once. May equal `about`.
    pub subject: &'a str,
    /// The page of the thing, for a link.
    pub href: &'a str,
    /// One sentence in each language: what is to be done.
    pub text_zh: &'a str,
    pub text_en: &'a str,
    pub due: Option<Day>,
    /// Who asks; `None` when a date was reached.
    pub from: Option<&'a Actor>,
    /// What is said with it; may be empty.
    pub words: &'a str,
    pub at: Instant,
}

/// Whether the unit had it on its desk before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    New(DeskId),
    Already(DeskId),
}

impl Asked {
    pub fn id(&self) -> &DeskId {
        match self {
            Asked::New(id) | Asked::Already(id) => id,
        }
    }
}

/// Puts something on the desk of a unit, once while it is open there.
///
/// Errors: `desk.no_unit` for a unit that does not exist or stands for others.
pub async fn ask(tx: &mut Tx, ids: &Ids, new: Ask<'_>) -> Result<Asked> {
    put(tx, ids, new, false).await
}

/// The same for what is done on the page of the thing itself: the list leads there, nothing is answered here, and only
/// whoever asked takes it away ([`close`]).
pub async fn ask_there(tx: &mut Tx, ids: &Ids, new: Ask<'_>) -> Result<Asked> {
    put(tx, ids, new, true).await
}

async fn put(tx: &mut Tx, ids: &Ids, new: Ask<'_>, there: bool) -> Result<Asked> {
    let unit = identity::unit(tx, new.unit).await?.filter(|u| !u.is_group);
    let unit = unit.ok_or_else(|| RuleViolation::new("desk.no_unit"))?;
    let place = places::get(tx, &unit.place, new.at.day()).await?;
    let entry = Entry {
        home: place.map(|p| p.home).unwrap_or_default(),
        id: ids.new_id(new.at),
        unit: unit.id,
        place: unit.place,
        kind: new.kind.to_owned(),
        about: new.about.to_owned(),
        subject: new.subject.to_owned(),
        href: new.href.to_owned(),
        text_zh: new.text_zh.to_owned(),
        text_en: new.text_en.to_owned(),
        from_unit: new.from.map(|a| a.unit.clone()),
        from_account: new.from.map(|a| a.account.clone()),
        asked: new.at,
        due: new.due,
        state: State::Open,
        changed: new.at,
        there,
    };
    if store::insert(tx, &entry).await? {
        let by = (entry.from_account.as_ref(), entry.from_unit.as_ref());
        store::add_step(tx, &entry, new.at, Verb::Asked, by, new.words).await?;
        return Ok(Asked::New(entry.id));
    }
    let there = store::open_entry(tx, &entry.unit, new.kind, new.subject).await?;
    Ok(Asked::Already(there.ok_or(web::Error::Conflict("desk.changed"))?.id))
}

/// Asks once more for what is open; another step of its history.
///
/// Errors: `desk.not_open`.
pub async fn urge(tx: &mut Tx, id: &DeskId, by: &Actor, words: &str, at: Instant) -> Result<()> {
    let entry = store::get(tx, id).await?.ok_or(web::Error::NotFound)?;
    step(tx, &entry, Verb::Urged, Some(by), words, at).await
}

/// Closes what is open about a subject because its cause is gone (a licence was renewed, a street is covered), whoever
/// was asked; the number of entries.
pub async fn close(
    tx: &mut Tx,
    kind: &str,
    about: &str,
    subject: &str,
    by: Option<&Actor>,
    words: &str,
    at: Instant,
) -> Result<usize> {
    let open = store::open_of(tx, kind, about, subject).await?;
    for entry in &open {
        step(tx, entry, Verb::Closed, by, words, at).await?;
    }
    Ok(open.len())
}

/// One step: the rule, the state, the history.
pub(crate) async fn step(
    tx: &mut Tx,
    entry: &Entry,
    verb: Verb,
    by: Option<&Actor>,
    words: &str,
    at: Instant,
) -> Result<()> {
    let to = rules::after(entry.state, verb, entry.from_unit.is_some())?;
    if !store::set_state(tx, entry, to, at).await? {
        return Err(web::Error::Conflict("desk.changed"));
    }
    store::add_step(tx, entry, at, verb, (by.map(|a| &a.account), by.map(|a| &a.unit)), words).await?;
    Ok(())
}

/// Sets another day, or none, for what is open about a subject.
pub async fn put_off(tx: &mut Tx, kind: &str, about: &str, subject: &str, due: Option<Day>) -> Result<()> {
    for entry in store::open_of(tx, kind, about, subject).await? {
        store::set_due(tx, &entry, due).await?;
    }
    Ok(())
}

/// An entry with its whole history.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    pub entry: Entry,
    pub steps: Vec<Step>,
}

/// Everything that units of a place were asked about one thing, the newest first: who was asked when, by whom, and
/// what was answered. At most `limit` (1 to 200).
pub async fn about(read: &mut Read, about: &str, under: &PlaceId, day: Day, limit: i64) -> db::Result<Vec<Told>> {
    let mut out = Vec::new();
    for entry in store::about(read, about, under, day, limit.clamp(1, 200)).await? {
        let steps = store::steps(read, &entry).await?;
        out.push(Told { entry, steps });
    }
    Ok(out)
}

/// One entry with its history.
pub async fn told(read: &mut Read, id: &DeskId) -> db::Result<Option<Told>> {
    let Some(entry) = store::get(read, id).await? else { return Ok(None) };
    let steps = store::steps(read, &entry).await?;
    Ok(Some(Told { entry, steps }))
}
