//! The two errands of an import: looking at a sheet, and writing it once its owner has said so.

use super::pages::{Asked, Tried, Written};
use super::{Columns, Counts, Examined, Look, Opened, Run, open};
use crate::Stamp;
use crate::sheet::Fault;
use ::sheet::{Format, Mark};
use errand::{File, Outcome, Part, Task};
use kernel::RuleViolation;
use web::{Cx, Entry, Error, Result};

/// Rows between two looks at the owner's wish to stop.
const STEP: usize = 200;

/// Looks at the sheet; with faults it comes back marked.
pub(crate) async fn look(task: Task) -> Result<()> {
    let asked: Asked = order(&task)?;
    let file = task.input().await?;
    let opened = opened(file.content).await?;
    let examined = examined(&task, &opened, &asked.columns).await?;
    let told = Tried::of(&examined, &asked.columns);
    let files = if examined.faults.is_empty() {
        Vec::new()
    } else {
        marked(&task.cx, &file.name, opened, &examined, asked.columns).await?
    };
    let mut tx = task.cx.app.db.begin().await?;
    let told = serde_json::to_value(told).map_err(|e| Error::Internal(e.to_string()))?;
    task.end(&mut tx, examined.rows, Outcome { told, files }).await?;
    Ok(tx.commit().await?)
}

/// Writes the sheet in one transaction, with its audit row and the end of the errand.
pub(crate) async fn write(task: Task) -> Result<()> {
    let asked: Asked = order(&task)?;
    let cx = task.cx.clone();
    let tried = asked.tried.clone().ok_or(Error::NotFound)?;
    let file = errand::file(&mut cx.read().await?, &tried, Part::Input).await?.ok_or(Error::NotFound)?;
    let name = file.name.clone();
    let opened = opened(file.content).await?;
    let examined = examined(&task, &opened, &asked.columns).await?;
    // What was confirmed is what is written: otherwise somebody changed something in between.
    if !examined.repeated && Some(examined.counts()) != asked.expect {
        return Err(RuleViolation::new("registry.import.moved").into());
    }
    let by = cx.actor()?.account.to_string();
    let stamp = Stamp { now: cx.app.clock.now(), ids: &cx.app.ids, by: &by };
    let mut tx = cx.app.db.begin().await?;
    let mut run = Run::begin(&mut tx, stamp, &examined, &name).await?;
    while run.step(&mut tx, STEP).await? {
        let (done, total) = run.progress();
        task.at(done, total)?;
        tokio::task::yield_now().await;
    }
    let (repeated, touched) = (run.repeated, std::mem::take(&mut run.touched));
    let counts = run.finish(&mut tx).await?;
    let told = Written { counts, repeated, touched: touched.into_iter().map(|id| id.to_string()).collect() };
    let told = serde_json::to_value(told).map_err(|e| Error::Internal(e.to_string()))?;
    let rows = counts.entered + counts.changed;
    cx.audit(&mut tx, Entry::new("", "import", &examined.digest).why(format!("{rows} rows"))).await?;
    task.end(&mut tx, rows, Outcome { told, files: Vec::new() }).await?;
    Ok(tx.commit().await?)
}

fn order(task: &Task) -> Result<Asked> {
    serde_json::from_str(&task.errand.task).map_err(|e| Error::Internal(e.to_string()))
}

/// Opens a file away from the threads that answer requests.
pub(crate) async fn opened(content: Vec<u8>) -> Result<Opened> {
    let opened = tokio::task::spawn_blocking(move || open(&content)).await;
    opened.map_err(|e| Error::Internal(e.to_string()))?.map_err(|fault| {
        let Fault { code, values, .. } = fault;
        Error::Rule(RuleViolation { code, values, fields: Vec::new() })
    })
}

async fn examined(task: &Task, opened: &Opened, columns: &Columns) -> Result<Examined> {
    let cx = &task.cx;
    let by = cx.actor()?.account.to_string();
    let stamp = Stamp { now: cx.app.clock.now(), ids: &cx.app.ids, by: &by };
    let scope = cx.scope();
    let mut read = cx.read().await?;
    let mut look = Look::new(&mut read, stamp, opened, columns, &scope).await?;
    while look.step(&mut read, STEP).await? {
        let (done, total) = look.progress();
        task.advance(done, total).await?;
    }
    Ok(look.finish())
}

async fn marked(
    cx: &Cx,
    name: &str,
    opened: Opened,
    examined: &Examined,
    columns: Columns,
) -> Result<Vec<(Part, File)>> {
    let words = cx.words();
    let mark = |f: &Fault| Mark {
        line: u32::try_from(f.line).unwrap_or_default(),
        column: columns.at(&f.column),
        said: super::pages::sentence(words, &f.column, f.code, &f.values),
    };
    let marks: Vec<Mark> = examined.faults.iter().map(mark).collect();
    let heading = words.t("registry.import.problems");
    let both = tokio::task::spawn_blocking(move || {
        let of = |only_faulty| ::sheet::marked(&opened.grid, &opened.head, &marks, heading, only_faulty);
        Ok::<_, ::sheet::Error>((of(false)?, of(true)?))
    });
    let both = both.await.map_err(|e| Error::Internal(e.to_string()))?;
    let (whole, rows) = both.map_err(|e| Error::Internal(e.to_string()))?;
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let file = |key: &str, content| File {
        name: format!("{stem}-{}.xlsx", words.t(key)),
        media_type: Format::Xlsx.media_type().to_owned(),
        content,
    };
    Ok(vec![
        (Part::Result, file("registry.import.marked_name", whole)),
        (Part::Extract, file("registry.import.rows_name", rows)),
    ])
}

/// Whether there is anything to write.
pub(crate) fn writes(counts: &Counts) -> usize {
    counts.entered + counts.changed
}
