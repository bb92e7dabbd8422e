//! From nodes and ways to a [`Network`]: chains are traced between junctions, renumbered so that neighbours lie near each
//! other in memory, and labelled by connected component. The same input gives the same bytes.

use crate::ReachError;
use crate::geo::{LonLat, haversine_mm};
use crate::network::{Arc, Chain, Meta, Network};

/// Collects nodes and segments. Node numbers are those [`NetworkBuilder::add_node`] handed out.
#[derive(Debug, Default)]
pub struct NetworkBuilder {
    coords: Vec<[i32; 2]>,
    segments: Vec<[u32; 3]>,
}

/// Marks a node that no segment uses.
const UNUSED: u32 = u32::MAX;

impl NetworkBuilder {
    /// Adds a node and returns its number.
    pub fn add_node(&mut self, at: LonLat) -> u32 {
        self.coords.push(at.to_grid());
        (self.coords.len() - 1) as u32
    }

    pub(crate) fn add_grid_node(&mut self, at: [i32; 2]) -> u32 {
        self.coords.push(at);
        (self.coords.len() - 1) as u32
    }

    /// Adds the segments between consecutive nodes, each as long as its great circle. A repeated node is one node.
    ///
    /// # Panics
    /// When a number was not handed out by this builder.
    pub fn add_way(&mut self, nodes: &[u32]) {
        for pair in nodes.windows(2) {
            let mm = haversine_mm(self.coords[pair[0] as usize], self.coords[pair[1] as usize]);
            self.add_segment(pair[0], pair[1], mm);
        }
    }

    /// Adds one segment of a given length in millimetres, walkable both ways. A segment from a node to itself is left out.
    pub fn add_segment(&mut self, u: u32, v: u32, mm: u32) {
        assert!((u as usize) < self.coords.len() && (v as usize) < self.coords.len(), "node of another builder");
        if u != v {
            self.segments.push([u, v, mm]);
        }
    }

    /// Builds the network.
    pub fn build(self, meta: Meta) -> Result<Network, ReachError> {
        self.build_with_map(meta).map(|(network, _)| network)
    }

    /// Builds the network and tells which of its nodes each added node became (`u32::MAX` where no segment uses it).
    pub fn build_with_map(self, meta: Meta) -> Result<(Network, Vec<u32>), ReachError> {
        if self.segments.is_empty() {
            return Err(ReachError::NoWalkableWay { ways: 0 });
        }
        if self.coords.len() > (1 << 30) || self.segments.len() > (1 << 29) {
            return Err(ReachError::TooLarge("more than 2^30 nodes or 2^29 segments"));
        }
        Tracer::new(&self).trace(meta)
    }
}

/// The state of tracing: which segments are still to be walked, and the chains found.
struct Tracer<'b> {
    input: &'b NetworkBuilder,
    start: Vec<u32>,
    incident: Vec<u32>,
    walked: Vec<bool>,
    /// New number per builder node.
    number: Vec<u32>,
    junction_nodes: Vec<u32>,
    inner_nodes: Vec<u32>,
    at_mm: Vec<u32>,
    chains: Vec<Chain>,
}

impl<'b> Tracer<'b> {
    fn new(input: &'b NetworkBuilder) -> Self {
        let mut start = vec![0u32; input.coords.len() + 1];
        for [u, v, _] in &input.segments {
            start[*u as usize + 1] += 1;
            start[*v as usize + 1] += 1;
        }
        for at in 1..start.len() {
            start[at] += start[at - 1];
        }
        let mut next = start.clone();
        let mut incident = vec![0u32; input.segments.len() * 2];
        for (segment, [u, v, _]) in input.segments.iter().enumerate() {
            for node in [u, v] {
                let slot = &mut next[*node as usize];
                incident[*slot as usize] = segment as u32;
                *slot += 1;
            }
        }
        Self {
            input,
            start,
            incident,
            walked: vec![false; input.segments.len()],
            number: vec![UNUSED; input.coords.len()],
            junction_nodes: Vec::new(),
            inner_nodes: Vec::new(),
            at_mm: Vec::new(),
            chains: Vec::new(),
        }
    }

    fn incident(&self, node: u32) -> &[u32] {
        &self.incident[self.start[node as usize] as usize..self.start[node as usize + 1] as usize]
    }

    fn trace(mut self, meta: Meta) -> Result<(Network, Vec<u32>), ReachError> {
        let mut junctions: Vec<u32> =
            (0..self.input.coords.len() as u32).filter(|node| !matches!(self.incident(*node).len(), 0 | 2)).collect();
        let bounds = grid_bounds(&self.input.coords);
        junctions.sort_by_key(|node| (morton(self.input.coords[*node as usize], bounds), *node));
        for node in junctions {
            self.make_junction(node);
        }
        for at in 0..self.junction_nodes.len() {
            self.chains_from(self.junction_nodes[at])?;
        }
        // What is left are rings without a junction: one node of each becomes the place where it starts and ends.
        for segment in 0..self.input.segments.len() {
            if !self.walked[segment] {
                let node = self.input.segments[segment][0];
                self.make_junction(node);
                self.chains_from(node)?;
            }
        }
        Ok(self.finish(meta))
    }

    fn make_junction(&mut self, node: u32) {
        self.number[node as usize] = self.junction_nodes.len() as u32;
        self.junction_nodes.push(node);
    }

    fn chains_from(&mut self, from: u32) -> Result<(), ReachError> {
        for slot in self.start[from as usize]..self.start[from as usize + 1] {
            let segment = self.incident[slot as usize];
            if !self.walked[segment as usize] {
                self.chain_along(from, segment)?;
            }
        }
        Ok(())
    }

    fn chain_along(&mut self, from: u32, mut segment: u32) -> Result<(), ReachError> {
        let first = self.inner_nodes.len() as u32;
        let (mut node, mut mm) = (from, 0u32);
        loop {
            self.walked[segment as usize] = true;
            let [u, v, length] = self.input.segments[segment as usize];
            node = if node == u { v } else { u };
            mm = mm.checked_add(length).ok_or(ReachError::TooLarge("a chain longer than 4,294 km"))?;
            if self.number[node as usize] != UNUSED {
                break;
            }
            self.inner_nodes.push(node);
            self.at_mm.push(mm);
            let [one, other] = self.incident(node) else { unreachable!("a node that is no junction has two segments") };
            segment = if *one == segment { *other } else { *one };
        }
        let (a, b) = (self.number[from as usize], self.number[node as usize]);
        self.chains.push(Chain { a, b, mm, first });
        Ok(())
    }

    fn finish(mut self, meta: Meta) -> (Network, Vec<u32>) {
        let junctions = self.junction_nodes.len() as u32;
        for (at, node) in self.inner_nodes.iter().enumerate() {
            self.number[*node as usize] = junctions + at as u32;
        }
        let order = self.junction_nodes.iter().chain(&self.inner_nodes);
        let coords = order.map(|node| self.input.coords[*node as usize]).collect();
        let (arc_start, arcs) = rows(junctions as usize, &self.chains);
        let mut network = Network {
            meta,
            junctions,
            coords,
            chains: self.chains,
            at_mm: self.at_mm,
            arc_start,
            arcs,
            component: Vec::new(),
            component_nodes: Vec::new(),
        };
        label_components(&mut network);
        (network, self.number)
    }
}

/// The sparse rows of the chains: two arcs per chain.
pub(crate) fn rows(junctions: usize, chains: &[Chain]) -> (Vec<u32>, Vec<Arc>) {
    let mut start = vec![0u32; junctions + 1];
    for chain in chains {
        start[chain.a as usize + 1] += 1;
        start[chain.b as usize + 1] += 1;
    }
    for at in 1..start.len() {
        start[at] += start[at - 1];
    }
    let mut next = start.clone();
    let mut arcs = vec![Arc { to: 0, mm: 0, chain2: 0 }; chains.len() * 2];
    for (number, chain) in chains.iter().enumerate() {
        for (from, to, reverse) in [(chain.a, chain.b, 0), (chain.b, chain.a, 1)] {
            let slot = &mut next[from as usize];
            arcs[*slot as usize] = Arc { to, mm: chain.mm, chain2: number as u32 * 2 + reverse };
            *slot += 1;
        }
    }
    (start, arcs)
}

/// Labels components in the order of their lowest junction.
pub(crate) fn label_components(network: &mut Network) {
    let mut component = vec![UNUSED; network.junction_count()];
    let mut sizes: Vec<u32> = Vec::new();
    let mut stack = Vec::new();
    for junction in 0..network.junctions {
        if component[junction as usize] != UNUSED {
            continue;
        }
        let label = sizes.len() as u32;
        let (mut corners, mut inner_twice) = (0u32, 0u32);
        component[junction as usize] = label;
        stack.push(junction);
        while let Some(at) = stack.pop() {
            corners += 1;
            for arc in network.arcs(at) {
                inner_twice += network.inner(arc.chain()).len() as u32;
                if component[arc.to as usize] == UNUSED {
                    component[arc.to as usize] = label;
                    stack.push(arc.to);
                }
            }
        }
        sizes.push(corners + inner_twice / 2);
    }
    network.component = component;
    network.component_nodes = sizes;
}

fn grid_bounds(coords: &[[i32; 2]]) -> [i32; 4] {
    coords.iter().fold([i32::MAX, i32::MAX, i32::MIN, i32::MIN], |acc, [x, y]| {
        [acc[0].min(*x), acc[1].min(*y), acc[2].max(*x), acc[3].max(*y)]
    })
}

/// Interleaved bits of the position inside the bounds: near in the plane is near in the order.
fn morton(at: [i32; 2], bounds: [i32; 4]) -> u32 {
    let cell = |value: i32, low: i32, high: i32| {
        let span = (i64::from(high) - i64::from(low)).max(1);
        ((i64::from(value) - i64::from(low)) * 65_535 / span) as u32
    };
    let spread = |mut bits: u32| {
        bits = (bits | (bits << 8)) & 0x00ff_00ff;
        bits = (bits | (bits << 4)) & 0x0f0f_0f0f;
        bits = (bits | (bits << 2)) & 0x3333_3333;
        (bits | (bits << 1)) & 0x5555_5555
    };
    spread(cell(at[0], bounds[0], bounds[2])) | (spread(cell(at[1], bounds[1], bounds[3])) << 1)
}
