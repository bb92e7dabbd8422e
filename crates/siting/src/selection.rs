//! The common shape of p-median and maximal covering: open `p` sites, each customer pays its cheapest open site or stays
//! outside.
//!
//! For p-median the cost of a pair is weight × distance and staying outside costs more than everything else together; for
//! maximal covering a pair within the radius costs 0 and staying outside costs the weight, so that the cost is the weight
//! left uncovered. One construction, one interchange, one bound and one branching serve both.

use crate::error::{Result, SitingError};

/// A problem of opening `p` sites; lists are per customer, cheapest site first.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// Number of candidate sites.
    pub sites: usize,
    /// Number of sites to open, the locked ones among them.
    pub p: usize,
    /// Sites that must be open.
    pub locked: Vec<bool>,
    /// Sites that must stay closed.
    pub barred: Vec<bool>,
    /// Cost of a customer that no open site serves.
    pub outside: Vec<f64>,
    /// Whether everybody must be served, so that staying outside is no answer but a sign that there is none.
    pub must_serve: bool,
    /// Whether every cost is an integer, so that a bound may be rounded up.
    pub integral: bool,
    /// Customers whom every answer that is still looked for serves.
    pub(crate) sure: Vec<bool>,
    start: Vec<usize>,
    site: Vec<u32>,
    cost: Vec<f64>,
    column_start: Vec<usize>,
    column: Vec<(u32, f64)>,
}

impl Selection {
    /// Builds the problem from one list of `(site, cost)` per customer. Refuses `p` outside 1..=sites and a site number or
    /// a cost out of range.
    pub fn new(sites: usize, p: usize, lists: Vec<Vec<(u32, f64)>>, outside: Vec<f64>) -> Result<Selection> {
        if p == 0 || p > sites {
            return Err(SitingError::parameter(
                "p",
                format!("must lie between 1 and the {sites} candidate sites, is {p}"),
            ));
        }
        let mut integral = outside.iter().all(|cost| cost.fract() == 0.0);
        let mut start = Vec::with_capacity(lists.len() + 1);
        start.push(0);
        let (mut site, mut cost) = (Vec::new(), Vec::new());
        let mut column_start = vec![0usize; sites + 1];
        for (customer, mut list) in lists.into_iter().enumerate() {
            list.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            for (at, price) in list {
                if at as usize >= sites || !price.is_finite() || price < 0.0 {
                    return Err(SitingError::BadInstance(format!(
                        "demand {}: site or cost out of range",
                        customer + 1
                    )));
                }
                // A site that costs as much as staying outside never serves anybody.
                if price < outside[customer] {
                    integral &= price.fract() == 0.0;
                    site.push(at);
                    cost.push(price);
                    column_start[at as usize + 1] += 1;
                }
            }
            start.push(site.len());
        }
        for at in 0..sites {
            column_start[at + 1] += column_start[at];
        }
        let mut fill = column_start.clone();
        let mut column = vec![(0u32, 0.0); site.len()];
        for customer in 0..outside.len() {
            for entry in start[customer]..start[customer + 1] {
                let at = site[entry] as usize;
                column[fill[at]] = (customer as u32, cost[entry]);
                fill[at] += 1;
            }
        }
        let (locked, barred) = (vec![false; sites], vec![false; sites]);
        let must_serve = false;
        let sure = vec![false; outside.len()];
        Ok(Selection {
            sites,
            p,
            locked,
            barred,
            outside,
            must_serve,
            integral,
            sure,
            start,
            site,
            cost,
            column_start,
            column,
        })
    }

    /// p-median: `weight × distance` per pair; `pairs(customer)` gives `(site, distance)`.
    pub fn p_median(sites: usize, p: usize, weight: &[f64], distance: &[Vec<(u32, f64)>]) -> Result<Selection> {
        let lists: Vec<Vec<(u32, f64)>> = distance
            .iter()
            .zip(weight)
            .map(|(list, weight)| list.iter().map(|&(site, far)| (site, far * weight)).collect())
            .collect();
        let worst: f64 = lists.iter().map(|list| list.iter().map(|pair| pair.1).fold(0.0, f64::max)).sum();
        let outside = vec![worst.ceil() + 1.0; lists.len()];
        let mut selection = Selection::new(sites, p, lists, outside)?;
        selection.must_serve = true;
        Ok(selection)
    }

    /// Maximal covering: customer `i` counts `weight[i]` once one of `covers[i]` is open.
    pub fn covering(sites: usize, p: usize, weight: &[f64], covers: Vec<Vec<u32>>) -> Result<Selection> {
        let lists = covers.into_iter().map(|list| list.into_iter().map(|site| (site, 0.0)).collect()).collect();
        Selection::new(sites, p, lists, weight.to_vec())
    }

    /// Marks sites (numbers from 0) that must be open; more than `p` of them are refused.
    pub fn lock(&mut self, sites: &[usize]) -> Result<()> {
        for &site in sites {
            *self.locked.get_mut(site).ok_or_else(|| {
                SitingError::parameter("locked", format!("there is no site {} among {}", site + 1, self.sites))
            })? = true;
        }
        let locked = self.locked.iter().filter(|&&is| is).count();
        if locked > self.p {
            return Err(SitingError::Infeasible(vec![format!("{locked} sites are locked, only {} may open", self.p)]));
        }
        Ok(())
    }

    /// Number of customers.
    pub fn customers(&self) -> usize {
        self.outside.len()
    }

    /// Sites of a customer, cheapest first, and their costs.
    pub fn row(&self, customer: usize) -> (&[u32], &[f64]) {
        let span = self.start[customer]..self.start[customer + 1];
        (&self.site[span.clone()], &self.cost[span])
    }

    /// Customers of a site with their cost, in the order of customers.
    pub fn column(&self, site: usize) -> &[(u32, f64)] {
        &self.column[self.column_start[site]..self.column_start[site + 1]]
    }

    /// Number of pairs.
    pub fn pairs(&self) -> usize {
        self.site.len()
    }

    /// A customer whom none of the open sites can serve.
    pub(crate) fn unserved(&self, open: &[bool]) -> Option<usize> {
        (0..self.customers()).find(|&customer| !self.row(customer).0.iter().any(|&site| open[site as usize]))
    }

    /// What all customers pay together when exactly `open` is open.
    pub fn value(&self, open: &[bool]) -> f64 {
        (0..self.customers())
            .map(|customer| {
                let (sites, costs) = self.row(customer);
                let first = sites.iter().position(|&site| open[site as usize]);
                first.map_or(self.outside[customer], |at| costs[at])
            })
            .sum()
    }

    /// The largest value that still proves `best` optimal when a bound passes it.
    pub(crate) fn cutoff(&self, best: f64) -> f64 {
        if self.integral { best - 1.0 + 1e-6 } else { best - best.abs().max(1.0) * 1e-9 }
    }

    /// A bound as it may be stated: rounded up where all costs are integers, and shaved for rounding otherwise.
    pub(crate) fn stated(&self, bound: f64) -> f64 {
        if bound == f64::INFINITY {
            return bound;
        }
        if self.integral { (bound - 1e-6).ceil().max(0.0) } else { (bound - bound.abs() * 1e-12).max(0.0) }
    }
}
