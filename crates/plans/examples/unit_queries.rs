//! What each unit query costs on a city of 4,000 facilities, nothing kept in memory: best of several runs, in
//! milliseconds. On SQLite, and on PostgreSQL where `TEST_DATABASE_URL` names a server.
//!
//!     cargo run --release -p plans --example unit_queries [FACILITIES]

#[path = "../tests/it/city.rs"]
#[expect(dead_code, reason = "the builders of the tests; not all are needed here")]
mod city;
#[path = "../tests/it/many.rs"]
mod many;

use indicator::Asked;
use std::time::Instant;

async fn measure(db: db::Db, facilities: usize) {
    let engine = db.engine();
    let begun = Instant::now();
    let city = city::City::empty(&db).await;
    many::fill(&city, facilities).await;
    println!("== {engine:?}: {facilities} facilities in {:.1} s", begun.elapsed().as_secs_f64());
    let plans = city::plans();
    let plan = plans.plan("shanghai-2020-2022").expect("the plan of the city").span;
    let on = city::day("2022-11-15");
    if engine == db::Engine::Postgres {
        let mut tx = db.begin().await.expect("a transaction");
        tx.exec(db::q!("analyze")).await.expect("statistics");
        tx.commit().await.expect("statistics");
    }
    let mut read = db.read().await.expect("a connection");
    let root = places::root(&mut read, on).await.expect("places").expect("a root");
    let mut costs = Vec::new();
    for declaration in registry::INDICATORS.iter().chain([&registry::INCLUSIVE_POINTS]) {
        let readings = declaration.variants.iter().map(|v| v.name).filter(|v| *v != "all");
        for reading in std::iter::once("").chain(readings) {
            let mut asked = Asked::on(declaration, on, Some(plan));
            asked.variant = reading.to_owned();
            asked.params = plans::params(&mut read, declaration, &root.id, on).await.expect("norms");
            let mut best = f64::MAX;
            for _ in 0..7 {
                let begun = Instant::now();
                std::hint::black_box(indicator::groups(&mut read, declaration, &asked).await.expect("rows"));
                best = best.min(begun.elapsed().as_secs_f64() * 1e3);
            }
            costs.push((best, format!("{} {reading}", declaration.id)));
        }
    }
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (ms, id) in &costs {
        println!("{id:<52} {ms:>8.2} ms");
    }
    println!("all: {:.1} ms", costs.iter().map(|c| c.0).sum::<f64>());
}

fn main() {
    let facilities = std::env::args().nth(1).map_or(4000, |n| n.parse().expect("a number of facilities"));
    db::testing::on_both(async |db| measure(db, facilities).await);
}
