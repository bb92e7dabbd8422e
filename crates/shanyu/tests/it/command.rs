//! The built program as a shell sees it: exit codes, and errors that are one line and name what is wrong.

use db::Db;
use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

pub fn shanyu() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shanyu"));
    // Nothing of the surroundings; and no warning that a transaction took long on a busy machine.
    command.env_clear().env("SHANYU_LOG", "error");
    command
}

pub fn run(args: &[&str]) -> Output {
    shanyu().args(args).output().unwrap()
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// Ends with the code and says one line, in which all of this stands.
pub fn refused(output: &Output, code: i32, words: &[&str]) {
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(lines.len(), 1, "one line, not: {said}");
    assert!(lines[0].starts_with("shanyu: "), "{said}");
    for word in words {
        assert!(lines[0].contains(word), "{word:?} in: {said}");
    }
}

pub fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

pub fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A copy of the packs, with one text of a file replaced.
fn packs_with(folder: &Path, file: &str, from: &str, to: &str) -> PathBuf {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            let to = to.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                copy(&entry.path(), &to);
            } else {
                std::fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    let packs = folder.join("packs");
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs"), &packs);
    let path = packs.join(file);
    let whole = std::fs::read_to_string(&path).unwrap();
    assert!(whole.contains(from), "{file} holds {from:?}");
    std::fs::write(&path, whole.replacen(from, to, 1)).unwrap();
    packs
}

#[test]
fn a_wrong_configuration_names_its_key() {
    let folder = folder();
    let data = folder.path().join("data");
    let file = folder.path().join("shanyu.toml");
    let with = |body: &str| {
        std::fs::write(&file, body).unwrap();
        run(&["check", "--data", shown(&data), "--config", shown(&file)])
    };
    refused(&with("listen = \"127.0.0.1:1\"\ncolour = \"red\"\n"), 2, &["configuration", "colour", "unknown"]);
    refused(&with("today = \"2022-02-30\"\n"), 2, &["configuration", "today", "YYYY-MM-DD"]);
    refused(&with("listen = \n"), 2, &["configuration", "line 1"]);
    refused(&with("secure_cookies = \"perhaps\"\n"), 2, &["configuration", "secure_cookies"]);
    let absent = run(&["check", "--data", shown(&data), "--config", "absent.toml"]);
    refused(&absent, 2, &["absent.toml", "not found"]);
    let variable = shanyu().args(["check", "--data", shown(&data)]).env("SHANYU_COLOUR", "red").output().unwrap();
    refused(&variable, 2, &["configuration", "colour", "unknown"]);
    for url in ["mysql://host/name", "shanyu.db", "SQLITE:x"] {
        refused(
            &run(&["check", "--data", shown(&data), "--database", url]),
            2,
            &["database", "sqlite:", "postgres:", url],
        );
    }
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn variables_win_over_the_file_and_arguments_over_both() {
    let folder = folder();
    let file = folder.path().join("shanyu.toml");
    std::fs::write(&file, "listen = \"127.0.0.1:1\"\nlog = \"error\"\n").unwrap();
    let data = folder.path().join("data");
    let mut check = shanyu();
    check.args(["check", "--config", shown(&file), "--data", shown(&data)]);
    check.env_remove("SHANYU_LOG").env("SHANYU_LISTEN", "127.0.0.1:2").env("SHANYU_DATA", "elsewhere");
    let output = check.output().unwrap();
    done(&output);
    let config: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((config["listen"].as_str(), config["log"].as_str()), (Some("127.0.0.1:2"), Some("error")));
    assert_eq!(config["data"].as_str(), Some(shown(&data)));
}

#[test]
fn a_wrong_pack_names_file_key_and_reason() {
    let plan = "plans/shanghai-2020-2022.toml";
    let cases: [(&str, &str, &str, &[&str]); 7] = [
        (plan, "comparator = \">=\"", "comparator = \"=>\"", &[plan, "targets.SH-01.comparator", "=>"]),
        (plan, "indicator = \"new_", "indicator = \"gnu_", &[plan, "targets.SH-01.indicator", "no indicator gnu_"]),
        (plan, "due = \"", "due = \"some day ", &[plan, "targets.SH-01.due", "YYYY-MM-DD", "some day"]),
        (plan, "quantified = ", "colour = 1\nquantified = ", &[plan, "colour", "unknown"]),
        (plan, "id = \"SH-02\"", "id = \"SH-01\"", &[plan, "targets.SH-01", "twice"]),
        ("indicators.toml", "direction = \"up\"", "direction = \"left\"", &["indicators.toml", "direction", "left"]),
        ("units.toml", "id = ", "id == ", &["units.toml", "line"]),
    ];
    for (file, from, to, words) in cases {
        let folder = folder();
        let packs = packs_with(folder.path(), file, from, to);
        let data = folder.path().join("data");
        for command in [&["check"][..], &["serve", "--listen", "127.0.0.1:0"], &["init", "--district", "310109"]] {
            let output =
                shanyu().args(command).args(["--data", shown(&data), "--packs", shown(&packs)]).output().unwrap();
            refused(&output, 2, words);
        }
    }
    // What goes into the database is looked at when it is loaded; then nothing of it is there.
    let loaded: [(&str, &str, &str, &[&str]); 2] = [
        ("divisions/places.csv", "\n310109,", "\n31O109,", &["divisions/places.csv", "line", "31O109"]),
        ("norms/design.toml", "combine = \"nearest\"", "combine = \"farthest\"", &["norms/design.toml", "combine"]),
    ];
    for (file, from, to, words) in loaded {
        let folder = folder();
        let packs = packs_with(folder.path(), file, from, to);
        let (data, packs) = (folder.path().join("data"), shown(&packs).to_owned());
        let init = ["init", "--district", "310109", "--data", shown(&data)];
        refused(&shanyu().args(init).args(["--packs", &packs]).output().unwrap(), 2, words);
        // The packs of the program itself are sound: the folder can still become a city.
        done(&run(&init));
    }
}

/// A server that ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_folder_in_use_is_refused_to_a_second_process() {
    let folder = folder();
    let data = shown(folder.path());
    done(&run(&["init", "--district", "310109", "--data", data]));
    let mut serve = shanyu();
    serve.args(["serve", "--data", data, "--listen", "127.0.0.1:0"]).stderr(Stdio::piped());
    let mut serving = Serving(serve.spawn().unwrap());
    let mut lines = BufReader::new(serving.0.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.starts_with("shanyu: http://127.0.0.1:")), "it serves (after `make ui`)");
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["verify", "audit"], &["migrate"], &["indicators"]] {
        let output = shanyu().args(command).args(["--data", data]).output().unwrap();
        refused(&output, 2, &["in use", "another"]);
    }
    drop(serving);
    done(&run(&["verify", "audit", "--data", data]));
}

/// Two of Hongkou's streets get an inclusive place from a sheet as an office would type it, a third one without status.
const SHEET: &str =
    "统一社会信用代码,名称,类别,举办性质,登记形式,街镇代码,地址,状态,开办日期,普惠起始日,普惠截止日,普惠认定单位\r
,晴川托育园,institution,private,non_profit,310109009,样例路1号,operating,2020-09-01,2021-01-01,,区教育局\r
,晴川托育园二店,institution,private,non_profit,310109009,样例路2号,operating,2020-09-01,2021-01-01,,区教育局\r
,明渠社区托育点,community_point,public,department,310109010,样例路3号,operating,2020-09-01,2021-06-01,,区教育局\r
,野渡托育园,institution,private,for_profit,310109011,样例路4号,operating,2020-09-01,,,\r
";

db::both! {
    async fn an_empty_city_has_targets_and_no_records(db: Db) {
        let url = db::testing::url(&db);
        db.close().await;
        let folder = folder();
        let at = ["--data", shown(folder.path()), "--database", &url, "--packs", concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs")];
        let run = |args: &[&str]| shanyu().args(args).args(at).output().unwrap();
        refused(&run(&["init", "--district", "310199"]), 2, &["--district 310199"]);
        done(&run(&["init", "--district", "310109"]));
        refused(&run(&["init", "--district", "310109"]), 2, &["already"]);
        let output = run(&["indicators", "--plan", "shanghai-2020-2022", "--as-of", "2022-12-31", "--json"]);
        done(&output);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        let items = document["items"].as_array().unwrap();
        assert_eq!(items.len(), 29);
        for item in items {
            assert_eq!((&item["light"], &item["value"]), (&Value::from("no_records"), &Value::Null), "{item}");
        }
        // Before the plan begins nothing is due, whatever is recorded.
        let output = run(&["indicators", "--plan", "shanghai-2020-2022", "--as-of", "2019-12-31", "--json"]);
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(document["items"].as_array().unwrap().iter().all(|item| item["light"] == "not_due"), "{document}");
        refused(&run(&["indicators", "--plan", "of-nobody"]), 2, &["--plan of-nobody"]);
        refused(&run(&["indicators", "--region", "319999"]), 2, &["--region 319999"]);
        let output = run(&["verify", "audit", "--json"]);
        done(&output);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&report["fault_count"], &report["faults"]), (&Value::from(0), &Value::Array(vec![])));
    }

    async fn an_own_sheet_lights_up_the_own_figures_and_nothing_else_does(db: Db) {
        let url = db::testing::url(&db);
        db.close().await;
        let folder = folder();
        let at = ["--data", shown(folder.path()), "--database", &url];
        let run = |args: &[&str]| shanyu().args(args).args(at).output().unwrap();
        done(&run(&["init", "--district", "310109"]));
        let sheet = folder.path().join("own.csv");
        std::fs::write(&sheet, SHEET).unwrap();
        done(&run(&["import", "institutions", shown(&sheet), "--dry-run"]));
        done(&run(&["import", "institutions", shown(&sheet)]));
        let figures = |region: &str| {
            let output = run(&["indicators", "--plan", "shanghai-2020-2022", "--region", region, "--as-of", "2022-12-31", "--json"]);
            done(&output);
            let document: Value = serde_json::from_slice(&output.stdout).unwrap();
            document["items"].as_array().unwrap().clone()
        };
        let coverage = |items: &[Value]| {
            let item = items.iter().find(|i| i["indicator"] == "inclusive_point_street_coverage").unwrap();
            (item["numerator"].as_f64().unwrap(), item["denominator"].as_f64().unwrap())
        };
        let (streets, all) = coverage(&figures("310109"));
        assert_eq!(streets, 2.0, "the two streets of the sheet");
        assert_eq!(coverage(&figures("310000")), (2.0, 215.0), "and nothing in the rest of the city");
        assert!((8.0..215.0).contains(&all));
        let output = run(&["export", "institutions", "--format", "csv"]);
        done(&output);
        assert_eq!(text(&output.stdout).lines().count(), 5, "four files and the heading");
    }
}

#[test]
fn wrong_arguments_end_with_two() {
    for args in
        [&["dance"][..], &["init"], &["indicators", "--as-of", "2022-13-01"], &["demo", "--no-serve", "--listen", "x"]]
    {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).starts_with("error: "), "{args:?}: {}", text(&output.stderr));
    }
    let unbindable = folder();
    let output = run(&["serve", "--data", shown(unbindable.path()), "--listen", "nowhere"]);
    refused(&output, 2, &["listen", "nowhere"]);
}
