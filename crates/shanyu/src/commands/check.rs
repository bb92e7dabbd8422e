//! `shanyu check`: what is in force, and whether packs and database are sound.

use crate::{Done, Stop, config::Config, house};
use std::path::Path;

pub async fn run(config: Config) -> Done {
    let shown = serde_json::to_string_pretty(&config.redacted()).map_err(|e| Stop::Wrong(e.to_string()))?;
    println!("{shown}");
    web::i18n::merge(house::MESSAGES).map_err(Stop::Wrong)?;
    let plans = house::read_plans(&crate::packs::Packs::new(config.packs.as_deref()))?;
    let targets: usize = plans.plans.iter().map(|p| p.targets.len()).sum();
    eprintln!("packs: {} plans, {targets} targets, {} indicators", plans.plans.len(), plans.catalogue.list().len());
    let file = config.database.strip_prefix("sqlite:").map(Path::new);
    if file.is_some_and(|f| !f.exists()) {
        eprintln!("database: none yet");
        return Ok(());
    }
    let house = super::open(&config).await?;
    house.db.integrity().await?;
    eprintln!("database: sound");
    house.db.close().await;
    Ok(())
}
