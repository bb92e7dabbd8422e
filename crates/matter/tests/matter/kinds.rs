//! What is wrong with a declaration or a form stops the start with a sentence.

use crate::house::{OPENING, calendar};
use matter::{Kinds, faults, read_forms};

const FORMS: &str = include_str!("forms.toml");

#[test]
fn the_kind_of_these_tests_is_sound() {
    assert_eq!(faults(&OPENING), Vec::<String>::new());
}

#[test]
fn forms_and_kinds_must_fit() {
    let start = |text: &str| Kinds::new(vec![&OPENING], read_forms(text).unwrap(), calendar());
    assert!(start(FORMS).is_ok());
    let wrong = |from: &str, to: &str| start(&FORMS.replacen(from, to, 1)).unwrap_err();
    assert_eq!(wrong("test.opening", "test.closing"), "form opening.test: no kind is called test.closing");
    assert_eq!(
        wrong("at = [\"deciding\"]", "at = [\"judging\"]"),
        "form opening.test: test.opening has no state judging"
    );
    let twice = format!("{FORMS}\n{}", FORMS.replace("2020-01-01", "2022-01-01"));
    assert_eq!(start(&twice).unwrap_err(), "form opening.test: two versions hold on 2022-01-01");
}
