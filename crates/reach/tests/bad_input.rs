//! A wrong input ends in a sentence with a stable code, never in a figure that looks right.

use reach::link::LinkRule;
use reach::{Crs, DemandPoint, Linker, LonLat, Meta, Network, NetworkBuilder, Profile, Site, Walk, cover};
use reach::{check, command, datum, file};

/// A grid of streets 100 m apart in Shanghai, 1.5 km on a side.
fn blocks() -> Network {
    let mut builder = NetworkBuilder::default();
    let rows: Vec<Vec<u32>> = (0..16)
        .map(|y| (0..16).map(|x| builder.add_node(spot(f64::from(x) * 100.0, f64::from(y) * 100.0))).collect())
        .collect();
    rows.iter().for_each(|row| builder.add_way(row));
    (0..16).for_each(|x| builder.add_way(&rows.iter().map(|row| row[x]).collect::<Vec<_>>()));
    let meta = Meta {
        profile: Profile::Pedestrian,
        source: "blocks".to_owned(),
        source_sha256: String::new(),
        attribution: String::new(),
    };
    builder.build(meta).unwrap()
}

fn spot(east: f64, north: f64) -> LonLat {
    LonLat::new(121.47 + east / 95_000.0, 31.22 + north / 111_195.0).unwrap()
}

fn ask(from: &str) -> command::Minutes<'_> {
    command::Minutes { from, crs: Crs::Wgs84, minutes: 15.0, speed_kmh: 4.0, link: LinkRule::default(), outline: true }
}

#[test]
fn no_street_near_the_points_is_refused_with_the_span_of_the_network() {
    let network = blocks();
    let linker = Linker::new(&network, LinkRule::default()).unwrap();
    let points = [DemandPoint { at: LonLat::new(116.4, 39.9).unwrap(), weight: 1.0, area: 0 }];
    let sites = [Site { at: spot(0.0, 0.0), area: Some(0) }];
    let error = cover(&linker, &points, &sites, 1, Walk::new(15.0, 4.0).unwrap()).unwrap_err();
    assert_eq!(error.code(), "reach.nothing_near");
    assert!(error.to_string().contains("121.4700,31.2200"), "{error}");
    assert_eq!(command::minutes(&network, &ask("116.4,39.9")).unwrap_err().code(), "reach.nothing_near");
    assert_eq!(command::minutes(&network, &ask("31.23,121.47")).unwrap_err().code(), "reach.coordinate");
}

#[test]
fn sites_in_gcj02_declared_as_wgs84_are_noticed_and_named() {
    let network = blocks();
    let linker = Linker::new(&network, LinkRule::default()).unwrap();
    let doors: Vec<LonLat> =
        (1..15).flat_map(|x| (1..15).map(move |y| spot(f64::from(x) * 100.0 + 50.0, f64::from(y) * 100.0))).collect();
    assert!(check::check_sites(&linker, &doors).unwrap().warning.is_none());
    let shifted: Vec<LonLat> = doors.iter().map(|door| datum::wgs84_to_gcj02(*door)).collect();
    let found = check::check_sites(&linker, &shifted).unwrap();
    let warning = found.warning.expect("half a kilometre off");
    assert!(warning.contains("Read as GCJ-02 it would be 100 %"), "{warning}");
    // Declared, they are back where they were.
    let back: Vec<LonLat> = shifted.iter().map(|door| Crs::Gcj02.to_wgs84(*door).unwrap()).collect();
    assert_eq!(check::check_sites(&linker, &back).unwrap().share, 1.0);
}

/// Found by the fuzzer: one node far away made a street across half a country, and its box was filled cell by cell.
#[test]
fn a_node_in_the_wrong_place_costs_no_time() {
    let street = |east: f64, north: f64| {
        let mut builder = NetworkBuilder::default();
        let ends = [builder.add_node(spot(0.0, 0.0)), builder.add_node(spot(east, north))];
        builder.add_way(&ends);
        builder.build(blocks().meta().clone()).unwrap()
    };
    let long = street(800_000.0, 800_000.0);
    let linker = Linker::new(&long, LinkRule::default()).unwrap();
    for share in [0.0, 0.1, 0.37, 0.5, 0.93, 1.0] {
        assert!(linker.link(spot(800_000.0 * share, 800_000.0 * share)).is_some(), "{share} of the way");
    }
    assert!(linker.link(spot(400_000.0, 300_000.0)).is_none());
    let error = Linker::new(&street(2_000_000.0, 2_000_000.0), LinkRule::default()).unwrap_err();
    assert_eq!(error.code(), "reach.too_large");
    assert!(error.to_string().contains("a node in the wrong place"), "{error}");
}

#[test]
fn negative_weights_and_unknown_areas_are_refused() {
    let network = blocks();
    let linker = Linker::new(&network, LinkRule::default()).unwrap();
    let sites = [Site { at: spot(0.0, 0.0), area: Some(0) }];
    let walk = Walk::new(15.0, 4.0).unwrap();
    let point = DemandPoint { at: spot(50.0, 0.0), weight: 1.0, area: 0 };
    let code = |point, sites: &[Site]| cover(&linker, &[point], sites, 1, walk).unwrap_err().code();
    assert_eq!(code(DemandPoint { weight: -1.0, ..point }, &sites), "reach.weight");
    assert_eq!(code(DemandPoint { weight: f64::NAN, ..point }, &sites), "reach.weight");
    assert_eq!(code(DemandPoint { area: 1, ..point }, &sites), "reach.area");
    assert_eq!(code(point, &[]), "reach.empty");
    assert_eq!(cover(&linker, &[], &sites, 1, walk).unwrap_err().code(), "reach.empty");
}

#[test]
fn a_cut_changed_or_foreign_network_file_is_refused() {
    let bytes = file::to_bytes(&blocks());
    assert_eq!(file::from_bytes(&bytes).unwrap(), blocks());
    for cut in [0, 7, 40, bytes.len() / 2, bytes.len() - 1] {
        assert_eq!(file::from_bytes(&bytes[..cut]).unwrap_err().code(), "reach.file", "cut at {cut}");
    }
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    assert!(file::from_bytes(&changed).unwrap_err().to_string().contains("checksum"));
    let mut other = bytes.clone();
    other[8] = 9;
    assert!(file::from_bytes(&other).unwrap_err().to_string().contains("version 9"));
    assert_eq!(
        file::from_bytes(b"PK\x03\x04 a spreadsheet is no network and never will be one ...").unwrap_err().code(),
        "reach.file"
    );
}

#[test]
fn the_command_prints_its_parameters_and_an_outline_for_drawing() {
    let network = blocks();
    let answer = command::minutes(&network, &ask("121.4780,31.2270")).unwrap();
    assert_eq!(answer["walk"]["minutes"], 15.0);
    assert_eq!(answer["walk"]["speed_kmh"], 4.0);
    assert_eq!(answer["walk"]["limit_m"], 1000.0);
    assert_eq!(answer["outline_use"], "drawing only");
    let rings = answer["outline"]["coordinates"].as_array().unwrap();
    assert!(!rings.is_empty() && rings[0][0].as_array().unwrap().len() > 4);
    let (nodes, circle) =
        (answer["reached"]["nodes"].as_u64().unwrap(), answer["straight_line"]["nodes"].as_u64().unwrap());
    assert!(nodes > 50 && nodes < circle, "{nodes} on foot, {circle} in the circle");
    let in_gcj = datum::wgs84_to_gcj02(LonLat::parse("121.4780,31.2270").unwrap());
    let text = format!("{},{}", in_gcj.lon(), in_gcj.lat());
    let again = command::minutes(&network, &command::Minutes { crs: Crs::Gcj02, ..ask(&text) }).unwrap();
    assert_eq!(again["reached"], answer["reached"]);
}
