//! The births file and the command: what is read, what is said about it, and what refuses it.

use forecast::command::{Ask, forecast};
use forecast::{Assumptions, Enrolment, Run, table};
use proptest::prelude::*;
use std::path::Path;

#[test]
fn a_plain_series_becomes_births_and_children() {
    let text = "year,births\n2015,182000\n2016,218400\n2017,197000\n2018,173000\n2019,169000\n2020,127600\n2021,116000\n2022,108000\n2023,98000\n";
    let answer = forecast(text, &Ask::plain(3)).unwrap();
    assert_eq!(answer["base_year"], 2023);
    assert_eq!(answer["district"].as_array().unwrap().len(), 3);
    assert_eq!(answer["district"][0]["year"], 2024);
    assert_eq!(answer["district"][0]["age_2"]["p50"], 108_000, "born 2022");
    assert_eq!(answer["streets"].as_array().unwrap().len(), 0);
    assert_eq!(answer["run"]["draws"], 1_000);
    assert!(answer["district"][0].get("places").is_none());
    assert!(answer["warnings"].to_string().contains("places are not"));
    assert!(answer["back_test"]["scores"].as_array().unwrap().len() == 4);
}

#[test]
fn streets_with_all_columns_give_places() {
    let mut text = String::from("street,year,births,population,age_0,age_1,age_2,enrolled\n");
    for year in 2018..2024 {
        text.push_str(&format!(
            "310106011,{year},400,50000,396,390,385,75\n310106012,{year},200,26000,198,195,190,10\n"
        ));
    }
    let path = |now, target| Enrolment { now, target, target_year: 2026, sd: 0.05 };
    let assumptions =
        Assumptions { enrolment: [path(0.0, 0.0), path(0.02, 0.05), path(0.12, 0.3)], ..Assumptions::none() };
    let ask = Ask { run: Run { horizon: 2, draws: 500, seed: 3 }, assumptions, back_test: false };
    let answer = forecast(&text, &ask).unwrap();
    assert_eq!(answer["streets"][0]["code"], "310106011");
    let enrolled = |at: usize| answer["streets"][at]["years"][1]["enrolled"]["p50"].as_u64().unwrap() as f64;
    let share = enrolled(0) / (enrolled(0) + enrolled(1));
    assert!(share > 0.72, "the keener street keeps its lead: {share}");
    let places = answer["district"][1]["places_for_service_level"].as_u64().unwrap();
    assert!(places > answer["district"][1]["enrolled"]["p50"].as_u64().unwrap());
}

#[test]
fn faults_are_named_with_their_line() {
    let refused = |text: &str| table::read(text).unwrap_err();
    let error = refused("year,births\n2019,5\n2020,-3\n");
    assert_eq!(error.code(), "forecast.births");
    assert!(error.to_string().contains("2020: -3"), "{error}");
    let error = refused("year,births\n2019,5\n2020,many\n");
    assert!(error.to_string().starts_with("line 3"), "{error}");
    assert_eq!(refused("year,deaths\n2019,5\n").code(), "forecast.table");
    assert_eq!(refused("year,births\n").code(), "forecast.table");
    assert_eq!(refused("").code(), "forecast.table");
    assert_eq!(refused("year,births\n-5,5\n").code(), "forecast.table");
    let too_many = "year,births_wan\n2019,99999\n2020,99999\n2021,99999\n2022,99999\n";
    assert_eq!(refused(too_many).code(), "forecast.births", "ten thousands taken for ones, or the reverse");
    assert_eq!(refused("year,births\n2019,5\n2019,6\n").code(), "forecast.year");
    assert_eq!(refused("year,births\n2019,5\n2020,6\n2021,7\n").code(), "forecast.too_short");
    let ragged = "street,year,births\na,2019,1\na,2020,1\na,2021,1\na,2022,1\nb,2019,1\nb,2020,1\nb,2022,1\n";
    let error = refused(ragged);
    assert!(error.to_string().contains("b: year 2021 is missing"), "{error}");
}

#[test]
fn the_files_of_the_city_are_read_with_their_warnings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let Ok(long) = std::fs::read_to_string(folder.join("rules/shanghai_births.csv")) else {
        println!("skipped: ../shared absent");
        return;
    };
    let read = table::read(&long).unwrap();
    assert_eq!((read.district.first_year(), read.district.last_year()), (2010, 2025));
    assert_eq!(read.district.births()[10], 127_600);
    assert!(read.warnings.iter().any(|warning| warning.contains("approximate")));
    assert!(read.warnings.iter().any(|warning| warning.contains("2007")));
    let facts = std::fs::read_to_string(folder.join("shanghai/births_facts.csv")).unwrap();
    let read = table::read(&facts).unwrap();
    assert_eq!((read.district.first_year(), read.district.last_year()), (2020, 2024));
    assert!(read.warnings.iter().any(|warning| warning.contains("a forecast, not a count")));
    for text in [long, facts] {
        let answer = forecast(&text, &Ask::plain(5)).unwrap();
        assert_eq!(answer["district"].as_array().unwrap().len(), 5);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    /// Whatever stands in the file: an answer or an error, never a crash.
    #[test]
    fn no_text_brings_the_reader_down(
        rows in proptest::collection::vec("[a-c]{0,1},(201[0-7]|[-0-9]{0,12}|é),(~?-?[0-9]{0,11}(\\.[0-9])?|inf|NaN|\")", 0..12),
        plain in any::<bool>(),
    ) {
        let header = if plain { "x,year,births" } else { "street,year,births" };
        let text = format!("{header}\n{}\n", rows.join("\n"));
        if let Ok(read) = table::read(&text) {
            prop_assert!(read.district.years() >= 4);
            let ask = Ask { back_test: false, ..Ask::plain(2) };
            prop_assert!(forecast(&text, &ask).is_ok());
        }
        let _ = table::read(&rows.join("\n"));
    }
}
