//! GET /facilities/{id}/file.pdf: the whole file of a facility on paper, as its page to print shows it.

use super::{document, print};
use axum::{Extension, extract::Path, response::Response};
use paper::{Block, Cell, Column, Document, Press, Table};
use registry::print::{FilePrint, PrintShare, file_print};
use registry::{Seen, VIEW, seen};
use std::sync::Arc;
use web::{Cx, Result, download};

pub async fn pdf(cx: Cx, Path(id): Path<String>, Extension(press): Extension<Arc<Press>>) -> Result<Response> {
    let mut read = cx.read().await?;
    let Seen { h, day } = seen(&cx, &mut read, &id, &VIEW).await?;
    let file = file_print(&cx, &mut read, &h, day).await?;
    drop(read);
    let name = cx.tf("exports.file", &[&file.name, &day]);
    Ok(download(&format!("{name}.pdf"), download::PDF, print(press, paper_of(&cx, file)).await?))
}

fn paper_of(cx: &Cx, file: FilePrint) -> Document {
    let mut doc = document(cx, &file.name, file.as_of);
    let mut about = vec![file.kind, file.state];
    about.extend(file.places);
    about.push(cx.tf("registry.print.as_of", &[&file.as_of]));
    about.push(cx.tf("registry.percent", &[&file.percent]));
    doc.subtitle = about.join(" · ");
    let who = cx.signed_in().map(|a| format!("{} {}", a.unit_name, a.name)).unwrap_or_default();
    doc.foot = cx.tf("registry.print.made", &[&cx.app.clock.now().minute(), &who]);
    for part in file.parts {
        doc.heading(part.title);
        match part.lines.is_empty() {
            true => doc.note(cx.t("registry.no_records")),
            false => doc.push(Block::Facts { items: part.lines }),
        };
        if !part.missing.is_empty() {
            let missing = part.missing.join(cx.t("registry.comma"));
            doc.note(format!("{}{missing}", cx.t("registry.print.missing")));
        }
        if let Some(updated) = part.updated {
            doc.note(updated);
        }
    }
    if !file.materials.is_empty() {
        doc.heading(cx.t("registry.materials"));
        let columns = [
            "registry.material_title",
            "registry.material_validity",
            "registry.matter_state",
            "registry.material_updated",
        ];
        let columns = columns.into_iter().zip([6, 6, 3, 4]).map(|(key, width)| Column::new(cx.t(key), width)).collect();
        let rows = file.materials.into_iter().map(|row| row.map(Cell::text).to_vec()).collect();
        doc.push(Block::Table(Table { columns, rows }));
    }
    for part in file.shares {
        doc.heading(part.title);
        shared(cx, &mut doc, part);
    }
    doc.heading(cx.t("registry.timeline"));
    if file.events.is_empty() {
        doc.note(cx.t("registry.no_records"));
        return doc;
    }
    let columns = vec![
        Column::new(cx.t("registry.timeline_day"), 2),
        Column::new(cx.t("registry.timeline_what"), 4),
        Column::new("", 8),
    ];
    let rows = file.events.into_iter().map(|e| [e.day.to_string(), e.title, e.text].map(Cell::text).to_vec()).collect();
    doc.push(Block::Table(Table { columns, rows }));
    doc
}

/// What another room knows: its lines, or that there are none, and its note.
fn shared(cx: &Cx, doc: &mut Document, part: PrintShare) {
    if part.lines.is_empty() {
        doc.note(part.none);
    } else {
        let heads = [cx.t("registry.share_what"), "", cx.t("registry.matter_state"), cx.t("registry.share_day")];
        let columns = heads.into_iter().zip([6, 7, 3, 3]).map(|(head, width)| Column::new(head, width)).collect();
        let rows = part.lines.into_iter().map(|row| row.map(Cell::text).to_vec()).collect();
        doc.push(Block::Table(Table { columns, rows }));
    }
    if let Some(note) = part.note {
        doc.note(note);
    }
}
