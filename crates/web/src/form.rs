//! Forms. A handler parses field by field; what is wrong is collected beside the field, and the page comes back with
//! everything that was typed. A form carries the session's secret and an idempotency key as hidden fields.

use crate::{Cx, Error, Result, Words, WriteKey, parts::Markup};
use axum::{body::to_bytes, extract::FromRequest, extract::Request, http::header};
use kernel::{Day, FieldError, RuleViolation};
use std::{fmt::Write as _, str::FromStr};

/// Bytes of a form, and the time it may take to come: a body that drips in must not hold a connection.
const LIMIT: usize = 256 * 1024;
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20);

/// The fields of a submitted form, as typed.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    pub key: WriteKey,
}

impl Form {
    /// A form that is shown for the first time, with values from records.
    pub fn filled(fields: &[(&str, &str)]) -> Form {
        let fields = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Form { fields, key: WriteKey::default() }
    }

    /// The same with one value set by the program, whatever was typed.
    pub fn with(mut self, name: &str, value: &str) -> Form {
        self.fields.retain(|(k, _)| k != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Reads JSON of the API as if it were a form: same parsing, same errors.
    pub fn from_json(value: &serde_json::Value, key: WriteKey) -> Form {
        let text = |v: &serde_json::Value| v.as_str().map(str::to_owned).unwrap_or_else(|| v.to_string());
        let fields =
            value.as_object().into_iter().flatten().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), text(v)));
        Form { fields: fields.collect(), key }
    }

    /// The value as typed, trimmed; `""` when absent.
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(k, _)| k == name).map_or("", |(_, v)| v.trim())
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(k, _)| k == name).map(|(_, v)| v.trim())
    }

    /// Every field as it was sent, in its order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    pub fn has(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// Bytes that stand for the content, for the idempotency digest.
    pub fn canonical(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (k, v) in self.fields.iter().filter(|(k, _)| k != "csrf" && k != "idempotency_key") {
            out.append_pair(k, v);
        }
        out.finish()
    }
}

/// Collects what is wrong while a handler parses.
#[derive(Debug, Default)]
pub struct Invalid(pub Vec<FieldError>);

impl Invalid {
    pub fn add(&mut self, field: &str, code: &'static str) {
        self.0.push(FieldError { field: field.to_owned(), code, values: Vec::new() });
    }

    /// A text that must be there and is at most `max` characters.
    pub fn required(&mut self, form: &Form, field: &str, max: usize) -> String {
        let text = form.text(field);
        if text.is_empty() {
            self.add(field, "form.required");
        } else if text.chars().count() > max {
            self.add(field, "form.too_long");
        }
        text.to_owned()
    }

    pub fn day(&mut self, form: &Form, field: &str) -> Option<Day> {
        self.parsed(form, field, "form.required", "date.invalid")
    }

    /// Parses a value that must be there.
    pub fn parsed<T: FromStr>(
        &mut self,
        form: &Form,
        field: &str,
        missing: &'static str,
        wrong: &'static str,
    ) -> Option<T> {
        let text = form.text(field);
        if text.is_empty() {
            self.add(field, missing);
            return None;
        }
        text.parse().map_err(|_| self.add(field, wrong)).ok()
    }

    /// One of a list of codes.
    pub fn choice<'a>(&mut self, form: &Form, field: &str, of: &'a [&'a str]) -> Option<&'a str> {
        let text = form.text(field);
        let found = of.iter().find(|c| **c == text).copied();
        if found.is_none() {
            self.add(field, if text.is_empty() { "form.required" } else { "form.choice" });
        }
        found
    }

    /// Takes a rule's fields over.
    pub fn take(&mut self, rule: RuleViolation) {
        self.0.extend(rule.fields);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` when nothing is wrong, otherwise a violation with all fields.
    pub fn check(self) -> Result<(), RuleViolation> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(RuleViolation { code: "form.invalid", values: Vec::new(), fields: self.0 })
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Error;
    async fn from_request(request: Request, _: &S) -> Result<Form> {
        let cx = request.extensions().get::<Cx>().cloned().ok_or(Error::Internal("a form without the guard".into()))?;
        let header_key = request.headers().get("idempotency-key").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|v| v.to_str().ok())
            .is_some_and(|v| v.starts_with("application/json"));
        let body = tokio::time::timeout(PATIENCE, to_bytes(request.into_body(), LIMIT)).await;
        let body = body.map_err(|_| Error::TooSlow)?.map_err(|_| Error::TooLarge)?;
        if cx.api {
            let value = if body.is_empty() && !json {
                serde_json::json!({})
            } else {
                serde_json::from_slice(&body).map_err(|_| Error::bad("json.invalid", ""))?
            };
            return Ok(Form::from_json(&value, WriteKey::parse(header_key.as_deref())?));
        }
        let fields: Vec<(String, String)> =
            form_urlencoded::parse(&body).map(|(k, v)| (k.into_owned(), v.into_owned())).collect();
        let mut form = Form { fields, key: WriteKey::default() };
        if cx.signed_in().is_some() && form.text("csrf") != cx.csrf() {
            return Err(Error::Forged);
        }
        form.key = WriteKey::parse(Some(form.text("idempotency_key")).filter(|k| !k.is_empty()))?;
        Ok(form)
    }
}

/// Where something stands in writing: document and clause in words, and the address of its page; empty for none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Basis {
    pub text: String,
    pub href: String,
}

impl Basis {
    /// On a page that is read.
    pub fn html(&self) -> Markup {
        self.cited("")
    }

    /// Beside a field: the clause opens apart, so that what was typed stays.
    pub fn beside(&self) -> Markup {
        self.cited(" target=\"_blank\"")
    }

    fn cited(&self, target: &str) -> Markup {
        let (text, href) = (escape(&self.text), escape(&self.href));
        Markup(match href.is_empty() {
            true => format!("<cite>{text}</cite>"),
            false => format!("<cite><a href=\"{href}\"{target}>{text}</a></cite>"),
        })
    }
}

/// One field of a form, rendered with label, help, error and value (classes of ui/README.md).
pub struct Field<'a> {
    pub name: &'a str,
    pub label: String,
    pub help: Option<String>,
    /// Where the rule behind the field stands, such as 第十九条.
    pub clause: Vec<Basis>,
    pub required: bool,
    pub input: Input<'a>,
}

/// How a value is typed.
pub enum Input<'a> {
    Text,
    Day,
    Number,
    Area,
    /// Values with their labels.
    Select(Vec<(&'a str, String)>),
    /// Any number of values with their labels, each a box to tick; every ticked one comes under the same name.
    Ticks(Vec<(&'a str, String)>),
}

impl Field<'_> {
    /// The field with what was typed in `form` and the errors of `invalid`.
    pub fn html(&self, form: &Form, errors: &[FieldError], words: Words) -> Markup {
        let (name, value) = (self.name, escape(form.text(self.name)));
        let error = errors.iter().find(|e| e.field == name).map(|e| words.rule(e.code, &e.values));
        let optional =
            if self.required { String::new() } else { format!(" <small>{}</small>", words.t("form.optional")) };
        let label = format!("{}{optional}", escape(&self.label));
        let ticks = matches!(self.input, Input::Ticks(_));
        // Many boxes are one field: a legend names them, not the label of an input.
        let mut out = match (ticks, error.is_some()) {
            (true, false) => format!("<fieldset id=\"f-{name}\"><legend>{label}</legend>"),
            (true, true) => format!("<fieldset class=\"has-error\" id=\"f-{name}\"><legend>{label}</legend>"),
            (false, false) => format!("<div class=\"field\"><label for=\"f-{name}\">{label}</label>"),
            (false, true) => format!("<div class=\"field has-error\"><label for=\"f-{name}\">{label}</label>"),
        };
        let mut described = Vec::new();
        // What a field rests on is said also where nothing else is.
        let clauses = self.clause.iter().map(|basis| basis.beside().0);
        let said = self.help.as_deref().map(escape).into_iter().chain(clauses).collect::<Vec<_>>().join(" ");
        if !said.is_empty() {
            let _ = write!(out, "<p class=\"help\" id=\"h-{name}\">{said}</p>");
            described.push(format!("h-{name}"));
        }
        if let Some(error) = &error {
            let _ = write!(out, "<p class=\"error\" id=\"e-{name}\">{}</p>", escape(error));
            described.push(format!("e-{name}"));
        }
        let aria = format!(
            "{}{}{}",
            if described.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", described.join(" ")) },
            if error.is_some() { " aria-invalid=\"true\"" } else { "" },
            if self.required { " required" } else { "" },
        );
        let common = format!("id=\"f-{name}\" name=\"{name}\"{aria}");
        match &self.input {
            Input::Text => write!(out, "<input type=\"text\" {common} value=\"{value}\">"),
            Input::Day => write!(out, "<input type=\"date\" {common} value=\"{value}\">"),
            Input::Number => write!(out, "<input type=\"text\" inputmode=\"numeric\" {common} value=\"{value}\">"),
            Input::Area => write!(out, "<textarea rows=\"3\" {common}>{value}</textarea>"),
            Input::Select(options) => {
                let _ = write!(out, "<select {common}><option value=\"\">{}</option>", words.t("form.choose"));
                for (v, label) in options {
                    let chosen = if *v == form.text(name) { " selected" } else { "" };
                    let _ = write!(out, "<option value=\"{}\"{chosen}>{}</option>", escape(v), escape(label));
                }
                write!(out, "</select>")
            }
            Input::Ticks(options) => options.iter().try_for_each(|(v, label)| {
                let ticked = if form.all(name).any(|chosen| chosen == *v) { " checked" } else { "" };
                let (v, label) = (escape(v), escape(label));
                write!(
                    out,
                    "<label class=\"check\"><input type=\"checkbox\" name=\"{name}\" value=\"{v}\"{ticked}>\
                     <span>{label}</span></label>"
                )
            }),
        }
        .expect("a String takes everything");
        out.push_str(if ticks { "</fieldset>" } else { "</div>" });
        Markup(out)
    }
}

/// The summary on top of a form, in the same words as at the fields; empty when nothing is wrong.
pub fn summary(errors: &[FieldError], words: Words) -> Markup {
    summary_of(errors, words, |_| None)
}

/// The same with the names of fields before the words, for forms whose fields come from a pack.
pub fn summary_of<'a>(errors: &[FieldError], words: Words, label: impl Fn(&str) -> Option<&'a str>) -> Markup {
    if errors.is_empty() {
        return Markup(String::new());
    }
    let mut out = format!(
        "<div class=\"error-summary\" role=\"alert\" tabindex=\"-1\"><h2>{}</h2><ul>",
        escape(words.t("form.summary"))
    );
    for e in errors {
        let named =
            label(&e.field).map(|label| format!("{}{}", escape(label), words.t("form.colon"))).unwrap_or_default();
        let said = escape(&words.rule(e.code, &e.values));
        let _ = write!(out, "<li><a href=\"#f-{}\">{named}{said}</a></li>", escape(&e.field));
    }
    out.push_str("</ul></div>");
    Markup(out)
}

/// The hidden fields of a form: the secret and a fresh idempotency key (or the one that was sent, so that a corrected
/// form is a new write and a repeated one is not).
pub fn hidden(cx: &Cx) -> Markup {
    Markup(format!(
        "<input type=\"hidden\" name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"idempotency_key\" value=\"{}\">",
        cx.csrf(),
        cx.form_key()
    ))
}

/// Text made safe for HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_said_also_without_help() {
        crate::i18n::install(&[crate::MESSAGES]).unwrap();
        let html = |help: Option<&str>, clause: Option<&str>| {
            let href = "/library/clauses/c9".to_owned();
            let clause = clause.map(|text| Basis { text: text.to_owned(), href }).into_iter().collect();
            let help = help.map(str::to_owned);
            let field = Field { name: "met", label: "完成".into(), help, clause, required: true, input: Input::Text };
            field.html(&Form::filled(&[]), &[], Words(kernel::Lang::Zh)).0
        };
        let link = "<cite><a href=\"/library/clauses/c9\" target=\"_blank\">第九条</a></cite>";
        assert!(html(None, Some("第九条")).contains(&format!("<p class=\"help\" id=\"h-met\">{link}</p>")));
        assert!(html(Some("照登记"), Some("第九条")).contains(&format!(">照登记 {link}</p>")));
        let nowhere = Basis { text: "第<九>条".to_owned(), href: String::new() };
        assert_eq!(nowhere.html().0, "<cite>第&lt;九&gt;条</cite>");
        assert!(!html(None, None).contains("class=\"help\""));
    }

    #[test]
    fn ticked_boxes_stay_ticked_and_an_error_names_them() {
        crate::i18n::install(&[crate::MESSAGES]).unwrap();
        let options = vec![("a", "甲".to_owned()), ("b", "乙 <b>".to_owned())];
        let (label, input) = ("名单".to_owned(), Input::Ticks(options));
        let field = Field { name: "value", label, help: None, clause: Vec::new(), required: true, input };
        let errors = [FieldError { field: "value".into(), code: "form.choice", values: Vec::new() }];
        let html = field.html(&Form::filled(&[("value", "b")]), &errors, Words(kernel::Lang::Zh)).0;
        assert!(html.starts_with("<fieldset class=\"has-error\" id=\"f-value\"><legend>名单</legend>"), "{html}");
        assert!(
            html.contains("name=\"value\" value=\"a\"><span>甲")
                && html.contains("value=\"b\" checked><span>乙 &lt;b&gt;")
        );
        assert!(html.contains("id=\"e-value\"") && html.ends_with("</fieldset>"), "{html}");
    }
}
