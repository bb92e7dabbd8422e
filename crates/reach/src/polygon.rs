//! The outline of what a walk reaches, for a map. For drawing only: it is made of squares around reached streets, it says
//! nothing about pockets inside, and no figure is ever counted from it.

use crate::geo::{LonLat, Plane};
use crate::search::{FAR, Search, Sources};
use std::collections::{BTreeMap, BTreeSet};

/// Edge of a drawing square in metres.
pub const CELL_M: f64 = 25.0;

/// A polygon as GeoJSON has it: the outer ring (counter-clockwise), then its holes, each closed; lon and lat in degrees.
pub type Polygon = Vec<Vec<[f64; 2]>>;

type Corner = (i32, i32);

/// Outlines of the streets that the last run of `search` reached within `limit_mm` from `sources`.
pub fn outline(search: &Search<'_>, sources: &Sources, limit_mm: u32) -> Vec<Polygon> {
    let network = search.network();
    let [west, south, east, north] = network.bounds();
    let Ok(middle) = LonLat::new((west + east) / 2.0, (south + north) / 2.0) else { return Vec::new() };
    let plane = Plane::at(middle);
    let mut cells: BTreeSet<Corner> = BTreeSet::new();
    for chain in sources.chains_within(search) {
        let ends = network.chain(chain);
        let mut before: Option<([f64; 2], u32)> = None;
        for (node, at_mm) in network.shape(chain) {
            let here = plane.xy(network.position(node));
            if let Some((start, start_mm)) = before {
                let steps = (f64::from(at_mm - start_mm) / 1e3 / (CELL_M / 2.0)).ceil().max(1.0) as u32;
                for step in 0..=steps {
                    let part = f64::from(step) / f64::from(steps);
                    let spot = start_mm + (f64::from(at_mm - start_mm) * part).round() as u32;
                    let place = crate::network::Place { chain, at_mm: spot.min(ends.mm) };
                    let mm = search.through_ends(place).min(sources.direct(place));
                    if mm != FAR && mm <= limit_mm {
                        let xy = [0, 1].map(|axis| start[axis] + (here[axis] - start[axis]) * part);
                        let cell = xy.map(|metres| (metres / CELL_M).floor() as i32);
                        (-1..=1).for_each(|dx| cells.extend((-1..=1).map(|dy| (cell[0] + dx, cell[1] + dy))));
                    }
                }
            }
            before = Some((here, at_mm));
        }
    }
    let degrees = |(x, y): &Corner| plane.lon_lat([f64::from(*x) * CELL_M, f64::from(*y) * CELL_M]);
    nest(rings(&cells))
        .iter()
        .map(|rings| rings.iter().map(|ring| ring.iter().map(degrees).collect()).collect())
        .collect()
}

/// Walks the border of a set of squares with the inside on the left.
fn rings(cells: &BTreeSet<Corner>) -> Vec<Vec<Corner>> {
    let mut edges: BTreeMap<Corner, Vec<Corner>> = BTreeMap::new();
    for (x, y) in cells.iter().copied() {
        let sides = [
            ((x, y - 1), (x, y), (x + 1, y)),
            ((x + 1, y), (x + 1, y), (x + 1, y + 1)),
            ((x, y + 1), (x + 1, y + 1), (x, y + 1)),
            ((x - 1, y), (x, y + 1), (x, y)),
        ];
        for (beyond, from, to) in sides {
            if !cells.contains(&beyond) {
                edges.entry(from).or_default().push(to);
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((start, ends)) = edges.iter().next() {
        let (start, mut ring) = (*start, vec![*start, ends[0]]);
        take_edge(&mut edges, start, ring[1]);
        while *ring.last().expect("the ring has two corners") != start {
            let (from, at) = (ring[ring.len() - 2], ring[ring.len() - 1]);
            // Where two squares touch at a corner, the left turn keeps to the same square.
            let left = (at.0 - (at.1 - from.1), at.1 + (at.0 - from.0));
            let ways = &edges[&at];
            let next = if ways.contains(&left) { left } else { ways[0] };
            take_edge(&mut edges, at, next);
            ring.push(next);
        }
        rings.push(straightened(&ring));
    }
    rings
}

fn take_edge(edges: &mut BTreeMap<Corner, Vec<Corner>>, from: Corner, to: Corner) {
    if let Some(ends) = edges.get_mut(&from) {
        ends.retain(|end| *end != to);
        if ends.is_empty() {
            edges.remove(&from);
        }
    }
}

/// Drops the corners in the middle of a straight run; the ring stays closed.
fn straightened(ring: &[Corner]) -> Vec<Corner> {
    let open = &ring[..ring.len() - 1];
    let count = open.len();
    let turn = |at: &usize| {
        let (before, here, after) = (open[(at + count - 1) % count], open[*at], open[(at + 1) % count]);
        (here.0 - before.0) * (after.1 - here.1) != (here.1 - before.1) * (after.0 - here.0)
    };
    let mut corners: Vec<Corner> = (0..count).filter(turn).map(|at| open[at]).collect();
    corners.push(corners[0]);
    corners
}

/// Twice the signed area: positive for an outer ring, negative for a hole.
fn area2(ring: &[Corner]) -> i64 {
    ring.windows(2).map(|p| i64::from(p[0].0) * i64::from(p[1].1) - i64::from(p[1].0) * i64::from(p[0].1)).sum()
}

/// Gives each hole to the smallest outer ring around it.
fn nest(rings: Vec<Vec<Corner>>) -> Vec<Vec<Vec<Corner>>> {
    let (outer, holes): (Vec<_>, Vec<_>) = rings.into_iter().partition(|ring| area2(ring) > 0);
    let mut polygons: Vec<Vec<Vec<Corner>>> = outer.into_iter().map(|ring| vec![ring]).collect();
    polygons.sort_by_key(|polygon| area2(&polygon[0]));
    for hole in holes {
        // A spot just inside the solid side of the hole's lowest edge decides whose hole it is.
        let (x, y) = *hole.iter().min().expect("a ring has corners");
        let spot = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        if let Some(polygon) = polygons.iter_mut().find(|polygon| contains(&polygon[0], spot)) {
            polygon.push(hole);
        }
    }
    polygons.reverse();
    polygons
}

fn contains(ring: &[Corner], spot: (f64, f64)) -> bool {
    let crossings = ring.windows(2).filter(|p| {
        let vertical = p[0].0 == p[1].0 && f64::from(p[0].0) > spot.0;
        let (low, high) = (p[0].1.min(p[1].1), p[0].1.max(p[1].1));
        vertical && f64::from(low) < spot.1 && spot.1 < f64::from(high)
    });
    crossings.count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(x: std::ops::Range<i32>, y: std::ops::Range<i32>) -> BTreeSet<Corner> {
        x.flat_map(|x| y.clone().map(move |y| (x, y))).collect()
    }

    #[test]
    fn a_block_has_four_corners_and_its_own_area() {
        let rings = rings(&block(0..3, 0..2));
        assert_eq!(rings.len(), 1);
        assert_eq!(rings[0].len(), 5);
        assert_eq!(area2(&rings[0]), 12);
    }

    #[test]
    fn a_hole_belongs_to_the_ring_around_it() {
        let mut cells = block(0..5, 0..5);
        cells.remove(&(2, 2));
        cells.extend(block(10..12, 0..2));
        let polygons = nest(rings(&cells));
        assert_eq!(polygons.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(polygons[0].iter().map(|ring| area2(ring)).sum::<i64>(), 48);
    }

    #[test]
    fn squares_that_touch_at_a_corner_stay_two() {
        let cells = BTreeSet::from([(0, 0), (1, 1)]);
        assert_eq!(nest(rings(&cells)).len(), 2);
    }
}
