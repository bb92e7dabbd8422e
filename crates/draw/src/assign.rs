//! Who goes where. Objects take their turns in random order; each place goes to the officer with the fewest objects so
//! far, chance deciding among equals. When nobody with room fits, officers swap along a shortest chain (an augmenting
//! path), so that an assignment is found whenever the rules leave one that a flow can express.

use crate::board::{Board, Problem};
use crate::input::Commitment;
use crate::refusal::Refusal;
use crate::stream::Stream;
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// Independent orders that are tried when a failed search proves nothing.
const ATTEMPTS: u32 = 16;
/// How often an object may take back its last choice.
const RETREATS: u32 = 64;

/// The teams by position in the sample: indices of officers, ascending. Beside them the attempt that found them.
pub(crate) type Teams = (u32, Vec<Vec<u32>>);

/// # Errors
/// `Refusal::Infeasible` names every rule whose lifting alone would help.
pub(crate) fn assign(input: &Commitment, sample: &[usize], stream: &Stream) -> Result<Teams, Refusal> {
    let problem = Problem::new(input, sample);
    let stuck = match search(input, sample, &problem, stream, ATTEMPTS) {
        Ok(teams) => return Ok(teams),
        Err(stuck) => stuck,
    };
    let active = active_rules(input, &problem);
    let helps: Vec<&'static str> = active
        .iter()
        .filter(|(_, without)| search(input, sample, without, stream, ATTEMPTS / 4).is_ok())
        .map(|&(rule, _)| rule)
        .collect();
    let object = &input.objects[sample[stuck.object]].id;
    let team = problem.duty.team;
    let (rules, hint) = if helps.is_empty() {
        (active.iter().map(|&(rule, _)| rule).collect(), "no single rule is to blame")
    } else {
        (helps, "lifting one of these rules would do")
    };
    let why = format!("no {team} officers are left for object \"{object}\" of {} drawn; {hint}", sample.len());
    Err(Refusal::Infeasible { rules, why, proven: stuck.proven })
}

/// The rules in force, each with the problem as it would be without it.
fn active_rules(input: &Commitment, problem: &Problem) -> Vec<(&'static str, Problem)> {
    let mut rules = Vec::new();
    let mut lift = |applies: bool, name: &'static str, change: &dyn Fn(&mut Problem)| {
        if applies {
            let mut without = problem.clone();
            change(&mut without);
            rules.push((name, without));
        }
    };
    lift(problem.duty.most != u32::MAX, "max_per_officer", &|p| p.duty.most = u32::MAX);
    lift(problem.barred.iter().any(|b| !b.is_empty()), "recused_from", &|p| p.barred.iter_mut().for_each(Vec::clear));
    lift(problem.has_pairs(), "pair_repeat", &|p| {
        p.pairs.clear();
        p.pairs_at.clear();
    });
    lift(input.rules.certified_at_least > 0, "certified_at_least", &|p| {
        p.duty.plain_room = p.duty.team;
        p.officers.iter_mut().for_each(|o| o.certified = true);
    });
    lift(input.rules.skilled_at_least > 0, "skill_required", &|p| {
        p.duty.unskilled_room = p.duty.team;
        p.officers.iter_mut().for_each(|o| o.skilled = true);
    });
    rules
}

struct Stuck {
    object: usize,
    proven: bool,
}

fn search(input: &Commitment, sample: &[usize], problem: &Problem, stream: &Stream, most: u32) -> Result<Teams, Stuck> {
    let mut attempt = 0;
    loop {
        match Search::new(input, sample, problem, stream, attempt).run() {
            Ok(teams) => return Ok((attempt, teams)),
            Err(stuck) if stuck.proven || attempt + 1 >= most => return Err(stuck),
            Err(_) => attempt += 1,
        }
    }
}

/// Fewest objects first, then the ticket, then the number of this attempt.
type Queue = BinaryHeap<Reverse<(u32, u64, u32)>>;

struct Search<'a> {
    board: Board<'a>,
    input: &'a Commitment,
    stream: &'a Stream,
    attempt: u32,
    /// Officers waiting for an object, per class. An entry whose load is not the present one is dead.
    queues: [Queue; 4],
    /// Officers with room and all officers, per class.
    spare: [BTreeSet<u32>; 4],
    classes: [Vec<u32>; 4],
    /// How the present chain reached an officer: the object he would join and the officer he would replace there.
    step: Vec<(u32, Option<u32>)>,
    /// The chain that last reached an officer.
    seen: Vec<u32>,
    chain: u32,
    /// A chain whose swaps did not go together: then a failure proves nothing.
    clashed: bool,
}

impl<'a> Search<'a> {
    fn new(
        input: &'a Commitment,
        sample: &[usize],
        problem: &'a Problem,
        stream: &'a Stream,
        attempt: u32,
    ) -> Search<'a> {
        let ordered = |label: &str, ids: &mut dyn Iterator<Item = (u32, &str)>| -> Vec<u32> {
            let mut order: Vec<(u64, u32)> = ids.map(|(at, id)| (stream.ticket(label, id), at)).collect();
            order.sort_unstable();
            order.into_iter().map(|(_, at)| at).collect()
        };
        let mut usable = (0..problem.officers.len() as u32)
            .filter(|&o| problem.usable(o as usize))
            .map(|o| (o, input.inspectors[o as usize].id.as_str()));
        let officers = ordered(&format!("officer {attempt}"), &mut usable);
        let mut places = sample.iter().enumerate().map(|(at, &object)| (at as u32, input.objects[object].id.as_str()));
        let objects = ordered(&format!("turn {attempt}"), &mut places);
        let count = officers.len();
        let mut search = Search {
            board: Board::new(problem, officers, objects),
            input,
            stream,
            attempt,
            queues: Default::default(),
            spare: Default::default(),
            classes: Default::default(),
            step: vec![(0, None); count],
            seen: vec![0; count],
            chain: 0,
            clashed: false,
        };
        for officer in 0..count as u32 {
            let class = search.board.officer(officer).class();
            search.classes[class].push(officer);
            search.welcome(officer);
        }
        search
    }

    fn run(mut self) -> Result<Vec<Vec<u32>>, Stuck> {
        for turn in 0..self.board.objects.len() as u32 {
            if !self.staff(turn) {
                let object = self.board.objects[turn as usize] as usize;
                return Err(Stuck { object, proven: self.board.problem.is_flow() && !self.clashed });
            }
        }
        let mut teams = vec![Vec::new(); self.board.objects.len()];
        for (turn, team) in self.board.teams.iter().enumerate() {
            let mut members: Vec<u32> = team.iter().map(|&o| self.board.officers[o as usize]).collect();
            members.sort_unstable();
            teams[self.board.objects[turn] as usize] = members;
        }
        Ok(teams)
    }

    /// Fills the team of one object. Where swaps prove nothing, the last choice is taken back and not made again with
    /// the same members before it.
    fn staff(&mut self, object: u32) -> bool {
        let team = self.board.problem.duty.team;
        let mut refused: Vec<Vec<u32>> = vec![Vec::new(); team];
        let mut retreats = 0;
        loop {
            let size = self.board.teams[object as usize].len();
            if size == team {
                return true;
            }
            if self.pick(object, &refused[size]) || self.swap(object, &refused[size]) {
                continue;
            }
            if size == 0 || retreats == RETREATS || self.board.problem.is_flow() {
                return false;
            }
            retreats += 1;
            refused[size].clear();
            let last = self.board.teams[object as usize][size - 1];
            self.board.leave(object, last);
            self.welcome(last);
            refused[size - 1].push(last);
        }
    }

    /// Puts an officer with room back into his queue.
    fn welcome(&mut self, officer: u32) {
        let load = self.board.load[officer as usize];
        let class = self.board.officer(officer).class();
        if load >= self.board.problem.duty.most {
            self.spare[class].remove(&officer);
            return;
        }
        self.spare[class].insert(officer);
        let id = &self.input.inspectors[self.board.officers[officer as usize] as usize].id;
        let ticket = self.stream.ticket(&format!("load {} {load}", self.attempt), id);
        self.queues[class].push(Reverse((load, ticket, officer)));
    }

    /// The next officer in the queues who fits.
    fn pick(&mut self, object: u32, refused: &[u32]) -> bool {
        let open: Vec<usize> = (0..4).filter(|&class| self.board.allowed(object, None, class)).collect();
        let mut aside = Vec::new();
        let mut found = None;
        while found.is_none() {
            let first = open.iter().filter_map(|&class| self.queues[class].peek().map(|&Reverse(e)| (e, class))).min();
            let Some((entry, class)) = first else { break };
            self.queues[class].pop();
            let (load, _, officer) = entry;
            if load != self.board.load[officer as usize] {
                continue;
            }
            if !refused.contains(&officer) && self.board.fits(object, None, officer) {
                found = Some(officer);
            } else {
                aside.push((class, entry));
            }
        }
        for (class, entry) in aside {
            self.queues[class].push(Reverse(entry));
        }
        let Some(officer) = found else { return false };
        self.board.join(object, officer);
        self.welcome(officer);
        true
    }

    /// Frees an officer for `object` by a shortest chain of replacements that ends with an officer who has room.
    fn swap(&mut self, object: u32, refused: &[u32]) -> bool {
        self.chain += 1;
        let mut level = Vec::new();
        if self.spread(object, None, refused, &mut level) {
            return true;
        }
        while !level.is_empty() {
            let mut next = Vec::new();
            for officer in level {
                for post in self.board.posts[officer as usize].clone() {
                    if self.spread(post, Some(officer), &[], &mut next) {
                        return true;
                    }
                }
            }
            level = next;
        }
        false
    }

    /// Reaches every officer without room who could take `out`'s place, and ends the chain with the first of them whose
    /// own place somebody with room can take.
    fn spread(&mut self, object: u32, out: Option<u32>, refused: &[u32], reached: &mut Vec<u32>) -> bool {
        for class in 0..4 {
            if !self.board.allowed(object, out, class) {
                continue;
            }
            for at in 0..self.classes[class].len() {
                let officer = self.classes[class][at];
                let number = officer as usize;
                if self.seen[number] == self.chain
                    || self.board.load[number] < self.board.problem.duty.most
                    || refused.contains(&officer)
                    || !self.board.fits(object, out, officer)
                {
                    continue;
                }
                self.seen[number] = self.chain;
                self.step[number] = (object, out);
                if self.relieve(officer) {
                    return true;
                }
                reached.push(officer);
            }
        }
        false
    }

    fn relieve(&mut self, officer: u32) -> bool {
        for post in self.board.posts[officer as usize].clone() {
            for class in 0..4 {
                if !self.board.allowed(post, Some(officer), class) {
                    continue;
                }
                let mut from = 0;
                while let Some(&helper) = self.spare[class].range(from..).next() {
                    if self.board.fits(post, Some(officer), helper) && self.shift(post, officer, helper) {
                        return true;
                    }
                    from = helper + 1;
                }
            }
        }
        false
    }

    /// Carries the chain out from its end; undoes it when two swaps at one object do not go together.
    fn shift(&mut self, post: u32, officer: u32, helper: u32) -> bool {
        let mut moves = vec![(post, Some(officer), helper)];
        let mut joins = officer;
        loop {
            let (object, out) = self.step[joins as usize];
            moves.push((object, out, joins));
            let Some(next) = out else { break };
            joins = next;
        }
        for (done, &(object, out, joins)) in moves.iter().enumerate() {
            if !self.board.fits(object, out, joins) {
                self.clashed = true;
                for &(object, out, joined) in moves[..done].iter().rev() {
                    self.board.leave(object, joined);
                    self.board.join(object, out.expect("only the last move, which failed, has no leaver"));
                }
                return false;
            }
            if let Some(out) = out {
                self.board.leave(object, out);
            }
            self.board.join(object, joins);
        }
        self.welcome(helper);
        true
    }
}
