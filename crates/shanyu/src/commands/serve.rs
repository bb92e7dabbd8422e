//! `shanyu serve`

use crate::{
    Done, Stop,
    config::Config,
    house::{self, House, Made},
    serve,
};
use kernel::{Clock, Day, Ids};
use std::sync::Arc;

pub async fn run(config: Config, listen: Option<String>, today: Option<Day>, accept_clock: bool) -> Done {
    super::log(&config);
    let made = Made::read(&config.data)?;
    let synthetic = made.as_ref().is_some_and(|m| m.synthetic);
    let last = made.as_ref().filter(|m| m.synthetic).and_then(|m| m.today);
    let today = today.or(config.today).or(last);
    if let (Some(today), Some(last)) = (today, last) {
        // The demo knows nothing after its last day: figures would stand still and look right.
        if today > last {
            return Err(Stop::Wrong(format!("--today {today}: this demo city ends on {last}")));
        }
    }
    let house = house::open(&config, Arc::new(Ids::system())).await?;
    let clock = today.map_or(Clock::System, Clock::OnDay);
    if matches!(clock, Clock::System) && !accept_clock {
        refuse_wrong_clock(&house, &clock).await?;
    }
    if made.is_none() {
        house.load_packs(clock.today()).await?;
    }
    let listen = listen.unwrap_or_else(|| config.listen.clone());
    serve::serve(&house, clock, synthetic, &listen).await
}

/// A machine whose clock lies before the last record would write deadlines and an audit out of order.
async fn refuse_wrong_clock(house: &House, clock: &Clock) -> Done {
    let newest = db::audit::newest(&mut house.db.read().await?, "").await?;
    let now = clock.now();
    match newest {
        Some(newest) if newest.0 - now.0 > kernel::SMALL_STEP => Err(Stop::Wrong(format!(
            "the machine's clock says {now}, but the last record was written at {newest}: put the clock right, or start \
             with --accept-clock if the record is wrong"
        ))),
        _ => Ok(()),
    }
}
