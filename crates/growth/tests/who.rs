//! The WHO standards against what WHO's own programs printed: 30 vectors, and a survey of 360 children with all indicators.

use growth::{Age, Child, HeadCm, Indicator, Measured, Posture, Sex, Standard, Stature, WeightKg, assess};
use std::path::Path;

fn sex(word: &str) -> Sex {
    if word == "male" { Sex::Male } else { Sex::Female }
}

fn number(field: &str) -> Option<f64> {
    (!field.is_empty()).then(|| field.parse().unwrap())
}

#[test]
fn the_vectors_of_the_data_folder() {
    let mut compared = 0;
    for line in include_str!("who_zscore_test_vectors.csv").lines().skip(1) {
        let row: Vec<&str> = line.splitn(7, ',').collect();
        let indicator = match row[0] {
            "wfa" => Indicator::WeightForAge,
            "lfa" => Indicator::StatureForAge,
            "hcfa" => Indicator::HeadForAge,
            other => panic!("{other}"),
        };
        let (day, value) = (row[2].parse().unwrap(), row[3].parse().unwrap());
        let z = growth::score(Standard::Who, indicator, sex(row[1]), day, value).unwrap().z;
        for expected in [number(row[4]), number(row[5])].into_iter().flatten() {
            assert!((z - expected).abs() < 0.0051, "{line}: {z}");
            compared += 1;
        }
    }
    assert_eq!(compared, 54);
}

/// Output of WHO Anthro for R on its sample survey: posture corrected, all five indicators; it flags none.
#[test]
fn the_sample_survey_of_who_anthro() {
    assert_eq!(compare(include_str!("who_anthro_survey.csv")), 1468);
}

/// Two hundred children beyond ±3 SD, scored by WHO's macro for Stata: the linear tails.
#[test]
fn the_extremes_of_igrowup() {
    assert!(compare(include_str!("who_igrowup_extremes.csv")) > 500);
}

fn compare(survey: &str) -> usize {
    let mut compared = 0;
    for line in survey.lines().skip(1) {
        let row: Vec<&str> = line.split(',').collect();
        let posture = match row[4] {
            "lying" => Some(Posture::Lying),
            "standing" => Some(Posture::Standing),
            _ => None,
        };
        let child = Child { sex: sex(row[0]), age: Age::new(row[1].parse().unwrap()).unwrap() };
        let measured = Measured {
            weight: number(row[2]).map(|kg| WeightKg::new(kg).unwrap()),
            stature: number(row[3]).map(|cm| Stature::new(cm, posture).unwrap()),
            head: number(row[5]).map(|cm| HeadCm::new(cm).unwrap()),
        };
        let found = assess(Standard::Who, child, &measured).unwrap();
        let scores = [
            found.weight_for_age,
            found.stature_for_age,
            found.bmi_for_age,
            found.weight_for_stature,
            found.head_for_age,
        ];
        for (n, score) in scores.into_iter().enumerate() {
            let (Some(expected), Ok(score)) = (number(row[6 + n]), score) else { continue };
            // Both round to 0.01; a tie may fall to either side.
            assert!((score.z - expected).abs() < 0.0051, "indicator {n}: {line}: {}", score.z);
            assert!(!score.implausible, "indicator {n}: {line}");
            compared += 1;
        }
    }
    compared
}

/// The monthly tables print the SD values of each month: read by day they must come out as whole z.
#[test]
fn the_monthly_tables_of_who() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/rules");
    if !folder.is_dir() {
        println!("skipped: ../shared absent");
        return;
    }
    for (file, indicator) in [
        ("who_lms_wfa_0_36m.csv", Indicator::WeightForAge),
        ("who_lms_lfa_0_36m.csv", Indicator::StatureForAge),
        ("who_lms_bmifa_0_36m.csv", Indicator::BmiForAge),
        ("who_lms_hcfa_0_36m.csv", Indicator::HeadForAge),
    ] {
        let text = std::fs::read_to_string(folder.join(file)).unwrap();
        for line in text.lines().skip(1) {
            let row: Vec<&str> = line.split(',').collect();
            let month: f64 = row[2].parse().unwrap();
            let day = (month * growth::DAYS_PER_MONTH).round() as u32;
            // The row of 24 months is there twice, lying and standing; the days of its standing form begin at 731.
            let day = if row[3] == "height" {
                day.max(growth::STANDING_FROM)
            } else {
                day.min(if row[3] == "length" { 730 } else { 1096 })
            };
            for (n, expected) in (-3..=3).enumerate() {
                let value: f64 = row[7 + n].trim().parse().unwrap();
                let z = growth::score(Standard::Who, indicator, sex(row[1]), day, value).unwrap().z;
                // Printed to 0.01, and the day is up to half a day off the month, when a newborn gains 30 g a day.
                assert!((z - f64::from(expected)).abs() < 0.04, "{file} {line}: {z}");
            }
        }
    }
}
