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
    let (mut drawn, mut infeasible, mut swapped, mut replaced) = (0, 0, 0, 0);
    for number in 0..INPUTS {
        let input = common::input(&mut rng);
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
            swapped += usize::from(ours["attempt"] != 0);
            replaced += ours["replacements"].as_array().unwrap().len();
        }
    }
    drop(ask);
    assert!(twin.wait().unwrap().success());
    println!("{drawn} drawn, {infeasible} infeasible, {swapped} beyond the first attempt, {replaced} replacements");
    assert!(
        drawn > INPUTS / 2 && infeasible > INPUTS / 50 && replaced > INPUTS / 10,
        "{drawn} {infeasible} {replaced}"
    );
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
