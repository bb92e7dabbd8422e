//! What may happen to a matter now: pure, over what is known of it.

use crate::declaration::{By, Kind, Move, Need, Owner, State};
use crate::model::{Opinion, Remark, Verdict};
use kernel::{Day, Role, RuleViolation};

/// What the needs of a move are held against.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    pub today: Day,
    /// The applicant's fields and materials that are missing or wrong, and checks that stop.
    pub missing: usize,
    /// The same of what the office fills in at this state.
    pub office_missing: usize,
    pub remarks: &'a [Remark],
    /// Those that were asked for last.
    pub opinions: &'a [&'a Opinion],
    /// Open remarks of this round that were neither answered nor changed by the applicant.
    pub unanswered: usize,
}

/// Who asks to move, as seen from the matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Mover {
    pub role: Role,
    /// The post is one of the unit that brought the matter.
    pub applicant: bool,
    /// The post is one of the unit that has to act.
    pub turn: bool,
}

/// The move, when this kind has it, it leaves the present state, and this post may make it.
///
/// Errors: `matter.move_unknown`; `matter.move_not_now`; `matter.move_not_yours`. The caller adds which moves are
/// possible now.
pub fn find(kind: &Kind, state: &str, id: &str, by: Mover) -> Result<&'static Move, RuleViolation> {
    let step = kind.moves.iter().copied().find(|step| step.id == id && step.by != By::Clock);
    let step = step.ok_or_else(|| RuleViolation::new("matter.move_unknown"))?;
    if !step.from.iter().any(|from| from.id == state) {
        return Err(RuleViolation::new("matter.move_not_now"));
    }
    if may(step, by) { Ok(step) } else { Err(RuleViolation::new("matter.move_not_yours")) }
}

/// The moves that a post may make now, whether or not their needs are met.
pub fn offered(kind: &Kind, state: &str, by: Mover) -> Vec<&'static Move> {
    kind.moves_from(state).filter(|step| may(step, by)).collect()
}

fn may(step: &Move, by: Mover) -> bool {
    match step.by {
        By::Applicant => by.applicant,
        By::Owner(roles) => by.turn && roles.contains(&by.role),
        By::Clock => false,
    }
}

/// The first need that is not met; `rule.matter.need_<name>` says it. [`Need::Words`] is held against the form.
pub fn unmet(step: &Move, known: &Known<'_>) -> Option<RuleViolation> {
    let code = |need: Need| match need {
        Need::Words => None,
        Need::Complete => (known.missing > 0).then(|| RuleViolation::new("matter.need_complete").with(known.missing)),
        Need::Office => {
            (known.office_missing > 0).then(|| RuleViolation::new("matter.need_office").with(known.office_missing))
        }
        Need::Remarks => (!known.remarks.iter().any(Remark::open)).then(|| RuleViolation::new("matter.need_remarks")),
        Need::Answered => {
            (known.unanswered > 0).then(|| RuleViolation::new("matter.need_answered").with(known.unanswered))
        }
        Need::Opinions => {
            let waited = known.opinions.iter().filter(|o| o.verdict.is_none() && o.due >= known.today).count();
            (waited > 0).then(|| RuleViolation::new("matter.need_opinions").with(waited))
        }
        Need::Agreement => {
            let against =
                known.opinions.iter().filter(|o| matches!(o.verdict, Some(Verdict::Mend | Verdict::Disagree)));
            let against = against.count();
            (against > 0).then(|| RuleViolation::new("matter.need_agreement").with(against))
        }
    };
    step.needs.iter().find_map(|need| code(*need))
}

/// Whether the applicant may change a field: everything while the matter was never returned; afterwards only what an
/// open remark names, by field or by section; one that is to be mended in a later round opens nothing yet.
pub fn open_to_change(state: &State, round: i64, remarks: &[Remark], section: &str, field: &str) -> bool {
    let named =
        |r: &Remark| r.open() && r.round <= round && r.section == section && (r.field.is_empty() || r.field == field);
    state.owner == Owner::Applicant && (round == 0 || remarks.iter().any(named))
}

/// The value below which `of` percent of all stays lie, nearest rank, over `(days, stays)` in order of days.
pub fn percentile(histogram: &[(i64, i64)], of: i64) -> Option<i64> {
    let all: i64 = histogram.iter().map(|(_, stays)| stays).sum();
    let rank = (all * of + 99) / 100;
    let mut seen = 0;
    histogram.iter().find_map(|(days, stays)| {
        seen += stays;
        (all > 0 && seen >= rank.max(1)).then_some(*days)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::Clock;
    use kernel::{Id, Instant};
    use proptest::prelude::*;

    static FILLING: State = State { id: "filling", owner: Owner::Applicant, clock: Some(Clock::calendar("x")) };

    fn remark(section: &str, field: &str, round: i64, settled: bool) -> Remark {
        Remark {
            no: 1,
            round,
            section: section.into(),
            field: field.into(),
            words: "改".into(),
            account: Id::new("a"),
            unit: Id::new("u"),
            at: Instant(0),
            answer: String::new(),
            settled: settled.then_some(Instant(1)),
        }
    }

    #[test]
    fn after_a_return_only_what_was_remarked_may_change() {
        let remarks =
            [remark("site", "area", 1, false), remark("staff", "", 1, false), remark("base", "name", 1, true)];
        let open = |round, section, field| open_to_change(&FILLING, round, &remarks, section, field);
        assert!(open(0, "base", "name"), "never returned");
        assert!(open(1, "site", "area") && !open(1, "site", "floor"), "a field");
        assert!(open(1, "staff", "head"), "a whole section");
        assert!(!open(1, "base", "name"), "a settled remark opens nothing");
        assert!(open(2, "site", "area"), "one that was not settled stays open");
        assert!(!open_to_change(&FILLING, 1, &[remark("base", "name", 2, false)], "base", "name"), "not yet");
    }

    #[test]
    fn opinions_are_waited_for_until_their_day() {
        let opinion = |verdict, due: &str| Opinion {
            no: 1,
            round: 0,
            unit: Id::new("u"),
            asked: Instant(0),
            since: Day::MIN,
            days: 5,
            due: due.parse().unwrap(),
            verdict,
            words: String::new(),
            account: None,
            given: None,
            file: None,
        };
        let today: Day = "2022-05-10".parse().unwrap();
        static TO: State = State { id: "to", owner: Owner::Unit(&["x"]), clock: Some(Clock::working("x")) };
        static STEP: Move =
            Move { id: "go", from: &[&TO], to: &TO, by: By::Clock, needs: &[Need::Opinions, Need::Agreement] };
        let code = |opinions: &[&Opinion]| {
            let known = Known { today, missing: 0, office_missing: 0, remarks: &[], opinions, unanswered: 0 };
            unmet(&STEP, &known).map(|rule| rule.code)
        };
        let (waiting, late) = (opinion(None, "2022-05-10"), opinion(None, "2022-05-09"));
        let (agreed, mend) = (opinion(Some(Verdict::Agree), "2022-05-09"), opinion(Some(Verdict::Mend), "2022-05-09"));
        assert_eq!(code(&[&waiting, &agreed]), Some("matter.need_opinions"));
        assert_eq!(code(&[&late, &agreed]), None, "one who says nothing stops nobody");
        assert_eq!(code(&[&agreed, &mend]), Some("matter.need_agreement"));
    }

    #[test]
    fn median_and_ninetieth_percentile() {
        assert_eq!(percentile(&[], 50), None);
        assert_eq!(percentile(&[(3, 1)], 90), Some(3));
        // 1, 1, 2, 5, 5, 5, 5, 5, 9, 30
        let stays = [(1, 2), (2, 1), (5, 5), (9, 1), (30, 1)];
        assert_eq!(
            (percentile(&stays, 50), percentile(&stays, 90), percentile(&stays, 100)),
            (Some(5), Some(9), Some(30))
        );
    }

    proptest! {
        #[test]
        fn a_percentile_is_that_of_the_sorted_stays(days in proptest::collection::vec(0i64..40, 1..60), of in 1i64..=100) {
            let mut sorted = days.clone();
            sorted.sort_unstable();
            let mut histogram: Vec<(i64, i64)> = Vec::new();
            for day in &sorted {
                match histogram.last_mut() {
                    Some((last, stays)) if last == day => *stays += 1,
                    _ => histogram.push((*day, 1)),
                }
            }
            let rank = ((sorted.len() as i64 * of + 99) / 100).max(1) as usize;
            prop_assert_eq!(percentile(&histogram, of), Some(sorted[rank - 1]));
        }
    }
}
