//! Weights of demand points and their distances to sites, whatever file they came from.
//!
//! This is the common ground of all models: p-median multiplies, covering compares with a radius, the capacitated models
//! take weights as demands. Distances are in the unit of the file and are never mixed with minutes here.

use crate::error::{Result, SitingError};
use crate::graph::{UNREACHABLE, all_pairs};
use crate::parse::{CapacitatedFile, GraphFile, Matrix, Planar, pairs_fit};
use crate::selection::Selection;

/// Demand points, sites and distances. Absent pairs cannot be served.
#[derive(Debug, Clone, PartialEq)]
pub struct Distances {
    /// Number of sites.
    pub sites: usize,
    /// Weight (or demand) of each demand point.
    pub weight: Vec<f64>,
    /// Per demand point its `(site, distance)` pairs, sites from 0.
    pub lists: Vec<Vec<(u32, f64)>>,
}

impl Distances {
    /// Shortest paths of a graph; each node is a demand point of weight 1 and a site.
    pub fn of_graph(file: &GraphFile) -> Result<Distances> {
        let n = file.nodes;
        pairs_fit(n, n)?;
        let all = all_pairs(n, &file.edges);
        let lists = all
            .chunks(n)
            .map(|row| {
                let pairs = row.iter().enumerate().filter(|&(_, &far)| far != UNREACHABLE);
                pairs.map(|(site, &far)| (site as u32, f64::from(far))).collect()
            })
            .collect();
        Ok(Distances { sites: n, weight: vec![1.0; n], lists })
    }

    /// Straight lines in the plane, only pairs within `radius` where one is given.
    pub fn of_planar(file: &Planar, radius: Option<f64>) -> Result<Distances> {
        if radius.is_none() {
            pairs_fit(file.customers.len(), file.candidates.len())?;
        }
        let within = radius.unwrap_or(f64::INFINITY);
        let lists = file
            .customers
            .iter()
            .map(|&at| {
                let pairs = file.candidates.iter().enumerate().map(|(site, &there)| (site as u32, line(at, there)));
                pairs.filter(|&(_, far)| far <= within).collect()
            })
            .collect();
        Ok(Distances { sites: file.candidates.len(), weight: file.demand.clone(), lists })
    }

    /// The pairs of a matrix.
    pub fn of_matrix(file: &Matrix) -> Distances {
        let mut lists = vec![Vec::new(); file.demand_ids.len()];
        for &(demand, site, far) in &file.pairs {
            lists[demand as usize].push((site, far));
        }
        Distances { sites: file.site_ids.len(), weight: file.weight.clone(), lists }
    }

    /// Straight lines truncated to integers, as the capacitated p-median files of the OR-Library want them; every customer
    /// weighs 1, its demand stands apart.
    pub fn of_capacitated(file: &CapacitatedFile) -> Distances {
        let row = |&at: &(f64, f64)| {
            file.points.iter().enumerate().map(|(site, &there)| (site as u32, line(at, there).floor())).collect()
        };
        Distances {
            sites: file.points.len(),
            weight: vec![1.0; file.points.len()],
            lists: file.points.iter().map(row).collect(),
        }
    }

    /// The p-median problem on these distances.
    pub fn p_median(&self, p: usize) -> Result<Selection> {
        if let Some(lost) =
            self.lists.iter().zip(&self.weight).position(|(list, &weight)| list.is_empty() && weight > 0.0)
        {
            return Err(SitingError::Infeasible(vec![format!(
                "no site can be reached from demand point {}",
                lost + 1
            )]));
        }
        Selection::p_median(self.sites, p, &self.weight, &self.lists)
    }

    /// The maximal covering problem: a point is covered by an open site at most `radius` away.
    pub fn covering(&self, p: usize, radius: f64) -> Result<Selection> {
        if !(radius.is_finite() && radius >= 0.0) {
            return Err(SitingError::parameter("radius", "must be a finite distance, 0 or more"));
        }
        let covers: Vec<Vec<u32>> = self
            .lists
            .iter()
            .map(|list| list.iter().filter(|pair| pair.1 <= radius).map(|pair| pair.0).collect())
            .collect();
        if covers.iter().all(|sites| sites.is_empty()) {
            return Err(SitingError::BadInstance(format!(
                "no demand point has a site within {radius}: the radius and the coordinates are not in one unit, or the \
                 sites lie elsewhere"
            )));
        }
        Selection::covering(self.sites, p, &self.weight, covers)
    }
}

fn line(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (x, y) = (a.0 - b.0, a.1 - b.1);
    (x * x + y * y).sqrt()
}
