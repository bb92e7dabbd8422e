//! The exact finish by HiGHS, behind the cargo feature `exact`.
//!
//! A model is built as plain rows and columns, so that everything but the one call reads and compiles the same with and
//! without the feature. HiGHS runs on one thread from the best known answer; its own dual bound is taken, never its word
//! "optimal" alone: on a time limit the bound says how far it came.

use crate::budget::Budget;
use crate::dual::Fate;
use crate::error::Result;
use crate::selection::Selection;

/// Whether HiGHS was built in.
pub const AVAILABLE: bool = cfg!(feature = "exact");

/// A column: cost, bounds, whether it must be an integer.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "exact"), expect(dead_code, reason = "read by HiGHS only"))]
pub(crate) struct Column {
    pub cost: f64,
    pub least: f64,
    pub most: f64,
    pub integer: bool,
}

/// A row: `least ≤ Σ coefficient × column ≤ most`.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "exact"), expect(dead_code, reason = "read by HiGHS only"))]
pub(crate) struct Row {
    pub least: f64,
    pub most: f64,
    pub terms: Vec<(usize, f64)>,
}

/// A mixed-integer program to minimise.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mip {
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
}

/// What the exact solver found.
#[derive(Debug, Clone)]
pub(crate) struct Solved {
    /// A true lower bound.
    pub bound: f64,
    /// The best point found, if any.
    pub point: Option<Vec<f64>>,
    /// Whether it ended before it was done.
    pub cut_short: bool,
}

impl Mip {
    pub(crate) fn column(&mut self, cost: f64, least: f64, most: f64, integer: bool) -> usize {
        self.columns.push(Column { cost, least, most, integer });
        self.columns.len() - 1
    }

    #[cfg(feature = "exact")]
    fn value(&self, point: &[f64]) -> f64 {
        self.columns.iter().zip(point).map(|(column, at)| column.cost * at).sum()
    }

    pub(crate) fn row(&mut self, least: f64, most: f64, terms: Vec<(usize, f64)>) {
        self.rows.push(Row { least, most, terms });
    }
}

/// Minimises from an optional start. `slack` is the difference between answer and bound that still counts as closed (just
/// under 1 where the objective is an integer). `None` without the feature.
#[cfg(not(feature = "exact"))]
pub(crate) fn run(_: &Mip, _: Option<&[f64]>, _: f64, _: &Budget) -> Result<Option<Solved>> {
    Ok(None)
}

/// Minimises from an optional start. `slack` is the difference between answer and bound that still counts as closed (just
/// under 1 where the objective is an integer).
#[cfg(feature = "exact")]
pub(crate) fn run(mip: &Mip, start: Option<&[f64]>, slack: f64, budget: &Budget) -> Result<Option<Solved>> {
    use crate::error::SitingError;
    use highs::{HighsModelStatus, HighsSolutionStatus, RowProblem, Sense};
    let fault = |what: String| SitingError::Exact(what);
    let mut problem = RowProblem::default();
    let columns: Vec<highs::Col> = mip
        .columns
        .iter()
        .map(|column| problem.add_column_with_integrality(column.cost, column.least..=column.most, column.integer))
        .collect();
    for row in &mip.rows {
        let terms: Vec<(highs::Col, f64)> = row.terms.iter().map(|&(at, factor)| (columns[at], factor)).collect();
        problem.add_row(row.least..=row.most, &terms);
    }
    let mut model = problem.try_optimise(Sense::Minimise).map_err(|status| fault(format!("{status:?}")))?;
    model.make_quiet();
    let seconds = budget.seconds_left();
    if seconds.is_finite() {
        model.set_option("time_limit", seconds.max(0.01));
    }
    model.set_option("threads", 1);
    model.set_option("mip_rel_gap", 0.0);
    model.set_option("mip_abs_gap", slack);
    model.set_option("mip_feasibility_tolerance", 1e-7);
    if let Some(point) = start {
        model.try_set_solution(Some(point), None, None, None).map_err(|status| fault(format!("start: {status:?}")))?;
    }
    let solved = model.try_solve().map_err(|status| fault(format!("{status:?}")))?;
    let status = solved.status();
    if status == HighsModelStatus::Infeasible {
        return Ok(Some(Solved { bound: f64::INFINITY, point: None, cut_short: false }));
    }
    let bound = solved.double_info_value(c"mip_dual_bound").map_err(|status| fault(format!("{status:?}")))?;
    let feasible = solved.primal_solution_status() == HighsSolutionStatus::Feasible;
    let point = feasible.then(|| solved.get_solution().columns().to_vec());
    // HiGHS 1.16 can take a start for better than it is after presolve and then give it back as the best: its word is held
    // against its point, and where they differ it begins again without the start.
    let said = solved.objective_value();
    let differs = point.as_ref().is_some_and(|point| (mip.value(point) - said).abs() > 1e-6 * said.abs().max(1.0));
    if differs && start.is_some() {
        return run(mip, None, slack, budget);
    }
    let bound = if bound.is_finite() { bound } else { f64::NEG_INFINITY };
    Ok(Some(Solved { bound, point, cut_short: status != HighsModelStatus::Optimal }))
}

/// The most pairs handed to HiGHS: beyond them the own tree gets further in the same time (PCB3038 has 300,000).
const MOST_PAIRS: usize = 150_000;

/// Whether HiGHS is there and what the fates leave of a problem is of a size for it.
pub(crate) fn fits(selection: &Selection, fates: &[Fate]) -> bool {
    let left = (0..selection.sites).filter(|&site| fates[site] != Fate::Closed);
    AVAILABLE && left.map(|site| selection.column(site).len()).sum::<usize>() <= MOST_PAIRS
}

/// What the exact solver made of a selection problem.
pub(crate) struct Finished {
    pub bound: f64,
    pub open: Option<Vec<bool>>,
    pub cut_short: bool,
}

/// Finishes a selection problem within the fates that the bound has fixed.
///
/// The model counts, per customer, the steps of its sorted costs that are not yet reached (the radius form of Elloumi 2010,
/// chained step by step as García, Labbé and Marín 2011 do, so that each pair stands in one row only).
pub(crate) fn finish(
    selection: &Selection,
    fates: &[Fate],
    open: &[bool],
    budget: &Budget,
) -> Result<Option<Finished>> {
    if !fits(selection, fates) {
        return Ok(None);
    }
    let mut mip = Mip::default();
    let mut start = Vec::new();
    for site in 0..selection.sites {
        let (least, most) = match fates[site] {
            Fate::Free => (0.0, 1.0),
            Fate::Open => (1.0, 1.0),
            Fate::Closed => (0.0, 0.0),
        };
        mip.column(0.0, least, most, true);
        start.push(f64::from(u8::from(open[site])));
    }
    let p = selection.p as f64;
    mip.row(p, p, (0..selection.sites).map(|site| (site, 1.0)).collect());
    let mut base = 0.0;
    for customer in 0..selection.customers() {
        let (sites, costs) = selection.row(customer);
        let mut usable: Vec<(usize, f64)> = Vec::new();
        let mut sure = None;
        for (&site, &cost) in sites.iter().zip(costs) {
            if sure.is_some_and(|sure| cost > sure) {
                break;
            }
            match fates[site as usize] {
                Fate::Closed => continue,
                Fate::Open => sure = sure.or(Some(cost)),
                Fate::Free => {}
            }
            usable.push((site as usize, cost));
        }
        let last = sure.unwrap_or(selection.outside[customer]);
        let mut levels: Vec<f64> = usable.iter().map(|pair| pair.1).filter(|&cost| cost < last).collect();
        levels.dedup();
        base += levels.first().copied().unwrap_or(last);
        let mut before: Option<usize> = None;
        let mut reached = false;
        for (step, &level) in levels.iter().enumerate() {
            let next = levels.get(step + 1).copied().unwrap_or(last);
            // Who must be served is not missed by the last step.
            let most = if step + 1 == levels.len() && selection.sure[customer] { 0.0 } else { 1.0 };
            let missed = mip.column(next - level, 0.0, most, false);
            let here = usable.iter().filter(|pair| pair.1 == level).map(|pair| pair.0);
            reached |= here.clone().any(|site| open[site]);
            start.push(f64::from(u8::from(!reached)));
            let mut terms: Vec<(usize, f64)> = here.map(|site| (site, 1.0)).collect();
            terms.push((missed, 1.0));
            let least = match before {
                Some(before) => {
                    terms.push((before, -1.0));
                    0.0
                }
                None => 1.0,
            };
            mip.row(least, f64::INFINITY, terms);
            before = Some(missed);
        }
    }
    let slack = if selection.integral { 0.999 } else { 0.0 };
    Ok(run(&mip, Some(&start), slack, budget)?.map(|solved| Finished {
        bound: solved.bound + base,
        open: solved.point.map(|point| point[..selection.sites].iter().map(|&is| is > 0.5).collect()),
        cut_short: solved.cut_short,
    }))
}
