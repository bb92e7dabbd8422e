//! The same seed and budget give the same answer; a run ended by the clock tells the budget that gives it again; and the
//! checker refuses proofs that do not prove.

use std::cell::Cell;

use siting::check::{Plain, check};
use siting::command::{Format, Model, Request, solve_json};
use siting::{Budget, Certificate, Distances, Options, Proof, Stream, parse, solve};

/// A clock that goes on by a thousandth of a second with every look.
fn ticking() -> impl Fn() -> f64 {
    let now = Cell::new(0.0);
    move || {
        now.set(now.get() + 0.001);
        now.get()
    }
}

fn town(points: usize, seed: u64) -> String {
    let mut stream = Stream::new(seed);
    let mut text = format!("{points}\n");
    for _ in 0..points {
        text += &format!("{} {} {}\n", stream.below(4000), stream.below(4000), 1 + stream.below(40));
    }
    text
}

#[test]
fn a_run_ended_by_the_clock_is_reproduced_by_its_count() {
    let text = town(500, 4);
    let mut request = Request::new(Model::Mclp, Format::Planar, &text);
    (request.p, request.radius, request.exact) = (Some(18), Some(380.0), false);
    request.time_limit = Some(0.15);
    let first = solve_json(&request, &ticking()).unwrap();
    assert_eq!(first["ended_by_time"], true);
    request.time_limit = None;
    request.iterations = Some(first["iterations"].as_u64().unwrap());
    let again = solve_json(&request, &|| 0.0).unwrap();
    assert_eq!(again["ended_by_time"], false);
    for key in ["status", "objective", "bound", "open", "multipliers", "explanation", "iterations"] {
        assert_eq!(first[key], again[key], "{key}");
    }
}

#[test]
fn the_same_budget_gives_the_same_bytes_and_another_seed_the_same_optimum() {
    let text = town(80, 9);
    let mut request = Request::new(Model::PMedian, Format::Planar, &text);
    (request.p, request.iterations) = (Some(6), Some(30_000));
    let once = solve_json(&request, &|| 0.0).unwrap().to_string();
    assert_eq!(once, solve_json(&request, &|| 0.0).unwrap().to_string());
    request.seed = 99;
    let other = solve_json(&request, &|| 0.0).unwrap();
    let once: serde_json::Value = serde_json::from_str(&once).unwrap();
    assert_eq!((&once["status"], &once["objective"]), (&other["status"], &other["objective"]));
}

#[test]
fn a_shorter_run_never_claims_more() {
    let text = town(120, 21);
    let mut request = Request::new(Model::Mclp, Format::Planar, &text);
    (request.p, request.radius, request.exact) = (Some(8), Some(500.0), false);
    let mut best_bound = f64::INFINITY;
    let mut best_cover = 0.0;
    for iterations in [1, 10, 100, 1000, 20_000] {
        request.iterations = Some(iterations);
        let document = solve_json(&request, &|| 0.0).unwrap();
        let (cover, bound) = (document["objective"].as_f64().unwrap(), document["bound"].as_f64().unwrap());
        best_bound = f64::min(best_bound, bound);
        best_cover = f64::max(best_cover, cover);
        assert!(best_cover <= best_bound, "after {iterations}: {best_cover} covered, {best_bound} said to be the most");
        assert_eq!(document["status"] == "proved", cover == bound);
    }
}

/// A small covering problem with its answer and proof.
fn proved() -> (Plain, Vec<usize>, Certificate, f64) {
    let planar = parse::parse_planar(&town(60, 2)).unwrap();
    let distances = Distances::of_planar(&planar, None).unwrap();
    let budget = Budget::new(&|| 0.0, None, Some(50_000)).unwrap();
    let answer = solve(&distances.covering(5, 600.0).unwrap(), Options { seed: 1, exact: false }, &budget).unwrap();
    let plain = Plain::covering(&distances.weight, &distances.lists, distances.sites, 5, 600.0);
    (plain, answer.open, answer.certificate, answer.bound)
}

#[test]
fn the_checker_refuses_what_does_not_prove() {
    let (plain, open, certificate, bound) = proved();
    let sound = check(&plain, &open, &certificate).unwrap();
    assert!((sound.bound - 1e-6).ceil() >= bound && bound <= sound.cost);
    assert!(check(&plain, &open[1..], &certificate).is_err(), "a site is missing");
    let mut twice = open.clone();
    twice[0] = twice[1];
    assert!(check(&plain, &twice, &certificate).is_err(), "a site stands twice");
    let mut circle = certificate.clone();
    circle.nodes[0] = Proof::Branch { site: 0, open: 0, closed: 0 };
    assert!(check(&plain, &open, &circle).is_err(), "the proof runs in a circle");
    let mut foreign = certificate.clone();
    let pair = (0..plain.sites as u32).flat_map(|a| (0..plain.sites as u32).map(move |b| (a, b)));
    let reach = |site: u32| plain.pairs.iter().filter(move |pair| pair.1 == site as usize).map(|pair| pair.0);
    let apart =
        pair.into_iter().find(|&(a, b)| a != b && reach(a).any(|at| !reach(b).any(|other| other == at))).unwrap();
    foreign.dominated.push(apart);
    assert!(check(&plain, &open, &foreign).is_err(), "a site is left out that nothing replaces");
    let serve = |customers: Vec<u32>, dominated: Vec<(u32, u32)>| {
        let mut forged = certificate.clone();
        let rest = forged.nodes.len();
        forged.nodes.push(forged.nodes[0].clone());
        let multipliers = vec![0.0; plain.outside.len()];
        forged.nodes[0] = Proof::Serve { multipliers, customers, dominated, rest };
        check(&plain, &open, &forged)
    };
    assert!(serve(vec![], vec![apart]).is_err(), "a site is left out that nothing replaces");
    assert!(serve(vec![plain.outside.len() as u32], vec![]).is_err(), "a customer who is not there");
    let lightest = (0..plain.outside.len()).min_by(|&a, &b| plain.outside[a].total_cmp(&plain.outside[b])).unwrap();
    let bound = serve(vec![lightest as u32], vec![]).unwrap().bound;
    assert!(bound < sound.bound, "whoever is cheap to leave out must not be taken as served: {bound}");
    let worse =
        Certificate { nodes: vec![Proof::Leaf { multipliers: vec![0.0; plain.outside.len()] }], dominated: vec![] };
    assert_eq!(check(&plain, &open, &worse).unwrap().bound, 0.0, "prices of nothing prove nothing");
}
