//! The walking network: junctions joined by chains, in compressed sparse rows.
//!
//! A node of degree two lies inside a chain and costs no search step; it keeps its own distance along the chain, so every
//! node and every point between two nodes still has an exact walk. Junctions come first in the numbering (in Morton
//! order, neighbours near each other in memory), then the inner nodes chain by chain.

use crate::geo::LonLat;
use serde::{Deserialize, Serialize};

/// A chain of segments between two junctions (the same one, for a loop).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// Junction at position 0.
    pub a: u32,
    /// Junction at position `mm`.
    pub b: u32,
    /// Length in millimetres.
    pub mm: u32,
    /// Number of the first inner node, counted from the end of the junctions.
    pub first: u32,
}

/// One way out of a junction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arc {
    /// Junction at the other end.
    pub to: u32,
    /// Length in millimetres.
    pub mm: u32,
    /// Chain number times two, plus one when walked from `b` to `a`.
    pub chain2: u32,
}

impl Arc {
    /// Number of the chain walked.
    pub fn chain(self) -> u32 {
        self.chain2 / 2
    }

    /// Whether it is walked from `b` to `a`.
    pub fn reversed(self) -> bool {
        self.chain2 & 1 == 1
    }
}

/// A spot on a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Chain number.
    pub chain: u32,
    /// Millimetres from the chain's `a`.
    pub at_mm: u32,
}

/// What a network was made from; kept in the file and printed with results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Rule of walkable ways.
    pub profile: crate::Profile,
    /// Name of the source as the operator gave it, without a folder.
    pub source: String,
    /// SHA-256 of the source file in hex, empty when it was not a file.
    pub source_sha256: String,
    /// Whom to name beside every figure.
    pub attribution: String,
}

impl Meta {
    /// The attribution ODbL asks for.
    pub const OSM: &'static str = "© OpenStreetMap contributors, ODbL 1.0";
}

/// A walking network, valid by construction: indices in range, lengths consistent.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    pub(crate) meta: Meta,
    pub(crate) junctions: u32,
    /// 10⁻⁷ degrees, lon then lat; junctions, then inner nodes.
    pub(crate) coords: Vec<[i32; 2]>,
    pub(crate) chains: Vec<Chain>,
    /// Millimetres along their chain, per inner node.
    pub(crate) at_mm: Vec<u32>,
    pub(crate) arc_start: Vec<u32>,
    pub(crate) arcs: Vec<Arc>,
    /// Component per junction, and nodes per component.
    pub(crate) component: Vec<u32>,
    pub(crate) component_nodes: Vec<u32>,
}

impl Network {
    /// What it was made from.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// All nodes: junctions and inner nodes.
    pub fn node_count(&self) -> usize {
        self.coords.len()
    }

    /// Nodes where a walk can turn (or ends).
    pub fn junction_count(&self) -> usize {
        self.junctions as usize
    }

    /// Chains between junctions.
    pub fn chain_count(&self) -> usize {
        self.chains.len()
    }

    /// Segments between neighbouring nodes, what other tools call edges.
    pub fn segment_count(&self) -> usize {
        self.at_mm.len() + self.chains.len()
    }

    /// Parts of the network that no walk joins.
    pub fn component_count(&self) -> usize {
        self.component_nodes.len()
    }

    /// Total length in metres.
    pub fn length_m(&self) -> f64 {
        self.chains.iter().map(|chain| f64::from(chain.mm)).sum::<f64>() / 1e3
    }

    /// The chain with number `chain`.
    pub fn chain(&self, chain: u32) -> Chain {
        self.chains[chain as usize]
    }

    /// Inner nodes of a chain, as a range of the inner numbering.
    pub(crate) fn inner(&self, chain: u32) -> std::ops::Range<usize> {
        let first = self.chains[chain as usize].first as usize;
        let end = self.chains.get(chain as usize + 1).map_or(self.at_mm.len(), |next| next.first as usize);
        first..end
    }

    /// Ways out of a junction.
    pub fn arcs(&self, junction: u32) -> &[Arc] {
        let at = junction as usize;
        &self.arcs[self.arc_start[at] as usize..self.arc_start[at + 1] as usize]
    }

    /// Position of a node.
    pub fn position(&self, node: u32) -> LonLat {
        LonLat::from_grid(self.coords[node as usize])
    }

    /// Where a node lies: a junction is the start of its first arc's chain, or the end of it.
    pub fn place_of(&self, node: u32) -> Place {
        if node < self.junctions {
            let arc = self.arcs(node)[0];
            let chain = arc.chain();
            let at_mm = if arc.reversed() { self.chain(chain).mm } else { 0 };
            return Place { chain, at_mm };
        }
        let inner = node - self.junctions;
        // The last chain that starts at or before this node; chains without inner nodes share a start with the next.
        let chain = self.chains.partition_point(|chain| chain.first <= inner) as u32 - 1;
        Place { chain, at_mm: self.at_mm[inner as usize] }
    }

    /// The nodes of a chain in order with their position: `a`, the inner nodes, `b`.
    pub fn shape(&self, chain: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let ends = self.chain(chain);
        let inner = self.inner(chain).map(|at| (self.junctions + at as u32, self.at_mm[at]));
        std::iter::once((ends.a, 0)).chain(inner).chain(std::iter::once((ends.b, ends.mm)))
    }

    /// Nodes in the component a chain belongs to; a small number is an island in the map data.
    pub fn component_size(&self, chain: u32) -> u32 {
        self.component_nodes[self.component[self.chain(chain).a as usize] as usize]
    }

    /// West, south, east, north in degrees.
    pub fn bounds(&self) -> [f64; 4] {
        let mut bounds = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];
        for [lon, lat] in &self.coords {
            bounds = [bounds[0].min(*lon), bounds[1].min(*lat), bounds[2].max(*lon), bounds[3].max(*lat)];
        }
        bounds.map(|edge| f64::from(edge) * 1e-7)
    }
}
