//! The test vectors of `docs/engines/draw.md`, computed here and looked up in the page itself, so that neither drifts.

use sha2::{Digest, Sha256};

const INPUT: &str = include_str!("month.json");
const PAGE: &str = include_str!("../../../docs/engines/draw.md");
const SEED: &str = "20220620d3a7b5c1";

fn page_says(name: &str, value: &str) {
    let line = PAGE.lines().find(|line| line.trim_start().starts_with(name) && line.trim_end().ends_with(value));
    assert!(line.is_some(), "the page has no line \"{name} … {value}\"");
}

fn teams(outcome: &draw::Outcome) -> String {
    let team = |a: &draw::Assignment| format!("{} {}", a.object, a.officers.join(" "));
    outcome.assignments().iter().map(team).collect::<Vec<_>>().join("; ")
}

#[test]
fn the_vectors_of_the_specification() {
    let record = draw::Record::parse(&draw::commit(INPUT).unwrap()).unwrap();
    page_says("record sha256", &record.digests().sha256);
    page_says("record sm3", &record.digests().sm3);

    // Section 3, spelled out once more.
    let key = Sha256::digest(format!("shanyu-draw/1\n{}\n{SEED}", record.digests().sha256));
    page_says("key", &hex::encode(key));
    let block = |text: &str| -> [u8; 32] { Sha256::new().chain_update(key).chain_update(text).finalize().into() };
    page_says("block(object, JA-001)", &hex::encode(block("object\nJA-001")));
    for (label, name) in [
        ("object", "JA-001"),
        ("object", "JA-002"),
        ("object", "JA-003"),
        ("officer 0", "Z1"),
        ("turn 0", "JA-004"),
        ("load 0 0", "Z2"),
    ] {
        let ticket = hex::encode(&block(&format!("{label}\n{name}"))[..8]);
        page_says(&format!("ticket({label}, {name})"), &ticket);
    }
    let first = |text: &str| u64::from_be_bytes(block(text)[..8].try_into().unwrap());
    page_says("below(start, A, 30000)", &(first("start\nA\n0") % 30000).to_string());
    page_says("below(start, B, 40000)", &(first("start\nB\n0") % 40000).to_string());
    let numbers: Vec<String> = (0..8).map(|n| (first(&format!("example\n{n}\n0")) % 10).to_string()).collect();
    page_says("below(example, 0…7, 10)", &numbers.join(" "));

    let result = draw::run(&draw::commit(INPUT).unwrap(), SEED).unwrap();
    let outcome = draw::Outcome::parse(&result).unwrap();
    let quotas: Vec<(u64, u64)> = outcome.quotas().iter().map(|q| (q.quota, q.certain)).collect();
    assert_eq!(quotas, [(1, 0), (1, 0), (1, 1)]);
    page_says("assignments", &teams(&outcome));
    page_says("result sha256", &outcome.digests().sha256);
    page_says("result sm3", &outcome.digests().sm3);

    let request = draw::Request { object: Some("JA-002".into()), officer: None, reason: "停业整顿".into() };
    let outcome = draw::Outcome::parse(&draw::replace(&result, &request).unwrap()).unwrap();
    page_says("assignments", &teams(&outcome));
    page_says("result sha256", &outcome.digests().sha256);
    page_says("result sm3", &outcome.digests().sm3);
}
