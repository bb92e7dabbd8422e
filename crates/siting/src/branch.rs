//! Branch and bound on the Lagrangian bound, best bound first, writing its proof as it goes.
//!
//! A node is a partial decision about sites with the prices it inherits. It walks a little, takes for granted what its prices
//! say about sites and, in covering, about customers (see `serve.rs`), and splits: on a site of the customer who must be served
//! and has the fewest left, otherwise on the site whose fate its walk left most open. What remains when the budget ends stays in the proof with the
//! prices it has, so the stated bound is true at any moment.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::rc::Rc;

use crate::budget::Budget;
use crate::certificate::{Certificate, Proof};
use crate::dual::{Ascent, Fate, Walk, ascend, fixable};
use crate::elite::Elite;
use crate::error::Result;
use crate::selection::Selection;
use crate::serve::{Stronger, strengthen};

/// Numbers a proof may hold (8 bytes each).
const PROOF_WEIGHT: usize = 24_000_000;

/// How often the root is looked through and walked again at most.
const STRENGTHEN: usize = 6;

struct Node {
    bound: f64,
    proof: usize,
    fates: Vec<Fate>,
    multipliers: Vec<f64>,
    /// The problem this case is about: the whole one, or what is left when only better answers count.
    problem: Rc<Selection>,
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

/// What is left of a problem in which only better answers count.
pub(crate) struct Left {
    pub problem: Rc<Selection>,
    pub fates: Vec<Fate>,
    /// Its prices.
    pub root: Ascent,
}

impl Left {
    /// The fates, and those that the prices fix against a known value.
    pub(crate) fn fixed(&self, value: f64) -> Vec<Fate> {
        let mut fates = self.fates.clone();
        let (opened, closed) = fixable(&self.problem, &fates, &self.root, self.problem.cutoff(value));
        opened.iter().for_each(|&site| fates[site as usize] = Fate::Open);
        closed.iter().for_each(|&site| fates[site as usize] = Fate::Closed);
        fates
    }
}

/// What a search of the tree leaves.
pub(crate) struct Tree {
    heap: BinaryHeap<Node>,
    pub certificate: Certificate,
    pub nodes: u64,
    root: Option<Ascent>,
    covering: bool,
    barred: Vec<bool>,
}

impl Tree {
    /// A tree whose root has been walked: its prices and the fates known to be given (locked, barred). `covering`: all pairs
    /// of the problem cost 0.
    pub(crate) fn new(problem: Rc<Selection>, fates: Vec<Fate>, root: Ascent, covering: bool) -> Tree {
        let multipliers = root.multipliers.clone();
        let certificate =
            Certificate { nodes: vec![Proof::Leaf { multipliers: multipliers.clone() }], dominated: Vec::new() };
        let barred = problem.barred.clone();
        let node = Node { bound: root.bound, proof: 0, fates, multipliers, problem };
        Tree { heap: BinaryHeap::from([node]), certificate, nodes: 0, root: Some(root), covering, barred }
    }

    /// The least bound of the cases still open; `None` when none is left and the best answer is proved.
    pub(crate) fn bound(&self) -> Option<f64> {
        self.heap.peek().map(|node| node.bound)
    }

    /// Whether the proof has reached the size that memory allows.
    pub(crate) fn full(&self) -> bool {
        self.certificate.weight() >= PROOF_WEIGHT
    }

    /// Works out what the prices of the root say about sites and customers, and walks on, as long as that helps. To be
    /// called before the tree grows; gives what is left.
    pub(crate) fn strengthen(&mut self, elite: &mut Elite, budget: &Budget) -> Result<Left> {
        for _ in 0..STRENGTHEN {
            let node = self.heap.peek().expect("the root is the only case");
            let best = elite.best().expect("the tree grows below an answer").0;
            let cutoff = node.problem.cutoff(best);
            let Some(ascent) = self.root.take_if(|root| self.covering && root.bound <= cutoff && !budget.stopped())
            else {
                break;
            };
            let node = self.heap.pop().expect("looked at above");
            let (node, helped) = self.tighten(node, &ascent, cutoff)?;
            let walk = Walk { steps: 200, theta: 0.6, patience: 10 };
            let root = match helped {
                true => ascend(&node.problem, &node.fates, &node.multipliers, &walk, best, cutoff, budget),
                false => ascent,
            };
            elite.improve_if_new(&root.chosen, &self.barred, budget);
            self.push(Node { bound: root.bound, multipliers: root.multipliers.clone(), ..node });
            self.root = Some(root);
            if !helped {
                break;
            }
        }
        let (node, root) = (self.heap.peek().expect("the root"), self.root.clone().expect("its prices"));
        Ok(Left { problem: node.problem.clone(), fates: node.fates.clone(), root })
    }

    /// Works on the tree until it is closed, `most` nodes are done or the budget ends.
    pub(crate) fn grow(&mut self, elite: &mut Elite, most: u64, budget: &Budget) -> Result<()> {
        let until = self.nodes + most;
        while self.nodes < until && !budget.stopped() && self.certificate.weight() < PROOF_WEIGHT {
            let best = elite.best().expect("the tree grows below an answer").0;
            let Some(node) = self.heap.pop() else { return Ok(()) };
            self.nodes += 1;
            if node.bound <= node.problem.cutoff(best) {
                self.split(node, elite, best, budget)?;
            }
        }
        let best = elite.best().expect("the tree grows below an answer").0;
        if self.heap.peek().is_some_and(|node| node.bound > node.problem.cutoff(best)) {
            self.heap.clear();
        }
        Ok(())
    }

    fn split(&mut self, mut node: Node, elite: &mut Elite, best: f64, budget: &Budget) -> Result<()> {
        // In covering the next split says more than the next prices.
        let walk = Walk { steps: if self.covering { 60 } else { 120 }, theta: 0.5, patience: 8 };
        let problem = node.problem.clone();
        let cutoff = problem.cutoff(best);
        let ascent = match self.root.take() {
            Some(root) => root,
            None => ascend(&problem, &node.fates, &node.multipliers, &walk, best, cutoff, budget),
        };
        if ascent.bound > cutoff {
            self.certificate.nodes[node.proof] = Proof::Leaf { multipliers: ascent.multipliers };
            return Ok(());
        }
        if decided(problem.p, &mut node.fates) {
            let open: Vec<bool> = node.fates.iter().map(|&fate| fate == Fate::Open).collect();
            elite.offer(elite.value(&open), open);
            self.certificate.nodes[node.proof] = Proof::Leaf { multipliers: settle(&problem, &node.fates) };
            return Ok(());
        }
        let met = elite.improve_if_new(&ascent.chosen, &self.barred, budget);
        node.bound = ascent.bound;
        let (mut node, _) = self.tighten(node, &ascent, problem.cutoff(met.min(best)))?;
        if decided(problem.p, &mut node.fates) {
            self.push(node);
            return Ok(());
        }
        let site = branch_on(&node, &ascent);
        let (open, shut) = (self.certificate.nodes.len(), self.certificate.nodes.len() + 1);
        self.certificate.nodes[node.proof] = Proof::Branch { site: site as u32, open, closed: shut };
        for (proof, fate) in [(open, Fate::Open), (shut, Fate::Closed)] {
            let (mut fates, multipliers, problem) =
                (node.fates.clone(), node.multipliers.clone(), node.problem.clone());
            fates[site] = fate;
            self.certificate.nodes.push(Proof::Leaf { multipliers: Vec::new() });
            self.push(Node { bound: ascent.bound, proof, fates, multipliers, problem });
        }
        Ok(())
    }

    /// Takes for granted what the prices of a case say: fates of sites and, in covering, customers who must be served.
    /// Whether that was anything stands beside the case that is left.
    fn tighten(&mut self, mut node: Node, ascent: &Ascent, cutoff: f64) -> Result<(Node, bool)> {
        let (opened, closed) = fixable(&node.problem, &node.fates, ascent, cutoff);
        opened.iter().for_each(|&site| node.fates[site as usize] = Fate::Open);
        closed.iter().for_each(|&site| node.fates[site as usize] = Fate::Closed);
        let mut helped = !opened.is_empty() || !closed.is_empty();
        node.multipliers.clone_from(&ascent.multipliers);
        // The root keeps its prices in the proof even where they fix nothing: they are what is printed.
        if helped || node.proof == 0 {
            let multipliers = ascent.multipliers.clone();
            node.proof = self.under(node.proof, |rest| Proof::Fix { multipliers, opened, closed, rest });
        }
        if !self.covering {
            return Ok((node, helped));
        }
        if let Some(found) = strengthen(&node.problem, &mut node.fates, ascent, cutoff)? {
            let Stronger { selection, prices, customers, dominated } = found;
            helped = true;
            let multipliers = std::mem::replace(&mut node.multipliers, prices);
            node.proof = self.under(node.proof, |rest| Proof::Serve { multipliers, customers, dominated, rest });
            node.problem = Rc::new(selection);
        }
        Ok((node, helped))
    }

    /// Puts a step of the proof in the place of a leaf and gives the number of the leaf below it.
    fn under(&mut self, proof: usize, step: impl FnOnce(usize) -> Proof) -> usize {
        let rest = self.certificate.nodes.len();
        self.certificate.nodes.push(Proof::Leaf { multipliers: Vec::new() });
        self.certificate.nodes[proof] = step(rest);
        rest
    }

    /// Leaves a case open, unless nobody is left who could serve one who must be served.
    fn push(&mut self, node: Node) {
        if let Some(customer) = lost(&node) {
            let mut multipliers = vec![0.0; node.multipliers.len()];
            multipliers[customer] = node.problem.outside[customer];
            self.certificate.nodes[node.proof] = Proof::Leaf { multipliers };
            return;
        }
        self.certificate.nodes[node.proof] = Proof::Leaf { multipliers: node.multipliers.clone() };
        self.heap.push(node);
    }
}

/// A customer who must be served and cannot be any more.
fn lost(node: &Node) -> Option<usize> {
    let problem = &node.problem;
    let served = |&customer: &usize| {
        let sites = problem.row(customer).0;
        sites.iter().any(|&site| node.fates[site as usize] != Fate::Closed)
    };
    (0..problem.customers()).filter(|&customer| problem.sure[customer]).find(|customer| !served(customer))
}

/// The site a case is split on: the best one for the customer who must be served and has the fewest sites left; where there
/// is no such customer, the one whose fate the walk left most open.
fn branch_on(node: &Node, ascent: &Ascent) -> usize {
    let problem = &node.problem;
    let free = |customer: usize| {
        let sites = problem.row(customer).0;
        let open = sites.iter().any(|&site| node.fates[site as usize] == Fate::Open);
        let free = sites.iter().map(|&site| site as usize).filter(|&site| node.fates[site] == Fate::Free);
        (!open).then_some(free)
    };
    let scarce = (0..problem.customers())
        .filter(|&customer| problem.sure[customer])
        .filter_map(|customer| Some((free(customer)?.count(), customer)))
        .min();
    let best = scarce.and_then(|(_, customer)| {
        free(customer)?.min_by(|&a, &b| ascent.rho[a].total_cmp(&ascent.rho[b]).then(a.cmp(&b)))
    });
    best.unwrap_or_else(|| {
        (0..problem.sites)
            .filter(|&site| node.fates[site] == Fate::Free)
            .min_by(|&a, &b| {
                let open = |site: usize| (ascent.taken[site] - 0.5).abs();
                open(a).total_cmp(&open(b)).then(ascent.rho[a].total_cmp(&ascent.rho[b])).then(a.cmp(&b))
            })
            .expect("an undecided case has a free site")
    })
}

/// Completes the fates when nothing is left to choose; tells whether that is so.
fn decided(p: usize, fates: &mut [Fate]) -> bool {
    let open = fates.iter().filter(|&&fate| fate == Fate::Open).count();
    let free = fates.iter().filter(|&&fate| fate == Fate::Free).count();
    if open < p && open + free > p {
        return false;
    }
    let rest = if open == p { Fate::Closed } else { Fate::Open };
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
