//! The independent check of a plan: money, openings, areas, places, walks, and the bound from the printed prices.
//!
//! It reads the instance itself (plain data) and nothing of the solver. Every limit is recomputed from the works and the
//! flow; the bound is rebuilt site by site with the plainest loops that do it.

use crate::plan::{PlanInstance, PlanPrices, Standing, Work};

use super::Checked;

/// Children that sums of thousandths may be off.
const ROUNDING: f64 = 1e-6;

/// Checks works, flow `(year, point, site, children)` and prices. In the result `cost` is the value of the plan (children
/// served, weighted) and `bound` the most any plan can reach.
pub fn check_plan(
    instance: &PlanInstance,
    works: &[Work],
    flow: &[(u32, u32, u32, f64)],
    prices: &PlanPrices,
) -> Result<Checked, String> {
    built(instance, works)?;
    let value = served(instance, works, flow)?;
    Ok(Checked { cost: value, bound: bound(instance, prices)? })
}

/// Works against standing, money, openings and the minimum of sites.
fn built(instance: &PlanInstance, works: &[Work]) -> Result<(), String> {
    let years = instance.years.len();
    let mut done = vec![false; instance.sites.len()];
    let (mut money, mut openings) = (vec![0i64; years], vec![0usize; years]);
    let mut count: Vec<u32> = vec![0; instance.areas.len()];
    for work in works {
        let (at, year) = (work.site as usize, work.year as usize);
        let site = instance.sites.get(at).ok_or("a work at a site that is not there")?;
        if std::mem::replace(&mut done[at], true) || year >= years || site.standing == Standing::Barred {
            return Err(format!("site {at}: built twice, barred, or in no year of the plan"));
        }
        if work.classes == 0 || work.classes > site.max_classes {
            return Err(format!("site {at}: {} classes", work.classes));
        }
        money[year] += site.fixed_fen + site.class_fen * i64::from(work.classes);
        if site.standing != Standing::Existing {
            openings[year] += 1;
            count[site.area as usize] += 1;
        }
    }
    let (mut left, mut spent) = (Some(0i64), 0i64);
    for (at, year) in instance.years.iter().enumerate() {
        spent += money[at];
        left = left.and_then(|left| Some(left + year.budget_fen?));
        let over = if instance.carry_over {
            left.is_some_and(|left| spent > left)
        } else {
            year.budget_fen.is_some_and(|most| money[at] > most)
        };
        if over || year.new_sites.is_some_and(|most| openings[at] > most) {
            return Err(format!("year {}: {} fen for {} openings", year.label, money[at], openings[at]));
        }
    }
    for (at, site) in instance.sites.iter().enumerate() {
        if site.standing == Standing::Locked && !done[at] {
            return Err(format!("site {at} is locked and not built"));
        }
        count[site.area as usize] += u32::from(site.standing == Standing::Existing);
    }
    match instance.areas.iter().zip(&count).find(|(area, count)| area.min_sites > **count) {
        Some((area, count)) => Err(format!("area {} has {count} sites", area.code)),
        None => Ok(()),
    }
}

/// The flow against demand, walks, places and minimum shares; gives the value.
fn served(instance: &PlanInstance, works: &[Work], flow: &[(u32, u32, u32, f64)]) -> Result<f64, String> {
    let (years, last) = (instance.years.len(), instance.years.len() - 1);
    let mut at_point = vec![vec![0.0; instance.points.len()]; years];
    let mut at_site = vec![vec![0.0; instance.sites.len()]; years];
    let mut in_area = vec![0.0; instance.areas.len()];
    let mut value = 0.0;
    for &(year, point, site, children) in flow {
        let (year, point, site) = (year as usize, point as usize, site as usize);
        let walk = instance.reach[point].iter().find(|pair| pair.0 as usize == site).ok_or("a child out of reach")?.1;
        if walk > instance.max_metres || children < 0.0 {
            return Err(format!("{children} children of point {point} walk {walk} m to site {site}"));
        }
        at_point[year][point] += children;
        at_site[year][site] += children;
        value += instance.years[year].weight * children;
        if year == last {
            in_area[instance.points[point].area as usize] += children;
        }
    }
    for year in 0..years {
        for (point, &children) in at_point[year].iter().enumerate() {
            if children > instance.points[point].children[year] + 0.001 {
                return Err(format!("point {point} has fewer children than are served"));
            }
        }
        for (at, site) in instance.sites.iter().enumerate() {
            let work = works.iter().find(|work| work.site as usize == at && work.year as usize <= year);
            let places = site.places + site.class_size * work.map_or(0.0, |work| f64::from(work.classes));
            if at_site[year][at] > places + ROUNDING {
                return Err(format!("site {at} has {places} places for {} children", at_site[year][at]));
            }
        }
    }
    for (at, area) in instance.areas.iter().enumerate() {
        let here = instance.points.iter().filter(|point| point.area as usize == at);
        let children: f64 = here.map(|point| point.children[last]).sum();
        if in_area[at] < area.min_share * children - ROUNDING {
            return Err(format!("area {} serves {} of {children} children", area.code, in_area[at]));
        }
    }
    Ok(value)
}

/// The bound that the prices prove.
fn bound(instance: &PlanInstance, prices: &PlanPrices) -> Result<f64, String> {
    let years = instance.years.len();
    let all = prices.child.iter().flatten().chain(&prices.money).chain(&prices.opening).chain(&prices.share);
    if all.clone().any(|price| !price.is_finite() || *price < 0.0) {
        return Err("a price is negative or not finite".into());
    }
    let mut sum = 0.0;
    for (year, says) in instance.years.iter().enumerate() {
        for (point, price) in instance.points.iter().zip(&prices.child[year]) {
            sum += price * (point.children[year] * 1000.0).round() / 1000.0;
        }
        let limit: Option<i64> = if instance.carry_over {
            instance.years[..=year].iter().map(|year| year.budget_fen).sum()
        } else {
            says.budget_fen
        };
        sum += limit.map_or(0.0, |fen| prices.money[year] * fen as f64);
        sum += says.new_sites.map_or(0.0, |most| prices.opening[year] * most as f64);
    }
    for (at, area) in instance.areas.iter().enumerate() {
        let here = instance.points.iter().filter(|point| point.area as usize == at);
        sum -= prices.share[at] * area.min_share * here.map(|point| point.children[years - 1]).sum::<f64>();
    }
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); instance.sites.len()];
    for (point, list) in instance.reach.iter().enumerate() {
        list.iter().filter(|pair| pair.1 <= instance.max_metres).for_each(|pair| near[pair.0 as usize].push(point));
    }
    let mut need: Vec<u32> = instance.areas.iter().map(|area| area.min_sites).collect();
    let mut room = instance.years.iter().map(|year| year.new_sites).sum::<Option<usize>>().unwrap_or(usize::MAX);
    let mut optional: Vec<(f64, usize)> = Vec::new();
    for (at, site) in instance.sites.iter().enumerate().filter(|(_, site)| site.standing != Standing::Barred) {
        let worth = |year: usize, places: f64| {
            let gain = |point: usize| {
                let more = if year + 1 == years { prices.share[instance.points[point].area as usize] } else { 0.0 };
                instance.years[year].weight + more - prices.child[year][point]
            };
            let mut list: Vec<(f64, f64)> = near[at]
                .iter()
                .map(|&point| (gain(point), (instance.points[point].children[year] * 1000.0).round() / 1000.0))
                .filter(|pair| pair.0 > 0.0)
                .collect();
            list.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut left = places;
            list.into_iter()
                .map(|(gain, count)| {
                    let part = count.min(left);
                    left -= part;
                    gain * part
                })
                .sum::<f64>()
        };
        let now: Vec<f64> = (0..years).map(|year| worth(year, site.places)).collect();
        let new = site.standing != Standing::Existing;
        let mut best = if new { f64::NEG_INFINITY } else { 0.0 };
        for classes in 1..=site.max_classes {
            let places = site.places + site.class_size * f64::from(classes);
            let then: Vec<f64> = (0..years).map(|year| worth(year, places)).collect();
            let cost = (site.fixed_fen + site.class_fen * i64::from(classes)) as f64;
            for begun in 0..years {
                let until = if instance.carry_over { years } else { begun + 1 };
                let money: f64 = prices.money[begun..until].iter().sum();
                let gain: f64 = (begun..years).map(|year| then[year] - now[year]).sum();
                best = best.max(gain - money * cost - if new { prices.opening[begun] } else { 0.0 });
            }
        }
        sum += now.iter().sum::<f64>();
        let area = site.area as usize;
        match site.standing {
            Standing::Candidate => optional.push((best, area)),
            Standing::Locked => room = room.saturating_sub(1),
            _ => {}
        }
        if site.standing != Standing::Candidate {
            sum += best;
            need[area] = need[area].saturating_sub(1);
        }
    }
    optional.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut rest = Vec::new();
    for (worth, area) in optional {
        if need[area] > 0 {
            need[area] -= 1;
            room = room.saturating_sub(1);
            sum += worth;
        } else {
            rest.push(worth);
        }
    }
    Ok(sum + rest.into_iter().filter(|worth| *worth > 0.0).take(room).sum::<f64>())
}
