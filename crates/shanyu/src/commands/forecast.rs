//! `shanyu forecast`: a plain series of births, continued with its uncertainty.

use super::tell;
use crate::{Done, Stop};
use forecast::command::Ask;
use std::path::Path;

pub fn run(births: &Path, horizon: usize, json: bool) -> Done {
    let text = std::fs::read_to_string(births).map_err(|e| Stop::Wrong(format!("{}: {e}", births.display())))?;
    if !(1..=50).contains(&horizon) {
        return Err(Stop::Wrong(format!("--horizon {horizon}: 1 to 50 years")));
    }
    let refused = |e: forecast::ForecastError| Stop::Refused(format!("{}: {e}", births.display()));
    let value = forecast::command::forecast(&text, &Ask::plain(horizon)).map_err(refused)?;
    tell(&if json { value.to_string() } else { format!("{value:#}") })
}
