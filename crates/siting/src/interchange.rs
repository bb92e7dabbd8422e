//! Fast interchange: the best exchange of one open for one closed site, kept up to date instead of recomputed.
//!
//! Method: M. G. C. Resende and R. F. Werneck, "A fast swap-based local search procedure for location problems", Annals of
//! Operations Research 150 (2007). `gain` of a closed site, `loss` of an open one and the correction `extra` of each pair
//! are sums over customers; an exchange touches only customers whose first or second choice changes.

use crate::selection::Selection;

const NONE: u32 = u32::MAX;

/// A set of open sites with everything needed to price each exchange.
#[derive(Clone)]
pub(crate) struct Interchange<'a> {
    selection: &'a Selection,
    slot: Vec<u32>,
    inside: Vec<u32>,
    kept: usize,
    near: Vec<u32>,
    second: Vec<u32>,
    d1: Vec<f64>,
    d2: Vec<f64>,
    gain: Vec<f64>,
    loss: Vec<f64>,
    extra: Vec<f64>,
    barred: Vec<bool>,
    cost: f64,
}

impl<'a> Interchange<'a> {
    /// Starts from `open`, which holds exactly `p` sites with the locked ones among them; `barred` sites never enter.
    pub(crate) fn new(selection: &'a Selection, open: &[bool], barred: &[bool]) -> Self {
        let mut inside: Vec<u32> = (0..selection.sites as u32).filter(|&site| open[site as usize]).collect();
        inside.sort_by_key(|&site| (!selection.locked[site as usize], site));
        let kept = inside.iter().filter(|&&site| selection.locked[site as usize]).count();
        let mut slot = vec![NONE; selection.sites];
        for (at, &site) in inside.iter().enumerate() {
            slot[site as usize] = at as u32;
        }
        let (n, p) = (selection.customers(), inside.len());
        let mut state = Interchange {
            selection,
            slot,
            inside,
            kept,
            near: vec![NONE; n],
            second: vec![NONE; n],
            d1: vec![0.0; n],
            d2: vec![0.0; n],
            gain: vec![0.0; selection.sites],
            loss: vec![0.0; p],
            extra: vec![0.0; selection.sites * p],
            barred: barred.to_vec(),
            cost: 0.0,
        };
        for customer in 0..n {
            state.look(customer);
            state.contribute(customer, 1.0);
            state.cost += state.d1[customer];
        }
        state
    }

    fn look(&mut self, customer: usize) {
        let (sites, costs) = self.selection.row(customer);
        let outside = self.selection.outside[customer];
        let mut found = [(NONE, outside); 2];
        let mut count = 0;
        for (&site, &cost) in sites.iter().zip(costs) {
            if self.slot[site as usize] != NONE {
                found[count] = (site, cost);
                count += 1;
                if count == 2 {
                    break;
                }
            }
        }
        (self.near[customer], self.d1[customer]) = found[0];
        (self.second[customer], self.d2[customer]) = found[1];
    }

    /// Adds (`sign` 1) or takes back (`sign` -1) what a customer means for every exchange.
    fn contribute(&mut self, customer: usize, sign: f64) {
        let (sites, costs) = self.selection.row(customer);
        let (d1, d2) = (self.d1[customer], self.d2[customer]);
        if self.near[customer] == NONE {
            for (&site, &cost) in sites.iter().zip(costs) {
                self.gain[site as usize] += sign * (d1 - cost);
            }
            return;
        }
        let p = self.inside.len();
        let near = self.slot[self.near[customer] as usize] as usize;
        self.loss[near] += sign * (d2 - d1);
        for (&site, &cost) in sites.iter().zip(costs) {
            if cost >= d2 {
                break;
            }
            if cost < d1 {
                self.gain[site as usize] += sign * (d1 - cost);
                self.extra[site as usize * p + near] += sign * (d2 - d1);
            } else {
                self.extra[site as usize * p + near] += sign * (d2 - cost);
            }
        }
    }

    /// The exchange that lowers the cost most: `(profit, enters, leaves)`; `None` when none is allowed. Ties go to the
    /// smaller site entering, then to the smaller slot.
    pub(crate) fn best(
        &self,
        mut enters: impl FnMut(usize) -> bool,
        mut leaves: impl FnMut(usize) -> bool,
    ) -> Option<(f64, usize, usize)> {
        let p = self.inside.len();
        let slots: Vec<usize> = (self.kept..p).filter(|&at| leaves(self.inside[at] as usize)).collect();
        let whole = slots.len() == p - self.kept;
        let mut best: Option<(f64, usize, usize)> = None;
        for site in 0..self.selection.sites {
            if self.slot[site] != NONE || self.barred[site] || !enters(site) {
                continue;
            }
            let extra = &self.extra[site * p..(site + 1) * p];
            let (mut most, mut which) = (f64::NEG_INFINITY, NONE as usize);
            if whole {
                for at in self.kept..p {
                    let profit = extra[at] - self.loss[at];
                    if profit > most {
                        (most, which) = (profit, at);
                    }
                }
            } else {
                for &at in &slots {
                    let profit = extra[at] - self.loss[at];
                    if profit > most {
                        (most, which) = (profit, at);
                    }
                }
            }
            let profit = self.gain[site] + most;
            if which != NONE as usize && best.is_none_or(|known| profit > known.0) {
                best = Some((profit, site, self.inside[which] as usize));
            }
        }
        best
    }

    /// Carries out an exchange.
    pub(crate) fn exchange(&mut self, enters: usize, leaves: usize) {
        let selection = self.selection;
        let mut touched: Vec<u32> = Vec::new();
        for &(customer, cost) in selection.column(enters) {
            if cost < self.d2[customer as usize] {
                touched.push(customer);
            }
        }
        for &(customer, _) in selection.column(leaves) {
            let at = customer as usize;
            if self.near[at] as usize == leaves || self.second[at] as usize == leaves {
                touched.push(customer);
            }
        }
        touched.sort_unstable();
        touched.dedup();
        for &customer in &touched {
            self.contribute(customer as usize, -1.0);
            self.cost -= self.d1[customer as usize];
        }
        let slot = self.slot[leaves];
        self.slot[leaves] = NONE;
        self.slot[enters] = slot;
        self.inside[slot as usize] = enters as u32;
        // What the leaving site's slot still holds belongs to nobody: every customer that fed it was touched above. Sums of
        // non-integers leave dust there, which is swept.
        self.loss[slot as usize] = 0.0;
        let p = self.inside.len();
        if !selection.integral {
            for site in 0..selection.sites {
                self.extra[site * p + slot as usize] = 0.0;
            }
        }
        for &customer in &touched {
            self.look(customer as usize);
            self.contribute(customer as usize, 1.0);
            self.cost += self.d1[customer as usize];
        }
    }

    /// The open site that serves a customer; `None` when it stays outside.
    pub(crate) fn nearest(&self, customer: usize) -> Option<usize> {
        Some(self.near[customer]).filter(|&site| site != NONE).map(|site| site as usize)
    }

    /// How much the cost rises when an open site closes and none takes its place.
    pub(crate) fn loss(&self, site: usize) -> f64 {
        self.loss[self.slot[site] as usize]
    }

    pub(crate) fn cost(&self) -> f64 {
        self.cost
    }

    pub(crate) fn open(&self) -> Vec<bool> {
        self.slot.iter().map(|&slot| slot != NONE).collect()
    }
}

/// Exchanges sites until none helps or the budget ends.
pub(crate) fn descend(state: &mut Interchange, budget: &crate::budget::Budget) {
    let least = if state.selection.integral { 0.5 } else { state.cost.abs().max(1.0) * 1e-9 };
    while budget.spend() {
        match state.best(|_| true, |_| true) {
            Some((profit, enters, leaves)) if profit > least => state.exchange(enters, leaves),
            _ => break,
        }
    }
}
