//! The Lagrangian bound of the planning model: children, money and openings get prices, each site then decides alone.
//!
//! With prices, a site's best work is found by filling its places with the children who are worth most; areas take their
//! minimum of best sites and the rest of the openings go to the best sites anywhere. The sum bounds every plan from above.
//! Exactly the prices printed here are what the separate check recomputes the bound from.

use super::flow::{MILLI, Net, milli};
use super::{PlanInstance, PlanPrices, Standing, Work};
use crate::budget::Budget;

/// Prices under improvement, with the best ones so far.
pub(crate) struct Prices {
    pub best: PlanPrices,
    pub bound: f64,
    /// Worth of each site's best work at the best prices (what opening it would add to the bound at most).
    pub worth: Vec<f64>,
    /// The works taken at the best prices.
    pub chosen: Vec<Work>,
    now: PlanPrices,
    theta: f64,
    idle: u32,
    direction: Vec<f64>,
}

struct Step {
    bound: f64,
    worth: Vec<f64>,
    works: Vec<Option<Work>>,
    /// Children wanted minus children taken, `[year][point]`, in persons.
    slack: Vec<Vec<f64>>,
    served_last: Vec<f64>,
}

impl Prices {
    pub(crate) fn new(instance: &PlanInstance, start: Option<&PlanPrices>) -> Prices {
        let (years, points) = (instance.years.len(), instance.points.len());
        let fresh = PlanPrices {
            child: instance.years.iter().map(|year| vec![0.3 * year.weight; points]).collect(),
            money: vec![0.0; years],
            opening: vec![0.0; years],
            share: vec![0.0; instance.areas.len()],
        };
        let fits = |prices: &&PlanPrices| {
            prices.child.len() == years
                && prices.child.iter().all(|row| row.len() == points)
                && prices.money.len() == years
                && prices.opening.len() == years
                && prices.share.len() == instance.areas.len()
        };
        let now = start.filter(fits).cloned().unwrap_or(fresh);
        Prices {
            best: now.clone(),
            bound: f64::INFINITY,
            worth: vec![0.0; instance.sites.len()],
            chosen: Vec::new(),
            now,
            theta: if start.is_some() { 0.15 } else { 1.0 },
            idle: 0,
            direction: vec![0.0; years * points + 2 * years + instance.areas.len()],
        }
    }

    /// Starts from a plan: where children wait, one more is worth little; where all have a place, much.
    pub(crate) fn begin_at(&mut self, state: &super::state::State) {
        for (year, flow) in state.flows.iter().enumerate() {
            let weight = state.instance.years[year].weight;
            for (price, &left) in self.now.child[year].iter_mut().zip(&flow.left) {
                *price = weight * if left == 0 { 0.7 } else { 0.1 };
            }
        }
        self.best.clone_from(&self.now);
    }

    /// Prices that prove the minimum shares to be beyond reach, if such are found within `steps` steps: with only the shares
    /// counting, a bound below 0 says that no plan meets them all.
    pub(crate) fn refute(instance: &PlanInstance, net: &Net, steps: usize, budget: &Budget) -> Option<PlanPrices> {
        let mut shares_only = instance.clone();
        shares_only.years.iter_mut().for_each(|year| year.weight = 0.0);
        let mut prices = Prices::new(&shares_only, None);
        for (price, area) in prices.now.share.iter_mut().zip(&instance.areas) {
            *price = if area.min_share > 0.0 { 1.0 } else { 0.0 };
        }
        prices.now.child.iter_mut().flatten().for_each(|price| *price = 0.5);
        let children = instance.last_year_children();
        let must: f64 = instance.areas.iter().zip(&children).map(|(area, sum)| area.min_share * sum).sum();
        prices.walk(&shares_only, net, steps, -0.2 * must, budget);
        (prices.bound < -1e-6 * must.max(1.0)).then_some(prices.best)
    }

    /// Walks `steps` steps; `known` is the value of the best plan, or 0.
    pub(crate) fn walk(&mut self, instance: &PlanInstance, net: &Net, steps: usize, known: f64, budget: &Budget) {
        let years = instance.years.len();
        let children: Vec<Vec<f64>> = (0..years)
            .map(|year| instance.points.iter().map(|point| milli(point.children[year]) as f64 / MILLI).collect())
            .collect();
        // Money and openings are few beside the points: at a twelfth of their weight the walk settles best.
        let scale = children.iter().flatten().map(|count| count * count).sum::<f64>().sqrt().max(1.0) / 12.0;
        let area_children = instance.last_year_children();
        self.theta = self.theta.max(0.02);
        for turn in 0..steps {
            if !budget.spend() && (turn > 0 || self.bound.is_finite()) {
                break;
            }
            let step = evaluate(instance, net, &self.now, &children);
            if step.bound < self.bound {
                let much = self.bound.is_infinite() || step.bound < self.bound - 1e-5 * self.bound.abs().max(1.0);
                self.idle = if much { 0 } else { self.idle + 1 };
                self.bound = step.bound;
                self.best.clone_from(&self.now);
                self.worth.clone_from(&step.worth);
                self.chosen = step.works.iter().flatten().copied().collect();
            } else {
                self.idle += 1;
            }
            if self.theta < 1e-3 || self.bound < known.min(-1e-3) {
                break;
            }
            if self.idle >= 20 {
                self.theta *= 0.6;
                self.idle = 0;
                self.now.clone_from(&self.best);
                self.direction.fill(0.0);
                continue;
            }
            let slope = self.slope(instance, &step, &area_children, scale);
            let mut length = 0.0;
            for (direction, pull) in self.direction.iter_mut().zip(&slope) {
                *direction = pull + 0.8 * *direction;
                length += *direction * *direction;
            }
            if length == 0.0 {
                break;
            }
            let reach = (step.bound - known).max(1e-4 * step.bound.abs()).max(1e-6);
            let stride = self.theta * reach / length;
            self.go(instance, stride, scale);
        }
    }

    /// Downhill direction of every price, money and openings scaled to weigh like the children; blocked ones are 0.
    fn slope(&self, instance: &PlanInstance, step: &Step, area_children: &[f64], scale: f64) -> Vec<f64> {
        let years = instance.years.len();
        let mut slope = Vec::with_capacity(self.direction.len());
        for year in 0..years {
            let most = price_cap(instance, &self.now, year);
            for (point, &slack) in step.slack[year].iter().enumerate() {
                let price = self.now.child[year][point];
                let area = instance.points[point].area as usize;
                let blocked = (slack > 0.0 && price <= 0.0) || (slack < 0.0 && price >= most[area]);
                slope.push(if blocked { 0.0 } else { -slack });
            }
        }
        let (mut spent, mut opening) = (vec![0.0; years], vec![0.0; years]);
        for work in step.works.iter().flatten() {
            for limit in instance.limits_of(work.year as usize) {
                spent[limit] += instance.cost_fen(*work) as f64;
            }
            if instance.sites[work.site as usize].standing != Standing::Existing {
                opening[work.year as usize] += 1.0;
            }
        }
        for year in 0..years {
            let over = match instance.limit_fen(year) {
                Some(most) => (spent[year] - most as f64) / (most as f64).max(1.0),
                None => 0.0,
            };
            slope.push(if over < 0.0 && self.now.money[year] <= 0.0 { 0.0 } else { over.clamp(-1.0, 1.0) * scale });
        }
        for year in 0..years {
            let over = match instance.years[year].new_sites {
                Some(most) if years > 1 => (opening[year] - most as f64) / (most as f64).max(1.0),
                _ => 0.0,
            };
            slope.push(if over < 0.0 && self.now.opening[year] <= 0.0 { 0.0 } else { over.clamp(-1.0, 1.0) * scale });
        }
        for (area, demand) in instance.areas.iter().enumerate() {
            let lack = if demand.min_share > 0.0 {
                demand.min_share * area_children[area] - step.served_last[area]
            } else {
                0.0
            };
            slope.push(if lack < 0.0 && self.now.share[area] <= 0.0 { 0.0 } else { lack });
        }
        slope
    }

    fn go(&mut self, instance: &PlanInstance, stride: f64, scale: f64) {
        let years = instance.years.len();
        let points = instance.points.len();
        let mut at = 0;
        for year in 0..years {
            let most = price_cap(instance, &self.now, year);
            for point in 0..points {
                let price = &mut self.now.child[year][point];
                *price = (*price + stride * self.direction[at]).clamp(0.0, most[instance.points[point].area as usize]);
                at += 1;
            }
        }
        for year in 0..years {
            let unit = instance.limit_fen(year).map_or(1.0, |most| (most as f64).max(1.0));
            let price = &mut self.now.money[year];
            *price = (*price + stride * self.direction[at] * scale / unit).max(0.0);
            at += 1;
        }
        for year in 0..years {
            let unit = instance.years[year].new_sites.map_or(1.0, |most| (most as f64).max(1.0));
            let price = &mut self.now.opening[year];
            *price = (*price + stride * self.direction[at] * scale / unit).max(0.0);
            at += 1;
        }
        for area in 0..instance.areas.len() {
            let price = &mut self.now.share[area];
            *price = (*price + stride * self.direction[at]).max(0.0);
            at += 1;
        }
    }
}

/// What serving a child of each area is worth in a year: more than this no child's price need be.
fn price_cap(instance: &PlanInstance, prices: &PlanPrices, year: usize) -> Vec<f64> {
    let last = year + 1 == instance.years.len();
    let weight = instance.years[year].weight;
    (0..instance.areas.len()).map(|area| weight + if last { prices.share[area] } else { 0.0 }).collect()
}

/// The bound at given prices with what it takes.
fn evaluate(instance: &PlanInstance, net: &Net, prices: &PlanPrices, children: &[Vec<f64>]) -> Step {
    let years = instance.years.len();
    let caps: Vec<Vec<f64>> = (0..years).map(|year| price_cap(instance, prices, year)).collect();
    let mut bound = 0.0;
    for year in 0..years {
        bound += prices.child[year].iter().zip(&children[year]).map(|(price, count)| price * count).sum::<f64>();
        bound += instance.limit_fen(year).map_or(0.0, |most| prices.money[year] * most as f64);
        bound += instance.years[year].new_sites.map_or(0.0, |most| prices.opening[year] * most as f64);
    }
    let last_children = instance.last_year_children();
    for (area, demand) in instance.areas.iter().enumerate() {
        bound -= prices.share[area] * demand.min_share * last_children[area];
    }
    let per_fen: Vec<f64> =
        (0..years).map(|year| instance.limits_of(year).map(|limit| prices.money[limit]).sum()).collect();
    let mut worth = vec![0.0; instance.sites.len()];
    let mut works: Vec<Option<Work>> = vec![None; instance.sites.len()];
    let mut items: Vec<Vec<(f64, f64, u32)>> = vec![Vec::new(); years];
    for (at, site) in instance.sites.iter().enumerate() {
        if site.standing == Standing::Barred {
            continue;
        }
        for year in 0..years {
            gather(instance, net, &prices.child[year], &caps[year], &children[year], at, &mut items[year]);
        }
        let (base, best) = best_work(instance, at, &items, &per_fen, &prices.opening);
        bound += base;
        let (gain, work) = best;
        worth[at] = gain;
        works[at] = Some(work).filter(|work| work.classes > 0);
        if site.standing == Standing::Existing {
            worth[at] = gain.max(0.0);
            works[at] = works[at].filter(|_| gain > 0.0);
            bound += worth[at];
        }
    }
    bound += select(instance, &worth, &mut works);
    // What the sites take, for the slope.
    let mut slack: Vec<Vec<f64>> = children.to_vec();
    let mut served_last = vec![0.0; instance.areas.len()];
    for (at, site) in instance.sites.iter().enumerate() {
        let existing = site.standing == Standing::Existing;
        if !existing && works[at].is_none() {
            continue;
        }
        for year in 0..years {
            let built = works[at].filter(|work| work.year as usize <= year).map_or(0, |work| work.classes);
            let mut room = site.places + site.class_size * f64::from(built);
            if room <= 0.0 {
                continue;
            }
            gather(instance, net, &prices.child[year], &caps[year], &children[year], at, &mut items[year]);
            for &(_, count, point) in &items[year] {
                let part = count.min(room);
                slack[year][point as usize] -= part;
                if year + 1 == years {
                    served_last[instance.points[point as usize].area as usize] += part;
                }
                room -= part;
                if room <= 0.0 {
                    break;
                }
            }
        }
    }
    Step { bound, worth, works, slack, served_last }
}

/// Children within reach of a site who are worth having, the best first.
fn gather(
    instance: &PlanInstance,
    net: &Net,
    prices: &[f64],
    caps: &[f64],
    children: &[f64],
    site: usize,
    items: &mut Vec<(f64, f64, u32)>,
) {
    items.clear();
    for &pair in net.of_site(site) {
        let point = net.point_of[pair as usize];
        let value = caps[instance.points[point as usize].area as usize] - prices[point as usize];
        if value > 0.0 && children[point as usize] > 0.0 {
            items.push((value, children[point as usize], point));
        }
    }
    items.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
}

/// What the places a site has are worth, and the best work there with its worth. For a site that may open, the work has at
/// least one class; for an existing one a worth of 0 stands for none.
fn best_work(
    instance: &PlanInstance,
    at: usize,
    items: &[Vec<(f64, f64, u32)>],
    per_fen: &[f64],
    opening: &[f64],
) -> (f64, (f64, Work)) {
    let site = &instance.sites[at];
    let years = items.len();
    let most = site.max_classes as usize;
    // filled[classes]: worth of the children taken, summed over the years from the present one to the last.
    let mut filled = vec![0.0; most + 1];
    let mut base = 0.0;
    let mut best = (f64::NEG_INFINITY, Work { site: at as u32, year: 0, classes: 0 });
    for year in (0..years).rev() {
        let (mut sum, mut room, mut next) = (0.0, 0.0, 0);
        let mut rest = items[year].first().map_or(0.0, |item| item.1);
        for (classes, filled) in filled.iter_mut().enumerate() {
            room += if classes == 0 { site.places } else { site.class_size };
            while next < items[year].len() && room > 0.0 {
                let part = rest.min(room);
                sum += part * items[year][next].0;
                room -= part;
                rest -= part;
                if rest <= 0.0 {
                    next += 1;
                    rest = items[year].get(next).map_or(0.0, |item| item.1);
                }
            }
            *filled += sum;
        }
        let right = if site.standing == Standing::Existing { 0.0 } else { opening[year] };
        for classes in 1..=most {
            let cost = site.fixed_fen as f64 + site.class_fen as f64 * classes as f64;
            let gain = filled[classes] - filled[0] - per_fen[year] * cost - right;
            if gain > best.0 {
                best = (gain, Work { site: at as u32, year: year as u32, classes: classes as u32 });
            }
        }
        if year == 0 {
            base = filled[0];
        }
    }
    (base, best)
}

/// Chooses the sites that open: the locked ones, each area's minimum, then whatever is worth it. Clears the works of the
/// others and gives the sum of worths.
fn select(instance: &PlanInstance, worth: &[f64], works: &mut [Option<Work>]) -> f64 {
    let mut left = instance.all_new_sites().unwrap_or(usize::MAX);
    let mut sum = 0.0;
    let mut need: Vec<u32> = instance.areas.iter().map(|area| area.min_sites).collect();
    let mut order: Vec<usize> = Vec::new();
    for (at, site) in instance.sites.iter().enumerate() {
        match site.standing {
            Standing::Existing => need[site.area as usize] = need[site.area as usize].saturating_sub(1),
            Standing::Locked => {
                need[site.area as usize] = need[site.area as usize].saturating_sub(1);
                sum += worth[at];
                left = left.saturating_sub(1);
            }
            Standing::Candidate => order.push(at),
            Standing::Barred => {}
        }
    }
    order.sort_by(|&a, &b| worth[b].total_cmp(&worth[a]).then(a.cmp(&b)));
    let mut rest = Vec::new();
    for at in order {
        let need = &mut need[instance.sites[at].area as usize];
        if *need > 0 {
            *need -= 1;
            left = left.saturating_sub(1);
            sum += worth[at];
        } else {
            rest.push(at);
        }
    }
    for at in rest {
        if worth[at] > 0.0 && left > 0 {
            left -= 1;
            sum += worth[at];
        } else {
            works[at] = None;
        }
    }
    sum
}
