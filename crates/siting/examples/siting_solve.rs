//! Solves an instance file from the command line: `siting_solve MODEL FORMAT FILE [P] [RADIUS] [SECONDS]`.
//!
//! Without arguments it solves a small covering instance of its own and prints the document.

use std::process::ExitCode;

use siting::command::{Request, solve_json};

/// Seconds of the CPU this process has used.
fn cpu() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

const OWN: &str = "6 6\n0 0 30\n400 0 20\n900 0 25\n2000 0 40\n2300 100 15\n5000 0 10\n";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err((text, code)) => {
            eprintln!("{text}");
            ExitCode::from(code)
        }
    }
}

fn run(arguments: &[String]) -> Result<String, (String, u8)> {
    let refused = |error: siting::SitingError| (error.to_string(), error.exit_code());
    let word = |at: usize, other: &str| arguments.get(at).map_or(other.to_owned(), Clone::clone);
    let text = match arguments.get(2) {
        Some(file) => std::fs::read_to_string(file).map_err(|error| (format!("{file}: {error}"), 3))?,
        None => OWN.to_owned(),
    };
    let amount = |at: usize| arguments.get(at).and_then(|word| word.parse::<f64>().ok());
    let model = word(0, "mclp").parse().map_err(refused)?;
    let format = word(1, "planar").parse().map_err(refused)?;
    let own = arguments.len() < 3;
    let mut request = Request::new(model, format, &text);
    request.p = amount(3).map(|p| p as usize).or(own.then_some(2));
    request.radius = amount(4).or(own.then_some(1000.0));
    request.time_limit = amount(5).or(Some(10.0));
    let document = solve_json(&request, &cpu).map_err(refused)?;
    serde_json::to_string_pretty(&document).map_err(|error| (error.to_string(), 1))
}
