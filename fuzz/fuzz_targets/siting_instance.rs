//! Instances of the OR-Library and others, as files have them: read or refused, and small ones are solved; the answer
//! keeps what the outside face promises.
#![no_main]

use siting::command::{Format, Model, Request, solve_json};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = siting::parse::parse_graph(text);
    let _ = siting::parse::parse_capacitated(text);
    let _ = siting::parse::parse_warehouse(text, None);
    let _ = siting::parse::parse_planar(text);
    let _ = siting::parse::parse_matrix(text, None);
    // A header that announces thousands of nodes is solved in seconds: right, but not under a fuzzer.
    let large = |word: &str| word.parse::<f64>().is_ok_and(|number| number > 40.0);
    if text.split_whitespace().take(4).any(large) || text.len() > 1_000 {
        return;
    }
    for (model, format) in [
        (Model::PMedian, Format::Orlib),
        (Model::PMedian, Format::Planar),
        (Model::Mclp, Format::Planar),
        (Model::PMedian, Format::Matrix),
        (Model::PMedianCapacitated, Format::Orlib),
    ] {
        let mut request = Request::new(model, format, text);
        (request.radius, request.iterations) = (Some(10.0), Some(60));
        request.p = (format != Format::Orlib).then_some(2);
        let Ok(document) = solve_json(&request, &|| 0.0) else { continue };
        let number = |key: &str| document[key].as_f64().expect("a finite number");
        let (objective, bound) = (number("objective"), number("bound"));
        let off = if model == Model::Mclp { objective - bound } else { bound - objective };
        assert!(off <= 1e-6 * objective.abs().max(1.0), "{document}");
        assert_eq!(document["status"] == "proved", number("gap") == 0.0, "{document}");
    }
});
