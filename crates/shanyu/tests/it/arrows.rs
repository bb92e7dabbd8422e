//! The arrows of the house (ARCHITECTURE.md): who may import whom, read from the manifests. A new arrow is a change of
//! this table and of the drawing.

use std::{collections::BTreeMap, path::Path};

/// What each room may import of the house. Engines import nothing.
const ARROWS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("draw", &[]),
    ("growth", &[]),
    ("reach", &[]),
    ("siting", &[]),
    ("forecast", &[]),
    ("sheet", &[]),
    ("paper", &[]),
    ("db", &["kernel"]),
    ("web", &["kernel", "db"]),
    ("indicator", &["kernel", "db"]),
    ("places", &["kernel", "db", "web", "indicator"]),
    ("identity", &["kernel", "db", "web", "indicator", "places"]),
    ("desk", &["kernel", "db", "web", "places", "identity", "errand", "sheet"]),
    ("applicant", &["kernel", "db", "web", "places", "identity", "desk"]),
    ("matter", &["kernel", "db", "web", "places", "identity", "desk", "errand", "sheet"]),
    ("guide", &["kernel", "db", "web", "places", "matter"]),
    ("errand", &["kernel", "db", "web", "places", "identity", "sheet"]),
    ("registry", &["kernel", "db", "web", "indicator", "places", "identity", "desk", "matter", "errand", "sheet"]),
    (
        "plans",
        &["kernel", "db", "web", "indicator", "places", "identity", "desk", "errand", "sheet", "registry", "paper"],
    ),
    ("duty", &["kernel", "db", "web", "places", "identity", "desk", "errand", "sheet", "registry"]),
    ("licence", &["kernel", "db", "web", "places", "identity", "errand", "sheet", "registry", "matter", "paper"]),
    (
        "premises",
        &["kernel", "db", "web", "indicator", "places", "identity", "desk", "errand", "sheet", "registry", "matter"],
    ),
    ("disclosure", &["kernel", "db", "web", "indicator", "places", "identity", "desk", "errand", "sheet", "registry"]),
    (
        "shanyu",
        &[
            "kernel",
            "db",
            "web",
            "indicator",
            "places",
            "identity",
            "desk",
            "applicant",
            "matter",
            "guide",
            "licence",
            "errand",
            "sheet",
            "registry",
            "duty",
            "plans",
            "premises",
            "disclosure",
            "draw",
            "growth",
            "reach",
            "siting",
            "forecast",
            "paper",
        ],
    ),
];

#[test]
fn rooms_import_only_what_the_drawing_allows() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut rooms: Vec<String> =
        std::fs::read_dir(&crates).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    rooms.sort();
    let allowed: BTreeMap<_, _> = ARROWS.iter().copied().collect();
    let mut faults = Vec::new();
    for room in &rooms {
        let Some(may) = allowed.get(room.as_str()) else {
            faults.push(format!("{room} is not in the drawing"));
            continue;
        };
        let text = std::fs::read_to_string(crates.join(room).join("Cargo.toml")).unwrap();
        let manifest: toml::Table = text.parse().unwrap();
        let Some(needs) = manifest.get("dependencies").and_then(|d| d.as_table()) else { continue };
        for need in needs.keys().filter(|n| rooms.contains(n)) {
            if !may.contains(&need.as_str()) {
                faults.push(format!("{room} imports {need}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(rooms.len(), ARROWS.len());
}
