//! Bad input, broken rules and files that somebody touched: a clear answer each, and never a panic.

use draw::{FirstDifference, Refusal};
use proptest::prelude::*;
use serde_json::{Value, json};

fn input() -> Value {
    json!({
        "title": "六月双随机", "region": "310109", "month": "2022-06",
        "seed_source": {"kind": "lottery", "name": "双色球 2022071", "date": "2022-06-21"},
        "objects": (1..=8).map(|n| json!({"id": format!("o{n}"), "name": format!("托育{n}"), "stratum": if n < 4 { "A" } else { "B" }, "weight": 1})).collect::<Vec<_>>(),
        "inspectors": (1..=6).map(|n| json!({"id": format!("i{n}"), "name": format!("员{n}"), "certified": n < 6, "skills": ["消防"], "recused_from": []})).collect::<Vec<_>>(),
        "rules": {"sample": 4, "per_stratum_minimum": 1, "officers_per_object": 2, "certified_at_least": 2, "max_per_officer": 2, "skill_required": null}
    })
}

fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut input = input();
    change(&mut input);
    input.to_string()
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    draw::commit(&with(change)).unwrap_err().to_string()
}

fn infeasible(change: impl FnOnce(&mut Value)) -> Vec<&'static str> {
    match draw::commit(&with(change)) {
        Err(Refusal::Infeasible { rules, proven: true, .. }) => rules,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_unusable_value_is_named_with_its_place() {
    assert_eq!(refused(|i| i["objects"][3]["id"] = json!("o1")), "objects: id \"o1\" is there twice");
    assert_eq!(refused(|i| i["objects"] = json!([])), "objects: has 0 members; 1 to 1000000 can be drawn from");
    assert_eq!(
        refused(|i| i["inspectors"][0]["recused_from"] = json!(["o9"])),
        "inspectors[i1].recused_from: \"o9\" is not among the objects"
    );
    assert_eq!(refused(|i| i["rules"]["share"] = json!(0.5)), "rules: give sample or share, not both");
    assert_eq!(refused(|i| i["rules"]["sample"] = Value::Null), "rules: give sample (a number) or share (0 to 1)");
    assert_eq!(refused(|i| i["rules"]["sample"] = json!(0)), "rules.sample: 0 objects: nothing to draw");
    assert_eq!(refused(|i| i["rules"] = json!({"share": 1.5})), "rules.share: 1.5 is more than the whole pool (1)");
    assert_eq!(refused(|i| i["month"] = json!("2022-13")), "month: \"2022-13\" is not a month (2022-06)");
    assert_eq!(
        refused(|i| i["committed_on"] = json!("2022-06-21")),
        "seed_source.date: 2022-06-21 is not after the commitment of 2022-06-21: the seed could be known already"
    );
    assert_eq!(refused(|i| i["objects"][0]["id"] = json!("a\nb")), "objects[a\nb].id: holds a control character");
    for (change, word) in [
        (json!({"weight": 0}), "invalid value: integer `0`"),
        (json!({"weight": -1}), "invalid value: integer `-1`"),
        (json!({"weight": 0.12345}), "at most four decimal places"),
        (json!({"weight": "1"}), "invalid type: string"),
        (json!({"wieght": 1}), "unknown field `wieght`"),
    ] {
        let said = refused(|i| i["objects"][0].as_object_mut().unwrap().extend(change.as_object().unwrap().clone()));
        assert!(said.contains(word), "{said}");
    }
    assert!(refused(|i| i["rules"]["max_per_oficer"] = json!(2)).contains("unknown field `max_per_oficer`"));
    assert!(draw::commit("{").unwrap_err().to_string().starts_with("not a draw file: EOF"));
    let record = draw::commit(&input().to_string()).unwrap();
    assert!(draw::commit(&record).unwrap_err().to_string().contains("record already"));
    assert_eq!(draw::run(&record, "xyz").unwrap_err().code(), "bad_value");
}

#[test]
fn rules_that_no_draw_can_keep_are_named_at_the_commitment() {
    assert_eq!(infeasible(|i| i["rules"]["sample"] = json!(9)), ["sample"]);
    assert_eq!(infeasible(|i| i["rules"]["per_stratum_minimum"] = json!(4)), ["per_stratum_minimum"]);
    assert_eq!(infeasible(|i| i["rules"]["per_stratum_minimum"] = json!(3)), ["per_stratum_minimum", "sample"]);
    assert_eq!(
        infeasible(|i| i["rules"]["certified_at_least"] = json!(3)),
        ["certified_at_least", "officers_per_object"]
    );
    assert_eq!(infeasible(|i| i["rules"]["sample"] = json!(6)), ["certified_at_least", "max_per_officer"]);
    assert_eq!(infeasible(|i| i["rules"]["skill_required"] = json!("食品")), ["skill_required"]);
    assert_eq!(infeasible(|i| i["rules"]["officers_per_object"] = json!(7)), ["officers_per_object"]);
    let recused = infeasible(|i| (0..4).for_each(|n| i["inspectors"][n]["recused_from"] = json!(["o5"])));
    assert_eq!(recused, ["recused_from"]);
}

#[test]
fn rules_that_this_draw_cannot_keep_are_named_at_the_draw() {
    // Everybody worked with everybody last time.
    let all: Vec<Value> = (1..6)
        .flat_map(|a| (a + 1..=6).map(move |b| json!({"officers": [format!("i{a}"), format!("i{b}")]})))
        .collect();
    let record = draw::commit(&with(|i| i["previous"] = json!(all))).unwrap();
    match draw::run(&record, "00").unwrap_err() {
        Refusal::Infeasible { rules, proven, why } => {
            assert_eq!((rules, proven), (vec!["pair_repeat"], false));
            assert!(why.contains("lifting one of these rules would do"), "{why}");
        }
        other => panic!("{other}"),
    }
    // Only at the same object: then the same pairs go elsewhere.
    let record = draw::commit(&with(|i| {
        i["previous"] =
            json!([{"object": "o1", "officers": ["i1", "i2"]}, {"object": "o9", "officers": ["i1", "gone"]}]);
        i["rules"]["pair_repeat"] = json!("refuse_same_object");
    }))
    .unwrap();
    draw::run(&record, "00").unwrap();
    // Four certified officers, all of whom stay away from the same four of the five objects, one object each.
    let text = with(|i| {
        i["objects"] = json!((1..=5).map(|n| json!({"id": format!("o{n}")})).collect::<Vec<_>>());
        i["rules"] = json!({"sample": 2, "officers_per_object": 1, "max_per_officer": 1});
        for n in 0..6 {
            i["inspectors"][n]["recused_from"] = if n == 0 { json!([]) } else { json!(["o1", "o2", "o3", "o4", "o5"]) };
        }
    });
    match draw::commit(&text).and_then(|record| draw::run(&record, "1")).unwrap_err() {
        Refusal::Infeasible { rules, proven, .. } => {
            assert_eq!((rules, proven), (vec!["max_per_officer", "recused_from"], true));
        }
        other => panic!("{other}"),
    }
}

fn result() -> Value {
    let record = draw::commit(&input().to_string()).unwrap();
    serde_json::from_str(&draw::run(&record, "5eed").unwrap()).unwrap()
}

fn difference(change: impl FnOnce(&mut Value)) -> FirstDifference {
    let mut result = result();
    change(&mut result);
    draw::verify(&result.to_string()).unwrap_err()
}

#[test]
fn the_first_difference_is_named() {
    draw::verify(&result().to_string()).unwrap();
    assert_eq!(difference(|r| r["record"]["objects"][0]["weight"] = json!(2)).path, "record.digests.sha256");
    assert_eq!(difference(|r| r["record"]["title"] = json!("x")).path, "record.digests.sha256");
    assert_eq!(
        difference(|r| drop(r["record"]["inspectors"].as_array_mut().unwrap().pop())).path,
        "record.digests.sha256"
    );
    assert_eq!(difference(|r| r["record"]["digests"]["sm3"] = json!("00")).path, "record.digests.sm3");
    assert_eq!(difference(|r| r["record"]["objects"] = json!([])).path, "record");
    assert_eq!(difference(|r| r["format"] = json!("shanyu-draw-result/2")).path, "format");
    assert_eq!(difference(|r| r["seed"] = json!("5EED")).path, "seed");
    assert_eq!(difference(|r| r["quotas"][1]["quota"] = json!(1)).path, "quotas[1]");
    assert_eq!(difference(|r| r["attempt"] = json!(1)).path, "attempt");
    let swapped = difference(|r| {
        let officers = r["assignments"][2]["officers"].clone();
        r["assignments"][2]["officers"] = r["assignments"][3]["officers"].clone();
        r["assignments"][3]["officers"] = officers;
    });
    assert_eq!(swapped.path, "assignments[2]");
    assert!(swapped.found != swapped.expected && swapped.expected.contains("officers"));
    assert_eq!(difference(|r| drop(r["assignments"].as_array_mut().unwrap().pop())).path, "assignments.length");
    assert_eq!(difference(|r| r["digests"]["sha256"] = json!("")).path, "digests.sha256");
    assert_eq!(difference(|r| r["extra"] = json!(1)).path, "file");
    assert_eq!(draw::verify("no").unwrap_err().path, "file");
    // Another seed is another draw.
    assert_ne!(difference(|r| r["seed"] = json!("5eee")).path, "");
}

#[test]
fn a_record_changed_after_the_commitment_is_not_drawn_from() {
    let record = draw::commit(&input().to_string()).unwrap();
    let changed = record.replace("托育3", "托育三");
    let refusal = draw::run(&changed, "5eed").unwrap_err();
    assert_eq!(refusal.code(), "changed");
    assert_eq!(draw::command::run(&changed, "5eed").exit, 1);
    // The order of the lists is no change.
    let mut value: Value = serde_json::from_str(&record).unwrap();
    value["objects"].as_array_mut().unwrap().reverse();
    assert_eq!(draw::run(&value.to_string(), "5eed"), draw::run(&record, "5eed"));
}

#[test]
fn exit_codes_of_the_contract() {
    let committed = draw::command::commit(&input().to_string());
    assert_eq!(committed.exit, 0);
    assert!(committed.message.contains("2022-06-21"));
    let drawn = draw::command::run(&committed.file.unwrap(), "5eed");
    assert_eq!(drawn.exit, 0);
    assert!(drawn.message.contains("can be guessed"));
    let file = drawn.file.unwrap();
    assert_eq!(draw::command::verify(&file).exit, 0);
    let forged = draw::command::verify(&file.replace("\"i1\"", "\"i2\""));
    assert_eq!(forged.exit, 1);
    assert!(forged.message.starts_with("first difference at "), "{}", forged.message);
    assert_eq!(draw::command::commit("").exit, 3);
    assert_eq!(draw::command::run("{}", "5eed").exit, 3);
}

#[test]
fn a_replacement_is_drawn_reasoned_and_verified() {
    let file = result().to_string();
    let first = draw::Outcome::parse(&file).unwrap().assignments()[0].clone();
    let answer = draw::command::replace(&file, Some(&first.object), Some(&first.officers[0]), "与机构负责人有亲属关系");
    let replaced = answer.file.unwrap();
    let outcome = draw::Outcome::parse(&replaced).unwrap();
    let now = &outcome.assignments()[0];
    assert!(!now.officers.contains(&first.officers[0]) && now.officers.contains(&first.officers[1]));
    assert_eq!(outcome.replacements()[0].reason, "与机构负责人有亲属关系");
    assert_eq!(outcome.replacements()[0].changes[0].officers_before, first.officers);
    assert_eq!(draw::verify(&replaced).unwrap().replacements, 1);

    // Somebody puts the officer he would rather have.
    let mut forged: Value = serde_json::from_str(&replaced).unwrap();
    forged["replacements"][0]["changes"][0]["officers_after"][0] = json!("i5");
    assert_eq!(draw::verify(&forged.to_string()).unwrap_err().path, "replacements[0].changes[0]");

    // A closed object goes, another one of its stratum comes; the next one of A is the last.
    let closed = outcome.assignments().iter().find(|a| ["o1", "o2", "o3"].contains(&a.object.as_str())).unwrap();
    let mut file = draw::command::replace(&replaced, Some(&closed.object), None, "停业").file.unwrap();
    let outcome = draw::Outcome::parse(&file).unwrap();
    assert_eq!(outcome.assignments().len(), 4);
    assert!(outcome.assignments().iter().all(|a| a.object != closed.object));
    loop {
        let outcome = draw::Outcome::parse(&file).unwrap();
        let Some(next) = outcome.assignments().iter().find(|a| a.object.as_str() < "o4") else { break };
        file = draw::command::replace(&file, Some(&next.object), None, "停业").file.unwrap();
    }
    assert!(draw::verify(&file).unwrap().objects < 4);
    for (object, officer, reason) in
        [(None, None, "x"), (Some("o1"), None, " "), (Some("nowhere"), None, "x"), (None, Some("nobody"), "x")]
    {
        assert_eq!(draw::command::replace(&file, object, officer, reason).exit, 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes of a valid file are overwritten: the parsers answer, whatever comes.
    #[test]
    fn damaged_files_never_panic(which in 0..3usize, damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let input = input().to_string();
        let record = draw::commit(&input).unwrap();
        let result = draw::run(&record, "5eed").unwrap();
        let mut bytes = [input, record, result][which].clone().into_bytes();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let text = String::from_utf8_lossy(&bytes);
        let _ = draw::commit(&text);
        let _ = draw::run(&text, "5eed");
        let _ = draw::verify(&text);
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,200}") {
        prop_assert!(draw::commit(&text).is_err());
        prop_assert!(draw::run(&text, &text).is_err());
        prop_assert!(draw::verify(&text).is_err());
    }
}
