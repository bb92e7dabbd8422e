//! The independent check for problems with capacities: service, loads, cost, and the bound from the printed prices.
//!
//! Like its neighbour it uses nothing of the solver. The bound solves one knapsack per site: exactly, by a table over
//! customers and room, where customers stay together and all figures are whole; by filling in order of worth otherwise.

use super::Checked;

/// A capacitated instance as plain data. Sites and customers count from 0.
pub struct PlainCapacitated {
    /// Capacity of each site.
    pub capacity: Vec<f64>,
    /// Cost of opening each site.
    pub fixed: Vec<f64>,
    /// Demand of each customer.
    pub demand: Vec<f64>,
    /// Cost of serving a whole customer at a site, `[customer][site]`; infinite where impossible.
    pub cost: Vec<Vec<f64>>,
    /// How many sites open; `None`: any number.
    pub p: Option<usize>,
    /// Whether customers stay together.
    pub single: bool,
}

/// Checks open sites, the flow `(customer, site, share)` and the prices.
pub fn check_capacitated(
    plain: &PlainCapacitated,
    open: &[usize],
    flow: &[(usize, usize, f64)],
    prices: &[f64],
) -> Result<Checked, String> {
    let sites = plain.capacity.len();
    let mut is_open = vec![false; sites];
    for &site in open {
        if site >= sites || std::mem::replace(&mut is_open[site], true) {
            return Err(format!("site {site} does not exist or is listed twice"));
        }
    }
    if plain.p.is_some_and(|p| p != open.len()) {
        return Err(format!("{} sites are open", open.len()));
    }
    let mut served = vec![0.0; plain.demand.len()];
    let mut load = vec![0.0; sites];
    let mut cost: f64 = open.iter().map(|&site| plain.fixed[site]).sum();
    for &(customer, site, share) in flow {
        if !is_open[site] || share < 0.0 || (plain.single && share != 1.0) {
            return Err(format!("customer {customer} gets {share} from site {site}"));
        }
        served[customer] += share;
        load[site] += share * plain.demand[customer];
        cost += share * plain.cost[customer][site];
    }
    if let Some(customer) = served.iter().position(|share| (share - 1.0).abs() > 1e-7) {
        return Err(format!("customer {customer} is served {} times", served[customer]));
    }
    if let Some(site) = (0..sites).find(|&site| load[site] > plain.capacity[site] * (1.0 + 1e-7)) {
        return Err(format!("site {site} holds {} and gets {}", plain.capacity[site], load[site]));
    }
    if !cost.is_finite() || prices.len() != plain.demand.len() || prices.iter().any(|price| !price.is_finite()) {
        return Err("a cost or a price is not finite".into());
    }
    let rho: Vec<f64> = (0..sites).map(|site| plain.fixed[site] - saving(plain, site, prices)).collect();
    Ok(Checked { cost, bound: prices.iter().sum::<f64>() + least(plain, &rho) })
}

/// The most a site could save at these prices.
fn saving(plain: &PlainCapacitated, site: usize, prices: &[f64]) -> f64 {
    let capacity = plain.capacity[site];
    let mut worth: Vec<(f64, f64)> = prices
        .iter()
        .enumerate()
        .map(|(at, price)| (price - plain.cost[at][site], plain.demand[at]))
        .filter(|&(value, size)| value > 0.0 && (!plain.single || size <= capacity))
        .collect();
    let whole = plain.demand.iter().all(|size| size.fract() == 0.0) && capacity <= 100_000.0;
    if plain.single && whole {
        let room = capacity.floor() as usize;
        let mut best = vec![0.0f64; room + 1];
        for (value, size) in worth {
            let size = size as usize;
            best = (0..=room)
                .map(|space| if space >= size { best[space].max(best[space - size] + value) } else { best[space] })
                .collect();
        }
        return best[room];
    }
    worth.sort_by(|a, b| (b.0 * a.1).total_cmp(&(a.0 * b.1)));
    let (mut left, mut sum) = (capacity, 0.0);
    for (value, size) in worth {
        let part = if size > 0.0 { (left / size).clamp(0.0, 1.0) } else { 1.0 };
        sum += part * value;
        left -= part * size;
    }
    sum
}

/// The least sum of reduced costs of an admissible number of sites that together could hold all demand.
fn least(plain: &PlainCapacitated, rho: &[f64]) -> f64 {
    if let Some(p) = plain.p {
        let mut sorted = rho.to_vec();
        sorted.sort_by(f64::total_cmp);
        return sorted[..p].iter().sum();
    }
    let need: f64 = plain.demand.iter().sum();
    let taken = |at: &usize| rho[*at] < 0.0;
    let mut sum: f64 = (0..rho.len()).filter(taken).map(|at| rho[at]).sum();
    let mut held: f64 = (0..rho.len()).filter(taken).map(|at| plain.capacity[at]).sum();
    let mut rest: Vec<usize> = (0..rho.len()).filter(|at| rho[*at] >= 0.0 && plain.capacity[*at] > 0.0).collect();
    rest.sort_by(|&a, &b| (rho[a] * plain.capacity[b]).total_cmp(&(rho[b] * plain.capacity[a])));
    let equal = plain.capacity.windows(2).all(|pair| pair[0] == pair[1]);
    for at in rest {
        if held < need {
            let part = if equal { 1.0 } else { ((need - held) / plain.capacity[at]).min(1.0) };
            sum += part * rho[at];
            held += plain.capacity[at];
        }
    }
    sum
}
