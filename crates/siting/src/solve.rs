//! The course of a search for p-median and maximal covering: reduce, construct, bound, improve, bound again, branch.
//!
//! Heuristic and bound take turns, since a better answer makes the steps of the bound right and a better bound shows which
//! sites matter. The result carries its proof; `Proved` is said only when the proof's bound meets the answer.

use std::rc::Rc;

use crate::branch::Tree;
use crate::budget::{Budget, Stream};
use crate::certificate::Certificate;
use crate::dual::{Ascent, Fate, Walk, ascend};
use crate::elite::Elite;
use crate::error::{Result, SitingError};
use crate::exact;
use crate::reduce::reduce;
use crate::selection::Selection;

/// Up to so many pairs a covering problem is branched on early.
const QUICK: usize = 150_000;

/// How good an answer is known to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// No choice is better: the bound meets the answer.
    Proved,
    /// The bound is true and leaves a gap.
    Gap,
    /// No bound was computed.
    Heuristic,
}

impl Status {
    /// The word in the outside face: `proved`, `gap` or `heuristic`.
    pub fn word(self) -> &'static str {
        match self {
            Status::Proved => "proved",
            Status::Gap => "gap",
            Status::Heuristic => "heuristic",
        }
    }
}

/// An answer of any model that minimises a cost.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How good it is known to be.
    pub status: Status,
    /// Its cost, in the unit of the instance.
    pub cost: f64,
    /// No choice costs less.
    pub bound: f64,
    /// What the first prices of the certificate prove alone, not rounded.
    pub first_bound: f64,
    /// Sites open, numbers from 0, ascending.
    pub open: Vec<usize>,
    /// What proves `bound`.
    pub certificate: Certificate,
    /// The iteration budget that reproduces this answer with the same seed; `None` where the exact solver was cut short by
    /// the clock, since it counts no work of ours.
    pub reproduce: Option<u64>,
    /// Whether the clock ended the search.
    pub ended_by_clock: bool,
    /// Seconds of the clock that was passed in.
    pub seconds: f64,
    /// What supplied the bound.
    pub proof: ProofKind,
}

/// Where a bound comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofKind {
    /// The certificate, which anybody can check.
    Certificate,
    /// The exact solver HiGHS; the certificate proves a weaker bound.
    Highs,
}

/// Settings of a search.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Seed of the random construction.
    pub seed: u64,
    /// Whether HiGHS may finish what the own search leaves open; has an effect only with the feature `exact`.
    pub exact: bool,
}

/// `(answer - bound) / answer`, 0 when both are 0.
pub fn gap(cost: f64, bound: f64) -> f64 {
    let difference = (cost - bound).abs();
    if difference == 0.0 { 0.0 } else { difference / cost.abs().max(1e-12) }
}

/// Solves a problem within a budget. Fails when fewer than `p` sites may open or some customer of a p-median cannot be
/// served by any choice (the answer would pay the price of staying outside).
pub fn solve(original: &Selection, options: Options, budget: &Budget) -> Result<Answer> {
    let usable = original.barred.iter().filter(|&&is| !is).count();
    if usable < original.p {
        return Err(SitingError::Infeasible(vec![format!("{} sites are to open, only {usable} may", original.p)]));
    }
    let reduced = reduce(original)?;
    let selection = reduced.as_ref().map_or(original, |reduced| &reduced.selection);
    let constant = reduced.as_ref().map_or(0.0, |reduced| reduced.constant);
    let mut stream = Stream::new(options.seed);
    let mut elite = Elite::new(selection);
    let greedy = elite.construct(&selection.barred, usize::MAX, &mut stream);
    elite.improve(&greedy, &selection.barred, budget);

    let fates = given(selection);
    let covering = reduced.is_some();
    // Branching on customers closes a covering problem of ordinary size sooner than more prices would.
    let turns = if covering && selection.pairs() <= QUICK { 2 } else { 4 };
    let root = root_bound(selection, &fates, &mut elite, &mut stream, turns, budget);
    let first_bound = root.bound;
    let mut tree = Tree::new(Rc::new(selection.clone()), fates, root, covering);
    let left = tree.strengthen(&mut elite, budget)?;
    let most = if covering { 500 } else { 2000 };
    while tree.bound().is_some() && !budget.stopped() && !tree.full() {
        let value = elite.best().expect("greed gave an answer").0;
        if options.exact && tree.nodes >= most && exact::fits(&left.problem, &left.fixed(value)) {
            break;
        }
        tree.grow(&mut elite, 32, budget)?;
        // A wide gap is often the answer's fault: look for a better one between the cases.
        let value = elite.best().expect("greed gave an answer").0;
        if tree.bound().is_some_and(|bound| value - bound > 1e-3 * value) {
            elite.search(8, &selection.barred, &mut stream, budget);
        }
    }
    let (value, open) = elite.best().map(|(value, open)| (value, open.to_vec())).expect("greed gave an answer");
    let mut lower = tree.bound().map_or(value, |bound| selection.stated(bound.max(first_bound)).min(value));
    let (mut open, mut value) = (open, value);
    let mut proof = ProofKind::Certificate;
    let mut by_clock = budget.ended_by_clock();
    let mut reproduce = Some(budget.used());
    if lower < value
        && options.exact
        && !budget.stopped()
        && let Some(finished) = exact::finish(&left.problem, &left.fixed(value), &open, budget)?
    {
        let better = finished.open.map(|open| (selection.value(&open), open));
        if let Some((cost, found)) = better.filter(|(cost, _)| *cost < value) {
            (value, open) = (cost, found);
        }
        // Fixing holds for answers better than the one known: beyond it nothing is to be had.
        let bound = selection.stated(finished.bound).min(value);
        if bound > lower {
            (lower, proof) = (bound, ProofKind::Highs);
        }
        if finished.cut_short {
            (by_clock, reproduce) = (true, None);
        }
    }
    if let Some(customer) = original.unserved(&open).filter(|_| original.must_serve) {
        // Whoever serves everybody pays less than one customer outside does, so a bound that high says that nobody can.
        let what = format!("demand point {} is served by none of the {} sites chosen", customer + 1, original.p);
        let none = lower >= original.outside[customer] - 1e-6;
        return Err(match none {
            true => SitingError::Infeasible(vec![format!("{} sites cannot serve every demand point", original.p)]),
            false => SitingError::NotFound(what),
        });
    }
    let certificate = match &reduced {
        Some(reduced) => reduced.restore(tree.certificate),
        None => tree.certificate,
    };
    let cost = original.value(&open);
    let bound = if lower >= value { cost } else { lower + constant };
    Ok(Answer {
        status: if bound >= cost { Status::Proved } else { Status::Gap },
        cost,
        bound,
        first_bound: first_bound + constant,
        open: (0..open.len()).filter(|&site| open[site]).collect(),
        certificate,
        reproduce,
        ended_by_clock: by_clock,
        seconds: budget.seconds(),
        proof,
    })
}

/// Fates given with the problem.
fn given(selection: &Selection) -> Vec<Fate> {
    (0..selection.sites)
        .map(|site| match (selection.locked[site], selection.barred[site]) {
            (true, _) => Fate::Open,
            (_, true) => Fate::Closed,
            _ => Fate::Free,
        })
        .collect()
}

/// Walks the prices of the whole problem and looks for answers in turns.
fn root_bound(
    selection: &Selection,
    fates: &[Fate],
    elite: &mut Elite,
    stream: &mut Stream,
    turns: usize,
    budget: &Budget,
) -> Ascent {
    let (_, open) = elite.best().expect("greed gave an answer");
    let mut start = first_prices(selection, open);
    let mut best: Option<Ascent> = None;
    for (turn, (steps, rounds)) in [(200, 6), (300, 10), (600, 16), (1200, 24)].into_iter().enumerate().take(turns) {
        let (value, _) = elite.best().expect("greed gave an answer");
        let cutoff = selection.cutoff(value);
        let walk = Walk { steps, theta: if turn == 0 { 1.0 } else { 0.6 }, patience: 15 };
        let ascent = ascend(selection, fates, &start, &walk, value, cutoff, budget);
        elite.improve_if_new(&ascent.chosen, &selection.barred, budget);
        start.clone_from(&ascent.multipliers);
        let better = best.as_ref().is_none_or(|known| ascent.bound > known.bound);
        if better {
            best = Some(ascent);
        }
        let known = best.as_ref().expect("set above");
        if known.bound > selection.cutoff(elite.best().expect("set").0) || budget.stopped() {
            break;
        }
        elite.search(rounds, &selection.barred, stream, budget);
        elite.join_all(&selection.barred, budget);
    }
    best.expect("the first turn gives one")
}

/// Prices to begin with: half way between a customer's cheapest and second cheapest open site.
fn first_prices(selection: &Selection, open: &[bool]) -> Vec<f64> {
    (0..selection.customers())
        .map(|customer| {
            let (sites, costs) = selection.row(customer);
            let mut near = sites.iter().zip(costs).filter(|(site, _)| open[**site as usize]).map(|(_, &cost)| cost);
            let outside = selection.outside[customer];
            let first = near.next().unwrap_or(outside);
            let second = near.next().unwrap_or(if first < outside { outside.min(2.0 * first + 1.0) } else { outside });
            (first + second) / 2.0
        })
        .collect()
}
