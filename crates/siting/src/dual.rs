//! The Lagrangian bound: each customer gets a price, sites are judged by what customers would save below it.
//!
//! With prices λ the constraint "each customer is served once" is dropped; what remains is solved by taking the `p` sites
//! with the least reduced sums ρ. Any prices give a true lower bound; the subgradient walk looks for good ones (A. M.
//! Geoffrion 1974; J. E. Beasley, "Lagrangean heuristics for location problems", EJOR 65, 1993). A site whose ρ moves the
//! bound past the best known answer is fixed.

use crate::budget::Budget;
use crate::selection::Selection;

/// What is decided about a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Free,
    Open,
    Closed,
}

/// Prices with what they prove.
#[derive(Debug, Clone)]
pub(crate) struct Ascent {
    pub multipliers: Vec<f64>,
    pub bound: f64,
    pub rho: Vec<f64>,
    /// How often each free site was taken lately, between 0 and 1.
    pub taken: Vec<f64>,
    /// The sites taken at the best prices.
    pub chosen: Vec<bool>,
}

/// Bound at given prices; fills `rho` and `chosen`.
pub(crate) fn evaluate(
    selection: &Selection,
    fates: &[Fate],
    multipliers: &[f64],
    rho: &mut [f64],
    chosen: &mut [bool],
    order: &mut Vec<u32>,
) -> f64 {
    rho.fill(0.0);
    let mut bound = 0.0;
    for (customer, &price) in multipliers.iter().enumerate() {
        bound += price.min(selection.outside[customer]);
        let (sites, costs) = selection.row(customer);
        for (&site, &cost) in sites.iter().zip(costs) {
            if cost >= price {
                break;
            }
            rho[site as usize] += cost - price;
        }
    }
    order.clear();
    let mut left = selection.p;
    for (site, &fate) in fates.iter().enumerate() {
        chosen[site] = fate == Fate::Open;
        match fate {
            Fate::Open => {
                bound += rho[site];
                left -= 1;
            }
            Fate::Free => order.push(site as u32),
            Fate::Closed => {}
        }
    }
    if left > 0 && left < order.len() {
        order.select_nth_unstable_by(left - 1, |&a, &b| rho[a as usize].total_cmp(&rho[b as usize]).then(a.cmp(&b)));
    }
    for &site in order.iter().take(left) {
        chosen[site as usize] = true;
        bound += rho[site as usize];
    }
    bound
}

/// How a subgradient walk goes.
pub(crate) struct Walk {
    pub steps: usize,
    /// First step length as a share of the distance to the best known answer.
    pub theta: f64,
    /// Steps without a better bound before the step length is halved.
    pub patience: usize,
}

/// Improves prices from `start` until the bound passes `cutoff`, the steps end or the walk stalls.
pub(crate) fn ascend(
    selection: &Selection,
    fates: &[Fate],
    start: &[f64],
    walk: &Walk,
    best_known: f64,
    cutoff: f64,
    budget: &Budget,
) -> Ascent {
    let (n, m) = (selection.customers(), selection.sites);
    let mut prices = start.to_vec();
    let mut direction = vec![0.0; n];
    let mut slope = vec![0.0; n];
    let (mut rho, mut chosen, mut order) = (vec![0.0; m], vec![false; m], Vec::with_capacity(m));
    let mut best = Ascent {
        multipliers: prices.clone(),
        bound: f64::NEG_INFINITY,
        rho: rho.clone(),
        taken: vec![0.0; m],
        chosen: chosen.clone(),
    };
    let (mut theta, mut idle) = (walk.theta, 0);
    for step in 0..walk.steps.max(1) {
        // The first evaluation is always done: a node without any bound would prove nothing.
        if !budget.spend() && step > 0 {
            break;
        }
        let bound = evaluate(selection, fates, &prices, &mut rho, &mut chosen, &mut order);
        for (site, &is) in chosen.iter().enumerate() {
            best.taken[site] = 0.92 * best.taken[site] + if is { 0.08 } else { 0.0 };
        }
        if bound > best.bound {
            if bound > best.bound + 1e-5 * best_known.abs().max(1.0) {
                idle = 0;
            } else {
                idle += 1;
            }
            best.bound = bound;
            best.multipliers.copy_from_slice(&prices);
            best.rho.copy_from_slice(&rho);
            best.chosen.copy_from_slice(&chosen);
        } else {
            idle += 1;
        }
        if best.bound > cutoff || theta < 1e-3 {
            break;
        }
        if idle >= walk.patience {
            theta *= 0.6;
            idle = 0;
            prices.copy_from_slice(&best.multipliers);
            direction.fill(0.0);
            continue;
        }
        let mut length = 0.0;
        for customer in 0..n {
            let price = prices[customer];
            let (sites, costs) = selection.row(customer);
            let mut served = 0.0;
            for (&site, &cost) in sites.iter().zip(costs) {
                if cost >= price {
                    break;
                }
                if chosen[site as usize] {
                    served += 1.0;
                }
            }
            let mut pull: f64 = 1.0 - served;
            if (pull > 0.0 && price >= selection.outside[customer]) || (pull < 0.0 && price <= 0.0) {
                pull = 0.0;
            }
            slope[customer] = pull;
            direction[customer] = pull + 0.6 * direction[customer];
            length += direction[customer] * direction[customer];
        }
        if slope.iter().all(|&pull| pull == 0.0) || length == 0.0 {
            break;
        }
        let reach = (best_known - bound).max(best_known.abs() * 1e-4).max(1e-9);
        let stride = theta * reach / length;
        for customer in 0..n {
            prices[customer] =
                (prices[customer] + stride * direction[customer]).clamp(0.0, selection.outside[customer]);
        }
    }
    best
}

/// Sites whose other fate would push the bound past `cutoff`: `(to open, to close)`.
pub(crate) fn fixable(selection: &Selection, fates: &[Fate], ascent: &Ascent, cutoff: f64) -> (Vec<u32>, Vec<u32>) {
    let open = fates.iter().filter(|&&fate| fate == Fate::Open).count();
    let mut free: Vec<u32> = (0..fates.len() as u32).filter(|&site| fates[site as usize] == Fate::Free).collect();
    let left = selection.p - open;
    if left == 0 || left >= free.len() {
        return (Vec::new(), Vec::new());
    }
    free.sort_by(|&a, &b| ascent.rho[a as usize].total_cmp(&ascent.rho[b as usize]).then(a.cmp(&b)));
    let (last_in, first_out) = (ascent.rho[free[left - 1] as usize], ascent.rho[free[left] as usize]);
    let opened = free[..left].iter().copied().filter(|&at| ascent.bound - ascent.rho[at as usize] + first_out > cutoff);
    let closed = free[left..].iter().copied().filter(|&at| ascent.bound + ascent.rho[at as usize] - last_in > cutoff);
    (opened.collect(), closed.collect())
}
