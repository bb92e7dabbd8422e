//! Whatever the pools, the seed and the order of the lists: each result keeps every rule and verifies.

mod common;

use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("")
}

/// Checks a result against the input it came from, reading both as plain JSON.
fn keeps_the_rules(input: &Value, result: &Value) {
    let rules = &input["rules"];
    let team = rules["officers_per_object"].as_u64().unwrap_or(2) as usize;
    let number = |name: &str, default: usize| rules[name].as_u64().map_or(default, |n| n as usize);
    let objects: HashMap<&str, &Value> = list(input, "objects").iter().map(|o| (text(o, "id"), o)).collect();
    let inspectors: HashMap<&str, &Value> = list(input, "inspectors").iter().map(|i| (text(i, "id"), i)).collect();
    let assignments = list(result, "assignments");

    let drawn: Vec<&str> = assignments.iter().map(|a| text(a, "object")).collect();
    assert!(drawn.is_sorted() && drawn.iter().collect::<HashSet<_>>().len() == drawn.len(), "an object twice");
    let expected = match &rules["share"] {
        Value::Null => number("sample", 0),
        share => (share.as_f64().unwrap() * objects.len() as f64 - 1e-9).ceil() as usize,
    };
    assert_eq!(drawn.len(), expected);
    let mut per_stratum: BTreeMap<&str, usize> = BTreeMap::new();
    for object in list(input, "objects") {
        per_stratum.entry(text(object, "stratum")).or_default();
    }
    for id in &drawn {
        *per_stratum.get_mut(text(objects[id], "stratum")).unwrap() += 1;
    }
    assert!(per_stratum.values().all(|&n| n >= number("per_stratum_minimum", 0)), "{per_stratum:?}");

    let mut load: HashMap<&str, usize> = HashMap::new();
    for assignment in assignments {
        let object = text(assignment, "object");
        let officers: Vec<&str> = list(assignment, "officers").iter().map(|o| o.as_str().unwrap()).collect();
        assert!(officers.len() == team && officers.iter().collect::<HashSet<_>>().len() == team);
        let count = |test: &dyn Fn(&Value) -> bool| officers.iter().filter(|&&o| test(inspectors[o])).count();
        assert!(count(&|i| i["certified"] == true) >= number("certified_at_least", team), "certified pair");
        if let Some(skill) = rules["skill_required"].as_str() {
            let least = number("skilled_at_least", team);
            assert!(count(&|i| list(i, "skills").iter().any(|s| s == skill)) >= least, "skill");
        }
        assert_eq!(count(&|i| list(i, "recused_from").iter().any(|o| o == object)), 0, "recusal");
        for officer in &officers {
            *load.entry(officer).or_default() += 1;
        }
        let scope = rules["pair_repeat"].as_str().unwrap_or("refuse");
        for old in input["previous"].as_array().into_iter().flatten() {
            let applies = match scope {
                "refuse" => true,
                "refuse_same_object" => old["object"].is_null() || old["object"] == object,
                _ => false,
            };
            let both = list(old, "officers").iter().all(|o| officers.contains(&o.as_str().unwrap()));
            assert!(!(applies && both), "the same pair twice running");
        }
    }
    let most = number("max_per_officer", usize::MAX);
    assert!(load.values().all(|&n| n <= most), "{load:?}");
}

fn shuffle(value: &mut Value, rng: &mut impl rand::Rng) {
    for name in ["objects", "inspectors", "previous"] {
        if let Some(items) = value.get_mut(name).and_then(Value::as_array_mut) {
            items.shuffle(rng);
        }
    }
    for inspector in value["inspectors"].as_array_mut().unwrap() {
        inspector["skills"].as_array_mut().unwrap().shuffle(rng);
        inspector["recused_from"].as_array_mut().unwrap().shuffle(rng);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_rule_is_kept_and_order_has_no_effect(number in any::<u64>()) {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(number);
        let mut input = common::input(&mut rng);
        let seed = common::seed(&mut rng);
        let first = draw::commit(&input.to_string()).and_then(|record| draw::run(&record, &seed));
        if let Ok(result) = &first {
            keeps_the_rules(&input, &serde_json::from_str(result).unwrap());
            let found = draw::verify(result).unwrap();
            prop_assert_eq!(found.seed, seed.clone());
        }
        shuffle(&mut input, &mut rng);
        let second = draw::commit(&input.to_string()).and_then(|record| draw::run(&record, &seed.to_uppercase()));
        prop_assert_eq!(first, second);
    }

    #[test]
    fn another_seed_or_another_pool_is_another_draw(number in any::<u64>()) {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(number);
        let mut input = common::input(&mut rng);
        let Ok(record) = draw::commit(&input.to_string()) else { return Ok(()) };
        input["objects"][0]["name"] = json!("another name");
        let other = draw::commit(&input.to_string()).unwrap();
        let digest = |record: &str| draw::Record::parse(record).unwrap().digests().clone();
        prop_assert_ne!(digest(&record), digest(&other));
        let seeds = [common::seed(&mut rng), common::seed(&mut rng)];
        let results: Vec<_> = seeds.iter().filter_map(|seed| draw::run(&record, seed).ok()).collect();
        if let [a, b] = &results[..] {
            prop_assert_ne!(a, b);
        }
    }
}
