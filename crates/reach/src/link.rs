//! Links a point to the nearest walkable *edge* and remembers how far along it lies, so that both ways out have their own
//! distance. Linking to the nearest node instead misplaces access wherever streets are long between crossings.
//!
//! The step from the door to the street counts as walked. A point further off than the longest link allowed is *unlinked*:
//! it is counted apart, not called uncovered. Islands of the map data (fewer nodes than `island_below`) take no links.

use crate::ReachError;
use crate::geo::{LonLat, Plane};
use crate::network::{Network, Place};
use serde::Serialize;

/// A point's spot on the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The spot on the nearest edge.
    pub place: Place,
    /// Millimetres between the point and that spot.
    pub off_mm: u32,
}

impl Link {
    /// Millimetres to either end of the chain the spot lies on.
    pub fn partial_mm(&self, network: &Network) -> [u32; 2] {
        let chain = network.chain(self.place.chain);
        [self.place.at_mm, chain.mm - self.place.at_mm]
    }
}

/// How links are made; printed with every result.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LinkRule {
    /// Longest link in metres, default 150.
    pub max_link_m: f64,
    /// Components with fewer nodes than this take no links, default 50.
    pub island_below: u32,
}

impl Default for LinkRule {
    fn default() -> Self {
        Self { max_link_m: 150.0, island_below: 50 }
    }
}

/// A grid of cells over the segments of a network.
#[derive(Debug)]
pub struct Linker<'n> {
    network: &'n Network,
    rule: LinkRule,
    plane: Plane,
    /// Cell counts east and north.
    size: [usize; 2],
    start: Vec<u32>,
    /// Segments per cell: chain number and the node at the segment's start, counted along the chain.
    segments: Vec<(u32, u32)>,
}

/// Edge of a grid cell in metres.
const CELL_M: f64 = 120.0;

impl<'n> Linker<'n> {
    /// Builds the grid. Fails with [`ReachError::Parameter`] when the longest link is not in (0, 2000] m.
    pub fn new(network: &'n Network, rule: LinkRule) -> Result<Self, ReachError> {
        if !(rule.max_link_m > 0.0 && rule.max_link_m <= 2_000.0) {
            return Err(ReachError::Parameter { what: "longest link in m", range: "(0, 2000]", got: rule.max_link_m });
        }
        let [west, south, east, north] = network.bounds();
        // The plane's scale is taken where a degree of longitude is longest, so a cell is never wider than it claims.
        let widest = if south <= 0.0 && north >= 0.0 { 0.0 } else { south.abs().min(north.abs()) };
        let scale = Plane::at(LonLat::new(west, widest)?);
        let corner = LonLat::new(west, south)?;
        let span = [scale.xy(LonLat::new(east, widest)?)[0], Plane::at(corner).xy(LonLat::new(west, north)?)[1]];
        let size = span.map(|metres| (metres / CELL_M) as usize + 1);
        let mut linker = Self { network, rule, plane: scale, size, start: Vec::new(), segments: Vec::new() };
        linker.fill(corner)?;
        Ok(linker)
    }

    /// The network linked to.
    pub fn network(&self) -> &'n Network {
        self.network
    }

    /// The rule used.
    pub fn rule(&self) -> LinkRule {
        self.rule
    }

    fn fill(&mut self, corner: LonLat) -> Result<(), ReachError> {
        self.plane = self.plane.moved_to(corner);
        let cells = self.size[0].checked_mul(self.size[1]).filter(|cells| *cells < 1 << 26);
        let far =
            "its streets span nearly a million square kilometres: a node in the wrong place, or an extract to be cut";
        let cells = cells.ok_or(ReachError::TooLarge(far))?;
        let mut placed: Vec<(u32, u32, u32)> = Vec::new();
        for chain in 0..self.network.chain_count() as u32 {
            if self.network.component_size(chain) < self.rule.island_below.min(self.largest()) {
                continue;
            }
            let mut previous: Option<[f64; 2]> = None;
            for (step, (node, _)) in self.network.shape(chain).enumerate() {
                let here = self.plane.xy(self.network.position(node));
                if let Some(before) = previous {
                    self.under(before, here, |cell| placed.push((cell, chain, step as u32 - 1)));
                }
                previous = Some(here);
            }
        }
        placed.sort_unstable();
        self.start = vec![0; cells + 1];
        for (cell, _, _) in &placed {
            self.start[*cell as usize + 1] += 1;
        }
        for at in 1..self.start.len() {
            self.start[at] += self.start[at - 1];
        }
        self.segments = placed.into_iter().map(|(_, chain, step)| (chain, step)).collect();
        Ok(())
    }

    /// Tells the cells a segment runs through, row by row, so that a long one takes as many as it is long. Either side gets a
    /// metre more, for rounding.
    fn under(&self, a: [f64; 2], b: [f64; 2], mut tell: impl FnMut(u32)) {
        let (low, high) = if a[1] <= b[1] { (a, b) } else { (b, a) };
        let [first, last] = [self.cell([0.0, low[1] - 1.0])[1], self.cell([0.0, high[1] + 1.0])[1]];
        let rise = high[1] - low[1];
        let east_at = |north: f64| match rise > 0.0 {
            true => low[0] + (high[0] - low[0]) * ((north - low[1]) / rise).clamp(0.0, 1.0),
            false => low[0],
        };
        for row in first..=last {
            let (south, north) = (row as f64 * CELL_M - 1.0, (row + 1) as f64 * CELL_M + 1.0);
            let ends = if rise > 0.0 { [east_at(south), east_at(north)] } else { [low[0], high[0]] };
            let from = self.cell([ends[0].min(ends[1]) - 1.0, 0.0])[0];
            let to = self.cell([ends[0].max(ends[1]) + 1.0, 0.0])[0];
            (from..=to).for_each(|column| tell((row * self.size[0] + column) as u32));
        }
    }

    /// A network that is all islands still takes links: its largest part is never one.
    fn largest(&self) -> u32 {
        self.network.component_nodes.iter().copied().max().unwrap_or(0)
    }

    fn cell(&self, xy: [f64; 2]) -> [usize; 2] {
        [0, 1].map(|axis| ((xy[axis] / CELL_M).max(0.0) as usize).min(self.size[axis] - 1))
    }

    /// The link of a point, or `None` when no edge lies within the longest link. Equal distances go to the lower chain.
    pub fn link(&self, point: LonLat) -> Option<Link> {
        let xy = self.plane.xy(point);
        // The grid's plane is stretched away from its own latitude by less than 2 % per degree; a margin covers it.
        let margin = self.rule.max_link_m * 1.1;
        let outside = |axis: usize| xy[axis] < -margin || xy[axis] > self.size[axis] as f64 * CELL_M + margin;
        if outside(0) || outside(1) {
            return None;
        }
        let low = self.cell([xy[0] - margin, xy[1] - margin]);
        let high = self.cell([xy[0] + margin, xy[1] + margin]);
        let local = Plane::at(point);
        let mut best: Option<(f64, u32, u32, f64)> = None;
        for y in low[1]..=high[1] {
            for x in low[0]..=high[0] {
                let cell = y * self.size[0] + x;
                let range = self.start[cell] as usize..self.start[cell + 1] as usize;
                for (chain, step) in &self.segments[range] {
                    let (metres, along) = self.distance(&local, *chain, *step);
                    let closer = best.is_none_or(|(known, c, s, _)| (metres, *chain, *step) < (known, c, s));
                    if metres <= self.rule.max_link_m && closer {
                        best = Some((metres, *chain, *step, along));
                    }
                }
            }
        }
        best.map(|(metres, chain, step, along)| {
            let [from, to] = [step, step + 1].map(|step| self.shape_at(chain, step).1);
            let at_mm = from + ((f64::from(to - from) * along).round() as u32).min(to - from);
            Link { place: Place { chain, at_mm }, off_mm: (metres * 1e3).round() as u32 }
        })
    }

    /// Node and position of the `step`-th node of a chain.
    fn shape_at(&self, chain: u32, step: u32) -> (u32, u32) {
        let ends = self.network.chain(chain);
        let inner = self.network.inner(chain);
        match step as usize {
            0 => (ends.a, 0),
            step if step <= inner.len() => {
                let at = inner.start + step - 1;
                (self.network.junctions + at as u32, self.network.at_mm[at])
            }
            _ => (ends.b, ends.mm),
        }
    }

    /// Metres from the plane's origin to a segment, and how far along it (0 to 1) the foot lies.
    fn distance(&self, plane: &Plane, chain: u32, step: u32) -> (f64, f64) {
        let [a, b] = [step, step + 1].map(|step| plane.xy(self.network.position(self.shape_at(chain, step).0)));
        let ab = [b[0] - a[0], b[1] - a[1]];
        let square = ab[0] * ab[0] + ab[1] * ab[1];
        let along = if square > 0.0 { (-(a[0] * ab[0] + a[1] * ab[1]) / square).clamp(0.0, 1.0) } else { 0.0 };
        let foot = [a[0] + along * ab[0], a[1] + along * ab[1]];
        (foot[0].hypot(foot[1]), along)
    }

    /// Links a whole list; fails with [`ReachError::NothingNear`] when not a single one finds an edge.
    pub fn link_all(&self, what: &'static str, points: &[LonLat]) -> Result<Vec<Option<Link>>, ReachError> {
        let first = points.first().ok_or(ReachError::Empty(what))?;
        let links: Vec<Option<Link>> = points.iter().map(|point| self.link(*point)).collect();
        if links.iter().all(Option::is_none) {
            let [west, south, east, north] = self.network.bounds();
            let inside = |at: LonLat| west <= at.lon() && at.lon() <= east && south <= at.lat() && at.lat() <= north;
            let exchanged = LonLat::new(first.lat(), first.lon()).is_ok_and(inside);
            return Err(ReachError::NothingNear {
                what: match points.len() {
                    1 => format!("the {}", what.strip_suffix('s').unwrap_or(what)),
                    count => format!("any of the {count} {what}, the first of them"),
                },
                max_link_m: self.rule.max_link_m,
                bounds: format!("{west:.4},{south:.4} to {east:.4},{north:.4}"),
                first: first.to_string(),
                hint: if exchanged { " (latitude and longitude exchanged they would lie inside)" } else { "" },
            });
        }
        Ok(links)
    }
}
