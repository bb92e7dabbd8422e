//! 迁址: another address is looked at like a new one: departments, visit, decision; the notice is issued anew.

use super::*;

static CONSULT: Move = Move { id: "consult", from: &[&ACCEPTING], to: &CONSULTING, by: OFFICERS, needs: &[] };
static COLLECT: Move =
    Move { id: "collect", from: &[&CONSULTING], to: &VISITING, by: OFFICERS, needs: &[Need::Opinions] };
static VISITED: Move = Move { id: "visited", from: &[&VISITING], to: &DECIDING, by: OFFICERS, needs: &[Need::Office] };
static RETURN: Move = Move { id: "return", from: &[&DECIDING], to: &MENDING, by: OFFICERS, needs: &[Need::Remarks] };
static AGREED: Move = Move {
    id: "grant",
    from: &[&DECIDING],
    to: &GRANTED,
    by: BUREAU_OFFICERS,
    needs: &[Need::Agreement, Need::Office],
};
static WITHDRAW: Move = Move {
    id: "withdraw",
    from: &[&DRAFT, &ACCEPTING, &SUPPLEMENT, &CONSULTING, &VISITING, &DECIDING, &MENDING],
    to: &DROPPED,
    by: By::Applicant,
    needs: &[],
};
static LAPSE: Move =
    Move { id: "lapse", from: &[&DRAFT, &SUPPLEMENT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.moving",
    first: &DRAFT,
    moves: &[
        &SUBMIT,
        &ASK_FOR_MORE,
        &SUPPLIED,
        &DECLINE,
        &CONSULT,
        &COLLECT,
        &VISITED,
        &RETURN,
        &RESUBMIT,
        &CONSULT_AGAIN,
        &AGREED,
        &REFUSE,
        &WITHDRAW,
        &LAPSE,
    ],
    brought_by: HEADS,
    about_facility: true,
    confirmed: true,
    tells: &[&VISITING],
    above: BUREAU,
    effect: Some(crate::effect::moved),
};
