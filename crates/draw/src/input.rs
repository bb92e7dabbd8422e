//! The input of a draw, read once and made canonical: pools sorted by id, every default filled in.
//! After `Commitment::parse` the ids are unique, references resolve and the rules make sense one by one; whether they
//! can be kept together is the question of `check`.

use crate::canon::Digests;
use crate::decimal::Decimal;
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// An institution that may be drawn. `weight` is its relative chance (default 1), `stratum` the group it is drawn in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Object {
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub stratum: String,
    #[serde(default = "one")]
    pub weight: Decimal,
}

fn one() -> Decimal {
    Decimal::ONE
}

/// An officer who may be drawn. `certified`: holds the enforcement qualification that 行政处罚法 art. 42 asks for;
/// `recused_from`: objects he must stay away from (art. 43).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inspector {
    pub certified: bool,
    pub id: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub recused_from: Vec<String>,
    #[serde(default)]
    pub skills: Vec<String>,
}

/// A team of the last draw: its assignments can be pasted here. Without `object` the pair counts everywhere.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Previous {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    pub officers: Vec<String>,
}

/// Where the seed will come from, named before anybody can know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedSource {
    pub date: String,
    pub kind: String,
    pub name: String,
}

/// What "not the same pair twice running" forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairRepeat {
    /// Two officers of a previous team do not work together again, wherever (the default).
    Refuse,
    /// They do not go to the same object together again.
    RefuseSameObject,
    /// No rule.
    Allow,
}

/// The rules with every default filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rules {
    pub certified_at_least: u32,
    /// `None`: no limit.
    pub max_per_officer: Option<u32>,
    pub officers_per_object: u32,
    pub pair_repeat: PairRepeat,
    pub per_stratum_minimum: u32,
    /// Exactly one of `sample` and `share` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<Decimal>,
    pub skill_required: Option<String>,
    pub skilled_at_least: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRules {
    certified_at_least: Option<u32>,
    max_per_officer: Option<u32>,
    officers_per_object: Option<u32>,
    pair_repeat: Option<PairRepeat>,
    per_stratum_minimum: Option<u32>,
    sample: Option<u32>,
    share: Option<Decimal>,
    skill_required: Option<String>,
    skilled_at_least: Option<u32>,
}

/// An input or, with `format` and `digests`, a record, before anything is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawInput {
    committed_on: Option<String>,
    pub(crate) digests: Option<Digests>,
    pub(crate) format: Option<String>,
    inspectors: Vec<Inspector>,
    month: String,
    objects: Vec<Object>,
    #[serde(default)]
    previous: Vec<Previous>,
    region: String,
    rules: RawRules,
    seed_source: SeedSource,
    title: String,
}

/// A valid input in canonical form: what is published and digested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commitment {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) committed_on: Option<String>,
    pub(crate) inspectors: Vec<Inspector>,
    pub(crate) month: String,
    pub(crate) objects: Vec<Object>,
    pub(crate) previous: Vec<Previous>,
    /// `recused_from` of each inspector as indices of `objects`, ascending.
    #[serde(skip)]
    pub(crate) recused: Vec<Vec<u32>>,
    pub(crate) region: String,
    pub(crate) rules: Rules,
    pub(crate) seed_source: SeedSource,
    pub(crate) title: String,
}

/// Largest pools; keeps every sum of weights below 2^63.
const MOST: usize = 1_000_000;
/// Largest team.
const LARGEST_TEAM: u32 = 9;

impl Commitment {
    /// Reads and normalises an input file.
    ///
    /// # Errors
    /// `Refusal::Json` for text that is not such a file (with line and column), `Refusal::Field` for a value that cannot
    /// be used: a repeated id, a recusal from an object that is not in the pool, both `sample` and `share`, a seed date
    /// not after `committed_on`.
    pub fn parse(json: &str) -> Result<Commitment, Refusal> {
        let raw: RawInput = serde_json::from_str(json).map_err(|e| Refusal::Json(e.to_string()))?;
        if raw.format.is_some() || raw.digests.is_some() {
            return Err(Refusal::Json("this is a record already; commit takes the input".into()));
        }
        Commitment::new(raw)
    }

    /// Institutions, sorted by id.
    pub fn objects(&self) -> &[Object] {
        &self.objects
    }

    /// Officers, sorted by id.
    pub fn inspectors(&self) -> &[Inspector] {
        &self.inspectors
    }

    /// The rules, defaults filled in.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Where the seed comes from.
    pub fn seed_source(&self) -> &SeedSource {
        &self.seed_source
    }

    /// How many objects are to be drawn: `sample`, or `share` of the pool rounded up.
    pub fn sample_size(&self) -> u64 {
        match (self.rules.sample, self.rules.share) {
            (Some(sample), _) => u64::from(sample),
            (None, Some(share)) => (share.units() * self.objects.len() as u64).div_ceil(Decimal::SCALE),
            (None, None) => unreachable!("rules() accepts exactly one of the two"),
        }
    }

    pub(crate) fn object_index(&self, id: &str) -> Option<usize> {
        self.objects.binary_search_by(|o| o.id.as_str().cmp(id)).ok()
    }

    pub(crate) fn inspector_index(&self, id: &str) -> Option<usize> {
        self.inspectors.binary_search_by(|i| i.id.as_str().cmp(id)).ok()
    }

    pub(crate) fn new(raw: RawInput) -> Result<Commitment, Refusal> {
        let mut objects = raw.objects;
        let mut inspectors = raw.inspectors;
        for (count, pool) in [(objects.len(), "objects"), (inspectors.len(), "inspectors")] {
            if count == 0 || count > MOST {
                return Err(Refusal::field(pool, format!("has {count} members; 1 to {MOST} can be drawn from")));
            }
        }
        objects.sort_by(|a, b| a.id.cmp(&b.id));
        inspectors.sort_by(|a, b| a.id.cmp(&b.id));
        unique("objects", objects.iter().map(|o| o.id.as_str()))?;
        unique("inspectors", inspectors.iter().map(|i| i.id.as_str()))?;
        for object in &objects {
            word(&object.stratum, || format!("objects[{}].stratum", object.id))?;
        }
        inspectors.iter_mut().for_each(tidy);
        let recused = resolve(&inspectors, &objects)?;
        check_month(&raw.month)?;
        check_seed_source(&raw.seed_source, raw.committed_on.as_deref())?;
        let rules = rules(raw.rules)?;
        Ok(Commitment {
            committed_on: raw.committed_on,
            inspectors,
            month: raw.month,
            objects,
            previous: previous(raw.previous)?,
            recused,
            region: raw.region,
            rules,
            seed_source: raw.seed_source,
            title: raw.title,
        })
    }
}

fn rules(raw: RawRules) -> Result<Rules, Refusal> {
    match (raw.sample, raw.share) {
        (None, None) => return Err(Refusal::field("rules", "give sample (a number) or share (0 to 1)")),
        (Some(_), Some(_)) => return Err(Refusal::field("rules", "give sample or share, not both")),
        (Some(0), None) => return Err(Refusal::field("rules.sample", "0 objects: nothing to draw")),
        (None, Some(share)) if share > Decimal::ONE => {
            return Err(Refusal::field("rules.share", format!("{share} is more than the whole pool (1)")));
        }
        _ => {}
    }
    let officers = raw.officers_per_object.unwrap_or(2);
    if !(1..=LARGEST_TEAM).contains(&officers) {
        return Err(Refusal::field("rules.officers_per_object", format!("{officers} is not in 1 to {LARGEST_TEAM}")));
    }
    if raw.max_per_officer == Some(0) {
        return Err(Refusal::field("rules.max_per_officer", "0 leaves nobody to send; null means no limit"));
    }
    let skill_required = raw.skill_required;
    if let Some(skill) = &skill_required {
        word(skill, || "rules.skill_required".to_owned())?;
        if skill.is_empty() {
            return Err(Refusal::field("rules.skill_required", "is empty; null means none"));
        }
    } else if raw.skilled_at_least.is_some_and(|n| n > 0) {
        return Err(Refusal::field("rules.skilled_at_least", "has no meaning without skill_required"));
    }
    let skilled_default = if skill_required.is_some() { officers } else { 0 };
    Ok(Rules {
        certified_at_least: raw.certified_at_least.unwrap_or(officers),
        max_per_officer: raw.max_per_officer,
        officers_per_object: officers,
        pair_repeat: raw.pair_repeat.unwrap_or(PairRepeat::Refuse),
        per_stratum_minimum: raw.per_stratum_minimum.unwrap_or(0),
        sample: raw.sample,
        share: raw.share,
        skilled_at_least: raw.skilled_at_least.unwrap_or(skilled_default),
        skill_required,
    })
}

/// Sorts what has no order.
fn tidy(inspector: &mut Inspector) {
    for list in [&mut inspector.skills, &mut inspector.recused_from] {
        list.sort();
        list.dedup();
    }
}

/// Finds the objects of the recusals. One that names nothing is refused: a mistyped id would silently void it.
fn resolve(inspectors: &[Inspector], objects: &[Object]) -> Result<Vec<Vec<u32>>, Refusal> {
    let index: HashMap<&str, u32> = objects.iter().zip(0..).map(|(object, at)| (object.id.as_str(), at)).collect();
    let mut recused = Vec::with_capacity(inspectors.len());
    for inspector in inspectors {
        for skill in &inspector.skills {
            word(skill, || format!("inspectors[{}].skills", inspector.id))?;
        }
        let mut away = Vec::with_capacity(inspector.recused_from.len());
        for id in &inspector.recused_from {
            let object = index.get(id.as_str()).ok_or_else(|| {
                let path = format!("inspectors[{}].recused_from", inspector.id);
                Refusal::field(path, format!("\"{id}\" is not among the objects"))
            })?;
            away.push(*object);
        }
        recused.push(away);
    }
    Ok(recused)
}

fn previous(mut teams: Vec<Previous>) -> Result<Vec<Previous>, Refusal> {
    for (at, team) in teams.iter_mut().enumerate() {
        team.officers.sort();
        if team.officers.windows(2).any(|w| w[0] == w[1]) {
            return Err(Refusal::field(format!("previous[{at}].officers"), "names an officer twice"));
        }
    }
    teams.sort();
    teams.dedup();
    Ok(teams)
}

fn unique<'a>(pool: &str, ids: impl Iterator<Item = &'a str>) -> Result<(), Refusal> {
    let mut last: Option<&str> = None;
    for id in ids {
        if id.is_empty() {
            return Err(Refusal::field(pool, "an id is empty"));
        }
        word(id, || format!("{pool}[{id}].id"))?;
        if last == Some(id) {
            return Err(Refusal::field(pool, format!("id \"{id}\" is there twice")));
        }
        last = Some(id);
    }
    Ok(())
}

/// Ids, strata and skills enter the hashed labels, which are separated by line breaks.
fn word(text: &str, path: impl Fn() -> String) -> Result<(), Refusal> {
    if text.chars().any(char::is_control) {
        return Err(Refusal::field(path(), "holds a control character"));
    }
    Ok(())
}

fn check_month(month: &str) -> Result<(), Refusal> {
    if month.len() == 7 && is_day(&format!("{month}-01")) {
        return Ok(());
    }
    Err(Refusal::field("month", format!("\"{month}\" is not a month (2022-06)")))
}

fn check_seed_source(source: &SeedSource, committed_on: Option<&str>) -> Result<(), Refusal> {
    for (path, text) in [("seed_source.kind", &source.kind), ("seed_source.name", &source.name)] {
        if text.trim().is_empty() {
            return Err(Refusal::field(path, "is empty; name a public source of the seed"));
        }
    }
    if !is_day(&source.date) {
        return Err(Refusal::field("seed_source.date", format!("\"{}\" is not a day (2022-06-20)", source.date)));
    }
    let Some(day) = committed_on else { return Ok(()) };
    if !is_day(day) {
        return Err(Refusal::field("committed_on", format!("\"{day}\" is not a day (2022-06-20)")));
    }
    if source.date.as_str() <= day {
        let why = format!("{} is not after the commitment of {day}: the seed could be known already", source.date);
        return Err(Refusal::field("seed_source.date", why));
    }
    Ok(())
}

/// `YYYY-MM-DD` in the Gregorian calendar.
fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return false;
    }
    let number = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = text.get(range)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(5..7), number(8..10)) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=length).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days() {
        for day in ["2022-06-20", "2024-02-29", "2000-02-29"] {
            assert!(is_day(day), "{day}");
        }
        for day in ["2023-02-29", "1900-02-29", "2022-13-01", "2022-00-10", "2022-6-20", "2022-06-31", "二022-06-1", ""]
        {
            assert!(!is_day(day), "{day}");
        }
    }
}
