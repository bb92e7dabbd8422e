//! The tree, norms and facts on both engines, with the packs of this repository.

mod api;
mod change;
mod entry;
mod library;
mod norm_change;
mod random;
mod rules;
mod tree;

use db::{Db, Tx};
use kernel::Day;
use kernel::kinds::PlaceId;
use places::Place;
use places::load::{Loaded, Pack, load_divisions, load_facts, load_norms, load_successors};

/// A file of `packs/`.
fn pack(file: &'static str) -> Pack<'static> {
    let path = format!("{}/../../packs/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    Pack { file, text: Box::leak(text.into_boxed_str()) }
}

const NORMS: [&str; 10] = [
    "norms/clauses.toml",
    "norms/documents.toml",
    "norms/benefits.toml",
    "norms/care.toml",
    "norms/classes.toml",
    "norms/design.toml",
    "norms/operating.toml",
    "norms/operation.toml",
    "norms/supervision.toml",
    "norms/workforce.toml",
];
const FACTS: [&str; 4] = ["facts/baselines.csv", "facts/births.csv", "facts/population.csv", "facts/reference.csv"];

/// Loads all packs; what each load did.
async fn load(tx: &mut Tx) -> [Loaded; 4] {
    [
        load_divisions(tx, pack("divisions/places.csv")).await.unwrap(),
        load_successors(tx, pack("divisions/successors.csv")).await.unwrap(),
        load_norms(tx, &NORMS.map(pack)).await.unwrap(),
        load_facts(tx, &FACTS.map(pack)).await.unwrap(),
    ]
}

/// The tables and Shanghai.
async fn city(db: &Db) {
    db::migrate(db, &[indicator::MIGRATIONS, places::MIGRATIONS]).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    load(&mut tx).await;
    tx.commit().await.unwrap();
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn id(code: &str) -> PlaceId {
    PlaceId::new(format!("p{code}"))
}

fn codes(places: &[Place]) -> Vec<&str> {
    places.iter().map(|p| p.code.as_str()).collect()
}
