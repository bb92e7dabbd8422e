//! The demonstration city: the whole of Shanghai from 2019 to `today`, made up by seed and calibrated to what the
//! sources say (frame.rs), so that the four plans light up from records. First it is drawn on paper, pure and district
//! by district (sketch.rs), then written through the same use cases as pages and sheets (write.rs); the report at the
//! end compares what the records give with the sources. Nothing in it is a statistic, and every page says so.

mod accounts;
mod care;
mod care_sheet;
mod children;
#[cfg(test)]
mod count;
mod decisions;
mod deck;
mod due;
mod duties;
mod filled;
mod frame;
mod ground;
mod hand;
mod kindergarten;
mod kindergarten_sheet;
mod lets;
mod matters;
mod mishaps;
mod names;
mod notices;
mod parts;
mod points;
mod progress;
mod publications;
mod report;
mod rights;
mod rolls;
mod sheet;
mod sketch;
mod support;
#[cfg(test)]
mod tests;
mod text;
mod write;

pub use accounts::{DemoAccount, table};
pub use report::{Line, Report};

use crate::{Done, Stop, house::House};
use kernel::{Day, kinds::FacilityId};
use progress::Progress;
use std::path::Path;

/// Makes the city in an empty house: packs, facilities with their history from 2019, accounts; then prints how it
/// stands to its sources on standard error. `scale` multiplies counts; the same seed makes the same city.
///
/// Errors: a day before 2019; a house in which facilities are recorded already.
pub async fn build(house: &House, scale: f64, seed: u64, today: Day) -> Done<Vec<DemoAccount>> {
    if today < frame::day(frame::FIRST, 1, 1) {
        return Err(Stop::Wrong(format!("--today {today}: history begins in {}", frame::FIRST)));
    }
    let mut read = house.db.read().await?;
    let first = FacilityId::new("");
    if !registry::store::listing::ids_after(&mut read, &first, 1).await?.is_empty() {
        return Err(Stop::Refused("facilities are recorded already; the demo city needs an empty folder".to_owned()));
    }
    drop(read);
    house.load_packs(today).await?;
    let mut read = house.db.read().await?;
    let ground = ground::read(&mut read).await?;
    drop(read);
    let sketch = sketch::Sketch::new(&ground, scale, seed);
    let progress = Progress::start((0..ground.districts.len()).map(|d| sketch.size(d)).sum());
    let written = write::city(house, &ground, &sketch, today, &progress).await?;
    children::add(house, &ground, scale, seed, today).await?;
    progress.stage("accounts");
    let accounts = accounts::open(house, seed, today, written.head.as_ref()).await?;
    progress.stage("matters");
    matters::add(house, today, &written.asks).await?;
    progress.stage("notices");
    notices::print(house, today).await?;
    progress.stage("publications");
    publications::add(house, today).await?;
    decisions::add(house, today).await?;
    rights::ask(house, today).await?;
    lets::add(house, today).await?;
    due::ask(house, today, written.head.as_ref()).await?;
    duties::record(house, today, written.head.as_ref()).await?;
    progress.end();
    eprintln!("demo: {} facilities, {} later changes, {} accounts", written.facilities, written.edits, accounts.len());
    if scale != 1.0 {
        eprintln!("demo: scale {scale}; the sources below are those of scale 1");
    }
    eprint!("{}", report(house, today).await?);
    Ok(accounts)
}

/// Figures of the city beside their sources, for a day.
pub async fn report(house: &House, day: Day) -> Done<Report> {
    report::make(house, day).await
}

/// Writes `DIR/demo-accounts.json` (contract.md).
pub fn write_accounts(data: &Path, accounts: &[DemoAccount]) -> Done {
    accounts::write(data, accounts)
}

/// Prints the accounts of a folder as a table on standard output.
pub fn print_accounts(data: &Path) -> Done {
    accounts::print(data)
}
