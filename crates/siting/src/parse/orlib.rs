//! The three OR-Library layouts this engine reads.
//!
//! Source: J. E. Beasley, OR-Library, files `pmed*`, `pmedcap*` and `cap*`. In a p-median graph a repeated edge counts with
//! its last cost (pmed1 has the published optimum 5819 only under this reading); in the capacitated p-median files
//! distances are Euclidean and truncated to integers (pmedcap01 = 713 only under this reading).

use std::collections::BTreeMap;

use super::{MOST_ROWS, Words, pairs_fit};
use crate::error::{Result, SitingError};

/// An undirected graph of a p-median file; nodes count from 0 here and from 1 in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphFile {
    /// Number of nodes; each is a customer of weight 1 and a candidate.
    pub nodes: usize,
    /// Number of sites to open as the file says.
    pub p: usize,
    /// Edges with `u < v` and their cost in the unit of the file, each pair once.
    pub edges: Vec<(u32, u32, u32)>,
}

/// Reads `n m p`, then `m` lines `u v cost`.
pub fn parse_graph(text: &str) -> Result<GraphFile> {
    let mut words = Words::new(text);
    let nodes = words.count("the number of nodes", 1, MOST_ROWS)?;
    let edges = words.count("the number of edges", 0, 50_000_000)?;
    let p = words.count("p", 1, nodes)?;
    let mut last: BTreeMap<(u32, u32), u32> = BTreeMap::new();
    for _ in 0..edges {
        let u = words.count("a node number", 1, nodes)? as u32 - 1;
        let v = words.count("a node number", 1, nodes)? as u32 - 1;
        let cost = words.count("an edge cost", 0, 1_000_000_000)? as u32;
        if u != v {
            last.insert((u.min(v), u.max(v)), cost);
        }
    }
    words.finished()?;
    Ok(GraphFile { nodes, p, edges: last.into_iter().map(|((u, v), cost)| (u, v, cost)).collect() })
}

/// A capacitated p-median file: every customer is also a candidate, all with one capacity.
#[derive(Debug, Clone, PartialEq)]
pub struct CapacitatedFile {
    /// The best value known, as the file's first line says; never used by the solver.
    pub published: f64,
    /// Number of sites to open.
    pub p: usize,
    /// Capacity of each site, in the unit of the demands.
    pub capacity: f64,
    /// Coordinates, in the unit of the file.
    pub points: Vec<(f64, f64)>,
    /// Demand of each customer.
    pub demand: Vec<f64>,
}

/// Reads `index best`, `n p capacity`, then `n` lines `id x y demand`.
pub fn parse_capacitated(text: &str) -> Result<CapacitatedFile> {
    let mut words = Words::new(text);
    words.number("the index of the instance")?;
    let published = words.amount("the published value")?;
    let nodes = words.count("the number of customers", 1, MOST_ROWS)?;
    let p = words.count("p", 1, nodes)?;
    let capacity = words.amount("the capacity")?;
    let mut points = Vec::new();
    let mut demand = Vec::new();
    for index in 0..nodes {
        let (line, word) = words.next("a customer number")?;
        if word.parse() != Ok(index + 1) {
            return Err(SitingError::line(line, format!("customer {} expected, found `{word}`", index + 1)));
        }
        points.push((words.number("x")?, words.number("y")?));
        demand.push(words.amount("a demand")?);
    }
    words.finished()?;
    pairs_fit(nodes, nodes)?;
    Ok(CapacitatedFile { published, p, capacity, points, demand })
}

/// A capacitated warehouse location file.
#[derive(Debug, Clone, PartialEq)]
pub struct WarehouseFile {
    /// Capacity of each warehouse, in the unit of the demands.
    pub capacity: Vec<f64>,
    /// Cost of opening each warehouse.
    pub fixed: Vec<f64>,
    /// Demand of each customer.
    pub demand: Vec<f64>,
    /// `cost[customer * warehouses + warehouse]`: cost of serving the *whole* demand from there.
    pub cost: Vec<f64>,
}

/// Whether a text of the `orlib` format is a warehouse file (`m n` on top, then `capacity fixed`) rather than a capacitated
/// p-median file (`index best` on top, then `n p capacity`).
pub fn is_warehouse(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty()).map(|line| line.split_whitespace().count());
    lines.next() == Some(2) && lines.next() == Some(2)
}

/// Reads `warehouses customers`, one `capacity fixed` per warehouse, then per customer its demand and its cost from each
/// warehouse. `capacity` takes the place of the word `capacity` where the file has it (capa, capb, capc).
pub fn parse_warehouse(text: &str, capacity: Option<f64>) -> Result<WarehouseFile> {
    let mut words = Words::new(text);
    let warehouses = words.count("the number of warehouses", 1, MOST_ROWS)?;
    let customers = words.count("the number of customers", 1, MOST_ROWS)?;
    pairs_fit(customers, warehouses)?;
    let mut file = WarehouseFile { capacity: Vec::new(), fixed: Vec::new(), demand: Vec::new(), cost: Vec::new() };
    for _ in 0..warehouses {
        let (line, word) = words.next("a capacity")?;
        file.capacity.push(if word == "capacity" {
            capacity.ok_or_else(|| SitingError::line(line, "this file leaves the capacity open: give one"))?
        } else {
            super::amount(line, "a capacity", word)?
        });
        file.fixed.push(words.amount("a fixed cost")?);
    }
    for _ in 0..customers {
        file.demand.push(words.amount("a demand")?);
        for _ in 0..warehouses {
            file.cost.push(words.amount("a cost")?);
        }
    }
    words.finished()?;
    Ok(file)
}
