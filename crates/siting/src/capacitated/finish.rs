//! What the prices leave open of a capacitated problem, as a mixed-integer program for HiGHS.
//!
//! Sites and, for whole customers, single pairs whose use would push the bound past the best answer are left out; the rows
//! that tie a pair to its site stand only where the prices use the pair, since the capacity row implies them otherwise.

use super::bound::{Prices, knapsack, whole};
use super::{Capacitated, Plan};
use crate::budget::Budget;
use crate::error::Result;
use crate::exact::{AVAILABLE, Mip, run};

/// What came of it.
pub(crate) struct Finished {
    pub bound: f64,
    pub plan: Option<Plan>,
    pub cut_short: bool,
}

pub(crate) fn finish(
    problem: &Capacitated,
    prices: &Prices,
    best: Option<&Plan>,
    budget: &Budget,
) -> Result<Option<Finished>> {
    if !AVAILABLE {
        return Ok(None);
    }
    let (n, sites) = (problem.customers(), problem.sites());
    let cutoff = best.map_or(f64::INFINITY, |plan| problem.cutoff(plan.cost));
    let extra: Vec<f64> = (0..sites).map(|site| price_of_site(problem, prices, site)).collect();
    let mut mip = Mip::default();
    let mut start = Vec::new();
    let mut column = vec![usize::MAX; n * sites];
    let keep: Vec<bool> = (0..sites)
        .map(|site| prices.bound + extra[site] <= cutoff || best.is_some_and(|plan| plan.open[site]))
        .collect();
    for site in 0..sites {
        mip.column(problem.fixed[site], 0.0, if keep[site] { 1.0 } else { 0.0 }, true);
        start.push(f64::from(u8::from(best.is_some_and(|plan| plan.open[site]))));
    }
    let used: Vec<(usize, usize, f64)> = best.map_or_else(Vec::new, |plan| plan.flow.clone());
    let mut share = vec![0.0; n * sites];
    used.iter().for_each(|&(customer, site, part)| share[customer * sites + site] += part);
    for site in (0..sites).filter(|&site| keep[site]) {
        let forced = forced_values(problem, prices, site);
        for customer in 0..n {
            let cost = problem.cost(customer, site);
            let pair = customer * sites + site;
            let passes = forced.as_ref().is_some_and(|lost| prices.bound + extra[site] + lost[customer] > cutoff);
            if cost.is_finite() && (!passes || share[pair] > 0.0) {
                column[pair] = mip.column(cost, 0.0, 1.0, problem.single);
                start.push(share[pair]);
            }
        }
    }
    for customer in 0..n {
        let row = (0..sites).map(|site| column[customer * sites + site]).filter(|&at| at != usize::MAX);
        mip.row(1.0, 1.0, row.map(|at| (at, 1.0)).collect());
    }
    for site in (0..sites).filter(|&site| keep[site]) {
        let mut terms = vec![(site, -problem.capacity[site])];
        for customer in 0..n {
            let at = column[customer * sites + site];
            if at != usize::MAX {
                terms.push((at, problem.demand[customer]));
                if problem.single
                    || prices.multipliers[customer] > problem.cost(customer, site)
                    || problem.demand[customer] == 0.0
                {
                    mip.row(f64::NEG_INFINITY, 0.0, vec![(at, 1.0), (site, -1.0)]);
                }
            }
        }
        mip.row(f64::NEG_INFINITY, 0.0, terms);
    }
    let all: Vec<(usize, f64)> = (0..sites).map(|site| (site, 1.0)).collect();
    match problem.p {
        Some(p) => mip.row(p as f64, p as f64, all),
        None => {
            let need: f64 = problem.demand.iter().sum();
            let terms = (0..sites).map(|site| (site, problem.capacity[site])).collect();
            mip.row(need, f64::INFINITY, terms);
        }
    }
    let slack = if problem.integral() { 0.999 } else { 0.0 };
    let solved = run(&mip, best.map(|_| &start[..]), slack, budget)?;
    Ok(solved.map(|solved| {
        let plan = solved.point.and_then(|point| {
            let open: Vec<bool> = point[..sites].iter().map(|&is| is > 0.5).collect();
            if !problem.single {
                return problem.serve(&open);
            }
            let mut flow = Vec::new();
            for (pair, &at) in column.iter().enumerate() {
                if at != usize::MAX && point[at] > 0.5 {
                    flow.push((pair / sites, pair % sites, 1.0));
                }
            }
            let cost = flow.iter().map(|&(customer, site, _)| problem.cost(customer, site)).sum::<f64>()
                + (0..sites).filter(|&site| open[site]).map(|site| problem.fixed[site]).sum::<f64>();
            Some(Plan { cost, open, flow })
        });
        // What was left out costs more than `cutoff`, so the bound holds for the whole only up to there.
        Finished { bound: solved.bound, plan, cut_short: solved.cut_short }
    }))
}

/// What opening a site adds to the bound.
fn price_of_site(problem: &Capacitated, prices: &Prices, site: usize) -> f64 {
    if prices.chosen[site] {
        return 0.0;
    }
    match problem.p {
        Some(_) => {
            let last = (0..problem.sites()).filter(|&at| prices.chosen[at]).map(|at| prices.rho[at]);
            (prices.rho[site] - last.fold(f64::NEG_INFINITY, f64::max)).max(0.0)
        }
        None => {
            // Its capacity may spare others: recompute the choice with the site in it.
            let mut rho = prices.rho.clone();
            rho[site] = rho[site].min(0.0) - 1e-300;
            let (_, without) = super::bound::choose(problem, &prices.rho);
            let (_, with) = super::bound::choose(problem, &rho);
            (with + prices.rho[site] - without).max(0.0)
        }
    }
}

/// For each customer, what the site's knapsack loses when the customer must be in it; only where knapsacks are exact.
fn forced_values(problem: &Capacitated, prices: &Prices, site: usize) -> Option<Vec<f64>> {
    if !whole(problem) {
        return None;
    }
    let room = problem.capacity[site].floor() as usize;
    let n = problem.customers();
    let value = |customer: usize| prices.multipliers[customer] - problem.cost(customer, site);
    let best = knapsack(problem, site, &prices.multipliers, true, &mut Vec::new());
    // after[k][c]: best value of customers k.. in room c; before: the same for those in front, built while walking on.
    let width = room + 1;
    let mut after = vec![0.0; (n + 1) * width];
    for customer in (0..n).rev() {
        let (size, worth) = (problem.demand[customer] as usize, value(customer));
        for space in 0..width {
            let skip = after[(customer + 1) * width + space];
            let take =
                if worth > 0.0 && size <= space { after[(customer + 1) * width + space - size] + worth } else { skip };
            after[customer * width + space] = skip.max(take);
        }
    }
    let mut before = vec![0.0; width];
    let mut lost = Vec::with_capacity(n);
    for customer in 0..n {
        let (size, worth) = (problem.demand[customer] as usize, value(customer));
        let with = (size <= room).then(|| {
            let space = room - size;
            (0..=space)
                .map(|front| before[front] + after[(customer + 1) * width + space - front])
                .fold(f64::NEG_INFINITY, f64::max)
                + worth
        });
        lost.push(with.map_or(f64::INFINITY, |with| (best - with).max(0.0)));
        if worth > 0.0 {
            for space in (size..width).rev() {
                before[space] = before[space].max(before[space - size] + worth);
            }
        }
    }
    Some(lost)
}
