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
    let empty = State::new(instance, &net);
    let all = all_sites(&empty);
    let mut best: Option<State> = start.and_then(|answer| resume(&empty, &answer.works, &prices, budget));
    if best.is_none() {
        best = build(&empty, &prices, budget);
        if let (Some(state), None) = (&best, start) {
            prices.begin_at(state);
        }
    }
    // Rounds in a row that changed neither plan nor bound; with the exact solver waiting, patience is short.
    let mut idle = 0;
    let patience = if options.exact && exact::fits(instance, &net) { 4 } else { 15 };
    let mut last = (f64::NEG_INFINITY, f64::INFINITY);
    for round in 0..200 {
        if let Some(state) = &mut best {
            state.favour_all();
            state.keep();
        }
        let known = best.as_ref().map_or(0.0, |state| state.score().max(0.0));
        prices.walk(instance, &net, if round == 0 && start.is_none() { 400 } else { 150 }, known, budget);
        let short = best.as_ref().is_some_and(|state| state.short() > 0.0);
        if short
            && round == 2
            && let Some(refuted) = Prices::refute(instance, &net, 400, budget)
        {
            return Err(SitingError::Infeasible(vec![shares_at_fault(instance, &refuted)]));
        }
        if round < 3 {
            // Plans made along the sites that the prices take are often better than greedy ones.
            better(&mut best, guided(&empty, &prices, budget));
        }
        let Some(state) = &mut best else { break };
        let now = (state.score(), prices.bound);
        idle = if now.0 > last.0 + 1e-6 || now.1 < last.1 * (1.0 - 1e-6) { 0 } else { idle + 1 };
        last = now;
        let closed = now.1 - now.0 <= SMALL * now.1.abs();
        if closed || idle > patience || budget.stopped() {
            break;
        }
        search::refine(state, &prices, 150, &mut stream, budget);
        if round % 4 == 0 && search::exchange(state, &prices, &mut stream, budget) {
            search::fill(state, &prices, &all, None, budget);
            state.keep();
        }
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
    if options.exact
        && open
        && !budget.stopped()
        && let Some(finished) = exact::finish(instance, net, known, budget)?
    {
        if finished.bound < bound {
            (bound, proof) = (finished.bound, ProofKind::Highs);
        }
        if let Some(works) = finished.works {
            let mut state = State::new(instance, net);
            let admissible = works.into_iter().all(|work| {
                let allowed = state.allows(work);
                state.put(work);
                allowed
            });
            state.favour_all();
            better(&mut best, Some(state).filter(|_| admissible));
        }
        if finished.cut_short {
            (by_clock, reproduce) = (true, None);
        }
    }
    if bound == f64::NEG_INFINITY {
        return Err(SitingError::Infeasible(vec!["the exact solver finds no plan that meets all demands".into()]));
    }
    let mut state = best.ok_or_else(|| {
        SitingError::NotFound(
            "money and building limits did not suffice for the locked sites and the minimum of areas".into(),
        )
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
    for (year, flows) in state.flows.iter_mut().enumerate() {
        flows.nearer(net);
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

/// The areas whose minimum shares the prices prove to be too much together, and what binds them.
fn shares_at_fault(instance: &PlanInstance, prices: &PlanPrices) -> String {
    let mut areas: Vec<usize> = (0..instance.areas.len()).filter(|&area| prices.share[area] > 1e-3).collect();
    areas.sort_by(|&a, &b| prices.share[b].total_cmp(&prices.share[a]).then(a.cmp(&b)));
    let count = areas.len();
    areas.truncate(20);
    let codes: Vec<&str> = areas.iter().map(|&area| instance.areas[area].code.as_str()).collect();
    let mut means: Vec<String> = Vec::new();
    for (year, says) in instance.years.iter().enumerate() {
        if let Some(fen) = says.budget_fen.filter(|_| prices.money[year] > 0.0) {
            means.push(format!("the budget of {} ({fen} fen)", says.label));
        }
    }
    means.extend(instance.all_new_sites().map(|most| format!("{most} openings")));
    if means.is_empty() {
        means.push("the sites there are".into());
    }
    format!("the minimum shares of {count} areas ({}) are together beyond {}", codes.join(", "), means.join(" and "))
}

fn all_sites(state: &State) -> Vec<usize> {
    (0..state.instance.sites.len()).collect()
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
            search::fill(&mut state, prices, &all_sites(empty), None, budget);
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
    search::fill(&mut state, prices, &all_sites(empty), None, budget);
    Some(state)
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
    search::fill(&mut state, prices, &all_sites(empty), None, budget);
    Some(state)
}
