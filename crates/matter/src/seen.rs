//! A matter as one actor meets it: what it is bound to, what is missing, what may be done.

use crate::check::Tested;
use crate::declaration::{Clock, Kind, Move, Owner};
use crate::form::{Entry, Sheet};
use crate::input::Input;
use crate::kinds::{Bound, Kinds};
use crate::model::{File, Opinion, Whole};
use crate::rules::{self, Known, Mover};
use crate::values::Values;
use crate::{load, policy, tested};
use db::Read;
use kernel::{Actor, Role, RuleViolation};
use std::collections::BTreeMap;
use std::sync::Arc;
use web::{Cx, Error, Result};

/// See the module.
pub struct Seen {
    pub kinds: Arc<Kinds>,
    pub whole: Whole,
    pub now: Values,
    pub before: Values,
    pub checks: Vec<Tested>,
    pub mover: Mover,
    /// Names of the places that were chosen, by code.
    pub places: BTreeMap<String, String>,
}

/// The matter, when this actor sees it.
///
/// Errors: [`Error::NotFound`].
pub async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Seen> {
    let kinds = Kinds::of(&cx.app)?;
    let whole = load::by_id(&cx.app, read, id).await?;
    policy::sees(cx, read, &whole, cx.today()).await?;
    let now = whole.now();
    let sheet = kinds.of_matter(&whole.matter)?.sheet;
    let checks = tested::tested(read, sheet, &now, &whole.matter.place, cx.today(), cx.words()).await?;
    let mover = mover(cx.actor()?, &whole);
    let places = chosen(cx, read, sheet, &whole).await?;
    Ok(Seen { places, before: whole.before(), kinds, now, checks, mover, whole })
}

/// The names of streets and towns that were filled in.
async fn chosen(cx: &Cx, read: &mut Read, sheet: &Sheet, whole: &Whole) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    let street = |field: &str| sheet.entry(field).is_some_and(|(_, entry)| entry.input == Input::Street);
    for value in whole.values.iter().filter(|value| !value.value.is_empty() && street(&value.field)) {
        if let Some(place) = places::by_code(read, &value.value, cx.today()).await? {
            out.insert(value.value.clone(), place.name);
        }
    }
    Ok(out)
}

fn mover(actor: &Actor, whole: &Whole) -> Mover {
    Mover {
        role: actor.role,
        applicant: whole.matter.applicant == actor.unit,
        turn: whole.matter.turn.as_ref() == Some(&actor.unit),
    }
}

impl Seen {
    pub fn bound(&self) -> Result<Bound<'_>> {
        self.kinds.of_matter(&self.whole.matter)
    }

    /// The moves that this actor may make now, each with what keeps it from being made.
    pub fn moves(&self, today: kernel::Day) -> Result<Vec<(&'static Move, Option<RuleViolation>)>> {
        let bound = self.bound()?;
        let opinions: Vec<&Opinion> = self.whole.opinions_now().collect();
        let known = self.known(today, &opinions)?;
        let offered = rules::offered(bound.kind, bound.state.id, self.mover);
        Ok(offered.into_iter().map(|step| (step, rules::unmet(step, &known))).collect())
    }

    /// The move that was asked for.
    ///
    /// Errors: those of [`rules::find`], with the moves that are possible now; the first need that is not met.
    pub fn step(&self, id: &str, today: kernel::Day, words: web::Words) -> Result<&'static Move> {
        let bound = self.bound()?;
        let step = rules::find(bound.kind, bound.state.id, id, self.mover).map_err(|rule| {
            let now = rules::offered(bound.kind, bound.state.id, self.mover);
            let now: Vec<&str> = now.into_iter().map(|step| crate::words::step(words, bound.kind, step.id)).collect();
            let none = words.t("matter.no_move").to_owned();
            rule.with(if now.is_empty() { none } else { now.join(words.t("matter.comma")) })
        })?;
        let opinions: Vec<&Opinion> = self.whole.opinions_now().collect();
        match rules::unmet(step, &self.known(today, &opinions)?) {
            None => Ok(step),
            Some(rule) => Err(rule.into()),
        }
    }

    fn known<'a>(&'a self, today: kernel::Day, opinions: &'a [&'a Opinion]) -> Result<Known<'a>> {
        let bound = self.bound()?;
        let missing: usize = bound.sheet.of_applicant().map(|s| s.faults(&self.now).len()).sum();
        let stops = self.checks.iter().filter(|tested| tested.stops()).count();
        let office = bound.sheet.of_office(bound.state.id).map(|s| s.faults(&self.now).len()).sum();
        Ok(Known {
            today,
            missing: missing + stops,
            office_missing: office,
            remarks: &self.whole.remarks,
            opinions,
            unanswered: self.unanswered(),
        })
    }

    /// Open remarks to which the applicant neither said nor changed anything.
    fn unanswered(&self) -> usize {
        let round = self.whole.matter.round;
        let open = self.whole.remarks.iter().filter(|r| r.open() && r.round <= round && r.answer.is_empty());
        open.filter(|remark| !self.changed(&remark.section, &remark.field)).count()
    }

    /// Something of a field (or, where none is named, of a section) was changed in this round.
    pub fn changed(&self, section: &str, field: &str) -> bool {
        let round = self.whole.matter.round;
        let within = |name: &str| match field {
            "" => self.bound().ok().and_then(|b| b.sheet.entry(name)).is_some_and(|(of, _)| of.id == section),
            named => name == named,
        };
        let differs = |name: &str| self.now.get(name) != self.before.get(name);
        self.whole.values.iter().any(|v| v.round == round && within(&v.field) && differs(&v.field))
            || self.whole.files.iter().any(|f| f.round == round && within(&f.field))
            || self.whole.files.iter().any(|f| within(&f.field) && self.taken_out(f))
    }

    /// Files of a field that stood there when the matter was returned last and were taken out since.
    pub fn replaced<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a File> {
        self.whole.files.iter().filter(move |file| file.field == field && self.taken_out(file))
    }

    fn taken_out(&self, file: &File) -> bool {
        let round = self.whole.matter.round;
        let returned = self.whole.remarks.iter().filter(|remark| remark.round == round).map(|remark| remark.at).max();
        file.round < round && file.removed.is_some_and(|removed| returned.is_some_and(|at| removed >= at))
    }

    /// The clock, where this actor may stop and extend it: the unit that has to act, in a role that can move it.
    pub fn clock(&self) -> Result<Option<Clock>> {
        let bound = self.bound()?;
        let moves = !rules::offered(bound.kind, bound.state.id, self.mover).is_empty();
        Ok(bound.state.clock.filter(|_| moves && self.mover.turn && bound.state.owner != Owner::Applicant))
    }

    /// The applicant's turn, and this actor is of the applicant.
    pub fn fills(&self) -> Result<bool> {
        Ok(self.mover.applicant && self.mover.turn && self.bound()?.state.owner == Owner::Applicant)
    }

    /// It has ended and the actor's unit brought it: an institution or an applicant, not an office that acted by itself.
    pub fn may_rate(&self) -> bool {
        let served = |kind: &Kind| kind.brought_by.iter().any(|r| matches!(r, Role::Applicant | Role::InstitutionHead));
        let served = self.bound().is_ok_and(|bound| served(bound.kind));
        self.mover.applicant && !self.whole.matter.open() && served
    }

    /// The office's turn, and this actor may move it.
    pub fn reviews(&self) -> Result<bool> {
        let bound = self.bound()?;
        let owner = bound.state.owner != Owner::Applicant && self.mover.turn;
        Ok(owner && !rules::offered(bound.kind, bound.state.id, self.mover).is_empty())
    }

    /// Whether this actor may change a field now.
    pub fn may_change(&self, section: &str, field: &str) -> Result<bool> {
        let bound = self.bound()?;
        let Some(of) = bound.sheet.section(section) else { return Err(Error::NotFound) };
        if !of.at.is_empty() {
            return Ok(of.at.iter().any(|at| at == bound.state.id) && self.reviews()?);
        }
        let matter = &self.whole.matter;
        // What became asked by a change that a remark wanted can be filled in, though no remark names it.
        let wanted = || of.faults(&self.now).iter().any(|fault| fault.field == field);
        let open = rules::open_to_change(bound.state, matter.round, &self.whole.remarks, section, field);
        Ok(self.fills()? && (open || wanted()))
    }

    /// A value as people read it; `clear`: also where it is about a person.
    pub fn shown(&self, field: &Entry, value: &str, clear: bool, lang: kernel::Lang) -> String {
        match (field.personal && !clear, &field.input) {
            (true, input) => input.masked(value),
            (false, Input::Street) => self.places.get(value).cloned().unwrap_or_else(|| value.to_owned()),
            (false, input) => input.shown(value, lang),
        }
    }

    /// Whoever need not know a person's data sees it masked.
    pub fn in_clear(&self) -> Result<bool> {
        Ok(self.mover.applicant || self.reviews()?)
    }
}
