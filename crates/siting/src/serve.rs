//! Customers whom every better answer serves, and what follows from them in a covering problem.
//!
//! To leave a customer out is to close all sites that reach it, and with it goes everybody whom no other site reaches. Where
//! the bound of that case passes the best known answer, the customer may be taken as served: its price is no longer capped by
//! its weight, customers whom the same sites reach anyway need not be looked at, and more sites are as good as others. Where
//! nearly everything can be covered this closes most of the gap that prices alone leave.

use crate::dual::{Ascent, Fate};
use crate::error::Result;
use crate::reduce::dominated;
use crate::selection::Selection;

/// A problem in which better answers alone are looked for.
pub(crate) struct Stronger {
    pub selection: Selection,
    /// Prices for it that prove no less.
    pub prices: Vec<f64>,
    /// Customers newly taken as served.
    pub customers: Vec<u32>,
    /// Sites `(site, by)` left out because `by` serves whom they serve of those who still count.
    pub dominated: Vec<(u32, u32)>,
}

/// Finds what the prices of `ascent` say about customers; closes dominated sites in `fates`. `None` when they say nothing.
/// All pairs of the selection must cost 0.
pub(crate) fn strengthen(
    selection: &Selection,
    fates: &mut [Fate],
    ascent: &Ascent,
    cutoff: f64,
) -> Result<Option<Stronger>> {
    let near = near(selection, fates);
    let within = within(selection, &near);
    let mut sure = selection.sure.clone();
    let customers = served(selection, fates, ascent, cutoff, &near, &within);
    customers.iter().for_each(|&customer| sure[customer as usize] = true);

    // Whom the sites of a served customer reach, all of them, is served with it.
    let equal = |a: usize, b: usize| near[a].len() == near[b].len();
    let ahead = |customer: usize| {
        let others = within[customer].iter().map(|&other| other as usize);
        others
            .filter(|&other| sure[other] && (!equal(other, customer) || other < customer))
            .min_by_key(|&other| near[other].len())
    };
    let cap = selection.outside.iter().zip(&selection.sure).filter(|(_, sure)| !**sure).map(|pair| pair.0).sum::<f64>()
        + selection.outside.iter().copied().fold(1.0, f64::max);
    let mut prices = ascent.multipliers.clone();
    let mut covers = vec![Vec::new(); near.len()];
    let mut weight = vec![0.0; near.len()];
    let mut still = vec![false; near.len()];
    for (customer, sites) in near.iter().enumerate() {
        let open = selection.row(customer).0.iter().any(|&site| fates[site as usize] == Fate::Open);
        if open {
            prices[customer] = 0.0;
            continue;
        }
        // Its price goes to the one it is served with, along whose sites it counts as before.
        let mut last = customer;
        while let Some(other) = ahead(last) {
            last = other;
        }
        if last != customer {
            prices[last] += std::mem::take(&mut prices[customer]);
            continue;
        }
        covers[customer].clone_from(sites);
        still[customer] = sure[customer];
        weight[customer] = if sure[customer] { cap } else { selection.outside[customer] };
    }
    let is = |wanted: Fate| fates.iter().map(|&fate| fate == wanted).collect::<Vec<bool>>();
    let dominated = dominated(&is(Fate::Open), &is(Fate::Closed), selection.p, &covers);
    if customers.is_empty() && dominated.is_empty() {
        return Ok(None);
    }
    dominated.iter().for_each(|&(site, _)| fates[site as usize] = Fate::Closed);
    for sites in &mut covers {
        sites.retain(|&site| fates[site as usize] != Fate::Closed);
    }
    let mut stronger = Selection::covering(selection.sites, selection.p, &weight, covers)?;
    stronger.integral = selection.integral;
    stronger.locked.clone_from(&selection.locked);
    stronger.barred.clone_from(&selection.barred);
    stronger.sure = still;
    Ok(Some(Stronger { selection: stronger, prices, customers, dominated }))
}

/// Sites that may come to serve a customer; none for one whom an open site serves.
fn near(selection: &Selection, fates: &[Fate]) -> Vec<Vec<u32>> {
    let usable = |customer| {
        let sites = selection.row(customer).0;
        let open = sites.iter().any(|&site| fates[site as usize] == Fate::Open);
        let rest = sites.iter().copied().filter(|&site| fates[site as usize] == Fate::Free);
        if open { Vec::new() } else { rest.collect() }
    };
    (0..selection.customers()).map(usable).collect()
}

/// Per customer the others whose sites are all among its own.
fn within(selection: &Selection, near: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let words = selection.sites.div_ceil(64);
    let mut bits = vec![0u64; near.len() * words];
    for (customer, sites) in near.iter().enumerate() {
        sites.iter().for_each(|&site| bits[customer * words + site as usize / 64] |= 1 << (site % 64));
    }
    let bits = |customer: usize| &bits[customer * words..(customer + 1) * words];
    let mut within = vec![Vec::new(); near.len()];
    for (customer, sites) in near.iter().enumerate() {
        // Whoever has all these sites has the one that reaches the fewest.
        let Some(rarest) = sites.iter().min_by_key(|&&site| selection.column(site as usize).len()) else { continue };
        for &(other, _) in selection.column(*rarest as usize) {
            let wide = other as usize;
            if wide != customer
                && near[wide].len() >= sites.len()
                && bits(customer).iter().zip(bits(wide)).all(|(part, all)| part & !all == 0)
            {
                within[wide].push(customer as u32);
            }
        }
    }
    within
}

/// Customers without whom every answer costs more than `cutoff`.
fn served(
    selection: &Selection,
    fates: &[Fate],
    ascent: &Ascent,
    cutoff: f64,
    near: &[Vec<u32>],
    within: &[Vec<u32>],
) -> Vec<u32> {
    let outside = &selection.outside;
    let paid = |customer: usize| ascent.multipliers[customer].min(outside[customer]);
    let rho = |site: u32| ascent.rho[site as usize];
    let open = fates.iter().filter(|&&fate| fate == Fate::Open).count();
    let opened = (0..selection.sites).filter(|&site| fates[site] == Fate::Open).map(|site| ascent.rho[site]);
    let base = (0..near.len()).map(paid).sum::<f64>() + opened.sum::<f64>();
    let mut order: Vec<u32> = (0..fates.len() as u32).filter(|&site| fates[site as usize] == Fate::Free).collect();
    order.sort_by(|&a, &b| rho(a).total_cmp(&rho(b)).then(a.cmp(&b)));
    let mut mark = vec![u32::MAX; selection.sites];
    let mut found = Vec::new();
    for (customer, sites) in near.iter().enumerate() {
        if sites.is_empty() || selection.sure[customer] {
            continue;
        }
        sites.iter().for_each(|&site| mark[site as usize] = customer as u32);
        let gone = within[customer].iter().map(|&other| other as usize).chain([customer]);
        let extra: f64 = gone.map(|other| outside[other] - paid(other)).sum();
        let left = selection.p - open;
        let others = order.iter().filter(|&&site| mark[site as usize] != customer as u32).take(left);
        let (count, sum) = others.fold((0, 0.0), |(count, sum), &site| (count + 1, sum + rho(site)));
        if count < left || base + extra + sum > cutoff {
            found.push(customer as u32);
        }
    }
    found
}
