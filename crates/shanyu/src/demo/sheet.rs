//! One facility on paper: everything that happened to it, as changes of its file, before anything is written. Pure;
//! what lies after `today` is left out at the end, so that the same seed tells the same story up to any day.

use super::names::Register;
use kernel::kinds::{ClassId, CredentialId, PlaceId};
use kernel::{Day, Fen, Ids, Instant, Span};
use registry::Change;
use registry::codes::{
    Band, CredentialKind, FacilityKind, Flag, Gained, LegalForm, Measure, Mode, Ownership, Per, State, Verified,
};
use registry::model::{Capacity, Credential, Fee, FlagSpan, Inclusive, Profile, Site};

/// A facility as it will be entered.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub kind: FacilityKind,
    pub name: String,
    pub street: PlaceId,
    /// First day of operation.
    pub opened: Day,
    pub changes: Vec<Change>,
    /// Changes that somebody made to the file afterwards.
    pub later: Vec<Vec<Change>>,
    /// It stands in the city's files twice: the place of the first file in the same list.
    pub doubles: Option<usize>,
    /// Notices to be numbered: days of validity.
    pub notices: Vec<Span>,
}

/// Ids of classes and credentials of one district, and the moment they carry.
pub struct Numbers {
    pub ids: Ids,
    pub at: Instant,
}

impl Sheet {
    /// A facility with name and site from a day on.
    pub fn new(kind: FacilityKind, from: Day, profile: Profile, site: Site) -> Sheet {
        let span = Span::since(from);
        let (name, street) = (profile.name.clone(), site.place.clone());
        let changes = vec![Change::SetProfile { span, profile }, Change::SetSite { span, site }];
        Sheet { kind, name, street, opened: from, changes, later: Vec::new(), doubles: None, notices: Vec::new() }
    }

    pub fn state(&mut self, from: Day, state: State, reason: &str) {
        self.changes.push(Change::SetState { span: Span::since(from), state, reason: reason.to_owned() });
    }

    /// In operation from a day on; with a time of preparation before it when it is new.
    pub fn opens(&mut self, on: Day, reason: &str) {
        self.opened = on;
        let planned_from = self.changes.iter().filter_map(changed_on).min().filter(|from| *from < on);
        if let Some(from) = planned_from {
            self.state(from, State::Planned, "筹备中");
        }
        self.state(on, State::Operating, reason);
    }

    pub fn inclusive(&mut self, from: Day, until: Day, by: &str, reason: &str) {
        let Some(span) = Span::new(from, until) else { return };
        let inclusive = Inclusive { confirmed_by: by.to_owned(), reason: reason.to_owned() };
        self.changes.push(Change::SetInclusive { span, inclusive });
    }

    pub fn fee(&mut self, from: Day, mode: Mode, yuan: i64, per: Per) {
        let fee = Fee { mode, fen: Fen(yuan * 100), per };
        self.changes.push(Change::SetFee { span: Span::since(from), fee });
    }

    pub fn flag(&mut self, from: Day, flag: Flag, value: &str, reason: &str) {
        let flag = FlagSpan { flag, value: value.to_owned(), reason: reason.to_owned() };
        self.changes.push(Change::SetFlag { span: Span::since(from), flag });
    }

    pub fn class(&mut self, n: &Numbers, on: Day, name: String, kind: Band, gained: Gained, mode: Mode) -> ClassId {
        let class: ClassId = n.ids.new_id(n.at);
        let span = Span::since(on);
        self.changes.push(Change::OpenClass { class: class.clone(), name, kind, gained, span, mode });
        class
    }

    pub fn capacity(&mut self, from: Day, measure: Measure, mode: Mode, band: Band, places: i64) {
        let capacity = Capacity { measure, mode, band, places };
        self.changes.push(Change::SetCapacity { span: Span::since(from), capacity });
    }

    pub fn credential(&mut self, n: &Numbers, kind: CredentialKind, number: String, issuer: &str, span: Span) {
        let credential = credential(n, kind, number, issuer, span);
        self.changes.push(Change::AddCredential { credential });
    }

    /// The day on which it closed for good.
    pub fn closed(&self) -> Option<Day> {
        let states = self.changes.iter().filter_map(|c| match c {
            Change::SetState { span, state, .. } => Some((span.from, *state)),
            _ => None,
        });
        states.max_by_key(|(from, _)| *from).filter(|(_, state)| *state == State::Closed).map(|(from, _)| from)
    }

    /// Without what lies after a day; `None` when nothing of it had begun. Ends that were known in advance stay.
    pub fn until(mut self, today: Day) -> Option<Sheet> {
        // Nothing is renewed, confirmed or counted any more once it has closed.
        let closed = self.closed().unwrap_or(Day::OPEN);
        let begun = |c: &Change| changed_on(c).is_none_or(|on| on <= today && on <= closed);
        self.changes.retain(begun);
        // Each aspect is told in the order of days; what is told twice for a day stays in its order.
        self.changes.sort_by_key(changed_on);
        self.later.iter_mut().for_each(|edit| edit.retain(begun));
        self.later.retain(|edit| !edit.is_empty());
        let has_state = self.changes.iter().any(|c| matches!(c, Change::SetState { .. }));
        has_state.then_some(self)
    }
}

/// A credential that was looked at.
pub fn credential(n: &Numbers, kind: CredentialKind, number: String, issuer: &str, span: Span) -> Credential {
    let id: CredentialId = n.ids.new_id(n.at);
    Credential {
        home: String::new(),
        id,
        holder_kind: String::new(),
        holder: String::new(),
        kind,
        number,
        issuer: issuer.to_owned(),
        from_day: span.from,
        until_day: span.until,
        recorded: n.at,
        scope: if kind == CredentialKind::OperationNotice {
            "3岁以下幼儿托育服务".to_owned()
        } else {
            String::new()
        },
        places: None,
        verified: Verified::Verified,
        source: "演示".to_owned(),
    }
}

/// The day from which a change holds.
pub fn changed_on(change: &Change) -> Option<Day> {
    change.from()
}

/// Who runs it, in what form.
pub struct Owner<'a> {
    pub ownership: Ownership,
    pub form: LegalForm,
    pub operator: &'a str,
}

/// A profile with a telephone and, where the form has one, a credit code.
pub fn profile(register: &mut Register, name: String, owner: Owner<'_>) -> Profile {
    let credit_code = match owner.form {
        LegalForm::ForProfit => Some(register.credit_code("91")),
        LegalForm::NonProfit => Some(register.credit_code("52")),
        LegalForm::PublicInstitution => Some(register.credit_code("12")),
        LegalForm::Department | LegalForm::Other => None,
    };
    Profile {
        name,
        name_key: String::new(),
        ownership: owner.ownership,
        legal_form: owner.form,
        operator: owner.operator.to_owned(),
        credit_code,
        phone: register.phone(),
    }
}

pub fn site(place: &PlaceId, address: String) -> Site {
    let point = super::points::point(place.as_str(), &address);
    Site { place: place.clone(), address, lon: point.map(|p| p.0), lat: point.map(|p| p.1) }
}

/// The state on a day.
pub fn state_on(sheet: &Sheet, day: Day) -> Option<State> {
    let states = sheet.changes.iter().filter_map(|c| match c {
        Change::SetState { span, state, .. } if span.from <= day => Some((span.from, *state)),
        _ => None,
    });
    states.max_by_key(|(from, _)| *from).map(|(_, state)| state)
}
