//! The restore drill, with the built program: a demo city serves and is written to, a backup is taken beside it, the
//! program is killed with -9, and the backup is restored on the other engine. What was acknowledged before the backup
//! is there, the figures are the same, the audit verifies, and what was not made for it is refused.

use db::{Db, Engine, testing::Fresh};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

fn shanyu(args: &[&str], at: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shanyu"));
    command.env_clear().env("SHANYU_LOG", "error").args(args).args(at);
    command
}

fn run(args: &[&str], at: &[&str]) -> Output {
    shanyu(args, at).output().unwrap()
}

fn told(output: &Output) -> Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&output.stdout)))
}

fn refused(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(words.iter().all(|word| said.contains(word)), "{words:?} in {said}");
}

struct Serving(Child, String);

impl Serving {
    fn start(at: &[&str]) -> Serving {
        let mut child = shanyu(&["serve", "--listen", "127.0.0.1:0"], at).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        let address = lines.find_map(|line| line.strip_prefix("shanyu: http://").map(str::to_owned));
        Serving(child, address.expect("it serves (after `make ui`)"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One request; status and body. `None` when the server is gone.
fn ask(address: &str, method: &str, path: &str, token: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let (body, by) =
        (body.to_string(), if token.is_empty() { String::new() } else { format!("Authorization: Bearer {token}\r\n") });
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\n{by}Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, serde_json::from_str(body).unwrap_or(Value::Null)))
}

async fn drill(db: Db) {
    let (from, url) = (db.engine(), db::testing::url(&db));
    db.close().await;
    let to = if from == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite };
    let Some(server) = db::testing::server(to) else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let at = ["--data", data.to_str().unwrap(), "--database", &url];
    let made = run(&["demo", "--scale", "0.03", "--today", "2022-11-15", "--no-serve"], &at);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let accounts: Value = serde_json::from_slice(&std::fs::read(data.join("demo-accounts.json")).unwrap()).unwrap();
    let city = accounts.as_array().unwrap().iter().find(|a| a["account"] == "city").unwrap();

    // Writers, and a backup in the midst of them.
    let mut serving = Serving::start(&at);
    let address = serving.1.clone();
    let sign_in = json!({"account": "city", "password": city["password"]});
    let (status, session) = ask(&address, "POST", "/api/v1/session", "", "session-0001", &sign_in).unwrap();
    assert_eq!(status, 200, "{session}");
    let token = session["token"].as_str().unwrap().to_owned();
    let (acknowledged, stop) = (Arc::new(Mutex::new(Vec::<String>::new())), Arc::new(AtomicBool::new(false)));
    let writers: Vec<_> = (0..3)
        .map(|writer| {
            let (address, token, acknowledged, stop) =
                (address.clone(), token.clone(), acknowledged.clone(), stop.clone());
            std::thread::spawn(move || {
                for n in 0.. {
                    let path = "/api/v1/plans/shanghai-2020-2022/targets/SH-04/freeze";
                    let body = json!({"region": "310109", "note": format!("drill {writer} {n}")});
                    match ask(&address, "POST", path, &token, &format!("drill-{writer}-{n:06}"), &body) {
                        Some((201, frozen)) => {
                            acknowledged.lock().unwrap().push(frozen["id"].as_str().unwrap().to_owned())
                        }
                        Some(other) => panic!("{other:?}"),
                        None => return,
                    }
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                }
            })
        })
        .collect();
    while acknowledged.lock().unwrap().len() < 6 {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    let before: BTreeSet<String> = acknowledged.lock().unwrap().iter().cloned().collect();
    let file = folder.path().join("city.shanyu-backup");
    let file = file.to_str().unwrap();
    let written = told(&run(&["backup", file, "--json"], &at));
    serving.0.kill().unwrap();
    serving.0.wait().unwrap();
    stop.store(true, Ordering::Relaxed);
    writers.into_iter().for_each(|writer| writer.join().unwrap());

    // The file alone is enough to see that it is whole; with the key file also whose it is.
    let checked = told(&run(&["verify", "backup", file, "--json"], &at));
    assert_eq!(
        (&checked["sm3"], &checked["rows"], &checked["signature"]),
        (&written["sm3"], &written["rows"], &json!(true))
    );
    let nowhere = folder.path().join("nowhere");
    let apart = told(&run(&["verify", "backup", file, "--json"], &["--data", nowhere.to_str().unwrap()]));
    assert_eq!(apart["signature"], json!(false));

    // Restored on the other engine. Without the key file, and a second time, it is refused.
    let new = Fresh::new(to, &server).await;
    let restored = folder.path().join("restored");
    let there = ["--data", restored.to_str().unwrap(), "--database", &new.config.url];
    refused(&run(&["restore", file], &there), 2, &["key file", "--keys"]);
    let keys = data.join("shanyu.keys");
    let report = told(&run(&["restore", file, "--keys", keys.to_str().unwrap(), "--json"], &there));
    assert_eq!((&report["rows"], &report["audit_faults"]), (&written["rows"], &json!(0)));
    refused(&run(&["restore", file], &there), 2, &["holds a city already"]);

    // Figures, audit, and every write that was acknowledged before.
    let figures = |at: &[&str]| run(&["indicators", "--plan", "shanghai-2020-2022", "--json"], at).stdout;
    let (old_figures, new_figures) = (figures(&at), figures(&there));
    assert!(old_figures.len() > 1_000 && old_figures == new_figures, "the figures are the same on {to:?}");
    assert_eq!(told(&run(&["verify", "audit", "--json"], &there))["fault_count"], 0);
    assert_eq!(told(&run(&["verify", "audit", "--json"], &at))["fault_count"], 0);
    let back = Db::connect(&new.config).await.unwrap();
    let kept: BTreeSet<String> =
        back.read().await.unwrap().all(db::q!("select id from frozen")).await.unwrap().into_iter().collect();
    let sessions: i64 = back.read().await.unwrap().one(db::q!("select count(*) from session")).await.unwrap();
    back.close().await;
    let lost: Vec<_> = before.difference(&kept).collect();
    assert!(lost.is_empty(), "acknowledged before the backup and gone: {lost:?}");
    assert_eq!(sessions, 0, "people sign in anew");

    // It serves.
    let serving = Serving::start(&there);
    let (status, session) = ask(&serving.1, "POST", "/api/v1/session", "", "session-0002", &sign_in).unwrap();
    assert_eq!(status, 200, "{session}");
    drop(serving);
    println!(
        "{} acknowledged before the backup, {} in all, {} in the backup of {} rows, {} bytes, restored on {to:?}",
        before.len(),
        acknowledged.lock().unwrap().len(),
        kept.len(),
        written["rows"],
        written["bytes"]
    );
    new.drop_it(&server).await;
}

db::both! {
    async fn a_backup_under_writes_is_restored_on_the_other_engine(db: Db) {
        drill(db).await;
    }
}

#[test]
fn a_spoiled_backup_changes_nothing_and_old_ones_are_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (data, kept) = (path("data"), path("kept"));
    std::fs::create_dir(&kept).unwrap();
    let at = ["--data", &data];
    assert!(run(&["init", "--district", "310109"], &at).status.success());
    let mut files = Vec::new();
    for _ in 0..3 {
        let written = told(&run(&["backup", &kept, "--keep", "2", "--json"], &at));
        files.push(written["file"].as_str().unwrap().to_owned());
        std::thread::sleep(std::time::Duration::from_millis(1_100));
    }
    let left: Vec<bool> = files.iter().map(|file| std::path::Path::new(file).exists()).collect();
    assert_eq!(left, [false, true, true]);
    refused(&run(&["backup", &files[2]], &at), 2, &["is there already"]);
    refused(&run(&["backup", &path("x.backup"), "--keep", "2"], &at), 2, &["--keep needs a folder"]);

    let bytes = std::fs::read(&files[2]).unwrap();
    let spoiled = path("spoiled.shanyu-backup");
    let there = ["--data", &path("there")];
    let keys = path("data/shanyu.keys");
    let half = &bytes[..bytes.len() / 2];
    let turned: Vec<u8> =
        bytes.iter().enumerate().map(|(at, b)| if at == bytes.len() / 3 { b ^ 1 } else { *b }).collect();
    for (content, words) in [(half, "is not whole"), (&turned[..], "damaged"), (&b"a letter"[..], "is not a backup")] {
        std::fs::write(&spoiled, content).unwrap();
        refused(&run(&["verify", "backup", &spoiled], &at), 1, &[words, "spoiled.shanyu-backup"]);
        refused(&run(&["restore", &spoiled, "--keys", &keys], &there), 3, &[words]);
        assert!(!std::path::Path::new(there[1]).exists(), "nothing was made");
    }
    // No line of the key file is in the backup.
    let text = std::fs::read_to_string(&keys).unwrap();
    for secret in text.lines().filter_map(|line| line.split_once(" = ")).map(|(_, secret)| secret) {
        assert!(!bytes.windows(secret.len()).any(|w| w == secret.as_bytes()));
    }
}
