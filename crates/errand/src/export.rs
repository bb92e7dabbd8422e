//! Lists given out as sheets. A slice declares a [`List`] once: how many rows, and how they are written. Short ones are
//! answered at once; from `export.stream_rows` rows on the page asks, and the same code runs as an errand.

use crate::model::{File, New, Outcome, Part};
use crate::task::{self, Task};
use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{Action, Day};
use sheet::{Column, Format, Preface, Value, Writer};
use std::pin::Pin;
use web::form::hidden;
use web::parts::{Markup, whole};
use web::{Crumb, Cx, Entry, Error, Form, Jobs, Reply, Result, Routes, Shell};

pub type Boxed<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// A list that can be given out. The context carries what narrows it (the address and the rights), and what the slice
/// keeps for the life of the program (`cx.app.shared`): an errand has no request whose extensions it could ask.
pub struct List {
    /// The kind of its job: `registry.export`.
    pub kind: &'static str,
    pub action: &'static Action,
    /// Message key of its title.
    pub title: &'static str,
    /// The file is called NAME-DAY.xlsx.
    pub name: &'static str,
    pub count: fn(Cx) -> Boxed<i64>,
    pub write: fn(Cx, Pen) -> Boxed<Pen>,
}

/// What a list is written with.
pub struct Pen {
    format: Format,
    title: &'static str,
    out: Option<Writer>,
    rows: usize,
    task: Option<(Task, usize)>,
}

/// Rows between two looks at the clock and at the owner's wish to stop.
const STEP: usize = 500;

impl Pen {
    pub fn format(&self) -> Format {
        self.format
    }

    /// A column: people read the workbook, whose heading is the word of `key`; programs read the CSV, whose heading is
    /// `code`.
    pub fn column(&self, cx: &Cx, code: &str, key: &str, width: u16) -> Column {
        Column::new(if self.format == Format::Xlsx { cx.t(key) } else { code }, width)
    }

    /// Title, what it shows, who and when; then the heading.
    pub fn begin(&mut self, cx: &Cx, day: Day, scope: &str, columns: &[Column]) -> Result<()> {
        let title = cx.t(self.title);
        // CSV is for other programs, which want the heading first.
        let preface = if self.format == Format::Xlsx { preface(cx, title, day, scope)? } else { Preface::default() };
        self.out = Some(Writer::new(self.format, title, &preface, columns).map_err(failed)?);
        Ok(())
    }

    /// One more row.
    pub async fn row<'a>(&mut self, values: impl IntoIterator<Item = Value<'a>>) -> Result<()> {
        let out = self.out.as_mut().ok_or_else(|| Error::Internal("a row before the heading".into()))?;
        out.row(values).map_err(failed)?;
        self.rows += 1;
        if self.rows.is_multiple_of(STEP) {
            match &self.task {
                Some((task, total)) => task.advance(self.rows, (*total).max(self.rows)).await?,
                None => tokio::task::yield_now().await,
            }
        }
        Ok(())
    }

    async fn finish(self) -> Result<(Vec<u8>, usize)> {
        let out = self.out.ok_or_else(|| Error::Internal("a list without heading".into()))?;
        // Packing a large sheet takes a second of CPU: not on a thread that answers requests.
        let bytes = tokio::task::spawn_blocking(move || out.finish()).await;
        Ok((bytes.map_err(|e| Error::Internal(e.to_string()))?.map_err(failed)?, self.rows))
    }
}

fn failed(e: sheet::Error) -> Error {
    Error::Internal(e.to_string())
}

fn preface(cx: &Cx, title: &str, day: Day, scope: &str) -> Result<Preface> {
    let actor = cx.actor()?;
    let now = cx.app.clock.now().minute();
    let mut lines = vec![
        cx.tf("errand.sheet.as_of", &[&day]),
        cx.tf("errand.sheet.scope", &[&scope]),
        cx.tf("errand.sheet.by", &[&actor.unit_name, &actor.name, &now]),
    ];
    if cx.app.settings.synthetic {
        lines.push(cx.t("errand.sheet.synthetic").to_owned());
    }
    Ok(Preface { title: title.to_owned(), lines })
}

/// From how many rows on a list is written in the background: norm `export.stream_rows`. A list that has no cheaper way
/// to count reads one row more than that.
pub async fn stream_rows(cx: &Cx, read: &mut db::Read) -> Result<i64> {
    let most = places::house_norm(read, "export.stream_rows", cx.today()).await;
    most.map_err(|e| Error::Internal(e.to_string()))
}

/// Addresses and words of the sheets of a list below its page, narrowed as the page is: `/suspicions/export` has
/// `/suspicions/export.xlsx` and `.csv`.
pub fn sheets(cx: &Cx, at: &str) -> Vec<(String, &'static str)> {
    let query = cx.query_with("limit", None);
    [("xlsx", "errand.sheet.xlsx"), ("csv", "errand.sheet.csv")]
        .map(|(ending, key)| (format!("{at}.{ending}{query}"), cx.t(key)))
        .into()
}

/// The routes of a list: a link for each format (`PATH.xlsx`, `PATH.csv`), and the form that leaves a long one as an
/// errand.
pub fn routes_of(list: &'static List, xlsx: &'static str, csv: &'static str) -> Routes {
    Routes::new()
        .get(xlsx, list.action, move |cx: Cx| give(cx, list, Format::Xlsx))
        .post(xlsx, list.action, move |cx: Cx, form: Form| give_later(cx, form, list))
        .get(csv, list.action, move |cx: Cx| give(cx, list, Format::Csv))
        .post(csv, list.action, move |cx: Cx, form: Form| give_later(cx, form, list))
}

/// The jobs of a list.
pub fn jobs_of(list: &'static List) -> Jobs {
    Jobs::new().on(list.kind, move |app, job| task::carry(app, job, list.action, move |task| later(task, list)))
}

#[derive(Template)]
#[template(path = "errand/long.html")]
struct LongPage {
    shell: Shell,
    hidden: Markup,
    action: String,
    rows: String,
    back: String,
}

async fn give(cx: Cx, list: &'static List, format: Format) -> Result<Response> {
    let rows = (list.count)(cx.clone()).await?;
    let mut read = cx.read().await?;
    let most = stream_rows(&cx, &mut read).await?;
    drop(read);
    if rows > most {
        let title = cx.t(list.title);
        let shell = Shell::new(&cx, title, vec![Crumb::here(title)]);
        let back = format!("{}{}", page_of(cx.path()), cx.query_with("id", None));
        let action = cx.uri.path_and_query().map_or_else(|| cx.path().to_owned(), ToString::to_string);
        return web::page(&LongPage { shell, hidden: hidden(&cx), action, rows: whole(rows), back });
    }
    let pen = Pen { format, title: list.title, out: None, rows: 0, task: None };
    let pen = (list.write)(cx.clone(), pen).await?;
    let (bytes, _) = pen.finish().await?;
    Ok(attached(&name(&cx, list, format), format.media_type(), bytes))
}

/// The page of a list that is given out: `/facilities` of `/facilities/export.xlsx` and of `/facilities.csv`.
fn page_of(path: &str) -> &str {
    let path = path.rsplit_once('.').map_or(path, |(path, _)| path);
    path.strip_suffix("/export").unwrap_or(path)
}

/// A file to save.
pub(crate) fn attached(name: &str, media_type: &str, bytes: Vec<u8>) -> Response {
    let plain: String = name.chars().map(|c| if c.is_ascii_graphic() && c != '"' { c } else { '_' }).collect();
    let full: String = form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20");
    let how = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}");
    ([(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, how)], bytes).into_response()
}

fn name(cx: &Cx, list: &List, format: Format) -> String {
    let day = cx.as_of().unwrap_or_else(|_| cx.today());
    let demo = if cx.app.settings.synthetic { "-demo" } else { "" };
    format!("{}-{day}{demo}.{}", list.name, format.ending())
}

async fn give_later(cx: Cx, form: Form, list: &'static List) -> Result<Response> {
    // Refused now rather than in the background: a filter that is none, a place outside the post.
    (list.count)(cx.clone()).await?;
    let mut writing = cx.write(&form).await?;
    let address = cx.uri.path_and_query().map_or_else(|| cx.path().to_owned(), ToString::to_string);
    let new = New { kind: list.kind, title: cx.t(list.title).to_owned(), task: address, ..New::default() };
    let id = task::leave(&cx, &mut writing, new).await?;
    let entry = Entry::new("", "errand", &id).why("export in the background");
    cx.commit(writing, entry, Reply::To(format!("/errands/{id}"))).await
}

async fn later(task: Task, list: &'static List) -> Result<()> {
    let cx = task.cx.clone();
    let format = if cx.path().ends_with(".csv") { Format::Csv } else { Format::Xlsx };
    let total = (list.count)(cx.clone()).await? as usize;
    task.advance(0, total).await?;
    let pen = Pen { format, title: list.title, out: None, rows: 0, task: Some((task, total)) };
    let mut pen = (list.write)(cx.clone(), pen).await?;
    let Some((task, _)) = pen.task.take() else { return Ok(()) };
    let (content, rows) = pen.finish().await?;
    let file = File { name: name(&cx, list, format), media_type: format.media_type().to_owned(), content };
    let mut tx = cx.app.db.begin().await?;
    let told = serde_json::json!({"rows": rows});
    task.end(&mut tx, rows, Outcome { told, files: vec![(Part::Result, file)] }).await?;
    cx.audit(&mut tx, Entry::new("", "errand", &task.errand.id).why(format!("{}: {rows} rows", list.kind))).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_list_leads_back_to_its_page() {
        for path in ["/facilities/export.xlsx", "/facilities/export.csv", "/facilities.csv"] {
            assert_eq!(super::page_of(path), "/facilities");
        }
    }
}
