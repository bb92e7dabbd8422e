//! Scores per second on one core.
//!
//!     cargo bench -p growth

#[path = "../../../scripts/cpu_clock.rs"]
mod cpu_clock;

use cpu_clock::{CpuTime, cpu_time};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use growth::{Age, Child, HeadCm, Indicator, Measured, Sex, Standard, Stature, WeightKg, assess, score};
use std::hint::black_box;

const CHILDREN: u32 = 10_000;

/// Children of all ages, light and heavy, so that the tails are in it too.
fn children() -> Vec<(Child, Measured)> {
    (0..CHILDREN)
        .map(|n| {
            let day = n * 7919 % 1096;
            let (years, odd) = (f64::from(day) / 365.0, f64::from(n % 101) / 100.0 - 0.5);
            let sex = if n % 2 == 0 { Sex::Male } else { Sex::Female };
            let child = Child { sex, age: Age::new(i64::from(day)).expect("under three years") };
            let cm = 50.0 + 22.0 * years.sqrt() + 8.0 * odd;
            let measured = Measured {
                weight: Some(WeightKg::new(3.4 + 4.5 * years.sqrt() + 4.0 * odd).expect("plausible")),
                stature: Some(Stature::new(cm, None).expect("plausible")),
                head: Some(HeadCm::new(35.0 + 8.0 * years.sqrt() + 4.0 * odd).expect("plausible")),
            };
            (child, measured)
        })
        .collect()
}

fn bench(c: &mut Criterion<CpuTime>) {
    let children = children();
    for (name, standard) in [("WHO", Standard::Who), ("WS/T 423", Standard::Wst423)] {
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Elements(u64::from(CHILDREN)));
        group.bench_function("one indicator (weight for age)", |b| {
            b.iter(|| {
                for (child, measured) in black_box(&children) {
                    let day = child.age.table_day().unwrap_or(0);
                    let kg = measured.weight.map_or(0.0, WeightKg::get);
                    let _ = black_box(score(standard, Indicator::WeightForAge, child.sex, day, kg));
                }
            })
        });
        group.bench_function("a child with all five indicators", |b| {
            b.iter(|| {
                for (child, measured) in black_box(&children) {
                    let _ = black_box(assess(standard, *child, measured));
                }
            })
        });
        group.finish();
    }
}

criterion_group! { name = benches; config = cpu_time(); targets = bench }
criterion_main!(benches);
