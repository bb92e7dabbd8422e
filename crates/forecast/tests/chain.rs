//! The chain on districts whose answer is known: by arithmetic, by their generator, or by what must not change.

use forecast::chain::Year;
use forecast::noise::{Cause, Noise};
use forecast::{
    Assumptions, District, Enrolment, ForecastError, Migration, Mode, Plan, Run, Street, back_test, forecast,
};
use proptest::prelude::*;

const RUN: Run = Run { horizon: 4, draws: 400, seed: 11 };

fn district(streets: &[(&str, &[u32])]) -> District {
    District::new(2014, streets.iter().map(|(code, births)| Street::of_births(code, births.to_vec())).collect())
        .unwrap()
}

fn caring() -> Assumptions {
    let path = |now, target| Enrolment { now, target, target_year: 2027, sd: 0.1 };
    Assumptions {
        survival: [0.998, 0.9995, 0.9997],
        migration: [Migration { mean: -0.02, sd: 0.01 }; 3],
        enrolment: [path(0.0, 0.0), path(0.03, 0.08), path(0.2, 0.4)],
        modes: vec![
            Mode { name: "full_day".to_owned(), share: 0.8, places_per_child: 1.0 },
            Mode { name: "half_day".to_owned(), share: 0.2, places_per_child: 0.5 },
        ],
        ..Assumptions::none()
    }
}

/// A Dragon year: births jump in the last known year, and its children are two in exactly two years.
#[test]
fn a_wave_of_births_arrives_as_a_wave_of_two_year_olds() {
    let known = district(&[("a", &[900, 900, 900, 900, 900, 900, 900, 900, 900, 1_400])]);
    let drawn = forecast(&known, &Assumptions::none(), RUN).unwrap();
    let two: Vec<u32> = drawn.district.iter().map(|year| year.stock[2].p50).collect();
    assert_eq!(two[0], 900, "born 2022");
    assert_eq!(two[1], 1_400, "born 2023, two at the end of 2025");
    assert_eq!(drawn.district[1].stock[2].p10, drawn.district[1].stock[2].p90, "already born: nothing to guess");
    assert_eq!(drawn.district[0].stock[1].p50, 1_400);
    assert!(drawn.district[0].births.p10 < drawn.district[0].births.p90, "not yet born: a guess");
}

#[test]
fn migration_survival_enrolment_and_modes_are_arithmetic() {
    let known = district(&[("a", &[1_000; 10]), ("b", &[3_000; 10])]);
    let fixed = Assumptions {
        survival: [1.0; 3],
        migration: [0.0, 0.0, -0.1].map(|mean| Migration { mean, sd: 0.0 }),
        enrolment: [0.0, 0.0, 0.25].map(|share| Enrolment { now: share, target: share, target_year: 2030, sd: 0.0 }),
        ..caring()
    };
    let drawn = forecast(&known, &fixed, RUN).unwrap();
    let next = &drawn.district[0];
    assert_eq!(next.stock[2].p50, 3_600);
    assert_eq!((next.enrolled.p10, next.enrolled.p50, next.enrolled.p90), (900, 900, 900));
    assert_eq!((next.places[0].p50, next.places[1].p50), (720, 90));
    assert_eq!(next.places_for_service_level, 810);
    assert_eq!((drawn.streets[0].years[0].enrolled.p50, drawn.streets[1].years[0].enrolled.p50), (225, 675));
    assert!((drawn.streets[1].birth_share - 0.75).abs() < 1e-9);
}

#[test]
fn a_lever_moves_only_what_it_touches() {
    let known = district(&[
        ("a", &[410, 400, 395, 405, 380, 390, 360, 370, 350, 340]),
        ("b", &[90, 80, 95, 85, 80, 90, 70, 75, 60, 66]),
    ]);
    let base = forecast(&known, &caring(), RUN).unwrap();
    assert_eq!(base, forecast(&known, &caring(), RUN).unwrap(), "same inputs, same bytes");
    let more = Assumptions { births_lever: vec![1.0, 1.3], ..caring() };
    let lifted = forecast(&known, &more, RUN).unwrap();
    assert_eq!(lifted.district[0], base.district[0], "the first year is not touched");
    assert!(lifted.district[1].births.p50 > base.district[1].births.p50);
    assert_eq!(lifted.district[1].stock[2], base.district[1].stock[2], "two-year-olds of that year are born already");
    let keener = Assumptions {
        enrolment: caring().enrolment.map(|path| Enrolment { target: path.target * 1.5, ..path }),
        ..caring()
    };
    let wanted = forecast(&known, &keener, RUN).unwrap();
    for (year, other) in base.district.iter().zip(&wanted.district) {
        assert_eq!((year.births, year.stock), (other.births, other.stock));
    }
    assert!(wanted.district[3].enrolled.p50 > base.district[3].enrolled.p50);
    // A longer horizon and another order of the streets change nothing that was there.
    let longer = forecast(&known, &caring(), Run { horizon: 6, ..RUN }).unwrap();
    assert_eq!(longer.district[..4], base.district[..]);
    let places =
        |at: &forecast::Forecast| at.district.iter().map(|year| year.places_for_service_level).collect::<Vec<_>>();
    assert!(
        places(&base)
            .iter()
            .zip(&base.district)
            .all(|(places, year)| *places >= year.places[0].p50 + year.places[1].p50)
    );
}

#[test]
fn a_small_street_is_drawn_to_the_district() {
    // Births halve everywhere but in one tiny street, where a handful of births happened to rise.
    let big: Vec<u32> = vec![2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 2_000, 1_000, 1_000, 1_000];
    let tiny: Vec<u32> = vec![4, 5, 3, 4, 5, 4, 3, 5, 6, 5];
    let known = district(&[("big", &big), ("big2", &big), ("big3", &big), ("tiny", &tiny)]);
    let share = forecast(&known, &caring(), RUN).unwrap().streets[3].birth_share;
    let (raw, long_run) = (16.0 / 9_016.0, 44.0 / 51_044.0);
    assert!(share < raw && share >= long_run * 0.9, "raw {raw:.6}, long run {long_run:.6}, shrunk {share:.6}");
    assert!((share - long_run).abs() < (raw - share).abs(), "mostly taken for chance: {share:.6}");
}

/// A district of 40 streets that does what the model says: a damped level, shares that drift, counts by chance.
fn generated(seed: u64, years: usize) -> District {
    let noise = Noise::new(seed);
    let mut level: f64 = 6_000.0;
    let mut shares: Vec<f64> = (0..40).map(|at| 0.4 + f64::from(at % 13)).collect();
    let mut births = vec![Vec::new(); 40];
    for year in 0..years {
        level *= (0.05 * noise.normal(Cause::DistrictBirths, 0, year, 9) - 0.01).exp();
        let total: f64 = shares.iter().sum();
        for (at, births) in births.iter_mut().enumerate() {
            let expected = level * shares[at] / total;
            let count = expected + expected.sqrt() * noise.normal(Cause::StreetBirths, at as u64, year, 9);
            births.push(count.round().max(0.0) as u32);
            shares[at] *= (0.03 * noise.normal(Cause::ShareDrift, at as u64, year, 9)).exp();
        }
    }
    let street = |(at, births): (usize, Vec<u32>)| Street::of_births(&format!("3101{at:02}"), births);
    District::new(2000, births.into_iter().enumerate().map(street).collect()).unwrap()
}

#[test]
fn on_years_it_never_saw_the_intervals_hold_and_the_chain_beats_what_anyone_could_do() {
    let plan = Plan { first_origin: 2014, run: Run { horizon: 3, draws: 400, seed: 5 } };
    let (mut inside, mut losses) = (0.0, [0.0; 4]);
    let worlds = [1, 2, 3, 4];
    for seed in worlds {
        let result = back_test(&generated(seed, 22), &Assumptions::none(), plan).unwrap();
        let streets: Vec<_> = result.scores.iter().filter(|score| score.level == "street").collect();
        assert_eq!(
            streets.iter().map(|score| score.method).collect::<Vec<_>>(),
            ["chain", "last_value", "drift", "own_series"]
        );
        inside += streets[0].coverage / worlds.len() as f64;
        streets.iter().zip(&mut losses).for_each(|(score, loss)| *loss += score.pinball);
    }
    println!(
        "P10-P90 held {inside:.3}; pinball chain {:.2}, last {:.2}, drift {:.2}, own series {:.2}",
        losses[0], losses[1], losses[2], losses[3]
    );
    assert!((0.72..=0.92).contains(&inside), "{inside}");
    assert!(losses[0] < losses[1] && losses[0] < losses[2] && losses[0] < losses[3], "{losses:?}");
}

/// A replay must not see the future: other later years, same forecast.
#[test]
fn what_came_later_does_not_change_what_was_forecast() {
    let known = generated(9, 22);
    let streets = known.streets().iter().map(|street| {
        let mut births = street.births.clone();
        births[15..].iter_mut().for_each(|count| *count = *count * 3 + 7);
        Street { births, ..street.clone() }
    });
    let other = District::new(2000, streets.collect()).unwrap();
    assert_ne!(known, other);
    let at_2014 = |district: &District| forecast(&district.until(2014).unwrap(), &caring(), RUN).unwrap();
    assert_eq!(at_2014(&known), at_2014(&other));
}

#[test]
fn migration_is_read_from_counts() {
    let mut street = Street::of_births("a", vec![1_000; 8]);
    street.stock = vec![Some([980, 931, 931]); 8];
    let known = District::new(2016, vec![street]).unwrap();
    let found = forecast::assume::migration_from_counts(&known, [1.0; 3]).unwrap();
    for (migration, expected) in found.iter().zip([-0.02, -0.05, 0.0]) {
        assert!((migration.mean - expected).abs() < 1e-9 && migration.sd < 1e-9, "{migration:?}");
    }
    assert!(forecast::assume::migration_from_counts(&generated(1, 10), [1.0; 3]).is_none());
}

#[test]
fn what_cannot_be_is_refused() {
    let code = |result: Result<District, ForecastError>| result.unwrap_err().code();
    assert_eq!(code(District::new(2014, vec![])), "forecast.streets");
    assert_eq!(code(District::new(2014, vec![Street::of_births("a", vec![1, 2, 3])])), "forecast.too_short");
    let twice = vec![Street::of_births("a", vec![1; 5]), Street::of_births("a", vec![1; 5])];
    assert_eq!(code(District::new(2014, twice)), "forecast.streets");
    let ragged = vec![Street::of_births("a", vec![1; 5]), Street::of_births("b", vec![1; 4])];
    assert_eq!(code(District::new(2014, ragged)), "forecast.year");
    let known = district(&[("a", &[100; 6])]);
    let refused = |assume: Assumptions| forecast(&known, &assume, RUN).unwrap_err().code();
    assert_eq!(refused(Assumptions { service_level: 90.0, ..caring() }), "forecast.parameter");
    assert_eq!(refused(Assumptions { births_lever: vec![-1.0], ..caring() }), "forecast.parameter");
    assert_eq!(refused(Assumptions { modes: vec![], ..caring() }), "forecast.parameter");
    assert_eq!(forecast(&known, &caring(), Run { draws: 10, ..RUN }).unwrap_err().code(), "forecast.parameter");
    assert_eq!(forecast(&known, &caring(), Run { horizon: 0, ..RUN }).unwrap_err().code(), "forecast.parameter");
    let late = Plan { first_origin: 2019, run: RUN };
    assert_eq!(back_test(&known, &caring(), late).unwrap_err().code(), "forecast.year");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The sum is asserted inside, in every draw; here it has to hold for districts of every shape, empty streets included,
    /// and for all that is printed: births, each age, enrolled, places of each mode.
    #[test]
    fn streets_sum_to_the_district_whatever_the_history(
        births in proptest::collection::vec(proptest::collection::vec(0u32..500, 6), 1..12), seed in any::<u64>(),
    ) {
        let streets = births.iter().enumerate().map(|(at, births)| Street::of_births(&at.to_string(), births.clone()));
        let known = District::new(2014, streets.collect()).unwrap();
        let drawn = forecast(&known, &caring(), Run { horizon: 3, draws: 100, seed }).unwrap();
        for (at, whole) in drawn.district.iter().enumerate() {
            let parts = |year: &Year| {
                let mut all = vec![year.births, year.enrolled];
                all.extend(year.stock);
                all.extend(&year.places);
                all
            };
            for (what, figure) in parts(whole).into_iter().enumerate() {
                let mean: f64 = drawn.streets.iter().map(|street| parts(&street.years[at])[what].mean).sum();
                prop_assert!((mean - figure.mean).abs() < 1e-6 * mean.max(1.0), "figure {what} of year {at}");
                prop_assert!(figure.p10 <= figure.p50 && figure.p50 <= figure.p90);
            }
        }
    }
}
