//! GET /matters/{id}/fill/{section}: one section as a form.

use crate::check::{Outcome, Tested};
use crate::fill::open_fields;
use crate::form::{Entry, Section};
use crate::input::Input as Typed;
use crate::seen::{Seen, seen};
use crate::words;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::FieldError;
use places::Sense;
use web::form::{Basis, Field, Input, hidden, summary_of};
use web::parts::{Markup, decimal};
use web::upload::FILE_LIMIT;
use web::{Crumb, Cx, Error, Form, Result, Shell};

#[derive(Template)]
#[template(path = "matter/fill.html")]
struct FillPage {
    shell: Shell,
    id: String,
    section: String,
    name: String,
    help: Option<String>,
    steps: Vec<(String, String, bool)>,
    errors: Markup,
    hidden: Markup,
    lines: Vec<Line>,
    open: bool,
}

/// One field: an input, materials, or what stands and may not be changed.
struct Line {
    /// What the reviewer wants mended here.
    remarks: Vec<String>,
    input: Option<Markup>,
    files: Option<Files>,
    /// Name and value of what is not open.
    fixed: Option<(String, String)>,
}

struct Files {
    name: String,
    label: String,
    help: String,
    clause: Vec<Markup>,
    required: bool,
    error: Option<String>,
    there: Vec<FileLine>,
    more: bool,
}

/// A file with its links.
pub(crate) struct FileLine {
    pub name: String,
    pub href: String,
    pub remove: Option<String>,
    pub facts: String,
}

pub(crate) async fn page(cx: Cx, Path((id, section)): Path<(String, String)>) -> Result<Response> {
    let mut read = cx.read().await?;
    let met = seen(&cx, &mut read, &id).await?;
    let of = met.bound()?.sheet.section(&section).ok_or(Error::NotFound)?;
    let form = filled(&met, of);
    // Of a section that nobody has touched nothing is wrong yet.
    let errors = if cx.query("check").is_some() && !of.untouched(&met.now) { of.faults(&met.now) } else { Vec::new() };
    draw(&cx, &mut read, &met, of, &form, &errors).await
}

fn filled(met: &Seen, of: &Section) -> Form {
    let pairs: Vec<(&str, &str)> = of.fields.iter().map(|f| (f.id.as_str(), met.now.get(&f.id))).collect();
    Form::filled(&pairs)
}

pub(crate) async fn draw(
    cx: &Cx,
    read: &mut Read,
    met: &Seen,
    of: &Section,
    form: &Form,
    errors: &[FieldError],
) -> Result<Response> {
    let bound = met.bound()?;
    let open = open_fields(met, of)?;
    let clear = met.in_clear()?;
    let tested = crate::tested(read, bound.sheet, &met.now, &met.whole.matter.place, cx.today(), cx.words()).await?;
    let mut lines = Vec::new();
    for field in of.fields.iter().filter(|field| field.asked(&met.now)) {
        let is_open = open.iter().any(|o| o.id == field.id);
        let rests = rests(cx, read, field, &tested).await?;
        lines.push(line(cx, read, (met, of), (field, rests), (is_open, clear), form, errors).await?);
    }
    let mut steps = Vec::new();
    for section in &bound.sheet.sections {
        if section.id == of.id || !open_fields(met, section)?.is_empty() {
            let here = section.id == of.id;
            let href = format!("/matters/{}/fill/{}", met.whole.matter.id, section.id);
            steps.push((section.name.of(cx.lang).to_owned(), href, here));
        }
    }
    let matter = &met.whole.matter;
    let name = of.name.of(cx.lang).to_owned();
    let crumbs = vec![
        Crumb::to(cx.t("matter.title"), "/matters"),
        Crumb::to(words::title(cx.words(), &matter.kind), format!("/matters/{}", matter.id)),
        Crumb::here(name.as_str()),
    ];
    let page = FillPage {
        shell: Shell::new(cx, name.as_str(), crumbs),
        id: matter.id.to_string(),
        section: of.id.clone(),
        help: of.help.as_ref().map(|help| help.of(cx.lang).to_owned()),
        steps,
        errors: summary_of(errors, cx.words(), |name| {
            of.fields.iter().find(|f| f.id == name).map(|f| f.name.of(cx.lang))
        }),
        hidden: hidden(cx),
        lines,
        open: !open.is_empty(),
        name,
    };
    // What was saved and is incomplete is no refusal; what could not be taken is one.
    let refused = !errors.is_empty() && cx.query("check").is_none();
    web::page_with(if refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

/// What a field rests on: its help with the limits that its number will be tested against, and the clauses of both.
struct Rests {
    help: String,
    clause: Vec<Basis>,
}

async fn rests(cx: &Cx, read: &mut Read, field: &Entry, tested: &[Tested]) -> Result<Rests> {
    let mut list = field.clause.clone();
    let mut said: Vec<String> = field.help.iter().map(|help| help.of(cx.lang).to_owned()).collect();
    for test in tested.iter().filter(|test| test.check.of == field.id && test.outcome != Outcome::NotAsked) {
        let Some((norm, _)) = &test.norm else { continue };
        let side = if norm.sense == Some(Sense::AtMost) { "matter.at_most" } else { "matter.at_least" };
        let limit = places::words::value_text(cx.words(), &norm.value, &norm.unit);
        said.push(cx.tf("matter.tested_by", &[&test.check.name.of(cx.lang), &cx.tf(side, &[&limit])]));
        if places::cited_ids(&list).all(|id| id != norm.clause.as_str()) {
            list = format!("{list}; {}", norm.clause);
        }
    }
    Ok(Rests { help: said.join(cx.t("matter.stop")), clause: places::basis(cx, read, &list).await? })
}

async fn line(
    cx: &Cx,
    read: &mut Read,
    (met, of): (&Seen, &Section),
    (field, Rests { help, clause }): (&Entry, Rests),
    (open, clear): (bool, bool),
    form: &Form,
    errors: &[FieldError],
) -> Result<Line> {
    let about = |r: &&crate::model::Remark| {
        r.open()
            && r.round <= met.whole.matter.round
            && r.section == of.id
            && (r.field == field.id || r.field.is_empty())
    };
    let named = met.whole.remarks.iter().filter(about);
    let remarks = if open { named.map(|r| r.words.clone()).collect() } else { Vec::new() };
    let label = field.name.of(cx.lang).to_owned();
    if field.input.is_files() {
        let files = files(cx, met, field, open, errors, &clause);
        return Ok(Line { remarks, input: None, files: Some(files), fixed: None });
    }
    if !open {
        let value = met.shown(field, met.now.get(&field.id), clear, cx.lang);
        return Ok(Line { remarks, input: None, files: None, fixed: Some((label, value)) });
    }
    let streets = streets(cx, read, met, field).await?;
    let help = Some(help).filter(|help| !help.is_empty());
    let drawn = Field {
        name: &field.id,
        label: labelled(field, label, cx.lang),
        help: help.or_else(|| (!clause.is_empty()).then(|| cx.t("matter.basis").to_owned())),
        clause,
        required: false,
        input: input(cx, field, &streets),
    };
    let mut html = drawn.html(form, errors, cx.words()).0;
    if field.required {
        // A draft may be saved half: the browser must not insist, so the page does not say `required`, nor `optional`.
        html = html.replacen(&format!(" <small>{}</small>", cx.t("form.optional")), "", 1);
    }
    Ok(Line { remarks, input: Some(Markup(html)), files: None, fixed: None })
}

/// The unit of a number stands in its label.
fn labelled(field: &Entry, label: String, lang: kernel::Lang) -> String {
    match &field.input {
        Typed::Whole { unit, .. } | Typed::Number { unit, .. } => format!("{label}（{}）", unit.of(lang)),
        Typed::Money => format!("{label}（{}）", if lang == kernel::Lang::En { "yuan" } else { "元" }),
        _ => label,
    }
}

fn input<'a>(cx: &Cx, field: &'a Entry, streets: &'a [(String, String)]) -> Input<'a> {
    match &field.input {
        Typed::Long { .. } => Input::Area,
        Typed::Whole { .. } => Input::Number,
        Typed::Day => Input::Day,
        Typed::Tick => Input::Ticks(vec![("yes", cx.t("matter.tick").to_owned())]),
        Typed::Choice { of } => {
            Input::Select(of.iter().map(|c| (c.id.as_str(), c.name.of(cx.lang).to_owned())).collect())
        }
        Typed::Street => Input::Select(streets.iter().map(|(code, name)| (code.as_str(), name.clone())).collect()),
        _ => Input::Text,
    }
}

/// Streets and towns below the place of the matter.
async fn streets(cx: &Cx, read: &mut Read, met: &Seen, field: &Entry) -> Result<Vec<(String, String)>> {
    if field.input != Typed::Street {
        return Ok(Vec::new());
    }
    let below = places::children(read, &met.whole.matter.place, cx.today()).await?;
    Ok(below.into_iter().map(|place| (place.code, place.name)).collect())
}

fn files(cx: &Cx, met: &Seen, field: &Entry, open: bool, errors: &[FieldError], clause: &[Basis]) -> Files {
    let Typed::Files { most } = field.input else { unreachable!("asked for materials only") };
    let there = file_lines(cx, met, &field.id, open);
    let error = errors.iter().find(|e| e.field == field.id).map(|e| cx.words().rule(e.code, &e.values));
    let own = field.help.as_ref().map_or("", |help| help.of(cx.lang));
    let between = if own.is_empty() { "" } else { cx.t("matter.stop") };
    Files {
        name: field.id.clone(),
        label: field.name.of(cx.lang).to_owned(),
        help: format!("{own}{between}{}", cx.tf("matter.file_help", &[&most, &(FILE_LIMIT >> 20)])),
        clause: clause.iter().map(Basis::beside).collect(),
        required: field.required,
        error,
        more: open && there.len() < most,
        there,
    }
}

/// The files of a field that are there, with links; `open` for those that may be taken out.
pub(crate) fn file_lines(cx: &Cx, met: &Seen, field: &str, open: bool) -> Vec<FileLine> {
    let matter = &met.whole.matter;
    let of = met.whole.files.iter().filter(|file| file.field == field && file.removed.is_none());
    of.map(|file| FileLine {
        name: file.blob.name.clone(),
        href: format!("/matters/{}/files/{}", matter.id, file.no),
        remove: open.then(|| format!("/matters/{}/files/{}/remove", matter.id, file.no)),
        facts: cx.tf("matter.file_facts", &[&decimal((file.blob.size as f64 / 1024.0).max(0.1), 1)]),
    })
    .collect()
}
