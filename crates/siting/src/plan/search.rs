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
fn best_here(state: &mut State, site: usize, year: usize, per_fen: f64, spare_fen: i64) -> Option<(f64, f64, Work)> {
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
    state.keep();
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

/// Opens the best of some sites in the earliest year that allows one, keeping `kept` fen for what must come after.
fn open_one(state: &mut State, prices: &Prices, sites: &[usize], by_price: bool, kept: i64) -> bool {
    for year in 0..state.instance.years.len() {
        let mut best: Option<(f64, f64, Work)> = None;
        let spare = money_left(state).map_or(i64::MAX, |left| left - kept);
        for &site in sites {
            if by_price {
                let work = Work { site: site as u32, year: year as u32, classes: 1 };
                let key = -(state.instance.cost_fen(work) as f64);
                if state.allows(work) && best.is_none_or(|known| key > known.0) {
                    best = Some((key, 0.0, work));
                }
            } else if let Some(found) = best_here(state, site, year, per_fen(state, prices, year), spare)
                && best.is_none_or(|known| found.0 > known.0)
            {
                best = Some(found);
            }
        }
        if let Some((_, _, work)) = best {
            state.put(work);
            return true;
        }
    }
    false
}

/// Money of all years not yet spent; `None` where some year has no limit.
fn money_left(state: &State) -> Option<i64> {
    let all: Option<i64> = state.instance.years.iter().map(|year| year.budget_fen).sum();
    let spent: i64 = state.chosen().iter().map(|&work| state.instance.cost_fen(work)).sum();
    all.map(|all| all - spent)
}

/// Adds works year by year while any gains: first those worth their price, then whatever money and rights are left.
pub(crate) fn fill(state: &mut State, prices: &Prices, budget: &Budget) {
    for year in 0..state.instance.years.len() {
        for priced in [true, false] {
            let per_fen = if priced { per_fen(state, prices, year) } else { 0.0 };
            let mut heap: BinaryHeap<Waiting> = (0..state.instance.sites.len())
                .filter(|&site| state.instance.workable(site) && state.works[site].is_none())
                .map(|site| Waiting { key: f64::INFINITY, site, fresh: u64::MAX })
                .collect();
            let mut round = 0;
            while let Some(top) = heap.pop() {
                if top.fresh == round {
                    if let Some((_, gain, work)) = best_here(state, top.site, year, per_fen, i64::MAX)
                        && gain > LEAST
                    {
                        state.put(work);
                        round += 1;
                    }
                    continue;
                }
                if !budget.spend() && state.value() > 0.0 {
                    return;
                }
                if let Some((net, gain, _)) = best_here(state, top.site, year, per_fen, i64::MAX)
                    && net > 0.0
                    && gain > LEAST
                {
                    heap.push(Waiting { key: net, site: top.site, fresh: round });
                }
            }
        }
    }
    state.keep();
}

/// Exchanges one work for another (or for another size) while the score rises. Gives whether anything changed.
pub(crate) fn exchange(state: &mut State, prices: &Prices, stream: &mut Stream, budget: &Budget) -> bool {
    let mut changed = false;
    let mut order: Vec<usize> = state.chosen().iter().map(|work| work.site as usize).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, stream.below(at + 1));
    }
    let mut globally: Vec<usize> = (0..state.instance.sites.len()).filter(|&site| state.instance.workable(site)).collect();
    globally.sort_by(|&a, &b| prices.worth[b].total_cmp(&prices.worth[a]).then(a.cmp(&b)));
    globally.truncate(state.chosen().len() + 40);
    for site in order {
        if budget.stopped() {
            return changed;
        }
        changed |= replace(state, site, &globally, prices, budget);
    }
    changed
}

/// Tries to replace the work at a site; keeps the first exchange that raises the score.
fn replace(state: &mut State, site: usize, globally: &[usize], prices: &Prices, budget: &Budget) -> bool {
    let before = state.score();
    let marks = state.marks();
    let free = state.may_leave(site);
    let area = state.instance.sites[site].area;
    let old = state.take(site);
    let locked = state.instance.sites[site].standing == Standing::Locked;
    let mut others: Vec<usize> = neighbours(state, site);
    others.sort_by(|&a, &b| prices.worth[b].total_cmp(&prices.worth[a]).then(a.cmp(&b)));
    others.truncate(20);
    others.extend_from_slice(globally);
    others.push(site);
    if locked {
        others = vec![site];
    }
    others.sort_unstable();
    others.dedup();
    let base = state.score();
    let year = old.year as usize;
    let price = per_fen(state, prices, year);
    let mut best: Option<(f64, f64, Work)> = None;
    for other in others {
        let taken = state.works[other].is_some();
        let keeps_area = free
            || (state.instance.sites[other].area == area && state.instance.sites[other].standing != Standing::Existing);
        if taken || !keeps_area || !state.instance.workable(other) {
            continue;
        }
        let most = state.instance.sites[other].max_classes;
        let ceiling = milli_gain_ceiling(state, other, year, most);
        if base + ceiling <= before + LEAST || !budget.spend() {
            continue;
        }
        if let Some(found) = best_here(state, other, year, price, i64::MAX)
            && best.is_none_or(|known| found.1 > known.1)
        {
            best = Some(found);
        }
    }
    if let Some((_, gain, work)) = best
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
fn milli_gain_ceiling(state: &State, site: usize, year: usize, classes: u32) -> f64 {
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

/// Takes back `count` works near a random one and fills again.
pub(crate) fn shake(state: &mut State, count: usize, stream: &mut Stream) {
    let chosen: Vec<usize> = state.chosen().iter().map(|work| work.site as usize).collect();
    if chosen.is_empty() {
        return;
    }
    let centre = chosen[stream.below(chosen.len())];
    let near = neighbours(state, centre);
    let mut order: Vec<usize> = chosen.iter().copied().filter(|site| near.contains(site)).collect();
    while order.len() < count.min(chosen.len()) {
        let site = chosen[stream.below(chosen.len())];
        if !order.contains(&site) {
            order.push(site);
        }
    }
    for site in order.into_iter().take(count) {
        if state.may_leave(site) {
            state.take(site);
        }
    }
    state.keep();
}
