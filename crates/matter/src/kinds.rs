//! The kinds and forms of the installation: what the slices declare, and what the packs bring. Checked once at the
//! start, so that a fault of a declaration or a form is a sentence on the console and not an error page.

use crate::declaration::{By, Clock, Kind, Move, State};
use crate::form::Sheet;
use crate::model::Matter;
use crate::walk::faults;
use db::{Read, Tx};
use kernel::kinds::{FacilityId, PlaceId};
use kernel::{Actor, Day, Role, WorkCalendar};
use std::pin::Pin;
use std::sync::Arc;
use web::{App, Error, Result};

/// See the module; the binary keeps one in [`web::AppInner::kept`] as `Arc<Kinds>`.
#[derive(Debug)]
pub struct Kinds {
    kinds: Vec<&'static Kind>,
    sheets: Vec<Sheet>,
    pub calendar: WorkCalendar,
    gate: Option<Gate>,
    handed_in: Option<HandedIn>,
    known: Option<Known>,
}

/// Whether an agent may hand something in for the applicant that they work for; asked before each of their moves that is
/// no withdrawal.
pub type Gate = for<'a> fn(&'a mut Read, &'a Actor) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// What is done when a matter is handed in for the first time, in the same transaction.
pub type HandedIn =
    for<'a> fn(&'a App, &'a mut Tx, &'a Matter) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// What an institution is called on a day, and where it lies; `None` when there is none of the id.
pub type Known =
    for<'a> fn(&'a mut Read, &'a FacilityId, Day) -> Pin<Box<dyn Future<Output = Result<Option<Named>>> + Send + 'a>>;

/// An institution that a matter may be about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    pub name: String,
    pub place: PlaceId,
}

impl Kinds {
    /// Errors: the first fault in a sentence.
    pub fn new(
        kinds: Vec<&'static Kind>,
        sheets: Vec<Sheet>,
        calendar: WorkCalendar,
    ) -> std::result::Result<Kinds, String> {
        if let Some(fault) = kinds.iter().flat_map(|kind| faults(kind)).next() {
            return Err(fault);
        }
        for (nr, sheet) in sheets.iter().enumerate() {
            let kind = kinds.iter().find(|kind| kind.id == sheet.kind);
            let kind = kind.ok_or_else(|| format!("form {}: no kind is called {}", sheet.id, sheet.kind))?;
            let at = sheet.sections.iter().flat_map(|section| &section.at);
            if let Some(at) = at.into_iter().find(|at| kind.state(at).is_none()) {
                return Err(format!("form {}: {} has no state {at}", sheet.id, kind.id));
            }
            let twin = sheets[..nr].iter().find(|s| s.id == sheet.id && s.from < sheet.until && sheet.from < s.until);
            if let Some(twin) = twin {
                return Err(format!("form {}: two versions hold on {}", sheet.id, twin.from.max(sheet.from)));
            }
        }
        Ok(Kinds { kinds, sheets, calendar, gate: None, handed_in: None, known: None })
    }

    /// With what rooms above this one have to say.
    pub fn with(mut self, gate: Gate, handed_in: HandedIn) -> Kinds {
        (self.gate, self.handed_in) = (Some(gate), Some(handed_in));
        self
    }

    /// With what is known of institutions.
    pub fn knowing(mut self, known: Known) -> Kinds {
        self.known = Some(known);
        self
    }

    /// Whether anything is known of institutions.
    pub(crate) fn knows(&self) -> bool {
        self.known.is_some()
    }

    /// The institution of an id; `None` as well where nothing is known of institutions.
    pub(crate) async fn named(&self, read: &mut Read, id: &FacilityId, day: Day) -> Result<Option<Named>> {
        match self.known {
            Some(known) => known(read, id, day).await,
            None => Ok(None),
        }
    }

    /// Before a move of an agent.
    pub(crate) async fn let_through(&self, read: &mut Read, kind: &Kind, step: &Move, actor: &Actor) -> Result<()> {
        let asked = kind.confirmed && step.by == By::Applicant && step.to.open();
        match self.gate {
            Some(gate) if asked && actor.role == Role::Applicant => gate(read, actor).await,
            _ => Ok(()),
        }
    }

    /// After a move out of the first state.
    pub(crate) async fn begun(&self, app: &App, tx: &mut Tx, kind: &Kind, from: &str, matter: &Matter) -> Result<()> {
        match self.handed_in {
            Some(handed_in) if kind.first.id == from && matter.open() => handed_in(app, tx, matter).await,
            _ => Ok(()),
        }
    }

    pub fn of(app: &App) -> Result<Arc<Kinds>> {
        app.shared::<Arc<Kinds>>()
    }

    pub fn all(&self) -> &[&'static Kind] {
        &self.kinds
    }

    pub fn kind(&self, id: &str) -> Option<&'static Kind> {
        self.kinds.iter().copied().find(|kind| kind.id == id)
    }

    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The version of a form that holds on a day.
    pub fn sheet_on(&self, id: &str, day: Day) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.id == id && sheet.usable(day))
    }

    /// Kind, form and state of a matter.
    ///
    /// Errors: [`Error::Internal`] when a pack or a declaration is gone while matters of it are on record.
    pub fn of_matter(&self, matter: &Matter) -> Result<Bound<'_>> {
        let gone = |what: &str| Error::Internal(format!("matter {}: {what} is no more", matter.id));
        let kind = self.kind(&matter.kind).ok_or_else(|| gone(&matter.kind))?;
        let sheet = self.sheets.iter().find(|s| s.version() == matter.form).ok_or_else(|| gone(&matter.form))?;
        let state = kind.state(&matter.state).ok_or_else(|| gone(&matter.state))?;
        Ok(Bound { kind, sheet, state, calendar: &self.calendar })
    }
}

/// What a matter is bound to.
#[derive(Clone, Copy, Debug)]
pub struct Bound<'a> {
    pub kind: &'static Kind,
    pub sheet: &'a Sheet,
    pub state: &'static State,
    pub calendar: &'a WorkCalendar,
}

impl Bound<'_> {
    pub fn clock(&self) -> Option<Clock> {
        self.state.clock
    }
}
