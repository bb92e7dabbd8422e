//! The kinds and forms of the installation: what the slices declare, and what the packs bring. Checked once at the
//! start, so that a fault of a declaration or a form is a sentence on the console and not an error page.

use crate::declaration::{Clock, Kind, State};
use crate::form::Sheet;
use crate::model::Matter;
use crate::walk::faults;
use kernel::{Day, WorkCalendar};
use std::sync::Arc;
use web::{App, Error, Result};

/// See the module; the binary keeps one in [`web::AppInner::kept`] as `Arc<Kinds>`.
#[derive(Debug)]
pub struct Kinds {
    kinds: Vec<&'static Kind>,
    sheets: Vec<Sheet>,
    pub calendar: WorkCalendar,
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
        Ok(Kinds { kinds, sheets, calendar })
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
