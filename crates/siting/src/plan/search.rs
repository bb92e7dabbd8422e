//! Building a plan and making it better: what must be comes first, then the best gain for its price, then exchanges.
//!
//! Gains are exact (the flow is really changed and taken back), and since they only shrink while a plan grows, a gain
//! computed earlier is an upper bound that lets most sites wait unpriced.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::bound::Prices;
use super::state::State;
use super::{Standing, Work};
use crate::budget::{Budget, Stream};

/// Gains below this (children, weighted) are noise of thousandths.
const LEAST: f64 = 5e-4;

struct Waiting {
    key: f64,
    site: usize,
    fresh: u64,
}
impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Waiting {}
impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.total_cmp(&other.key).then(other.site.cmp(&self.site))
    }
}

/// The best admissible work at a site in a year by gain minus price: `(net, gain, work)`.
pub(crate) fn best_here(
    state: &mut State,
    site: usize,
    year: usize,
    per_fen: f64,
    spare_fen: i64,
) -> Option<(f64, f64, Work)> {
    let most = state.instance.sites[site].max_classes;
    let work = |classes: u32| Work { site: site as u32, year: year as u32, classes };
    let fits = |state: &State, classes: u32| {
        state.allows(work(classes)) && state.instance.cost_fen(work(classes)) <= spare_fen
    };
    if !fits(state, 1) {
        return None;
    }
    let affordable = (1..=most).take_while(|&classes| fits(state, classes)).last().unwrap_or(1);
    let gains = state.gains(site, year, affordable);
    let mut best: Option<(f64, f64, Work)> = None;
    for (at, gain) in gains.iter().enumerate() {
        let work = work(at as u32 + 1);
        let net = gain - per_fen * state.instance.cost_fen(work) as f64;
        if best.is_none_or(|known| net > known.0 + 1e-12) {
            best = Some((net, *gain, work));
        }
    }
    best
}

/// Worth of a fen spent in a year at the prices of the bound.
fn per_fen(state: &State, prices: &Prices, year: usize) -> f64 {
    state.instance.limits_of(year).map(|limit| prices.best.money[limit]).sum()
}

/// Opens what must be open: locked sites, then the minimum of each area. `false` when money or building limits did not
/// suffice for this way of choosing.
pub(crate) fn must(state: &mut State, prices: &Prices, by_price: bool, budget: &Budget) -> bool {
    let instance = state.instance;
    let locked: Vec<usize> = (0..instance.sites.len())
        .filter(|&site| instance.sites[site].standing == Standing::Locked && state.works[site].is_none())
        .collect();
    for site in locked {
        if !open_one(state, prices, &[site], by_price, 0) {
            return false;
        }
    }
    let first_class = |site: usize| instance.sites[site].fixed_fen + instance.sites[site].class_fen;
    let mut reserve: Vec<(usize, i64)> = Vec::new();
    for area in 0..instance.areas.len() {
        let lacks = instance.areas[area].min_sites.saturating_sub(state.area_sites[area]);
        let mut costs: Vec<i64> = candidates(state, area).into_iter().map(first_class).collect();
        costs.sort_unstable();
        reserve.extend(costs.iter().take(lacks as usize).map(|&cost| (area, cost)));
    }
    let mut kept: i64 = reserve.iter().map(|pair| pair.1).sum();
    for (area, cost) in reserve {
        budget.spend();
        kept -= cost;
        let sites = candidates(state, area);
        if !open_one(state, prices, &sites, by_price, kept) {
            return false;
        }
    }
    true
}

fn candidates(state: &State, area: usize) -> Vec<usize> {
    let sites = state.instance.sites.iter().enumerate();
    sites
        .filter(|(at, site)| {
            site.area as usize == area && site.standing == Standing::Candidate && state.works[*at].is_none()
        })
        .map(|(at, _)| at)
        .collect()
}

/// Opens the best of some sites in the year that suits it best by the prices, keeping `kept` fen for what must come after.
/// With `by_price` it is the cheapest site in the last year with room, which leaves most to the others.
fn open_one(state: &mut State, prices: &Prices, sites: &[usize], by_price: bool, kept: i64) -> bool {
    let spare = money_left(state).map_or(i64::MAX, |left| left - kept);
    let mut best: Option<(f64, Work)> = None;
    for year in (0..state.instance.years.len()).rev() {
        for &site in sites {
            if by_price {
                let work = Work { site: site as u32, year: year as u32, classes: 1 };
                let key = -(state.instance.cost_fen(work) as f64);
                if state.allows(work) && best.is_none_or(|known| key > known.0) {
                    best = Some((key, work));
                }
            } else if let Some((net, _, work)) = best_here(state, site, year, per_fen(state, prices, year), spare) {
                let net = net - prices.best.opening[year];
                if best.is_none_or(|known| net > known.0) {
                    best = Some((net, work));
                }
            }
        }
    }
    if let Some((_, work)) = best {
        state.put(work);
    }
    best.is_some()
}

/// Money of all years not yet spent; `None` where some year has no limit.
fn money_left(state: &State) -> Option<i64> {
    let all: Option<i64> = state.instance.years.iter().map(|year| year.budget_fen).sum();
    let spent: i64 = state.chosen().iter().map(|&work| state.instance.cost_fen(work)).sum();
    all.map(|all| all - spent)
}

/// Adds works at some sites year by year while any gains: first those worth their price, then whatever money and rights
/// are left. With `noise` the order of gains is blurred, to come by other plans than the greedy one.
pub(crate) fn fill(
    state: &mut State,
    prices: &Prices,
    sites: &[usize],
    mut noise: Option<&mut Stream>,
    budget: &Budget,
) {
    let blur: Vec<f64> = match &mut noise {
        Some(stream) => sites.iter().map(|_| 0.75 + 0.5 * stream.unit()).collect(),
        None => vec![1.0; sites.len()],
    };
    for year in 0..state.instance.years.len() {
        for priced in [true, false] {
            let per_fen = if priced { per_fen(state, prices, year) } else { 0.0 };
            if !priced && state.instance.limit_fen(year).is_none() {
                continue;
            }
            let mut heap: BinaryHeap<Waiting> = (0..sites.len())
                .filter(|&at| state.instance.workable(sites[at]) && state.works[sites[at]].is_none())
                .map(|at| Waiting { key: f64::INFINITY, site: at, fresh: u64::MAX })
                .collect();
            let mut round = 0;
            while let Some(top) = heap.pop() {
                let site = sites[top.site];
                let Some((net, gain, work)) = best_here(state, site, year, per_fen, i64::MAX) else { continue };
                if net <= 0.0 || gain <= LEAST {
                    continue;
                }
                if top.fresh == round {
                    state.put(work);
                    round += 1;
                    continue;
                }
                if !budget.spend() && state.value() > 0.0 {
                    return;
                }
                heap.push(Waiting { key: net * blur[top.site], site: top.site, fresh: round });
            }
        }
    }
}

/// Sites that the prices think most of: the ones worth trying when time is short.
pub(crate) fn shortlist(state: &State, prices: &Prices) -> Vec<usize> {
    let mut sites: Vec<usize> = (0..state.instance.sites.len()).filter(|&site| state.instance.workable(site)).collect();
    sites.sort_by(|&a, &b| prices.worth[b].total_cmp(&prices.worth[a]).then(a.cmp(&b)));
    sites.truncate(2 * state.chosen().len() + 120);
    sites.sort_unstable();
    sites
}

/// Takes a few works back and fills the hole again, over and over; keeps what raises the score.
pub(crate) fn refine(state: &mut State, prices: &Prices, rounds: usize, stream: &mut Stream, budget: &Budget) {
    state.keep();
    let short = shortlist(state, prices);
    for _ in 0..rounds {
        if budget.stopped() {
            return;
        }
        let before = state.score();
        let (marks, books) = (state.marks(), state.books());
        let taken = make_room(state, stream);
        let mut sites = short.clone();
        for &site in &taken {
            sites.extend(neighbours(state, site));
        }
        sites.sort_unstable();
        sites.dedup();
        // Now and then what must open is put where it costs least, last, so that the early money goes to what gains most.
        let cheaply = stream.below(3) == 0;
        if must(state, prices, cheaply, budget) {
            fill(state, prices, &sites, Some(stream), budget);
            if state.score() > before + LEAST && state.lacking() == 0 {
                state.keep();
                continue;
            }
        }
        state.undo_flows(&marks);
        state.restore(books);
    }
}

/// Takes back two to six works: near each other, or of one year, or any.
fn make_room(state: &mut State, stream: &mut Stream) -> Vec<usize> {
    let chosen = state.chosen();
    if chosen.is_empty() {
        return Vec::new();
    }
    let count = (2 + stream.below(5)).min(chosen.len());
    let centre = chosen[stream.below(chosen.len())];
    let mut order: Vec<usize> = match stream.below(3) {
        0 => {
            let near = neighbours(state, centre.site as usize);
            chosen.iter().map(|work| work.site as usize).filter(|site| near.binary_search(site).is_ok()).collect()
        }
        1 => chosen.iter().filter(|work| work.year == centre.year).map(|work| work.site as usize).collect(),
        _ => Vec::new(),
    };
    for at in (1..order.len()).rev() {
        order.swap(at, stream.below(at + 1));
    }
    while order.len() < count {
        let site = chosen[stream.below(chosen.len())].site as usize;
        if !order.contains(&site) {
            order.push(site);
        }
    }
    order.truncate(count);
    for &site in &order {
        state.take(site);
    }
    order
}

/// Exchanges one work for another (or for another size) while the score rises. Gives whether anything changed.
pub(crate) fn exchange(state: &mut State, prices: &Prices, stream: &mut Stream, budget: &Budget) -> bool {
    let mut changed = false;
    let mut order: Vec<usize> = state.chosen().iter().map(|work| work.site as usize).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, stream.below(at + 1));
    }
    // What each site would add to the plan as it is: a site far from the one it replaces adds no more than that.
    let idle: Vec<f64> = (0..state.instance.sites.len())
        .map(|site| {
            let idle = state.works[site].is_none() && state.instance.workable(site);
            let most = state.instance.sites[site].max_classes;
            if idle && budget.spend() { state.gains(site, 0, most).last().copied().unwrap_or(0.0) } else { 0.0 }
        })
        .collect();
    for site in order {
        if budget.stopped() {
            return changed;
        }
        changed |= replace(state, site, &idle, prices, budget);
    }
    changed
}

/// Tries to replace the work at a site; keeps the first exchange that raises the score.
fn replace(state: &mut State, site: usize, idle: &[f64], prices: &Prices, budget: &Budget) -> bool {
    let before = state.score();
    let marks = state.marks();
    let free = state.may_leave(site);
    let area = state.instance.sites[site].area;
    let old = state.take(site);
    let base = state.score();
    let mut others = vec![site];
    if state.instance.sites[site].standing != Standing::Locked {
        others.extend(neighbours(state, site));
        others.extend((0..idle.len()).filter(|&other| idle[other] > before - base));
        others.sort_unstable();
        others.dedup();
    }
    let year = old.year as usize;
    let price = per_fen(state, prices, year);
    let mut best: Option<(f64, Work)> = None;
    for other in others {
        let taken = state.works[other].is_some();
        let keeps_area = free
            || (state.instance.sites[other].area == area && state.instance.sites[other].standing != Standing::Existing);
        if taken || !keeps_area || !state.instance.workable(other) {
            continue;
        }
        let most = state.instance.sites[other].max_classes;
        if base + gain_ceiling(state, other, year, most) <= before + LEAST || !budget.spend() {
            continue;
        }
        for price in [price, 0.0] {
            if let Some((_, gain, work)) = best_here(state, other, year, price, i64::MAX)
                && best.is_none_or(|known| gain > known.0)
            {
                best = Some((gain, work));
            }
        }
    }
    if let Some((gain, work)) = best
        && base + gain > before + LEAST
    {
        state.put(work);
        if state.score() > before + LEAST {
            state.keep();
            return true;
        }
        state.unput(work.site as usize);
    }
    state.undo_flows(&marks);
    state.untake(old);
    false
}

/// What a site can gain at most: its places in all years it stands.
fn gain_ceiling(state: &State, site: usize, year: usize, classes: u32) -> f64 {
    let places = state.instance.sites[site].class_size * f64::from(classes);
    let weight: f64 = state.instance.years[year..].iter().map(|year| year.weight).sum();
    let shares = if state.short() > 0.0 { 11.0 } else { 1.0 };
    places * weight.max(1.0) * shares
}

/// Sites that share a demand point with a site.
fn neighbours(state: &State, site: usize) -> Vec<usize> {
    let mut near: Vec<usize> = Vec::new();
    for &pair in state.net.of_site(site) {
        let point = state.net.point_of[pair as usize] as usize;
        near.extend(state.net.of_point(point).map(|pair| state.net.site_of[pair] as usize));
    }
    near.sort_unstable();
    near.dedup();
    near
}
