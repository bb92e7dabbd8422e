//! The bench of this engine: benchmark instances and a whole city, each answer checked, printed as one table.
//!
//! `cargo run --release -p siting --example siting_bench [FOLDER]`: FOLDER holds the instances (`data/siting` of the shared
//! data, found beside the repository where absent). Seconds are CPU seconds of this one thread, reading and building
//! included; with the feature `exact` HiGHS finishes what the own bound leaves open.

use std::path::{Path, PathBuf};

use siting::check::{Plain, PlainCapacitated, check, check_capacitated, check_plan};
use siting::plan::{Area, PlanInstance, Point, Site, Standing, Year, solve_plan};
use siting::{
    Budget, Capacitated, Distances, Options, Proof, ProofKind, SitingError, Stream, gap, parse, solve,
    solve_capacitated,
};

fn cpu() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

/// One line of the table.
struct Line {
    name: String,
    status: &'static str,
    value: f64,
    bound: f64,
    seconds: f64,
    proof: &'static str,
    checked: String,
}

impl Line {
    fn print(&self) {
        let gap = 100.0 * gap(self.value, self.bound);
        let (value, bound) = (figure(self.value), figure(self.bound));
        let (name, status, proof, checked) = (&self.name, self.status, self.proof, &self.checked);
        println!("| {name} | {status} | {value} | {bound} | {gap:.3} % | {:.2} | {proof} | {checked} |", self.seconds);
    }
}

fn figure(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value}") } else { format!("{value:.3}") }
}

fn kind(proof: ProofKind) -> &'static str {
    match proof {
        ProofKind::Certificate => "prices",
        ProofKind::Highs => "HiGHS",
    }
}

fn read(folder: &Path, name: &str) -> Result<String, SitingError> {
    std::fs::read_to_string(folder.join(name)).map_err(|error| SitingError::BadInstance(format!("{name}: {error}")))
}

fn options() -> Options {
    Options { seed: 1, exact: siting::exact::AVAILABLE }
}

/// p-median (`radius` none) or covering.
fn selection(
    folder: &Path,
    name: &str,
    p: Option<usize>,
    radius: Option<f64>,
    seconds: f64,
) -> Result<Line, SitingError> {
    let began = cpu();
    let text = read(folder, name)?;
    let (distances, p) = match radius {
        None => {
            let file = parse::parse_graph(&text)?;
            (Distances::of_graph(&file)?, file.p)
        }
        Some(_) => (Distances::of_planar(&parse::parse_planar(&text)?, radius)?, p.unwrap_or(1)),
    };
    let problem = match radius {
        None => distances.p_median(p)?,
        Some(radius) => distances.covering(p, radius)?,
    };
    let budget = Budget::new(&cpu, Some(seconds), None)?;
    let answer = solve(&problem, options(), &budget)?;
    let seconds = cpu() - began;
    let plain = match radius {
        None => Plain::p_median(&distances.weight, &distances.lists, distances.sites, p),
        Some(radius) => Plain::covering(&distances.weight, &distances.lists, distances.sites, p, radius),
    };
    let checked = match check(&plain, &answer.open, &answer.certificate) {
        Err(fault) => fault,
        Ok(checked) if checked.cost != answer.cost => format!("cost is {}", checked.cost),
        Ok(checked) => verdict((checked.bound - 1e-6).ceil() >= answer.bound, answer.proof),
    };
    let total: f64 = distances.weight.iter().sum();
    let outward = |cost: f64| if radius.is_some() { total - cost } else { cost };
    let name =
        format!("{}, p = {p}{}", stem(name), radius.map_or(String::new(), |radius| format!(", radius {radius}")));
    let (value, bound) = (outward(answer.cost), outward(answer.bound));
    Ok(Line { name, status: answer.status.word(), value, bound, seconds, proof: kind(answer.proof), checked })
}

/// What the check says of a bound: prices prove it, or only HiGHS vouches for it.
fn verdict(proved: bool, proof: ProofKind) -> String {
    match (proved, proof) {
        (true, _) => "sound".into(),
        (false, ProofKind::Highs) => "answer sound, bound by HiGHS".into(),
        (false, ProofKind::Certificate) => "BOUND NOT PROVED".into(),
    }
}

fn stem(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name).trim_end_matches(".txt")
}

fn capacitated(folder: &Path, name: &str, capacity: Option<f64>, seconds: f64) -> Result<Line, SitingError> {
    let began = cpu();
    let text = read(folder, name)?;
    let problem = if parse::is_warehouse(&text) {
        Capacitated::of_warehouse(&parse::parse_warehouse(&text, capacity)?, None)?
    } else {
        Capacitated::of_capacitated(&parse::parse_capacitated(&text)?)?
    };
    let budget = Budget::new(&cpu, Some(seconds), None)?;
    let (answer, flow) = solve_capacitated(&problem, options(), &budget)?;
    let seconds = cpu() - began;
    let plain = PlainCapacitated {
        capacity: problem.capacity.clone(),
        fixed: problem.fixed.clone(),
        demand: problem.demand.clone(),
        cost: problem.cost.chunks(problem.sites()).map(<[f64]>::to_vec).collect(),
        p: problem.p,
        single: problem.single,
    };
    let prices = match &answer.certificate.nodes[..] {
        [Proof::Leaf { multipliers }] => &multipliers[..],
        _ => &[],
    };
    let checked = match check_capacitated(&plain, &answer.open, &flow, prices) {
        Err(fault) => fault,
        Ok(checked) if (checked.cost - answer.cost).abs() > 1e-6 * answer.cost => format!("cost is {}", checked.cost),
        Ok(checked) => {
            let bound = if problem.integral() { (checked.bound - 1e-6).ceil() } else { checked.bound };
            verdict(bound >= answer.bound * (1.0 - 3e-9), answer.proof)
        }
    };
    let name = format!("{}{}", stem(name), capacity.map_or(String::new(), |capacity| format!(", capacity {capacity}")));
    let (status, proof) = (answer.status.word(), kind(answer.proof));
    Ok(Line { name, status, value: answer.cost, bound: answer.bound, seconds, proof, checked })
}

/// A made city: 215 streets of about a kilometre, 10,000 demand points, 200 existing sites and 2,000 candidates, walks of
/// 1.25 times the straight line, 300 million yuan and 50 openings over the years, a first site for 25 streets that have none.
fn city(years: usize) -> PlanInstance {
    let mut stream = Stream::new(7);
    let centres: Vec<(f64, f64)> = (0..215).map(|_| (stream.unit() * 36_000.0, stream.unit() * 36_000.0)).collect();
    let place = |stream: &mut Stream| {
        let area = stream.below(centres.len());
        let (angle, far) = (stream.unit() * std::f64::consts::TAU, stream.unit().sqrt() * 1400.0);
        (area as u32, (centres[area].0 + far * angle.cos(), centres[area].1 + far * angle.sin()))
    };
    let (mut points, mut homes, mut sites, mut doors) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..10_000 {
        let (area, at) = place(&mut stream);
        let children = 0.5 + stream.unit().powi(2) * 6.0;
        points.push(Point { area, children: (0..years).map(|year| children * (1.0 + 0.05 * year as f64)).collect() });
        homes.push(at);
    }
    for index in 0..2200 {
        let (area, at) = place(&mut stream);
        let existing = index < 200;
        sites.push(Site {
            area,
            standing: if existing { Standing::Existing } else { Standing::Candidate },
            places: if existing { 40.0 + 20.0 * stream.below(4) as f64 } else { 0.0 },
            class_size: 20.0,
            max_classes: if existing { 1 } else { 2 + stream.below(4) as u32 },
            fixed_fen: 200_000_000 + stream.below(5) as i64 * 100_000_000,
            class_fen: 80_000_000,
        });
        doors.push(at);
    }
    let walk = |a: (f64, f64), b: (f64, f64)| 1.25 * (a.0 - b.0).hypot(a.1 - b.1);
    let reach = homes
        .iter()
        .map(|&home| {
            let walks = doors.iter().enumerate().map(|(site, &door)| (site as u32, walk(home, door)));
            walks.filter(|pair| pair.1 <= 1100.0).collect()
        })
        .collect();
    let mut firsts = 25;
    let areas = (0..centres.len())
        .map(|area| {
            let has = sites[..200].iter().any(|site| site.area as usize == area);
            let asked = has || firsts > 0;
            firsts -= usize::from(!has && asked);
            Area { code: (310_100_001 + area).to_string(), min_sites: u32::from(asked), min_share: 0.0 }
        })
        .collect();
    let budget_fen = Some(30_000_000_000 / years as i64);
    let new_sites = Some(50 / years);
    PlanInstance {
        years: (0..years)
            .map(|year| Year { label: (2026 + year).to_string(), budget_fen, new_sites, weight: 1.0 })
            .collect(),
        carry_over: false,
        areas,
        points,
        sites,
        reach,
        max_metres: 1000.0,
    }
}

fn whole_city(years: usize, seconds: f64) -> Result<[Line; 2], SitingError> {
    let mut instance = city(years);
    let budget = Budget::new(&cpu, Some(seconds), None)?;
    let first = solve_plan(&instance, options(), None, &budget)?;
    let before = city_line(&format!("city, 50 sites, {years} year(s)"), &instance, &first);
    let built = |site: usize| first.works.iter().any(|work| work.site as usize == site);
    let lock = (200..instance.sites.len()).find(|&site| !built(site)).expect("50 of 2,000 are built");
    instance.sites[lock].standing = Standing::Locked;
    let budget = Budget::new(&cpu, Some(4.8), None)?;
    let second = solve_plan(&instance, options(), Some(&first), &budget)?;
    Ok([before, city_line(&format!("the same, site {} locked", lock + 1), &instance, &second)])
}

fn city_line(name: &str, instance: &PlanInstance, answer: &siting::plan::PlanAnswer) -> Line {
    let checked = match check_plan(instance, &answer.works, &answer.flow, &answer.prices) {
        Err(fault) => fault,
        Ok(checked) if (checked.cost - answer.value).abs() > 1e-6 => format!("value is {}", checked.cost),
        Ok(checked) => verdict(checked.bound <= answer.bound * (1.0 + 1e-9), answer.proof),
    };
    let (status, proof) = (answer.status.word(), kind(answer.proof));
    let (value, bound, seconds) = (answer.value, answer.bound, answer.seconds);
    Line { name: name.into(), status, value, bound, seconds, proof, checked }
}

fn main() {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/siting");
    let folder = std::env::args().nth(1).map_or(beside, PathBuf::from);
    println!("| instance | status | value | bound | gap | CPU s | bound from | check |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut total = 0.0;
    let mut show = |line: Result<Line, SitingError>| match line {
        Ok(line) => {
            total += line.seconds;
            line.print();
        }
        Err(error) => println!("| {error} | | | | | | | |"),
    };
    if folder.is_dir() {
        for number in (1..40).step_by(2) {
            show(selection(&folder, &format!("pmed/pmed{number}.txt"), None, None, 10.0));
        }
        let covering: [(&str, &[usize], f64, f64); 5] = [
            ("SJC324", &[1, 2, 3, 4, 5], 800.0, 10.0),
            ("SJC500", &[3, 5, 7], 800.0, 10.0),
            ("SJC818", &[6, 8], 800.0, 10.0),
            ("PCB3038", &[20], 400.0, 9.5),
            ("BDS10000A", &[10, 20], 4.0, 29.0),
        ];
        for (name, sizes, radius, seconds) in covering {
            for &p in sizes {
                show(selection(&folder, &format!("mclp/{name}.txt"), Some(p), Some(radius), seconds));
            }
        }
        for number in (1..20).step_by(2) {
            show(capacitated(&folder, &format!("pmedcap/pmedcap{number:02}.txt"), None, 60.0));
        }
        for number in [71, 73, 101, 103, 131, 133] {
            show(capacitated(&folder, &format!("cap/cap{number}.txt"), None, 20.0));
        }
        show(capacitated(&folder, "cap/capa.txt", Some(8000.0), 60.0));
    } else {
        println!("| skipped: {} absent | | | | | | | |", folder.display());
    }
    for (years, seconds) in [(1, 30.0), (5, 59.0)] {
        match whole_city(years, seconds) {
            Ok(lines) => lines.into_iter().for_each(|line| show(Ok(line))),
            Err(error) => show(Err(error)),
        }
    }
    println!("\n{total:.1} CPU seconds in all.");
}
