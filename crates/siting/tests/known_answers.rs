//! Published optima of the benchmark sets in `../shared`, and what the checker says of each answer. Skipped where the folder
//! is absent. Only sizes that an unoptimised build finishes at once; the whole table is printed by `siting_bench`.

use std::path::PathBuf;

use serde_json::Value;
use siting::check::{Plain, check};
use siting::command::{Format, Model, Request, solve_json};
use siting::{Budget, Distances, Options, Status, parse, solve};

fn still() -> f64 {
    0.0
}

fn shared(name: &str) -> Option<String> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/siting").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        println!("skipped: ../shared absent");
    }
    text
}

fn solved(request: &mut Request) -> Value {
    request.iterations = Some(20_000);
    solve_json(request, &still).expect("an answer")
}

#[test]
fn p_median_graphs_of_the_or_library() {
    for (name, optimum) in [("pmed1", 5819), ("pmed3", 4250), ("pmed5", 1355)] {
        let Some(text) = shared(&format!("pmed/{name}.txt")) else { return };
        let document = solved(&mut Request::new(Model::PMedian, Format::Orlib, &text));
        assert_eq!(document["objective"], optimum, "{name}");
        assert_eq!(document["bound"], optimum, "{name}");
        assert_eq!(document["status"], "proved", "{name}");
    }
}

#[test]
fn a_proof_of_a_published_optimum_is_checked() {
    let Some(text) = shared("pmed/pmed3.txt") else { return };
    let file = parse::parse_graph(&text).unwrap();
    let distances = Distances::of_graph(&file).unwrap();
    let budget = Budget::new(&still, None, Some(20_000)).unwrap();
    let answer = solve(&distances.p_median(file.p).unwrap(), Options::default(), &budget).unwrap();
    let plain = Plain::p_median(&distances.weight, &distances.lists, distances.sites, file.p);
    let checked = check(&plain, &answer.open, &answer.certificate).unwrap();
    assert_eq!((checked.cost, answer.status), (4250.0, Status::Proved));
    assert!(checked.bound > 4249.0);
}

#[test]
fn covering_of_sao_jose_dos_campos() {
    for (p, optimum) in [(1, 5461), (2, 8790), (3, 11604), (5, 12152)] {
        let Some(text) = shared("mclp/SJC324.txt") else { return };
        let mut request = Request::new(Model::Mclp, Format::Planar, &text);
        (request.p, request.radius) = (Some(p), Some(800.0));
        let document = solved(&mut request);
        assert_eq!(document["objective"], optimum, "p = {p}");
        assert_eq!(document["status"], "proved", "p = {p}");
    }
}

/// Where nearly everything can be covered, prices alone leave a gap; who must be served closes it, and the checker agrees.
#[test]
fn hard_coverings_are_proved_without_highs() {
    for (name, p, optimum) in [("SJC324", 4, 12106.0), ("SJC500", 5, 18859.0), ("SJC500", 7, 19692.0)] {
        let Some(text) = shared(&format!("mclp/{name}.txt")) else { return };
        let distances = Distances::of_planar(&parse::parse_planar(&text).unwrap(), Some(800.0)).unwrap();
        let budget = Budget::new(&still, None, Some(20_000)).unwrap();
        let options = Options { seed: 1, exact: false };
        let answer = solve(&distances.covering(p, 800.0).unwrap(), options, &budget).unwrap();
        assert_eq!(answer.status, Status::Proved, "{name}, p = {p}");
        let plain = Plain::covering(&distances.weight, &distances.lists, distances.sites, p, 800.0);
        let checked = check(&plain, &answer.open, &answer.certificate).unwrap();
        let total: f64 = distances.weight.iter().sum();
        assert_eq!(total - checked.cost, optimum, "{name}, p = {p}");
        assert!((checked.bound - 1e-6).ceil() >= checked.cost, "{name}, p = {p}: {} proved", checked.bound);
    }
}

#[test]
fn warehouses_with_capacities() {
    for (name, optimum) in [("cap71", 932_615.75), ("cap73", 1_010_641.45)] {
        let Some(text) = shared(&format!("cap/{name}.txt")) else { return };
        let document = solved(&mut Request::new(Model::PMedianCapacitated, Format::Orlib, &text));
        let cost = document["objective"].as_f64().unwrap();
        assert!((cost - optimum).abs() < 1e-3, "{name}: {cost}");
        assert_eq!(document["status"], "proved", "{name}");
    }
}

#[test]
fn capacitated_p_median() {
    for name in ["pmedcap01", "pmedcap03"] {
        let Some(text) = shared(&format!("pmedcap/{name}.txt")) else { return };
        let published = parse::parse_capacitated(&text).unwrap().published;
        let mut request = Request::new(Model::PMedianCapacitated, Format::Orlib, &text);
        // Enough for a good answer; HiGHS comes only after the search has ended by itself.
        request.iterations = Some(if siting::exact::AVAILABLE { 20_000 } else { 1000 });
        let document = solve_json(&request, &still).expect("an answer");
        let (cost, bound) = (document["objective"].as_f64().unwrap(), document["bound"].as_f64().unwrap());
        assert!(cost >= published && bound <= published, "{name}: {bound} ≤ {published} ≤ {cost}");
        if siting::exact::AVAILABLE {
            assert_eq!((cost, document["status"].as_str()), (published, Some("proved")), "{name}");
        }
        assert!(cost <= published * 1.02, "{name}: {cost}");
    }
}
