//! 撤销告知书: the office acts by itself, hears the institution, and the bureau decides.

use super::*;

/// The institution is told and may state its side; the office writes it down.
static STATING: State = State {
    id: "stating",
    owner: Owner::Unit(OFFICE),
    clock: Some(Clock::working("licence.stating_workdays").with_pauses()),
};

static TELL: Move = Move { id: "tell", from: &[&DRAFT], to: &STATING, by: By::Applicant, needs: &[Need::Complete] };
static STATED: Move = Move { id: "stated", from: &[&STATING], to: &DECIDING, by: OFFICERS, needs: &[Need::Office] };
static HEAR_AGAIN: Move =
    Move { id: "hear_again", from: &[&DECIDING], to: &STATING, by: BUREAU_OFFICERS, needs: &[Need::Words] };
static REVOKE: Move =
    Move { id: "revoke", from: &[&DECIDING], to: &GRANTED, by: BUREAU_OFFICERS, needs: &[Need::Office] };
static LET_BE: Move =
    Move { id: "let_be", from: &[&DECIDING], to: &REFUSED, by: BUREAU_OFFICERS, needs: &[Need::Words] };
static DROP: Move =
    Move { id: "drop", from: &[&DRAFT, &STATING, &DECIDING], to: &DROPPED, by: By::Applicant, needs: &[Need::Words] };
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.revocation",
    first: &DRAFT,
    moves: &[&TELL, &STATED, &HEAR_AGAIN, &REVOKE, &LET_BE, &DROP, &LAPSE],
    brought_by: &[GuidanceOfficer, EducationOfficer],
    about_facility: true,
    confirmed: true,
    tells: &[],
    above: BUREAU,
    effect: Some(crate::effect::revoked),
};
