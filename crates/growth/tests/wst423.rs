//! WS/T 423-2022: printed values come out as whole z, days in between lie in between, and the files agree with the
//! transcription in the data folder.

use growth::{Age, Child, Finding, Gap, Indicator, Level, Measured, Posture, Sex, Standard, Stature, WeightKg, assess};
use std::path::Path;

const BY_AGE: &str = include_str!("../data/wst423_2022_by_age.csv");

fn row(line: &str) -> (Indicator, Sex, u32, Vec<f64>) {
    let fields: Vec<&str> = line.split(',').collect();
    let indicator = match fields[0] {
        "weight_kg" => Indicator::WeightForAge,
        "stature_cm" | "length_height_cm" => Indicator::StatureForAge,
        "bmi_kg_m2" => Indicator::BmiForAge,
        "head_cm" => Indicator::HeadForAge,
        other => panic!("{other}"),
    };
    let sex = if fields[1] == "male" { Sex::Male } else { Sex::Female };
    (indicator, sex, fields[2].parse().unwrap(), fields[3..10].iter().map(|f| f.parse().unwrap()).collect())
}

fn z(indicator: Indicator, sex: Sex, day: u32, value: f64) -> f64 {
    growth::score(Standard::Wst423, indicator, sex, day, value).unwrap().z
}

#[test]
fn printed_values_are_whole_z_at_their_month() {
    let mut compared = 0;
    for line in BY_AGE.lines().skip(1) {
        let (indicator, sex, month, values) = row(line);
        // The days on either side of the month; the month itself falls between two days.
        let exact = f64::from(month) * growth::DAYS_PER_MONTH;
        let days = if month == 24 {
            [731, 731]
        } else {
            [
                exact.floor() as u32,
                (exact.ceil() as u32).min(if indicator == Indicator::HeadForAge { 1095 } else { 2465 }),
            ]
        };
        for (n, value) in values.into_iter().enumerate() {
            let expected = n as f64 - 3.0;
            let [before, after] = days.map(|day| z(indicator, sex, day, value) - expected);
            assert!(before.abs() < 0.08 && after.abs() < 0.08, "{line}: {before} {after}");
            if month == 0 {
                assert!(before.abs() < 1e-9);
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 322 * 7);
}

#[test]
fn the_transcription_in_the_data_folder_agrees() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/rules/wst423_2022_sd_0_36m.csv");
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("skipped: ../shared absent");
        return;
    };
    let ours: Vec<_> = BY_AGE.lines().skip(1).map(row).collect();
    let mut compared = 0;
    for line in text.lines().skip(1) {
        let (indicator, sex, month, values) = row(line);
        let same = ours.iter().find(|(i, s, m, _)| (*i, *s, *m) == (indicator, sex, month)).unwrap();
        assert_eq!(same.3, values, "{line}");
        compared += values.len();
    }
    assert_eq!(compared, 588);
}

#[test]
fn weight_by_stature_hits_the_printed_rows() {
    let score = |posture, cm, kg| growth::score_by_stature(Standard::Wst423, Sex::Male, posture, cm, kg).unwrap().z;
    assert!((score(Posture::Standing, 90.0, 12.9)).abs() < 1e-9);
    assert!((score(Posture::Standing, 90.0, 16.8) - 3.0).abs() < 1e-9);
    assert!((score(Posture::Standing, 90.5, (12.9 + 13.2) / 2.0)).abs() < 1e-9);
    assert!((score(Posture::Lying, 45.0, 1.8) + 3.0).abs() < 1e-9);
    let outside = growth::score_by_stature(Standard::Wst423, Sex::Male, Posture::Lying, 100.1, 15.0);
    assert_eq!(outside, Err(Gap::StatureOutside { least_cm: 45.0, most_cm: 100.0 }));
}

#[test]
fn the_two_standards_differ_at_twelve_months() {
    // Boys of 365 days: the Chinese median is 10.1 kg and 76.7 cm, that of WHO 9.65 kg and 75.7 cm.
    let z = |standard, indicator, value| growth::score(standard, indicator, Sex::Male, 365, value).unwrap().z;
    assert!(z(Standard::Wst423, Indicator::WeightForAge, 10.1).abs() < 0.01);
    assert!(z(Standard::Who, Indicator::WeightForAge, 9.65).abs() < 0.02);
    assert!((0.3..0.5).contains(&z(Standard::Who, Indicator::WeightForAge, 10.1)));
    assert!(z(Standard::Wst423, Indicator::StatureForAge, 76.7).abs() < 0.01);
    assert!(z(Standard::Who, Indicator::StatureForAge, 75.7).abs() < 0.05);
}

#[test]
fn a_child_with_findings() {
    let child = Child { sex: Sex::Female, age: Age::new(800).unwrap() };
    let measured = Measured {
        weight: Some(WeightKg::new(12.5).unwrap()),
        stature: Some(Stature::new(80.2, Some(Posture::Lying)).unwrap()),
        head: None,
    };
    let found = assess(Standard::Wst423, child, &measured).unwrap();
    let stature = found.stature_for_age.unwrap();
    // Lying at 800 days: 79.5 cm standing.
    assert_eq!((stature.level, stature.finding), (Level::Low, Some(Finding::Stunted)));
    assert_eq!(found.bmi_for_age.unwrap().finding, Some(Finding::Obese));
    assert_eq!(found.weight_for_stature.unwrap().finding, Some(Finding::Obese));
    assert_eq!(found.weight_for_age.unwrap().level, Level::Middle);
    assert_eq!(found.head_for_age, Err(Gap::NotMeasured));
}

#[test]
fn the_end_of_the_tables_is_said() {
    let last = |standard, indicator, day| growth::score(standard, indicator, Sex::Male, day, 50.0).unwrap_err();
    assert_eq!(last(Standard::Wst423, Indicator::HeadForAge, 1096), Gap::AgeBeyond { last_day: 1095 });
    assert_eq!(last(Standard::Wst423, Indicator::WeightForAge, 2466), Gap::AgeBeyond { last_day: 2465 });
    assert_eq!(last(Standard::Who, Indicator::WeightForAge, 1097), Gap::AgeBeyond { last_day: 1096 });
}
