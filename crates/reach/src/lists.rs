//! Who reaches which site: one list per site of the points within the walk, with their distance. This is what the siting
//! engine works on; it is counted on links and the network, never on polygons.

use crate::link::Link;
use crate::network::Network;
use crate::search::{Search, Sources};

/// Reach lists in compressed rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachLists {
    start: Vec<usize>,
    pairs: Vec<(u32, u32)>,
}

impl ReachLists {
    /// Points within the walk of a site: (point number, millimetres), by point number.
    pub fn of(&self, site: usize) -> &[(u32, u32)] {
        &self.pairs[self.start[site]..self.start[site + 1]]
    }

    /// Number of sites.
    pub fn sites(&self) -> usize {
        self.start.len() - 1
    }

    /// All pairs.
    pub fn pair_count(&self) -> usize {
        self.pairs.len()
    }
}

/// Points sorted by the chain they lie on.
pub(crate) struct ByChain {
    start: Vec<u32>,
    points: Vec<u32>,
}

impl ByChain {
    pub(crate) fn new(network: &Network, points: &[Option<Link>]) -> Self {
        let mut start = vec![0u32; network.chain_count() + 1];
        for link in points.iter().flatten() {
            start[link.place.chain as usize + 1] += 1;
        }
        for at in 1..start.len() {
            start[at] += start[at - 1];
        }
        let mut next = start.clone();
        let mut by_chain = vec![0u32; start[network.chain_count()] as usize];
        for (point, link) in points.iter().enumerate() {
            if let Some(link) = link {
                let slot = &mut next[link.place.chain as usize];
                by_chain[*slot as usize] = point as u32;
                *slot += 1;
            }
        }
        Self { start, points: by_chain }
    }

    pub(crate) fn on(&self, chain: u32) -> &[u32] {
        &self.points[self.start[chain as usize] as usize..self.start[chain as usize + 1] as usize]
    }
}

/// Reach lists of `sites` over `points` within `limit_mm`, one bounded search per site. Unlinked sites have empty lists,
/// unlinked points are in none.
pub fn reach_lists(network: &Network, sites: &[Option<Link>], points: &[Option<Link>], limit_mm: u32) -> ReachLists {
    let by_chain = ByChain::new(network, points);
    let mut search = Search::new(network);
    let (mut start, mut pairs) = (vec![0], Vec::new());
    for site in sites {
        let from = pairs.len();
        if let Some(link) = site {
            let source = Sources::new([*link]);
            search.run_from(&source, limit_mm);
            let mut take = |chain: u32| {
                for point in by_chain.on(chain) {
                    let link = points[*point as usize].as_ref().expect("only linked points lie on a chain");
                    if let Some(mm) = search.to_link(&source, link, limit_mm) {
                        pairs.push((*point, mm));
                    }
                }
            };
            take(link.place.chain);
            for junction in search.reached() {
                for arc in network.arcs(*junction) {
                    // Each chain once: from `a`, or from `b` when `a` was not reached.
                    let seen = arc.reversed() && search.junction(arc.to).is_some();
                    if !seen && arc.chain() != link.place.chain {
                        take(arc.chain());
                    }
                }
            }
            pairs[from..].sort_unstable();
        }
        start.push(pairs.len());
    }
    ReachLists { start, pairs }
}
