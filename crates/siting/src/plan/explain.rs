//! Why a plan is as it is: per site who gets a place through it, what is lost without it, what would stand in its stead and
//! which limits bind; and how the plan fares on fairness, on other walking speeds and on other demand.

use serde::Serialize;

use super::flow::Net;
use super::state::State;
use super::{PlanAnswer, PlanInstance, Standing, Work, search, solve_plan};
use crate::budget::Budget;
use crate::error::Result;
use crate::solve::Options;

/// The story of one work of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteStory {
    /// The work told of.
    pub work: Work,
    /// Its cost in fen.
    pub cost_fen: i64,
    /// Children who have a place in the last year and would have none without it: `(area, children)`.
    pub gained: Vec<(u32, f64)>,
    /// Children with a place, weighted over the years, that the plan loses without it.
    pub loss_without: f64,
    /// The best work in its stead within all limits, and what the plan loses by it (below 0 if it gains); `None` when
    /// nothing else is admissible.
    pub next_best: Option<(Work, f64)>,
    /// Limits that bind at it.
    pub binding: Vec<Limit>,
}

/// A limit that binds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "limit", rename_all = "snake_case")]
pub enum Limit {
    /// Every place it has in the last year is taken.
    Places,
    /// It has all the classes it may have.
    Classes,
    /// The money under this year's limit would not buy another class; `per_million_yuan` children would be gained per
    /// further million yuan at the prices of the bound.
    Money {
        /// Index of the year.
        year: u32,
        /// Children per million yuan.
        per_million_yuan: f64,
    },
    /// All openings of the year are used.
    Openings {
        /// Index of the year.
        year: u32,
    },
    /// Its area would fall below its minimum of sites.
    AreaMinimum {
        /// Index of the area.
        area: u32,
    },
    /// It was locked by hand.
    Locked,
}

fn rebuilt<'a>(instance: &'a PlanInstance, net: &'a Net, works: &[Work]) -> State<'a> {
    let mut state = State::new(instance, net);
    works.iter().for_each(|&work| state.put(work));
    state.favour_all();
    state.keep();
    state
}

/// Tells of every work of an answer, in the order of its works.
pub fn explain(instance: &PlanInstance, answer: &PlanAnswer) -> Vec<SiteStory> {
    let net = Net::new(instance);
    let mut state = rebuilt(instance, &net, &answer.works);
    answer.works.iter().map(|&work| story(&mut state, work, answer)).collect()
}

fn story(state: &mut State, work: Work, answer: &PlanAnswer) -> SiteStory {
    let instance = state.instance;
    let (site, last) = (work.site as usize, instance.years.len() - 1);
    let binding = limits(state, work, answer);
    let bound_to_area = binding.iter().any(|limit| matches!(limit, Limit::AreaMinimum { .. }));
    let before = state.value();
    let areas: Vec<i64> = state.flows[last].by_area.clone();
    let marks = state.marks();
    state.take(site);
    let loss_without = before - state.value();
    let gained = areas
        .iter()
        .zip(&state.flows[last].by_area)
        .enumerate()
        .filter(|(_, (then, now))| then > now)
        .map(|(area, (then, now))| (area as u32, (then - now) as f64 / super::flow::MILLI))
        .collect();
    let base = state.value();
    let mut next_best: Option<(Work, f64)> = None;
    let locked = instance.sites[site].standing == Standing::Locked;
    for other in (0..instance.sites.len()).filter(|&other| !locked && other != site) {
        let takes_area = instance.sites[other].area == instance.sites[site].area
            && instance.sites[other].standing != Standing::Existing;
        if state.works[other].is_some() || !instance.workable(other) || (bound_to_area && !takes_area) {
            continue;
        }
        if let Some((_, gain, found)) = search::best_here(state, other, work.year as usize, 0.0, i64::MAX) {
            let loss = before - base - gain;
            if next_best.is_none_or(|known| loss < known.1) {
                next_best = Some((found, loss));
            }
        }
    }
    state.undo_flows(&marks);
    state.untake(work);
    SiteStory { work, cost_fen: instance.cost_fen(work), gained, loss_without, next_best, binding }
}

fn limits(state: &State, work: Work, answer: &PlanAnswer) -> Vec<Limit> {
    let instance = state.instance;
    let at = work.site as usize;
    let site = &instance.sites[at];
    let mut binding = Vec::new();
    if state.flows[instance.years.len() - 1].spare[at] == 0 {
        binding.push(Limit::Places);
    }
    if work.classes == site.max_classes {
        binding.push(Limit::Classes);
    }
    for year in instance.limits_of(work.year as usize) {
        if instance.limit_fen(year).is_some_and(|most| state.spent[year] + site.class_fen > most) {
            // A million yuan is 100 million fen.
            binding.push(Limit::Money { year: year as u32, per_million_yuan: answer.prices.money[year] * 1e8 });
        }
    }
    let new = site.standing != Standing::Existing;
    let year = work.year as usize;
    if new && instance.years[year].new_sites.is_some_and(|most| state.opening[year] >= most) {
        binding.push(Limit::Openings { year: work.year });
    }
    if new && state.area_sites[site.area as usize] <= instance.areas[site.area as usize].min_sites {
        binding.push(Limit::AreaMinimum { area: site.area });
    }
    if site.standing == Standing::Locked {
        binding.push(Limit::Locked);
    }
    binding
}

/// How a plan fares in its last year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measures {
    /// Share of children with a place, per area; 1 for an area without children.
    pub area_share: Vec<f64>,
    /// The least of them.
    pub worst_share: f64,
    /// Share of all children with a place.
    pub share: f64,
    /// Metres that nine of ten children with a place walk at most; 0 when nobody has one.
    pub p90_metres: f64,
    /// Gini coefficient of the area shares weighted by children: 0 when all areas fare alike.
    pub gini: f64,
}

/// Measures an answer. Walks are those of the answer's own flow, in which no child passes an empty place on the way.
pub fn measures(instance: &PlanInstance, answer: &PlanAnswer) -> Measures {
    let last = instance.years.len() - 1;
    let children = instance.last_year_children();
    let mut served = vec![0.0; instance.areas.len()];
    let mut walks: Vec<(f64, f64)> = Vec::new();
    for &(year, point, site, count) in &answer.flow {
        if year as usize == last {
            served[instance.points[point as usize].area as usize] += count;
            let walk = instance.reach[point as usize].iter().find(|pair| pair.0 == site);
            walks.push((walk.map_or(0.0, |pair| pair.1), count));
        }
    }
    let share = |served: f64, all: f64| if all > 0.0 { served / all } else { 1.0 };
    let area_share: Vec<f64> = served.iter().zip(&children).map(|(&served, &all)| share(served, all)).collect();
    let (sum, all): (f64, f64) = (served.iter().sum(), children.iter().sum());
    walks.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut so_far = 0.0;
    let mut p90_metres = 0.0;
    for (metres, count) in walks {
        if so_far >= 0.9 * sum {
            break;
        }
        so_far += count;
        p90_metres = metres;
    }
    Measures {
        worst_share: area_share.iter().copied().fold(1.0, f64::min),
        share: share(sum, all),
        p90_metres,
        gini: gini(&area_share, &children),
        area_share,
    }
}

/// Gini coefficient of values with weights, by the area under the Lorenz curve.
fn gini(values: &[f64], weights: &[f64]) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).filter(|&at| weights[at] > 0.0).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]).then(a.cmp(&b)));
    let people: f64 = order.iter().map(|&at| weights[at]).sum();
    let total: f64 = order.iter().map(|&at| weights[at] * values[at]).sum();
    if total <= 0.0 {
        return 0.0;
    }
    let (mut below, mut under) = (0.0, 0.0);
    for at in order {
        let then = below + weights[at] * values[at] / total;
        under += (below + then) / 2.0 * weights[at] / people;
        below = then;
    }
    1.0 - 2.0 * under
}

/// How often each work's site is chosen again when the instance varies: share of `variants` whose plan has it, in the order
/// of the answer's works. Each variant starts from the answer and gets `iterations` units of work. Variants are, say, the
/// same instance at [`PlanInstance::at_speed`] 0.9 and 1.1 or with other demand draws.
pub fn stability(
    answer: &PlanAnswer,
    variants: &[PlanInstance],
    options: Options,
    iterations: u64,
    clock: &dyn Fn() -> f64,
) -> Result<Vec<f64>> {
    let mut hits = vec![0usize; answer.works.len()];
    for variant in variants {
        let budget = Budget::new(clock, None, Some(iterations))?;
        let other = solve_plan(variant, options, Some(answer), &budget)?;
        for (hit, work) in hits.iter_mut().zip(&answer.works) {
            *hit += usize::from(other.works.iter().any(|there| there.site == work.site));
        }
    }
    Ok(hits.into_iter().map(|hit| hit as f64 / variants.len().max(1) as f64).collect())
}

/// One point of the frontier between children served and the worst area's share.
#[derive(Debug)]
pub struct Frontier {
    /// The minimum share asked of every area.
    pub share: f64,
    /// The plan, or why there is none.
    pub answer: Result<PlanAnswer>,
}

/// Plans under rising minimum shares for every area (an area's own minimum stays where it is higher), each with its own
/// bound; every plan starts from the one before and gets `iterations` units of work.
pub fn frontier(
    instance: &PlanInstance,
    shares: &[f64],
    options: Options,
    iterations: u64,
    clock: &dyn Fn() -> f64,
) -> Result<Vec<Frontier>> {
    let mut plans: Vec<Frontier> = Vec::new();
    let mut before: Option<PlanAnswer> = None;
    for &share in shares {
        let mut asked = instance.clone();
        asked.areas.iter_mut().for_each(|area| area.min_share = area.min_share.max(share));
        let budget = Budget::new(clock, None, Some(iterations))?;
        let answer = solve_plan(&asked, options, before.as_ref(), &budget);
        if let Ok(found) = &answer {
            before = Some(found.clone());
        }
        plans.push(Frontier { share, answer });
    }
    Ok(plans)
}

impl PlanInstance {
    /// The same instance for people who walk `factor` times as fast: as far again in the same time. Pairs beyond the lists
    /// of `reach` stay unknown, so those should extend as far as the largest factor needs.
    pub fn at_speed(&self, factor: f64) -> PlanInstance {
        PlanInstance { max_metres: self.max_metres * factor, ..self.clone() }
    }
}
