//! Chance is fair: over many seeds, objects, officers and pairs come up as often as their weights say (chi-square).
//! The seeds are fixed, so a test either always passes or never.

use serde_json::{Value, json};
use std::collections::BTreeMap;

fn input(objects: Value, inspectors: usize, rules: Value) -> String {
    let inspectors: Vec<Value> =
        (0..inspectors).map(|n| json!({"id": format!("i{n:02}"), "certified": true})).collect();
    json!({
        "title": "", "region": "310109", "month": "2022-06",
        "seed_source": {"kind": "lottery", "name": "x", "date": "2022-06-21"},
        "objects": objects, "inspectors": inspectors, "rules": rules,
    })
    .to_string()
}

fn results(input: &str, seeds: u32) -> impl Iterator<Item = draw::Outcome> {
    let record = draw::Record::parse(&draw::commit(input).unwrap()).unwrap();
    (0..seeds).map(move |n| {
        let seed = draw::Seed::parse(&format!("{:032x}", u128::from(n) * 0x9e37_79b9_7f4a_7c15)).unwrap();
        draw::Outcome::draw(record.clone(), &seed).unwrap()
    })
}

/// Pearson's statistic. Counts of one draw add up to a constant, so the sum over cells has about cells - 1 degrees of
/// freedom, fewer when several cells are drawn at once (the counts then vary less than independent ones).
fn chi_square(counts: impl IntoIterator<Item = f64>, expected: impl IntoIterator<Item = f64>) -> f64 {
    counts.into_iter().zip(expected).map(|(count, mean)| (count - mean).powi(2) / mean).sum()
}

/// The value that chi-square of `df` degrees exceeds once in about 10,000 (Wilson and Hilferty's approximation).
fn limit(df: f64) -> f64 {
    let c = 2.0 / (9.0 * df);
    df * (1.0 - c + 3.719 * c.sqrt()).powi(3)
}

/// And the value that it falls below as rarely: counts that are too even are no chance either.
fn floor(df: f64) -> f64 {
    let c = 2.0 / (9.0 * df);
    df * (1.0 - c - 3.719 * c.sqrt()).powi(3)
}

#[test]
fn equal_objects_are_drawn_equally_often() {
    let objects: Vec<Value> =
        (0..40).map(|n| json!({"id": format!("o{n:02}"), "stratum": format!("{}", n % 3)})).collect();
    let text = input(json!(objects), 6, json!({"sample": 10, "per_stratum_minimum": 1}));
    let mut counts = BTreeMap::new();
    let seeds = 4000;
    for outcome in results(&text, seeds) {
        for assignment in outcome.assignments() {
            *counts.entry(assignment.object.clone()).or_insert(0.0) += 1.0;
        }
    }
    // 14, 13 and 13 objects for 10 places: 3.5, 3.25 and 3.25; the largest remainder gives 4, 3, 3.
    let expected = (0..40).map(|n| if n % 3 == 0 { 4.0 / 14.0 } else { 3.0 / 13.0 } * f64::from(seeds));
    // Sampling without replacement: the variance of a count is smaller by (1 - share drawn), about 0.75.
    let found = chi_square(counts.values().copied(), expected) / 0.75;
    assert!(found < limit(37.0) && found > floor(37.0), "{found}");
}

#[test]
fn a_weight_of_two_gives_exactly_twice_the_chance() {
    let weights = [1.0, 1.0, 1.0, 2.0, 2.0, 4.0, 4.0, 8.0, 0.5, 1.5, 100.0];
    let objects: Vec<Value> =
        weights.iter().enumerate().map(|(n, w)| json!({"id": format!("o{n:02}"), "weight": w})).collect();
    let text = input(json!(objects), 6, json!({"sample": 4}));
    let seeds = 6000;
    let mut counts = vec![0.0; weights.len()];
    for outcome in results(&text, seeds) {
        assert_eq!(outcome.quotas()[0].certain, 1);
        for assignment in outcome.assignments() {
            counts[assignment.object[1..].parse::<usize>().unwrap()] += 1.0;
        }
    }
    // The object of weight 100 is certain; three places for the rest, in proportion: 8 of 25 gives 0.96.
    assert_eq!(counts[10], f64::from(seeds));
    for (count, weight) in counts.iter().zip(weights).take(10) {
        let chance = 3.0 * weight / 25.0;
        let deviation = (f64::from(seeds) * chance * (1.0 - chance)).sqrt();
        let off = (count - f64::from(seeds) * chance) / deviation;
        assert!(off.abs() < 4.0, "weight {weight}: {count} of {seeds}, {off} deviations");
    }
}

#[test]
fn officers_and_pairs_are_drawn_equally_often() {
    let objects: Vec<Value> = (0..9).map(|n| json!({"id": format!("o{n}")})).collect();
    let text = input(json!(objects), 7, json!({"sample": 3, "max_per_officer": 2}));
    let (mut officers, mut pairs, mut places) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let seeds = 4000;
    for outcome in results(&text, seeds) {
        for assignment in outcome.assignments() {
            for officer in &assignment.officers {
                *officers.entry(officer.clone()).or_insert(0.0) += 1.0;
                *places.entry((assignment.object.clone(), officer.clone())).or_insert(0.0) += 1.0;
            }
            *pairs.entry(assignment.officers.clone()).or_insert(0.0) += 1.0;
        }
    }
    assert_eq!((officers.len(), pairs.len(), places.len()), (7, 21, 63));
    // Six of the seven officers are sent each time: the counts vary by 1/7 of what independent ones would.
    let found = chi_square(officers.into_values(), std::iter::repeat(f64::from(seeds) * 6.0 / 7.0)) * 7.0;
    assert!(found < limit(6.0) && found > floor(6.0), "officers {found}");
    let found = chi_square(pairs.into_values(), std::iter::repeat(f64::from(seeds) * 3.0 / 21.0));
    assert!(found < limit(20.0), "pairs {found}");
    let found = chi_square(places.into_values(), std::iter::repeat(f64::from(seeds) * 6.0 / 63.0));
    assert!(found < limit(62.0), "places {found}");
}

#[test]
fn loads_differ_by_at_most_one_when_nothing_stands_in_the_way() {
    let objects: Vec<Value> = (0..50).map(|n| json!({"id": format!("o{n:02}")})).collect();
    let text = input(json!(objects), 12, json!({"share": 0.5}));
    for outcome in results(&text, 50) {
        let mut load = BTreeMap::new();
        for officer in outcome.assignments().iter().flat_map(|a| &a.officers) {
            *load.entry(officer.clone()).or_insert(0) += 1;
        }
        assert_eq!(load.len(), 12);
        assert!(load.values().max().unwrap() - load.values().min().unwrap() <= 1, "{load:?}");
    }
}
