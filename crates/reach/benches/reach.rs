//! Times of the reach engine on one thread. The extracts of `../shared` are used where present, a synthetic city grid always.

#[path = "../../../scripts/cpu_clock.rs"]
mod cpu_clock;

use cpu_clock::{CpuTime, cpu_time};
use criterion::{Criterion, criterion_group, criterion_main};
use reach::aggregate::weight_within;
use reach::link::{Link, LinkRule};
use reach::search::Sources;
use reach::{DemandPoint, Linker, LonLat, Meta, Network, NetworkBuilder, Profile, Search, Site, Walk};
use reach::{cover, file, pbf, reach_lists};
use std::hint::black_box;
use std::path::Path;

/// A spread that looks random and is the same in every run.
fn scatter(count: usize, bounds: [f64; 4]) -> Vec<LonLat> {
    let [west, south, east, north] = bounds;
    let part = |at: usize, step: f64| (at as f64 * step).fract();
    (1..=count)
        .map(|at| {
            let (lon, lat) =
                (west + (east - west) * part(at, 0.618_034), south + (north - south) * part(at, 0.754_878));
            LonLat::new(lon, lat).expect("inside the bounds of a network")
        })
        .collect()
}

/// 300 x 300 crossings, 120 m apart, with a bend in every block: 270,000 nodes.
fn grid_city() -> Network {
    let mut builder = NetworkBuilder::default();
    let at = |x: f64, y: f64| LonLat::new(121.2 + x * 0.001_26, 31.0 + y * 0.001_08).expect("Shanghai is on the globe");
    let size = 300usize;
    let corners: Vec<u32> =
        (0..size * size).map(|n| builder.add_node(at((n % size) as f64, (n / size) as f64))).collect();
    for n in 0..size * size {
        let (x, y) = ((n % size) as f64, (n / size) as f64);
        if n % size + 1 < size {
            let bend = builder.add_node(at(x + 0.5, y + 0.1));
            builder.add_way(&[corners[n], bend, corners[n + 1]]);
        }
        if n / size + 1 < size {
            let bend = builder.add_node(at(x + 0.1, y + 0.5));
            builder.add_way(&[corners[n], bend, corners[n + size]]);
        }
    }
    let meta = Meta {
        profile: Profile::Pedestrian,
        source: "grid".to_owned(),
        source_sha256: String::new(),
        attribution: String::new(),
    };
    builder.build(meta).expect("a grid has streets")
}

fn on(c: &mut Criterion<CpuTime>, name: &str, network: &Network) {
    let mut group = c.benchmark_group(name);
    group.sample_size(20);
    let limit = 1_000_000;
    let nodes: Vec<u32> = (0..200)
        .map(|at| (at as f64 * 0.618_034).fract())
        .map(|part| (part * network.node_count() as f64) as u32)
        .collect();
    let sources = Sources::at_nodes(network, &nodes);
    let mut search = Search::new(network);
    group.bench_function("coverage of all nodes by 200 sites", |b| {
        b.iter(|| {
            search.run_from(&sources, limit);
            black_box(sources.reached(&search, limit).nodes)
        });
    });
    let linker = Linker::new(network, LinkRule::default()).expect("the default rule");
    let walk = Walk::new(15.0, 4.0).expect("the default walk");
    let points: Vec<DemandPoint> = (0..10_000)
        .zip(scatter(10_000, network.bounds()))
        .map(|(at, home)| DemandPoint { at: home, weight: 1.0, area: at % 215 })
        .collect();
    let sites: Vec<Site> =
        nodes.iter().zip(0..).map(|(node, at)| Site { at: network.position(*node), area: Some(at % 215) }).collect();
    group.bench_function("cover: 10,000 points, 200 sites, 215 areas", |b| {
        b.iter(|| black_box(cover(&linker, &points, &sites, 215, walk).expect("points near streets")));
    });
    let homes: Vec<Option<Link>> = points.iter().map(|point| linker.link(point.at)).collect();
    let doors: Vec<Option<Link>> = sites.iter().map(|site| linker.link(site.at)).collect();
    group.bench_function("reach lists: 200 sites, 10,000 points", |b| {
        b.iter(|| black_box(reach_lists(network, &doors, &homes, limit)));
    });
    group.bench_function("grid for linking", |b| {
        b.iter(|| black_box(Linker::new(network, LinkRule::default()).expect("the default rule")));
    });
    let bytes = file::to_bytes(network);
    group.bench_function("read the network file", |b| {
        b.iter(|| black_box(file::from_bytes(&bytes).expect("just written")))
    });
    group.finish();
}

fn all(c: &mut Criterion<CpuTime>) {
    on(c, "grid city", &grid_city());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/osm");
    let Ok(bytes) = std::fs::read(folder.join("liechtenstein.osm.pbf")) else {
        println!("skipped: ../shared absent");
        return;
    };
    let (network, _) = pbf::read(&bytes, Profile::CommonWalk, "liechtenstein").expect("a good extract");
    on(c, "liechtenstein", &network);
    let mut group = c.benchmark_group("liechtenstein, whole");
    group.sample_size(20);
    group.bench_function("read the pbf and build", |b| {
        b.iter(|| black_box(pbf::read(&bytes, Profile::CommonWalk, "liechtenstein").expect("a good extract")));
    });
    let weight = vec![1.0; network.node_count()];
    group.bench_function("weight within 1 km of every node", |b| {
        b.iter(|| black_box(weight_within(&network, &weight, 1_000_000).expect("a weight per node")));
    });
    group.finish();
}

criterion_group! { name = benches; config = cpu_time(); targets = all }
criterion_main!(benches);
