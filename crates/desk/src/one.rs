//! GET /desk/{id}: what is asked on top with what one may do, then facts and history.

use crate::ask::{Told, told};
use crate::list::{due, kind, light};
use crate::model::{Entry, State, StepFile};
use crate::names::Names;
use crate::policy::sees;
use crate::rules::WORDS;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::FieldError;
use kernel::kinds::DeskId;
use web::evidence::FILES;
use web::form::{Field, Input, hidden, summary};
use web::parts::{Markup, decimal};
use web::upload::FILE_LIMIT;
use web::{Crumb, Cx, Error, Form, Result, Shell, Words};

#[derive(Template)]
#[template(path = "desk/one.html")]
struct EntryPage {
    shell: Shell,
    id: String,
    text: String,
    kind: &'static str,
    light: Markup,
    href: String,
    facts: Vec<(&'static str, Markup)>,
    steps: Vec<StepLine>,
    errors: Markup,
    /// Fields of the form, when this post may do something.
    field: Option<Markup>,
    /// What is wrong with the files.
    file_error: Option<String>,
    file_help: String,
    hidden: Markup,
    answers: bool,
    decides: bool,
    returns: bool,
}

struct StepLine {
    day: String,
    at: String,
    verb: &'static str,
    words: String,
    who: String,
    files: Vec<FileLine>,
}

struct FileLine {
    href: String,
    name: String,
    /// Size and digest.
    facts: String,
    sm3: String,
}

fn file_line(entry: &Entry, file: &StepFile, words: Words) -> FileLine {
    let size = decimal((file.blob.size as f64 / 1024.0).max(0.1), 1);
    let short = file.blob.digest.get(..12).unwrap_or_default();
    FileLine {
        href: format!("/desk/{}/files/{}/{}", entry.id, file.no, file.nr),
        name: file.blob.name.clone(),
        facts: words.tf("desk.file_facts", &[&size, &short]),
        sm3: file.blob.digest.clone(),
    }
}

/// GET /desk/{id}/files/{no}/{nr}: what was sent along, always as a file to save.
pub(crate) async fn file(cx: Cx, Path((id, no, nr)): Path<(String, String, String)>) -> Result<Response> {
    let (no, nr): (i64, i64) = no.parse().ok().zip(nr.parse().ok()).ok_or(Error::NotFound)?;
    let mut read = cx.read().await?;
    let Told { entry, steps } = seen(&cx, &mut read, &id).await?;
    drop(read);
    let mut files = steps.iter().flat_map(|step| &step.files);
    let found = files.find(|file| (file.no, file.nr) == (no, nr)).ok_or(Error::NotFound)?;
    web::evidence::give(&cx.app, &found.blob, &format!("{}-{no}-{nr}", entry.id)).await
}

/// What an actor may do with an entry.
pub struct May {
    /// Answer it: it is open on the own desk.
    pub answer: bool,
    /// Return its answer.
    pub give_back: bool,
    /// Close it.
    pub close: bool,
}

pub fn may(cx: &Cx, entry: &Entry) -> Result<May> {
    let actor = cx.actor()?;
    let (here, asked) = (!entry.there, entry.from_unit.as_ref() == Some(&actor.unit));
    Ok(May {
        answer: here && entry.unit == actor.unit && entry.state == State::Open,
        give_back: here && asked && entry.state == State::Answered,
        close: here && asked && entry.state != State::Closed,
    })
}

/// The entry, when it exists and this post sees it.
pub async fn seen(cx: &Cx, read: &mut Read, id: &str) -> Result<Told> {
    let id = DeskId::parse(id).ok_or(Error::NotFound)?;
    let found = told(read, &id).await?.ok_or(Error::NotFound)?;
    if sees(cx, read, &found.entry, cx.today()).await? { Ok(found) } else { Err(Error::NotFound) }
}

pub(crate) async fn page(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    draw(&cx, &id, &Form::default(), &[]).await
}

/// The page, also as it comes back with what was typed.
pub async fn draw(cx: &Cx, id: &str, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let (words, today) = (cx.words(), cx.today());
    let mut read = cx.read().await?;
    let Told { entry, steps } = seen(cx, &mut read, id).await?;
    let mut names = Names::new(words, today);
    let from = names.who(&mut read, entry.from_unit.as_ref(), entry.from_account.as_ref()).await?;
    let unit = names.unit(&mut read, &entry.unit).await?;
    let mut lines = Vec::with_capacity(steps.len());
    for step in &steps {
        lines.push(StepLine {
            day: step.at.day().to_string(),
            at: step.at.minute(),
            verb: words.t(&format!("desk.verb.{}", step.verb.as_str())),
            words: step.words.clone(),
            who: names.who(&mut read, step.unit.as_ref(), step.account.as_ref()).await?,
            files: step.files.iter().map(|file| file_line(&entry, file, words)).collect(),
        });
    }
    let may = may(cx, &entry)?;
    let label = cx.t(if may.answer { "desk.answer_label" } else { "desk.words_label" }).to_owned();
    let field = Field {
        name: "words",
        label,
        help: may.answer.then(|| cx.tf("desk.answer_help", &[&WORDS])),
        clause: Vec::new(),
        required: false,
        input: Input::Area,
    };
    let text = words.pick(&entry.text_zh, &entry.text_en).to_owned();
    let plain = |t: &str| Markup(web::form::escape(t));
    let page = EntryPage {
        shell: Shell::new(cx, &*text, vec![Crumb::to(cx.t("desk.title"), "/desk"), Crumb::here(kind(&entry, words))]),
        id: entry.id.to_string(),
        kind: kind(&entry, words),
        light: light(&entry, words, today),
        href: entry.href.clone(),
        facts: vec![
            (cx.t("desk.unit"), plain(&unit)),
            (cx.t("desk.from"), plain(&from)),
            (cx.t("desk.asked"), plain(&entry.asked.minute())),
            (cx.t("desk.due"), due(&entry, words, today)),
        ],
        steps: lines,
        errors: summary(errors, words),
        field: (may.answer || may.close).then(|| field.html(form, errors, words)),
        file_error: errors.iter().find(|e| e.field == "files").map(|e| words.rule(e.code, &e.values)),
        file_help: cx.tf("desk.file_help", &[&FILES, &(FILE_LIMIT >> 20)]),
        hidden: hidden(cx),
        answers: may.answer,
        decides: may.close,
        returns: may.give_back,
        text,
    };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    web::page_with(status, &page)
}
