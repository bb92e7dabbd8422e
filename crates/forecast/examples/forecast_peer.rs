//! Our side of `scripts/bench-peers.sh` for plain yearly series: reads the M3 file, continues every series and prints the
//! scores with the CPU seconds of this thread. Usage: `peer M3_JSON`. Prints JSON.

use forecast::univariate::{Univariate, continue_series};
use serde_json::{Value, json};
use std::error::Error;

/// CPU seconds of this thread so far.
fn cpu_seconds() -> f64 {
    let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    spent.tv_sec as f64 + spent.tv_nsec as f64 * 1e-9
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().map(|all| all.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args().nth(1).ok_or("usage: peer M3_JSON")?;
    let all: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(file)?)?;
    let series: Vec<(Vec<f64>, Vec<f64>)> = all.iter().map(|one| (numbers(&one["x"]), numbers(&one["xx"]))).collect();
    let mut cpu = f64::INFINITY;
    let mut ahead: Vec<Univariate> = Vec::new();
    for _ in 0..5 {
        let before = cpu_seconds();
        ahead = series.iter().map(|(x, xx)| continue_series(x, xx.len())).collect::<Result<_, _>>()?;
        cpu = cpu.min(cpu_seconds() - before);
    }
    let (mut smape, mut mase, mut inside, mut count) = (0.0, 0.0, 0.0, 0.0);
    for ((x, xx), ahead) in series.iter().zip(&ahead) {
        let step = x.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (x.len() - 1) as f64;
        for (h, truth) in xx.iter().enumerate() {
            let miss = (ahead.median[h] - truth).abs();
            smape += 200.0 * miss / (ahead.median[h].abs() + truth.abs());
            mase += miss / step;
            let (low, high) = ahead.interval(h + 1, 0.8);
            inside += f64::from(u8::from(low <= *truth && *truth <= high));
            count += 1.0;
        }
    }
    println!("{}", json!({ "cpu": cpu, "smape": smape / count, "mase": mase / count, "inside": inside / count }));
    Ok(())
}
