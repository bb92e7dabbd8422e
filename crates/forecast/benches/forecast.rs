//! Times of the forecast engine on one thread.

#[path = "../../../scripts/cpu_clock.rs"]
mod cpu_clock;

use cpu_clock::{CpuTime, cpu_time};
use criterion::{Criterion, criterion_group, criterion_main};
use forecast::univariate::continue_series;
use forecast::{Assumptions, District, Enrolment, Migration, Plan, Run, Street, back_test, forecast};
use std::hint::black_box;

/// 215 streets, twelve years, births that look like a city's.
fn city() -> District {
    let street = |at: usize| {
        let size = 60.0 + ((at * 97) % 211) as f64 * 5.0;
        let year = |year: usize| (size * (1.0 - 0.05 * year as f64) + ((at * 31 + year * 17) % 23) as f64) as u32;
        Street::of_births(&format!("310{at:06}"), (0..12).map(year).collect())
    };
    District::new(2012, (0..215).map(street).collect()).expect("215 good streets")
}

fn all(c: &mut Criterion<CpuTime>) {
    let city = city();
    let path = |now, target| Enrolment { now, target, target_year: 2028, sd: 0.1 };
    let assume = Assumptions {
        migration: [Migration { mean: -0.01, sd: 0.02 }; 3],
        enrolment: [path(0.01, 0.02), path(0.03, 0.08), path(0.2, 0.4)],
        ..Assumptions::none()
    };
    let run = Run { horizon: 5, draws: 1_000, seed: 1 };
    let mut group = c.benchmark_group("forecast");
    group.sample_size(10);
    group.bench_function("215 streets, 5 years, 1,000 draws", |b| {
        b.iter(|| black_box(forecast(&city, &assume, run).expect("a good city")));
    });
    let plan = Plan { first_origin: 2020, run: Run { horizon: 3, ..run } };
    group.bench_function("back-test of 215 streets, 3 origins", |b| {
        b.iter(|| black_box(back_test(&city, &assume, plan).expect("a good city")));
    });
    let series: Vec<f64> = (0..19).map(|at| 5_000.0 + f64::from(at) * 60.0 + f64::from(at * 37 % 11) * 25.0).collect();
    group.bench_function("one series of 19 years, 6 ahead", |b| {
        b.iter(|| black_box(continue_series(black_box(&series), 6).expect("a good series")));
    });
    group.finish();
}

criterion_group! { name = benches; config = cpu_time(); targets = all }
criterion_main!(benches);
