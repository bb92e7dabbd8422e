//! 变更: name, operator's name, telephone, classes and places, modes, fees. No departments: what concerns them is a move or
//! a new opening.

use super::*;

static ACCEPT: Move = Move { id: "accept", from: &[&ACCEPTING], to: &DECIDING, by: OFFICERS, needs: &[] };
static RETURN: Move =
    Move { id: "return", from: &[&DECIDING], to: &MENDING, by: BUREAU_OFFICERS, needs: &[Need::Remarks] };
static WITHDRAW: Move = Move {
    id: "withdraw",
    from: &[&DRAFT, &ACCEPTING, &SUPPLEMENT, &DECIDING, &MENDING],
    to: &DROPPED,
    by: By::Applicant,
    needs: &[],
};
static LAPSE: Move =
    Move { id: "lapse", from: &[&DRAFT, &SUPPLEMENT, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.change",
    first: &DRAFT,
    moves: &[
        &SUBMIT,
        &ASK_FOR_MORE,
        &SUPPLIED,
        &DECLINE,
        &ACCEPT,
        &RETURN,
        &RESUBMIT,
        &GRANT,
        &REFUSE,
        &WITHDRAW,
        &LAPSE,
    ],
    brought_by: HEADS,
    about_facility: true,
    confirmed: true,
    tells: &[],
    above: BUREAU,
    effect: Some(crate::effect::changed),
};
