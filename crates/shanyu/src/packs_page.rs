//! The page of the packs: which files were read with which digest, what they hold, what is wrong with them as they
//! stand now, and where the database says something else.

use crate::{
    Stop,
    packs::{File, Packs},
};
use askama::Template;
use axum::{Extension, response::Response};
use kernel::{Action, Reach::Everywhere, Role};
use places::load::{Difference, LoadError, Pack, norm_differences};
use sm3::{Digest, Sm3};
use std::{collections::BTreeMap, sync::Arc};
use web::{
    Crumb, Cx, Result, Shell, Words,
    parts::{Markup, light},
};

/// See which packs are in use.
pub static PACKS: Action =
    Action::new("shanyu.packs", &[(Role::SystemAdmin, Everywhere), (Role::EducationOfficer, Everywhere)]);

/// The packs and what they were when the program read them.
#[derive(Clone, Default)]
pub struct AtStart {
    pub packs: Packs,
    /// Name and digest of each file.
    pub digests: Arc<BTreeMap<String, String>>,
}

impl AtStart {
    /// Reads every file once.
    pub fn of(packs: &Packs) -> AtStart {
        let (files, _) = read(packs);
        let digests = files.iter().map(|(name, text)| (name.clone(), digest(text))).collect();
        AtStart { packs: packs.clone(), digests: Arc::new(digests) }
    }
}

/// The folders of packs, and how their files end; `""` is the top.
const FOLDERS: [(&str, &str); 7] = [
    ("plans", ".toml"),
    ("norms", ".toml"),
    ("forms", ".toml"),
    ("guide", ".toml"),
    ("divisions", ".csv"),
    ("facts", ".csv"),
    ("calendar", ".csv"),
];

/// The files at the top.
const FILES: [&str; 5] = ["indicators.toml", "units.toml", "duties.toml", "settings.toml", "disclosure.toml"];

/// Every file of the packs, and what could not be read.
fn read(packs: &Packs) -> (Vec<File>, Vec<String>) {
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for name in FILES {
        match packs.file(name) {
            Ok(file) => files.push(file),
            Err(e) => faults.push(said(e)),
        }
    }
    for (folder, ending) in FOLDERS {
        match packs.folder(folder, ending) {
            Ok(found) => files.extend(found),
            Err(e) => faults.push(said(e)),
        }
    }
    (files, faults)
}

/// What a start would refuse of the packs as they stand now, beyond what the database has to say.
fn read_anew(packs: &Packs) -> Vec<String> {
    let mut faults: Vec<String> = crate::house::read_plans(packs).err().map(said).into_iter().collect();
    match crate::house::read_kinds(packs) {
        Ok(kinds) => {
            faults.extend(crate::house::read_book(packs, &kinds).err().map(said));
            faults.extend(crate::house::read_path(packs, &kinds).err().map(said));
            faults.extend(crate::house::read_duties(packs, &kinds).err().map(said));
        }
        Err(e) => faults.push(said(e)),
    }
    faults.extend(crate::house::read_disclosure(packs).err().map(said));
    faults
}

/// The version that a file says of itself: the latest first day of what it holds.
fn version((name, text): &File) -> String {
    if !name.ends_with(".toml") {
        return String::new();
    }
    let Ok(table) = text.parse::<toml::Table>() else { return String::new() };
    let entries = table.values().filter_map(toml::Value::as_array).flatten().filter_map(toml::Value::as_table);
    let days = entries.filter_map(|entry| ["from", "in_force_from"].iter().find_map(|key| entry.get(*key)?.as_str()));
    let whole = table.get("since").and_then(toml::Value::as_str);
    days.chain(whole).max().unwrap_or_default().to_owned()
}

fn said(stop: Stop) -> String {
    match stop {
        Stop::Fault(text) | Stop::Wrong(text) | Stop::Refused(text) => text,
    }
}

fn digest(text: &str) -> String {
    let whole: String = Sm3::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
    whole[..16].to_owned()
}

/// What a file holds: its tables of entries with their number, or its rows.
fn holds(words: Words, (name, text): &File) -> String {
    if name.ends_with(".csv") {
        let rows = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty()).count().saturating_sub(1);
        return words.tf("packs.rows", &[&rows]);
    }
    let Ok(table) = text.parse::<toml::Table>() else { return String::new() };
    let count = |(key, value): (&String, &toml::Value)| {
        let n = value.as_array()?.len();
        let word = words.find(&format!("packs.of.{key}")).unwrap_or(key);
        Some(format!("{word} {n}"))
    };
    table.iter().filter_map(count).collect::<Vec<_>>().join(words.t("library.between"))
}

#[derive(Template)]
#[template(path = "shanyu/packs.html")]
struct PacksPage {
    shell: Shell,
    lede: String,
    source: &'static str,
    faults: Vec<String>,
    differences: Vec<DifferenceLine>,
    files: Vec<FileLine>,
}

struct FileLine {
    name: String,
    holds: String,
    version: String,
    digest: String,
    state: Markup,
}

struct DifferenceLine {
    name: String,
    href: String,
    at: String,
    pack: String,
    here: String,
    why: &'static str,
}

/// GET /library/packs
pub async fn page(cx: Cx, start: Option<Extension<AtStart>>) -> Result<Response> {
    let words = cx.words();
    let AtStart { packs, digests } = start.map(|Extension(s)| s).unwrap_or_default();
    let (files, mut faults) = read(&packs);
    faults.extend(read_anew(&packs));
    let norms: Vec<Pack<'_>> =
        files.iter().filter(|(name, _)| name.starts_with("norms/")).map(|(file, text)| Pack { file, text }).collect();
    let mut reading = cx.read().await?;
    let differences = match norm_differences(&mut reading, &norms).await {
        Ok(found) => found,
        Err(LoadError::Db(e)) => return Err(e.into()),
        Err(e) => {
            faults.push(e.to_string());
            Vec::new()
        }
    };
    let lines: Vec<FileLine> = files.iter().map(|file| line(words, file, &digests)).collect();
    let title = cx.t("packs.title");
    let lede = words.tf("packs.lede", &[&files.len(), &differences.len()]);
    web::page(&PacksPage {
        shell: Shell::new(&cx, title, vec![Crumb::to(cx.t("nav.library"), "/library"), Crumb::here(title)]),
        lede,
        source: words.t(if packs.own() { "packs.own" } else { "packs.built_in" }),
        faults,
        differences: differences.into_iter().map(|d| difference(words, d)).collect(),
        files: lines,
    })
}

fn line(words: Words, file: &File, start: &BTreeMap<String, String>) -> FileLine {
    let now = digest(&file.1);
    let state = match start.get(&file.0) {
        Some(then) if *then == now => light("met", words.t("packs.in_use")),
        None if start.is_empty() => light("met", words.t("packs.in_use")),
        _ => light("at_risk", words.t("packs.changed")),
    };
    FileLine { name: file.0.clone(), holds: holds(words, file), version: version(file), digest: now, state }
}

fn difference(words: Words, d: Difference) -> DifferenceLine {
    let first = d.name.split(' ').next().unwrap_or_default().to_owned();
    let href = match (d.kind, d.here.is_empty()) {
        (_, true) => String::new(),
        ("documents", _) => format!("/library/documents/{first}"),
        ("clauses", _) => format!("/library/clauses/{first}"),
        _ => format!("/library/norms/{first}"),
    };
    let why = match (d.decided, d.here.is_empty(), d.pack.is_empty()) {
        (true, ..) => "packs.because.decided",
        (_, true, _) => "packs.because.missing",
        (_, _, true) => "packs.because.only_here",
        _ => "packs.because.differs",
    };
    DifferenceLine { name: d.name, href, at: d.at, pack: d.pack, here: d.here, why: words.t(why) }
}
