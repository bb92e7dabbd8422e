//! The proof that goes with an answer: prices, and where one set of prices was not enough, a tree of cases.
//!
//! Anybody can check it with the instance in hand and without this engine: a leaf's prices give a bound by one formula, a
//! `Fix` says which sites' other fate is ruled out by its prices, a `Serve` whom every better answer serves, a `Branch` splits on one site. The bound of the whole is
//! the least of its parts. [`crate::check`] does so in about a hundred lines.

use serde::Serialize;

/// One node of a proof. Node numbers index [`Certificate::nodes`], sites count from 0.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Proof {
    /// These prices (one per customer, in the unit of the objective) bound every choice that belongs to this case.
    Leaf {
        /// Price of each customer.
        multipliers: Vec<f64>,
    },
    /// By these prices each of `opened` may be taken as open and each of `closed` as closed: the other fate of any of them
    /// has the bound its reduced sum gives. The rest of the case is `rest`.
    Fix {
        /// Price of each customer.
        multipliers: Vec<f64>,
        /// Sites that may be taken as open.
        opened: Vec<u32>,
        /// Sites that may be taken as closed.
        closed: Vec<u32>,
        /// Node of the remaining case.
        rest: usize,
    },
    /// Whoever leaves out one of `customers` pays at least what these prices say once all sites that reach it are closed. In
    /// the rest all of them are served, so their prices are not capped by the cost of staying outside.
    Serve {
        /// Price of each customer.
        multipliers: Vec<f64>,
        /// Customers that may be taken as served, counted from 0.
        customers: Vec<u32>,
        /// `(site, by)`: of those who are not served anyway, `by` serves whom `site` serves, so `site` is left out.
        dominated: Vec<(u32, u32)>,
        /// Node of the remaining case.
        rest: usize,
    },
    /// Either the site is open or it is closed.
    Branch {
        /// The site split on.
        site: u32,
        /// Node where it is open.
        open: usize,
        /// Node where it is closed.
        closed: usize,
    },
}

/// A proof of a bound.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Certificate {
    /// Nodes; the first one is the whole problem. Empty when nothing is proved.
    pub nodes: Vec<Proof>,
    /// `(site, by)`: whatever `site` could cover, `by` covers too, so `site` is left out of the proof.
    pub dominated: Vec<(u32, u32)>,
}

impl Certificate {
    /// Numbers stored, to keep proofs within memory.
    pub(crate) fn weight(&self) -> usize {
        self.nodes
            .iter()
            .map(|node| match node {
                Proof::Leaf { multipliers } | Proof::Fix { multipliers, .. } | Proof::Serve { multipliers, .. } => {
                    multipliers.len()
                }
                Proof::Branch { .. } => 1,
            })
            .sum()
    }
}
