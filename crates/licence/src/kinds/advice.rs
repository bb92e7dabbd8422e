//! 申办指导: an appointment with the guidance centre and the log of what was advised (沪府办发〔2020〕6号 附件5).

use super::*;

static WAITING: State =
    State { id: "waiting", owner: Owner::Unit(OFFICE), clock: Some(Clock::working("licence.review_workdays")) };
/// A day was given; what was advised is written down then.
static ARRANGED: State =
    State { id: "arranged", owner: Owner::Unit(OFFICE), clock: Some(Clock::calendar("licence.draft_days")) };

static ASK: Move = Move { id: "submit", from: &[&DRAFT], to: &WAITING, by: By::Applicant, needs: &[Need::Complete] };
static ARRANGE: Move = Move { id: "arrange", from: &[&WAITING], to: &ARRANGED, by: OFFICERS, needs: &[Need::Office] };
static ADVISED: Move = Move { id: "grant", from: &[&ARRANGED], to: &GRANTED, by: OFFICERS, needs: &[Need::Office] };
static CANCEL: Move =
    Move { id: "withdraw", from: &[&DRAFT, &WAITING, &ARRANGED], to: &DROPPED, by: By::Applicant, needs: &[] };
static LAPSE: Move = Move { id: "lapse", from: &[&DRAFT], to: &DROPPED, by: By::Clock, needs: &[] };

pub static KIND: Kind = Kind {
    id: "licence.advice",
    first: &DRAFT,
    moves: &[&ASK, &ARRANGE, &ADVISED, &CANCEL, &LAPSE],
    brought_by: &[Applicant, InstitutionHead],
    about_facility: false,
    confirmed: false,
    tells: &[&ARRANGED],
    above: BUREAU,
    effect: None,
};
