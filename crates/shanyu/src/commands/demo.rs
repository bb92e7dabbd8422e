//! `shanyu demo`: makes the demonstration city, then serves it.

use crate::{
    Done, Stop,
    config::Config,
    demo,
    house::{self, Made},
    serve,
};
use kernel::{Clock, Day, Ids};
use std::sync::Arc;

/// What was asked on the command line.
pub struct Asked {
    pub scale: f64,
    pub seed: u64,
    pub today: Day,
    pub listen: Option<String>,
    pub no_serve: bool,
}

pub async fn run(config: Config, asked: Asked) -> Done {
    super::log(&config);
    if !(asked.scale > 0.0 && asked.scale <= 100.0) {
        return Err(Stop::Wrong(format!("--scale {}: more than 0 and at most 100", asked.scale)));
    }
    let wanted = Made { synthetic: true, today: Some(asked.today), seed: Some(asked.seed), scale: Some(asked.scale) };
    let made = Made::read(&config.data)?;
    match &made {
        Some(made) if *made == wanted => eprintln!("shanyu: the demo city is there already"),
        Some(_) => {
            return Err(Stop::Wrong(format!("{} holds another city; choose another --data", config.data.display())));
        }
        None => {
            let house = house::open(&config, Arc::new(Ids::seeded(asked.seed))).await?;
            let accounts = demo::build(&house, asked.scale, asked.seed, asked.today).await?;
            demo::write_accounts(&config.data, &accounts)?;
            wanted.write(&config.data)?;
            db::seal_audit(&house.db, &house.keys, Clock::OnDay(asked.today).now()).await?;
            house.db.close().await;
        }
    }
    demo::print_accounts(&config.data)?;
    if asked.no_serve {
        return Ok(());
    }
    let house = house::open(&config, Arc::new(Ids::system())).await?;
    let listen = asked.listen.unwrap_or_else(|| config.listen.clone());
    serve::serve(&house, Clock::OnDay(asked.today), true, &listen).await
}
