//! Action plans as their packs state them. Everything is checked when the pack is read (`pack.rs`); inside, a target
//! has a comparator, an exact value and a due day or none of them on purpose.

use indicator::{
    Fraction,
    light::{Comparator, Due},
};
use kernel::{Day, Span};
use std::collections::BTreeMap;

/// A plan with everything that it sets.
#[derive(Clone, Debug)]
pub struct Plan {
    pub id: String,
    pub title_zh: String,
    pub title_en: String,
    /// Code of the place that the plan is made for.
    pub place: String,
    pub document_number: String,
    pub issuer: String,
    pub issued: Option<Day>,
    /// Half-open: the plan's last day is the day before `until`.
    pub span: Span,
    pub note_zh: String,
    pub note: String,
    pub targets: Vec<Target>,
    pub tasks: Vec<Task>,
    pub milestones: Vec<Milestone>,
    pub baselines: Vec<Baseline>,
}

impl Plan {
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.id == id)
    }
}

/// One target.
#[derive(Clone, Debug)]
pub struct Target {
    pub id: String,
    pub indicator: String,
    pub name_zh: String,
    pub name_en: String,
    pub comparator: Comparator,
    /// `None`: the text gives no number.
    pub value: Option<Fraction>,
    /// The value was written as a share (`1/3`).
    pub of_whole: bool,
    /// Upper end of a range in the text (2-3 classes); more is noted, not judged.
    pub max: Option<Fraction>,
    pub due: Due,
    pub due_inferred: bool,
    pub soft: bool,
    /// The plan asks the same of each place below.
    pub each: bool,
    pub variant: String,
    /// Facets that the text narrows to, such as `new`, `rebuilt`, `extended`.
    pub facets: Vec<String>,
    /// Code of the place whose same figure is the measure.
    pub benchmark: Option<String>,
    pub trend: bool,
    pub scope_zh: String,
    pub scope: String,
    pub source_section: String,
    /// Ids of the units that lead the tasks of this target; empty: 文本未列明.
    pub lead_units: Vec<String>,
    pub note_zh: String,
    pub note: String,
}

impl Target {
    /// The asked value in the unit people read: a third of the whole is 33.3 %.
    pub fn in_unit(&self) -> Option<f64> {
        self.value.map(|v| if self.of_whole { v.value() * 100.0 } else { v.value() })
    }
}

/// One row of the task assignment (任务分工).
#[derive(Clone, Debug)]
pub struct Task {
    pub no: i64,
    pub category_zh: String,
    pub category_en: String,
    pub project_zh: String,
    pub project_en: String,
    pub summary_zh: String,
    pub summary_en: String,
    pub lead_units: Vec<String>,
    pub cooperating_units: Vec<String>,
    pub units_inferred: bool,
    pub targets: Vec<String>,
    pub section: String,
    pub note_zh: String,
    pub note: String,
}

#[derive(Clone, Debug)]
pub struct Milestone {
    pub name_zh: String,
    pub name_en: String,
    pub due: Day,
}

/// Where the plan says the service stood; never computed by us.
#[derive(Clone, Debug)]
pub struct Baseline {
    pub indicator: Option<String>,
    pub name_zh: String,
    pub name_en: String,
    pub value: Option<f64>,
    pub as_of_zh: String,
    pub as_of: String,
}

/// Names of the units that plans speak of.
#[derive(Clone, Debug, Default)]
pub struct UnitNames(pub BTreeMap<String, (String, String)>);

impl UnitNames {
    pub fn name<'a>(&'a self, id: &'a str, words: web::Words) -> &'a str {
        self.0.get(id).map_or(id, |(zh, en)| words.pick(zh, en))
    }

    /// Several names in one line.
    pub fn line(&self, ids: &[String], words: web::Words) -> String {
        let between = if words.0 == kernel::Lang::Zh { "、" } else { ", " };
        ids.iter().map(|id| self.name(id, words)).collect::<Vec<_>>().join(between)
    }
}
