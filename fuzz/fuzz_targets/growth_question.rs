//! Questions about a child: an answer or a sentence, never a score that is not a number.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let answer = growth::command::score(text);
    assert!(answer.exit == 0 || answer.exit == 3);
    // serde_json writes null for what is not a number.
    assert!(answer.exit == 3 || !answer.text.contains("\"z\":null"), "{}", answer.text);
});
