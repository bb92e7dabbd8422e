//! Parts of the solver on made instances, with an iteration budget and no clock: CPU time of one thread.
//! The benchmark sets and the whole city, with limits and checks: `cargo run --release -p siting --example siting_bench`.
//!
//!     cargo bench -p siting

#[path = "../../../scripts/cpu_clock.rs"]
mod cpu_clock;

use cpu_clock::{CpuTime, cpu_time};
use criterion::{Criterion, criterion_group, criterion_main};
use siting::check::{Plain, check};
use siting::plan::{Area, PlanInstance, Point, Site, Standing, Year, solve_plan};
use siting::{Budget, Capacitated, Distances, Options, Stream, parse, solve, solve_capacitated};
use std::fmt::Write;
use std::hint::black_box;

/// Points of a square town of ten kilometres in the format `planar`.
fn town(points: usize) -> String {
    let mut stream = Stream::new(11);
    let mut text = format!("{points}\n");
    for _ in 0..points {
        let (x, y) = (stream.unit() * 10_000.0, stream.unit() * 10_000.0);
        writeln!(text, "{x:.0} {y:.0} {}", 1 + stream.below(40)).expect("writing to a string");
    }
    text
}

/// A district: 12 areas, 600 points, 10 existing sites, 120 candidates, money and openings for about ten.
fn district() -> PlanInstance {
    let mut stream = Stream::new(3);
    let mut place = || (stream.unit() * 8000.0, stream.unit() * 8000.0);
    let (homes, doors): (Vec<_>, Vec<_>) = ((0..600).map(|_| place()).collect(), (0..130).map(|_| place()).collect());
    let area = |at: (f64, f64)| (at.0 / 2000.0) as u32 * 3 + (at.1 / 2667.0) as u32;
    let walk = |a: (f64, f64), b: (f64, f64)| 1.25 * (a.0 - b.0).hypot(a.1 - b.1);
    let site = |(index, &at): (usize, &(f64, f64))| Site {
        area: area(at),
        standing: if index < 10 { Standing::Existing } else { Standing::Candidate },
        places: if index < 10 { 60.0 } else { 0.0 },
        class_size: 20.0,
        max_classes: 3,
        fixed_fen: 200_000_000 + (index as i64 % 5) * 50_000_000,
        class_fen: 80_000_000,
    };
    let reach = homes.iter().map(|&home| {
        let walks = doors.iter().enumerate().map(|(site, &door)| (site as u32, walk(home, door)));
        walks.filter(|pair| pair.1 <= 1000.0).collect()
    });
    let year = Year { label: "2026".to_owned(), budget_fen: Some(4_000_000_000), new_sites: Some(10), weight: 1.0 };
    PlanInstance {
        years: vec![year],
        carry_over: false,
        areas: (0..12).map(|at| Area { code: format!("3101{at:05}"), min_sites: 0, min_share: 0.0 }).collect(),
        points: homes.iter().map(|&at| Point { area: area(at), children: vec![4.0] }).collect(),
        sites: doors.iter().enumerate().map(site).collect(),
        reach: reach.collect(),
        max_metres: 1000.0,
    }
}

fn budget(iterations: u64) -> Budget<'static> {
    Budget::new(&|| 0.0, None, Some(iterations)).expect("a budget above 0")
}

fn bench(c: &mut Criterion<CpuTime>) {
    // Without HiGHS, whatever was built in: an iteration budget does not bind it.
    let options = Options { seed: 1, exact: false };
    let mut group = c.benchmark_group("siting");
    group.sample_size(10);
    let text = town(500);
    let read = || Distances::of_planar(&parse::parse_planar(&text).expect("a good file"), None).expect("500 points");
    group.bench_function("read a plane of 500 points, all distances", |b| b.iter(|| black_box(read())));
    let distances = read();
    let median = distances.p_median(20).expect("20 of 500");
    group.bench_function("p-median, 500 points, p = 20, 2,000 steps", |b| {
        b.iter(|| solve(black_box(&median), options, &budget(2000)).expect("an answer"));
    });
    let covering = distances.covering(15, 1200.0).expect("15 of 500");
    group.bench_function("covering, 500 points, p = 15, 2,000 steps", |b| {
        b.iter(|| solve(black_box(&covering), options, &budget(2000)).expect("an answer"));
    });
    let answer = solve(&median, options, &budget(2000)).expect("an answer");
    let plain = Plain::p_median(&distances.weight, &distances.lists, distances.sites, 20);
    group.bench_function("check of an answer and its proof", |b| {
        b.iter(|| check(black_box(&plain), &answer.open, &answer.certificate).expect("a sound answer"));
    });
    let small = Distances::of_planar(&parse::parse_planar(&town(100)).expect("a good file"), None).expect("100 points");
    let shared = Capacitated::of_distances(&small, &small.weight, 300.0, 10).expect("10 of 100");
    group.bench_function("capacitated, 100 points, p = 10, 300 steps", |b| {
        b.iter(|| solve_capacitated(black_box(&shared), options, &budget(300)).expect("an answer"));
    });
    let district = district();
    group.bench_function("plan of a district, 600 points, 130 sites, 500 steps", |b| {
        b.iter(|| solve_plan(black_box(&district), options, None, &budget(500)).expect("an answer"));
    });
    group.finish();
}

criterion_group! { name = benches; config = cpu_time(); targets = bench }
criterion_main!(benches);
