//! Small hand-written extracts: what is walkable, what is cut at the border, what is refused; and thousands of damaged ones,
//! which must end in an answer or an error and never bring the program down.

mod support;

use proptest::prelude::*;
use reach::{Profile, pbf};
use support::Way;

/// Four nodes on a line in Shanghai, 95 m apart, and one that is not in the extract (9).
const NODES: [(i64, i64, i64); 4] = [
    (1, 1_214_700_000, 312_200_000),
    (2, 1_214_710_000, 312_200_000),
    (3, 1_214_720_000, 312_200_000),
    (4, 1_214_730_000, 312_200_000),
];

fn extract() -> Vec<u8> {
    let ways = [
        Way { tags: &[("highway", "residential")], refs: &[1, 2, 9, 3] },
        Way { tags: &[("highway", "motorway")], refs: &[1, 4] },
        Way { tags: &[("highway", "service"), ("access", "private")], refs: &[2, 3] },
        Way { tags: &[("highway", "footway"), ("name", "弄堂")], refs: &[3, 4] },
        Way { tags: &[("building", "yes")], refs: &[1, 2, 3, 1] },
    ];
    support::pbf("OsmSchema-V0.6", &NODES, &ways)
}

#[test]
fn ways_are_chosen_by_their_tags_and_cut_where_a_node_is_missing() {
    let (network, report) = pbf::read(&extract(), Profile::Pedestrian, "tiny.osm.pbf").unwrap();
    assert_eq!((report.nodes_read, report.ways_read, report.ways_walkable, report.missing_refs), (4, 5, 2, 1));
    assert_eq!((network.node_count(), network.segment_count(), network.component_count()), (4, 2, 2));
    let metres = 2.0 * 95.08;
    assert!((network.length_m() - metres).abs() < 0.2, "{}", network.length_m());
    assert_eq!(network.meta().source_sha256.len(), 64);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let code = |bytes: &[u8]| pbf::read(bytes, Profile::Pedestrian, "x").unwrap_err().code();
    assert_eq!(code(b""), "reach.pbf");
    assert_eq!(code(b"<?xml version='1.0'?><osm version='0.6'>"), "reach.pbf");
    assert_eq!(code(&support::pbf("HistoricalInformation", &NODES, &[])), "reach.pbf");
    assert_eq!(code(&support::pbf("OsmSchema-V0.6", &NODES, &[])), "reach.no_walkable_way");
    let off_the_globe = [(1, 1_214_700_000, 912_200_000)];
    assert_eq!(code(&support::pbf("OsmSchema-V0.6", &off_the_globe, &[])), "reach.pbf");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn damage_never_brings_the_reader_down(
        hits in proptest::collection::vec((0usize..4_096, any::<u8>()), 1..6), cut in 0usize..4_096,
    ) {
        let mut bytes = extract();
        for (at, value) in hits {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        if cut % 3 == 0 {
            bytes.truncate(cut % bytes.len());
        }
        if let Ok((network, report)) = pbf::read(&bytes, Profile::Pedestrian, "damaged") {
            prop_assert_eq!(network.node_count(), report.nodes);
        }
    }
}
