//! Reads an OSM extract (`*.osm.pbf`) into a walking network, on one thread and in one pass.
//!
//! All node positions are kept as sixteen bytes each while reading (a city of ten million nodes: 160 MB), only walkable
//! ways are kept. A way that leaves the extract is cut where a node is missing, and the gaps are counted.

use crate::ReachError;
use crate::build::NetworkBuilder;
use crate::network::{Meta, Network};
use crate::profile::{Profile, WayTags};
use osmpbf::{BlobDecode, BlobReader, Element, PrimitiveBlock, Way};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What reading an extract found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BuildReport {
    /// Nodes and ways in the file.
    pub nodes_read: u64,
    /// Ways in the file, roads or not.
    pub ways_read: u64,
    /// Ways the profile allows.
    pub ways_walkable: u64,
    /// References to nodes that the extract does not hold.
    pub missing_refs: u64,
    /// Nodes of the network.
    pub nodes: usize,
    /// Segments between neighbouring nodes (edges).
    pub edges: usize,
    /// Total length of the network, metres, each street once.
    pub length_m: f64,
    /// Nodes where a walk can turn.
    pub junctions: usize,
    /// Chains between junctions.
    pub chains: usize,
    /// Parts that no walk joins.
    pub components: usize,
    /// Nodes in the largest part.
    pub largest_component: u32,
}

#[derive(Default)]
struct Extract {
    nodes: Vec<(i64, [i32; 2])>,
    /// Node references of walkable ways, one after another, each way closed by its end in `way_end`.
    refs: Vec<i64>,
    way_end: Vec<usize>,
    ways_read: u64,
}

/// Reads `bytes` (a whole `.osm.pbf`) and builds the network for `profile`; `source` is the name kept with it.
///
/// Errors: [`ReachError::Pbf`] for a damaged or unsupported file, [`ReachError::NoWalkableWay`] for one without streets.
pub fn read(bytes: &[u8], profile: Profile, source: &str) -> Result<(Network, BuildReport), ReachError> {
    let mut extract = Extract::default();
    let mut headers = 0;
    for blob in BlobReader::new(bytes) {
        let blob = blob.map_err(|error| ReachError::Pbf(error.to_string()))?;
        // The decoder adds deltas unchecked; where overflow checks are on, a forged delta would otherwise abort the caller.
        catch_unwind(AssertUnwindSafe(|| match blob.decode() {
            Ok(BlobDecode::OsmHeader(header)) => {
                headers += 1;
                supported(header.required_features())
            }
            Ok(BlobDecode::OsmData(block)) => extract.take(&block, profile),
            Ok(BlobDecode::Unknown(_)) => Ok(()),
            Err(error) => Err(ReachError::Pbf(error.to_string())),
        }))
        .unwrap_or_else(|_| Err(ReachError::Pbf("a delta runs out of range".to_owned())))?;
    }
    if headers == 0 {
        return Err(ReachError::Pbf("no OSMHeader: not an .osm.pbf file".to_owned()));
    }
    let meta = Meta {
        profile,
        source: source.to_owned(),
        source_sha256: hex(&Sha256::digest(bytes)),
        attribution: Meta::OSM.to_owned(),
    };
    extract.build(meta)
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A reader must refuse a file that needs what it does not know (OSM PBF specification, "required_features").
fn supported(features: &[String]) -> Result<(), ReachError> {
    match features.iter().find(|name| !matches!(name.as_str(), "OsmSchema-V0.6" | "DenseNodes")) {
        Some(name) => Err(ReachError::Pbf(format!("the file needs the feature {name}, which is not supported"))),
        None => Ok(()),
    }
}

/// The tag keys that decide, in the order of [`WayTags`].
const KEYS: [&[u8]; 10] = [
    b"highway",
    b"foot",
    b"access",
    b"area",
    b"service",
    b"motorroad",
    b"sidewalk",
    b"sidewalk:both",
    b"sidewalk:left",
    b"sidewalk:right",
];

impl Extract {
    fn take(&mut self, block: &PrimitiveBlock, profile: Profile) -> Result<(), ReachError> {
        let strings = block.raw_stringtable();
        let keys: Vec<u8> =
            strings.iter().map(|text| KEYS.iter().position(|key| key == text).map_or(0, |at| at as u8 + 1)).collect();
        for element in block.elements() {
            match element {
                Element::DenseNode(node) => self.node(node.id(), node.nano_lon(), node.nano_lat())?,
                Element::Node(node) => self.node(node.id(), node.nano_lon(), node.nano_lat())?,
                Element::Way(way) => self.way(&way, &keys, strings, profile)?,
                Element::Relation(_) => {}
            }
        }
        Ok(())
    }

    fn node(&mut self, id: i64, nano_lon: i64, nano_lat: i64) -> Result<(), ReachError> {
        if nano_lon.unsigned_abs() > 180_000_000_000 || nano_lat.unsigned_abs() > 90_000_000_000 {
            return Err(ReachError::Pbf(format!("node {id} is not on the globe")));
        }
        self.nodes.push((id, [(nano_lon / 100) as i32, (nano_lat / 100) as i32]));
        Ok(())
    }

    fn way(&mut self, way: &Way<'_>, keys: &[u8], strings: &[Vec<u8>], profile: Profile) -> Result<(), ReachError> {
        self.ways_read += 1;
        let mut found = [""; KEYS.len()];
        for (key, value) in way.raw_tags() {
            let outside = || ReachError::Pbf(format!("way {} has a tag outside the string table", way.id()));
            let which = *keys.get(key as usize).ok_or_else(outside)?;
            if which > 0 {
                let text = strings.get(value as usize).ok_or_else(outside)?;
                found[which as usize - 1] = std::str::from_utf8(text).unwrap_or("");
            }
        }
        let [highway, foot, access, area, service, motorroad, sidewalk @ ..] = found;
        if profile.allows(&WayTags { highway, foot, access, area, service, motorroad, sidewalk }) {
            let mut id = 0i64;
            self.refs.extend(way.raw_refs().iter().map(|delta| {
                id = id.wrapping_add(*delta);
                id
            }));
            self.way_end.push(self.refs.len());
        }
        Ok(())
    }

    fn build(mut self, meta: Meta) -> Result<(Network, BuildReport), ReachError> {
        if !self.nodes.is_sorted_by_key(|(id, _)| *id) {
            self.nodes.sort_unstable_by_key(|(id, _)| *id);
        }
        // Every reference becomes a builder node, found by one merge of two sorted lists.
        let mut wanted: Vec<(i64, u32)> = self.refs.iter().enumerate().map(|(at, id)| (*id, at as u32)).collect();
        wanted.sort_unstable();
        let mut builder = NetworkBuilder::default();
        let mut node_of = vec![u32::MAX; self.refs.len()];
        let (mut at_node, mut missing_refs) = (0, 0u64);
        let mut last: Option<(i64, u32)> = None;
        for (id, slot) in wanted {
            if let Some((_, number)) = last.filter(|(known, _)| *known == id) {
                node_of[slot as usize] = number;
                continue;
            }
            while self.nodes.get(at_node).is_some_and(|(known, _)| *known < id) {
                at_node += 1;
            }
            match self.nodes.get(at_node).filter(|(known, _)| *known == id) {
                Some((_, grid)) => {
                    let number = builder.add_grid_node(*grid);
                    node_of[slot as usize] = number;
                    last = Some((id, number));
                }
                None => missing_refs += 1,
            }
        }
        let mut from = 0;
        for end in &self.way_end {
            for part in node_of[from..*end].split(|number| *number == u32::MAX) {
                builder.add_way(part);
            }
            from = *end;
        }
        let network = builder.build(meta).map_err(|error| match error {
            ReachError::NoWalkableWay { .. } => ReachError::NoWalkableWay { ways: self.ways_read },
            other => other,
        })?;
        let report = BuildReport {
            nodes_read: self.nodes.len() as u64,
            ways_read: self.ways_read,
            ways_walkable: self.way_end.len() as u64,
            missing_refs,
            nodes: network.node_count(),
            edges: network.segment_count(),
            length_m: network.length_m(),
            junctions: network.junction_count(),
            chains: network.chain_count(),
            components: network.component_count(),
            largest_component: network.component_nodes.iter().copied().max().unwrap_or(0),
        };
        Ok((network, report))
    }
}
