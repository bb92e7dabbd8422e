//! The forms of a new document and of a new clause. What is sent waits for another person; nothing stands in the library
//! before.

use super::crumbs;
use super::entry_page::by;
use crate::change::ChangeError;
use crate::entry;
use crate::model::DOCUMENT_KINDS;
use crate::policy;
use crate::store::entries::Entry;
use crate::store::rules;
use crate::tree;
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use db::Read;
use kernel::kinds::DocumentId;
use kernel::{Day, FieldError, Scope};
use web::form::{Field, Input, hidden, summary};
use web::parts::Markup;
use web::{Crumb, Cx, Error, Form, Invalid, Reply, Result, Shell};

/// Longest text of a clause, in characters.
const TEXT: usize = 4_000;
/// Longest title, number, issuer, label.
const SHORT: usize = 200;

#[derive(Template)]
#[template(path = "places/entry_form.html")]
struct FormPage {
    shell: Shell,
    title: String,
    lede: &'static str,
    action: String,
    back: String,
    errors: Markup,
    hidden: Markup,
    fields: Vec<Markup>,
}

/// What is entered: a document, or a clause of one.
enum What {
    Document,
    Clause { id: String, title: String },
}

impl What {
    async fn clause(cx: &Cx, read: &mut Read, id: &str) -> Result<What> {
        let id = DocumentId::parse(id).ok_or(Error::NotFound)?;
        let document = rules::document(read, &id).await?.ok_or(Error::NotFound)?;
        let title = cx.words().pick(&document.title_zh, &document.title_en).to_owned();
        Ok(What::Clause { id: id.to_string(), title })
    }

    fn fields(&self) -> &'static [&'static str] {
        match self {
            What::Document => {
                &["title_zh", "title_en", "kind", "number", "issuer", "issued", "from", "until", "note", "reason"]
            }
            What::Clause { .. } => &["label", "text_zh", "reason"],
        }
    }
}

/// GET /library/documents/new
pub(crate) async fn document(cx: Cx) -> Result<Response> {
    draw(&cx, &What::Document, &Form::default(), &[])
}

/// POST /library/documents/new
pub(crate) async fn document_post(cx: Cx, form: Form) -> Result<Response> {
    post(cx, What::Document, form).await
}

/// GET /library/documents/{id}/clauses/new
pub(crate) async fn clause(cx: Cx, Path(id): Path<String>) -> Result<Response> {
    let what = What::clause(&cx, &mut cx.read().await?, &id).await?;
    draw(&cx, &what, &Form::default(), &[])
}

/// POST /library/documents/{id}/clauses/new
pub(crate) async fn clause_post(cx: Cx, Path(id): Path<String>, form: Form) -> Result<Response> {
    let what = What::clause(&cx, &mut cx.read().await?, &id).await?;
    post(cx, what, form).await
}

fn draw(cx: &Cx, what: &What, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let words = cx.words();
    let field = |name: &'static str| {
        let input = match name {
            "kind" => {
                let named = |kind: &'static str| (kind, cx.t(&format!("document_kind.{kind}")).to_owned());
                Input::Select(DOCUMENT_KINDS.into_iter().map(named).collect())
            }
            "from" | "until" => Input::Day,
            "text_zh" | "note" | "reason" => Input::Area,
            _ => Input::Text,
        };
        let required = matches!(name, "title_zh" | "kind" | "from" | "label" | "text_zh" | "reason");
        let help = words.find(&format!("library.entry.help.{name}")).map(str::to_owned);
        let label = cx.t(&format!("library.entry.field.{name}")).to_owned();
        Field { name, label, help, clause: Vec::new(), required, input }.html(form, errors, words)
    };
    let (title, action, back) = match what {
        What::Document => {
            (cx.t("library.entry.document").to_owned(), "/library/documents/new".to_owned(), "/library".to_owned())
        }
        What::Clause { id, title } => (
            words.tf("library.entry.clause_of", &[title]),
            format!("/library/documents/{id}/clauses/new"),
            format!("/library/documents/{id}"),
        ),
    };
    let page = FormPage {
        shell: Shell::new(cx, title.as_str(), crumbs(cx, vec![Crumb::here(title.as_str())])),
        lede: cx.t("library.entry.lede"),
        action,
        back,
        errors: summary(errors, words),
        hidden: hidden(cx),
        fields: what.fields().iter().map(|name| field(name)).collect(),
        title,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

async fn post(cx: Cx, what: What, form: Form) -> Result<Response> {
    let mut wrong = Invalid::default();
    let new = parse(&cx, &what, &form, &mut wrong).await?;
    let Some(new) = new.filter(|_| wrong.is_empty()) else { return draw(&cx, &what, &form, &wrong.0) };
    let mut writing = cx.write(&form).await?;
    match entry::propose(&mut writing, new).await {
        Ok(e) => {
            let home = tree::get(&mut writing, &e.place, cx.today()).await?.ok_or(Error::NotFound)?.home;
            let entry = web::Entry::new(&home, "library_entry", &e.id).why("library entry proposed");
            cx.commit(writing, entry, Reply::To(format!("/library/entries/{}?done=entry_proposed", e.id))).await
        }
        Err(ChangeError::Rule(rule)) if !rule.fields.is_empty() => {
            drop(writing);
            draw(&cx, &what, &form, &rule.fields)
        }
        Err(e) => Err(e.into()),
    }
}

/// What was typed as a proposal of this person at the place of the post; `None` where something is wrong.
async fn parse(cx: &Cx, what: &What, form: &Form, wrong: &mut Invalid) -> Result<Option<Entry>> {
    let Scope::Place(place) = cx.scope_of(&policy::PROPOSE) else { return Err(Error::Forbidden) };
    let (by, now) = (by(cx)?, cx.app.clock.now());
    let mut e = Entry {
        id: cx.app.ids.new_id::<kernel::kinds::LibraryEntry>(now),
        what: "document".to_owned(),
        target: cx.app.ids.new_id::<kernel::kinds::Document>(now).to_string(),
        document: String::new(),
        kind: String::new(),
        title_zh: String::new(),
        title_en: String::new(),
        number: String::new(),
        issuer: String::new(),
        issued: String::new(),
        from_day: cx.today(),
        until_day: Day::OPEN,
        note: String::new(),
        label: String::new(),
        text_zh: String::new(),
        reason: wrong.required(form, "reason", TEXT),
        place,
        state: "proposed".to_owned(),
        account: by.account,
        name: by.name,
        unit_name: by.unit,
        at: now,
        decider: None,
        decider_name: String::new(),
        decider_unit: String::new(),
        decided: None,
        remark: String::new(),
    };
    let mut short = |name: &'static str, most: usize| {
        let text = form.text(name).trim().to_owned();
        if text.chars().count() > most {
            wrong.add(name, "form.too_long");
        }
        text
    };
    match what {
        What::Document => {
            (e.title_en, e.number, e.issuer) =
                (short("title_en", SHORT), short("number", SHORT), short("issuer", SHORT));
            (e.issued, e.note) = (short("issued", SHORT), short("note", TEXT));
            e.title_zh = wrong.required(form, "title_zh", SHORT);
            e.kind = wrong.required(form, "kind", SHORT);
            let from = wrong.day(form, "from");
            // The last day is typed; a span ends on the day after.
            let until = match form.text("until") {
                "" => Some(Day::OPEN),
                _ => wrong.day(form, "until").map(|day| day.plus(1)),
            };
            let Some((from, until)) = from.zip(until) else { return Ok(None) };
            if until <= from {
                wrong.add("until", "places.entry.until");
            }
            (e.from_day, e.until_day) = (from, until);
        }
        What::Clause { id, .. } => {
            e.what = "clause".to_owned();
            e.target = cx.app.ids.new_id::<kernel::kinds::Clause>(now).to_string();
            e.document = id.clone();
            e.label = wrong.required(form, "label", SHORT);
            e.text_zh = wrong.required(form, "text_zh", TEXT);
        }
    }
    Ok(Some(e))
}
