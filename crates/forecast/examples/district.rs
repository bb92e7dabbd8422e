//! A made-up district of three streets, five years ahead, with and without a wave of births:
//! `cargo run -p forecast --example district`.

use forecast::{Assumptions, District, Enrolment, Migration, Run, Street, forecast};

fn main() -> Result<(), forecast::ForecastError> {
    let street = |code: &str, births: &[u32]| Street::of_births(code, births.to_vec());
    let known = District::new(
        2016,
        vec![
            street("310106011", &[820, 740, 660, 640, 480, 440, 410, 372]),
            street("310106012", &[410, 385, 350, 341, 260, 231, 220, 199]),
            street("310106013", &[61, 50, 48, 55, 33, 30, 31, 24]),
        ],
    )?;
    let path = |now, target| Enrolment { now, target, target_year: 2026, sd: 0.15 };
    let base = Assumptions {
        migration: [Migration { mean: -0.02, sd: 0.02 }; 3],
        enrolment: [path(0.0, 0.0), path(0.02, 0.06), path(0.15, 0.35)],
        ..Assumptions::none()
    };
    let wave = Assumptions { births_lever: vec![1.2], ..base.clone() };
    let run = Run { horizon: 5, draws: 1_000, seed: 2024 };
    for (name, assume) in [("base", base), ("births +20 % in 2024", wave)] {
        println!("{name}");
        for year in forecast(&known, &assume, run)?.district {
            let (two, enrolled) = (year.stock[2], year.enrolled);
            println!(
                "  {}: births {:>5} ({}-{}), aged two {:>5}, enrolled {:>4} ({}-{}), places for nine in ten futures {}",
                year.year,
                year.births.p50,
                year.births.p10,
                year.births.p90,
                two.p50,
                enrolled.p50,
                enrolled.p10,
                enrolled.p90,
                year.places_for_service_level
            );
        }
    }
    Ok(())
}
