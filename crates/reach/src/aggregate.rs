//! The weight within a walk of every node of the network: the picture behind an accessibility map.
//!
//! Weights sit on nodes. Inner nodes of a chain are counted by position from whichever ends were reached, with prefix sums,
//! so a search only ever walks junctions.

use crate::ReachError;
use crate::network::Network;
use crate::search::{FAR, Search};

/// Sum of `weight` over all nodes within `limit_mm` of each node, the node itself included.
///
/// `weight` has one entry per node ([`Network::node_count`]); otherwise [`ReachError::Empty`].
pub fn weight_within(network: &Network, weight: &[f64], limit_mm: u32) -> Result<Vec<f64>, ReachError> {
    if weight.len() != network.node_count() {
        return Err(ReachError::Empty("weight per node"));
    }
    let around = Around::new(network, weight);
    let mut search = Search::new(network);
    let mut sums = vec![0.0; network.node_count()];
    for junction in 0..network.junctions {
        search.run([(junction, 0)], limit_mm);
        sums[junction as usize] = around.reached(&search, limit_mm, u32::MAX);
    }
    for chain in 0..network.chain_count() as u32 {
        let ends = network.chain(chain);
        for at in network.inner(chain) {
            let here = network.at_mm[at];
            search.run([(ends.a, here), (ends.b, ends.mm - here)], limit_mm);
            let own = around.own_chain(&search, chain, here, limit_mm);
            sums[network.junctions as usize + at] = around.reached(&search, limit_mm, chain) + own;
        }
    }
    Ok(sums)
}

/// Junction weights and running sums along the inner nodes.
struct Around<'n> {
    network: &'n Network,
    at_junction: &'n [f64],
    /// `running[i]` is the weight of the inner nodes before `i`.
    running: Vec<f64>,
    /// Weight of all inner nodes, per chain: most chains in reach are reached whole.
    inner_weight: Vec<f64>,
}

impl<'n> Around<'n> {
    fn new(network: &'n Network, weight: &'n [f64]) -> Self {
        let (at_junction, inner) = weight.split_at(network.junctions as usize);
        let mut running = Vec::with_capacity(inner.len() + 1);
        let mut sum = 0.0;
        running.push(sum);
        for weight in inner {
            sum += weight;
            running.push(sum);
        }
        let whole = |chain: u32| {
            let inner = network.inner(chain);
            running[inner.end] - running[inner.start]
        };
        let inner_weight = (0..network.chain_count() as u32).map(whole).collect();
        Self { network, at_junction, running, inner_weight }
    }

    /// Weight of the reached junctions and of the inner nodes of their chains, `skip` excepted.
    fn reached(&self, search: &Search<'_>, limit_mm: u32, skip: u32) -> f64 {
        let mut sum = 0.0;
        for junction in search.reached() {
            sum += self.at_junction[*junction as usize];
            let left = limit_mm - search.label(*junction);
            for arc in self.network.arcs(*junction) {
                let chain = arc.chain();
                let other = search.label(arc.to);
                // Each chain once: from `a`, or from `b` when `a` was not reached.
                let counted_at_a = arc.reversed() && other != FAR;
                if counted_at_a || chain == skip {
                    continue;
                }
                if other != FAR && u64::from(left) + u64::from(limit_mm - other) >= u64::from(arc.mm) {
                    sum += self.inner_weight[chain as usize];
                } else if !self.network.inner(chain).is_empty() {
                    let (head, tail) = self.split(search, chain, limit_mm);
                    sum += self.weight_of(chain, head, tail);
                }
            }
        }
        sum
    }

    /// How many inner nodes of a chain lie within the limit from `a`, and the first one that does from `b`.
    fn split(&self, search: &Search<'_>, chain: u32, limit_mm: u32) -> (usize, usize) {
        let ends = self.network.chain(chain);
        let at = &self.network.at_mm[self.network.inner(chain)];
        let [from_a, from_b] = [ends.a, ends.b].map(|end| search.label(end));
        let head = match limit_mm.checked_sub(from_a) {
            Some(left) => at.partition_point(|mm| *mm <= left),
            None => 0,
        };
        let tail = match limit_mm.checked_sub(from_b) {
            Some(left) => at.partition_point(|mm| *mm < ends.mm.saturating_sub(left)),
            None => at.len(),
        };
        (head, tail)
    }

    fn weight_of(&self, chain: u32, head: usize, tail: usize) -> f64 {
        let inner = self.network.inner(chain);
        let (first, end) = (self.running[inner.start], self.running[inner.end]);
        if head >= tail {
            return end - first;
        }
        (self.running[inner.start + head] - first) + (end - self.running[inner.start + tail])
    }

    /// The source's own chain: what lies within the limit along it, or around through an end.
    fn own_chain(&self, search: &Search<'_>, chain: u32, here: u32, limit_mm: u32) -> f64 {
        let inner = self.network.inner(chain);
        let at = &self.network.at_mm[inner.clone()];
        let low = at.partition_point(|mm| *mm < here.saturating_sub(limit_mm));
        let high = at.partition_point(|mm| *mm <= here.saturating_add(limit_mm));
        let (head, tail) = self.split(search, chain, limit_mm);
        let part = |from: usize, to: usize| self.running[inner.start + to] - self.running[inner.start + from];
        // Three runs of nodes: [0, head), [low, high), [tail, end), merged so that none counts twice.
        let (head, tail) = (head.min(at.len()), tail.max(head));
        let low = low.max(head).min(tail);
        let high = high.max(low).min(tail);
        part(0, head) + part(low, high) + part(tail, at.len())
    }
}
