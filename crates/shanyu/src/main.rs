//! `shanyu`: one program for the city's childcare service. See `shanyu --help`.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = shanyu::cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("shanyu: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(shanyu::commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("shanyu: {}", stop.line());
            ExitCode::from(stop.code())
        }
    }
}
