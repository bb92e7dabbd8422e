//! An independent check of a claimed answer: objective, feasibility, and the bound from the printed prices.
//!
//! This file uses nothing of the solver: it takes the instance as plain pairs, recomputes everything the slow way and
//! trusts no number of the claim. A reader who doubts the solver needs to read only this page.

mod capacitated;
mod plan;

pub use capacitated::{PlainCapacitated, check_capacitated};
pub use plan::check_plan;

use crate::certificate::{Certificate, Proof};

/// A p-median or covering instance as plain data. Sites and customers count from 0.
pub struct Plain {
    /// Number of sites.
    pub sites: usize,
    /// How many of them open.
    pub p: usize,
    /// Sites that must be open.
    pub locked: Vec<usize>,
    /// Sites that must stay closed.
    pub barred: Vec<usize>,
    /// `(customer, site, cost)` of every pair that may be used.
    pub pairs: Vec<(usize, usize, f64)>,
    /// Cost of a customer whom nobody serves.
    pub outside: Vec<f64>,
}

/// What the check found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Checked {
    /// The cost of the open sites, recomputed.
    pub cost: f64,
    /// The bound that the certificate proves, recomputed; minus infinity for an empty certificate.
    pub bound: f64,
}

impl Plain {
    /// p-median: every pair costs weight times distance, and everybody must be served.
    pub fn p_median(weight: &[f64], distances: &[Vec<(u32, f64)>], sites: usize, p: usize) -> Plain {
        let pairs = rows(distances).map(|(at, site, far)| (at, site, far * weight[at])).collect();
        Plain { sites, p, locked: Vec::new(), barred: Vec::new(), pairs, outside: vec![1e12; weight.len()] }
    }

    /// Maximal covering: the cost is the weight left uncovered.
    pub fn covering(weight: &[f64], distances: &[Vec<(u32, f64)>], sites: usize, p: usize, radius: f64) -> Plain {
        let near = rows(distances).filter(|&(_, _, far)| far <= radius).map(|(at, site, _)| (at, site, 0.0));
        Plain { sites, p, locked: Vec::new(), barred: Vec::new(), pairs: near.collect(), outside: weight.to_vec() }
    }
}

fn rows(lists: &[Vec<(u32, f64)>]) -> impl Iterator<Item = (usize, usize, f64)> {
    lists.iter().enumerate().flat_map(|(at, list)| list.iter().map(move |&(site, far)| (at, site as usize, far)))
}

const FREE: u8 = 0;
const OPEN: u8 = 1;
const CLOSED: u8 = 2;

/// Checks the set of open sites and the certificate. `Err` says what is wrong with either.
pub fn check(plain: &Plain, open: &[usize], certificate: &Certificate) -> Result<Checked, String> {
    let mut is_open = vec![false; plain.sites];
    for &site in open {
        if site >= plain.sites || std::mem::replace(&mut is_open[site], true) {
            return Err(format!("site {site} does not exist or is listed twice"));
        }
    }
    if open.len() != plain.p {
        return Err(format!("{} sites are open, {} were asked for", open.len(), plain.p));
    }
    if let Some(site) = plain.locked.iter().find(|&&site| !is_open[site]) {
        return Err(format!("site {site} is locked and not open"));
    }
    if let Some(site) = plain.barred.iter().find(|&&site| is_open[site]) {
        return Err(format!("site {site} must stay closed and is open"));
    }
    let mut pays = plain.outside.clone();
    for &(customer, site, cost) in &plain.pairs {
        if is_open[site] && cost < pays[customer] {
            pays[customer] = cost;
        }
    }
    let mut fate = vec![FREE; plain.sites];
    for &site in &plain.locked {
        fate[site] = OPEN;
    }
    for &site in &plain.barred {
        fate[site] = CLOSED;
    }
    dominance(plain, &certificate.dominated, &plain.outside, &mut fate)?;
    let bound = if certificate.nodes.is_empty() {
        f64::NEG_INFINITY
    } else {
        node(plain, certificate, 0, &mut fate, &plain.outside, certificate.nodes.len())?
    };
    Ok(Checked { cost: pays.iter().sum(), bound })
}

/// Each left-out site must reach nobody that its keeper does not reach at no higher cost; those who are served in any case
/// need not be looked at.
fn dominance(plain: &Plain, dominated: &[(u32, u32)], outside: &[f64], fate: &mut [u8]) -> Result<(), String> {
    let mut reach = vec![Vec::new(); plain.sites];
    // What a customer pays at most, with the open sites.
    let mut most = outside.to_vec();
    for &(customer, site, cost) in &plain.pairs {
        if fate[site] == OPEN {
            most[customer] = most[customer].min(cost);
        }
    }
    let served = served_with_others(plain, outside, fate);
    for &(customer, site, cost) in &plain.pairs {
        if cost < most[customer] && !served[customer] {
            reach[site].push((customer, cost));
        }
    }
    for &(site, by) in dominated {
        let (site, by) = (site as usize, by as usize);
        if site >= plain.sites || by >= plain.sites {
            return Err("the proof names a site that is not there".into());
        }
        let covered = reach[site]
            .iter()
            .all(|(customer, cost)| reach[by].iter().any(|(other, there)| other == customer && there <= cost));
        let kept = !dominated.iter().any(|&(gone, _)| gone as usize == by);
        if !covered || !kept || fate[site] != FREE || fate[by] == CLOSED {
            return Err(format!("site {site} is not dominated by {by}"));
        }
        fate[site] = CLOSED;
    }
    // An answer that used a left-out site can use its keeper or, where the keeper is open anyway, any other site that is
    // left, so at least p sites must be left.
    if fate.iter().filter(|&&fate| fate != CLOSED).count() < plain.p {
        return Err("fewer than p sites are left".into());
    }
    Ok(())
}

/// Sites that may serve each customer.
fn near(plain: &Plain, fate: &[u8]) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); plain.outside.len()];
    for &(customer, site, _) in &plain.pairs {
        if fate[site] != CLOSED {
            near[customer].push(site);
        }
    }
    near
}

/// Customers who pay nothing because somebody who must be served (an infinite cost outside) has no other sites than they
/// have; among equals the first one stays.
fn served_with_others(plain: &Plain, outside: &[f64], fate: &[u8]) -> Vec<bool> {
    let must: Vec<usize> = (0..outside.len()).filter(|&customer| outside[customer].is_infinite()).collect();
    let mut free = vec![true; outside.len()];
    plain.pairs.iter().filter(|pair| pair.2 != 0.0).for_each(|pair| free[pair.0] = false);
    let near = near(plain, fate);
    let mut mine = vec![usize::MAX; plain.sites];
    let mut follows = |at: usize| {
        near[at].iter().for_each(|&site| mine[site] = at);
        must.iter().any(|&other| {
            let fewer = near[other].len() < near[at].len() || (near[other].len() == near[at].len() && other < at);
            fewer && near[other].iter().all(|&site| mine[site] == at)
        })
    };
    (0..outside.len()).map(|at| free[at] && follows(at)).collect()
}

/// The bound of one case of the proof, with what a customer pays outside. Each step down uses up one node, so a proof that
/// runs in a circle is refused.
fn node(
    plain: &Plain,
    proof: &Certificate,
    at: usize,
    fate: &mut Vec<u8>,
    outside: &[f64],
    fuel: usize,
) -> Result<f64, String> {
    if fuel == 0 {
        return Err("the proof runs in a circle".into());
    }
    match proof.nodes.get(at).ok_or("the proof names a node that is not there")? {
        Proof::Leaf { multipliers } => Ok(priced(plain, outside, multipliers, fate)?.0),
        Proof::Branch { site, open, closed } => {
            let site = *site as usize;
            if fate.get(site) != Some(&FREE) {
                return Err(format!("the proof splits on site {site}, which is decided"));
            }
            fate[site] = OPEN;
            let first = node(plain, proof, *open, fate, outside, fuel - 1)?;
            fate[site] = CLOSED;
            let second = node(plain, proof, *closed, fate, outside, fuel - 1)?;
            fate[site] = FREE;
            Ok(first.min(second))
        }
        Proof::Fix { multipliers, opened, closed, rest } => {
            let (bound, rho, last_in, first_out) = priced(plain, outside, multipliers, fate)?;
            let mut least = f64::INFINITY;
            let before = fate.clone();
            for (sites, to) in [(opened, OPEN), (closed, CLOSED)] {
                for &site in sites {
                    let site = site as usize;
                    if before.get(site) != Some(&FREE) || fate[site] != FREE {
                        return Err(format!("the proof fixes site {site} twice"));
                    }
                    // The other fate costs at least the exchange against the nearest site on the other side.
                    let other = if to == OPEN { first_out - rho[site] } else { rho[site] - last_in };
                    least = least.min(bound + other.max(0.0));
                    fate[site] = to;
                }
            }
            let rest = node(plain, proof, *rest, fate, outside, fuel - 1)?;
            *fate = before;
            Ok(bound.max(least.min(rest)))
        }
        Proof::Serve { multipliers, customers, dominated, rest } => {
            let bound = priced(plain, outside, multipliers, fate)?.0;
            let near = near(plain, fate);
            let mut least = f64::INFINITY;
            let mut must = outside.to_vec();
            for &customer in customers {
                let customer = customer as usize;
                *must.get_mut(customer).ok_or("the proof names a customer who is not there")? = f64::INFINITY;
                least = least.min(without(plain, outside, multipliers, fate, &near, customer)?);
            }
            let before = fate.clone();
            dominance(plain, dominated, &must, fate)?;
            let rest = node(plain, proof, *rest, fate, &must, fuel - 1)?;
            *fate = before;
            Ok(bound.max(least.min(rest)))
        }
    }
}

/// The bound of the case that nobody serves `customer`: its sites are closed, whoever has no other site pays what it costs
/// outside.
fn without(
    plain: &Plain,
    outside: &[f64],
    prices: &[f64],
    fate: &[u8],
    near: &[Vec<usize>],
    customer: usize,
) -> Result<f64, String> {
    let mine = &near[customer];
    if mine.iter().any(|&site| fate[site] == OPEN) {
        return Ok(f64::INFINITY);
    }
    let mut left = fate.to_vec();
    mine.iter().for_each(|&site| left[site] = CLOSED);
    let mut prices = prices.to_vec();
    for (at, sites) in near.iter().enumerate() {
        if sites.iter().all(|site| mine.contains(site)) {
            if outside[at].is_infinite() {
                return Ok(f64::INFINITY);
            }
            prices[at] = outside[at];
        }
    }
    Ok(priced(plain, outside, &prices, &left)?.0)
}

/// Bound at prices: `(bound, reduced sums, worst sum taken, best sum not taken)`.
fn priced(plain: &Plain, outside: &[f64], prices: &[f64], fate: &[u8]) -> Result<(f64, Vec<f64>, f64, f64), String> {
    if prices.len() != outside.len() || prices.iter().any(|price| !price.is_finite()) {
        return Err("a price is missing or not finite".into());
    }
    let mut rho = vec![0.0; plain.sites];
    for &(customer, site, cost) in &plain.pairs {
        rho[site] += (cost - prices[customer]).min(0.0);
    }
    let mut bound: f64 = prices.iter().zip(outside).map(|(price, outside)| price.min(*outside)).sum();
    let forced = (0..plain.sites).filter(|&site| fate[site] == OPEN);
    bound += forced.clone().map(|site| rho[site]).sum::<f64>();
    let left = plain.p.checked_sub(forced.count());
    let mut free: Vec<f64> = (0..plain.sites).filter(|&site| fate[site] == FREE).map(|site| rho[site]).collect();
    free.sort_by(f64::total_cmp);
    match left {
        // A case without any admissible choice bounds nothing from below.
        Some(left) if left <= free.len() => {
            bound += free[..left].iter().sum::<f64>();
            let last_in = if left > 0 { free[left - 1] } else { f64::NEG_INFINITY };
            Ok((bound, rho, last_in, free.get(left).copied().unwrap_or(f64::INFINITY)))
        }
        _ => Ok((f64::INFINITY, rho, 0.0, 0.0)),
    }
}
