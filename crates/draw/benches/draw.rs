//! A whole city: 150,000 objects and 20,000 inspectors, well beyond Shanghai's pools of any trade.
//!
//!     cargo bench -p draw

#[path = "../../../scripts/cpu_clock.rs"]
mod cpu_clock;

use cpu_clock::{CpuTime, cpu_time};
use criterion::{Criterion, criterion_group, criterion_main};
use draw::{Outcome, Record, Seed};
use std::fmt::Write;
use std::hint::black_box;

const OBJECTS: u32 = 150_000;
const INSPECTORS: u32 = 20_000;

/// Four risk strata with weights 1, 2, 4, 8; every inspector stays away from twenty objects; `certified` in a hundred.
fn city(rules: &str, certified: u32) -> String {
    let mut text = String::from(r#"{"title":"city","region":"310000","month":"2022-06","#);
    text.push_str(r#""seed_source":{"kind":"lottery","name":"x","date":"2022-06-21"},"objects":["#);
    for n in 0..OBJECTS {
        let grade = n % 4;
        let comma = if n > 0 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"id":"31010{}-{n:06}","name":"机构{n}","stratum":"{grade}","weight":{}}}"#,
            n % 10,
            1 << grade
        )
        .expect("writing to a string");
    }
    text.push_str(r#"],"inspectors":["#);
    for n in 0..INSPECTORS {
        let recused: Vec<String> = (0..20)
            .map(|k| (n.wrapping_mul(7919) + k * 6151) % OBJECTS)
            .map(|o| format!("\"31010{}-{o:06}\"", o % 10))
            .collect();
        let comma = if n > 0 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"id":"Z{n:05}","name":"员{n}","certified":{},"skills":["消防"],"recused_from":[{}]}}"#,
            n % 100 < certified,
            recused.join(",")
        )
        .expect("writing to a string");
    }
    write!(text, r#"],"rules":{rules}}}"#).expect("writing to a string");
    text
}

fn bench(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("150,000 objects x 20,000 inspectors");
    group.sample_size(10);
    let seed = Seed::parse("20220620d3a7b5c1").expect("hexadecimal");
    for (name, rules, certified) in [
        ("quarter", r#"{"share":0.25,"per_stratum_minimum":1,"max_per_officer":4}"#, 100),
        ("all", r#"{"share":1,"max_per_officer":16}"#, 100),
        // Every certified officer is needed: tens of thousands of places are freed by swaps.
        ("tight", r#"{"share":0.25,"max_per_officer":7,"certified_at_least":1}"#, 27),
    ] {
        let input = city(rules, certified);
        let file = draw::commit(&input).expect("feasible");
        let record = Record::parse(&file).expect("just committed");
        let draw_once = |b: &mut criterion::Bencher<CpuTime>| {
            b.iter_batched(
                || record.clone(),
                |record| Outcome::draw(record, &seed).expect("feasible"),
                criterion::BatchSize::PerIteration,
            )
        };
        group.bench_function(format!("{name}: draw"), draw_once);
        if name == "quarter" {
            group.bench_function("quarter: commit, file to file", |b| b.iter(|| draw::commit(black_box(&input))));
            group.bench_function("quarter: run, file to file", |b| {
                b.iter(|| draw::run(black_box(&file), seed.as_str()))
            });
        }
    }
    group.finish();
}

criterion_group! { name = benches; config = cpu_time(); targets = bench }
criterion_main!(benches);
