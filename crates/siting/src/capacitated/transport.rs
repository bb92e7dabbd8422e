//! Split demand into sites of limited capacity at least cost: successive shortest paths between sites.
//!
//! Every customer starts at its cheapest open site; a site with too much passes it on along the cheapest chain of sites, on
//! each link through the customer whose move costs least per unit. Each step keeps the flow cheapest for what it carries, so
//! the end is optimal (R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", 1993, section 9.7).

use super::{Capacitated, Plan};

/// The cheapest service of all demand by the open sites; `None` when they cannot hold it.
pub(crate) fn serve(problem: &Capacitated, open: &[bool]) -> Option<Plan> {
    let inside: Vec<usize> = (0..problem.sites()).filter(|&site| open[site]).collect();
    let k = inside.len();
    let need: f64 = problem.demand.iter().sum();
    let have: f64 = inside.iter().map(|&site| problem.capacity[site]).sum();
    if k == 0 || have < need - 1e-9 {
        return None;
    }
    let tiny = 1e-9 * need.max(1.0);
    // part[customer * k + at]: units of the customer served by inside[at].
    let n = problem.customers();
    let mut part = vec![0.0; n * k];
    let mut here: Vec<Vec<u32>> = vec![Vec::new(); k];
    let mut load = vec![0.0; k];
    let mut cost = 0.0;
    for customer in 0..n {
        let price = |at: usize| problem.cost(customer, inside[at]);
        let first = (0..k).min_by(|&a, &b| price(a).total_cmp(&price(b)).then(a.cmp(&b)))?;
        if !price(first).is_finite() {
            return None;
        }
        if problem.demand[customer] > 0.0 {
            part[customer * k + first] = problem.demand[customer];
            here[first].push(customer as u32);
            load[first] += problem.demand[customer];
        } else {
            cost += price(first);
        }
    }
    let capacity: Vec<f64> = inside.iter().map(|&site| problem.capacity[site]).collect();
    let unit = |customer: usize, at: usize| problem.cost(customer, inside[at]) / problem.demand[customer];
    let mut link = vec![(f64::INFINITY, 0u32); k * k];
    let relink = |from: usize, here: &[Vec<u32>], link: &mut [(f64, u32)]| {
        for to in 0..k {
            link[from * k + to] = (f64::INFINITY, 0);
        }
        for &customer in &here[from] {
            let mine = unit(customer as usize, from);
            for to in (0..k).filter(|&to| to != from) {
                let more = unit(customer as usize, to) - mine;
                if more < link[from * k + to].0 {
                    link[from * k + to] = (more, customer);
                }
            }
        }
    };
    for from in 0..k {
        relink(from, &here, &mut link);
    }
    while let Some(source) = (0..k).find(|&at| load[at] > capacity[at] + tiny) {
        let mut far = vec![f64::INFINITY; k];
        let mut back = vec![usize::MAX; k];
        far[source] = 0.0;
        for _ in 0..k {
            let mut changed = false;
            for from in 0..k {
                for to in (0..k).filter(|&to| to != source) {
                    let there = far[from] + link[from * k + to].0;
                    if there < far[to] - 1e-12 {
                        far[to] = there;
                        back[to] = from;
                        changed = true;
                    }
                }
            }
            if !changed {
                break;
            }
        }
        let sink = (0..k)
            .filter(|&at| load[at] < capacity[at] - tiny && far[at].is_finite())
            .min_by(|&a, &b| far[a].total_cmp(&far[b]).then(a.cmp(&b)))?;
        let mut path = vec![sink];
        while path[path.len() - 1] != source {
            path.push(back[path[path.len() - 1]]);
            if path.len() > k {
                return None;
            }
        }
        path.reverse();
        let mut amount = (load[source] - capacity[source]).min(capacity[sink] - load[sink]);
        for pair in path.windows(2) {
            let customer = link[pair[0] * k + pair[1]].1 as usize;
            amount = amount.min(part[customer * k + pair[0]]);
        }
        for pair in path.windows(2) {
            let customer = link[pair[0] * k + pair[1]].1;
            let (from, to) = (customer as usize * k + pair[0], customer as usize * k + pair[1]);
            if part[to] == 0.0 {
                here[pair[1]].push(customer);
            }
            part[from] -= amount;
            part[to] += amount;
            if part[from] <= tiny * 1e-3 {
                part[to] += part[from];
                part[from] = 0.0;
                here[pair[0]].retain(|&other| other != customer);
            }
        }
        load[source] -= amount;
        load[sink] += amount;
        for &at in &path {
            relink(at, &here, &mut link);
        }
    }
    let mut flow = Vec::new();
    for customer in 0..n {
        for at in 0..k {
            let units = part[customer * k + at];
            if units > 0.0 {
                let share = units / problem.demand[customer];
                cost += share * problem.cost(customer, inside[at]);
                flow.push((customer, inside[at], share));
            }
        }
    }
    cost += inside.iter().map(|&site| problem.fixed[site]).sum::<f64>();
    Some(Plan { cost, open: open.to_vec(), flow })
}
