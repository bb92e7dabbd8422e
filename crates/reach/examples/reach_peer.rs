//! Our side of `scripts/bench-peers.sh`: the same questions pandana and pyrosm are asked, answered with the CPU seconds of
//! this thread. Usage: `peer PBF GRAPH NODES_CSV SITES METRES`, where SITES holds node numbers of the graph. Prints JSON.

use reach::aggregate::weight_within;
use reach::link::Link;
use reach::search::Sources;
use reach::{LonLat, Meta, Network, NetworkBuilder, Profile, Search, pbf, reach_lists};
use serde_json::json;
use std::error::Error;

/// CPU seconds of this thread so far.
fn cpu_seconds() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 * 1e-9
}

/// The answer, and the least CPU of `times` runs.
fn least<T>(times: usize, mut run: impl FnMut() -> T) -> (T, f64) {
    let mut once = || {
        let before = cpu_seconds();
        let answer = run();
        (answer, cpu_seconds() - before)
    };
    let first = once();
    (1..times).fold(first, |best, _| {
        let next = once();
        if next.1 < best.1 { next } else { best }
    })
}

fn read_graph(graph: &str, nodes: &str) -> Result<(Network, Vec<u32>), Box<dyn Error>> {
    let mut builder = NetworkBuilder::default();
    for line in nodes.lines().skip(1) {
        builder.add_node(LonLat::parse(line)?);
    }
    for line in graph.lines().skip(1) {
        let parts: Vec<&str> = line.split(' ').collect();
        let [u, v, metres] = parts[..] else { return Err(format!("not `u v metres`: {line}").into()) };
        builder.add_segment(u.parse()?, v.parse()?, (metres.parse::<f64>()? * 1e3).round() as u32);
    }
    let meta = Meta {
        profile: Profile::CommonWalk,
        source: "graph".to_owned(),
        source_sha256: String::new(),
        attribution: Meta::OSM.to_owned(),
    };
    Ok(builder.build_with_map(meta)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [pbf_file, graph, nodes, sites, metres] = &arguments[..] else {
        return Err("usage: peer PBF GRAPH NODES_CSV SITES METRES".into());
    };
    let limit = (metres.parse::<f64>()? * 1e3).round() as u32;
    let bytes = std::fs::read(pbf_file)?;
    let (read, read_cpu) = least(5, || pbf::read(&bytes, Profile::CommonWalk, "bench"));
    let (_, report) = read?;

    let (network, number) = read_graph(&std::fs::read_to_string(graph)?, &std::fs::read_to_string(nodes)?)?;
    let sites: Vec<u32> = std::fs::read_to_string(sites)?
        .split_whitespace()
        .map(|site| Ok(number[site.parse::<usize>()?]))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let every: Vec<Option<Link>> =
        (0..network.node_count() as u32).map(|node| Some(Link { place: network.place_of(node), off_mm: 0 })).collect();
    let doors: Vec<Option<Link>> = sites.iter().map(|site| every[*site as usize]).collect();

    // The distance of every node to its nearest site, as the peer gives it; a number per node, not a count only.
    let (walks, cover_cpu) = least(9, || {
        let sources = Sources::at_nodes(&network, &sites);
        let mut search = Search::new(&network);
        search.run_from(&sources, limit);
        let walk = |link: &Option<Link>| search.to_link(&sources, link.as_ref()?, limit);
        every.iter().map(walk).collect::<Vec<Option<u32>>>()
    });
    let (lists, range_cpu) = least(9, || reach_lists(&network, &doors, &every, limit));
    let weight = vec![1.0; network.node_count()];
    let (sums, aggregate_cpu) = least(3, || weight_within(&network, &weight, limit));
    let sums = sums?;
    let answer = json!({
        "read": { "cpu": read_cpu, "nodes": report.nodes, "edges": report.edges, "length_m": report.length_m },
        "cover": { "cpu": cover_cpu, "covered": walks.iter().flatten().count() },
        "range": { "cpu": range_cpu, "pairs": lists.pair_count() },
        "aggregate": { "cpu": aggregate_cpu, "mean": sums.iter().sum::<f64>() / sums.len() as f64 },
    });
    println!("{answer}");
    Ok(())
}
