//! Pages that bring sheets in and give them out. An import is tried first; with a fault nothing is changed and the
//! rejected rows come back as a sheet.

use crate::import::{self, Counts, Examined};
use crate::model::History;
use crate::rules::on;
use crate::sheet::{self, Fault};
use crate::store::file;
use crate::store::list::{self, Filter};
use crate::{Stamp, list as list_page};
use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use db::Read;
use kernel::Day;
use kernel::kinds::PlaceId;
use serde_json::json;
use std::collections::BTreeMap;
use web::form::hidden;
use web::parts::{Markup, whole};
use web::{Crumb, Cx, Entry, Error, Reply, Result, Shell, Upload, Words};

#[derive(Template)]
#[template(path = "registry/import.html")]
struct ImportPage {
    shell: Shell,
    hidden: Markup,
    /// Code, heading in Chinese, meaning.
    columns: Vec<(&'static str, &'static str, &'static str)>,
    result: Option<Outcome>,
}

struct Outcome {
    file: String,
    heading: String,
    good: bool,
    counts: Vec<(&'static str, String)>,
    faults: Vec<[String; 3]>,
    more: Option<String>,
    /// The rejected rows as a file to save.
    rejected: Option<String>,
}

/// Faults that a page shows; the sheet of rejected rows has all.
const SHOWN: usize = 100;

/// GET /facilities/import
pub async fn import_page(cx: Cx) -> Result<Response> {
    web::page(&draw(&cx, None))
}

fn draw(cx: &Cx, result: Option<Outcome>) -> ImportPage {
    let title = cx.t("registry.import.title");
    ImportPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("registry.list.title"), "/facilities"), Crumb::here(title)]),
        hidden: hidden(cx),
        columns: sheet::COLUMNS.iter().map(|(c, zh)| (*c, *zh, cx.t(&format!("registry.column.{c}")))).collect(),
        result,
    }
}

/// POST /facilities/import: `act` is `try` or `run`.
pub async fn import(cx: Cx, upload: Upload) -> Result<Response> {
    if upload.file.is_empty() {
        return Err(Error::bad("upload.invalid", "file"));
    }
    let (now, ids) = (cx.app.clock.now(), cx.app.ids.clone());
    let by = cx.actor()?.account.to_string();
    let stamp = Stamp { now, ids: &ids, by: &by };
    let mut read = cx.read().await?;
    let examined = import::examine(&mut read, &stamp, &upload.file, &cx.scope()).await?;
    drop(read);
    let words = cx.words();
    if !examined.faults.is_empty() {
        let page = draw(&cx, Some(refused(words, &upload.file_name, &examined)));
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    if upload.form.text("act") != "run" {
        return web::page(&draw(&cx, Some(tried(words, &upload.file_name, &examined))));
    }
    let mut writing = cx.write_keyed(&upload.form.key, examined.digest.as_bytes()).await?;
    let counts = import::run(&mut writing, &stamp, &examined, &upload.file_name).await?;
    let home = String::new();
    let entry = Entry::new(&home, "import", &examined.digest).why(format!("{} rows", counts.rows));
    let done = if examined.repeated { "registry_imported_before" } else { "registry_imported" };
    cx.commit(writing, entry, Reply::To(format!("/facilities?done={done}"))).await
}

fn counts_of(words: Words, counts: Counts) -> Vec<(&'static str, String)> {
    vec![
        (words.t("registry.import.rows"), whole(counts.rows as i64)),
        (words.t("registry.import.entered"), whole(counts.entered as i64)),
        (words.t("registry.import.changed"), whole(counts.changed as i64)),
        (words.t("registry.import.same"), whole(counts.same as i64)),
    ]
}

fn tried(words: Words, file: &str, examined: &Examined) -> Outcome {
    let key = if examined.repeated { "registry.import.repeated" } else { "registry.import.tried" };
    Outcome {
        file: file.to_owned(),
        heading: words.t(key).to_owned(),
        good: true,
        counts: counts_of(words, examined.counts()),
        faults: Vec::new(),
        more: None,
        rejected: None,
    }
}

fn refused(words: Words, file: &str, examined: &Examined) -> Outcome {
    let all = examined.faults.len();
    let row = |f: &Fault| [f.line.to_string(), column(words, &f.column), words.rule(f.code, &f.values)];
    let rejected = examined.rejected(|f| format!("{} {}", column(words, &f.column), words.rule(f.code, &f.values)));
    Outcome {
        file: file.to_owned(),
        heading: words.tf("registry.import.refused", &[&whole(all as i64)]),
        good: false,
        counts: Vec::new(),
        faults: examined.faults.iter().take(SHOWN).map(row).collect(),
        more: (all > SHOWN).then(|| words.tf("registry.import.more", &[&SHOWN])),
        rejected: (!examined.sheet.raw.is_empty()).then(|| data_url(&rejected)),
    }
}

/// 统一社会信用代码 (credit_code)
fn column(words: Words, column: &str) -> String {
    match sheet::COLUMNS.iter().find(|(code, _)| *code == column) {
        Some((code, zh)) if words.0 == kernel::Lang::Zh => format!("{zh}（{code}）"),
        Some((code, _)) => (*code).to_owned(),
        None => column.to_owned(),
    }
}

/// A file inside the page: what was rejected is given back without being kept anywhere.
fn data_url(text: &str) -> String {
    let mut out = String::from("data:text/csv;charset=utf-8,");
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

/// A fault as JSON, for the command line and the API.
pub fn fault_json(words: Words, f: &Fault) -> serde_json::Value {
    json!({"row": f.line, "column": f.column, "code": f.code, "message": words.rule(f.code, &f.values)})
}

/// GET /facilities/export.csv: what the list shows, all pages of it.
pub async fn export_page(cx: Cx) -> Result<Response> {
    let mut read = cx.app.db.snapshot().await?;
    let filter = list_page::filter(&cx, &mut read).await?;
    let text = export_csv(&mut read, &filter).await?;
    let name = format!("attachment; filename=\"institutions-{}.csv\"", filter.day);
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}

/// The sheet of institutions as CSV, with a mark that spreadsheets know it by.
pub async fn export_csv(read: &mut Read, filter: &Filter) -> Result<String, db::Error> {
    let mut out = String::from("\u{feff}");
    sheet::csv_line(&mut out, &sheet::COLUMNS.map(|(code, _)| code.to_owned()));
    export(read, filter, |cells| sheet::csv_line(&mut out, &cells)).await?;
    Ok(out)
}

/// Gives every row of the sheet, in the order of the list.
pub async fn export(read: &mut Read, filter: &Filter, mut row: impl FnMut([String; 25])) -> Result<(), db::Error> {
    let mut codes: BTreeMap<PlaceId, String> = BTreeMap::new();
    let (mut key, mut id) = (String::new(), String::new());
    loop {
        let items = list::page(read, filter, (&key, &id), 200).await?;
        let Some(last) = items.last() else { return Ok(()) };
        (key, id) = (last.name_key.clone(), last.facility.to_string());
        for item in items {
            let Some(h) = file::history(read, &item.facility).await? else { continue };
            let region = region_of(read, &mut codes, &h, filter.day).await?;
            row(sheet::cells(&h, filter.day, &region));
        }
    }
}

async fn region_of(
    read: &mut Read,
    codes: &mut BTreeMap<PlaceId, String>,
    h: &History,
    day: Day,
) -> Result<String, db::Error> {
    let Some(site) = on(&h.site, day) else { return Ok(String::new()) };
    let place = &site.value.place;
    if let Some(code) = codes.get(place) {
        return Ok(code.clone());
    }
    let code = places::get(read, place, day).await?.map(|p| p.code).unwrap_or_default();
    codes.insert(place.clone(), code.clone());
    Ok(code)
}
