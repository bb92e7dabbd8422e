//! Branch and bound on the Lagrangian bound, best bound first, writing its proof as it goes.
//!
//! A node is a partial decision about sites with the prices it inherits. It walks a little, fixes what its prices fix, and
//! splits on the site whose fate its walk left most open. What remains when the budget ends stays in the proof with the
//! prices it has, so the stated bound is true at any moment.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::budget::Budget;
use crate::certificate::{Certificate, Proof};
use crate::dual::{Ascent, Fate, Walk, ascend, fixable};
use crate::elite::Elite;
use crate::selection::Selection;

/// Numbers a proof may hold (8 bytes each).
const PROOF_WEIGHT: usize = 24_000_000;

struct Node {
    bound: f64,
    proof: usize,
    fates: Vec<Fate>,
    multipliers: Vec<f64>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(other.proof.cmp(&self.proof))
    }
}

/// What a search of the tree leaves.
pub(crate) struct Tree {
    heap: BinaryHeap<Node>,
    pub certificate: Certificate,
    pub nodes: u64,
    root: Option<Ascent>,
}

impl Tree {
    /// A tree whose root has been walked: its prices and the fates known to be given (locked, barred).
    pub(crate) fn new(fates: Vec<Fate>, root: &Ascent) -> Tree {
        let certificate =
            Certificate { nodes: vec![Proof::Leaf { multipliers: root.multipliers.clone() }], dominated: Vec::new() };
        let node = Node { bound: root.bound, proof: 0, fates, multipliers: root.multipliers.clone() };
        Tree { heap: BinaryHeap::from([node]), certificate, nodes: 0, root: Some(root.clone()) }
    }

    /// The least bound of the cases still open; `None` when none is left and the best answer is proved.
    pub(crate) fn bound(&self) -> Option<f64> {
        self.heap.peek().map(|node| node.bound)
    }

    /// Whether the proof has reached the size that memory allows.
    pub(crate) fn full(&self) -> bool {
        self.certificate.weight() >= PROOF_WEIGHT
    }

    /// Works on the tree until it is closed, `most` nodes are done or the budget ends.
    pub(crate) fn grow(&mut self, selection: &Selection, elite: &mut Elite, most: u64, budget: &Budget) {
        let until = self.nodes + most;
        let none_barred = selection.barred.clone();
        while self.nodes < until && !budget.stopped() && self.certificate.weight() < PROOF_WEIGHT {
            let (best, _) = elite.best().expect("the tree grows below an answer");
            let cutoff = selection.cutoff(best);
            let Some(node) = self.heap.pop() else { return };
            self.nodes += 1;
            if node.bound > cutoff {
                continue;
            }
            self.split(node, selection, elite, best, cutoff, &none_barred, budget);
        }
        if let Some((best, _)) = elite.best() {
            let cutoff = selection.cutoff(best);
            if self.heap.peek().is_some_and(|node| node.bound > cutoff) {
                self.heap.clear();
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the loop body of `grow`, split off to be read alone")]
    fn split(
        &mut self,
        mut node: Node,
        selection: &Selection,
        elite: &mut Elite,
        best: f64,
        cutoff: f64,
        barred: &[bool],
        budget: &Budget,
    ) {
        let walk = Walk { steps: 120, theta: 0.5, patience: 8 };
        let mut ascent = match self.root.take() {
            Some(root) => root,
            None => ascend(selection, &node.fates, &node.multipliers, &walk, best, cutoff, budget),
        };
        if ascent.bound <= cutoff && decided(selection, &mut node.fates) {
            ascent.multipliers = settle(selection, &node.fates);
            let open: Vec<bool> = node.fates.iter().map(|&fate| fate == Fate::Open).collect();
            let value = selection.value(&open);
            elite.offer(value, open);
            self.certificate.nodes[node.proof] = Proof::Leaf { multipliers: ascent.multipliers };
            return;
        }
        if ascent.bound > cutoff {
            self.certificate.nodes[node.proof] = Proof::Leaf { multipliers: ascent.multipliers };
            return;
        }
        let before = best;
        let met = elite.improve_if_new(&ascent.chosen, barred, budget);
        let cutoff = if met < before { selection.cutoff(met) } else { cutoff };
        let (opened, closed) = fixable(selection, &node.fates, &ascent, cutoff);
        for &site in &opened {
            node.fates[site as usize] = Fate::Open;
        }
        for &site in &closed {
            node.fates[site as usize] = Fate::Closed;
        }
        let mut proof = node.proof;
        // The root keeps its prices in the proof even where they fix nothing: they are what is printed.
        if !opened.is_empty() || !closed.is_empty() || node.proof == 0 {
            let rest = self.certificate.nodes.len();
            self.certificate.nodes.push(Proof::Leaf { multipliers: Vec::new() });
            self.certificate.nodes[proof] =
                Proof::Fix { multipliers: ascent.multipliers.clone(), opened, closed, rest };
            proof = rest;
        }
        if decided(selection, &mut node.fates) {
            self.push(ascent.bound, proof, node.fates, ascent.multipliers);
            return;
        }
        let site = (0..selection.sites)
            .filter(|&site| node.fates[site] == Fate::Free)
            .min_by(|&a, &b| {
                let open = |site: usize| (ascent.taken[site] - 0.5).abs();
                open(a).total_cmp(&open(b)).then(ascent.rho[a].total_cmp(&ascent.rho[b])).then(a.cmp(&b))
            })
            .expect("an undecided node has a free site");
        let (open, shut) = (self.certificate.nodes.len(), self.certificate.nodes.len() + 1);
        self.certificate.nodes[proof] = Proof::Branch { site: site as u32, open, closed: shut };
        for (proof, fate) in [(open, Fate::Open), (shut, Fate::Closed)] {
            let mut fates = node.fates.clone();
            fates[site] = fate;
            self.certificate.nodes.push(Proof::Leaf { multipliers: Vec::new() });
            self.push(ascent.bound, proof, fates, ascent.multipliers.clone());
        }
    }

    fn push(&mut self, bound: f64, proof: usize, fates: Vec<Fate>, multipliers: Vec<f64>) {
        self.certificate.nodes[proof] = Proof::Leaf { multipliers: multipliers.clone() };
        self.heap.push(Node { bound, proof, fates, multipliers });
    }
}

/// Completes the fates when nothing is left to choose; tells whether that is so.
fn decided(selection: &Selection, fates: &mut [Fate]) -> bool {
    let open = fates.iter().filter(|&&fate| fate == Fate::Open).count();
    let free = fates.iter().filter(|&&fate| fate == Fate::Free).count();
    if open < selection.p && open + free > selection.p {
        return false;
    }
    let rest = if open == selection.p { Fate::Closed } else { Fate::Open };
    for fate in fates.iter_mut().filter(|fate| **fate == Fate::Free) {
        *fate = rest;
    }
    true
}

/// Prices that bound a decided choice by exactly its own cost: between the cheapest and the second open site.
fn settle(selection: &Selection, fates: &[Fate]) -> Vec<f64> {
    (0..selection.customers())
        .map(|customer| {
            let (sites, costs) = selection.row(customer);
            let mut open = sites.iter().zip(costs).filter(|(site, _)| fates[**site as usize] == Fate::Open);
            open.next().map_or(selection.outside[customer], |(_, &cost)| cost)
        })
        .collect()
}
