//! Whole customers into sites of limited capacity: greed by regret, then shifts and exchanges, then better centres.
//!
//! The result is admissible but not proved best for its set of sites; the bound of the whole problem tells what it is worth.

use super::{Capacitated, Plan};

/// Serves all customers from the open sites; sites may move within their own group of customers. `None` when the greedy
/// packing fails in each of its orders.
pub(crate) fn serve(problem: &Capacitated, open: &[bool]) -> Option<Plan> {
    let mut inside: Vec<usize> = (0..problem.sites()).filter(|&site| open[site]).collect();
    let mut best: Option<Plan> = None;
    for _ in 0..8 {
        let Some(mut home) = pack(problem, &inside, true).or_else(|| pack(problem, &inside, false)) else { break };
        settle(problem, &inside, &mut home);
        let plan = plan(problem, &inside, &home);
        if best.as_ref().is_some_and(|known| plan.cost >= known.cost) {
            break;
        }
        best = Some(plan);
        if !recentre(problem, &mut inside, &home) {
            break;
        }
    }
    best
}

fn plan(problem: &Capacitated, inside: &[usize], home: &[usize]) -> Plan {
    let mut open = vec![false; problem.sites()];
    inside.iter().for_each(|&site| open[site] = true);
    let flow: Vec<(usize, usize, f64)> = home.iter().enumerate().map(|(customer, &at)| (customer, at, 1.0)).collect();
    let cost = flow.iter().map(|&(customer, site, _)| problem.cost(customer, site)).sum::<f64>()
        + inside.iter().map(|&site| problem.fixed[site]).sum::<f64>();
    Plan { cost, open, flow }
}

/// Puts customers in one by one: those that lose most by their second choice first, or the largest first.
fn pack(problem: &Capacitated, inside: &[usize], by_regret: bool) -> Option<Vec<usize>> {
    let n = problem.customers();
    let mut left: Vec<f64> = problem.capacity.clone();
    let mut home = vec![usize::MAX; n];
    let mut order: Vec<usize> = (0..n).collect();
    if !by_regret {
        order.sort_by(|&a, &b| problem.demand[b].total_cmp(&problem.demand[a]).then(a.cmp(&b)));
    }
    for turn in 0..n {
        let mut pick: Option<(f64, usize, usize)> = None;
        let candidates = if by_regret { &order[..] } else { &order[turn..=turn] };
        for &customer in candidates.iter().filter(|&&customer| home[customer] == usize::MAX) {
            let (mut first, mut second, mut at) = (f64::INFINITY, f64::INFINITY, usize::MAX);
            for &site in inside {
                let cost = problem.cost(customer, site);
                if problem.demand[customer] <= left[site] {
                    if cost < first {
                        (second, first, at) = (first, cost, site);
                    } else if cost < second {
                        second = cost;
                    }
                }
            }
            if at == usize::MAX {
                return None;
            }
            let regret = if second.is_finite() { second - first } else { 1e18 };
            if pick.is_none_or(|known| regret > known.0) {
                pick = Some((regret, customer, at));
            }
        }
        let (_, customer, site) = pick?;
        home[customer] = site;
        left[site] -= problem.demand[customer];
    }
    Some(home)
}

/// Shifts single customers and exchanges pairs while that saves cost.
fn settle(problem: &Capacitated, inside: &[usize], home: &mut [usize]) {
    let n = problem.customers();
    let mut left = problem.capacity.clone();
    for customer in 0..n {
        left[home[customer]] -= problem.demand[customer];
    }
    let mut moved = true;
    while moved {
        moved = false;
        for a in 0..n {
            for &site in inside {
                let saves = problem.cost(a, home[a]) - problem.cost(a, site);
                if saves > 1e-9 && problem.demand[a] <= left[site] {
                    left[home[a]] += problem.demand[a];
                    left[site] -= problem.demand[a];
                    home[a] = site;
                    moved = true;
                }
            }
            for b in 0..a {
                let (from, to) = (home[a], home[b]);
                if from == to {
                    continue;
                }
                let now = problem.cost(a, from) + problem.cost(b, to);
                let then = problem.cost(a, to) + problem.cost(b, from);
                let more = problem.demand[a] - problem.demand[b];
                if now - then > 1e-9 && more <= left[to] && -more <= left[from] {
                    left[to] -= more;
                    left[from] += more;
                    (home[a], home[b]) = (to, from);
                    moved = true;
                }
            }
        }
    }
}

/// Moves each site to the best place for the customers it has; tells whether any moved.
fn recentre(problem: &Capacitated, inside: &mut [usize], home: &[usize]) -> bool {
    let mut moved = false;
    for at in 0..inside.len() {
        let site = inside[at];
        let group: Vec<usize> = (0..home.len()).filter(|&customer| home[customer] == site).collect();
        let load: f64 = group.iter().map(|&customer| problem.demand[customer]).sum();
        let cost = |there: usize| {
            problem.fixed[there] + group.iter().map(|&customer| problem.cost(customer, there)).sum::<f64>()
        };
        let free = (0..problem.sites()).filter(|there| !inside.contains(there) && problem.capacity[*there] >= load);
        let better = free.map(|there| (cost(there), there)).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        if let Some((price, there)) = better
            && price < cost(site) - 1e-9
        {
            inside[at] = there;
            moved = true;
        }
    }
    moved
}
