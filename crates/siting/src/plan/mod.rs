//! The planning model: which sites to open or extend in which year, so that most children find a place within reach.
//!
//! Demand points send children to sites within a walking limit, sites hold classes of a given size, years have budgets and
//! building limits, areas have minimum numbers of sites and minimum shares of children served. Existing sites stay. The
//! value of a plan is the number of children with a place, summed over the years with their weights; children may be split
//! between sites. Money is in fen, distances in metres, places and children in persons.

mod admit;
mod bound;
mod exact;
mod explain;
mod flow;
mod search;
mod solve;
mod state;

pub use explain::{Frontier, Limit, Measures, SiteStory, explain, frontier, measures, stability};
pub use solve::{PlanAnswer, solve_plan};

use serde::{Deserialize, Serialize};

/// One year of the plan, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Year {
    /// Its name, for messages.
    pub label: String,
    /// Money that may be spent in it, in fen; `None`: no limit.
    pub budget_fen: Option<i64>,
    /// How many sites may open in it; `None`: no limit. Extensions of existing sites do not count.
    pub new_sites: Option<usize>,
    /// What a child with a place in this year counts (1 for equal years).
    pub weight: f64,
}

/// A demand point.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// Index of its area.
    pub area: u32,
    /// Children who want a place, one figure per year; counted to a thousandth.
    pub children: Vec<f64>,
}

/// What may be done with a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Open now and kept open; may be extended by up to `max_classes`.
    Existing,
    /// May be opened.
    Candidate,
    /// Must be opened, in whichever year is best.
    Locked,
    /// Must not be opened.
    Barred,
}

/// A site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// Index of its area.
    pub area: u32,
    /// What may be done with it.
    pub standing: Standing,
    /// Places it has now; 0 for sites not yet open.
    pub places: f64,
    /// Places of one class (15 to 20 in most standards).
    pub class_size: f64,
    /// The most classes that can be added; at least 1 for a site that may open.
    pub max_classes: u32,
    /// Cost of opening it, or of starting works at an existing one, in fen.
    pub fixed_fen: i64,
    /// Cost of one class, in fen.
    pub class_fen: i64,
}

/// An area with its demands on the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Area {
    /// Its code, for messages.
    pub code: String,
    /// Sites it must have at the end, existing ones included.
    pub min_sites: u32,
    /// Share of its children who must have a place in the last year, 0 to 1.
    pub min_share: f64,
}

/// A planning instance. Indices count from 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanInstance {
    /// The years, at least one.
    pub years: Vec<Year>,
    /// Whether money left over may be spent in a later year.
    pub carry_over: bool,
    /// The areas.
    pub areas: Vec<Area>,
    /// The demand points.
    pub points: Vec<Point>,
    /// The sites.
    pub sites: Vec<Site>,
    /// Per point `(site, metres)`; may reach beyond `max_metres`, so that other limits can be tried.
    pub reach: Vec<Vec<(u32, f64)>>,
    /// The walking limit in metres.
    pub max_metres: f64,
}

/// Works at one site: opened or extended in `year` by `classes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    /// Index of the site.
    pub site: u32,
    /// Index of the year; what is built counts from this year on.
    pub year: u32,
    /// Classes added.
    pub classes: u32,
}

/// Prices that bound every plan: see `docs/engines/siting.md`, section "The planning model".
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PlanPrices {
    /// Worth of a child's demand, `[year][point]`.
    pub child: Vec<Vec<f64>>,
    /// Worth of money per fen, one per year (with `carry_over`: of the limit on all spending up to that year).
    pub money: Vec<f64>,
    /// Worth of the right to open one site, one per year, beside the limit on all years together.
    pub opening: Vec<f64>,
    /// Worth of one more child served, per area with a minimum share.
    pub share: Vec<f64>,
}

impl PlanInstance {
    /// What works at a site cost, in fen.
    pub fn cost_fen(&self, work: Work) -> i64 {
        let site = &self.sites[work.site as usize];
        site.fixed_fen + site.class_fen * i64::from(work.classes)
    }

    /// Whether a site may get works at all.
    pub(crate) fn workable(&self, site: usize) -> bool {
        self.sites[site].standing != Standing::Barred && self.sites[site].max_classes > 0
    }

    /// Children of an area in the last year.
    pub(crate) fn last_year_children(&self) -> Vec<f64> {
        let mut sums = vec![0.0; self.areas.len()];
        for point in &self.points {
            sums[point.area as usize] += point.children[self.years.len() - 1];
        }
        sums
    }

    /// Money that the limits of a year speak of: its own, or all up to it with `carry_over`; `None` without limit.
    pub(crate) fn limit_fen(&self, year: usize) -> Option<i64> {
        if !self.carry_over {
            return self.years[year].budget_fen;
        }
        self.years[..=year].iter().map(|year| year.budget_fen).sum()
    }

    /// Years whose money limit works begun in `year` fall under.
    pub(crate) fn limits_of(&self, year: usize) -> std::ops::Range<usize> {
        if self.carry_over { year..self.years.len() } else { year..year + 1 }
    }

    /// Sites that may open in all years together; `None` when some year has no limit.
    pub(crate) fn all_new_sites(&self) -> Option<usize> {
        self.years.iter().map(|year| year.new_sites).sum()
    }
}
