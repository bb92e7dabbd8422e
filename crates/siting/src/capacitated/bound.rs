//! Prices for capacitated problems: a knapsack per site, then the choice of sites.
//!
//! For customers that stay together and have whole demands the knapsack is solved exactly by dynamic programming, which
//! bounds better than the linear relaxation; otherwise by filling in order of value per place. Where the number of sites is
//! free, the sites taken must at least hold all demand, which is part of the bound.

use super::Capacitated;
use crate::budget::Budget;

/// Prices with the best bound so far.
pub(crate) struct Prices {
    pub multipliers: Vec<f64>,
    pub bound: f64,
    pub rho: Vec<f64>,
    pub chosen: Vec<bool>,
}

/// A cost that no sensible answer passes, used as the first aim of the walk.
pub(crate) fn loose(problem: &Capacitated) -> f64 {
    let sites = problem.sites();
    let worst = |row: &[f64]| row.iter().copied().filter(|cost| cost.is_finite()).fold(0.0, f64::max);
    problem.fixed.iter().sum::<f64>() + problem.cost.chunks(sites).map(worst).sum::<f64>()
}

/// Whether knapsacks are solved exactly.
pub(crate) fn whole(problem: &Capacitated) -> bool {
    problem.single
        && problem.demand.iter().all(|demand| demand.fract() == 0.0)
        && problem.capacity.iter().all(|capacity| *capacity <= 100_000.0)
}

/// What a site would save at these prices; marks in `share` how much of each customer it takes.
pub(crate) fn knapsack(
    problem: &Capacitated,
    site: usize,
    prices: &[f64],
    exact: bool,
    share: &mut Vec<(u32, f64)>,
) -> f64 {
    share.clear();
    let capacity = problem.capacity[site];
    let mut items: Vec<(u32, f64, f64)> = Vec::new();
    let mut total = 0.0;
    for (customer, &price) in prices.iter().enumerate() {
        let value = price - problem.cost(customer, site);
        let size = problem.demand[customer];
        if value > 0.0 && (size <= capacity || !problem.single) {
            items.push((customer as u32, value, size));
            total += size;
        }
    }
    if total <= capacity {
        share.extend(items.iter().map(|item| (item.0, 1.0)));
        return items.iter().map(|item| item.1).sum();
    }
    if !exact {
        items.sort_by(|a, b| (b.1 * a.2).total_cmp(&(a.1 * b.2)).then(a.0.cmp(&b.0)));
        let (mut left, mut value) = (capacity, 0.0);
        for (customer, worth, size) in items {
            let part = if size > 0.0 { (left / size).min(1.0) } else { 1.0 };
            if part <= 0.0 {
                break;
            }
            share.push((customer, part));
            value += worth * part;
            left -= size * part;
        }
        return value;
    }
    let room = capacity.floor() as usize;
    let mut table = vec![0.0f64; room + 1];
    let mut taken = vec![false; items.len() * (room + 1)];
    for (at, &(_, value, size)) in items.iter().enumerate() {
        let size = size as usize;
        for used in (size..=room).rev() {
            let with = table[used - size] + value;
            if with > table[used] {
                table[used] = with;
                taken[at * (room + 1) + used] = true;
            }
        }
    }
    let mut used = room;
    for at in (0..items.len()).rev() {
        if taken[at * (room + 1) + used] {
            share.push((items[at].0, 1.0));
            used -= items[at].2 as usize;
        }
    }
    table[room]
}

/// The choice of sites by reduced sums: `(chosen, sum, what the first site left out would add)`.
pub(crate) fn choose(problem: &Capacitated, rho: &[f64]) -> (Vec<bool>, f64) {
    let sites = problem.sites();
    let mut order: Vec<usize> = (0..sites).collect();
    let mut chosen = vec![false; sites];
    let mut sum = 0.0;
    if let Some(p) = problem.p {
        order.sort_by(|&a, &b| rho[a].total_cmp(&rho[b]).then(a.cmp(&b)));
        for &site in &order[..p] {
            chosen[site] = true;
            sum += rho[site];
        }
        return (chosen, sum);
    }
    let need: f64 = problem.demand.iter().sum();
    let mut held = 0.0;
    for site in 0..sites {
        if rho[site] < 0.0 {
            chosen[site] = true;
            sum += rho[site];
            held += problem.capacity[site];
        }
    }
    let equal = problem.capacity.iter().all(|capacity| *capacity == problem.capacity[0]);
    order.retain(|&site| !chosen[site] && problem.capacity[site] > 0.0);
    order.sort_by(|&a, &b| (rho[a] / problem.capacity[a]).total_cmp(&(rho[b] / problem.capacity[b])).then(a.cmp(&b)));
    for site in order {
        if held >= need {
            break;
        }
        chosen[site] = true;
        // Equal sites come whole; otherwise the last one counts with the part that is needed, which is a true bound.
        let part = if equal { 1.0 } else { ((need - held) / problem.capacity[site]).min(1.0) };
        sum += rho[site] * part;
        held += problem.capacity[site];
    }
    (chosen, sum)
}

impl Prices {
    pub(crate) fn new(problem: &Capacitated) -> Prices {
        let sites = problem.sites();
        let multipliers = problem
            .cost
            .chunks(sites)
            .map(|row| {
                let mut sorted: Vec<f64> = row.iter().copied().filter(|cost| cost.is_finite()).collect();
                sorted.sort_by(f64::total_cmp);
                sorted.get(sorted.len() / 4).copied().unwrap_or(0.0)
            })
            .collect();
        Prices { multipliers, bound: f64::NEG_INFINITY, rho: vec![0.0; sites], chosen: vec![false; sites] }
    }

    /// Walks `steps` steps towards `target`; gives the different sets of sites met, the latest last.
    pub(crate) fn walk(
        &mut self,
        problem: &Capacitated,
        steps: usize,
        theta: f64,
        target: f64,
        cutoff: f64,
        budget: &Budget,
    ) -> Vec<Vec<bool>> {
        let (n, sites, exact) = (problem.customers(), problem.sites(), whole(problem));
        let mut prices = self.multipliers.clone();
        let mut sets: Vec<Vec<bool>> = Vec::new();
        let (mut theta, mut idle) = (theta, 0);
        let mut direction = vec![0.0; n];
        let mut shares: Vec<Vec<(u32, f64)>> = vec![Vec::new(); sites];
        let mut rho = vec![0.0; sites];
        for step in 0..steps {
            if !budget.spend() && (step > 0 || self.bound.is_finite()) {
                break;
            }
            for site in 0..sites {
                rho[site] = problem.fixed[site] - knapsack(problem, site, &prices, exact, &mut shares[site]);
            }
            let (chosen, sum) = choose(problem, &rho);
            let bound = prices.iter().sum::<f64>() + sum;
            if bound > self.bound {
                if bound < self.bound + 1e-5 * target.abs().max(1.0) {
                    idle += 1;
                } else {
                    idle = 0;
                }
                self.bound = bound;
                self.multipliers.clone_from(&prices);
                self.rho.clone_from(&rho);
                self.chosen.clone_from(&chosen);
            } else {
                idle += 1;
            }
            if sets.last() != Some(&chosen) {
                sets.retain(|known| *known != chosen);
                sets.push(chosen.clone());
            }
            if self.bound > cutoff || theta < 1e-3 {
                break;
            }
            if idle >= 12 {
                theta *= 0.6;
                idle = 0;
                prices.clone_from(&self.multipliers);
                direction.fill(0.0);
                continue;
            }
            let mut slope = vec![1.0; n];
            for site in (0..sites).filter(|&site| chosen[site]) {
                for &(customer, part) in &shares[site] {
                    slope[customer as usize] -= part;
                }
            }
            let mut length = 0.0;
            for customer in 0..n {
                direction[customer] = slope[customer] + 0.6 * direction[customer];
                length += direction[customer] * direction[customer];
            }
            if length < 1e-18 || slope.iter().all(|&pull| pull.abs() < 1e-12) {
                break;
            }
            let reach = (target - bound).max(target.abs() * 1e-4).max(1e-9);
            for customer in 0..n {
                prices[customer] += theta * reach / length * direction[customer];
            }
        }
        sets
    }
}
