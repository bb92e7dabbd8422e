//! A second implementation, written in Python from the specification, gives the same files for a thousand inputs.

mod common;

use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const INPUTS: usize = 1000;

#[test]
fn the_python_twin_agrees() {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/draw_twin.py");
    let Ok(mut twin) =
        Command::new("python3").arg(script).arg("lines").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
    else {
        println!("skipped: python3 absent");
        return;
    };
    let mut ask = twin.stdin.take().unwrap();
    let mut answers = BufReader::new(twin.stdout.take().unwrap()).lines();
    let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(20221116);
    let (mut drawn, mut infeasible, mut beyond, mut replaced) = (0, 0, 0, 0);
    for number in 0..INPUTS {
        let input = if number % 4 == 0 { knotted(&mut rng) } else { common::input(&mut rng) };
        let seed = common::seed(&mut rng);
        let mut requests = Vec::new();
        let ours = draw_and_replace(&input, &seed, &mut rng, &mut requests);
        writeln!(ask, "{}", json!({"input": input, "seed": seed, "requests": requests})).unwrap();
        let line = answers.next().expect("the twin answers every line").unwrap();
        let theirs: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(theirs, ours, "input {number}: {input} seed {seed}");
        if ours.get("infeasible").is_some() {
            infeasible += 1;
        } else {
            drawn += 1;
            beyond += usize::from(ours["attempt"] != 0);
            replaced += ours["replacements"].as_array().unwrap().len();
        }
    }
    drop(ask);
    assert!(twin.wait().unwrap().success());
    println!("{drawn} drawn, {infeasible} infeasible, {beyond} beyond the first attempt, {replaced} replacements");
    assert!(
        drawn > INPUTS / 2 && infeasible > INPUTS / 50 && replaced > INPUTS / 10 && beyond > INPUTS / 200,
        "{drawn} {infeasible} {replaced} {beyond}"
    );
}

/// An input with large teams, no room and many pairs that may not go together, so that the first order of the officers
/// sometimes leads nowhere and others are tried.
fn knotted(rng: &mut impl rand::Rng) -> Value {
    let (objects, count) = (12usize, 9usize);
    let ids: Vec<String> = (0..objects).map(|n| format!("机构-{n}")).collect();
    let officers: Vec<Value> = (0..count)
        .map(|n| {
            let recused: Vec<&String> = ids.iter().filter(|_| rng.random_bool(0.02)).collect();
            json!({"id": format!("i{n}"), "certified": true, "recused_from": recused})
        })
        .collect();
    let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
    let apart: Vec<Value> = pairs
        .filter(|_| rng.random_bool(0.15))
        .map(|(a, b)| json!({"officers": [format!("i{a}"), format!("i{b}")]}))
        .collect();
    json!({
        "title": "六月双随机", "region": "310109", "month": "2022-06",
        "seed_source": {"kind": "lottery", "name": "双色球", "date": "2022-06-21"},
        "objects": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>(), "inspectors": officers, "previous": apart,
        "rules": {"sample": objects, "officers_per_object": 4, "max_per_officer": (4 * objects).div_ceil(count)},
    })
}

fn draw_and_replace(input: &Value, seed: &str, rng: &mut impl rand::Rng, requests: &mut Vec<Value>) -> Value {
    let result = draw::commit(&input.to_string()).and_then(|record| draw::run(&record, seed));
    let mut result = match result {
        Ok(result) => result,
        Err(draw::Refusal::Infeasible { .. }) => return json!({"infeasible": true}),
        Err(other) => panic!("{other}: {input}"),
    };
    for _ in 0..rng.random_range(0..3) {
        let outcome = draw::Outcome::parse(&result).unwrap();
        let Some(assignment) = outcome.assignments().get(rng.random_range(0..=outcome.assignments().len())) else {
            continue;
        };
        let (object, officer) = (&assignment.object, &assignment.officers[0]);
        let request = match rng.random_range(0..3) {
            0 => json!({"object": object, "officer": officer, "reason": "回避"}),
            1 => json!({"object": null, "officer": officer, "reason": "病假"}),
            _ => json!({"object": object, "officer": null, "reason": "停业"}),
        };
        match draw::replace(&result, &serde_json::from_value(request.clone()).unwrap()) {
            Ok(after) => result = after,
            Err(draw::Refusal::Infeasible { .. }) => {}
            Err(other) => panic!("{other}"),
        }
        requests.push(request);
    }
    draw::verify(&result).unwrap();
    serde_json::from_str(&result).unwrap()
}
