//! The pages of an import: a file is sent, its columns are confirmed once, it is looked at in the background, and what
//! was found waits for one answer.

use super::work::{self, opened, writes};
use super::{Columns, Counts, Examined, Matched, Opened, Recognised};
use crate::sheet::{Fault, taken};
use crate::store::{file, runs};
use crate::{policy::IMPORT, rules::on};
use ::sheet::column_name;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use errand::{Errand, File, New, State};
use kernel::kinds::{FacilityId, JobId};
use kernel::{FieldError, RuleViolation};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};
use web::form::hidden;
use web::parts::{Markup, bar, whole};
use web::{App, Crumb, Cx, Entry, Error, Form, Jobs, Reply, Result, Shell, Upload, Words};

/// Looking at a sheet.
pub const TRY_KIND: &str = "registry.import.try";
/// Writing it.
pub const WRITE_KIND: &str = "registry.import.write";
const PAGE: &str = "/facilities/import/{id}";

/// What an import shall do: kept as the task of its errand.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Asked {
    pub columns: Columns,
    /// For writing: the errand that looked, and what it found.
    pub tried: Option<JobId>,
    pub expect: Option<Counts>,
}

/// What looking found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tried {
    pub counts: Counts,
    pub repeated: bool,
    /// All faults; the first ones are listed.
    pub faults: usize,
    pub first: Vec<Said>,
    pub columns: Columns,
    /// Rows that mean a file by its name and street, all of them; the first ones are listed.
    #[serde(default)]
    pub matched: usize,
    #[serde(default)]
    pub matches: Vec<Matched>,
}

/// A fault as it is kept and shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Said {
    pub row: usize,
    pub column: String,
    /// `B7`, where the column stands in the sheet.
    pub cell: Option<String>,
    pub code: String,
    pub values: Vec<String>,
}

/// What writing did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Written {
    pub counts: Counts,
    pub repeated: bool,
    pub touched: Vec<String>,
}

/// Faults that a page shows; the marked sheet has all.
const SHOWN: usize = 100;

impl Tried {
    pub(crate) fn of(examined: &Examined, columns: &Columns) -> Tried {
        let said = |f: &Fault| Said {
            row: f.line,
            column: f.column.clone(),
            cell: columns.at(&f.column).map(|c| format!("{}{}", column_name(c), f.line)),
            code: f.code.to_owned(),
            values: f.values.clone(),
        };
        Tried {
            counts: examined.counts(),
            repeated: examined.repeated,
            faults: examined.faults.len(),
            first: examined.faults.iter().take(SHOWN).map(said).collect(),
            columns: columns.clone(),
            matched: examined.matched.len(),
            matches: examined.matched.iter().take(SHOWN).cloned().collect(),
        }
    }
}

/// The errands of an import.
pub(crate) fn jobs() -> Jobs {
    let carry = |app: App, job: db::JobRow| errand::carry(app, job, &IMPORT, work::look);
    let write = |app: App, job: db::JobRow| errand::carry(app, job, &IMPORT, work::write);
    Jobs::new().on(TRY_KIND, carry).on(WRITE_KIND, write)
}

#[derive(Template)]
#[template(path = "registry/import.html")]
struct UploadPage {
    shell: Shell,
    hidden: Markup,
    /// Code, heading in Chinese, meaning.
    columns: Vec<(&'static str, &'static str, &'static str)>,
    error: Option<String>,
}

/// GET /facilities/import
pub(crate) async fn upload_page(cx: Cx) -> Result<Response> {
    web::page(&upload_with(&cx, None))
}

fn upload_with(cx: &Cx, error: Option<String>) -> UploadPage {
    let title = cx.t("registry.import.title");
    UploadPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("registry.list.title"), "/facilities"), Crumb::here(title)]),
        hidden: hidden(cx),
        columns: taken().map(|(c, zh)| (c, zh, cx.t(&format!("registry.column.{c}")))).collect(),
        error,
    }
}

/// POST /facilities/import
pub(crate) async fn upload(cx: Cx, upload: Upload) -> Result<Response> {
    let refused = |error: Error| web::page_with(error.status(), &upload_with(&cx, Some(cx.sentence(&error))));
    if upload.file.is_empty() {
        return refused(Error::Rule(RuleViolation::new("registry.sheet.empty")));
    }
    let opened = match opened(upload.file.to_vec()).await {
        Ok(opened) => opened,
        Err(error @ Error::Rule(_)) => return refused(error),
        Err(other) => return Err(other),
    };
    let recognised = Columns::recognised(&opened);
    let mut read = cx.read().await?;
    let kept = runs::columns(&mut read, &cx.actor()?.unit, &heading(&opened)).await?;
    drop(read);
    let kept: Option<Columns> = kept.and_then(|text| serde_json::from_str(&text).ok());
    let sure = kept.is_some() || (recognised.iter().all(|r| r.certain) && Columns::of(&recognised).keyed());
    let asked = Asked { columns: kept.unwrap_or_else(|| Columns::of(&recognised)), ..Asked::default() };
    let mut writing = cx.write_keyed(&upload.form.key, opened.digest.as_bytes()).await?;
    let new = New {
        kind: TRY_KIND,
        title: cx.tf("registry.import.errand", &[&upload.file_name]),
        task: task_text(&asked)?,
        page: PAGE.to_owned(),
        input: Some(File { name: upload.file_name, media_type: String::new(), content: upload.file.to_vec() }),
        waits: !sure,
    };
    let id = errand::leave(&cx, &mut writing, new).await?;
    let entry = Entry::new("", "import", &opened.digest).why("uploaded");
    cx.commit(writing, entry, Reply::To(format!("/facilities/import/{id}"))).await
}

fn task_text(asked: &Asked) -> Result<String> {
    serde_json::to_string(asked).map_err(|e| Error::Internal(e.to_string()))
}

/// What a unit's answer about columns is kept by.
fn heading(opened: &Opened) -> String {
    let names: Vec<String> = opened.head.columns.iter().map(|(c, name)| format!("{c}:{name}")).collect();
    hex::encode(Sm3::digest(names.join("\n").as_bytes()))
}

#[derive(Template)]
#[template(path = "registry/import_columns.html")]
struct ColumnsPage {
    shell: Shell,
    hidden: Markup,
    id: String,
    rows: Vec<ColumnLine>,
    errors: Markup,
}

struct ColumnLine {
    field: String,
    /// `B`
    letter: String,
    heading: String,
    sample: String,
    error: Option<String>,
    /// Code, word, chosen.
    options: Vec<(&'static str, String, bool)>,
}

#[derive(Template)]
#[template(path = "registry/import_one.html")]
struct OnePage {
    shell: Shell,
    hidden: Markup,
    id: String,
    here: String,
    file: String,
    under_way: bool,
    progress: Option<(Markup, String)>,
    stopped: Option<String>,
    tried: Option<TriedView>,
    written: Option<WrittenView>,
}

struct TriedView {
    counts: Vec<(&'static str, String)>,
    repeated: bool,
    faults: Option<String>,
    rows: Vec<[String; 3]>,
    more: Option<String>,
    /// How many rows mean a file by its name and street; line, address and name of each.
    matched: Option<String>,
    matches: Vec<(usize, String, String)>,
    /// Words of the button that writes; none where there is nothing to write.
    all: Option<String>,
    faultless: Option<String>,
}

struct WrittenView {
    counts: Vec<(&'static str, String)>,
    repeated: bool,
    touched: Vec<(String, String)>,
}

async fn own(cx: &Cx, read: &mut db::Read, id: &str) -> Result<Errand> {
    let id = JobId::parse(id).ok_or(Error::NotFound)?;
    let errand = errand::find(read, &cx.actor()?.account, &id).await?.ok_or(Error::NotFound)?;
    if errand.kind == TRY_KIND || errand.kind == WRITE_KIND { Ok(errand) } else { Err(Error::NotFound) }
}

/// The sheet was looked at, so its columns may be chosen once more.
fn looked(errand: &Errand) -> bool {
    errand.kind == TRY_KIND && errand.state == State::Done
}

/// GET /facilities/import/{id}; `?columns=1` asks once more which column is which.
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    if errand.state == State::Waiting || (looked(&errand) && cx.query("columns").is_some()) {
        let asked = of_task(&errand)?;
        return ask_columns(&cx, &mut read, &errand, &asked.columns, &[], StatusCode::OK).await;
    }
    let (done, total) = errand::progress(&errand);
    let words = if total > 0 {
        cx.tf("registry.import.progress", &[&whole(done), &whole(total)])
    } else {
        cx.t("registry.import.begins").to_owned()
    };
    let share = if total > 0 { done as f64 / total as f64 } else { 0.0 };
    let under_way = errand.state.under_way();
    let stopped = match errand.state {
        State::Failed => Some(errand.message.clone()),
        State::Cancelled => Some(cx.t("registry.import.cancelled").to_owned()),
        _ => None,
    };
    let ended = errand.state == State::Done;
    let page = OnePage {
        shell: shell(&cx, cx.t("registry.import.title")),
        hidden: hidden(&cx),
        here: cx.path().to_owned(),
        id: errand.id.to_string(),
        file: errand.title.clone(),
        under_way,
        progress: under_way.then(|| (bar(share, None, &words), words)),
        stopped,
        tried: (ended && errand.kind == TRY_KIND).then(|| tried(cx.words(), &errand)).transpose()?,
        written: if ended && errand.kind == WRITE_KIND { Some(written(&cx, &mut read, &errand).await?) } else { None },
    };
    web::page(&page)
}

fn shell(cx: &Cx, title: &str) -> Shell {
    let crumbs = vec![
        Crumb::to(cx.t("registry.list.title"), "/facilities"),
        Crumb::to(cx.t("registry.import.title"), "/facilities/import"),
        Crumb::here(cx.t("registry.import.check")),
    ];
    Shell::new(cx, title, crumbs)
}

fn of_task(errand: &Errand) -> Result<Asked> {
    serde_json::from_str(&errand.task).map_err(|e| Error::Internal(e.to_string()))
}

fn of_outcome<T: serde::de::DeserializeOwned>(errand: &Errand) -> Result<T> {
    serde_json::from_value(errand.outcome()).map_err(|e| Error::Internal(e.to_string()))
}

fn counts_of(words: Words, counts: &Counts) -> Vec<(&'static str, String)> {
    let all = [
        ("registry.import.rows", counts.rows),
        ("registry.import.entered", counts.entered),
        ("registry.import.changed", counts.changed),
        ("registry.import.same", counts.same),
        ("registry.import.faulty", counts.faulty),
    ];
    all.map(|(key, n)| (words.t(key), whole(n as i64))).into()
}

fn tried(words: Words, errand: &Errand) -> Result<TriedView> {
    let found: Tried = of_outcome(errand)?;
    let (n, faulty) = (writes(&found.counts), found.counts.faulty);
    let rows = found.first.iter().map(|f| {
        let at = f.cell.clone().unwrap_or_else(|| f.row.to_string());
        [at, column(words, &f.column), told(words, &f.column, &f.code, &f.values)]
    });
    let may = n > 0 && !found.repeated;
    Ok(TriedView {
        counts: counts_of(words, &found.counts),
        repeated: found.repeated,
        faults: (faulty > 0)
            .then(|| words.tf("registry.import.refused", &[&whole(faulty as i64), &whole(found.faults as i64)])),
        rows: rows.collect(),
        more: (found.faults > SHOWN).then(|| words.tf("registry.import.more", &[&SHOWN])),
        matched: (found.matched > 0).then(|| words.tf("registry.import.matched", &[&whole(found.matched as i64)])),
        matches: found.matches.iter().map(|m| (m.line, format!("/facilities/{}", m.file), m.name.clone())).collect(),
        all: (may && faulty == 0).then(|| words.tf("registry.import.write_all", &[&whole(n as i64)])),
        faultless: (may && faulty > 0).then(|| words.tf("registry.import.write_faultless", &[&whole(n as i64)])),
    })
}

async fn written(cx: &Cx, read: &mut db::Read, errand: &Errand) -> Result<WrittenView> {
    let done: Written = of_outcome(errand)?;
    let mut touched = Vec::new();
    for id in done.touched {
        let Some(h) = file::history(read, &FacilityId::new(id)).await? else { continue };
        let name = on(&h.profile, cx.today()).or(h.profile.last()).map(|p| p.value.name.clone()).unwrap_or_default();
        touched.push((format!("/facilities/{}", h.facility.id), name));
    }
    Ok(WrittenView { counts: counts_of(cx.words(), &done.counts), repeated: done.repeated, touched })
}

/// The form that asks which column is which.
async fn ask_columns(
    cx: &Cx,
    read: &mut db::Read,
    errand: &Errand,
    chosen: &Columns,
    errors: &[FieldError],
    status: StatusCode,
) -> Result<Response> {
    let file = errand::file(read, &errand.id, errand::Part::Input).await?.ok_or(Error::NotFound)?;
    let opened = opened(file.content).await?;
    let words = cx.words();
    let line = |r: Recognised| {
        let field = format!("c{}", r.column);
        let code = chosen.code(r.column);
        let samples = opened.rows().filter_map(|l| l.cell(r.column)).take(3);
        ColumnLine {
            letter: column_name(r.column),
            sample: samples.map(|c| c.text.chars().take(24).collect::<String>()).collect::<Vec<_>>().join("、"),
            error: errors.iter().find(|e| e.field == field).map(|e| words.rule(e.code, &e.values)),
            options: taken().map(|(c, _)| (c, column(words, c), code == Some(c))).collect(),
            heading: r.heading,
            field,
        }
    };
    let page = ColumnsPage {
        shell: shell(cx, cx.t("registry.import.columns_title")),
        hidden: hidden(cx),
        id: errand.id.to_string(),
        rows: Columns::recognised(&opened).into_iter().map(line).collect(),
        errors: web::form::summary(errors, words),
    };
    web::page_with(status, &page)
}

/// POST /facilities/import/{id}/columns
pub(crate) async fn columns(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    let file = errand::file(&mut read, &errand.id, errand::Part::Input).await?.ok_or(Error::NotFound)?;
    let again = looked(&errand);
    let input = again.then(|| file.clone());
    let opened = opened(file.content).await?;
    let (chosen, errors) = choose(&opened, &form);
    if !errors.is_empty() && (again || errand.state == State::Waiting) {
        return ask_columns(&cx, &mut read, &errand, &chosen, &errors, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    drop(read);
    let actor = cx.actor()?;
    let mut writing = cx.write(&form).await?;
    let asked = task_text(&Asked { columns: chosen.clone(), ..Asked::default() })?;
    let mut run = errand.id.clone();
    if again {
        // What was found stays as it was; the same file is looked at once more by itself.
        let (title, page) = (errand.title.clone(), PAGE.to_owned());
        run = errand::leave(&cx, &mut writing, New { kind: TRY_KIND, title, task: asked, page, input, waits: false })
            .await?;
    } else {
        errand::begin(&cx, &mut writing, TRY_KIND, &errand.id, &asked).await?;
    }
    let kept = serde_json::to_string(&chosen).map_err(|e| Error::Internal(e.to_string()))?;
    let (now, by) = (cx.app.clock.now(), actor.account.to_string());
    runs::keep_columns(&mut writing, (&actor.unit, &heading(&opened)), &kept, now, &by).await?;
    let entry = Entry::new("", "import", &run).why("columns confirmed");
    cx.commit(writing, entry, Reply::To(format!("/facilities/import/{run}"))).await
}

/// What was chosen for each column; a code chosen twice, or no key among them, is an error beside the field.
fn choose(opened: &Opened, form: &Form) -> (Columns, Vec<FieldError>) {
    let (mut chosen, mut errors) = (Columns::default(), Vec::new());
    let wrong = |field: &str, code| FieldError { field: field.to_owned(), code, values: Vec::new() };
    for (column, _) in &opened.head.columns {
        let field = format!("c{column}");
        let Some((code, _)) = taken().find(|(code, _)| *code == form.text(&field)) else { continue };
        if chosen.at(code).is_some() {
            errors.push(wrong(&field, "registry.sheet.chosen_twice"));
        } else {
            chosen.set(code, *column);
        }
    }
    if !chosen.keyed() {
        let first = opened.head.columns.first().map_or(0, |(c, _)| *c);
        errors.push(wrong(&format!("c{first}"), "registry.sheet.no_key"));
    }
    (chosen, errors)
}

/// POST /facilities/import/{id}/write
pub(crate) async fn confirm(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let mut read = cx.read().await?;
    let errand = own(&cx, &mut read, &id).await?;
    drop(read);
    if errand.kind != TRY_KIND || errand.state != State::Done {
        return Ok(Redirect::to(&format!("/facilities/import/{id}")).into_response());
    }
    let found: Tried = of_outcome(&errand)?;
    if found.counts.faulty > 0 && form.text("rows") != "faultless" {
        return Err(RuleViolation::new("registry.import.faulty").into());
    }
    let mut writing = cx.write(&form).await?;
    let asked = Asked { columns: found.columns, tried: Some(errand.id.clone()), expect: Some(found.counts) };
    let new = New {
        kind: WRITE_KIND,
        title: errand.title.clone(),
        task: task_text(&asked)?,
        page: PAGE.to_owned(),
        ..New::default()
    };
    let run = errand::leave(&cx, &mut writing, new).await?;
    let entry = Entry::new("", "import", &errand.id).why("confirmed");
    cx.commit(writing, entry, Reply::To(format!("/facilities/import/{run}"))).await
}

/// 统一社会信用代码（credit_code）
pub(crate) fn column(words: Words, column: &str) -> String {
    match taken().find(|(code, _)| *code == column) {
        Some((_, zh)) if words.0 == kernel::Lang::Zh => zh.to_owned(),
        Some((code, zh)) => format!("{code} ({zh})"),
        None => column.to_owned(),
    }
}

/// A fault in words; for a word that is not known, with those that are.
fn told(words: Words, at: &str, code: &str, values: &[String]) -> String {
    let said = words.rule(code, values);
    let known = super::template::words_of(words, at);
    match code == "registry.sheet.value" && !known.is_empty() {
        true => words.tf("registry.import.choices", &[&said, &known.join(words.t("registry.import.between"))]),
        false => said,
    }
}

/// A fault in words, for a cell's note: the column stands before it.
pub(crate) fn sentence(words: Words, at: &str, code: &str, values: &[String]) -> String {
    let said = told(words, at, code, values);
    if at.is_empty() { said } else { words.tf("registry.import.said", &[&column(words, at), &said]) }
}
