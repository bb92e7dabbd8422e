//! The two commands of the contract as pure functions: bytes and numbers in, one JSON document out.
//! `shanyu reach build` and `shanyu reach minutes` only open files around them.

use crate::link::{LinkRule, Linker};
use crate::network::Network;
use crate::search::{Search, Sources};
use crate::{Crs, LonLat, Profile, ReachError, Walk, check, file, pbf, polygon};
use serde_json::{Value, json};

/// `shanyu reach build --osm FILE.osm.pbf --out FILE`: the bytes of the network file and the report.
pub fn build(osm_pbf: &[u8], profile: Profile, source: &str) -> Result<(Vec<u8>, Value), ReachError> {
    let (network, report) = pbf::read(osm_pbf, profile, source)?;
    let bytes = file::to_bytes(&network);
    let [west, south, east, north] = network.bounds();
    let report = json!({
        "source": source,
        "source_sha256": network.meta().source_sha256,
        "profile": profile.name(),
        "attribution": network.meta().attribution,
        "read": {
            "nodes": report.nodes_read, "ways": report.ways_read,
            "ways_walkable": report.ways_walkable, "missing_refs": report.missing_refs,
        },
        "network": {
            "nodes": report.nodes, "edges": report.edges, "length_m": report.length_m.round(),
            "junctions": report.junctions, "chains": report.chains,
            "components": report.components, "largest_component": report.largest_component,
            "bounds": [west, south, east, north],
        },
        "file": { "version": file::VERSION, "bytes": bytes.len(), "sha256": file::fingerprint(&network) },
    });
    Ok((bytes, report))
}

/// The question of `shanyu reach minutes`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minutes<'a> {
    /// `lon,lat` in degrees of `crs`.
    pub from: &'a str,
    /// The system `from` is declared in.
    pub crs: Crs,
    /// Minutes of walk.
    pub minutes: f64,
    /// Speed in km/h.
    pub speed_kmh: f64,
    /// How the start is linked.
    pub link: LinkRule,
    /// Whether the outline for drawing is wanted.
    pub outline: bool,
}

/// `shanyu reach minutes --network FILE --from lon,lat --minutes 15 --json`.
pub fn minutes(network: &Network, ask: &Minutes<'_>) -> Result<Value, ReachError> {
    let walk = Walk::new(ask.minutes, ask.speed_kmh)?;
    let start = ask.crs.to_wgs84(LonLat::parse(ask.from)?)?;
    let linker = Linker::new(network, ask.link)?;
    let link = linker.link_all("start", &[start])?[0].expect("link_all refuses a lone point without a link");
    let sources = Sources::new([link]);
    let mut search = Search::new(network);
    search.run_from(&sources, walk.limit_mm());
    let reached = sources.reached(&search, walk.limit_mm());
    let [to_a, to_b] = link.partial_mm(network).map(|mm| f64::from(mm) / 1e3);
    let off_m = f64::from(link.off_mm) / 1e3;
    let mut warnings = Vec::new();
    if off_m > check::NEAR_M {
        warnings.push(format!("the start is {off_m:.0} m from the nearest walkable edge: wrong coordinate system?"));
    }
    if reached.nodes == 0 {
        warnings.push("no crossing is reached within the walk".to_owned());
    }
    let circle_m = f64::from(walk.limit_mm()) / 1e3;
    let nodes = (0..network.node_count() as u32).map(|node| network.position(node));
    let in_circle = nodes.filter(|at| crate::geo::haversine_m(start, *at) <= circle_m).count();
    let mut answer = json!({
        "from": { "given": ask.from, "crs": ask.crs, "lon": start.lon(), "lat": start.lat() },
        "walk": walk,
        "link": { "off_m": off_m, "to_ends_m": [to_a, to_b], "rule": ask.link },
        "reached": { "nodes": reached.nodes, "junctions": reached.junctions, "length_m": reached.length_m },
        "straight_line": { "nodes": in_circle },
        "network": {
            "source": network.meta().source, "profile": network.meta().profile.name(),
            "sha256": file::fingerprint(network), "attribution": network.meta().attribution,
        },
        "warnings": warnings,
    });
    if ask.outline {
        let rings = polygon::outline(&search, &sources, walk.limit_mm());
        answer["outline"] = json!({ "type": "MultiPolygon", "coordinates": rings });
        answer["outline_use"] = json!("drawing only");
    }
    Ok(answer)
}
