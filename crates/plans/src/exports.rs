//! Lists of this slice given out as sheets: targets, tasks, the rows behind a figure, declared values, the catalogue.
//! Each shows what its page shows, for the same place, day and filters. People read the workbook, whose heading is in
//! words; programs read the CSV, whose heading is in codes.

mod catalogue;
mod declared;
mod rows;
mod targets;
mod tasks;

use crate::Plans;
use errand::{List, Pen, jobs_of, routes_of};
use indicator::Fold;
use kernel::Day;
use sheet::{Column, Value};
use std::sync::Arc;
use web::{Cx, Error, Jobs, Result, Routes};

/// Every list with its two addresses.
static LISTS: [(&List, &str, &str); 5] = [
    (&targets::LIST, "/plans/targets/export.xlsx", "/plans/targets/export.csv"),
    (&tasks::LIST, "/plans/{plan}/tasks/export.xlsx", "/plans/{plan}/tasks/export.csv"),
    (&rows::LIST, "/plans/{plan}/targets/{target}/export.xlsx", "/plans/{plan}/targets/{target}/export.csv"),
    (&declared::LIST, "/plans/{plan}/declared.xlsx", "/plans/{plan}/declared.csv"),
    (&catalogue::LIST, "/indicators/export.xlsx", "/indicators/export.csv"),
];

pub(crate) fn routes() -> Routes {
    LISTS.iter().fold(Routes::new(), |all, (list, xlsx, csv)| all.merge(routes_of(list, xlsx, csv)))
}

pub(crate) fn jobs() -> Jobs {
    LISTS.iter().fold(Jobs::new(), |all, (list, ..)| all.merge(jobs_of(list)))
}

/// The addresses of a list given out, with what narrows the page.
pub(crate) struct Links {
    pub xlsx: String,
    pub csv: String,
}

impl Links {
    /// `at`: the address without its ending, `/plans/targets/export`; `set`: what differs from the page's query.
    pub(crate) fn new(cx: &Cx, at: &str, set: (&str, Option<&str>)) -> Links {
        let query = cx.query_with(set.0, set.1);
        Links { xlsx: format!("{at}.xlsx{query}"), csv: format!("{at}.csv{query}") }
    }
}

/// The plans, which an errand reaches only through the program's state.
fn plans(cx: &Cx) -> Result<Arc<Plans>> {
    cx.app.shared()
}

/// A part of the address: 2 is the plan of `/plans/{plan}/targets/{target}/export.xlsx`, 4 its target.
fn part(cx: &Cx, at: usize) -> Result<&str> {
    cx.path().split('/').nth(at).ok_or(Error::NotFound)
}

/// The heading: words in a workbook, codes in CSV.
fn begin(cx: &Cx, pen: &mut Pen, day: Day, scope: &str, columns: &[(&str, u16)]) -> Result<()> {
    let heading = |(code, width): &(&str, u16)| pen.column(cx, code, &format!("plans.column.{code}"), *width);
    let heading: Vec<Column> = columns.iter().map(heading).collect();
    pen.begin(cx, day, scope, &heading)
}

/// A figure with as many decimals as its page shows.
fn shown<'a>(value: Option<f64>, fold: Option<Fold>) -> Value<'a> {
    let decimals = match fold {
        Some(Fold::Count) => 0,
        Some(Fold::Rate { .. }) => 2,
        _ => 1,
    };
    value.map_or(Value::Empty, |value| match decimals {
        0 => Value::Whole(value.round() as i64),
        _ => Value::Measure { value, decimals, unit: "".into() },
    })
}

/// Yes, or nothing.
fn yes<'a>(cx: &Cx, is: bool) -> Value<'a> {
    if is { cx.t("app.yes").into() } else { Value::Empty }
}
