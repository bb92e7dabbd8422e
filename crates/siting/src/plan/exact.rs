//! A planning instance as one mixed-integer program, for instances small enough to be finished exactly.
//!
//! Each work (site, year) has a yes-or-no column and a whole number of classes, each pair and year a flow. HiGHS takes over
//! from the best plan known.

use super::flow::{MILLI, Net, milli};
use super::state::State;
use super::{PlanInstance, Standing, Work};
use crate::budget::Budget;
use crate::error::Result;
use crate::exact::{AVAILABLE, Mip, run};

/// The most pair-years handed to HiGHS; beyond it the prices of the bound are the better tool.
const MOST_FLOWS: usize = 20_000;

/// What came of it.
pub(crate) struct Finished {
    pub bound: f64,
    pub works: Option<Vec<Work>>,
    pub cut_short: bool,
}

/// Whether an instance is small enough for HiGHS, and HiGHS is there.
pub(crate) fn fits(instance: &PlanInstance, net: &Net) -> bool {
    AVAILABLE && net.pairs() * instance.years.len() <= MOST_FLOWS
}

pub(crate) fn finish(
    instance: &PlanInstance,
    net: &Net,
    known: Option<&State>,
    budget: &Budget,
) -> Result<Option<Finished>> {
    let years = instance.years.len();
    if !fits(instance, net) {
        return Ok(None);
    }
    let mut mip = Mip::default();
    let sites = instance.sites.len();
    let yes = |site: usize, year: usize| 2 * (site * years + year);
    for site in instance.sites.iter() {
        for _ in 0..years {
            let most = if site.standing == Standing::Barred { 0.0 } else { 1.0 };
            mip.column(0.0, 0.0, most, true);
            mip.column(0.0, 0.0, most * f64::from(site.max_classes), true);
        }
    }
    let inf = f64::INFINITY;
    // Money is scaled to a dearest site of 1000, where the tolerances of the solver are of no account.
    let dearest = instance.sites.iter().map(|site| site.fixed_fen + site.class_fen).max().unwrap_or(1).max(1);
    let scale = 1000.0 / dearest as f64;
    for (at, site) in instance.sites.iter().enumerate() {
        let all: Vec<(usize, f64)> = (0..years).map(|year| (yes(at, year), 1.0)).collect();
        mip.row(if site.standing == Standing::Locked { 1.0 } else { 0.0 }, 1.0, all);
        for year in 0..years {
            let (go, classes) = (yes(at, year), yes(at, year) + 1);
            mip.row(-inf, 0.0, vec![(classes, 1.0), (go, -f64::from(site.max_classes))]);
            mip.row(0.0, inf, vec![(classes, 1.0), (go, -1.0)]);
        }
    }
    for limit in 0..years {
        if let Some(most) = instance.limit_fen(limit) {
            let mut terms = Vec::new();
            for (at, site) in instance.sites.iter().enumerate() {
                for year in (0..years).filter(|&year| instance.limits_of(year).contains(&limit)) {
                    terms.push((yes(at, year), site.fixed_fen as f64 * scale));
                    terms.push((yes(at, year) + 1, site.class_fen as f64 * scale));
                }
            }
            mip.row(-inf, most as f64 * scale, terms);
        }
        if let Some(most) = instance.years[limit].new_sites {
            let new = (0..sites).filter(|&at| instance.sites[at].standing != Standing::Existing);
            mip.row(-inf, most as f64, new.map(|at| (yes(at, limit), 1.0)).collect());
        }
    }
    for (area, demand) in instance.areas.iter().enumerate() {
        let here = (0..sites).filter(|&at| instance.sites[at].area as usize == area);
        let (existing, new): (Vec<usize>, Vec<usize>) =
            here.partition(|&at| instance.sites[at].standing == Standing::Existing);
        let terms: Vec<(usize, f64)> =
            new.iter().flat_map(|&at| (0..years).map(move |year| (yes(at, year), 1.0))).collect();
        let lacks = f64::from(demand.min_sites) - existing.len() as f64;
        if lacks > 0.0 {
            mip.row(lacks, inf, terms);
        }
    }
    let first_flow = mip.columns.len();
    let last_children = instance.last_year_children();
    let mut share_terms: Vec<Vec<(usize, f64)>> = vec![Vec::new(); instance.areas.len()];
    for year in 0..years {
        let column = |pair: usize| first_flow + year * net.pairs() + pair;
        for pair in 0..net.pairs() {
            let point = net.point_of[pair] as usize;
            let count = milli(instance.points[point].children[year]) as f64 / MILLI;
            mip.column(-instance.years[year].weight, 0.0, count, false);
            if year + 1 == years {
                share_terms[instance.points[point].area as usize].push((column(pair), 1.0));
            }
        }
        for point in 0..instance.points.len() {
            let count = milli(instance.points[point].children[year]) as f64 / MILLI;
            mip.row(-inf, count, net.of_point(point).map(|pair| (column(pair), 1.0)).collect());
        }
        for (at, site) in instance.sites.iter().enumerate() {
            let mut terms: Vec<(usize, f64)> =
                net.of_site(at).iter().map(|&pair| (column(pair as usize), 1.0)).collect();
            for begun in 0..=year {
                terms.push((yes(at, begun) + 1, -site.class_size));
            }
            mip.row(-inf, site.places, terms);
            if site.standing != Standing::Existing {
                for &pair in net.of_site(at) {
                    let point = net.point_of[pair as usize] as usize;
                    let count = milli(instance.points[point].children[year]) as f64 / MILLI;
                    let mut terms = vec![(column(pair as usize), 1.0)];
                    terms.extend((0..=year).map(|begun| (yes(at, begun), -count)));
                    mip.row(-inf, 0.0, terms);
                }
            }
        }
    }
    for (area, terms) in share_terms.into_iter().enumerate() {
        if instance.areas[area].min_share > 0.0 {
            mip.row(instance.areas[area].min_share * last_children[area] - 1e-6, inf, terms);
        }
    }
    let start = known.map(|state| {
        let mut point = vec![0.0; mip.columns.len()];
        for work in state.chosen() {
            point[yes(work.site as usize, work.year as usize)] = 1.0;
            point[yes(work.site as usize, work.year as usize) + 1] = f64::from(work.classes);
        }
        for (year, flow) in state.flows.iter().enumerate() {
            for (pair, &amount) in flow.pair.iter().enumerate() {
                point[first_flow + year * net.pairs() + pair] = amount as f64 / MILLI;
            }
        }
        point
    });
    let solved = run(&mip, start.as_deref(), 1e-6, budget)?;
    Ok(solved.map(|solved| Finished {
        bound: -solved.bound,
        works: solved.point.map(|point| {
            let all = (0..sites).flat_map(|site| (0..years).map(move |year| (site, year)));
            all.filter(|&(site, year)| point[yes(site, year)] > 0.5)
                .map(|(site, year)| Work {
                    site: site as u32,
                    year: year as u32,
                    classes: point[yes(site, year) + 1].round() as u32,
                })
                .collect()
        }),
        cut_short: solved.cut_short,
    }))
}
