//! `shanyu`: one program for the city's childcare service. See `shanyu --help`.

use clap::Parser;
use std::process::ExitCode;

/// Pages are many small strings: a fifth of a request was spent in the system's allocator (docs/adr/0008).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Threads for work that blocks: the readers and the writer of SQLite, passwords, files. Each thread keeps memory of its
/// own in the allocator; with tokio's 512 a busy city held 340 MB, with these 185 MB, at the same speed.
const BESIDE: usize = 16;

fn main() -> ExitCode {
    let cli = shanyu::cli::Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().max_blocking_threads(BESIDE).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("shanyu: {error}");
            return ExitCode::from(2);
        }
    };
    match runtime.block_on(shanyu::commands::run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("shanyu: {}", one_line(stop.line()));
            ExitCode::from(stop.code())
        }
    }
}

/// An error is one line (contract.md): what TOML draws between its first line and its reason is left out.
fn one_line(text: &str) -> String {
    let drawn = |line: &&str| line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ').starts_with('|');
    let lines: Vec<&str> = text.lines().filter(|l| !drawn(l)).map(str::trim).filter(|l| !l.is_empty()).collect();
    lines.join(": ")
}
