//! `shanyu init` and `shanyu migrate`: an empty city with divisions, units and norms, and no record of the service.

use crate::{
    Done, Stop,
    config::Config,
    house::{self, Made},
};
use kernel::{Clock, Ids};
use std::sync::Arc;

pub async fn run(config: Config, district: &str) -> Done {
    super::log(&config);
    if Made::read(&config.data)?.is_some() {
        return Err(Stop::Wrong(format!("{} holds a city already", config.data.display())));
    }
    let house = house::open(&config, Arc::new(Ids::system())).await?;
    let today = Clock::System.today();
    house.load_packs(today).await?;
    let mut read = house.db.read().await?;
    let place = places::by_code(&mut read, district, today).await?;
    let place = place.filter(|p| p.kind == places::PlaceKind::District);
    let Some(place) = place else {
        return Err(Stop::Wrong(format!("--district {district}: no district has this code")));
    };
    Made { synthetic: false, today: None, seed: None, scale: None }.write(&config.data)?;
    eprintln!(
        "shanyu: {} is ready, without any record; `shanyu serve` prints the code for its first accounts",
        place.name
    );
    drop(read);
    identity::first_start::print_code(&house.db, &house.ids, Clock::System.now(), Some(&place.id)).await?;
    house.db.close().await;
    Ok(())
}

/// Tables and packs up to date.
pub async fn migrate(config: Config) -> Done {
    let house = super::open(&config).await?;
    house.load_packs(Clock::System.today()).await?;
    house.db.close().await;
    Ok(())
}
