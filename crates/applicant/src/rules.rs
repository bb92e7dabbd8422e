//! Decisions about organisations and agents. Pure.

use crate::model::ClaimState;
use kernel::{Day, RuleViolation};

/// Longest name of an organisation, and longest sentence, in characters.
pub const NAME: usize = 60;
pub const WORDS: usize = 300;

/// Whether another claim may be made after the one that stands: a name to go on with and a refused one give way.
///
/// Errors: `applicant.waiting`, `applicant.confirmed`.
pub fn may_claim(now: Option<ClaimState>) -> Result<(), RuleViolation> {
    match now {
        Some(ClaimState::Waiting) => Err(RuleViolation::new("applicant.waiting")),
        Some(ClaimState::Confirmed) => Err(RuleViolation::new("applicant.confirmed")),
        None | Some(ClaimState::Provisional | ClaimState::Refused | ClaimState::Replaced) => Ok(()),
    }
}

/// Whether a claim may be decided.
///
/// Errors: `applicant.decided`.
pub fn may_decide(state: ClaimState) -> Result<(), RuleViolation> {
    match state {
        ClaimState::Waiting => Ok(()),
        _ => Err(RuleViolation::new("applicant.decided")),
    }
}

/// The first day on which an agent is none any more, from the last day that was typed; `longest` is in days from today.
///
/// Errors, at the field `last`: `applicant.last_past`, `applicant.last_far` with the longest.
pub fn until(last: Day, today: Day, longest: i64) -> Result<Day, RuleViolation> {
    if last < today {
        return Err(RuleViolation::field("last", "applicant.last_past"));
    }
    if last > today.plus(longest) {
        let mut rule = RuleViolation::field("last", "applicant.last_far");
        rule.fields[0].values = vec![longest.to_string()];
        return Err(rule);
    }
    Ok(last.next())
}

/// Whether somebody may hand something in for an applicant.
///
/// Errors: `applicant.not_confirmed` while the guidance centre has not confirmed the organisation;
/// `applicant.only_fill` for an agent who fills in only.
pub fn may_submit(organisation: Option<ClaimState>, may_submit: bool) -> Result<(), RuleViolation> {
    if organisation != Some(ClaimState::Confirmed) {
        return Err(RuleViolation::new("applicant.not_confirmed"));
    }
    if !may_submit {
        return Err(RuleViolation::new("applicant.only_fill"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_confirmed_stays_and_what_was_refused_gives_way() {
        for state in [None, Some(ClaimState::Provisional), Some(ClaimState::Refused), Some(ClaimState::Replaced)] {
            assert!(may_claim(state).is_ok());
        }
        assert_eq!(may_claim(Some(ClaimState::Waiting)).unwrap_err().code, "applicant.waiting");
        assert_eq!(may_claim(Some(ClaimState::Confirmed)).unwrap_err().code, "applicant.confirmed");
        for state in ClaimState::ALL {
            assert_eq!(may_decide(state).is_ok(), state == ClaimState::Waiting);
        }
    }

    #[test]
    fn an_agent_ends_within_the_longest_time() {
        let today: Day = "2022-11-15".parse().unwrap();
        assert_eq!(until(today, today, 366), Ok(today.next()));
        assert_eq!(until(today.plus(366), today, 366), Ok(today.plus(367)));
        assert_eq!(until(today.plus(-1), today, 366).unwrap_err().fields[0].code, "applicant.last_past");
        let far = until(today.plus(367), today, 366).unwrap_err();
        assert_eq!((far.fields[0].code, far.fields[0].values.join("")), ("applicant.last_far", "366".to_owned()));
    }

    #[test]
    fn handing_in_needs_a_confirmed_organisation_and_the_right() {
        assert!(may_submit(Some(ClaimState::Confirmed), true).is_ok());
        assert_eq!(may_submit(Some(ClaimState::Confirmed), false).unwrap_err().code, "applicant.only_fill");
        for state in [None, Some(ClaimState::Provisional), Some(ClaimState::Waiting), Some(ClaimState::Refused)] {
            assert_eq!(may_submit(state, true).unwrap_err().code, "applicant.not_confirmed");
        }
    }
}
