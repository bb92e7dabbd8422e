//! Reading the plan packs. A wrong pack stops the start and says which file, which key and why.

use crate::model::{Baseline, Milestone, Plan, Target, Task, UnitNames};
use indicator::{
    Fraction,
    catalogue::Catalogue,
    light::{Comparator, Due},
};
use kernel::{Day, Span};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plan: Head,
    targets: Vec<RawTarget>,
    tasks: Vec<RawTask>,
    #[serde(default)]
    milestones: Vec<RawMilestone>,
    /// Goals of a stage repeat targets by id; read so that a wrong id is refused.
    #[serde(default)]
    stage_goals: Vec<RawStage>,
    #[serde(default)]
    baselines: Vec<RawBaseline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: String,
    title_zh: String,
    title_en: String,
    #[serde(rename = "level")]
    _level: String,
    place: String,
    #[serde(default)]
    document_number: String,
    issued: Option<String>,
    start: String,
    end: String,
    #[serde(default)]
    issuer: String,
    #[serde(default)]
    drafter: String,
    #[serde(default, rename = "based_on")]
    _based_on: Vec<String>,
    #[serde(default)]
    note_zh: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTarget {
    id: String,
    indicator: String,
    name_zh: String,
    name_en: String,
    comparator: String,
    value: Option<toml::Value>,
    max: Option<toml::Value>,
    #[serde(rename = "unit")]
    _unit: String,
    due: String,
    #[serde(rename = "due_in_plan")]
    _due_in_plan: Option<String>,
    #[serde(rename = "frequency")]
    _frequency: Option<String>,
    #[serde(rename = "min_per_unit")]
    _min_per_unit: Option<i64>,
    #[serde(rename = "denominator")]
    _denominator: Option<toml::Value>,
    #[serde(default, rename = "where")]
    narrowed: BTreeMap<String, toml::Value>,
    #[serde(default)]
    variant: String,
    benchmark: Option<RawBenchmark>,
    trend: Option<String>,
    #[serde(default)]
    each: bool,
    quantified: bool,
    #[serde(default)]
    soft: bool,
    #[serde(default)]
    due_inferred: bool,
    #[serde(default)]
    scope_zh: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    source_section: String,
    #[serde(default)]
    lead_units_tasks: Vec<String>,
    #[serde(default, rename = "lead_unit_text")]
    _lead_unit_text: String,
    #[serde(default)]
    note_zh: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBenchmark {
    place: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTask {
    no: i64,
    category_zh: String,
    category_en: String,
    project_zh: String,
    project_en: String,
    summary_zh: String,
    summary_en: String,
    #[serde(default, rename = "lead_text")]
    _lead_text: String,
    lead_units: Vec<String>,
    #[serde(default, rename = "cooperating_text")]
    _cooperating_text: String,
    cooperating_units: Vec<String>,
    #[serde(default)]
    units_inferred: bool,
    targets: Vec<String>,
    #[serde(default)]
    section: String,
    #[serde(default)]
    note_zh: String,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMilestone {
    name_zh: String,
    name_en: String,
    due: String,
    #[serde(default, rename = "outputs")]
    _outputs: Vec<String>,
    #[serde(default, rename = "note_zh")]
    _note_zh: String,
    #[serde(default, rename = "note")]
    _note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawStage {
    name_zh: String,
    #[serde(rename = "name_en")]
    _name_en: String,
    due: String,
    targets: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBaseline {
    indicator: Option<String>,
    #[serde(rename = "name")]
    _name: Option<String>,
    name_zh: String,
    name_en: String,
    value: Option<f64>,
    #[serde(rename = "unit")]
    _unit: Option<String>,
    #[serde(rename = "as_of")]
    _as_of: Option<String>,
    #[serde(default, rename = "as_of_inferred")]
    _as_of_inferred: bool,
    #[serde(default)]
    as_of_text_zh: String,
    #[serde(default)]
    as_of_text: String,
    #[serde(default, rename = "note_zh")]
    _note_zh: String,
    #[serde(default, rename = "note")]
    _note: String,
}

/// Reads one plan; `units` are the ids that tasks may name.
pub fn parse(file: &str, text: &str, catalogue: &Catalogue, units: &UnitNames) -> Result<Plan, String> {
    let raw: File = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
    let fault = |key: &str, why: String| format!("{file}: {key}: {why}");
    let day = |key: &str, text: &str| text.parse::<Day>().map_err(|e| fault(key, format!("{e}, not {text:?}")));
    let head = raw.plan;
    let (start, end) = (day("plan.start", &head.start)?, day("plan.end", &head.end)?);
    let span = Span::new(start, end.next()).ok_or_else(|| fault("plan.end", "lies before plan.start".into()))?;
    let mut targets: Vec<Target> = Vec::new();
    for t in raw.targets {
        let key = format!("targets.{}", t.id);
        if targets.iter().any(|other| other.id == t.id) {
            return Err(fault(&key, "stands twice".into()));
        }
        targets.push(target(t, catalogue, units, span).map_err(|(k, why)| fault(&format!("{key}.{k}"), why))?);
    }
    let known = |key: &str, ids: &[String]| match ids.iter().find(|id| !targets.iter().any(|t| t.id == **id)) {
        Some(id) => Err(fault(key, format!("no target {id} in this plan"))),
        None => Ok(()),
    };
    for stage in &raw.stage_goals {
        known(&format!("stage_goals.{}", stage.name_zh), &stage.targets)?;
        day("stage_goals.due", &stage.due)?;
    }
    let mut tasks = Vec::new();
    for t in raw.tasks {
        let key = format!("tasks.{}", t.no);
        known(&key, &t.targets)?;
        if let Some(id) = t.lead_units.iter().chain(&t.cooperating_units).find(|id| !units.0.contains_key(*id)) {
            return Err(fault(&key, format!("no unit {id} in units.toml")));
        }
        tasks.push(task(t));
    }
    let milestones = raw
        .milestones
        .into_iter()
        .map(|m| Ok(Milestone { due: day("milestones.due", &m.due)?, name_zh: m.name_zh, name_en: m.name_en }))
        .collect::<Result<_, String>>()?;
    let mut baselines = Vec::new();
    for b in raw.baselines {
        if let Some(id) = b.indicator.as_deref().filter(|id| catalogue.get(id).is_none()) {
            return Err(fault("baselines", format!("no indicator {id} in indicators.toml")));
        }
        baselines.push(Baseline {
            indicator: b.indicator,
            name_zh: b.name_zh,
            name_en: b.name_en,
            value: b.value,
            as_of_zh: b.as_of_text_zh,
            as_of: b.as_of_text,
        });
    }
    Ok(Plan {
        id: head.id,
        title_zh: head.title_zh,
        title_en: head.title_en,
        place: head.place,
        document_number: head.document_number,
        issuer: if head.issuer.is_empty() { head.drafter } else { head.issuer },
        issued: head.issued.as_deref().map(|t| day("plan.issued", t)).transpose()?,
        span,
        note_zh: head.note_zh,
        note: head.note,
        targets,
        tasks,
        milestones,
        baselines,
    })
}

type Fault = (&'static str, String);

fn target(t: RawTarget, catalogue: &Catalogue, units: &UnitNames, plan: Span) -> Result<Target, Fault> {
    if catalogue.get(&t.indicator).is_none() {
        return Err(("indicator", format!("no indicator {} in indicators.toml", t.indicator)));
    }
    if let Some(id) = t.lead_units_tasks.iter().find(|id| !units.0.contains_key(*id)) {
        return Err(("lead_units_tasks", format!("no unit {id} in units.toml")));
    }
    let comparator =
        Comparator::parse(&t.comparator).ok_or(("comparator", format!("is >=, >, = or <=, not {}", t.comparator)))?;
    let (value, of_whole) = number("value", t.value)?;
    let (max, _) = number("max", t.max)?;
    if t.quantified != (value.is_some() || t.benchmark.is_some()) {
        return Err(("quantified", "does not fit value and benchmark".into()));
    }
    let due = match t.due.as_str() {
        "yearly" => Due::Yearly,
        text => Due::Day(text.parse().map_err(|e| ("due", format!("{e}, or yearly; not {text:?}")))?),
    };
    if matches!(due, Due::Day(day) if day < plan.from) {
        return Err(("due", "lies before the plan".into()));
    }
    let mut facets = Vec::new();
    for (key, value) in t.narrowed {
        match (key.as_str(), value) {
            ("built", toml::Value::Array(list)) => {
                facets.extend(list.iter().filter_map(|v| v.as_str().map(str::to_owned)))
            }
            // These narrow records that come with later parts of the system; they are kept in the pack.
            ("in_need" | "entrants" | "inclusive", toml::Value::Boolean(_)) => {}
            (other, _) => return Err(("where", format!("cannot narrow by {other}"))),
        }
    }
    Ok(Target {
        id: t.id,
        indicator: t.indicator,
        name_zh: t.name_zh,
        name_en: t.name_en,
        comparator,
        value,
        of_whole,
        max,
        due,
        due_inferred: t.due_inferred,
        soft: t.soft,
        each: t.each,
        variant: t.variant,
        facets,
        benchmark: t.benchmark.map(|b| b.place),
        trend: t.trend.is_some(),
        scope_zh: t.scope_zh,
        scope: t.scope,
        source_section: t.source_section,
        lead_units: t.lead_units_tasks,
        note_zh: t.note_zh,
        note: t.note,
    })
}

/// A number or a fraction in quotes; the second value says that it was a fraction.
fn number(key: &'static str, value: Option<toml::Value>) -> Result<(Option<Fraction>, bool), Fault> {
    let text = match value {
        None => return Ok((None, false)),
        Some(toml::Value::Integer(n)) => n.to_string(),
        Some(toml::Value::Float(f)) => f.to_string(),
        Some(toml::Value::String(s)) => s,
        Some(other) => return Err((key, format!("is a number or a fraction, not {}", other.type_str()))),
    };
    let fraction = text.parse().map_err(|e: &str| (key, format!("{e}, not {text:?}")))?;
    Ok((Some(fraction), text.contains('/')))
}

fn task(t: RawTask) -> Task {
    Task {
        no: t.no,
        category_zh: t.category_zh,
        category_en: t.category_en,
        project_zh: t.project_zh,
        project_en: t.project_en,
        summary_zh: t.summary_zh,
        summary_en: t.summary_en,
        lead_units: t.lead_units,
        cooperating_units: t.cooperating_units,
        units_inferred: t.units_inferred,
        targets: t.targets,
        section: t.section,
        note_zh: t.note_zh,
        note: t.note,
    }
}

#[derive(Deserialize)]
struct UnitsFile {
    units: Vec<RawUnit>,
}

#[derive(Deserialize)]
struct RawUnit {
    id: String,
    name_zh: String,
    name_en: String,
}

/// Names of units, from the pack that identity loads whole.
pub fn unit_names(file: &str, text: &str) -> Result<UnitNames, String> {
    let raw: UnitsFile = toml::from_str(text).map_err(|e| format!("{file}: {e}"))?;
    Ok(UnitNames(raw.units.into_iter().map(|u| (u.id, (u.name_zh, u.name_en))).collect()))
}
