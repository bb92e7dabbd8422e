//! What happens when somebody cannot come or an institution is closed on the day: a replacement is drawn from the same
//! seed and stays in the file with its reason. Nobody chooses whom he gets; whoever verifies the file draws it again.

use crate::board::{Board, Problem};
use crate::input::Commitment;
use crate::record::{Assignment, Outcome};
use crate::refusal::Refusal;
use crate::stream::{Seed, Stream};
use crate::verify::verify;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who or what has to be replaced, and why.
///
/// Object and officer: this officer leaves this object. Officer alone: he leaves all his objects and is not drawn
/// again. Object alone: it leaves the sample, another one of its stratum takes its place with a team of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub object: Option<String>,
    pub officer: Option<String>,
    pub reason: String,
}

/// The team of one object before and after. An empty list: not part of the draw at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    pub object: String,
    pub officers_after: Vec<String>,
    pub officers_before: Vec<String>,
}

/// A request and what was drawn for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replacement {
    pub changes: Vec<Change>,
    pub object: Option<String>,
    pub officer: Option<String>,
    pub reason: String,
}

impl Replacement {
    pub(crate) fn request(&self) -> Request {
        Request { object: self.object.clone(), officer: self.officer.clone(), reason: self.reason.clone() }
    }
}

/// The result file with one replacement more. The file is verified first.
///
/// # Errors
/// `Refusal::Changed` when the file does not verify, `Refusal::Field` for a request that names nobody,
/// `Refusal::Infeasible` when nobody is left who may take the place.
pub fn replace(result_json: &str, request: &Request) -> Result<String, Refusal> {
    verify(result_json).map_err(Refusal::Changed)?;
    let mut outcome = Outcome::parse(result_json)?;
    apply(&mut outcome, request)?;
    Ok(outcome.to_json())
}

pub(crate) fn apply(outcome: &mut Outcome, request: &Request) -> Result<(), Refusal> {
    if request.reason.trim().is_empty() {
        return Err(Refusal::field("reason", "is empty; a replacement needs its reason"));
    }
    let seed = Seed::parse(&outcome.seed)?;
    let stream = outcome.record.stream(&seed);
    let mut roster = Roster::new(outcome, &stream)?;
    let changes = match (&request.object, &request.officer) {
        (None, None) => return Err(Refusal::field("request", "name an object, an officer or both")),
        (Some(object), Some(officer)) => roster.relieve_at(object, officer)?,
        (None, Some(officer)) => roster.relieve_everywhere(officer)?,
        (Some(object), None) => roster.exchange(object)?,
    };
    let assignments = roster.assignments();
    outcome.assignments = assignments;
    let Request { object, officer, reason } = request.clone();
    outcome.replacements.push(Replacement { changes, object, officer, reason });
    outcome.seal();
    Ok(())
}

/// The teams by object, over the whole pool: an object that is not in the sample has an empty team.
struct Roster<'a> {
    input: &'a Commitment,
    stream: &'a Stream,
    label: String,
    teams: Vec<Vec<u32>>,
    load: Vec<u32>,
    /// Objects drawn at some time: they do not come back.
    used: BTreeSet<usize>,
    /// Officers who left an object, or all of them (`None`).
    left: BTreeSet<(Option<usize>, u32)>,
}

impl<'a> Roster<'a> {
    fn new(outcome: &'a Outcome, stream: &'a Stream) -> Result<Roster<'a>, Refusal> {
        let input = outcome.record.commitment();
        let mut roster = Roster {
            input,
            stream,
            label: format!("replace {}", outcome.replacements.len()),
            teams: vec![Vec::new(); input.objects.len()],
            load: vec![0; input.inspectors.len()],
            used: BTreeSet::new(),
            left: BTreeSet::new(),
        };
        for assignment in &outcome.assignments {
            let object = roster.object(&assignment.object)?;
            for officer in &assignment.officers {
                let officer = roster.officer(officer)?;
                roster.teams[object].push(officer);
                roster.load[officer as usize] += 1;
            }
            roster.used.insert(object);
        }
        for done in &outcome.replacements {
            for change in &done.changes {
                roster.used.insert(roster.object(&change.object)?);
            }
            if let Some(officer) = &done.officer {
                let officer = roster.officer(officer)?;
                let object = done.object.as_ref().map(|id| roster.object(id)).transpose()?;
                roster.left.insert((object, officer));
            }
        }
        Ok(roster)
    }

    fn object(&self, id: &str) -> Result<usize, Refusal> {
        self.input.object_index(id).ok_or_else(|| Refusal::field("object", format!("\"{id}\" is not in the pool")))
    }

    fn officer(&self, id: &str) -> Result<u32, Refusal> {
        let index = self.input.inspector_index(id);
        index.map(|i| i as u32).ok_or_else(|| Refusal::field("officer", format!("\"{id}\" is not in the pool")))
    }

    fn relieve_at(&mut self, object: &str, officer: &str) -> Result<Vec<Change>, Refusal> {
        let (at, who) = (self.object(object)?, self.officer(officer)?);
        if !self.teams[at].contains(&who) {
            return Err(Refusal::field("officer", format!("\"{officer}\" is not assigned to \"{object}\"")));
        }
        self.left.insert((Some(at), who));
        Ok(vec![self.relieve(at, who)?])
    }

    fn relieve_everywhere(&mut self, officer: &str) -> Result<Vec<Change>, Refusal> {
        let who = self.officer(officer)?;
        let posts: Vec<usize> = (0..self.teams.len()).filter(|&at| self.teams[at].contains(&who)).collect();
        if posts.is_empty() {
            return Err(Refusal::field("officer", format!("\"{officer}\" is not assigned to any object")));
        }
        self.left.insert((None, who));
        posts.into_iter().map(|at| self.relieve(at, who)).collect()
    }

    fn relieve(&mut self, at: usize, who: u32) -> Result<Change, Refusal> {
        let before = self.teams[at].clone();
        self.teams[at].retain(|&member| member != who);
        self.load[who as usize] -= 1;
        self.fill(at)?;
        Ok(self.change(at, &before))
    }

    fn exchange(&mut self, object: &str) -> Result<Vec<Change>, Refusal> {
        let at = self.object(object)?;
        if self.teams[at].is_empty() {
            return Err(Refusal::field("object", format!("\"{object}\" is not in the sample")));
        }
        let before = std::mem::take(&mut self.teams[at]);
        for &officer in &before {
            self.load[officer as usize] -= 1;
        }
        let mut changes = vec![self.change(at, &before)];
        if let Some(next) = self.next_object(&self.input.objects[at].stratum) {
            self.used.insert(next);
            self.fill(next)?;
            changes.push(self.change(next, &[]));
        }
        Ok(changes)
    }

    /// One of the objects of the stratum that were never drawn, by weight. `None`: the stratum is exhausted.
    fn next_object(&self, stratum: &str) -> Option<usize> {
        let free =
            || (0..self.teams.len()).filter(|at| self.input.objects[*at].stratum == stratum && !self.used.contains(at));
        let total: u64 = free().map(|at| self.input.objects[at].weight.units()).sum();
        if total == 0 {
            return None;
        }
        let mut point = self.stream.below(&self.label, stratum, total);
        free().find(|&at| {
            let weight = self.input.objects[at].weight.units();
            let here = point < weight;
            point = point.saturating_sub(weight);
            here
        })
    }

    /// Completes a team: fewest objects first, then the ticket. Other teams stay as they are.
    fn fill(&mut self, at: usize) -> Result<(), Refusal> {
        let problem = Problem::new(self.input, &[at]);
        let officers = (0..problem.officers.len() as u32).filter(|&o| problem.usable(o as usize)).collect();
        let mut board = Board::new(&problem, officers, vec![0]);
        let numbers: Vec<u32> = board.officers.clone();
        for &member in &self.teams[at] {
            let number = numbers.binary_search(&member).expect("a member of a team is usable");
            board.join(0, number as u32);
        }
        while board.teams[0].len() < problem.duty.team {
            let free = (0..numbers.len() as u32).filter(|&number| {
                let officer = numbers[number as usize];
                self.load[officer as usize] < problem.duty.most
                    && !self.left.contains(&(Some(at), officer))
                    && !self.left.contains(&(None, officer))
                    && board.fits(0, None, number)
            });
            let object = &self.input.objects[at].id;
            let first = free.min_by_key(|&number| {
                let officer = numbers[number as usize] as usize;
                let name = format!("{object}\n{}", self.input.inspectors[officer].id);
                (self.load[officer], self.stream.ticket(&self.label, &name), number)
            });
            let Some(number) = first else { return Err(self.nobody(object)) };
            board.join(0, number);
            self.load[numbers[number as usize] as usize] += 1;
        }
        let mut team: Vec<u32> = board.teams[0].iter().map(|&number| numbers[number as usize]).collect();
        team.sort_unstable();
        self.teams[at] = team;
        Ok(())
    }

    fn nobody(&self, object: &str) -> Refusal {
        let rules = &["max_per_officer", "recused_from", "pair_repeat", "certified_at_least", "skill_required"];
        let why = format!("no officer who may take the free place at \"{object}\" is left; a new draw is needed");
        Refusal::infeasible(rules, why)
    }

    fn change(&self, at: usize, before: &[u32]) -> Change {
        Change {
            object: self.input.objects[at].id.clone(),
            officers_after: self.names(&self.teams[at]),
            officers_before: self.names(before),
        }
    }

    fn names(&self, team: &[u32]) -> Vec<String> {
        team.iter().map(|&officer| self.input.inspectors[officer as usize].id.clone()).collect()
    }

    fn assignments(&self) -> Vec<Assignment> {
        let drawn = self.teams.iter().enumerate().filter(|(_, team)| !team.is_empty());
        drawn
            .map(|(at, team)| Assignment { object: self.input.objects[at].id.clone(), officers: self.names(team) })
            .collect()
    }
}
