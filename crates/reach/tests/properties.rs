//! Against brute force: on small random graphs every walk, sum and list equals what all-pairs shortest paths say.

use proptest::prelude::*;
use reach::aggregate::weight_within;
use reach::link::Link;
use reach::search::Sources;
use reach::{LonLat, Meta, Network, NetworkBuilder, Profile, Search, file, reach_lists};

const FAR: u64 = u64::MAX / 4;

#[derive(Debug, Clone)]
struct Graph {
    nodes: usize,
    segments: Vec<(usize, usize, u32)>,
}

fn graphs() -> impl Strategy<Value = Graph> {
    (2usize..24).prop_flat_map(|nodes| {
        let segment = (0..nodes, 0..nodes, 0u32..400_000);
        // Mostly a path, so that chains with inner nodes appear, and some streets across.
        let path: Vec<(usize, usize)> = (1..nodes).map(|node| (node - 1, node)).collect();
        (proptest::collection::vec(segment, 0..12), proptest::collection::vec(0u32..90_000, path.len())).prop_map(
            move |(mut segments, lengths)| {
                segments
                    .extend(path.iter().zip(&lengths).filter(|(_, mm)| *mm % 7 != 0).map(|((u, v), mm)| (*u, *v, *mm)));
                segments.push((0, 1, 50_000));
                segments.retain(|(u, v, _)| u != v);
                Graph { nodes, segments }
            },
        )
    })
}

fn network(graph: &Graph) -> (Network, Vec<u32>) {
    let mut builder = NetworkBuilder::default();
    for node in 0..graph.nodes {
        let lon = 121.4 + (node * 37 % 101) as f64 * 1e-4;
        builder.add_node(LonLat::new(lon, 31.2 + (node * 53 % 97) as f64 * 1e-4).unwrap());
    }
    graph.segments.iter().for_each(|(u, v, mm)| builder.add_segment(*u as u32, *v as u32, *mm));
    let meta = Meta {
        profile: Profile::Pedestrian,
        source: String::new(),
        source_sha256: String::new(),
        attribution: String::new(),
    };
    builder.build_with_map(meta).unwrap()
}

fn all_pairs(graph: &Graph) -> Vec<Vec<u64>> {
    let mut walk = vec![vec![FAR; graph.nodes]; graph.nodes];
    (0..graph.nodes).for_each(|node| walk[node][node] = 0);
    for (u, v, mm) in &graph.segments {
        let shorter = walk[*u][*v].min(u64::from(*mm));
        (walk[*u][*v], walk[*v][*u]) = (shorter, shorter);
    }
    for middle in 0..graph.nodes {
        for from in 0..graph.nodes {
            for to in 0..graph.nodes {
                walk[from][to] = walk[from][to].min(walk[from][middle] + walk[middle][to]);
            }
        }
    }
    walk
}

fn link(network: &Network, node: u32) -> Link {
    Link { place: network.place_of(node), off_mm: 0 }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_walk_equals_all_pairs(graph in graphs(), limit in 1u32..900_000, second in 0usize..24) {
        let (network, number) = network(&graph);
        let walk = all_pairs(&graph);
        let used: Vec<usize> = (0..graph.nodes).filter(|node| number[*node] != u32::MAX).collect();
        let length: u64 = graph.segments.iter().map(|(_, _, mm)| u64::from(*mm)).sum();
        prop_assert_eq!(network.node_count(), used.len());
        prop_assert_eq!(network.segment_count(), graph.segments.len());
        prop_assert!((network.length_m() * 1e3 - length as f64).abs() < 0.5);

        let other = used[second % used.len()];
        let mut search = Search::new(&network);
        for from in &used {
            let sources = Sources::at_nodes(&network, &[number[*from], number[other]]);
            search.run_from(&sources, limit);
            let nearest = |to: usize| walk[*from][to].min(walk[other][to]);
            for to in &used {
                let expected = Some(nearest(*to)).filter(|mm| *mm <= u64::from(limit)).map(|mm| mm as u32);
                prop_assert_eq!(search.to_link(&sources, &link(&network, number[*to]), limit), expected);
            }
            let reached = sources.reached(&search, limit);
            prop_assert_eq!(reached.nodes, used.iter().filter(|to| nearest(**to) <= u64::from(limit)).count());
            prop_assert!(reached.length_m * 1e3 <= length as f64 + 0.5);
        }
    }

    #[test]
    fn sums_and_lists_equal_all_pairs(graph in graphs(), limit in 1u32..900_000) {
        let (network, number) = network(&graph);
        let walk = all_pairs(&graph);
        let used: Vec<usize> = (0..graph.nodes).filter(|node| number[*node] != u32::MAX).collect();
        let mut weight = vec![0.0; network.node_count()];
        used.iter().for_each(|node| weight[number[*node] as usize] = (*node % 5 + 1) as f64);
        let sums = weight_within(&network, &weight, limit).unwrap();
        let links: Vec<Option<Link>> = used.iter().map(|node| Some(link(&network, number[*node]))).collect();
        let lists = reach_lists(&network, &links, &links, limit);
        for (at, from) in used.iter().enumerate() {
            let within: Vec<usize> = (0..used.len()).filter(|to| walk[*from][used[*to]] <= u64::from(limit)).collect();
            let expected: f64 = within.iter().map(|to| (used[*to] % 5 + 1) as f64).sum();
            prop_assert_eq!(sums[number[*from] as usize], expected);
            let listed: Vec<(u32, u32)> =
                within.iter().map(|to| (*to as u32, walk[*from][used[*to]] as u32)).collect();
            prop_assert_eq!(lists.of(at), &listed[..]);
        }
    }

    #[test]
    fn a_file_is_the_network_and_a_changed_byte_is_seen(graph in graphs(), at in 0usize..4_096, flip in 1u8..255) {
        let (network, _) = network(&graph);
        let mut bytes = file::to_bytes(&network);
        prop_assert_eq!(&file::from_bytes(&bytes).unwrap(), &network);
        let at = at % bytes.len();
        bytes[at] ^= flip;
        prop_assert!(file::from_bytes(&bytes).is_err());
    }
}
