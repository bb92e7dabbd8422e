//! The course of a plan: prices, plan, better plan, better prices, until the gap is small or the budget ends.

use super::admit::admit;
use super::bound::Prices;
use super::flow::{MILLI, Net};
use super::state::State;
use super::{PlanInstance, PlanPrices, Work, exact, search};
use crate::budget::{Budget, Stream};
use crate::error::{Result, SitingError};
use crate::solve::{Options, ProofKind, Status};

/// A plan with its worth and its bound.
#[derive(Debug, Clone)]
pub struct PlanAnswer {
    /// How good it is known to be.
    pub status: Status,
    /// Children with a place, weighted over the years.
    pub value: f64,
    /// No plan has more.
    pub bound: f64,
    /// The works, by site.
    pub works: Vec<Work>,
    /// Who is served where: `(year, point, site, children)`.
    pub flow: Vec<(u32, u32, u32, f64)>,
    /// Prices that prove the bound (a weaker one where `proof` is `Highs`).
    pub prices: PlanPrices,
    /// The iteration budget that reproduces this answer with the same seed and start.
    pub reproduce: Option<u64>,
    /// Whether the clock ended the search.
    pub ended_by_clock: bool,
    /// Seconds of the clock that was passed in.
    pub seconds: f64,
    /// What supplied the bound.
    pub proof: ProofKind,
}

/// A gap below this share of the value is no longer worth a search.
const SMALL: f64 = 1e-4;

/// Solves a planning instance. `start` is an earlier answer to a similar instance (say, before one site was locked): its
/// works and prices are where the search begins.
pub fn solve_plan(
    instance: &PlanInstance,
    options: Options,
    start: Option<&PlanAnswer>,
    budget: &Budget,
) -> Result<PlanAnswer> {
    admit(instance)?;
    let net = Net::new(instance);
    let mut stream = Stream::new(options.seed);
    let mut prices = Prices::new(instance, start.map(|answer| &answer.prices));
    prices.walk(instance, &net, if start.is_some() { 60 } else { 250 }, start.map_or(0.0, |answer| answer.value), budget);
    let empty = State::new(instance, &net);
    let mut best: Option<State> = start.and_then(|answer| resume(&empty, &answer.works, &prices, budget));
    if best.is_none() {
        best = build(&empty, &prices, budget);
    }
    // Plans made along the sites that the prices take are often better than greedy ones.
    let guided = guided(&empty, &prices, budget);
    better(&mut best, guided);
    let mut round = 0;
    while let Some(mut state) = best.take() {
        while search::exchange(&mut state, &prices, &mut stream, budget) {
            search::fill(&mut state, &prices, budget);
        }
        best = Some(state.clone());
        prices.walk(instance, &net, 200, state.value(), budget);
        let known = state.value();
        let closed = prices.bound - known <= SMALL * prices.bound.abs() && state.short() == 0.0;
        if closed || budget.stopped() || round >= 40 {
            break;
        }
        for turn in 0..4 {
            if budget.stopped() {
                break;
            }
            let mut trial = if turn == 0 {
                guided_or(&empty, &prices, budget, &state)
            } else {
                let mut trial = state.clone();
                search::shake(&mut trial, 2 + stream.below(5), &mut stream);
                search::fill(&mut trial, &prices, budget);
                trial
            };
            search::exchange(&mut trial, &prices, &mut stream, budget);
            better(&mut best, Some(trial));
        }
        round += 1;
    }
    answer(instance, &net, best, prices, options, budget)
}

fn answer(
    instance: &PlanInstance,
    net: &Net,
    best: Option<State>,
    prices: Prices,
    options: Options,
    budget: &Budget,
) -> Result<PlanAnswer> {
    let (mut best, mut bound, mut proof) = (best, prices.bound, ProofKind::Certificate);
    let (mut by_clock, mut reproduce) = (budget.ended_by_clock(), Some(budget.used()));
    let known = best.as_ref().filter(|state| state.short() == 0.0 && state.lacking() == 0);
    let open = known.is_none_or(|state| bound - state.value() > 1e-9 * bound.abs());
    if options.exact && open && !budget.stopped() {
        if let Some(finished) = exact::finish(instance, net, known, budget)? {
            if finished.bound < bound {
                (bound, proof) = (finished.bound, ProofKind::Highs);
            }
            if let Some(works) = finished.works {
                let mut state = State::new(instance, net);
                works.into_iter().for_each(|work| state.put(work));
                better(&mut best, Some(state));
            }
            if finished.cut_short {
                (by_clock, reproduce) = (true, None);
            }
        }
    }
    if bound == f64::NEG_INFINITY {
        return Err(SitingError::Infeasible(vec!["the exact solver finds no plan that meets all demands".into()]));
    }
    let state = best.ok_or_else(|| {
        SitingError::NotFound("money and building limits did not suffice for the locked sites and the minimum of areas".into())
    })?;
    if state.short() > 0.0 {
        let served = &state.flows[state.flows.len() - 1].by_area;
        let mut lacking: Vec<&str> = (0..instance.areas.len())
            .filter(|&area| served[area] < state.must_serve[area])
            .map(|area| instance.areas[area].code.as_str())
            .collect();
        lacking.truncate(20);
        let children = state.short();
        let what = format!("the minimum share lacks {children:.1} children in areas {}", lacking.join(", "));
        return Err(SitingError::NotFound(what));
    }
    let value = state.value();
    let proved = bound - value <= 1e-7 * value.abs().max(1.0);
    let mut flow = Vec::new();
    for (year, flows) in state.flows.iter().enumerate() {
        for (pair, &amount) in flows.pair.iter().enumerate() {
            if amount > 0 {
                flow.push((year as u32, net.point_of[pair], net.site_of[pair], amount as f64 / MILLI));
            }
        }
    }
    Ok(PlanAnswer {
        status: if proved { Status::Proved } else { Status::Gap },
        value,
        bound: if proved { value } else { bound },
        works: state.chosen(),
        flow,
        prices: prices.best,
        reproduce,
        ended_by_clock: by_clock,
        seconds: budget.seconds(),
        proof,
    })
}

fn better<'a>(best: &mut Option<State<'a>>, other: Option<State<'a>>) {
    let Some(other) = other.filter(|other| other.lacking() == 0) else { return };
    if best.as_ref().is_none_or(|known| other.score() > known.score() + 1e-6) {
        *best = Some(other);
    }
}

/// A plan from nothing: what must be, then the best gains.
fn build<'a>(empty: &State<'a>, prices: &Prices, budget: &Budget) -> Option<State<'a>> {
    for by_price in [false, true] {
        let mut state = empty.clone();
        if search::must(&mut state, prices, by_price, budget) {
            search::fill(&mut state, prices, budget);
            return Some(state);
        }
    }
    None
}

/// A plan that begins with the works the prices take, the most worthy first.
fn guided<'a>(empty: &State<'a>, prices: &Prices, budget: &Budget) -> Option<State<'a>> {
    let mut works = prices.chosen.clone();
    works.sort_by(|a, b| {
        prices.worth[b.site as usize].total_cmp(&prices.worth[a.site as usize]).then(a.site.cmp(&b.site))
    });
    let mut state = empty.clone();
    if !search::must(&mut state, prices, false, budget) {
        return None;
    }
    for work in works {
        if state.works[work.site as usize].is_none() && state.allows(work) {
            state.put(work);
        }
    }
    search::fill(&mut state, prices, budget);
    Some(state)
}

fn guided_or<'a>(empty: &State<'a>, prices: &Prices, budget: &Budget, other: &State<'a>) -> State<'a> {
    guided(empty, prices, budget).unwrap_or_else(|| other.clone())
}

/// An earlier plan under changed conditions: locks and minimums first, then as many of its works as still fit.
fn resume<'a>(empty: &State<'a>, works: &[Work], prices: &Prices, budget: &Budget) -> Option<State<'a>> {
    let instance = empty.instance;
    let mut state = empty.clone();
    let sites = instance.sites.len();
    let still = |work: &&Work| {
        let site = work.site as usize;
        let known = site < sites && (work.year as usize) < instance.years.len();
        known && instance.workable(site) && (1..=instance.sites[site].max_classes).contains(&work.classes)
    };
    let order = |work: &&Work| instance.sites[work.site as usize].standing != super::Standing::Locked;
    let mut again: Vec<&Work> = works.iter().filter(still).collect();
    again.sort_by_key(order);
    // Sites that fill an area's minimum come before the rest, so that the minimum does not find the money gone.
    let mut later = Vec::new();
    for &work in again {
        let site = &instance.sites[work.site as usize];
        let area = site.area as usize;
        let needed = site.standing == super::Standing::Locked
            || (site.standing == super::Standing::Candidate && state.area_sites[area] < instance.areas[area].min_sites);
        if needed && state.works[work.site as usize].is_none() && state.allows(work) {
            state.put(work);
        } else {
            later.push(work);
        }
    }
    if !search::must(&mut state, prices, false, budget) {
        return None;
    }
    for work in later {
        if state.works[work.site as usize].is_none() && state.allows(work) {
            state.put(work);
        }
    }
    search::fill(&mut state, prices, budget);
    Some(state)
}
