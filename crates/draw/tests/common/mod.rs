//! Random inputs for the tests: small pools in which every rule binds now and then.

use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use serde_json::{Value, json};

/// An input that parses; about a third of them is infeasible. Half of them are tight: the limit of an officer is the
/// smallest that can suffice, so that officers have to swap.
pub fn input(rng: &mut impl Rng) -> Value {
    let objects = rng.random_range(1..25usize);
    let inspectors = rng.random_range(3..16usize);
    let strata = rng.random_range(1..4usize);
    let weighted = rng.random_bool(0.5);
    let ids: Vec<String> = (0..objects).map(|n| format!("机构-{n}")).collect();
    let pool: Vec<Value> = ids
        .iter()
        .map(|id| {
            let mut object =
                json!({"id": id, "name": "一\"二\\\n三", "stratum": format!("层{}", rng.random_range(0..strata))});
            if weighted {
                object["weight"] =
                    [json!(1), json!(2), json!(0.5), json!(4.125), json!(100)].choose(rng).unwrap().clone();
            }
            object
        })
        .collect();
    let share_certified = rng.random_range(0.5..1.0);
    let recusal = rng.random_range(0.0..0.15);
    let officers: Vec<Value> = (0..inspectors)
        .map(|n| {
            let skills: Vec<&str> = ["消防", "食品", "卫生"].into_iter().filter(|_| rng.random_bool(0.6)).collect();
            let recused: Vec<&String> = ids.iter().filter(|_| rng.random_bool(recusal)).collect();
            json!({"id": format!("i{n}"), "name": "", "certified": rng.random_bool(share_certified), "skills": skills,
                   "recused_from": recused})
        })
        .collect();
    let mut input = json!({
        "title": "六月双随机", "region": "310109", "month": "2022-06",
        "seed_source": {"kind": "lottery", "name": "双色球", "date": "2022-06-21"},
        "objects": pool, "inspectors": officers,
    });
    input["rules"] = rules(rng, objects);
    if rng.random_bool(0.5) {
        let (team, sample) = (input["rules"]["officers_per_object"].as_u64().unwrap(), objects as u64);
        let rules = input["rules"].as_object_mut().unwrap();
        rules.remove("share");
        rules.insert("sample".into(), json!(sample));
        rules.insert("max_per_officer".into(), json!((team * sample).div_ceil(inspectors as u64)));
        rules.insert("certified_at_least".into(), json!(rng.random_range(0..team)));
    }
    if rng.random_bool(0.4) {
        input["previous"] = previous(rng, inspectors, &ids);
    }
    input
}

fn rules(rng: &mut impl Rng, objects: usize) -> Value {
    let team = rng.random_range(1..4u32);
    let mut rules = json!({"officers_per_object": team, "per_stratum_minimum": rng.random_range(0..2)});
    if rng.random_bool(0.5) {
        rules["sample"] = json!(rng.random_range(1..=objects));
    } else {
        rules["share"] = [json!(0.25), json!(1), json!(0.333), json!(0.05)].choose(rng).unwrap().clone();
    }
    if rng.random_bool(0.8) {
        rules["certified_at_least"] = json!(rng.random_range(0..=team));
    }
    if rng.random_bool(0.7) {
        rules["max_per_officer"] = json!(rng.random_range(1..8));
    }
    if rng.random_bool(0.4) {
        rules["skill_required"] = json!("消防");
        if rng.random_bool(0.7) {
            rules["skilled_at_least"] = json!(rng.random_range(0..=team));
        }
    }
    if rng.random_bool(0.6) {
        rules["pair_repeat"] = json!(["refuse", "refuse_same_object", "allow"].choose(rng).unwrap());
    }
    rules
}

fn previous(rng: &mut impl Rng, inspectors: usize, ids: &[String]) -> Value {
    let teams = rng.random_range(0..12);
    (0..teams)
        .map(|_| {
            let a = rng.random_range(0..inspectors + 2);
            let b = (a + rng.random_range(1..inspectors + 2)) % (inspectors + 2);
            let mut team = json!({"officers": [format!("i{a}"), format!("i{b}")]});
            if rng.random_bool(0.6) {
                team["object"] = json!(ids.choose(rng).unwrap());
            }
            team
        })
        .collect()
}

/// A seed of 64 digits.
pub fn seed(rng: &mut impl Rng) -> String {
    (0..4).map(|_| format!("{:016x}", rng.random::<u64>())).collect()
}
