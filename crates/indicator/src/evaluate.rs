//! Evaluation: a declaration, a period and a day in; the figure of a place, the figures of all places below it, or the
//! rows behind it out. All three are wrappers round the same unit query.

use crate::{Declaration, Fold, PeriodKind, Tree, store};
use db::{Column, Query, Read, Result, Value};
use kernel::{Day, Period, Span, kinds::PlaceId};
use std::collections::HashMap;

/// What is asked: everything that decides the rows, but not the place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// The day on which things stand as they do.
    pub as_of: Day,
    /// The period; its open end is cut after `as_of`.
    pub period: Period,
    /// A reading of the text, `""` for the first.
    pub variant: String,
    /// Values of the declaration's params, in order.
    pub params: Vec<String>,
    /// Facets to which a target narrows the rows; empty for all.
    pub facets: Vec<String>,
}

impl Asked {
    /// The figure of one day, or of the year of that day, or of a plan up to that day.
    pub fn on(declaration: &Declaration, as_of: Day, plan: Option<Span>) -> Asked {
        let period = match (declaration.period, plan) {
            (PeriodKind::Day, _) => Period::Day(as_of),
            (PeriodKind::Plan, Some(plan)) => Period::Plan(plan),
            (PeriodKind::Year | PeriodKind::Plan, _) => Period::Year(as_of.year()),
        };
        Asked { as_of, period, variant: String::new(), params: Vec::new(), facets: Vec::new() }
    }

    /// The period as far as it has passed.
    pub fn span(&self) -> Span {
        let span = self.period.span();
        Span { from: span.from, until: span.until.min(self.as_of.next()) }
    }

    fn args(&self) -> Vec<Value> {
        let span = self.span();
        let mut args = vec![span.from.bind(), span.until.bind(), self.as_of.bind()];
        args.extend(self.params.iter().map(|p| p.clone().bind()));
        args
    }
}

/// Rows of one place and facet, added up.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub place: String,
    pub facet: String,
    pub rows: i64,
    pub met: i64,
    /// Amount of those that meet.
    pub met_amount: f64,
}

/// Everything a figure needs for any place: grouped rows of numerator and denominator.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Groups {
    pub units: Vec<Group>,
    pub due: Vec<Group>,
    /// Whether there are records at all without which the figure says nothing.
    pub recorded: bool,
}

/// A computed figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    pub numerator: f64,
    pub denominator: f64,
    /// In the indicator's unit; `None` without a denominator or without records.
    pub value: Option<f64>,
}

impl Figure {
    pub const NONE: Figure = Figure { numerator: 0.0, denominator: 0.0, value: None };
}

/// Which rows of the evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Numerator,
    Denominator,
    /// Due but not met: where something is to be done.
    Missing,
}

impl Part {
    pub fn parse(text: &str) -> Option<Part> {
        match text {
            "numerator" => Some(Part::Numerator),
            "denominator" => Some(Part::Denominator),
            "missing" => Some(Part::Missing),
            _ => None,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Part::Numerator => "numerator",
            Part::Denominator => "denominator",
            Part::Missing => "missing",
        }
    }
}

/// One row behind a figure.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct EvidenceRow {
    pub unit: String,
    pub label: String,
    pub place: String,
    pub meets: bool,
    pub amount: f64,
    pub facet: String,
}

/// Runs the unit query once for all places.
pub async fn groups(read: &mut Read, declaration: &Declaration, asked: &Asked) -> Result<Groups> {
    let units = declaration.units_of(&asked.variant).ok_or(db::Error::NotFound)?;
    if !store::has_records(read, declaration.records, asked.as_of).await? {
        return Ok(Groups::default());
    }
    let weighed = matches!(declaration.fold, Fold::Rate { .. });
    let rows = read.all(store::groups(units, weighed, asked.args())).await?;
    let due = match declaration.due {
        Some(due) => read.all(store::groups(due, weighed, asked.args())).await?,
        None => Vec::new(),
    };
    Ok(Groups { units: rows, due, recorded: true })
}

/// Adds groups into a figure for the places that `belongs` accepts.
fn fold(declaration: &Declaration, groups: &Groups, facets: &[String], belongs: impl Fn(&str) -> bool) -> Figure {
    if !groups.recorded {
        return Figure::NONE;
    }
    let wanted = |g: &&Group| (facets.is_empty() || facets.contains(&g.facet)) && belongs(&g.place);
    let (mut numerator, mut denominator) = (0.0, 0.0);
    for g in groups.units.iter().filter(wanted) {
        match declaration.fold {
            Fold::Rate { .. } => numerator += g.met_amount,
            _ => numerator += g.met as f64,
        }
        denominator += g.rows as f64;
    }
    if declaration.due.is_some() {
        let due = groups.due.iter().filter(|g| belongs(&g.place));
        denominator = due.fold(0.0, |sum, g| sum + g.met_amount);
    }
    if declaration.fold == Fold::Count {
        // A count has no denominator; evidence then shows the same rows twice.
        denominator = numerator;
    }
    Figure { numerator, denominator, value: declaration.fold.value(numerator, denominator) }
}

/// The figure of one place.
pub fn evaluate(declaration: &Declaration, groups: &Groups, tree: &Tree, asked: &Asked, place: &PlaceId) -> Figure {
    fold(declaration, groups, &asked.facets, |p| tree.within(p, place))
}

/// The figures of every place that has rows, and of all places above, in one pass.
pub fn by_place(declaration: &Declaration, groups: &Groups, tree: &Tree, asked: &Asked) -> HashMap<String, Figure> {
    let mut parts: HashMap<&str, Groups> = HashMap::new();
    let mut push = |g: &Group, due: bool| {
        for above in tree.above.get(&g.place).into_iter().flatten() {
            let part = parts
                .entry(above.as_str())
                .or_insert_with(|| Groups { recorded: groups.recorded, ..Groups::default() });
            if due { part.due.push(g.clone()) } else { part.units.push(g.clone()) }
        }
    };
    groups.units.iter().for_each(|g| push(g, false));
    groups.due.iter().for_each(|g| push(g, true));
    parts
        .into_iter()
        .map(|(place, part)| (place.to_owned(), fold(declaration, &part, &asked.facets, |_| true)))
        .collect()
}

/// A page of the rows behind a figure, after `(place, unit)`.
pub async fn evidence(
    read: &mut Read,
    declaration: &Declaration,
    asked: &Asked,
    place: &PlaceId,
    part: Part,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<EvidenceRow>> {
    let query = evidence_query(declaration, asked, place, part, after, limit).ok_or(db::Error::NotFound)?;
    if !store::has_records(read, declaration.records, asked.as_of).await? {
        return Ok(Vec::new());
    }
    read.all(query).await
}

fn evidence_query(
    declaration: &Declaration,
    asked: &Asked,
    place: &PlaceId,
    part: Part,
    after: (&str, &str),
    limit: i64,
) -> Option<Query> {
    let units = declaration.units_of(&asked.variant)?;
    // A rate has its denominator in another query; a count has none, so its denominator lists what is counted.
    let (sql, part) = match (declaration.due, declaration.fold, part) {
        (Some(due), _, Part::Denominator) => (due, Part::Denominator),
        (_, Fold::Count, Part::Denominator) => (units, Part::Numerator),
        _ => (units, part),
    };
    let facets = if asked.facets.is_empty() { String::new() } else { format!(",{},", asked.facets.join(",")) };
    let tail = vec![place.as_str().bind(), facets.bind(), after.0.bind(), after.1.bind(), limit.bind()];
    Some(store::evidence(sql, part, asked.args(), tail))
}

/// The statements behind a figure and its evidence, by name, so that a test can look at their plans.
pub fn statements(declaration: &Declaration, asked: &Asked, place: &PlaceId) -> Vec<(&'static str, Query)> {
    let weighed = matches!(declaration.fold, Fold::Rate { .. });
    let groups = |sql| store::groups(sql, weighed, asked.args());
    let mut all = vec![("records", store::records(declaration.records, asked.as_of))];
    all.extend(declaration.units_of(&asked.variant).map(|units| ("units", groups(units))));
    all.extend(declaration.due.map(|due| ("due", groups(due))));
    all.extend(evidence_query(declaration, asked, place, Part::Numerator, ("", ""), 50).map(|q| ("evidence", q)));
    all
}

/// All rows behind a figure; for freezing and for tests, not for pages.
pub async fn evidence_all(
    read: &mut Read,
    declaration: &Declaration,
    asked: &Asked,
    place: &PlaceId,
    part: Part,
) -> Result<Vec<EvidenceRow>> {
    evidence(read, declaration, asked, place, part, ("", ""), i64::MAX).await
}
