//! Pools and rules of a draw come from anybody: refused with a sentence, or drawn, verified, and drawn the same again.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let Ok(record) = draw::commit(text) else { return };
    draw::Record::parse(&record).expect("what was committed is read");
    let Ok(result) = draw::run(&record, "20220620d3a7b5c1") else { return };
    let outcome = draw::Outcome::parse(&result).expect("what was drawn is read");
    draw::verify(&result).expect("what was drawn is verified");
    assert_eq!(draw::run(&record, "20220620D3A7B5C1").expect("drawn before"), result);
    let Some(first) = outcome.assignments().first() else { return };
    let request = draw::Request { object: Some(first.object.clone()), officer: None, reason: "停业".into() };
    if let Ok(after) = draw::replace(&result, &request) {
        draw::verify(&after).expect("a replacement is verified");
    }
});
