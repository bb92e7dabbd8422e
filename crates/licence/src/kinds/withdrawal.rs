//! 交回告知书: the institution gives up childcare by itself. A kindergarten goes on without its toddler classes; what is
//! nothing but childcare is closed.

use super::*;

static REVIEWING: State =
    State { id: "reviewing", owner: Owner::Unit(BUREAU), clock: Some(Clock::working("licence.review_workdays")) };

static HAND_IN: Move =
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
static TAKE_BACK: Move =
    Move { id: "grant", from: &[&REVIEWING], to: &GRANTED, by: BUREAU_OFFICERS, needs: &[Need::Office] };
static WITHDRAW: Move =
    Move { id: "withdraw", from: &[&DRAFT, &REVIEWING, &MENDING], to: &DROPPED, by: By::Applicant, needs: &[] };
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.withdrawal",
    first: &DRAFT,
    moves: &[&HAND_IN, &RETURN, &MENDED, &TAKE_BACK, &WITHDRAW, &LAPSE],
    brought_by: HEADS,
    about_facility: true,
    confirmed: true,
    tells: &[],
    above: BUREAU,
    effect: Some(crate::effect::withdrawn),
};
