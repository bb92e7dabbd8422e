//! Files of births: refused with a sentence, or continued with ordered figures.
#![no_main]

use forecast::command::{Ask, forecast};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut ask = Ask::plain(2);
    (ask.run.draws, ask.back_test) = (100, false);
    let Ok(answer) = forecast(text, &ask) else { return };
    for year in answer["district"].as_array().expect("years") {
        let part = |key: &str| year["births"][key].as_f64().expect("a finite number");
        assert!(part("p10") <= part("p50") && part("p50") <= part("p90") && part("p10") >= 0.0, "{year}");
    }
});
