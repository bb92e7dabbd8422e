//! 申办: a new institution, or toddler classes of a kindergarten, becomes lawful. Received, looked at by the departments
//! side by side, visited, decided; the grant enters the file and issues the notice.

use super::*;

static CONSULT: Move = Move { id: "consult", from: &[&ACCEPTING], to: &CONSULTING, by: OFFICERS, needs: &[] };
static RECTIFY: Move =
    Move { id: "rectify", from: &[&CONSULTING], to: &RECTIFYING, by: OFFICERS, needs: &[Need::Remarks] };
/// The departments are asked once more.
static RECTIFIED: Move = Move {
    id: "rectified",
    from: &[&RECTIFYING],
    to: &CONSULTING,
    by: By::Applicant,
    needs: &[Need::Complete, Need::Answered],
};
static COLLECT: Move = Move {
    id: "collect",
    from: &[&CONSULTING],
    to: &VISITING,
    by: OFFICERS,
    needs: &[Need::Opinions, Need::Agreement],
};
/// A department is against it, and it stays so.
static OPPOSED: Move =
    Move { id: "opposed", from: &[&CONSULTING], to: &DECIDING, by: OFFICERS, needs: &[Need::Opinions, Need::Words] };
static VISITED: Move = Move { id: "visited", from: &[&VISITING], to: &DECIDING, by: OFFICERS, needs: &[Need::Office] };
static REVISIT: Move =
    Move { id: "revisit", from: &[&DECIDING], to: &VISITING, by: BUREAU_OFFICERS, needs: &[Need::Words] };
/// What a visit finds is written down first; the decision sends it back, and may want another visit.
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
    from: &[&DRAFT, &ACCEPTING, &SUPPLEMENT, &CONSULTING, &RECTIFYING, &VISITING, &DECIDING, &MENDING],
    to: &DROPPED,
    by: By::Applicant,
    needs: &[],
};
static LAPSE: Move =
    Move { id: "lapse", from: &[&DRAFT, &SUPPLEMENT, &RECTIFYING, &MENDING], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.opening",
    first: &DRAFT,
    moves: &[
        &SUBMIT,
        &ASK_FOR_MORE,
        &SUPPLIED,
        &DECLINE,
        &CONSULT,
        &RECTIFY,
        &RECTIFIED,
        &COLLECT,
        &OPPOSED,
        &VISITED,
        &REVISIT,
        &CONSULT_AGAIN,
        &RETURN,
        &RESUBMIT,
        &AGREED,
        &REFUSE,
        &WITHDRAW,
        &LAPSE,
    ],
    brought_by: &[Applicant, InstitutionHead],
    about_facility: false,
    confirmed: true,
    tells: &[&VISITING],
    above: BUREAU,
    effect: Some(crate::effect::opened),
};
