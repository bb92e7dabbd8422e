//! GET and POST /premises/import; /premises/import/{id}: what was found in a sheet, and the button that writes it.

use crate::form::{LEASE, ROOMS};
use crate::import::{self, Counts, Fault, KIND};
use askama::Template;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use errand::{Errand, File, New, Part, State};
use kernel::RuleViolation;
use kernel::kinds::JobId;
use sm3::{Digest, Sm3};
use web::form::hidden;
use web::parts::{Markup, whole};
use web::{Crumb, Cx, Entry, Error, Form, Reply, Result, Shell, Upload};

/// Faults that a page shows.
const SHOWN: usize = 100;

#[derive(Template)]
#[template(path = "premises/import.html")]
struct UploadPage {
    shell: Shell,
    hidden: Markup,
    error: Option<String>,
    /// Heading, and what is written in it.
    columns: Vec<(&'static str, String)>,
}

fn upload_with(cx: &Cx, error: Option<String>) -> UploadPage {
    let title = cx.t("premises.import.title");
    let means = |code: &str| cx.words().find(&format!("premises.help.{code}")).unwrap_or_default().to_owned();
    let name = |code: &str| cx.t(&format!("premises.field.{code}"));
    UploadPage {
        shell: Shell::new(cx, title, vec![Crumb::to(cx.t("premises.title"), "/premises"), Crumb::here(title)]),
        hidden: hidden(cx),
        error,
        columns: ROOMS.iter().chain(&LEASE).map(|code| (name(code), means(code))).collect(),
    }
}

/// GET /premises/import
pub(crate) async fn page(cx: Cx) -> Result<Response> {
    web::page(&upload_with(&cx, None))
}

/// POST /premises/import
pub(crate) async fn upload(cx: Cx, upload: Upload) -> Result<Response> {
    let refused = |error: Error| web::page_with(error.status(), &upload_with(&cx, Some(cx.sentence(&error))));
    if upload.file.is_empty() {
        return refused(RuleViolation::new("registry.sheet.empty").into());
    }
    if let Err(error) = import::opened(upload.file.to_vec()).await {
        return if matches!(error, Error::Rule(_)) { refused(error) } else { Err(error) };
    }
    let digest = hex::encode(Sm3::digest(&upload.file));
    let mut writing = cx.write_keyed(&upload.form.key, digest.as_bytes()).await?;
    let new = New {
        kind: KIND,
        title: cx.tf("premises.import.errand", &[&upload.file_name]),
        page: "/premises/import/{id}".to_owned(),
        input: Some(File { name: upload.file_name, media_type: String::new(), content: upload.file.to_vec() }),
        waits: true,
        ..New::default()
    };
    let id = errand::leave(&cx, &mut writing, new).await?;
    let entry = Entry::new("", "import", &digest).why("uploaded");
    cx.commit(writing, entry, Reply::To(format!("/premises/import/{id}"))).await
}

#[derive(Template)]
#[template(path = "premises/import_one.html")]
struct OnePage {
    shell: Shell,
    hidden: Markup,
    id: String,
    here: String,
    file: String,
    under_way: bool,
    stopped: Option<String>,
    counts: Vec<(&'static str, String)>,
    left_out: Option<String>,
    /// Line, column, what is wrong.
    faults: Vec<[String; 3]>,
    faulty: Option<String>,
    writes: Option<String>,
    done: bool,
}

async fn own(cx: &Cx, id: &str) -> Result<Errand> {
    let id = JobId::parse(id).ok_or(Error::NotFound)?;
    let errand = errand::find(&mut cx.read().await?, &cx.actor()?.account, &id).await?.ok_or(Error::NotFound)?;
    if errand.kind == KIND { Ok(errand) } else { Err(Error::NotFound) }
}

/// GET /premises/import/{id}
pub(crate) async fn one(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let errand = own(&cx, &id).await?;
    let title = cx.t("premises.import.title");
    let mut page = OnePage {
        shell: Shell::new(
            &cx,
            title,
            vec![
                Crumb::to(cx.t("premises.title"), "/premises"),
                Crumb::to(title, "/premises/import"),
                Crumb::here(&*errand.title),
            ],
        ),
        hidden: hidden(&cx),
        here: cx.path().to_owned(),
        file: errand.title.clone(),
        under_way: errand.state.under_way() && errand.state != State::Waiting,
        stopped: (errand.state == State::Failed).then(|| errand.message.clone()),
        counts: Vec::new(),
        left_out: None,
        faults: Vec::new(),
        faulty: None,
        writes: None,
        done: errand.state == State::Done,
        id,
    };
    if errand.state == State::Waiting {
        look(&cx, &errand, &mut page).await?;
    } else if page.done {
        let told: serde_json::Value = serde_json::from_str(&errand.outcome).unwrap_or_default();
        page.counts = counted(&cx, serde_json::from_value(told).unwrap_or_default());
    }
    web::page(&page)
}

/// What writing would do.
async fn look(cx: &Cx, errand: &Errand, page: &mut OnePage) -> Result<()> {
    let mut read = cx.read().await?;
    let file = errand::file(&mut read, &errand.id, Part::Input).await?.ok_or(Error::NotFound)?;
    let opened = import::opened(file.content).await?;
    let found = import::examine(cx, &mut read, &opened).await?;
    page.counts = counted(cx, found.counts);
    if !opened.left_out.is_empty() {
        page.left_out = Some(cx.tf("premises.import.left_out", &[&opened.left_out.join("、")]));
    }
    let rows = found.counts.entered + found.counts.changed;
    if found.faults.is_empty() && rows > 0 {
        page.writes = Some(cx.tf("premises.import.write", &[&whole(rows as i64)]));
    }
    if !found.faults.is_empty() {
        page.faulty = Some(cx.tf("premises.import.faulty", &[&found.faults.len()]));
    }
    page.faults = found.faults.iter().take(SHOWN).map(|f| said(cx, f)).collect();
    Ok(())
}

fn said(cx: &Cx, f: &Fault) -> [String; 3] {
    let field = cx.t(&format!("premises.field.{}", f.field)).to_owned();
    [f.line.to_string(), field, cx.words().rule(&f.code, &f.values)]
}

fn counted(cx: &Cx, c: Counts) -> Vec<(&'static str, String)> {
    [("rows", c.rows), ("entered", c.entered), ("changed", c.changed), ("same", c.same)]
        .map(|(name, n)| (cx.t(&format!("premises.import.{name}")), whole(n as i64)))
        .into()
}

/// POST /premises/import/{id}/write
pub(crate) async fn write(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let errand = own(&cx, &id).await?;
    let to = format!("/premises/import/{id}");
    if errand.state != State::Waiting {
        return Ok(Redirect::to(&to).into_response());
    }
    let mut writing = cx.write(&form).await?;
    errand::begin(&cx, &mut writing, KIND, &errand.id, &errand.task).await?;
    cx.commit(writing, Entry::new("", "import", &errand.id).why("confirmed"), Reply::To(to)).await
}
