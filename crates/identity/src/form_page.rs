//! One page for every form of the administration: what it is, its fields with help and errors, the button and the way
//! back. A refusal brings the page back with everything that was typed.

use axum::http::StatusCode;
use axum::response::Response;
use kernel::{FieldError, RuleViolation};
use web::form::{Field, Input};
use web::parts::Markup;
use web::{Crumb, Cx, Error, Form, Result, Shell};

/// A form before it is drawn.
pub(crate) struct Ask<'a> {
    pub title: String,
    /// The page it belongs to: word and address; also where 取消 leads.
    pub back: (String, String),
    pub lede: String,
    /// Where the form goes.
    pub action: String,
    pub fields: Vec<Field<'a>>,
    pub button: &'static str,
    /// What cannot be taken back.
    pub danger: bool,
}

#[derive(askama::Template)]
#[template(path = "identity/form.html")]
struct FormPage {
    shell: Shell,
    lede: String,
    summary: Markup,
    hidden: Markup,
    action: String,
    fields: Vec<Markup>,
    button: &'static str,
    cancel: String,
    danger: bool,
}

/// Draws a form with what was typed and what is wrong with it.
pub(crate) fn show(cx: &Cx, ask: Ask<'_>, form: &Form, errors: &[FieldError]) -> Result<Response> {
    let crumbs = vec![Crumb::to(ask.back.0, &*ask.back.1), Crumb::here(&*ask.title)];
    let page = FormPage {
        shell: Shell::new(cx, ask.title, crumbs),
        lede: ask.lede,
        summary: web::form::summary(errors, cx.words()),
        hidden: web::form::hidden(cx),
        action: ask.action,
        fields: ask.fields.iter().map(|field| field.html(form, errors, cx.words())).collect(),
        button: ask.button,
        cancel: ask.back.1,
        danger: ask.danger,
    };
    web::page_with(if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, &page)
}

/// A field with its words: `<prefix>.<name>` and, where there is one, `<prefix>.<name>_help`.
pub(crate) fn field<'a>(cx: &Cx, prefix: &str, name: &'a str, required: bool, input: Input<'a>) -> Field<'a> {
    let help = cx.words().find(&format!("{prefix}.{name}_help")).map(str::to_owned);
    Field { name, label: cx.t(&format!("{prefix}.{name}")).to_owned(), help, clause: Vec::new(), required, input }
}

/// The errors of a refusal for the fields of a form; one that names no field stands at `at`. What is no refusal by a
/// rule goes on as it is.
pub(crate) fn refused(error: Error, at: &str) -> Result<Vec<FieldError>> {
    match error {
        Error::Rule(RuleViolation { fields, .. }) if !fields.is_empty() => Ok(fields),
        Error::Rule(rule) => Ok(vec![FieldError { field: at.to_owned(), code: rule.code, values: rule.values }]),
        Error::Conflict(code) if code != "idempotency.conflict" => {
            Ok(vec![FieldError { field: at.to_owned(), code, values: Vec::new() }])
        }
        other => Err(other),
    }
}
