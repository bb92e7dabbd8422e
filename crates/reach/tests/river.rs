//! The river with one bridge: six hundred metres as the crow flies, two thousand four hundred on foot. A circle would call
//! the far bank covered; the walk does not, and both figures stand in the result.

use reach::link::LinkRule;
use reach::{DemandPoint, Linker, LonLat, Meta, Network, NetworkBuilder, Profile, Site, Walk, cover, reach_lists};

/// Metres east and north of a spot in Shanghai.
fn at(east: f64, north: f64) -> LonLat {
    let per_degree = reach::geo::EARTH_RADIUS_M.to_radians();
    let (lon, lat) = (121.48f64, 31.23f64);
    LonLat::new(lon + east / (per_degree * lat.to_radians().cos()), lat + north / per_degree).unwrap()
}

fn meta() -> Meta {
    Meta {
        profile: Profile::Pedestrian,
        source: "fixture".to_owned(),
        source_sha256: String::new(),
        attribution: String::new(),
    }
}

/// Two quays 600 m apart, joined by one bridge 900 m down the river: 900 + 600 + 900 m from bank to bank.
fn river() -> Network {
    let mut builder = NetworkBuilder::default();
    let west: Vec<u32> = (0..=10).map(|step| builder.add_node(at(0.0, f64::from(step) * 90.0))).collect();
    let east: Vec<u32> = (0..=10).map(|step| builder.add_node(at(600.0, f64::from(step) * 90.0))).collect();
    builder.add_way(&west);
    builder.add_way(&east);
    builder.add_way(&[west[10], east[10]]);
    builder.build(meta()).unwrap()
}

/// Small fixtures are all "island"; the rule still has to take them.
fn rule() -> LinkRule {
    LinkRule { max_link_m: 150.0, island_below: 50 }
}

#[test]
fn the_far_bank_is_not_covered_though_a_circle_says_so() {
    let network = river();
    let linker = Linker::new(&network, rule()).unwrap();
    let points = [
        DemandPoint { at: at(600.0, 0.0), weight: 30.0, area: 1 },
        DemandPoint { at: at(0.0, 450.0), weight: 10.0, area: 0 },
    ];
    let sites = [Site { at: at(0.0, 0.0), area: Some(0) }];
    let walk = Walk::new(15.0, 4.0).unwrap();
    let result = cover(&linker, &points, &sites, 2, walk).unwrap();
    let far = &result.areas[1];
    assert_eq!((far.covered, far.share), (0.0, Some(0.0)));
    assert_eq!((far.straight_line, far.straight_line_share), (30.0, Some(1.0)));
    let minutes = far.median_minutes.unwrap();
    assert!((minutes - 36.0).abs() < 0.02, "2.4 km at 4 km/h are 36 minutes, not {minutes}");
    assert_eq!(result.areas[0].share, Some(1.0));
    assert_eq!((result.total.share, result.total.straight_line_share), (Some(0.25), Some(1.0)));
    assert_eq!(result.walk.limit_mm(), 1_000_000);
    let printed = serde_json::to_value(&result).unwrap();
    assert_eq!(printed["walk"]["minutes"], 15.0);
    assert_eq!(printed["walk"]["speed_kmh"], 4.0);
    // Forty minutes suffice.
    let longer = cover(&linker, &points, &sites, 2, Walk::new(36.1, 4.0).unwrap()).unwrap();
    assert_eq!(longer.total.share, Some(1.0));
    assert_eq!(longer.areas[1].covered_by_own, 0.0, "the far bank is served by the other street");
}

#[test]
fn reach_lists_hold_the_walk_and_not_the_crow() {
    let network = river();
    let linker = Linker::new(&network, rule()).unwrap();
    let homes = [at(600.0, 0.0), at(0.0, 450.0), at(-40.0, 100.0), at(5_000.0, 0.0)];
    let links: Vec<_> = homes.iter().map(|home| linker.link(*home)).collect();
    assert!(links[3].is_none(), "five kilometres off is unlinked");
    let door = linker.link(at(0.0, 0.0));
    let lists = reach_lists(&network, &[door, None], &links, 1_000_000);
    let pairs = lists.of(0);
    assert_eq!(pairs.iter().map(|(point, _)| *point).collect::<Vec<_>>(), [1, 2]);
    assert!(pairs[0].1.abs_diff(450_000) < 20, "{pairs:?}");
    assert!(pairs[1].1.abs_diff(140_000) < 20, "the forty metres from the door count: {pairs:?}");
    assert!(lists.of(1).is_empty());
    let wide = reach_lists(&network, &[door], &links, 2_500_000);
    assert!(wide.of(0)[0].1.abs_diff(2_400_000) < 200, "{:?}", wide.of(0));
}

#[test]
fn a_link_goes_to_the_edge_with_both_partial_distances() {
    // One street of 400 m without a crossing between: the nearest node would be 190 m away.
    let mut builder = NetworkBuilder::default();
    let ends = [builder.add_node(at(0.0, 0.0)), builder.add_node(at(400.0, 0.0))];
    builder.add_way(&ends);
    let network = builder.build(meta()).unwrap();
    let link = Linker::new(&network, rule()).unwrap().link(at(210.0, 30.0)).unwrap();
    let mut partial = link.partial_mm(&network);
    partial.sort_unstable();
    assert!(partial[0].abs_diff(190_000) < 20 && partial[1].abs_diff(210_000) < 20, "{partial:?}");
    assert!(link.off_mm.abs_diff(30_000) < 20);
}

#[test]
fn unlinked_weight_is_counted_apart() {
    let network = river();
    let linker = Linker::new(&network, rule()).unwrap();
    let points = [
        DemandPoint { at: at(0.0, 300.0), weight: 6.0, area: 0 },
        DemandPoint { at: at(-400.0, 300.0), weight: 4.0, area: 0 },
    ];
    let sites = [Site { at: at(0.0, 0.0), area: None }];
    let total = cover(&linker, &points, &sites, 1, Walk::new(15.0, 4.0).unwrap()).unwrap().total;
    assert_eq!((total.weight, total.covered, total.unlinked, total.unlinked_points), (10.0, 6.0, 4.0, 1));
    assert_eq!(total.straight_line, 10.0);
}

#[test]
fn islands_of_the_map_take_no_links() {
    let mut builder = NetworkBuilder::default();
    let street: Vec<u32> = (0..60).map(|step| builder.add_node(at(f64::from(step) * 20.0, 0.0))).collect();
    builder.add_way(&street);
    let island = [builder.add_node(at(100.0, 60.0)), builder.add_node(at(160.0, 60.0))];
    builder.add_way(&island);
    let network = builder.build(meta()).unwrap();
    let link = Linker::new(&network, rule()).unwrap().link(at(130.0, 55.0)).unwrap();
    assert!(link.off_mm.abs_diff(55_000) < 20, "linked to the street, not to the island five metres away");
    let islands_too = LinkRule { island_below: 0, ..rule() };
    assert!(Linker::new(&network, islands_too).unwrap().link(at(130.0, 55.0)).unwrap().off_mm < 6_000);
}

#[test]
fn a_ring_without_a_crossing_is_walked_both_ways() {
    let mut builder = NetworkBuilder::default();
    let corners = [at(0.0, 0.0), at(300.0, 0.0), at(300.0, 300.0), at(0.0, 300.0)].map(|at| builder.add_node(at));
    builder.add_way(&[corners[0], corners[1], corners[2], corners[3], corners[0]]);
    let network = builder.build(meta()).unwrap();
    assert_eq!((network.node_count(), network.segment_count(), network.chain_count()), (4, 4, 1));
    let linker = Linker::new(&network, rule()).unwrap();
    let door = linker.link(at(100.0, -10.0));
    let homes = [linker.link(at(-10.0, 100.0)), linker.link(at(200.0, -10.0))];
    let lists = reach_lists(&network, &[door], &homes, 1_000_000);
    let mm: Vec<u32> = lists.of(0).iter().map(|(_, mm)| *mm).collect();
    assert!(mm[0].abs_diff(220_000) < 50 && mm[1].abs_diff(120_000) < 50, "{mm:?}");
}
