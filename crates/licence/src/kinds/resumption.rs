//! 恢复服务: after a suspension, with a look on site before children come back.

use super::*;

static REPORT: Move =
    Move { id: "submit", from: &[&DRAFT], to: &VISITING, by: By::Applicant, needs: &[Need::Complete] };
static VISITED: Move = Move { id: "visited", from: &[&VISITING], to: &DECIDING, by: OFFICERS, needs: &[Need::Office] };
static RETURN: Move = Move { id: "return", from: &[&DECIDING], to: &MENDING, by: OFFICERS, needs: &[Need::Remarks] };
static MENDED: Move = Move {
    id: "resubmit",
    from: &[&MENDING],
    to: &VISITING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
static WITHDRAW: Move = Move {
    id: "withdraw",
    from: &[&DRAFT, &VISITING, &DECIDING, &MENDING],
    to: &DROPPED,
    by: By::Applicant,
    needs: &[],
};
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.resumption",
    first: &DRAFT,
    moves: &[&REPORT, &VISITED, &RETURN, &MENDED, &GRANT, &REFUSE, &WITHDRAW, &LAPSE],
    brought_by: HEADS,
    about_facility: true,
    confirmed: true,
    tells: &[],
    above: BUREAU,
    effect: Some(crate::effect::resumed),
};
