//! The kinds of matters of an institution's life and the advice before it, and what they share: who handles, who decides, and the states
//! that mean the same in each. A kind is readable alone in its file; docs/MATTERS.md draws them.

mod advice;
mod change;
mod closing;
mod moving;
mod opening;
mod resumption;
mod revocation;
mod succession;
mod suspension;
mod withdrawal;

use kernel::Role::{self, *};
use matter::{By, Clock, End, Kind, Move, Need, Owner, State};

/// All of them, in the order of an institution's life.
pub static ALL: [&Kind; 10] = [
    &advice::KIND,
    &opening::KIND,
    &change::KIND,
    &moving::KIND,
    &suspension::KIND,
    &resumption::KIND,
    &succession::KIND,
    &closing::KIND,
    &withdrawal::KIND,
    &revocation::KIND,
];

/// Who receives and looks: the district's guidance centre, where it has one, else its education bureau.
const OFFICE: &[&str] = &["guidance_centre", "education"];
/// Who decides: the education bureau (上海市人口与计划生育条例 第三十五条).
const BUREAU: &[&str] = &["education"];
const OFFICERS: By = By::Owner(&[GuidanceOfficer, EducationOfficer]);
const BUREAU_OFFICERS: By = By::Owner(&[EducationOfficer]);
/// Who brings what concerns an institution that is on file: nobody but its own head.
const HEADS: &[Role] = &[InstitutionHead];

static DRAFT: State =
    State { id: "draft", owner: Owner::Applicant, clock: Some(Clock::calendar("licence.draft_days")) };
static ACCEPTING: State =
    State { id: "accepting", owner: Owner::Unit(OFFICE), clock: Some(Clock::working("licence.accept_workdays")) };
static SUPPLEMENT: State =
    State { id: "supplement", owner: Owner::Applicant, clock: Some(Clock::calendar("licence.supplement_days")) };
static CONSULTING: State =
    State { id: "consulting", owner: Owner::Opinions(OFFICE), clock: Some(Clock::working("licence.consult_workdays")) };
/// A department wants something mended first.
static RECTIFYING: State =
    State { id: "rectifying", owner: Owner::Applicant, clock: Some(Clock::calendar("licence.mend_days")) };
static VISITING: State = State {
    id: "visiting",
    owner: Owner::Unit(OFFICE),
    clock: Some(Clock::working("licence.visit_workdays").with_pauses()),
};
static DECIDING: State = State {
    id: "deciding",
    owner: Owner::Unit(BUREAU),
    clock: Some(
        Clock::working("licence.decide_workdays").with_pauses().extended_by("licence.decide_extension_workdays"),
    ),
};
/// It went back to whoever brought it, from the decision or from the visit.
static MENDING: State =
    State { id: "mending", owner: Owner::Applicant, clock: Some(Clock::calendar("licence.mend_days")) };
static GRANTED: State = State { id: "granted", owner: Owner::Nobody(End::Granted), clock: None };
static REFUSED: State = State { id: "refused", owner: Owner::Nobody(End::Refused), clock: None };
static DROPPED: State = State { id: "dropped", owner: Owner::Nobody(End::Dropped), clock: None };

// The gate: an application is handed in, completed where something lacks, and accepted or not.
static SUBMIT: Move =
    Move { id: "submit", from: &[&DRAFT], to: &ACCEPTING, by: By::Applicant, needs: &[Need::Complete] };
static ASK_FOR_MORE: Move =
    Move { id: "supplement", from: &[&ACCEPTING], to: &SUPPLEMENT, by: OFFICERS, needs: &[Need::Remarks] };
static SUPPLIED: Move = Move {
    id: "supplied",
    from: &[&SUPPLEMENT],
    to: &ACCEPTING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
static DECLINE: Move = Move { id: "decline", from: &[&ACCEPTING], to: &REFUSED, by: OFFICERS, needs: &[Need::Words] };

// The end: granted, refused, or sent back once more.
static GRANT: Move =
    Move { id: "grant", from: &[&DECIDING], to: &GRANTED, by: BUREAU_OFFICERS, needs: &[Need::Office] };
static REFUSE: Move =
    Move { id: "refuse", from: &[&DECIDING], to: &REFUSED, by: BUREAU_OFFICERS, needs: &[Need::Words] };
static RESUBMIT: Move = Move {
    id: "resubmit",
    from: &[&MENDING],
    to: &DECIDING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
/// What departments asked to be mended was mended, and they are asked once more.
static CONSULT_AGAIN: Move =
    Move { id: "consult_again", from: &[&DECIDING], to: &CONSULTING, by: BUREAU_OFFICERS, needs: &[Need::Words] };
