//! Sites with limited places: capacitated p-median (each demand point stays together) and warehouse location (fixed costs,
//! demand may be split).
//!
//! The bound prices each customer and solves a knapsack per site; answers come from local search over sets of sites with an
//! assignment (whole customers) or a transport problem (split demand) inside. HiGHS finishes on what the prices leave open.

mod assign;
mod bound;
mod finish;
mod transport;

use crate::budget::{Budget, Stream};
use crate::certificate::{Certificate, Proof};
use crate::distances::Distances;
use crate::error::{Result, SitingError};
use crate::parse::{CapacitatedFile, WarehouseFile};
use crate::solve::{Answer, Options, ProofKind, Status};

/// A problem with capacities.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacitated {
    /// Capacity of each site, in the unit of the demands.
    pub capacity: Vec<f64>,
    /// Cost of opening each site.
    pub fixed: Vec<f64>,
    /// Demand of each customer.
    pub demand: Vec<f64>,
    /// `cost[customer * sites + site]`: cost of serving the whole customer there; infinite where that is impossible.
    pub cost: Vec<f64>,
    /// How many sites open; `None`: as many as pay.
    pub p: Option<usize>,
    /// Whether a customer must be served by one site only.
    pub single: bool,
}

/// Who is served where: `(customer, site, share of the customer)`.
pub type Flow = Vec<(usize, usize, f64)>;

/// A set of sites with the best service found for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Plan {
    pub cost: f64,
    pub open: Vec<bool>,
    pub flow: Flow,
}

impl Capacitated {
    /// The OR-Library capacitated p-median: the distance counts, whatever the demand.
    pub fn of_capacitated(file: &CapacitatedFile) -> Result<Capacitated> {
        Capacitated::of_distances(&Distances::of_capacitated(file), &file.demand, file.capacity, file.p)
    }

    /// Distances with one capacity for all sites; serving a customer costs its weight times the distance, customers stay
    /// together.
    pub fn of_distances(distances: &Distances, demand: &[f64], capacity: f64, p: usize) -> Result<Capacitated> {
        let sites = distances.sites;
        crate::parse::pairs_fit(demand.len(), sites)?;
        let mut cost = vec![f64::INFINITY; sites * distances.weight.len()];
        for (customer, list) in distances.lists.iter().enumerate() {
            for &(site, far) in list {
                cost[customer * sites + site as usize] = far * distances.weight[customer];
            }
        }
        let problem = Capacitated {
            capacity: vec![capacity; sites],
            fixed: vec![0.0; sites],
            demand: demand.to_vec(),
            cost,
            p: Some(p),
            single: true,
        };
        problem.possible()?;
        Ok(problem)
    }

    /// The OR-Library capacitated warehouse location problem.
    pub fn of_warehouse(file: &WarehouseFile, p: Option<usize>) -> Result<Capacitated> {
        let problem = Capacitated {
            capacity: file.capacity.clone(),
            fixed: file.fixed.clone(),
            demand: file.demand.clone(),
            cost: file.cost.clone(),
            p,
            single: false,
        };
        problem.possible()?;
        Ok(problem)
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.capacity.len()
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.demand.len()
    }

    pub(crate) fn cost(&self, customer: usize, site: usize) -> f64 {
        self.cost[customer * self.sites() + site]
    }

    /// Whether every cost is an integer and customers stay whole, so that a bound may be rounded up.
    pub fn integral(&self) -> bool {
        let whole = |value: &f64| value.is_infinite() || value.fract() == 0.0;
        self.single && self.fixed.iter().all(whole) && self.cost.iter().all(whole)
    }

    /// The largest bound that does not yet prove `best`.
    pub(crate) fn cutoff(&self, best: f64) -> f64 {
        if self.integral() { best - 1.0 + 1e-6 } else { best - best.abs().max(1.0) * 1e-9 }
    }

    pub(crate) fn stated(&self, bound: f64) -> f64 {
        if bound == f64::INFINITY {
            return bound;
        }
        if self.integral() { (bound - 1e-6).ceil().max(0.0) } else { (bound - bound.abs() * 1e-10).max(0.0) }
    }

    /// Refuses what no choice of sites can do.
    fn possible(&self) -> Result<()> {
        let sites = self.sites();
        let p = self.p.unwrap_or(sites);
        if p == 0 || p > sites {
            return Err(SitingError::parameter("p", format!("must lie between 1 and the {sites} sites, is {p}")));
        }
        let mut reasons = Vec::new();
        let mut largest = self.capacity.clone();
        largest.sort_by(|a, b| b.total_cmp(a));
        let (need, have): (f64, f64) = (self.demand.iter().sum(), largest[..p].iter().sum());
        if need > have {
            reasons.push(format!("the demand is {need}, the {p} largest sites hold {have}"));
        }
        for customer in (0..self.customers()).filter(|&at| self.demand[at] > 0.0) {
            let reach = (0..sites).filter(|&site| self.cost(customer, site).is_finite());
            let most = reach.map(|site| self.capacity[site]).fold(f64::NEG_INFINITY, f64::max);
            if most == f64::NEG_INFINITY {
                reasons.push(format!("no site can be reached from customer {}", customer + 1));
            } else if self.single && self.demand[customer] > most {
                let demand = self.demand[customer];
                reasons.push(format!("customer {} has a demand of {demand}, no site in reach holds it", customer + 1));
            }
        }
        reasons.truncate(10);
        if reasons.is_empty() { Ok(()) } else { Err(SitingError::Infeasible(reasons)) }
    }

    /// The best service by the open sites; `None` when they do not suffice or none was found.
    pub(crate) fn serve(&self, open: &[bool]) -> Option<Plan> {
        if self.single { assign::serve(self, open) } else { transport::serve(self, open) }
    }
}

/// Solves a capacitated problem within a budget.
pub fn solve_capacitated(problem: &Capacitated, options: Options, budget: &Budget) -> Result<(Answer, Flow)> {
    problem.possible()?;
    let mut stream = Stream::new(options.seed);
    let mut best: Option<Plan> = None;
    let mut state = bound::Prices::new(problem);
    for turn in 0..6 {
        let target = best.as_ref().map_or_else(|| bound::loose(problem), |plan| plan.cost);
        let cutoff = best.as_ref().map_or(f64::INFINITY, |plan| problem.cutoff(plan.cost));
        let sets = state.walk(problem, 250, if turn == 0 { 1.0 } else { 0.5 }, target, cutoff, budget);
        for open in sets.iter().rev().take(12) {
            if let Some(plan) = problem.serve(open) {
                keep(&mut best, plan);
            }
        }
        if let Some(plan) = best.clone() {
            keep(&mut best, improve(problem, plan, &state, &mut stream, budget));
        }
        let closed = best.as_ref().is_some_and(|plan| state.bound > problem.cutoff(plan.cost));
        if closed || budget.stopped() {
            break;
        }
    }
    let mut lower = best.as_ref().map_or(state.bound, |plan| problem.stated(state.bound).min(plan.cost));
    let (mut proof, mut by_clock, mut reproduce) =
        (ProofKind::Certificate, budget.ended_by_clock(), Some(budget.used()));
    if options.exact
        && !budget.stopped()
        && best.as_ref().is_none_or(|plan| lower < plan.cost)
        && let Some(finished) = finish::finish(problem, &state, best.as_ref(), budget)?
    {
        if let Some(plan) = finished.plan {
            keep(&mut best, plan);
        }
        let most = best.as_ref().map_or(f64::INFINITY, |plan| plan.cost);
        let bound = problem.stated(finished.bound).min(most);
        if bound > lower {
            (lower, proof) = (bound, ProofKind::Highs);
        }
        if finished.cut_short {
            (by_clock, reproduce) = (true, None);
        }
    }
    let Some(plan) = best else {
        if lower.is_infinite() {
            return Err(SitingError::Infeasible(vec!["the demands cannot be packed into the sites".into()]));
        }
        return Err(SitingError::NotFound("no packing of the demands into the sites was found".into()));
    };
    // Without rounding a relative difference of 1e-9 is the noise of sums.
    let proved = lower >= plan.cost || plan.cost - lower <= plan.cost.abs() * 2e-9;
    let answer = Answer {
        status: match proved {
            true => Status::Proved,
            false if lower.is_finite() => Status::Gap,
            false => Status::Heuristic,
        },
        cost: plan.cost,
        bound: if proved { plan.cost } else { lower },
        first_bound: state.bound,
        open: (0..problem.sites()).filter(|&site| plan.open[site]).collect(),
        certificate: Certificate {
            nodes: vec![Proof::Leaf { multipliers: state.multipliers.clone() }],
            dominated: Vec::new(),
        },
        reproduce,
        ended_by_clock: by_clock,
        seconds: budget.seconds(),
        proof,
    };
    Ok((answer, plan.flow))
}

fn keep(best: &mut Option<Plan>, plan: Plan) {
    if best.as_ref().is_none_or(|known| plan.cost < known.cost - known.cost.abs() * 1e-12) {
        *best = Some(plan);
    }
}

/// Local search over sets: exchange, and where their number is free also open or close one.
fn improve(problem: &Capacitated, start: Plan, prices: &bound::Prices, stream: &mut Stream, budget: &Budget) -> Plan {
    let sites = problem.sites();
    let mut best = start.clone();
    let mut current = start;
    for kick in 0..6 {
        let mut moved = true;
        while moved && !budget.stopped() {
            moved = false;
            for (enters, leaves) in moves(problem, &current.open, prices) {
                if !budget.spend() {
                    break;
                }
                let mut open = current.open.clone();
                enters.into_iter().for_each(|site: usize| open[site] = true);
                leaves.into_iter().for_each(|site: usize| open[site] = false);
                if let Some(plan) = problem.serve(&open)
                    && plan.cost < current.cost - current.cost.abs() * 1e-12
                {
                    current = plan;
                    moved = true;
                    break;
                }
            }
        }
        if current.cost < best.cost {
            best = current.clone();
        }
        if budget.stopped() || prices.bound > problem.cutoff(best.cost) || kick == 5 {
            break;
        }
        // Two random exchanges lead out of a local optimum.
        let mut open = best.open.clone();
        for _ in 0..2 {
            let inside: Vec<usize> = (0..sites).filter(|&site| open[site]).collect();
            let outside: Vec<usize> = (0..sites).filter(|&site| !open[site]).collect();
            if outside.is_empty() {
                break;
            }
            open[inside[stream.below(inside.len())]] = false;
            open[outside[stream.below(outside.len())]] = true;
        }
        if let Some(plan) = problem.serve(&open) {
            current = plan;
        }
    }
    best
}

type Move = (Option<usize>, Option<usize>);

/// Moves worth trying, the most promising by reduced sums first.
fn moves(problem: &Capacitated, open: &[bool], prices: &bound::Prices) -> Vec<Move> {
    let sites = problem.sites();
    let rho = |site: usize| prices.rho[site];
    let mut list: Vec<(f64, Move)> = Vec::new();
    for leaves in (0..sites).filter(|&site| open[site]) {
        if problem.p.is_none() {
            list.push((-rho(leaves), (None, Some(leaves))));
        }
        for enters in (0..sites).filter(|&site| !open[site]) {
            list.push((rho(enters) - rho(leaves), (Some(enters), Some(leaves))));
        }
    }
    if problem.p.is_none() {
        list.extend((0..sites).filter(|&site| !open[site]).map(|enters| (rho(enters), (Some(enters), None))));
    }
    list.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    list.truncate(400);
    list.into_iter().map(|(_, moved)| moved).collect()
}
