//! The record and the result of a draw come from anybody: read, refused or accepted, never a panic; what is accepted
//! says the same again.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = draw::Commitment::parse(text);
    let _ = draw::run(text, "5eed");
    let _ = draw::verify(text);
    if let Ok(outcome) = draw::Outcome::parse(text) {
        let again = outcome.to_json();
        assert_eq!(draw::Outcome::parse(&again).expect("what was written is read").to_json(), again);
    }
});
