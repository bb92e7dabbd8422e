//! Bounded shortest walks with a bucket queue.
//!
//! Labels are whole millimetres, so a bucket is a shift of the label. A bucket may be wider than the shortest chain; a label
//! that improves inside the open bucket is simply put in again, which keeps the result exact. One [`Search`] is reused for
//! many runs: only what the last run touched is cleared.

use crate::link::Link;
use crate::network::{Network, Place};

/// No walk within the limit.
pub(crate) const FAR: u32 = u32::MAX;

/// Width of a bucket, 2^15 mm = 33 m: about one crossing to the next.
const BUCKET_SHIFT: u32 = 15;

/// A searcher over one network, with the labels of its last run.
#[derive(Debug)]
pub struct Search<'n> {
    network: &'n Network,
    mm: Vec<u32>,
    touched: Vec<u32>,
    buckets: Vec<Vec<(u32, u32)>>,
}

impl<'n> Search<'n> {
    /// A searcher with no labels yet.
    pub fn new(network: &'n Network) -> Self {
        let junctions = network.junction_count();
        Self { network, mm: vec![FAR; junctions], touched: Vec::new(), buckets: Vec::new() }
    }

    /// The network searched.
    pub fn network(&self) -> &'n Network {
        self.network
    }

    /// Labels every junction within `limit_mm` of the nearest seed. Seeds are junctions with the millimetres already
    /// walked to them; several seeds make it the distance to the nearest.
    pub fn run(&mut self, seeds: impl IntoIterator<Item = (u32, u32)>, limit_mm: u32) {
        for junction in self.touched.drain(..) {
            self.mm[junction as usize] = FAR;
        }
        let shift = BUCKET_SHIFT.max((limit_mm | 1).ilog2().saturating_sub(15));
        let last = (limit_mm >> shift) as usize;
        if self.buckets.len() <= last {
            self.buckets.resize_with(last + 1, Vec::new);
        }
        for (junction, mm) in seeds {
            if mm <= limit_mm {
                self.improve(junction, mm, shift);
            }
        }
        let network = self.network;
        for bucket in 0..=last {
            while let Some((junction, mm)) = self.buckets[bucket].pop() {
                if mm > self.mm[junction as usize] {
                    continue;
                }
                for arc in network.arcs(junction) {
                    let next = mm.saturating_add(arc.mm);
                    if next <= limit_mm {
                        self.improve(arc.to, next, shift);
                    }
                }
            }
        }
    }

    fn improve(&mut self, junction: u32, mm: u32, shift: u32) {
        let label = &mut self.mm[junction as usize];
        if mm < *label {
            if *label == FAR {
                self.touched.push(junction);
            }
            *label = mm;
            self.buckets[(mm >> shift) as usize].push((junction, mm));
        }
    }

    /// Walks from the nearest of `sources`, see [`Search::run`]. Spots on a source's own chain need [`Sources::direct`] too.
    pub fn run_from(&mut self, sources: &Sources, limit_mm: u32) {
        let network = self.network;
        let seeds = sources.by_chain.iter().flat_map(|link| {
            let chain = network.chain(link.place.chain);
            let at = link.place.at_mm;
            [(chain.a, link.off_mm.saturating_add(at)), (chain.b, link.off_mm.saturating_add(chain.mm - at))]
        });
        self.run(seeds, limit_mm);
    }

    /// Millimetres to a junction, if the last run reached it.
    pub fn junction(&self, junction: u32) -> Option<u32> {
        Some(self.mm[junction as usize]).filter(|mm| *mm != FAR)
    }

    /// Millimetres to a junction, [`FAR`] if the last run did not reach it.
    pub(crate) fn label(&self, junction: u32) -> u32 {
        self.mm[junction as usize]
    }

    /// Junctions the last run reached, in no particular order.
    pub fn reached(&self) -> &[u32] {
        &self.touched
    }

    /// Millimetres to a place through the ends of its chain ([`FAR`] when neither was reached).
    pub(crate) fn through_ends(&self, place: Place) -> u32 {
        let chain = self.network.chain(place.chain);
        let from_a = self.mm[chain.a as usize].saturating_add(place.at_mm);
        from_a.min(self.mm[chain.b as usize].saturating_add(chain.mm - place.at_mm))
    }

    /// Millimetres from the nearest source to a link, both links' own distance from the edge included.
    /// `None` beyond `limit_mm`.
    pub fn to_link(&self, sources: &Sources, link: &Link, limit_mm: u32) -> Option<u32> {
        let mm = self.through_ends(link.place).min(sources.direct(link.place)).saturating_add(link.off_mm);
        Some(mm).filter(|mm| *mm <= limit_mm)
    }
}

/// Sources of a search, ordered by chain so that a walk along one and the same chain is found as well.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    by_chain: Vec<Link>,
}

impl Sources {
    /// From links; those without one simply are not there.
    pub fn new(links: impl IntoIterator<Item = Link>) -> Self {
        let mut by_chain: Vec<Link> = links.into_iter().collect();
        by_chain.sort_unstable_by_key(|link| (link.place.chain, link.place.at_mm, link.off_mm));
        Self { by_chain }
    }

    /// Sources at nodes of the network.
    pub fn at_nodes(network: &Network, nodes: &[u32]) -> Self {
        Self::new(nodes.iter().map(|node| Link { place: network.place_of(*node), off_mm: 0 }))
    }

    /// Millimetres along the chain itself to a source on the same chain, [`FAR`] if there is none.
    pub(crate) fn direct(&self, place: Place) -> u32 {
        let from = self.by_chain.partition_point(|link| link.place.chain < place.chain);
        self.by_chain[from..]
            .iter()
            .take_while(|link| link.place.chain == place.chain)
            .map(|link| link.place.at_mm.abs_diff(place.at_mm).saturating_add(link.off_mm))
            .min()
            .unwrap_or(FAR)
    }
}

/// What a walk reaches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reached {
    /// Nodes, junctions included.
    pub nodes: usize,
    /// Junctions.
    pub junctions: usize,
    /// Length of the streets within the walk, metres.
    pub length_m: f64,
}

impl Sources {
    /// Chains that may be partly within the last run, each once, lowest first.
    pub(crate) fn chains_within(&self, search: &Search<'_>) -> Vec<u32> {
        let network = search.network();
        let around = search.reached().iter().flat_map(|junction| network.arcs(*junction)).map(|arc| arc.chain());
        let mut chains: Vec<u32> = around.chain(self.by_chain.iter().map(|link| link.place.chain)).collect();
        chains.sort_unstable();
        chains.dedup();
        chains
    }

    /// Counts what the last run of `search` from these sources reached within `limit_mm`.
    pub fn reached(&self, search: &Search<'_>, limit_mm: u32) -> Reached {
        let network = search.network();
        let (mut inner, mut length_mm) = (0, 0u64);
        for chain in self.chains_within(search) {
            let ends = network.chain(chain);
            let within = |at_mm: u32| {
                let place = Place { chain, at_mm };
                search.through_ends(place).min(self.direct(place)) <= limit_mm
            };
            inner += network.inner(chain).filter(|at| within(network.at_mm[*at])).count();
            length_mm += self.stretches(search, chain, ends.mm, limit_mm);
        }
        let junctions = search.reached().len();
        Reached { nodes: junctions + inner, junctions, length_m: length_mm as f64 / 1e3 }
    }

    /// Millimetres of a chain within the limit: stretches from both ends and around sources on it, overlaps once.
    fn stretches(&self, search: &Search<'_>, chain: u32, mm: u32, limit_mm: u32) -> u64 {
        let network = search.network();
        let ends = network.chain(chain);
        let from = self.by_chain.partition_point(|link| link.place.chain < chain);
        let own = self.by_chain[from..].iter().take_while(|link| link.place.chain == chain);
        let mut spans: Vec<(u32, u32)> = own
            .filter_map(|link| limit_mm.checked_sub(link.off_mm).map(|left| (link.place.at_mm, left)))
            .chain(search.junction(ends.a).map(|walked| (0, limit_mm - walked)))
            .chain(search.junction(ends.b).map(|walked| (mm, limit_mm - walked)))
            .map(|(at, left)| (at.saturating_sub(left), at.saturating_add(left).min(mm)))
            .collect();
        spans.sort_unstable();
        let (mut sum, mut covered_to) = (0u64, 0u32);
        for (low, high) in spans {
            sum += u64::from(high.saturating_sub(low.max(covered_to)));
            covered_to = covered_to.max(high);
        }
        sum
    }
}
