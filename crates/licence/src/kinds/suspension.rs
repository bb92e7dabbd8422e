//! 暂停服务: the children and the prepaid money come first; the notice stays and the state of the file says suspended.

use super::*;

static REVIEWING: State =
    State { id: "reviewing", owner: Owner::Unit(BUREAU), clock: Some(Clock::working("licence.review_workdays")) };

static REPORT: Move =
    Move { id: "submit", from: &[&DRAFT], to: &REVIEWING, by: By::Applicant, needs: &[Need::Complete] };
static RETURN: Move =
    Move { id: "return", from: &[&REVIEWING], to: &MENDING, by: BUREAU_OFFICERS, needs: &[Need::Remarks] };
static MENDED: Move = Move {
    id: "resubmit",
    from: &[&MENDING],
    to: &REVIEWING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
static TAKE_NOTE: Move =
    Move { id: "grant", from: &[&REVIEWING], to: &GRANTED, by: BUREAU_OFFICERS, needs: &[Need::Office] };
static OPPOSE: Move =
    Move { id: "refuse", from: &[&REVIEWING], to: &REFUSED, by: BUREAU_OFFICERS, needs: &[Need::Words] };
static WITHDRAW: Move =
    Move { id: "withdraw", from: &[&DRAFT, &REVIEWING, &MENDING], to: &DROPPED, by: By::Applicant, needs: &[] };
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.suspension",
    first: &DRAFT,
    moves: &[&REPORT, &RETURN, &MENDED, &TAKE_NOTE, &OPPOSE, &WITHDRAW, &LAPSE],
    brought_by: HEADS,
    about_facility: true,
    confirmed: true,
    tells: &[],
    above: BUREAU,
    effect: Some(crate::effect::suspended),
};
