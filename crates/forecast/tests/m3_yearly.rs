//! The M3 yearly demographic series (every second one): accuracy and honest intervals on six held-out years each.
//! The marks are AutoETS of statsforecast 2.1.1 on the same 123 series, measured 2026-11-27.

use forecast::univariate::continue_series;
use std::path::Path;

const AUTOETS_SMAPE: f64 = 9.697;
const AUTOETS_MASE: f64 = 2.023;

struct Series {
    past: Vec<f64>,
    future: Vec<f64>,
}

fn series() -> Option<Vec<Series>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/series/m3_yearly_demographic_odd.json");
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("skipped: ../shared absent");
        return None;
    };
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let numbers = |value: &serde_json::Value| value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    Some(all.iter().map(|one| Series { past: numbers(&one["x"]), future: numbers(&one["xx"]) }).collect())
}

/// sMAPE in per cent, MASE, and the share of the truth inside the 80 % interval.
fn score(all: &[Series]) -> (f64, f64, f64) {
    let (mut smape, mut mase, mut inside) = (0.0, 0.0, 0.0);
    for one in all {
        let ahead = continue_series(&one.past, one.future.len()).unwrap();
        let step = one.past.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<f64>() / (one.past.len() - 1) as f64;
        for (h, truth) in one.future.iter().enumerate() {
            let each = 1.0 / (one.future.len() * all.len()) as f64;
            let miss = (ahead.median[h] - truth).abs();
            smape += each * 200.0 * miss / (ahead.median[h].abs() + truth.abs());
            mase += each * miss / step;
            let (low, high) = ahead.interval(h + 1, 0.8);
            inside += each * f64::from(u8::from(low <= *truth && *truth <= high));
        }
    }
    (smape, mase, inside)
}

#[test]
fn no_worse_than_autoets_and_eighty_per_cent_means_eighty() {
    let Some(all) = series() else { return };
    assert_eq!(all.len(), 123);
    let (smape, mase, inside) = score(&all);
    println!("sMAPE {smape:.3} (AutoETS {AUTOETS_SMAPE}), MASE {mase:.3} ({AUTOETS_MASE}), 80 % holds {inside:.3}");
    assert!(smape <= AUTOETS_SMAPE && mase <= AUTOETS_MASE, "sMAPE {smape:.3}, MASE {mase:.3}");
    assert!((0.76..=0.84).contains(&inside), "80 % interval holds {inside:.3}");
}

/// The same on the last six years of the *known* part, where the method was chosen.
#[test]
fn the_years_it_was_chosen_on_look_alike() {
    let Some(all) = series() else { return };
    let cut = |one: &Series| {
        let (past, future) = one.past.split_at(one.past.len() - 6);
        Series { past: past.to_vec(), future: future.to_vec() }
    };
    let (smape, mase, inside) = score(&all.iter().map(cut).collect::<Vec<_>>());
    println!("chosen on: sMAPE {smape:.3}, MASE {mase:.3}, 80 % holds {inside:.3}");
    assert!((0.76..=0.84).contains(&inside), "{inside:.3}");
}
