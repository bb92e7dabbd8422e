//! Small pools, every object drawn: an exhaustive search says whether an assignment exists, and the engine must agree.

use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::collections::HashSet;

struct Puzzle {
    team: usize,
    certified: usize,
    skilled: usize,
    most: usize,
    officers: Vec<(bool, bool)>,
    barred: HashSet<(usize, usize)>,
    pairs: HashSet<(usize, usize)>,
}

impl Puzzle {
    /// Tries every team for every object in turn.
    fn solvable(&self, object: usize, objects: usize, load: &mut [usize]) -> bool {
        object == objects || self.extend(object, objects, 0, &mut Vec::new(), load)
    }

    fn extend(&self, object: usize, objects: usize, from: usize, team: &mut Vec<usize>, load: &mut [usize]) -> bool {
        if team.len() == self.team {
            let count =
                |quality: fn(&(bool, bool)) -> bool| team.iter().filter(|&&o| quality(&self.officers[o])).count();
            return count(|o| o.0) >= self.certified
                && count(|o| o.1) >= self.skilled
                && self.solvable(object + 1, objects, load);
        }
        for officer in from..self.officers.len() {
            if load[officer] == self.most
                || self.barred.contains(&(object, officer))
                || team.iter().any(|&member| self.pairs.contains(&(member, officer)))
            {
                continue;
            }
            team.push(officer);
            load[officer] += 1;
            let solved = self.extend(object, objects, officer + 1, team, load);
            load[officer] -= 1;
            team.pop();
            if solved {
                return true;
            }
        }
        false
    }
}

/// A puzzle and the same as the input of a draw.
fn puzzle(rng: &mut impl rand::Rng, with_pairs: bool) -> (Puzzle, Value, usize) {
    let (objects, count) = (rng.random_range(1..6usize), rng.random_range(2..7usize));
    let team = rng.random_range(1..=3.min(count));
    let floor = (objects * team).div_ceil(count);
    let mut puzzle = Puzzle {
        team,
        certified: rng.random_range(0..=team),
        skilled: rng.random_range(0..=team),
        most: floor + rng.random_range(0..2),
        officers: (0..count).map(|_| (rng.random_bool(0.7), rng.random_bool(0.7))).collect(),
        barred: HashSet::new(),
        pairs: HashSet::new(),
    };
    for object in 0..objects {
        for officer in 0..count {
            if rng.random_bool(0.15) {
                puzzle.barred.insert((object, officer));
            }
        }
    }
    if with_pairs {
        for a in 0..count {
            puzzle.pairs.extend((a + 1..count).filter(|_| rng.random_bool(0.25)).map(|b| (a, b)));
        }
    }
    let inspectors: Vec<Value> = (0..count)
        .map(|i| {
            let recused: Vec<String> =
                (0..objects).filter(|&o| puzzle.barred.contains(&(o, i))).map(|o| format!("o{o}")).collect();
            let skills = if puzzle.officers[i].1 { vec!["s"] } else { vec![] };
            json!({"id": format!("i{i}"), "certified": puzzle.officers[i].0, "skills": skills, "recused_from": recused})
        })
        .collect();
    let pairs: Vec<Value> =
        puzzle.pairs.iter().map(|(a, b)| json!({"officers": [format!("i{a}"), format!("i{b}")]})).collect();
    let input = json!({
        "title": "", "region": "310109", "month": "2022-06",
        "seed_source": {"kind": "lottery", "name": "x", "date": "2022-06-21"},
        "objects": (0..objects).map(|o| json!({"id": format!("o{o}")})).collect::<Vec<_>>(),
        "inspectors": inspectors, "previous": pairs,
        "rules": {"sample": objects, "officers_per_object": team, "certified_at_least": puzzle.certified,
                  "skill_required": "s", "skilled_at_least": puzzle.skilled, "max_per_officer": puzzle.most},
    });
    (puzzle, input, objects)
}

/// (solvable and solved, neither, solvable but not found)
fn compare(inputs: usize, with_pairs: bool) -> (usize, usize, usize) {
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(7);
    let mut counts = (0, 0, 0);
    for _ in 0..inputs {
        let (puzzle, input, objects) = puzzle(&mut rng, with_pairs);
        let solvable = puzzle.solvable(0, objects, &mut vec![0; puzzle.officers.len()]);
        let result = draw::commit(&input.to_string())
            .and_then(|record| draw::run(&record, &format!("{:016x}", rng.random::<u64>())));
        match result {
            Ok(_) => {
                assert!(solvable, "an assignment that breaks a rule: {input}");
                counts.0 += 1;
            }
            Err(draw::Refusal::Infeasible { proven, rules, .. }) => {
                assert!(!(solvable && proven), "called impossible, yet there is an assignment: {input}");
                assert!(!rules.is_empty());
                if solvable { counts.2 += 1 } else { counts.1 += 1 }
            }
            Err(other) => panic!("{other}"),
        }
    }
    counts
}

#[test]
fn without_pairs_the_engine_decides_exactly() {
    let (solved, impossible, missed) = compare(4000, false);
    println!("{solved} solved, {impossible} impossible, {missed} missed");
    assert!(solved > 1000 && impossible > 500);
    // Both counts strictly between none and all is the one case without pairs that a flow does not express.
    assert!(missed * 1000 <= solved, "{missed} of {solved} missed");
}

#[test]
fn with_pairs_nearly_nothing_is_missed() {
    let (solved, impossible, missed) = compare(4000, true);
    println!("{solved} solved, {impossible} impossible, {missed} missed");
    assert!(solved > 500 && impossible > 500);
    assert!(missed * 100 <= solved, "{missed} of {solved} missed");
}
