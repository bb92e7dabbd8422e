//! 终止: first the plan for the children and the prepaid money, then the days in which the office sees it carried out, then
//! the file is closed. Closing cannot be refused, only sent back until the plan holds.

use super::*;

static REVIEWING: State =
    State { id: "reviewing", owner: Owner::Unit(OFFICE), clock: Some(Clock::working("licence.review_workdays")) };
/// Children find other places and money goes back; the office writes down how it went.
static SETTLING: State = State {
    id: "settling",
    owner: Owner::Unit(OFFICE),
    clock: Some(Clock::calendar("licence.settle_days").extended_by("licence.settle_days")),
};

static PLAN: Move = Move { id: "submit", from: &[&DRAFT], to: &REVIEWING, by: By::Applicant, needs: &[Need::Complete] };
static RETURN: Move = Move { id: "return", from: &[&REVIEWING], to: &MENDING, by: OFFICERS, needs: &[Need::Remarks] };
static MENDED: Move = Move {
    id: "resubmit",
    from: &[&MENDING],
    to: &REVIEWING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
static PLAN_HOLDS: Move = Move { id: "plan_holds", from: &[&REVIEWING], to: &SETTLING, by: OFFICERS, needs: &[] };
static SETTLED: Move = Move { id: "settled", from: &[&SETTLING], to: &GRANTED, by: OFFICERS, needs: &[Need::Office] };
static WITHDRAW: Move = Move {
    id: "withdraw",
    from: &[&DRAFT, &REVIEWING, &MENDING, &SETTLING],
    to: &DROPPED,
    by: By::Applicant,
    needs: &[],
};
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.closing",
    first: &DRAFT,
    moves: &[&PLAN, &RETURN, &MENDED, &PLAN_HOLDS, &SETTLED, &WITHDRAW, &LAPSE],
    brought_by: HEADS,
    about_facility: true,
    confirmed: true,
    tells: &[],
    above: BUREAU,
    effect: Some(crate::effect::closed),
};
