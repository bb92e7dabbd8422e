//! Why these sites: for each open one whom it serves, what is lost without it, and what would stand in its stead.

use serde::Serialize;

use crate::interchange::Interchange;
use crate::selection::Selection;

/// The reason for one open site of a p-median or covering answer. Sites and customers count from 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reason {
    /// The site.
    pub site: usize,
    /// Customers it serves best among the open sites (in covering: the first in the order of sites that covers them).
    pub serves: Vec<usize>,
    /// How much the cost rises when it closes and nothing takes its place.
    pub loss_without: f64,
    /// The best site in its stead and how much the cost rises by it (below 0 if it falls); `None` for a locked site or when
    /// none is left.
    pub next_best: Option<(usize, f64)>,
}

/// Explains a set of open sites.
pub fn reasons(selection: &Selection, open: &[usize]) -> Vec<Reason> {
    let mut is_open = vec![false; selection.sites];
    open.iter().for_each(|&site| is_open[site] = true);
    let state = Interchange::new(selection, &is_open, &selection.barred);
    let mut serves: Vec<Vec<usize>> = vec![Vec::new(); selection.sites];
    for customer in 0..selection.customers() {
        if let Some(site) = state.nearest(customer) {
            serves[site].push(customer);
        }
    }
    open.iter()
        .map(|&site| Reason {
            site,
            serves: std::mem::take(&mut serves[site]),
            loss_without: state.loss(site),
            next_best: state.best(|_| true, |leaves| leaves == site).map(|(profit, enters, _)| (enters, -profit)),
        })
        .collect()
}
