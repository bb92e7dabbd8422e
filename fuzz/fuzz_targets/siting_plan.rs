//! Planning instances as JSON: refused with a sentence, or planned within the bound.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    if text.len() > 4_000 {
        return;
    }
    let Ok(document) = siting::command::plan_json(text, 1, None, Some(40), &|| 0.0) else { return };
    let number = |key: &str| document[key].as_f64().expect("a finite number");
    assert!(number("objective") <= number("bound") + 1e-6 * number("bound").abs().max(1.0), "{document}");
});
