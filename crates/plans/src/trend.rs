//! A figure by month as a picture that needs no script: axis from zero, the target as a line, the last value named.

use crate::{
    figures::Sight,
    model::{Plan, Target},
};
use db::Read;
use indicator::Declaration;
use kernel::{Day, Month, kinds::PlaceId};
use std::fmt::Write as _;
use web::{Result, parts::Markup};

/// Value on the last day of each month (the day asked for in the last one).
pub struct Point {
    pub month: Month,
    pub day: Day,
    pub value: Option<f64>,
}

const MONTHS: usize = 24;

/// The last 24 months inside the records' time, oldest first.
pub async fn months(
    sight: &Sight<'_>,
    read: &mut Read,
    declaration: &Declaration,
    plan: &Plan,
    target: &Target,
    place: &PlaceId,
) -> Result<Vec<Point>> {
    let mut out = Vec::new();
    let mut first = sight.as_of.first_of_month().plus_months(1 - MONTHS as i32);
    while first <= sight.as_of {
        let day = first.last_of_month().min(sight.as_of);
        let asked = sight.asked(read, declaration, plan, target, place, day).await?;
        let figure = sight.figure(read, declaration, &asked, place).await?;
        out.push(Point { month: Month::of(day), day, value: figure.value });
        first = first.plus_months(1);
    }
    Ok(out)
}

/// The picture; `target` is in the figure's unit.
pub fn svg(points: &[Point], target: Option<f64>, label: &str, target_label: &str) -> Markup {
    let (width, height, left, bottom) = (640.0, 220.0, 8.0, 24.0);
    let top = points.iter().filter_map(|p| p.value).chain(target).fold(0.0f64, f64::max) * 1.15;
    let top = if top > 0.0 { top } else { 1.0 };
    let step = (width - 2.0 * left) / (points.len().max(2) - 1) as f64;
    let x = |i: usize| left + step * i as f64;
    let y = |v: f64| (height - bottom) * (1.0 - v / top);
    let mut out = format!("<svg class=\"chart\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">");
    let _ = write!(out, "<line class=\"axis\" x1=\"0\" x2=\"{width}\" y1=\"{0}\" y2=\"{0}\"/>", y(0.0));
    for (i, p) in points.iter().enumerate().filter(|(_, p)| p.month.month == 1 || points.len() < 13) {
        let _ = write!(out, "<text x=\"{:.1}\" y=\"{}\">{}</text>", x(i), height - 6.0, p.month);
    }
    if let Some(t) = target {
        let _ = write!(
            out,
            "<line class=\"target\" x1=\"0\" x2=\"{width}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/><text class=\"target-text\" x=\"{left}\" y=\"{1:.1}\">{target_label}</text>",
            y(t),
            y(t) - 6.0
        );
    }
    let line: Vec<String> =
        points.iter().enumerate().filter_map(|(i, p)| p.value.map(|v| format!("{:.1},{:.1}", x(i), y(v)))).collect();
    let _ = write!(out, "<polyline class=\"series\" points=\"{}\"/>", line.join(" "));
    if let Some((i, value)) = points.iter().enumerate().rev().find_map(|(i, p)| p.value.map(|v| (i, v))) {
        let _ = write!(out, "<circle class=\"dot\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>", x(i), y(value));
    }
    out.push_str("</svg>");
    Markup(out)
}

/// A small line without axes, for a row of a table: the same height of `top` in every row, so that rows compare. The
/// numbers stand beside it.
pub fn spark(values: &[Option<f64>], top: f64) -> Markup {
    if top <= 0.0 || values.iter().flatten().count() < 2 {
        return Markup::default();
    }
    let step = 78.0 / (values.len() - 1) as f64;
    let points: Vec<String> = values
        .iter()
        .enumerate()
        .filter_map(|(i, v)| v.map(|v| format!("{:.1},{:.1}", 1.0 + step * i as f64, 19.0 - 18.0 * v / top)))
        .collect();
    Markup(format!(
        "<svg class=\"spark\" viewBox=\"0 0 80 20\" aria-hidden=\"true\"><polyline class=\"series\" points=\"{}\"/></svg>",
        points.join(" ")
    ))
}
