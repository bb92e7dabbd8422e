//! What the figures cost: all computed indicators for 16 districts at one date, nothing kept in memory, cost per
//! indicator printed. `make bench`.
//!
//!     figures DATA [DATABASE]

use kernel::{Clock, Day, Ids};
use shanyu::{cli::Where, config::Config, house};
use std::{sync::Arc, time::Instant};

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let at = Where { data: args.first().map(Into::into), database: args.get(1).cloned(), ..Where::default() };
    let config = Config::read(&at).unwrap_or_else(|e| panic!("{}", e.line()));
    let house = house::open(&config, Arc::new(Ids::system())).await.unwrap_or_else(|e| panic!("{}", e.line()));
    let made = house::Made::read(&config.data).ok().flatten();
    let day: Day = made.and_then(|m| m.today).unwrap_or_else(|| Clock::System.today());
    let mut read = house.db.read().await.expect("a connection");
    let plan = house.plans.plan("shanghai-2020-2022").expect("the plan of the city");
    let root = places::root(&mut read, day).await.expect("places").expect("a root");
    let districts = places::children(&mut read, &root.id, day).await.expect("places");
    let (mut total, mut costs) = (0.0, Vec::new());
    let tree = indicator::Tree::of(&mut read, day).await.expect("a tree");
    for declaration in house::declarations() {
        let begun = Instant::now();
        let mut asked = indicator::Asked::on(declaration, day, Some(plan.span));
        asked.params = plans::params(&mut read, declaration, &root.id, day).await.expect("norms");
        let groups = indicator::groups(&mut read, declaration, &asked).await.expect("rows");
        for district in &districts {
            std::hint::black_box(indicator::evaluate(declaration, &groups, &tree, &asked, &district.id));
        }
        let ms = begun.elapsed().as_secs_f64() * 1e3;
        total += ms;
        costs.push((ms, declaration.id));
    }
    costs.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (ms, id) in &costs {
        println!("{id:<48} {ms:>8.2} ms");
    }
    println!(
        "all {} indicators x {} districts on {day}: {:.3} s (limit 0.5)",
        costs.len(),
        districts.len(),
        total / 1e3
    );
    drop(read);
    house.db.close().await;
}
