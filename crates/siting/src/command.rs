//! The command `shanyu siting solve` as a function: text of the files and arguments in, one JSON document out.
//!
//! It reads no file and no clock. Names of arguments and keys are those of the outside face and do not change; further keys
//! may be added.

use serde_json::{Map, Value, json};

use crate::budget::Budget;
use crate::capacitated::{Capacitated, Flow, solve_capacitated};
use crate::certificate::Proof;
use crate::distances::Distances;
use crate::error::{Result, SitingError};
use crate::exact;
use crate::explain::reasons;
use crate::parse;
use crate::plan::{PlanInstance, explain, measures, solve_plan};
use crate::solve::{Answer, Options, ProofKind, gap, solve};

/// Seconds a command may take when neither a time limit nor an iteration budget is given.
pub const DEFAULT_SECONDS: f64 = 60.0;

/// What is solved: `--model`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// `mclp`: cover the most weight within a radius.
    Mclp,
    /// `p-median`: the least sum of weight times distance.
    PMedian,
    /// `p-median-capacitated`: the same with a capacity per site (and, in OR-Library warehouse files, fixed costs).
    PMedianCapacitated,
}

/// How the instance is written: `--format`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `orlib`.
    Orlib,
    /// `matrix`.
    Matrix,
    /// `planar`.
    Planar,
}

impl std::str::FromStr for Model {
    type Err = SitingError;
    fn from_str(word: &str) -> Result<Model> {
        match word {
            "mclp" => Ok(Model::Mclp),
            "p-median" => Ok(Model::PMedian),
            "p-median-capacitated" => Ok(Model::PMedianCapacitated),
            _ => Err(SitingError::parameter("model", format!("mclp, p-median or p-median-capacitated, not `{word}`"))),
        }
    }
}

impl std::str::FromStr for Format {
    type Err = SitingError;
    fn from_str(word: &str) -> Result<Format> {
        match word {
            "orlib" => Ok(Format::Orlib),
            "matrix" => Ok(Format::Matrix),
            "planar" => Ok(Format::Planar),
            _ => Err(SitingError::parameter("format", format!("orlib, matrix or planar, not `{word}`"))),
        }
    }
}

/// The arguments of one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Request<'a> {
    /// `--model`.
    pub model: Model,
    /// `--format`.
    pub format: Format,
    /// Text of the instance file.
    pub instance: &'a str,
    /// Text of the file of weights beside a matrix.
    pub weights: Option<&'a str>,
    /// `--p`: how many sites; where absent the file's own.
    pub p: Option<usize>,
    /// `--radius`, in the unit of the file.
    pub radius: Option<f64>,
    /// Capacity of every site, for formats that hold none.
    pub capacity: Option<f64>,
    /// `--time-limit` in seconds of the clock.
    pub time_limit: Option<f64>,
    /// Iteration budget; a run is the same for the same seed and budget.
    pub iterations: Option<u64>,
    /// Seed of the search.
    pub seed: u64,
    /// Whether HiGHS may finish, where it is built in.
    pub exact: bool,
    /// Numbers (from 1) of sites that must open; p-median and covering only.
    pub locked: Vec<usize>,
    /// Whether to tell of each site why it is there.
    pub explain: bool,
    /// Whether to print the whole proof; its first prices are printed always.
    pub certificate: bool,
}

impl<'a> Request<'a> {
    /// A request with only what every call needs.
    pub fn new(model: Model, format: Format, instance: &'a str) -> Request<'a> {
        Request {
            model,
            format,
            instance,
            weights: None,
            p: None,
            radius: None,
            capacity: None,
            time_limit: None,
            iterations: None,
            seed: 1,
            exact: exact::AVAILABLE,
            locked: Vec::new(),
            explain: true,
            certificate: false,
        }
    }

    fn budget<'c>(&self, clock: &'c dyn Fn() -> f64) -> Result<Budget<'c>> {
        let limited = self.time_limit.is_some() || self.iterations.is_some();
        Budget::new(clock, if limited { self.time_limit } else { Some(DEFAULT_SECONDS) }, self.iterations)
    }

    fn options(&self) -> Options {
        Options { seed: self.seed, exact: self.exact && exact::AVAILABLE }
    }
}

/// Solves an instance and gives the document of `shanyu siting solve --json`. `clock` tells seconds (of the CPU or of the
/// wall; `cpu_seconds` is its difference).
pub fn solve_json(request: &Request, clock: &dyn Fn() -> f64) -> Result<Value> {
    let began = clock();
    let budget = request.budget(clock)?;
    let (mut document, answer) = match request.model {
        Model::PMedianCapacitated => capacitated(request, &budget)?,
        Model::PMedian | Model::Mclp => selection(request, &budget)?,
    };
    close(&mut document, request, &answer, clock() - began);
    Ok(Value::Object(document))
}

/// Distances of the instance, ids of its sites where it has them, and `p`.
fn distances(request: &Request) -> Result<(Distances, Option<Vec<String>>, Option<usize>)> {
    let radius = request.radius.filter(|_| request.model == Model::Mclp);
    Ok(match request.format {
        Format::Orlib => {
            let file = parse::parse_graph(request.instance)?;
            (Distances::of_graph(&file)?, None, Some(file.p))
        }
        Format::Planar => (Distances::of_planar(&parse::parse_planar(request.instance)?, radius)?, None, None),
        Format::Matrix => {
            let file = parse::parse_matrix(request.instance, request.weights)?;
            (Distances::of_matrix(&file), Some(file.site_ids), None)
        }
    })
}

fn wanted_p(request: &Request, of_file: Option<usize>) -> Result<usize> {
    request.p.or(of_file).ok_or_else(|| SitingError::parameter("p", "say how many sites are to open"))
}

fn selection(request: &Request, budget: &Budget) -> Result<(Map<String, Value>, Answer)> {
    let covering = request.model == Model::Mclp;
    if covering && request.radius.is_none() {
        return Err(SitingError::parameter("radius", "covering needs a radius"));
    }
    let (distances, ids, of_file) = distances(request)?;
    let p = wanted_p(request, of_file)?;
    let mut problem = match request.radius {
        Some(radius) if covering => distances.covering(p, radius)?,
        _ => distances.p_median(p)?,
    };
    let locked: Option<Vec<usize>> = request.locked.iter().map(|site| site.checked_sub(1)).collect();
    problem.lock(&locked.ok_or_else(|| SitingError::parameter("locked", "sites count from 1"))?)?;
    let answer = solve(&problem, request.options(), budget)?;
    let total: f64 = distances.weight.iter().sum();
    let outward = |cost: f64| if covering { total - cost } else { cost };
    let (objective, bound) = (outward(answer.cost), outward(answer.bound));
    let mut document = head(&answer, objective, bound, outward(answer.first_bound));
    if covering {
        document.insert("total_weight".into(), number(total));
    }
    name(&mut document, &answer, ids.as_deref());
    if request.explain {
        let told: Vec<Value> = reasons(&problem, &answer.open)
            .into_iter()
            .map(|reason| {
                let weight: f64 = reason.serves.iter().map(|&at| distances.weight[at]).sum();
                json!({
                    "site": reason.site + 1,
                    "serves": reason.serves.len(),
                    "serves_weight": number(weight),
                    "loss_without": number(reason.loss_without),
                    "next_best": reason.next_best.map(|(site, loss)| json!({"site": site + 1, "loss": number(loss)})),
                })
            })
            .collect();
        document.insert("explanation".into(), Value::Array(told));
    }
    Ok((document, answer))
}

fn capacitated(request: &Request, budget: &Budget) -> Result<(Map<String, Value>, Answer)> {
    let problem = match request.format {
        Format::Orlib if parse::is_warehouse(request.instance) => {
            Capacitated::of_warehouse(&parse::parse_warehouse(request.instance, request.capacity)?, request.p)?
        }
        Format::Orlib => {
            let mut file = parse::parse_capacitated(request.instance)?;
            file.p = request.p.unwrap_or(file.p);
            file.capacity = request.capacity.unwrap_or(file.capacity);
            Capacitated::of_capacitated(&file)?
        }
        Format::Matrix | Format::Planar => {
            let (distances, _, of_file) = distances(request)?;
            let capacity =
                request.capacity.ok_or_else(|| SitingError::parameter("capacity", "this format needs a capacity"))?;
            Capacitated::of_distances(&distances, &distances.weight, capacity, wanted_p(request, of_file)?)?
        }
    };
    let (answer, flow) = solve_capacitated(&problem, request.options(), budget)?;
    let mut document = head(&answer, answer.cost, answer.bound, answer.first_bound);
    name(&mut document, &answer, None);
    document.insert("loads".into(), loads(&problem, &answer, &flow));
    let flow: Vec<Value> =
        flow.iter().map(|&(customer, site, share)| json!([customer + 1, site + 1, number(share)])).collect();
    document.insert("assignment".into(), Value::Array(flow));
    Ok((document, answer))
}

fn loads(problem: &Capacitated, answer: &Answer, flow: &Flow) -> Value {
    let mut load = vec![0.0; problem.sites()];
    flow.iter().for_each(|&(customer, site, share)| load[site] += share * problem.demand[customer]);
    let told = answer
        .open
        .iter()
        .map(|&site| json!({"site": site + 1, "load": number(load[site]), "capacity": number(problem.capacity[site])}));
    Value::Array(told.collect())
}

/// The fixed keys.
fn head(answer: &Answer, objective: f64, bound: f64, first: f64) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("status".into(), json!(answer.status.word()));
    document.insert("objective".into(), number(objective));
    document.insert("bound".into(), number(bound));
    document.insert("gap".into(), number(gap(objective, bound)));
    document.insert("multipliers_bound".into(), number(first));
    document
}

fn name(document: &mut Map<String, Value>, answer: &Answer, ids: Option<&[String]>) {
    let open: Vec<usize> = answer.open.iter().map(|site| site + 1).collect();
    document.insert("open".into(), json!(open));
    if let Some(ids) = ids {
        let named: Vec<&str> = answer.open.iter().map(|&site| ids[site].as_str()).collect();
        document.insert("open_ids".into(), json!(named));
    }
}

/// What every document ends with: time, how to reproduce it, and the proof.
fn close(document: &mut Map<String, Value>, request: &Request, answer: &Answer, seconds: f64) {
    document.insert("cpu_seconds".into(), json!(seconds));
    document.insert("seed".into(), json!(request.seed));
    document.insert("ended_by_time".into(), json!(answer.ended_by_clock));
    document.insert("iterations".into(), json!(answer.reproduce));
    document.insert(
        "proof".into(),
        json!(match answer.proof {
            ProofKind::Certificate => "multipliers",
            ProofKind::Highs => "highs",
        }),
    );
    let first = answer.certificate.nodes.iter().find_map(|node| match node {
        Proof::Leaf { multipliers } | Proof::Fix { multipliers, .. } | Proof::Serve { multipliers, .. } => {
            Some(multipliers)
        }
        Proof::Branch { .. } => None,
    });
    document.insert("multipliers".into(), json!(first));
    if request.certificate {
        document.insert("certificate".into(), json!(answer.certificate));
    }
}

/// Solves a planning instance (JSON of [`PlanInstance`]) and explains the plan; sites, years and areas count from 0 as in
/// the instance.
pub fn plan_json(
    instance: &str,
    seed: u64,
    time_limit: Option<f64>,
    iterations: Option<u64>,
    clock: &dyn Fn() -> f64,
) -> Result<Value> {
    let instance: PlanInstance =
        serde_json::from_str(instance).map_err(|error| SitingError::line(error.line(), error.to_string()))?;
    let limited = time_limit.is_some() || iterations.is_some();
    let budget = Budget::new(clock, if limited { time_limit } else { Some(DEFAULT_SECONDS) }, iterations)?;
    let answer = solve_plan(&instance, Options { seed, exact: exact::AVAILABLE }, None, &budget)?;
    Ok(json!({
        "status": answer.status.word(),
        "objective": answer.value,
        "bound": answer.bound,
        "gap": gap(answer.value, answer.bound),
        "works": answer.works,
        "explanation": explain(&instance, &answer),
        "measures": measures(&instance, &answer),
        "max_metres": instance.max_metres,
        "cpu_seconds": answer.seconds,
        "seed": seed,
        "ended_by_time": answer.ended_by_clock,
        "iterations": answer.reproduce,
        "prices": answer.prices,
    }))
}

/// A whole number is printed as one.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}
