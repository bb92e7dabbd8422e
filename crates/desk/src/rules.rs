//! What may follow what.

use crate::model::{State, Verb};
use kernel::RuleViolation;

/// Longest sentence of a step, in characters.
pub const WORDS: usize = 500;

/// The state after a step. `asked_by_somebody`: an answer waits for whoever asked; where nobody asked, it is the end.
///
/// Errors: `desk.not_open` (an answer or another reminder to what is not open), `desk.not_answered` (returning what
/// has no answer), `desk.closed_already`.
pub fn after(state: State, verb: Verb, asked_by_somebody: bool) -> Result<State, RuleViolation> {
    match (state, verb) {
        (State::Open, Verb::Asked | Verb::Urged) => Ok(State::Open),
        (State::Open, Verb::Answered) if asked_by_somebody => Ok(State::Answered),
        (State::Open, Verb::Answered) => Ok(State::Closed),
        (State::Answered, Verb::Returned) => Ok(State::Open),
        (State::Open | State::Answered, Verb::Closed) => Ok(State::Closed),
        (State::Closed, Verb::Closed) => Err(RuleViolation::new("desk.closed_already")),
        (_, Verb::Asked | Verb::Urged | Verb::Answered) => Err(RuleViolation::new("desk.not_open")),
        (_, Verb::Returned) => Err(RuleViolation::new("desk.not_answered")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asked_answered_returned_answered_closed() {
        let mut state = State::Open;
        for (verb, then) in [
            (Verb::Urged, State::Open),
            (Verb::Answered, State::Answered),
            (Verb::Returned, State::Open),
            (Verb::Answered, State::Answered),
            (Verb::Closed, State::Closed),
        ] {
            state = after(state, verb, true).unwrap();
            assert_eq!(state, then, "{verb:?}");
        }
    }

    #[test]
    fn what_nobody_asked_for_ends_with_the_answer() {
        assert_eq!(after(State::Open, Verb::Answered, false), Ok(State::Closed));
    }

    #[test]
    fn nothing_follows_the_end_and_nothing_is_answered_twice() {
        let code = |state, verb| after(state, verb, true).unwrap_err().code;
        for verb in [Verb::Asked, Verb::Urged, Verb::Answered] {
            assert_eq!(code(State::Closed, verb), "desk.not_open");
            assert_eq!(code(State::Answered, verb), "desk.not_open");
        }
        assert_eq!(code(State::Closed, Verb::Closed), "desk.closed_already");
        assert_eq!(code(State::Open, Verb::Returned), "desk.not_answered");
        assert_eq!(code(State::Closed, Verb::Returned), "desk.not_answered");
    }
}
