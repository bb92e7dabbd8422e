//! Words that only the whole house can have all of: every kind of job, and everything that the audit says was done.

use crate::world::World;
use db::Db;
use kernel::Lang;
use std::{collections::BTreeSet, fs, path::Path};
use web::{Words, jobs::word_of};

/// Texts of `key` in both languages; empty where one lacks.
fn texts(key: &str) -> bool {
    [Lang::Zh, Lang::En].iter().all(|lang| Words(*lang).find(key).is_some_and(|text| !text.is_empty()))
}

/// Literals that stand behind a mark in the sources of the house.
fn literals(folder: &Path, marks: &[&str], found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if !path.ends_with("tests") && !path.ends_with("target") {
                literals(&path, marks, found);
            }
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for mark in marks {
                found.extend(text.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
            }
        }
    }
}

db::both! {
    async fn every_kind_of_job_and_every_deed_of_the_audit_has_its_word(db: Db) {
        let world = World::new(db).await;
        let jobs = shanyu::house::jobs();
        assert!(jobs.kinds().count() > 10);
        let dark: Vec<_> = jobs.kinds().filter(|kind| !texts(&word_of(kind))).collect();
        assert!(dark.is_empty(), "jobs without a word: {dark:?}");
        // What a city leaves behind: its events, and what was done to make it.
        jobs.enqueue_day(&world.app, world.clock.today()).await.unwrap();
        jobs.run_due(&world.app).await.unwrap();
        let mut read = world.house.db.read().await.unwrap();
        let kinds: Vec<String> = read.all(db::q!("select distinct kind from job order by kind")).await.unwrap();
        let dark: Vec<_> = kinds.iter().filter(|kind| !texts(&word_of(kind))).collect();
        assert!(!kinds.is_empty() && dark.is_empty(), "jobs without a word: {dark:?}");
        let deeds: Vec<String> = read.all(db::q!("select distinct action from audit order by action")).await.unwrap();
        let dark: Vec<_> = deeds.iter().filter(|deed| !texts(&format!("action.{deed}"))).collect();
        assert!(!deeds.is_empty() && dark.is_empty(), "deeds without a word: {dark:?}");
        // Deeds of commands and jobs, which no request declares as an action.
        let mut found = BTreeSet::new();
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        literals(&crates, &[" action: \""], &mut found);
        found.retain(|text| !text.starts_with('/') && text.contains('.'));
        found.extend(["shanyu.import".to_owned()]);
        let dark: Vec<_> = found.iter().filter(|deed| !texts(&format!("action.{deed}"))).collect();
        assert!(found.contains("demo.desks") && dark.is_empty(), "deeds without a word: {dark:?}");
    }
}
