//! `shanyu siting solve`: an instance in, one JSON document out.

use super::tell;
use crate::{Done, Stop, cli::SitingStep};
use siting::command::{Format, Model, Request, solve_json};
use std::{path::Path, time::Instant};

pub fn run(step: SitingStep) -> Done {
    let SitingStep::Solve {
        model,
        instance,
        format,
        weights,
        p,
        radius,
        capacity,
        lock,
        time_limit,
        iterations,
        seed,
        json,
    } = step;
    let wrong = |e: siting::SitingError| Stop::Wrong(e.to_string());
    let model: Model = model.parse().map_err(wrong)?;
    let format: Format = format.parse().map_err(wrong)?;
    let text = read(&instance)?;
    let weights = weights.as_deref().map(read).transpose()?;
    let mut request = Request::new(model, format, &text);
    request.weights = weights.as_deref();
    request.p = p;
    request.radius = radius;
    request.capacity = capacity;
    request.locked = lock;
    request.time_limit = time_limit;
    request.iterations = iterations;
    request.seed = seed;
    let begun = Instant::now();
    let value =
        solve_json(&request, &|| cpu().unwrap_or_else(|| begun.elapsed().as_secs_f64())).map_err(|e| {
            match e.exit_code() {
                1 => Stop::Fault(e.to_string()),
                2 => Stop::Wrong(e.to_string()),
                _ => Stop::Refused(format!("{}: {e}", instance.display())),
            }
        })?;
    tell(&if json { value.to_string() } else { format!("{value:#}") })
}

fn read(file: &Path) -> Done<String> {
    std::fs::read_to_string(file).map_err(|e| Stop::Wrong(format!("{}: {e}", file.display())))
}

/// CPU seconds of this thread, where the system tells them.
fn cpu() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(text.split_whitespace().next()?.parse::<f64>().ok()? / 1e9)
}
