//! Values that people type: what parses is written as it is understood, and understood again.
#![no_main]

use kernel::{CreditCode, Day, Mobile, ResidentId};

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Ok(day) = text.parse::<Day>() {
        assert_eq!(day.to_string().parse::<Day>().ok(), Some(day));
        let _ = (day.next(), day.plus_months(1), day.first_of_month(), day.last_of_month(), day.zh());
    }
    if let Ok(code) = CreditCode::parse(text) {
        assert!(CreditCode::parse(code.as_str()).is_ok());
    }
    if let Ok(mobile) = Mobile::parse(text) {
        assert!(Mobile::parse(mobile.as_str()).is_ok());
    }
    let today = "2022-11-15".parse().expect("a day");
    let _ = ResidentId::parse(text, today);
    let _ = kernel::Id::<kernel::kinds::Facility>::parse(text);
});
