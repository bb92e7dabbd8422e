//! The catalogue of indicators: names and formulas in words, from packs/indicators.toml. Whether one is computed is
//! decided by a slice that declares it; the others say which part of the system will bring their records.

use serde::Deserialize;
use std::collections::BTreeMap;

/// An indicator in words.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Described {
    pub id: String,
    pub group: String,
    pub name_zh: String,
    pub name_en: String,
    /// ratio | count | per_person | per_family
    pub kind: String,
    pub period: String,
    /// up | down
    pub direction: String,
    pub unit: String,
    pub unit_zh: String,
    pub awaits: String,
    pub formula_zh: String,
    pub formula_en: String,
    #[serde(default)]
    pub numerator_zh: String,
    #[serde(default)]
    pub numerator_en: String,
    #[serde(default)]
    pub denominator_zh: String,
    #[serde(default)]
    pub denominator_en: String,
    #[serde(default)]
    pub note_zh: String,
    #[serde(default)]
    pub note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    indicators: Vec<Described>,
}

/// All indicators by id, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    list: Vec<Described>,
    at: BTreeMap<String, usize>,
}

impl Catalogue {
    /// Parses the pack; a fault names the file, the key and the reason.
    pub fn parse(file: &str, text: &str) -> Result<Catalogue, String> {
        let parsed: File = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
        let mut catalogue = Catalogue::default();
        for described in parsed.indicators {
            let known = |list: &[&str], value: &str| list.contains(&value);
            if !known(&["up", "down"], &described.direction) {
                return Err(format!("{file}: {}: direction is up or down, not {}", described.id, described.direction));
            }
            if !known(&["ratio", "count", "per_person", "per_family"], &described.kind) {
                return Err(format!("{file}: {}: unknown kind {}", described.id, described.kind));
            }
            if catalogue.at.insert(described.id.clone(), catalogue.list.len()).is_some() {
                return Err(format!("{file}: {}: stands twice", described.id));
            }
            catalogue.list.push(described);
        }
        Ok(catalogue)
    }

    pub fn get(&self, id: &str) -> Option<&Described> {
        self.at.get(id).map(|i| &self.list[*i])
    }

    pub fn list(&self) -> &[Described] {
        &self.list
    }
}
