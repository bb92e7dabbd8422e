//! Bad input gets a clear answer: which line, which area, which budget; and no text makes a parser panic.

use proptest::prelude::*;
use siting::command::{Format, Model, Request, solve_json};
use siting::plan::{Area, PlanInstance, Point, Site, Standing, Year, solve_plan};
use siting::{Budget, Options, SitingError, parse};

fn still() -> f64 {
    0.0
}

fn refusal(request: &Request) -> (String, &'static str, u8) {
    let error = solve_json(request, &still).expect_err("must be refused");
    (error.to_string(), error.code(), error.exit_code())
}

const GRAPH: &str = "3 2 1\n1 2 5\n2 3 5\n";

#[test]
fn graphs() {
    let said = |text: &str| refusal(&Request::new(Model::PMedian, Format::Orlib, text)).0;
    assert_eq!(said(""), "line 1: the file ends where the number of nodes should stand");
    assert_eq!(said("3 2 1\n1 2 5\n2 x 5\n"), "line 3: a node number must be a whole number, found `x`");
    assert_eq!(said("3 2 1\n1 2 5\n2 4 5\n"), "line 3: a node number must lie between 1 and 3, found 4");
    assert_eq!(said("3 2 4\n1 2 5\n2 3 5\n"), "line 1: p must lie between 1 and 3, found 4");
    assert_eq!(said("3 2 1\n1 2 5\n2 3 -5\n"), "line 3: an edge cost must be a whole number, found `-5`");
    assert_eq!(said("3 1 1\n1 2 5\n2 3 5\n"), "line 3: `2` is more than the header announces");
    assert_eq!(said("3 2 1\n1 2 5\n"), "line 2: the file ends where a node number should stand");
    // Node 3 hangs in the air: with one site somebody is lost, whichever it is.
    let error = solve_json(&Request::new(Model::PMedian, Format::Orlib, "3 1 1\n1 2 5\n"), &still).unwrap_err();
    assert_eq!(error.code(), "siting_infeasible");
}

#[test]
fn the_last_of_repeated_edges_counts() {
    let text = "2 2 1\n1 2 9\n2 1 4\n";
    let document = solve_json(&Request::new(Model::PMedian, Format::Orlib, text), &still).unwrap();
    assert_eq!(document["objective"], 4);
}

#[test]
fn limits() {
    let mut request = Request::new(Model::PMedian, Format::Orlib, GRAPH);
    request.time_limit = Some(0.0);
    assert_eq!(refusal(&request), ("time-limit: must be more than 0 seconds".into(), "siting_parameter", 2));
    request.time_limit = Some(f64::NAN);
    assert_eq!(refusal(&request).2, 2);
    request.time_limit = None;
    request.iterations = Some(0);
    assert_eq!(refusal(&request).0, "iterations: must be more than 0");
    request.iterations = None;
    request.p = Some(0);
    assert_eq!(refusal(&request).0, "p: must lie between 1 and the 3 candidate sites, is 0");
    let mut request = Request::new(Model::Mclp, Format::Orlib, GRAPH);
    assert_eq!(refusal(&request).0, "radius: covering needs a radius");
    request.radius = Some(-1.0);
    assert_eq!(refusal(&request).0, "radius: must be a finite distance, 0 or more");
}

#[test]
fn planes() {
    let said = |text: &str| {
        let mut request = Request::new(Model::Mclp, Format::Planar, text);
        (request.p, request.radius) = (Some(1), Some(10.0));
        refusal(&request).0
    };
    assert_eq!(said("3\n0 0 1\n5 5 1\n"), "the header announces 3 points, the file has 2");
    assert_eq!(said("1\n0 0 -1\n"), "line 2: the demand must not be negative, found `-1`");
    assert_eq!(said("1\n0 inf 1\n"), "line 2: y is out of range: `inf`");
    assert_eq!(said("1\n0 1\n"), "line 2: x, y and a demand expected, found 2 fields");
    assert!(
        said("1 1\nF 0 121.47 31.23 1\nC 0 352000 3456000 5\n").starts_with("no demand point has a site within 10")
    );
}

#[test]
fn matrices() {
    let said = |text: &str, weights: Option<&str>| {
        let mut request = Request::new(Model::PMedian, Format::Matrix, text);
        (request.p, request.weights) = (Some(1), weights);
        refusal(&request).0
    };
    let good = "demand_id,site_id,distance\na,s,5\nb,s,7\n";
    assert_eq!(said("a,b\n1,2\n", None), "line 1: the header must be `demand_id,site_id,distance`");
    assert_eq!(said(&format!("{good}a,s,6\n"), None), "line 4: the pair a,s stands on line 2 already");
    assert_eq!(said(&format!("{good}c,s,-6\n"), None), "line 4: the distance must not be negative, found `-6`");
    assert_eq!(said(good, Some("demand_id,weight\na,1\n")), "`b` has no weight");
    assert_eq!(said(good, Some("demand_id,weight\nz,1\n")), "line 2: `z` has a weight but no distance");
    assert_eq!(said(good, Some("demand_id,weight\na,-1\n")), "line 2: the weight must not be negative, found `-1`");
}

#[test]
fn capacities() {
    let said = |text: &str| refusal(&Request::new(Model::PMedianCapacitated, Format::Orlib, text));
    let (sentence, code, exit) = said("1 0\n2 1 10\n1 0 0 6\n2 1 1 6\n");
    assert_eq!(sentence, "no choice of sites can do this: the demand is 12, the 1 largest sites hold 10");
    assert_eq!((code, exit), ("siting_infeasible", 3));
    assert!(
        said("1 0\n2 2 10\n1 0 0 11\n2 1 1 6\n").0.contains("customer 1 has a demand of 11, no site in reach holds it")
    );
    assert!(said("1 1\n capacity 5\n 3 \n 4\n").0.contains("line 2: this file leaves the capacity open"));
}

fn instance() -> PlanInstance {
    let site = |area, standing| Site {
        area,
        standing,
        places: if standing == Standing::Existing { 20.0 } else { 0.0 },
        class_size: 20.0,
        max_classes: 2,
        fixed_fen: 100_000_000,
        class_fen: 50_000_000,
    };
    PlanInstance {
        years: vec![Year { label: "2026".into(), budget_fen: Some(400_000_000), new_sites: Some(2), weight: 1.0 }],
        carry_over: false,
        areas: ["310106011", "310106012"].map(|code| Area { code: code.into(), min_sites: 1, min_share: 0.0 }).to_vec(),
        points: vec![
            Point { area: 0, children: vec![30.0] },
            Point { area: 1, children: vec![25.0] },
            Point { area: 1, children: vec![40.0] },
        ],
        sites: vec![site(0, Standing::Existing), site(1, Standing::Candidate), site(1, Standing::Candidate)],
        reach: vec![vec![(0, 300.0)], vec![(1, 500.0), (2, 900.0)], vec![(2, 200.0)]],
        max_metres: 1000.0,
    }
}

fn plan_refusal(change: impl FnOnce(&mut PlanInstance)) -> SitingError {
    let mut instance = instance();
    change(&mut instance);
    let budget = Budget::new(&still, None, Some(2000)).unwrap();
    solve_plan(&instance, Options::default(), None, &budget).expect_err("must be refused")
}

#[test]
fn plans() {
    let said = |change: fn(&mut PlanInstance)| plan_refusal(change).to_string();
    assert_eq!(
        said(|it| it.areas[1].min_sites = 3),
        "no choice of sites can do this: area 310106012 must have 3 sites: 0 are there and 2 candidates"
    );
    assert_eq!(
        said(|it| it.years[0].budget_fen = Some(100_000_000)),
        "no choice of sites can do this: the budgets of all years hold 100000000 fen, the cheapest sites for 0 locks and \
         the minimum of areas 310106012 cost 150000000 fen"
    );
    assert!(said(|it| it.years[0].new_sites = Some(0)).contains("1 sites must open"));
    let share = |it: &mut PlanInstance| {
        it.areas[1].min_share = 0.9;
        it.years[0].budget_fen = Some(200_000_000);
    };
    assert_eq!(
        plan_refusal(share).to_string(),
        "no choice of sites can do this: the minimum shares of 1 areas (310106012) are together beyond the budget of 2026 \
         (200000000 fen) and 2 openings"
    );
    assert!(said(|it| it.points[0].children[0] = -1.0).contains("point 1"));
    assert!(said(|it| it.points[0].children[0] = f64::NAN).contains("point 1"));
    assert!(said(|it| it.max_metres = 0.0).contains("walking limit"));
    assert!(
        said(|it| it.reach.iter_mut().flatten().for_each(|pair| pair.1 += 480_000.0)).contains("coordinate system")
    );
    assert!(said(|it| it.sites[1].places = 5.0).contains("not open cannot have places"));
    assert!(said(|it| it.reach[0].push((0, 1.0))).contains("listed twice"));
}

proptest! {
    #[test]
    fn no_text_makes_a_parser_panic(text in "[ 0-9a-zA-Z.,\\-\n]{0,200}") {
        let _ = parse::parse_graph(&text);
        let _ = parse::parse_capacitated(&text);
        let _ = parse::parse_warehouse(&text, Some(5.0));
        let _ = parse::parse_planar(&text);
        let _ = parse::parse_matrix(&text, Some(&text));
        let _ = parse::is_warehouse(&text);
    }

    #[test]
    fn numbers_alone_do_not_either(numbers in prop::collection::vec(prop::sample::select(vec!["0", "1", "2", "3", "9", "99999999999", "-1", "1e300", "nan", "inf"]), 0..40)) {
        let text = numbers.join(" ");
        let _ = parse::parse_graph(&text);
        let _ = parse::parse_capacitated(&text);
        let _ = parse::parse_warehouse(&text, None);
        let _ = parse::parse_planar(&text.replace(' ', "\n"));
        let table = format!("demand_id,site_id,distance\n{}", numbers.chunks(3).map(|row| row.join(",")).collect::<Vec<_>>().join("\n"));
        let _ = parse::parse_matrix(&table, None);
    }
}
