//! The share of weight (children, residents) within the walk of a site, per area and in all.
//!
//! Three kinds of weight stand apart: covered, not covered, and *unlinked* (no walkable edge near enough to tell). Beside the
//! walk stands what a circle would have claimed, and how much is covered only thanks to a site of another area.

use crate::check::{SiteCheck, check_links};
use crate::geo::{LonLat, haversine_m};
use crate::link::{Link, LinkRule, Linker};
use crate::search::{Search, Sources};
use crate::{ReachError, Walk};
use serde::Serialize;

/// A place where children live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DemandPoint {
    /// WGS-84 position.
    pub at: LonLat,
    /// How many, zero or more.
    pub weight: f64,
    /// Number of its area, from 0.
    pub area: u32,
}

/// A place that serves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Site {
    /// WGS-84 position.
    pub at: LonLat,
    /// Number of the area it lies in, from 0; `None` outside all of them (the rim).
    pub area: Option<u32>,
}

/// One area's figures. Weights are in the unit of the points, minutes at the walk's speed.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct AreaCoverage {
    /// Points in the area.
    pub points: usize,
    /// Their weight.
    pub weight: f64,
    /// Weight within the walk of any site.
    pub covered: f64,
    /// `covered / weight`; null for an area without weight.
    pub share: Option<f64>,
    /// Weight within the walk of a site of the same area.
    pub covered_by_own: f64,
    /// Points too far from any walkable edge to tell.
    pub unlinked_points: usize,
    /// Their weight; part of `weight`, never of `covered`.
    pub unlinked: f64,
    /// What circles of the same length around the sites would claim.
    pub straight_line: f64,
    /// `straight_line / weight`.
    pub straight_line_share: Option<f64>,
    /// Half of the linked weight walks at most so long; null when more than half walks over four times the limit.
    pub median_minutes: Option<f64>,
    /// Nine tenths of the linked weight walk at most so long; null as above.
    pub p90_minutes: Option<f64>,
}

/// Coverage per area, with the parameters it was counted with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Minutes, speed, limit.
    pub walk: Walk,
    /// How points were linked.
    pub link: LinkRule,
    /// One per announced area, in order.
    pub areas: Vec<AreaCoverage>,
    /// All points together.
    pub total: AreaCoverage,
    /// Sites without a walkable edge near; they serve nobody.
    pub unlinked_sites: usize,
    /// Whether the sites stand on streets.
    pub check: SiteCheck,
}

/// Counts the coverage of `points` (in `areas` areas) by `sites`.
///
/// Errors: no point or site, a negative weight, an area out of range, nothing near the network.
pub fn cover(
    linker: &Linker<'_>,
    points: &[DemandPoint],
    sites: &[Site],
    areas: usize,
    walk: Walk,
) -> Result<Coverage, ReachError> {
    for (index, point) in points.iter().enumerate() {
        if !(point.weight >= 0.0 && point.weight.is_finite()) {
            return Err(ReachError::Weight { index, weight: point.weight });
        }
        in_range(index, point.area, areas)?;
    }
    for (index, site) in sites.iter().enumerate() {
        site.area.map_or(Ok(()), |area| in_range(index, area, areas))?;
    }
    let homes: Vec<LonLat> = points.iter().map(|point| point.at).collect();
    let doors: Vec<LonLat> = sites.iter().map(|site| site.at).collect();
    let home_links = linker.link_all("points", &homes)?;
    let door_links = linker.link_all("sites", &doors)?;
    let check = check_links(linker, &doors, &door_links)?;

    let limit = walk.limit_mm();
    let walks = walks(linker, &home_links, &door_links, limit.saturating_mul(4));
    let own = covered_by_own(linker, points, &home_links, sites, &door_links, areas, limit);
    let circle = in_circle(&homes, &doors, f64::from(limit) / 1e3);

    let mut per_area = vec![Tally::default(); areas];
    let mut total = Tally::default();
    for (index, point) in points.iter().enumerate() {
        let seen = Seen {
            weight: point.weight,
            linked: home_links[index].is_some(),
            mm: walks[index],
            own: own[index],
            circle: circle[index],
        };
        per_area[point.area as usize].add(&seen, limit);
        total.add(&seen, limit);
    }
    let unlinked_sites = door_links.iter().filter(|link| link.is_none()).count();
    Ok(Coverage {
        walk,
        link: linker.rule(),
        areas: per_area.into_iter().map(|tally| tally.close(&walk)).collect(),
        total: total.close(&walk),
        unlinked_sites,
        check,
    })
}

fn in_range(index: usize, area: u32, areas: usize) -> Result<(), ReachError> {
    if (area as usize) < areas { Ok(()) } else { Err(ReachError::Area { index, area, areas }) }
}

/// Millimetres from every point to the nearest site, `None` when unlinked or beyond the horizon.
fn walks(linker: &Linker<'_>, homes: &[Option<Link>], doors: &[Option<Link>], horizon: u32) -> Vec<Option<u32>> {
    let sources = Sources::new(doors.iter().flatten().copied());
    let mut search = Search::new(linker.network());
    search.run_from(&sources, horizon);
    homes.iter().map(|link| search.to_link(&sources, link.as_ref()?, horizon)).collect()
}

fn covered_by_own(
    linker: &Linker<'_>,
    points: &[DemandPoint],
    homes: &[Option<Link>],
    sites: &[Site],
    doors: &[Option<Link>],
    areas: usize,
    limit: u32,
) -> Vec<bool> {
    let mut points_of = vec![Vec::new(); areas];
    for (index, point) in points.iter().enumerate() {
        points_of[point.area as usize].push(index);
    }
    let mut doors_of = vec![Vec::new(); areas];
    for (site, door) in sites.iter().zip(doors) {
        if let (Some(area), Some(door)) = (site.area, door) {
            doors_of[area as usize].push(*door);
        }
    }
    let mut covered = vec![false; points.len()];
    let mut search = Search::new(linker.network());
    for (points, doors) in points_of.iter().zip(doors_of) {
        let sources = Sources::new(doors);
        search.run_from(&sources, limit);
        for index in points {
            covered[*index] = homes[*index].is_some_and(|link| search.to_link(&sources, &link, limit).is_some());
        }
    }
    covered
}

/// Whether any site lies within `metres` as the crow flies. Sites sorted by latitude cut the search to a band.
fn in_circle(homes: &[LonLat], doors: &[LonLat], metres: f64) -> Vec<bool> {
    let mut doors = doors.to_vec();
    doors.sort_by(|a, b| a.lat().total_cmp(&b.lat()));
    let band = (metres / crate::geo::EARTH_RADIUS_M).to_degrees() * 1.001;
    let near = |home: &LonLat| {
        let from = doors.partition_point(|door| door.lat() < home.lat() - band);
        let mut within = doors[from..].iter().take_while(|door| door.lat() <= home.lat() + band);
        within.any(|door| haversine_m(*home, *door) <= metres)
    };
    homes.iter().map(near).collect()
}

struct Seen {
    weight: f64,
    linked: bool,
    mm: Option<u32>,
    own: bool,
    circle: bool,
}

#[derive(Clone, Default)]
struct Tally {
    sums: AreaCoverage,
    walks: Vec<(u32, f64)>,
    linked: f64,
}

impl Tally {
    fn add(&mut self, seen: &Seen, limit: u32) {
        let sums = &mut self.sums;
        sums.points += 1;
        sums.weight += seen.weight;
        if seen.circle {
            sums.straight_line += seen.weight;
        }
        if !seen.linked {
            sums.unlinked_points += 1;
            sums.unlinked += seen.weight;
            return;
        }
        self.linked += seen.weight;
        if seen.mm.is_some_and(|mm| mm <= limit) {
            sums.covered += seen.weight;
        }
        if seen.own {
            sums.covered_by_own += seen.weight;
        }
        self.walks.extend(seen.mm.map(|mm| (mm, seen.weight)));
    }

    fn close(mut self, walk: &Walk) -> AreaCoverage {
        let share = |part: f64| (self.sums.weight > 0.0).then(|| part / self.sums.weight);
        self.sums.share = share(self.sums.covered);
        self.sums.straight_line_share = share(self.sums.straight_line);
        self.walks.sort_unstable_by_key(|(mm, _)| *mm);
        self.sums.median_minutes = self.at_most(0.5).map(|mm| walk.minutes_for(mm));
        self.sums.p90_minutes = self.at_most(0.9).map(|mm| walk.minutes_for(mm));
        self.sums
    }

    /// The walk that `part` of the linked weight does not exceed.
    fn at_most(&self, part: f64) -> Option<u32> {
        let wanted = self.linked * part;
        let mut sum = 0.0;
        let reached = self.walks.iter().find(|(_, weight)| {
            sum += weight;
            *weight > 0.0 && sum >= wanted - 1e-9
        });
        reached.map(|(mm, _)| *mm)
    }
}
