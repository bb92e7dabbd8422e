//! What a declaration must hold, found by walking it; and its drawing for the documentation.

use crate::declaration::{By, Kind, Need, Owner, State};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Every fault of a declaration in a sentence; a kind with one does not start.
pub fn faults(kind: &Kind) -> Vec<String> {
    let mut out = Vec::new();
    let mut say = |text: String| out.push(format!("{}: {text}", kind.id));
    let reached = reach(kind, kind.first);
    for state in kind.states() {
        if !reached.contains(state.id) {
            say(format!("{} cannot be reached", state.id));
        }
        if state.open() {
            open(kind, state, &mut say);
        } else {
            end(kind, state, &mut say);
        }
    }
    moves(kind, &mut say);
    if kind.brought_by.is_empty() {
        say("nobody may bring it".to_owned());
    }
    out
}

/// A state in which somebody is waited for has an owner who can act, a clock, and a way to an end.
fn open(kind: &Kind, state: &'static State, say: &mut dyn FnMut(String)) {
    let name = state.id;
    let out_of: Vec<_> = kind.moves_from(name).collect();
    if state.clock.is_none() {
        say(format!("{name} is open and has no clock"));
    }
    if matches!(state.owner, Owner::Unit([]) | Owner::Opinions([])) {
        say(format!("{name} names no unit"));
    }
    let ends = kind.states().into_iter().filter(|s| !s.open());
    let reached = reach(kind, state);
    if !ends.into_iter().any(|end| reached.contains(end.id)) {
        say(format!("no end can be reached from {name}"));
    }
    let by_applicant = out_of.iter().any(|step| step.by == By::Applicant);
    let by_unit = out_of.iter().any(|step| matches!(step.by, By::Owner(_)));
    if state.owner == Owner::Applicant && !by_applicant {
        say(format!("{name} waits for the applicant, who can do nothing"));
    }
    if state.owner != Owner::Applicant && !by_unit {
        say(format!("{name} waits for a unit, which can do nothing"));
    }
    if out_of.iter().filter(|step| step.by == By::Clock).count() > 1 {
        say(format!("two moves by the clock leave {name}"));
    }
}

fn end(kind: &Kind, state: &State, say: &mut dyn FnMut(String)) {
    if state.clock.is_some() {
        say(format!("{} is an end and has a clock", state.id));
    }
    if let Some(step) = kind.moves_from(state.id).next() {
        say(format!("{} is an end and {} leaves it", state.id, step.id));
    }
}

fn moves(kind: &Kind, say: &mut dyn FnMut(String)) {
    let mut names = BTreeSet::new();
    for step in kind.moves {
        if !names.insert(step.id) {
            say(format!("two moves are called {}", step.id));
        }
        if step.from.is_empty() {
            say(format!("{} begins nowhere", step.id));
        }
        if matches!(step.by, By::Owner([])) {
            say(format!("nobody may make the move {}", step.id));
        }
        if let Some(from) = step.from.iter().find(|from| from.owner == Owner::Applicant)
            && matches!(step.by, By::Owner(_))
        {
            say(format!("{} is made by a unit and leaves {}, which waits for the applicant", step.id, from.id));
        }
        let asks = step.needs.iter().any(|need| matches!(need, Need::Opinions | Need::Agreement));
        if asks && !asked_before(kind, step.from) {
            say(format!("{} needs opinions and nobody was asked before", step.id));
        }
        // What goes back to the applicant says what is to be mended.
        if step.to.owner == Owner::Applicant && matches!(step.by, By::Owner(_)) && !step.needs.contains(&Need::Remarks)
        {
            say(format!("{} gives back to the applicant without remarks", step.id));
        }
    }
}

/// Whether departments are asked in one of these states or before it.
fn asked_before(kind: &Kind, states: &[&'static State]) -> bool {
    let asking = kind.states().into_iter().filter(|s| matches!(s.owner, Owner::Opinions(_)));
    asking.into_iter().any(|from| states.iter().any(|to| reach(kind, from).contains(to.id)))
}

/// The states that can follow, the given one among them.
fn reach(kind: &Kind, from: &'static State) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::from([from.id]);
    let mut left = vec![from.id];
    while let Some(id) = left.pop() {
        for step in kind.moves_from(id) {
            if seen.insert(step.to.id) {
                left.push(step.to.id);
            }
        }
    }
    seen
}

/// The states and moves as a Mermaid drawing. `word` gives the words of `state.<id>` and `move.<id>`.
pub fn drawing(kind: &Kind, word: &dyn Fn(&str) -> String) -> String {
    let mut out = String::from("stateDiagram-v2\n");
    for state in kind.states() {
        let _ = writeln!(out, "    {}: {}", state.id, word(&format!("state.{}", state.id)));
    }
    let _ = writeln!(out, "    [*] --> {}", kind.first.id);
    for step in kind.moves {
        for from in step.from {
            let _ = writeln!(out, "    {} --> {}: {}", from.id, step.to.id, word(&format!("move.{}", step.id)));
        }
    }
    for state in kind.states().iter().filter(|state| !state.open()) {
        let _ = writeln!(out, "    {} --> [*]", state.id);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declaration::{Clock, End, Move};
    use kernel::Role::{Applicant, GuidanceOfficer};

    static DRAFT: State = State { id: "draft", owner: Owner::Applicant, clock: Some(Clock::calendar("test.days")) };
    static REVIEW: State =
        State { id: "review", owner: Owner::Unit(&["education"]), clock: Some(Clock::working("test.days")) };
    static DONE: State = State { id: "done", owner: Owner::Nobody(End::Granted), clock: None };
    static LOST: State = State { id: "lost", owner: Owner::Unit(&[]), clock: None };

    static SUBMIT: Move =
        Move { id: "submit", from: &[&DRAFT], to: &REVIEW, by: By::Applicant, needs: &[Need::Complete] };
    static GRANT: Move =
        Move { id: "grant", from: &[&REVIEW], to: &DONE, by: By::Owner(&[GuidanceOfficer]), needs: &[] };
    static RETURN: Move =
        Move { id: "return", from: &[&REVIEW], to: &DRAFT, by: By::Owner(&[GuidanceOfficer]), needs: &[Need::Words] };
    static AGREE: Move =
        Move { id: "grant", from: &[&REVIEW, &DONE], to: &DONE, by: By::Owner(&[]), needs: &[Need::Agreement] };
    static LOSE: Move = Move { id: "lose", from: &[&LOST], to: &LOST, by: By::Clock, needs: &[] };

    fn kind(moves: &'static [&'static Move]) -> Kind {
        Kind {
            id: "test.kind",
            first: &DRAFT,
            moves,
            brought_by: &[Applicant],
            about_facility: false,
            confirmed: true,
            tells: &[],
            above: &[],
            effect: None,
        }
    }

    #[test]
    fn a_sound_declaration_has_no_fault() {
        static MOVES: &[&Move] = &[&SUBMIT, &GRANT];
        assert_eq!(faults(&kind(MOVES)), Vec::<String>::new());
    }

    #[test]
    fn every_fault_is_named() {
        static MOVES: &[&Move] = &[&SUBMIT, &GRANT, &RETURN, &AGREE, &LOSE];
        let found = faults(&kind(MOVES));
        for fault in [
            "lost cannot be reached",
            "lost is open and has no clock",
            "lost names no unit",
            "no end can be reached from lost",
            "lost waits for a unit, which can do nothing",
            "done is an end and grant leaves it",
            "two moves are called grant",
            "nobody may make the move grant",
            "grant needs opinions and nobody was asked before",
            "return gives back to the applicant without remarks",
        ] {
            assert!(found.contains(&format!("test.kind: {fault}")), "{fault} is not among {found:#?}");
        }
        assert_eq!(found.len(), 10, "{found:#?}");
    }

    #[test]
    fn a_dead_end_is_named() {
        static MOVES: &[&Move] = &[&SUBMIT];
        let found = faults(&kind(MOVES));
        assert!(found.contains(&"test.kind: review waits for a unit, which can do nothing".to_owned()), "{found:?}");
        assert!(found.contains(&"test.kind: no end can be reached from draft".to_owned()), "{found:?}");
    }

    #[test]
    fn a_kind_is_drawn() {
        static MOVES: &[&Move] = &[&SUBMIT, &GRANT];
        let drawn = drawing(&kind(MOVES), &|key| key.to_owned());
        assert!(
            drawn.contains("    draft --> review: move.submit\n") && drawn.ends_with("    done --> [*]\n"),
            "{drawn}"
        );
    }
}
