//! All-pairs shortest paths of an undirected graph, by one Dijkstra search per node.
//!
//! Costs are integers, so the queue holds plain 64-bit keys (distance above node) and every sum is exact.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Distance of a pair that no path joins.
pub const UNREACHABLE: u32 = u32::MAX;

/// `distance[u * nodes + v]` in the unit of the edge costs; [`UNREACHABLE`] where no path exists.
///
/// Edges are `(u, v, cost)` in either direction, node numbers from 0 and below `nodes`.
pub fn all_pairs(nodes: usize, edges: &[(u32, u32, u32)]) -> Vec<u32> {
    let mut start = vec![0usize; nodes + 1];
    for &(u, v, _) in edges {
        start[u as usize + 1] += 1;
        start[v as usize + 1] += 1;
    }
    for node in 0..nodes {
        start[node + 1] += start[node];
    }
    let mut fill = start.clone();
    let mut arcs = vec![(0u32, 0u32); 2 * edges.len()];
    for &(u, v, cost) in edges {
        for (from, to) in [(u, v), (v, u)] {
            arcs[fill[from as usize]] = (to, cost);
            fill[from as usize] += 1;
        }
    }
    let mut distance = vec![UNREACHABLE; nodes * nodes];
    let mut queue = BinaryHeap::new();
    for source in 0..nodes {
        let row = &mut distance[source * nodes..(source + 1) * nodes];
        row[source] = 0;
        queue.push(Reverse(source as u64));
        while let Some(Reverse(key)) = queue.pop() {
            let (far, node) = ((key >> 32) as u32, (key & 0xffff_ffff) as usize);
            if far > row[node] {
                continue;
            }
            for &(next, cost) in &arcs[start[node]..start[node + 1]] {
                let there = far.saturating_add(cost);
                if there < row[next as usize] {
                    row[next as usize] = there;
                    queue.push(Reverse(u64::from(there) << 32 | u64::from(next)));
                }
            }
        }
    }
    distance
}
