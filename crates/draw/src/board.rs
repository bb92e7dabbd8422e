//! The duty roster while it is being filled: who is at which object, and whether somebody may join a team.
//! The rules of a single team live here, in `allowed` and `fits`, and nowhere else.

use crate::input::{Commitment, PairRepeat};
use std::collections::{HashMap, HashSet};

/// What a team must be. Counts of officers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Duty {
    pub team: usize,
    /// Members that need not be certified.
    pub plain_room: usize,
    /// Members that need not have the skill.
    pub unskilled_room: usize,
    /// Most objects for one officer.
    pub most: u32,
}

/// What matters about an officer. A quality that no rule asks for counts as present.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Officer {
    pub certified: bool,
    pub skilled: bool,
}

impl Officer {
    /// 0 neither, 1 skilled, 2 certified, 3 both.
    pub fn class(self) -> usize {
        usize::from(self.certified) * 2 + usize::from(self.skilled)
    }
}

/// The assignment to be solved: officers are indices into the pool, objects are positions in the sample.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    pub duty: Duty,
    pub officers: Vec<Officer>,
    /// Per object the officers who must stay away, ascending.
    pub barred: Vec<Vec<u32>>,
    /// Pairs (lower index first) that do not work together anywhere.
    pub pairs: HashSet<(u32, u32)>,
    /// Pairs that do not go to one object together again.
    pub pairs_at: HashMap<u32, HashSet<(u32, u32)>>,
}

impl Problem {
    pub fn new(input: &Commitment, sample: &[usize]) -> Problem {
        let rules = &input.rules;
        let team = rules.officers_per_object as usize;
        let (certified, skilled) = (rules.certified_at_least as usize, rules.skilled_at_least as usize);
        let officers = input
            .inspectors
            .iter()
            .map(|i| Officer {
                certified: certified == 0 || i.certified,
                skilled: skilled == 0 || rules.skill_required.as_ref().is_none_or(|s| i.skills.contains(s)),
            })
            .collect();
        let duty = Duty {
            team,
            plain_room: team - certified,
            unskilled_room: team - skilled,
            most: rules.max_per_officer.unwrap_or(u32::MAX),
        };
        let mut position = vec![u32::MAX; input.objects.len()];
        for (at, &object) in sample.iter().enumerate() {
            position[object] = at as u32;
        }
        let mut barred = vec![Vec::new(); sample.len()];
        for (officer, away) in input.recused.iter().enumerate() {
            for &object in away {
                if let Some(list) = barred.get_mut(position[object as usize] as usize) {
                    list.push(officer as u32);
                }
            }
        }
        let mut problem = Problem { duty, officers, barred, pairs: HashSet::new(), pairs_at: HashMap::new() };
        problem.remember(input, sample);
        problem
    }

    fn remember(&mut self, input: &Commitment, sample: &[usize]) {
        for team in &input.previous {
            let known: Vec<u32> =
                team.officers.iter().filter_map(|id| input.inspector_index(id)).map(|i| i as u32).collect();
            if known.len() < 2 {
                continue;
            }
            let pairs = known.iter().enumerate().flat_map(|(at, &a)| known[at + 1..].iter().map(move |&b| (a, b)));
            match (input.rules.pair_repeat, &team.object) {
                (PairRepeat::Allow, _) => {}
                (PairRepeat::Refuse, _) | (PairRepeat::RefuseSameObject, None) => self.pairs.extend(pairs),
                (PairRepeat::RefuseSameObject, Some(id)) => {
                    let position = input.object_index(id).and_then(|object| sample.binary_search(&object).ok());
                    if let Some(position) = position {
                        self.pairs_at.entry(position as u32).or_default().extend(pairs);
                    }
                }
            }
        }
    }

    pub fn has_pairs(&self) -> bool {
        !self.pairs.is_empty() || !self.pairs_at.is_empty()
    }

    /// Whether a failed search proves that there is no assignment: without pairs, and with at most one of the two
    /// counts strictly between none and all, the teams are a flow problem and the search finds augmenting paths.
    pub fn is_flow(&self) -> bool {
        let whole = |room: usize| room == 0 || room == self.duty.team;
        !self.has_pairs() && (whole(self.duty.plain_room) || whole(self.duty.unskilled_room))
    }

    pub fn usable(&self, officer: usize) -> bool {
        let officer = self.officers[officer];
        (officer.certified || self.duty.plain_room > 0) && (officer.skilled || self.duty.unskilled_room > 0)
    }

    fn forbids(&self, object: u32, a: u32, b: u32) -> bool {
        let pair = (a.min(b), a.max(b));
        self.pairs.contains(&pair) || self.pairs_at.get(&object).is_some_and(|pairs| pairs.contains(&pair))
    }
}

/// Teams and loads. `officers` and `objects` give the order in which they are numbered here, as indices of the problem.
pub(crate) struct Board<'a> {
    pub problem: &'a Problem,
    pub officers: Vec<u32>,
    pub objects: Vec<u32>,
    pub teams: Vec<Vec<u32>>,
    pub load: Vec<u32>,
    /// Per officer his objects, ascending.
    pub posts: Vec<Vec<u32>>,
    all_round: bool,
}

impl<'a> Board<'a> {
    pub fn new(problem: &'a Problem, officers: Vec<u32>, objects: Vec<u32>) -> Board<'a> {
        let all_round = officers.iter().any(|&o| problem.officers[o as usize].class() == 3);
        Board {
            teams: vec![Vec::with_capacity(problem.duty.team); objects.len()],
            load: vec![0; officers.len()],
            posts: vec![Vec::new(); officers.len()],
            problem,
            officers,
            objects,
            all_round,
        }
    }

    pub fn officer(&self, officer: u32) -> Officer {
        self.problem.officers[self.officers[officer as usize] as usize]
    }

    /// Whether an officer of this class may join the team, `out` having left it, as far as the counts go. A team that
    /// could no longer be completed is refused too: without an officer of both qualities each free place serves one.
    pub fn allowed(&self, object: u32, out: Option<u32>, class: usize) -> bool {
        let duty = &self.problem.duty;
        let mut size = 1;
        let mut plain = usize::from(class & 2 == 0);
        let mut unskilled = usize::from(class & 1 == 0);
        for &member in &self.teams[object as usize] {
            if Some(member) == out {
                continue;
            }
            let officer = self.officer(member);
            size += 1;
            plain += usize::from(!officer.certified);
            unskilled += usize::from(!officer.skilled);
        }
        if size > duty.team || plain > duty.plain_room || unskilled > duty.unskilled_room {
            return false;
        }
        self.all_round || duty.team - size <= (duty.plain_room - plain) + (duty.unskilled_room - unskilled)
    }

    /// Whether this officer may join the team, `out` having left it. His load is not looked at.
    pub fn fits(&self, object: u32, out: Option<u32>, officer: u32) -> bool {
        if !self.allowed(object, out, self.officer(officer).class()) {
            return false;
        }
        let place = self.objects[object as usize];
        let person = self.officers[officer as usize];
        let team = &self.teams[object as usize];
        team.iter().all(|&member| {
            member != officer
                && (Some(member) == out || !self.problem.forbids(place, self.officers[member as usize], person))
        }) && self.problem.barred[place as usize].binary_search(&person).is_err()
    }

    pub fn join(&mut self, object: u32, officer: u32) {
        self.teams[object as usize].push(officer);
        self.load[officer as usize] += 1;
        let posts = &mut self.posts[officer as usize];
        let at = posts.partition_point(|&p| p < object);
        posts.insert(at, object);
    }

    pub fn leave(&mut self, object: u32, officer: u32) {
        self.teams[object as usize].retain(|&member| member != officer);
        self.load[officer as usize] -= 1;
        self.posts[officer as usize].retain(|&post| post != object);
    }
}
