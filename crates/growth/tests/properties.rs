//! What holds for every child: more is never less, the posture rule, correction, and a door that never panics.

use growth::{
    Age, CORRECTED_UNTIL, Child, Gestation, Indicator, Measured, Posture, Sex, Standard, Stature, WeightKg, assess,
    command, percentile, score,
};
use proptest::prelude::*;

fn standard() -> impl Strategy<Value = Standard> {
    prop_oneof![Just(Standard::Who), Just(Standard::Wst423)]
}

fn sex() -> impl Strategy<Value = Sex> {
    prop_oneof![Just(Sex::Male), Just(Sex::Female)]
}

fn indicator() -> impl Strategy<Value = (Indicator, f64, f64)> {
    prop_oneof![
        Just((Indicator::WeightForAge, 0.5, 40.0)),
        Just((Indicator::StatureForAge, 30.0, 130.0)),
        Just((Indicator::BmiForAge, 6.0, 40.0)),
        Just((Indicator::HeadForAge, 25.0, 60.0)),
    ]
}

/// About the median weight of a day, kg.
fn ordinary(day: u32) -> f64 {
    3.5 + 6.0 * (f64::from(day) / 365.0).sqrt()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_is_a_higher_z(standard in standard(), sex in sex(), (indicator, low, high) in indicator(), day in 0u32..1096, a in 0.0f64..1.0, b in 0.0f64..1.0) {
        let z = |part: f64| score(standard, indicator, sex, day, low + (high - low) * part).unwrap();
        let (less, more) = (z(a.min(b)), z(a.max(b)));
        prop_assert!(less.z <= more.z && less.z.is_finite() && more.z.is_finite());
        // Far out the last digits of Φ are rounding: the declared error is allowed for, nothing more.
        prop_assert!(less.percentile <= more.percentile + 1e-10 && (0.0..=100.0).contains(&less.percentile));
        prop_assert!(less.level <= more.level);
    }

    #[test]
    fn one_day_changes_little(standard in standard(), sex in sex(), day in 30u32..1094, part in 0.0f64..1.0) {
        // A child of ordinary weight: from one day to the next the z moves by a tenth at most (a newborn gains
        // forty grams a day).
        let kg = ordinary(day) * (0.85 + 0.35 * part);
        let z = |day| score(standard, Indicator::WeightForAge, sex, day, kg).unwrap().z;
        let (today, tomorrow) = (z(day), z(day + 1));
        prop_assert!((today - tomorrow).abs() < 0.12, "{} {}", today, tomorrow);
    }

    #[test]
    fn standing_and_lying_give_the_same_child(standard in standard(), sex in sex(), day in 274i64..1096, cm in 62.0f64..98.0, kg in 5.0f64..20.0) {
        let child = Child { sex, age: Age::new(day).unwrap() };
        let with = |cm, posture| {
            let measured = Measured { weight: Some(WeightKg::new(kg).unwrap()), stature: Some(Stature::new(cm, Some(posture)).unwrap()), head: None };
            assess(standard, child, &measured).unwrap()
        };
        let (lying, standing) = (with(cm + 0.7, Posture::Lying), with(cm, Posture::Standing));
        for (a, b) in [
            (lying.stature_for_age, standing.stature_for_age),
            (lying.bmi_for_age, standing.bmi_for_age),
            (lying.weight_for_stature, standing.weight_for_stature),
        ] {
            match (a, b) {
                (Ok(a), Ok(b)) => prop_assert!((a.z - b.z).abs() < 1e-6),
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn a_preterm_child_is_compared_with_younger_ones(sex in sex(), day in 130i64..731, weeks in 24u32..37, part in 0.0f64..1.0) {
        let gestation = Gestation::new(weeks, 0).unwrap();
        let measured = Measured { weight: Some(WeightKg::new(ordinary(day as u32) * (0.85 + 0.35 * part)).unwrap()), ..Measured::default() };
        let z = |age| assess(Standard::Wst423, Child { sex, age }, &measured).unwrap().weight_for_age.unwrap().z;
        let corrected = Age::corrected(day, gestation, CORRECTED_UNTIL).unwrap();
        prop_assert!(corrected.is_corrected());
        prop_assert!(z(corrected) > z(Age::new(day).unwrap()));
    }

    #[test]
    fn percentiles_are_symmetric(z in -8.0f64..8.0) {
        prop_assert!((percentile(z) + percentile(-z) - 100.0).abs() < 1e-9);
    }

    #[test]
    fn any_text_gets_an_answer(text in ".{0,120}", days in any::<i64>(), cm in any::<f64>(), kg in any::<f64>()) {
        prop_assert_eq!(command::score(&text).exit, 3);
        let question = serde_json::json!({"standard": "who", "sex": "male", "age_days": days, "stature_cm": cm, "weight_kg": kg});
        let answer = command::score(&question.to_string());
        prop_assert!(answer.exit == 0 || answer.exit == 3);
    }
}

#[test]
fn a_height_in_metres_is_a_clear_answer() {
    let ask = |text: &str| command::score(text);
    let answer = ask(r#"{"standard":"wst423","sex":"female","age_days":683,"stature_cm":0.848}"#);
    assert_eq!((answer.exit, answer.text.as_str()), (3, "length or height of 0.848 looks like metres; give 84.8 cm"));
    let answer = ask(r#"{"standard":"wst423","sex":"female","age_days":100,"stature_cm":60,"posture":"standing"}"#);
    assert_eq!(answer.text, "a child of 100 days is measured lying, not standing (from 274 days on)");
    let answer = ask(r#"{"standard":"who","sex":"female","age_days":-1}"#);
    assert_eq!(answer.text, "age of -1 days is not between 0 and 2556 days");
    let answer = ask(
        r#"{"standard":"who","sex":"female","age_days":683,"weight_kg":10.4,"stature_cm":84.8,"gestation":{"weeks":39}}"#,
    );
    assert_eq!(answer.exit, 0);
    let value: serde_json::Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(value["weight_for_age"]["z"], -0.57);
    assert_eq!(value["stature_for_age"]["z"], -0.07);
    assert_eq!(value["bmi_for_age"]["z"], -0.79);
    assert_eq!(value["weight_for_stature"]["z"], -0.81);
    assert_eq!(value["head_for_age"]["gap"], "not_measured");
    assert_eq!(value["corrected"], false);
}

#[test]
fn implausible_values_are_flagged_not_refused() {
    let child = Child { sex: Sex::Male, age: Age::new(365).unwrap() };
    let measured = Measured {
        weight: Some(WeightKg::new(17.9).unwrap()),
        stature: Some(Stature::new(59.0, None).unwrap()),
        head: None,
    };
    let found = assess(Standard::Who, child, &measured).unwrap();
    assert!(found.weight_for_age.unwrap().implausible);
    assert!(found.stature_for_age.unwrap().implausible);
    assert!(found.bmi_for_age.unwrap().implausible);
    let sound = Measured { weight: Some(WeightKg::new(9.0).unwrap()), ..measured };
    assert!(!assess(Standard::Who, child, &sound).unwrap().weight_for_age.unwrap().implausible);
}
