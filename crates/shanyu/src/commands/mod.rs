//! The commands, one file each; this one chooses.

pub(crate) mod backup;
mod check;
mod demo;
mod draw;
mod export;
mod forecast;
mod import;
mod indicators;
mod init;
mod reach;
mod restore;
mod serve;
mod siting;
mod verify;

use crate::{
    Done, Stop,
    cli::{Cli, Command},
    config::Config,
    house::{self, House},
};
use kernel::Ids;
use std::sync::Arc;

/// Runs one command to its end.
pub async fn run(cli: Cli) -> Done {
    match cli.command {
        Command::Serve { at, listen, today, accept_clock } => {
            serve::run(Config::read(&at)?, listen, today, accept_clock).await
        }
        Command::Demo { at, scale, seed, today, listen, no_serve } => {
            demo::run(Config::read(&at)?, demo::Asked { scale, seed, today, listen, no_serve }).await
        }
        Command::Init { at, district } => init::run(Config::read(&at)?, &district).await,
        Command::Migrate { at } => init::migrate(Config::read(&at)?).await,
        Command::Check { at } => check::run(Config::read(&at)?).await,
        Command::Import { at, what, file, dry_run, json } => {
            import::run(Config::read(&at)?, what, &file, dry_run, json).await
        }
        Command::Export { at, what, format, region, as_of } => {
            export::run(Config::read(&at)?, what, format, region.as_deref(), as_of).await
        }
        Command::Indicators { at, plan, region, as_of, json } => {
            indicators::run(Config::read(&at)?, plan.as_deref(), region.as_deref(), as_of, json).await
        }
        Command::Verify { at, what, file, json } => verify::run(Config::read(&at)?, what, file.as_deref(), json).await,
        Command::Backup { at, file, keep, json } => backup::run(Config::read(&at)?, &file, keep, json).await,
        Command::Restore { at, file, keys, erasures, json } => {
            let asked = restore::Asked { file: &file, keys: keys.as_deref(), erasures: erasures.as_deref(), json };
            restore::run(Config::read(&at)?, asked).await
        }
        Command::Draw { step } => draw::run(step),
        Command::Reach { step } => reach::run(step),
        Command::Siting { step } => siting::run(step),
        Command::Forecast { births, horizon, json } => forecast::run(&births, horizon, json),
    }
}

/// Opens a house that exists, for commands that only read.
async fn open(config: &Config) -> Done<House> {
    log(config);
    house::open(config, Arc::new(Ids::system())).await
}

/// Prints a line. A reader who has heard enough (`| head`) is no fault.
fn tell(text: &str) -> Done {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(e) if e.kind() != ErrorKind::BrokenPipe => Err(Stop::Fault(format!("standard output: {e}"))),
        _ => Ok(()),
    }
}

/// Log lines go to standard error.
fn log(config: &Config) {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).unwrap_or_default();
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
