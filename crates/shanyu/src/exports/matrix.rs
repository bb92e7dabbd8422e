//! GET /matrix.pdf?role=: who may do what, on paper; of one role only what it may.

use super::{document, print};
use axum::{Extension, response::Response};
use identity::{AllActions, matrix_sheet};
use kernel::Role;
use paper::{Block, Cell, Column, Press, Table};
use std::sync::Arc;
use web::{Cx, Error, Result, download};

pub async fn pdf(
    cx: Cx,
    Extension(actions): Extension<AllActions>,
    Extension(press): Extension<Arc<Press>>,
) -> Result<Response> {
    let role = cx.query("role").map(|r| Role::parse(r).ok_or_else(|| Error::bad("form.choice", "role"))).transpose()?;
    let roles = role.map_or_else(|| Role::ALL.to_vec(), |role| vec![role]);
    let sheet = matrix_sheet(&cx, &actions, &roles);
    let mut columns = vec![Column::new(cx.t("matrix.action"), if role.is_some() { 8 } else { 6 })];
    columns.extend(sheet.roles.iter().map(|name| Column::new(name, 2)));
    let (mut rows, mut shown) = (Vec::new(), 0);
    for group in &sheet.groups {
        let lines = group.lines.iter().filter(|line| role.is_none() || !line.cells[0].is_empty());
        let lines: Vec<Vec<Cell>> = lines
            .map(|line| {
                let texts = [line.name.as_str(), &line.means, line.id].into_iter().filter(|text| !text.is_empty());
                let name = Cell::text(texts.collect::<Vec<_>>().join("\n"));
                let cells = line.cells.iter().map(|cell| Cell::text(if cell.is_empty() { "—" } else { cell }));
                std::iter::once(name).chain(cells).collect()
            })
            .collect();
        if !lines.is_empty() {
            shown += lines.len();
            rows.push(vec![Cell::group(&group.name)]);
            rows.extend(lines);
        }
    }
    let mut doc = document(&cx, &sheet.title, cx.today());
    doc.subtitle = cx.tf("matrix.count", &[&shown, &roles.len()]);
    doc.foot = format!("{} · {}", sheet.title, sheet.day);
    doc.landscape = role.is_none();
    doc.dense = role.is_none();
    doc.lede(cx.t("matrix.lede")).push(Block::Table(Table { columns, rows })).note(&sheet.note);
    let name = format!("{}-{}.pdf", sheet.title, sheet.day);
    Ok(download(&name, download::PDF, print(press, doc).await?))
}
