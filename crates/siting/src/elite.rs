//! Construction by sampled greed, and a small set of good and different answers that are joined by paths.
//!
//! Each round builds a set of sites by greed over a random sample, improves it by interchange, then walks exchange by
//! exchange from it to a member of the set and improves the best set met on the way (Resende and Werneck, "A hybrid
//! heuristic for the p-median problem", Journal of Heuristics 10, 2004).

use std::collections::BTreeSet;

use crate::budget::{Budget, Stream};
use crate::interchange::{Interchange, descend};
use crate::selection::Selection;

/// The most answers kept.
const ELITE: usize = 10;

/// The best answers met so far, best first.
pub(crate) struct Elite<'a> {
    selection: &'a Selection,
    members: Vec<(f64, Vec<bool>)>,
    first_gain: Vec<f64>,
    tried: BTreeSet<Vec<bool>>,
}

impl<'a> Elite<'a> {
    pub(crate) fn new(selection: &'a Selection) -> Self {
        let first_gain = (0..selection.sites)
            .map(|site| selection.column(site).iter().map(|&(at, cost)| selection.outside[at as usize] - cost).sum())
            .collect();
        Elite { selection, members: Vec::new(), first_gain, tried: BTreeSet::new() }
    }

    /// The best answer and its cost.
    pub(crate) fn best(&self) -> Option<(f64, &[bool])> {
        self.members.first().map(|(cost, open)| (*cost, &open[..]))
    }

    /// What an answer costs in the problem as it came here.
    pub(crate) fn value(&self, open: &[bool]) -> f64 {
        self.selection.value(open)
    }

    /// Builds an answer: the locked sites, then one by one the best of `sample` random sites (all of them when `sample` is
    /// not below their number).
    pub(crate) fn construct(&self, barred: &[bool], sample: usize, stream: &mut Stream) -> Vec<bool> {
        let selection = self.selection;
        let mut gain = self.first_gain.clone();
        let mut paid = selection.outside.clone();
        let mut open = vec![false; selection.sites];
        let mut closed: Vec<usize> = (0..selection.sites).filter(|&at| !selection.locked[at] && !barred[at]).collect();
        let mut add = |site: usize, gain: &mut Vec<f64>, open: &mut Vec<bool>| {
            open[site] = true;
            for &(customer, cost) in selection.column(site) {
                let before = paid[customer as usize];
                if cost < before {
                    let (sites, costs) = selection.row(customer as usize);
                    for (&other, &there) in sites.iter().zip(costs) {
                        if there >= before {
                            break;
                        }
                        gain[other as usize] -= before - there.max(cost);
                    }
                    paid[customer as usize] = cost;
                }
            }
        };
        for site in (0..selection.sites).filter(|&at| selection.locked[at]) {
            add(site, &mut gain, &mut open);
        }
        let locked = selection.locked.iter().filter(|&&is| is).count();
        for _ in locked..selection.p {
            let whole = sample >= closed.len();
            let mut best: Option<usize> = None;
            for turn in 0..sample.min(closed.len()) {
                let at = if whole { turn } else { stream.below(closed.len()) };
                if best.is_none_or(|known| gain[closed[at]] > gain[closed[known]]) {
                    best = Some(at);
                }
            }
            let Some(at) = best else { break };
            let site = if whole { closed.remove(at) } else { closed.swap_remove(at) };
            add(site, &mut gain, &mut open);
        }
        open
    }

    /// Improves an answer by interchange and offers it to the set; gives its cost.
    pub(crate) fn improve(&mut self, open: &[bool], barred: &[bool], budget: &Budget) -> f64 {
        let mut state = Interchange::new(self.selection, open, barred);
        descend(&mut state, budget);
        let open = state.open();
        let cost = self.selection.value(&open);
        self.offer(cost, open);
        cost
    }

    /// Improves an answer unless it was improved before; gives the best cost known afterwards.
    pub(crate) fn improve_if_new(&mut self, open: &[bool], barred: &[bool], budget: &Budget) -> f64 {
        if !self.tried.contains(open) && self.tried.len() < 4096 {
            self.tried.insert(open.to_vec());
            let enough = open.iter().filter(|&&is| is).count() == self.selection.p;
            if enough && self.selection.value(open) < self.members[0].0 * 1.02 {
                self.improve(open, barred, budget);
            }
        }
        self.members[0].0
    }

    /// Takes an answer into the set when it is better than the worst and not among them already.
    pub(crate) fn offer(&mut self, cost: f64, open: Vec<bool>) {
        if self.members.iter().any(|(_, known)| *known == open) {
            return;
        }
        if self.members.len() == ELITE {
            if cost >= self.members[ELITE - 1].0 {
                return;
            }
            // Among the members no better than the newcomer, the one most like it makes room.
            let alike = (0..ELITE)
                .filter(|&at| self.members[at].0 >= cost)
                .min_by_key(|&at| (distance(&self.members[at].1, &open), std::cmp::Reverse(at)))
                .expect("the last member is no better");
            self.members.remove(alike);
        }
        let at = self.members.partition_point(|(known, _)| *known <= cost);
        self.members.insert(at, (cost, open));
    }

    /// Walks from `from` to `to`, each step the best exchange that leads there; improves the best answer on the way.
    fn relink(&mut self, from: &[bool], to: &[bool], barred: &[bool], budget: &Budget) {
        let mut state = Interchange::new(self.selection, from, barred);
        let steps = distance(from, to);
        let mut best: Option<(f64, Vec<bool>)> = None;
        for _ in 1..steps {
            if !budget.spend() {
                break;
            }
            let Some((_, enters, leaves)) = state.best(|site| to[site], |site| !to[site]) else { break };
            state.exchange(enters, leaves);
            if best.as_ref().is_none_or(|(cost, _)| state.cost() < *cost) {
                best = Some((state.cost(), state.open()));
            }
        }
        if let Some((_, open)) = best {
            self.improve(&open, barred, budget);
        }
    }

    /// `rounds` rounds of construction, interchange and joining.
    pub(crate) fn search(&mut self, rounds: usize, barred: &[bool], stream: &mut Stream, budget: &Budget) {
        let selection = self.selection;
        let sample = ((selection.sites as f64 / selection.p as f64).log2().ceil() as usize + 1).max(2);
        for _ in 0..rounds {
            if budget.stopped() {
                return;
            }
            let built = self.construct(barred, sample, stream);
            let mut state = Interchange::new(selection, &built, barred);
            descend(&mut state, budget);
            let open = state.open();
            if !self.members.is_empty() {
                let partner = self.members[stream.below(self.members.len())].1.clone();
                if distance(&partner, &open) > 3 && partner.iter().zip(barred).all(|(&is, &barred)| !(is && barred)) {
                    self.relink(&partner, &open, barred, budget);
                }
            }
            let cost = selection.value(&open);
            self.offer(cost, open);
        }
    }

    /// Joins every pair of the set once, the better one as the start.
    pub(crate) fn join_all(&mut self, barred: &[bool], budget: &Budget) {
        let members: Vec<Vec<bool>> = self
            .members
            .iter()
            .map(|member| member.1.clone())
            .filter(|open| open.iter().zip(barred).all(|(&is, &barred)| !(is && barred)))
            .collect();
        for first in 0..members.len() {
            for second in first + 1..members.len() {
                if budget.stopped() {
                    return;
                }
                if distance(&members[first], &members[second]) > 1 {
                    self.relink(&members[first], &members[second], barred, budget);
                }
            }
        }
    }
}

/// Number of sites of `a` that are not in `b`.
fn distance(a: &[bool], b: &[bool]) -> usize {
    a.iter().zip(b).filter(|&(&a, &b)| a && !b).count()
}
